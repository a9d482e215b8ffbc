package bus

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"govwatch/notice"
)

const childDir = "GOVWATCH_TEST_BUS_DIR"

// TestMain lets the test binary stand for a process of its own: one that
// publishes and works until it is killed, or until its disk is full.
func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	switch {
	case dir == "":
		os.Exit(m.Run())
	case os.Getenv(childDir+"_LIMIT") != "":
		os.Exit(fullDisk(dir))
	}
	os.Exit(untilKilled(dir))
}

// untilKilled prints what is acked, and only then.
func untilKilled(dir string) int {
	b, err := Open(context.Background(), "embedded:"+dir, Options{})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	ctx := context.Background()
	go func() {
		err := b.ConsumeTasks(ctx, "w", func(ctx context.Context, t notice.Task) error {
			fmt.Println("start", t.Source)
			err := pause(ctx, 2*time.Millisecond)
			fmt.Println("done", t.Source)
			return err
		})
		fmt.Println("error", err)
	}()
	base := time.Now().UnixNano()
	for n := 0; ; n++ {
		source := fmt.Sprint("s", base, "-", n)
		if err := b.PublishTask(ctx, poll(source, fmt.Sprint("h", n%5), n)); err != nil {
			fmt.Println("error", err)
			return 1
		}
		fmt.Println("published", source)
		if err := b.PublishEvent(ctx, notice.Event{ID: notice.EventID(source), Kind: notice.DocumentNew, Document: "d"}); err != nil {
			fmt.Println("error", err)
			return 1
		}
		fmt.Println("told", source)
	}
}

// TestKill kills a process in the middle of its work, again and again on one
// folder. What was acked is there: each task runs to its end, each event is
// kept once.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	published, done, told := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for round := range 4 {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			word, rest, _ := strings.Cut(lines.Text(), " ")
			switch word {
			case "published":
				published[rest] = true
			case "done":
				done[rest] = true
			case "told":
				told[rest] = true
			case "error":
				t.Error("child: ", rest)
			}
			if n == 150+37*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) {
			t.Fatalf("child ended with %v", err)
		}
	}
	start := time.Now()
	b := openIn(t, dir, nil)
	var mu sync.Mutex
	events := map[notice.EventID]int{}
	run(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(_ context.Context, task notice.Task) error {
			mu.Lock()
			defer mu.Unlock()
			done[string(task.Source)] = true
			return nil
		})
	})
	run(t, func(ctx context.Context) error {
		return b.ConsumeEvents(ctx, "d", []notice.EventKind{notice.DocumentNew}, 1, func(_ context.Context, e notice.Event) error {
			mu.Lock()
			defer mu.Unlock()
			events[e.ID]++
			return nil
		})
	})
	until(t, "the bus is idle", func() bool {
		mu.Lock()
		defer mu.Unlock()
		ok, err := b.Idle(t.Context())
		return ok && err == nil && len(events) >= len(told)
	})
	t.Logf("%d tasks and %d events survive, work resumed and ended in %v", len(published), len(told), time.Since(start).Round(time.Millisecond))
	for s := range published {
		if !done[s] {
			t.Errorf("task %s was acked and is lost", s)
		}
	}
	for s := range told {
		if events[notice.EventID(s)] != 1 {
			t.Errorf("event %s was acked and came %d times", s, events[notice.EventID(s)])
		}
	}
	if dead, err := b.Dead(t.Context()); err != nil || len(dead) != 0 {
		t.Errorf("dead letters %v (%v)", dead, err)
	}
}

// fullDisk publishes until it is refused, where no file may grow over the limit.
func fullDisk(dir string) int {
	b, err := Open(context.Background(), "embedded:"+dir, Options{})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	limit := unix.Rlimit{Cur: 64 << 10, Max: 64 << 10}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println("cannot", err)
		return 1
	}
	for n := range 5000 {
		id := fmt.Sprint("e", n)
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		err := b.PublishEvent(ctx, notice.Event{ID: notice.EventID(id), Kind: notice.DocumentNew, Document: notice.DocumentID(strings.Repeat("x", 1000))})
		cancel()
		if err != nil {
			fmt.Println("refused", err)
			return 0
		}
		fmt.Println("told", id)
	}
	fmt.Println("error: it was never refused")
	return 1
}

// TestFullDisk: the publisher is told in one line, and what was acked before is there.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, childDir+"_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("child: %v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, "refused") {
		t.Fatalf("the child ended with %q", last)
	}
	if !strings.Contains(last, "file too large") || !strings.Contains(last, "free its disk") {
		t.Errorf("the child was told %q, want the cause and the way out", last)
	}
	b := openIn(t, dir, nil)
	s, err := b.js.Stream(t.Context(), Events)
	if err != nil {
		t.Fatal(err)
	}
	if n := s.CachedInfo().State.Msgs; n < uint64(len(lines)-1) || n == 0 {
		t.Errorf("%d of %d acked events are there", n, len(lines)-1)
	}
	if err := b.PublishEvent(t.Context(), notice.Event{ID: "after", Kind: notice.DocumentNew}); err != nil {
		t.Errorf("publish after space was freed: %v", err)
	}
}
