package cluster

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lines is the output of a process; it may be read while the process writes.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// process is one govwatch that can be killed and started again.
type process struct {
	name     string
	args     []string
	cmd      *exec.Cmd
	out, err lines
	ended    chan error
}

// startProcess runs the program under test; the test's end ends it.
func startProcess(t testing.TB, name string, args ...string) *process {
	t.Helper()
	p := prepareProcess(t, name, args...)
	p.start(t)
	return p
}

// prepareProcess is startProcess without the start.
func prepareProcess(t testing.TB, name string, args ...string) *process {
	t.Helper()
	p := &process{name: name, args: args}
	t.Cleanup(func() {
		if p.cmd != nil {
			p.end(t)
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", p.name, last(p.err.String(), 4000))
		}
	})
	return p
}

func (p *process) start(t testing.TB) {
	t.Helper()
	c := exec.CommandContext(context.Background(), program, p.args...)
	c.Stdout, c.Stderr = &p.out, &p.err
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		t.Fatalf("start %s: %v", p.name, err)
	}
	p.cmd, p.ended = c, make(chan error, 1)
	go func() { p.ended <- c.Wait() }()
}

// kill ends the process as a crash would.
func (p *process) kill(t testing.TB) {
	t.Helper()
	select {
	case err := <-p.ended:
		t.Errorf("%s ended by itself: %v: %s", p.name, err, last(p.err.String(), 2000))
		p.ended <- err
		return
	default:
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Errorf("kill %s: %v", p.name, err)
	}
	p.ended <- <-p.ended // Kept, so that end finds it, too.
}

// strike kills the process from another goroutine than the test's; awaitEnd
// must follow before it is started again.
func (p *process) strike(t testing.TB) {
	if err := p.cmd.Process.Kill(); err != nil {
		t.Errorf("kill %s: %v", p.name, err)
	}
}

func (p *process) awaitEnd(t testing.TB) {
	t.Helper()
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(20 * time.Second):
		t.Fatalf("%s was killed and does not end", p.name)
	}
}

// end asks the process to stop and waits for it.
func (p *process) end(t testing.TB) {
	t.Helper()
	select {
	case <-p.ended:
		return
	default:
	}
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Errorf("interrupt %s: %v", p.name, err)
	}
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		t.Errorf("%s does not end", p.name)
		if err := p.cmd.Process.Kill(); err != nil {
			t.Errorf("kill %s: %v", p.name, err)
		}
		<-p.ended
	}
}

// wait returns what the process printed when it ended well.
func (p *process) wait(t testing.TB, limit time.Duration) string {
	t.Helper()
	select {
	case err := <-p.ended:
		p.ended <- err
		if err != nil {
			t.Fatalf("%s: %v: %s", p.name, err, last(p.err.String(), 2000))
		}
	case <-time.After(limit):
		t.Fatalf("%s is not done in %s: %s", p.name, limit, last(p.err.String(), 2000))
	}
	return p.out.String()
}

// said waits for a text on standard error and returns the line behind it.
func (p *process) said(t testing.TB, text string, limit time.Duration) string {
	t.Helper()
	deadline := time.After(limit)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, rest, ok := strings.Cut(p.err.String(), text); ok && strings.Contains(rest, "\n") {
			line, _, _ := strings.Cut(rest, "\n")
			return line
		}
		select {
		case <-tick.C:
		case err := <-p.ended:
			p.ended <- err
			t.Fatalf("%s ended (%v) before it said %q: %s", p.name, err, text, last(p.err.String(), 2000))
		case <-deadline:
			t.Fatalf("%s does not say %q in %s: %s", p.name, text, limit, last(p.err.String(), 2000))
		}
	}
}

func last(s string, n int) string { return s[max(0, len(s)-n):] }
