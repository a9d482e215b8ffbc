package bus

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"govwatch/notice"
)

// TestFence: the pin moves while a task runs. The next worker gets messages of
// the host and must not start them before the first one is done.
func TestFence(t *testing.T) {
	t.Parallel()
	b := openIn(t, t.TempDir(), nil)
	consumer := taskConsumer(ShardOf("h"), short).Durable
	started, end := make(chan string, 9), make(chan struct{})
	var running, overlap, runs atomic.Int32
	work := func(ctx context.Context, task notice.Task) error {
		if running.Add(1) > 1 {
			overlap.Add(1)
		}
		defer running.Add(-1)
		runs.Add(1)
		started <- string(task.Source)
		if task.Source == "first" {
			<-end
		}
		return nil
	}
	if err := b.PublishTask(t.Context(), poll("first", "h", 1)); err != nil {
		t.Fatal(err)
	}
	run(t, func(ctx context.Context) error { return b.ConsumeTasks(ctx, "one", work) })
	<-started
	run(t, func(ctx context.Context) error { return b.ConsumeTasks(ctx, "two", work) })
	pinned := func() string {
		c, err := b.js.Consumer(t.Context(), Tasks, consumer)
		if err != nil {
			t.Fatal(err)
		}
		return pinOf(c.CachedInfo())
	}
	stream, err := b.js.Stream(t.Context(), Tasks)
	if err != nil {
		t.Fatal(err)
	}
	was := pinned()
	until(t, "the second worker waits, too", func() bool {
		c, err := stream.Consumer(t.Context(), consumer)
		return err == nil && c.CachedInfo().NumWaiting >= 2
	})
	if err := stream.UnpinConsumer(t.Context(), consumer, pinGroup); err != nil {
		t.Fatal(err)
	}
	if err := b.PublishTask(t.Context(), poll("second", "h", 1)); err != nil {
		t.Fatal(err)
	}
	until(t, "the pin has moved", func() bool { p := pinned(); return p != "" && p != was })
	select {
	case s := <-started:
		t.Fatalf("%s started while the host was busy", s)
	case <-time.After(2 * short.TaskAckWait):
	}
	close(end)
	until(t, "both ran", func() bool { return runs.Load() == 2 })
	if overlap.Load() != 0 {
		t.Error("tasks overlapped on the host")
	}
}

// TestBalance: the worker that started first has every shard; the second gets
// its part while the first stays.
func TestBalance(t *testing.T) {
	t.Parallel()
	b := openIn(t, t.TempDir(), nil)
	var mu sync.Mutex
	last := map[string]string{}
	work := func(name string) func(context.Context, notice.Task) error {
		return func(_ context.Context, task notice.Task) error {
			mu.Lock()
			defer mu.Unlock()
			last[task.Host] = name
			return nil
		}
	}
	n := 0
	round := func() {
		n++
		for h := range 24 {
			if err := b.PublishTask(t.Context(), poll(fmt.Sprint("s", h), fmt.Sprint("host", h), n)); err != nil {
				t.Fatal(err)
			}
		}
		until(t, "a round is done", func() bool { ok, err := b.Idle(t.Context()); return ok && err == nil })
	}
	share := func(name string) (hosts int) {
		mu.Lock()
		defer mu.Unlock()
		for _, w := range last {
			if w == name {
				hosts++
			}
		}
		return hosts
	}
	run(t, func(ctx context.Context) error { return b.ConsumeTasks(ctx, "one", work("one")) })
	round()
	if share("one") != 24 {
		t.Fatalf("the only worker did %d of 24", share("one"))
	}
	run(t, func(ctx context.Context) error { return b.ConsumeTasks(ctx, "two", work("two")) })
	until(t, "both work", func() bool { round(); return share("one") >= 6 && share("two") >= 6 })
}
