package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"govwatch/internal/fault"
)

func TestOf(t *testing.T) {
	t.Parallel()
	timeout := &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
	cases := map[string]struct {
		err  error
		want fault.Kind
	}{
		"nil":                      {nil, fault.Transient},
		"unjudged":                 {errors.New("x"), fault.Transient},
		"permanent":                {fault.Errorf(fault.Permanent, "x"), fault.Permanent},
		"wrapped twice":            {fmt.Errorf("a: %w", fault.Wrap(fault.Blocked, io.EOF)), fault.Blocked},
		"outermost wins":           {fault.Wrap(fault.Blocked, fault.Errorf(fault.Permanent, "x")), fault.Blocked},
		"cancelled":                {fault.Wrap(fault.Permanent, context.Canceled), fault.Transient},
		"deadline":                 {fmt.Errorf("a: %w", context.DeadlineExceeded), fault.Transient},
		"net timeout":              {fault.Wrap(fault.Permanent, timeout), fault.Transient},
		"bug stays a bug":          {fault.Wrap(fault.Bug, context.Canceled), fault.Bug},
		"joined with a judged one": {errors.Join(errors.New("x"), fault.Wrap(fault.Permanent, io.EOF)), fault.Permanent},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fault.Of(c.err); got != c.want {
				t.Errorf("Of(%v) = %v, want %v", c.err, got, c.want)
			}
		})
	}
}

func TestWrapKeepsTheChain(t *testing.T) {
	t.Parallel()
	if fault.Wrap(fault.Bug, nil) != nil {
		t.Error("Wrap(nil) is not nil")
	}
	err := fault.Errorf(fault.Permanent, "read file: %w", io.ErrUnexpectedEOF)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if got, want := err.Error(), "read file: unexpected EOF"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func TestRecover(t *testing.T) {
	t.Parallel()
	run := func(v any) (err error) {
		defer fault.Recover(&err)
		if v != nil {
			panic(v)
		}
		return io.EOF
	}
	if err := run(nil); !errors.Is(err, io.EOF) || fault.Of(err) != fault.Transient {
		t.Errorf("without a panic: %v", err)
	}
	err := run(io.ErrClosedPipe)
	if fault.Of(err) != fault.Bug || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("panic with an error: %v (%v)", err, fault.Of(err))
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the text has more than one line: %q", err)
	}
	if !strings.Contains(fault.Stack(err), "fault_test.go") {
		t.Error("the stack does not name the place of the panic")
	}
	if fault.Stack(io.EOF) != "" {
		t.Error("a plain error has a stack")
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	for k, want := range map[fault.Kind]string{
		fault.Transient: "transient", fault.Permanent: "permanent", fault.Blocked: "blocked", fault.Bug: "bug", 9: "kind(9)",
	} {
		if got := k.String(); got != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
	}
}
