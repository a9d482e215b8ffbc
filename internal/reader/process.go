package reader

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"govwatch/internal/fault"
)

const (
	// pollInterval bounds how far memory can run past its limit between two
	// looks.
	pollInterval = 20 * time.Millisecond
	// filesPerChild spreads the start of a child (about 90 ms) and still ends
	// slow leaks.
	filesPerChild = 200
)

// errStale means that a child which had served files before ended while it had
// another one.
var errStale = errors.New("reader child ended between two files")

// child is a running child process. One goroutine, started with it, waits for
// its end.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	pipe   *os.File // under out
	stderr *tail
	done   chan struct{} // closed after the process has ended
	exit   error         // valid after done
	served int
}

func startChild(opts Options) (*child, error) {
	cmd := exec.Command(opts.Exe) //nolint:noctx // lives longer than the call that starts it; kill ends it
	cmd.Env = childEnv(opts)
	cmd.SysProcAttr = dieWithParent()
	c := &child{cmd: cmd, stderr: &tail{}, done: make(chan struct{})}
	cmd.Stderr = c.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// Not StdoutPipe: Wait would close it while an answer is still being read.
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout = w
	c.in, c.out, c.pipe = in, bufio.NewReader(r), r
	started := make(chan error, 1)
	go func() {
		// The signal of dieWithParent follows the thread that started the
		// child, so that thread must live as long.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := errors.Join(cmd.Start(), w.Close())
		started <- err
		if err != nil {
			return
		}
		c.exit = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return c, nil
}

func childEnv(opts Options) []string {
	env := []string{
		envChild + "=1",
		envCache + "=" + opts.CacheDir,
		"GOMAXPROCS=1",
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TESSDATA_PREFIX", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, opts.Env...)
}

type answer struct {
	text Text
	err  error
}

// read sends one file and waits for its text. After an error the child is of no
// further use.
func (c *child) read(ctx context.Context, q request, b []byte) (Text, error) {
	got := make(chan answer, 1)
	go func() {
		if err := writeRequest(c.in, q, b); err != nil {
			got <- answer{err: err}
			return
		}
		t, err := readAnswer(c.out, q.Limits)
		got <- answer{t, err}
	}()
	// The caller kills the child after every error, which ends this goroutine.
	timer := time.NewTimer(q.Limits.Timeout)
	defer timer.Stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		select {
		case a := <-got:
			c.served++
			if a.err == nil {
				return a.text, nil
			}
			return Text{}, c.explain(a.err)
		case <-ctx.Done():
			return Text{}, ctx.Err()
		case <-timer.C:
			return Text{}, fault.Errorf(fault.Permanent, "not read within the limit of %v", q.Limits.Timeout)
		case <-poll.C:
			if rss := residentBytes(c.cmd.Process.Pid); rss > q.Limits.MemoryBytes {
				return Text{}, fault.Errorf(fault.Permanent,
					"needs %d MiB of memory, more than the limit of %d MiB", rss>>20, q.Limits.MemoryBytes>>20)
			}
		}
	}
}

// explain turns a broken pipe into what the child said when it ended.
func (c *child) explain(err error) error {
	if errors.Is(err, errFrame) {
		return fault.Wrap(fault.Permanent, err)
	}
	if c.served > 1 {
		return errStale
	}
	select {
	case <-c.done:
	case <-time.After(stopTimeout):
		return fault.Errorf(fault.Permanent, "reader child stopped answering: %w", err)
	}
	return fault.Errorf(fault.Permanent, "reader child ended (%v): %s", c.exit, c.stderr.reason())
}

// worn is true when a fresh child should take the next file.
func (c *child) worn(l Limits) bool {
	return c.served >= filesPerChild || residentBytes(c.cmd.Process.Pid) > l.MemoryBytes/2
}

// stop lets the child end by itself, and kills it when it does not.
func (c *child) stop() {
	if err := c.in.Close(); err == nil {
		select {
		case <-c.done:
		case <-time.After(stopTimeout):
		}
	}
	if err := c.kill(); err != nil {
		c.stderr.add(err.Error())
	}
}

func (c *child) kill() error {
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end reader child %d: %w", c.cmd.Process.Pid, err)
	}
	<-c.done
	return c.pipe.Close()
}

// tail keeps the beginning of what a child says on standard error.
type tail struct {
	mu   sync.Mutex
	text strings.Builder
}

func (t *tail) Write(b []byte) (int, error) {
	t.add(string(b))
	return len(b), nil
}

func (t *tail) add(s string) {
	const most = 8 << 10
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := most - t.text.Len(); room > 0 {
		t.text.WriteString(s[:min(len(s), room)])
	}
}

// reason is the line in which Go says why a process ended.
func (t *tail) reason() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := t.text.String()
	for line := range strings.Lines(text) {
		for _, mark := range []string{"panic:", "fatal error:", "runtime:", "reader child:"} {
			if strings.HasPrefix(line, mark) {
				return strings.TrimSpace(line)
			}
		}
	}
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if first == "" {
		return "it gave no reason"
	}
	return first
}
