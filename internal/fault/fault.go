// Package fault names what kind of failure an error is, so that one switch in
// the bus decides about retry, pause or quarantine. It knows nothing of
// notices, HTTP or storage: whoever sees the failure first chooses the kind.
package fault

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"syscall"
)

// Kind says what the reader of an error should do about it.
type Kind int

const (
	// Transient failures may succeed when tried again later. It is the zero
	// value and the kind of every error nobody has judged.
	Transient Kind = iota
	// Permanent failures fail the same way each time: record and go on.
	Permanent
	// Blocked means that the site refuses us: pause, report, never evade.
	Blocked
	// Bug is a failure of our own, such as a panic: keep the input for study.
	Bug
)

// String returns the lower-case name used in logs and stored rows.
func (k Kind) String() string {
	switch k {
	case Transient:
		return "transient"
	case Permanent:
		return "permanent"
	case Blocked:
		return "blocked"
	case Bug:
		return "bug"
	}
	return fmt.Sprintf("kind(%d)", int(k))
}

type classified struct {
	kind Kind
	err  error
}

func (c *classified) Error() string { return c.err.Error() }
func (c *classified) Unwrap() error { return c.err }

// Wrap gives err the kind k without changing its text; errors.Is and errors.As
// still see through it. A nil err stays nil.
func Wrap(k Kind, err error) error {
	if err == nil {
		return nil
	}
	return &classified{kind: k, err: err}
}

// Errorf is fmt.Errorf, %w included, with a kind.
func Errorf(k Kind, format string, a ...any) error {
	return &classified{kind: k, err: fmt.Errorf(format, a...)}
}

// Of returns the kind of the outermost judged error in the chain. Cancelled and
// timed-out work is Transient even inside another kind, for it says nothing
// about the input; so is an error without a kind, and nil.
func Of(err error) Kind {
	if err == nil || interrupted(err) {
		return Transient
	}
	var c *classified
	if errors.As(err, &c) {
		return c.kind
	}
	return Transient
}

func interrupted(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ECONNRESET) {
		return !isBug(err)
	}
	var n net.Error
	return errors.As(err, &n) && n.Timeout() && !isBug(err)
}

func isBug(err error) bool {
	var c *classified
	return errors.As(err, &c) && c.kind == Bug
}

// panicked keeps the stack apart from the one-line text of the error.
type panicked struct {
	value string
	cause error
	stack []byte
}

func (p *panicked) Error() string { return "panic: " + p.value }
func (p *panicked) Unwrap() error { return p.cause }

// Recover turns a panic of the calling function into a Bug fault in *err. It
// works only when deferred directly: defer fault.Recover(&err).
func Recover(err *error) {
	v := recover()
	if v == nil {
		return
	}
	cause, _ := v.(error)
	*err = Wrap(Bug, &panicked{value: fmt.Sprint(v), cause: cause, stack: debug.Stack()})
}

// Stack returns the stack of the panic that err came from, empty for any other
// error.
func Stack(err error) string {
	var p *panicked
	if errors.As(err, &p) {
		return string(p.stack)
	}
	return ""
}
