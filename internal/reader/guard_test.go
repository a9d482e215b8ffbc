package reader

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/internal/fault"
)

func TestGuardReadsAndReusesOneChild(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	var pid int
	for i := range 3 {
		text, err := g.Read(t.Context(), "a.txt", fmt.Appendf(nil, "第%d份文件", i))
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("第%d份文件", i); text.Text != want || text.Kind != KindText || text.Confidence != 1 {
			t.Errorf("got %+v, want text %q", text, want)
		}
		if i > 0 && g.child.cmd.Process.Pid != pid {
			t.Error("each file got a child of its own")
		}
		pid = g.child.cmd.Process.Pid
	}
}

func TestGuardIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			want := strings.Repeat(fmt.Sprint(i), 1000+i)
			got, err := g.Read(t.Context(), "a.txt", []byte(want))
			if err != nil || got.Text != want {
				t.Errorf("file %d: %v, %d bytes", i, err, len(got.Text))
			}
		})
	}
	wg.Wait()
}

func TestGuardOutlivesItsChild(t *testing.T) {
	t.Parallel()
	small := Limits{MemoryBytes: 200 << 20, Timeout: 20 * time.Second}
	cases := map[string]struct {
		limits Limits
		want   string
	}{
		"panic":  {small, "made to fail"},
		"hang":   {Limits{Timeout: 300 * time.Millisecond}, "not read within the limit"},
		"memory": {small, "more than the limit of 200 MiB"},
		"babble": {small, "impossible frame"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := testGuard(t, Options{Limits: c.limits, Env: []string{envTestChild + "=" + name}})
			text, err := g.Read(t.Context(), "file.doc", []byte("text"))
			if fault.Of(err) != fault.Permanent || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v (%v), want a permanent fault with %q", err, fault.Of(err), c.want)
			}
			if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "file.doc") {
				t.Errorf("the error is no line that names the file: %q", err)
			}
			if text.Kind != KindText {
				t.Errorf("the kind is lost: %q", text.Kind)
			}
			// The next file gets a child of its own.
			g.opts.Env, g.opts.Limits = nil, Default()
			if text, err := g.Read(t.Context(), "b", []byte("next")); err != nil || text.Text != "next" {
				t.Errorf("after it: %q, %v", text.Text, err)
			}
		})
	}
}

// A module that cannot be loaded is no fault of the file that needed it first.
func TestGuardBlamesNoFileForTheModule(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{"panic", "babble"} {
		g := testGuard(t, Options{Env: []string{envTestChild + "=" + broken}})
		pdf := pdfFile("", false, pdfText(pdfRun{80, 700, "正文内容"}))
		_, err := g.Read(t.Context(), "file.pdf", pdf)
		if fault.Of(err) != fault.Transient || !strings.Contains(err.Error(), "load the PDF module") {
			t.Errorf("%s: got %v (%v), want a transient fault", broken, err, fault.Of(err))
		}
		g.opts.Env = nil
		if text, err := g.Read(t.Context(), "file.pdf", pdf); err != nil || !strings.Contains(text.Text, "正文内容") {
			t.Errorf("%s: afterwards %q, %v", broken, text.Text, err)
		}
	}
}

func TestGuardRetriesWhenAnIdleChildWasKilled(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	if _, err := g.Read(t.Context(), "a", []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := g.child.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-g.child.done
	if text, err := g.Read(t.Context(), "b", []byte("second")); err != nil || text.Text != "second" {
		t.Errorf("got %q, %v", text.Text, err)
	}
}

func TestGuardObeysTheContext(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{Env: []string{envTestChild + "=hang"}})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := g.Read(ctx, "a", []byte("x"))
	if !errors.Is(err, context.DeadlineExceeded) || fault.Of(err) != fault.Transient {
		t.Errorf("got %v (%v)", err, fault.Of(err))
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("ended after %v", took)
	}
}

func TestGuardWithoutProgram(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{Exe: "/does/not/exist"})
	if _, err := g.Read(t.Context(), "a", []byte("x")); err == nil || fault.Of(err) != fault.Transient {
		t.Errorf("got %v", err)
	}
	if _, err := NewGuard(Options{CacheDir: "/proc/none"}); err == nil {
		t.Error("a cache folder that cannot be written is accepted")
	}
}

func TestGuardClosed(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	if _, err := g.Read(t.Context(), "a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	done := g.child.done
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	default:
		t.Error("the child runs on")
	}
	if _, err := g.Read(t.Context(), "a", []byte("x")); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
}

func TestGuardKeepsSecretsFromTheChild(t *testing.T) {
	t.Parallel()
	for _, v := range childEnv(Options{Limits: Default(), CacheDir: "/c"}) {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case envChild, envCache, "GOMAXPROCS", "GOMEMLIMIT", "PATH", "HOME", "TMPDIR", "TESSDATA_PREFIX", "GOCOVERDIR":
		default:
			t.Errorf("%s reaches the child", name)
		}
	}
}

func TestOutputLimit(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{Limits: Limits{OutputBytes: 100}})
	text, err := g.Read(t.Context(), "a", []byte(strings.Repeat("长", 1000)))
	if err != nil {
		t.Fatal(err)
	}
	if text.Text != strings.Repeat("长", 33) || !text.Truncated || !hasProblem(text, problemLimit) {
		t.Errorf("%d bytes, truncated %v, %v", len(text.Text), text.Truncated, text.Problems)
	}
}

func hasProblem(t Text, code string) bool {
	for _, p := range t.Problems {
		if strings.HasPrefix(p, code+": ") {
			return true
		}
	}
	return false
}

func TestGuardWithoutHomeUsesATemporaryCache(t *testing.T) { // not parallel: changes the environment
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	g, err := NewGuard(Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := g.tempCache
	if _, err := os.Stat(dir); dir == "" || err != nil {
		t.Errorf("temporary cache %q: %v", dir, err)
	}
	for range 2 {
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary cache stays: %v", err)
	}
}
