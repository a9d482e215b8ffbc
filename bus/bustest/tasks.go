package bustest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"govwatch/bus"
	"govwatch/internal/fault"
	"govwatch/notice"
)

func taskArrives(t *testing.T, s Server) {
	b := Open(t, s)
	want := NewTask("mee", "www.mee.example:8080", 1)
	want.Mode, want.Target = notice.Fetch, &notice.Target{URL: "http://a/b?c=中文", List: "l", Title: "通知", Date: notice.Date{Year: 2024, Month: 2, Day: 29}}
	publish(t, b, want)
	got := make(chan notice.Task, 1)
	Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(_ context.Context, task notice.Task) error {
			got <- task
			return nil
		})
	})
	if diff := cmp.Diff(want, await(t, "the task", got)); diff != "" {
		t.Error(diff)
	}
	idle(t, b)
}

func oneTaskPerSource(t *testing.T, s Server) {
	b := Open(t, s)
	publish(t, b, NewTask("mee", "mee", 1))
	wantBusy(t, b, NewTask("mee", "mee", 2), "while one waits")
	started, end := make(chan int, 9), make(chan int)
	Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(context.Context, notice.Task) error {
			started <- 1
			<-end
			return nil
		})
	})
	await(t, "the start", started)
	wantBusy(t, b, NewTask("mee", "mee", 3), "while one runs")
	publish(t, b, NewTask("ndrc", "ndrc", 3))
	await(t, "another source", started)
	close(end)
	idle(t, b)
	publish(t, b, NewTask("mee", "mee", 4))
	await(t, "the next task", started)
	if got := b.Refused(); got != 2 {
		t.Errorf("%d refused, want 2", got)
	}
}

func twoSchedulers(t *testing.T, s Server) {
	b := Open(t, s)
	var added atomic.Int32
	var wg sync.WaitGroup
	for i := range 2 {
		o := b
		if i == 1 && s.Shared {
			o = Open(t, s)
		}
		wg.Go(func() {
			for n := range 20 {
				switch err := o.PublishTask(t.Context(), NewTask(fmt.Sprint("s", n), "h", 1)); {
				case err == nil:
					added.Add(1)
				case !errors.Is(err, bus.ErrBusy):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	// The lists of a source on another host are another task.
	publish(t, b, NewTask("s0", "other", 1))
	// After an answer that got lost both may be told that the task was theirs;
	// what counts is that each ran once.
	if n := added.Load(); n < 20 || n > 20 && !s.Shared {
		t.Errorf("%d tasks were added by two schedulers, want 20", n)
	}
	var runs atomic.Int32
	Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(context.Context, notice.Task) error { runs.Add(1); return nil })
	})
	idle(t, b)
	wantBusy(t, b, NewTask("s0", "h", 1), "of a due time that is done")
	if runs.Load() != 21 {
		t.Errorf("%d runs, want 21", runs.Load())
	}
}

func fetchTasks(t *testing.T, s Server) {
	b := Open(t, s)
	fetch := func(url string) notice.Task {
		task := NewTask("mee", "other", 1)
		task.Mode, task.Target = notice.Fetch, &notice.Target{URL: url}
		return task
	}
	publish(t, b, fetch("http://other/1"), fetch("http://other/2"), NewTask("mee", "mee", 1))
	wantBusy(t, b, fetch("http://other/1"), "of the same address")
	if err := b.PublishTask(t.Context(), notice.Task{Source: "mee"}); fault.Of(err) != fault.Permanent {
		t.Errorf("task without host: %v, want a permanent fault", err)
	}
}

func oneTaskPerHost(t *testing.T, s Server) {
	b := Open(t, s)
	var (
		mu      sync.Mutex
		onHost  = map[string]int{}
		all     int
		overlap int
		most    int
		runs    = map[notice.TaskID]int{}
	)
	for n := range 40 {
		publish(t, b, NewTask(fmt.Sprint("s", n), fmt.Sprint("host", n%4), 1))
	}
	work := func(ctx context.Context, task notice.Task) error {
		mu.Lock()
		onHost[task.Host]++
		all++
		runs[task.ID]++
		if onHost[task.Host] > 1 {
			overlap++
		}
		most = max(most, all)
		mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
		mu.Lock()
		onHost[task.Host]--
		all--
		mu.Unlock()
		return nil
	}
	for i := range 3 {
		o := b
		if s.Shared && i > 0 {
			o = Open(t, s)
		}
		Go(t, func(ctx context.Context) error { return o.ConsumeTasks(ctx, fmt.Sprint("w", i), work) })
	}
	idle(t, b)
	mu.Lock()
	defer mu.Unlock()
	if overlap != 0 {
		t.Errorf("%d tasks overlapped on a host", overlap)
	}
	if most < 2 {
		t.Error("hosts do not run side by side")
	}
	if len(runs) != 40 {
		t.Errorf("%d tasks ran, want 40", len(runs))
	}
	for id, n := range runs {
		if n != 1 {
			t.Errorf("task %s ran %d times", id, n)
		}
	}
}

func faultKinds(t *testing.T, s Server) {
	b := Open(t, s)
	var mu sync.Mutex
	runs := map[string]int{}
	Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(_ context.Context, task notice.Task) error {
			mu.Lock()
			runs[string(task.Source)]++
			n := runs[string(task.Source)]
			mu.Unlock()
			switch {
			case task.Source == "flaky" && n < 3, task.Source == "down":
				return errors.New("connection refused")
			case task.Source == "broken":
				return fault.Errorf(fault.Permanent, "no such list")
			case task.Source == "blocked":
				return fault.Errorf(fault.Blocked, "challenge page")
			case task.Source == "bug":
				panic("index out of range")
			}
			return nil
		})
	})
	for _, src := range []string{"flaky", "down", "broken", "blocked", "bug"} {
		publish(t, b, NewTask(src, "host-"+src, 1))
	}
	idle(t, b)
	mu.Lock()
	want := map[string]int{"flaky": 3, "down": Timing().TaskDeliveries, "broken": 1, "blocked": 1, "bug": 1}
	if diff := cmp.Diff(want, runs); diff != "" {
		t.Error("runs by source", diff)
	}
	mu.Unlock()
	dead, err := b.Dead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for _, d := range dead {
		reasons[strings.TrimPrefix(d.Subject[strings.LastIndex(d.Subject, "."):], ".")] = d.Reason
	}
	for src, part := range map[string]string{"down": "connection refused", "broken": "no such list", "bug": "bustest/tasks.go"} {
		if !strings.Contains(reasons[src], part) {
			t.Errorf("dead letter of %s says %q, want %q in it", src, reasons[src], part)
		}
	}
	if len(dead) != 3 {
		t.Errorf("%d dead letters, want 3: %v", len(dead), reasons)
	}
	// A task given up must not block its source.
	publish(t, b, NewTask("down", "host-down", 2))
}

func slowHandler(t *testing.T, s Server) {
	b := Open(t, s)
	var runs atomic.Int32
	publish(t, b, NewTask("slow", "h", 1), NewTask("next", "h", 1))
	Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(ctx context.Context, task notice.Task) error {
			runs.Add(1)
			if task.Source == "slow" || runs.Load() == 1 {
				select {
				case <-ctx.Done():
				case <-time.After(5 * Timing().TaskAckWait / 2):
				}
			}
			return ctx.Err()
		})
	})
	idle(t, b)
	if runs.Load() != 2 {
		t.Errorf("%d runs of two tasks that were slow or waited, want 2", runs.Load())
	}
}

func interrupted(t *testing.T, s Server) {
	b := Open(t, s)
	publish(t, b, NewTask("mee", "h", 1))
	started := make(chan int, 1)
	stop := Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "first", func(ctx context.Context, _ notice.Task) error {
			started <- 1
			<-ctx.Done()
			return ctx.Err()
		})
	})
	await(t, "the first worker", started)
	stop()
	done := make(chan int, 1)
	Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "second", func(context.Context, notice.Task) error {
			done <- 1
			return nil
		})
	})
	await(t, "the second worker", done)
	idle(t, b)
}

// closedConnection is a worker that dies: its bus goes away under its handler,
// before the ack or after the work.
func closedConnection(t *testing.T, s Server) {
	first := Open(t, s)
	publish(t, first, NewTask("mee", "h", 1), NewTask("ndrc", "h", 1))
	started, end := make(chan int, 1), make(chan int)
	stop := Go(t, func(ctx context.Context) error {
		err := first.ConsumeTasks(ctx, "first", func(context.Context, notice.Task) error {
			started <- 1
			<-end
			return nil
		})
		if err == nil && ctx.Err() == nil {
			return errors.New("the consumer of a closed bus ended without an error")
		}
		return nil
	})
	await(t, "the first worker", started)
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := Open(t, s)
	var runs atomic.Int32
	Go(t, func(ctx context.Context) error {
		return second.ConsumeTasks(ctx, "second", func(context.Context, notice.Task) error { runs.Add(1); return nil })
	})
	idle(t, second)
	if runs.Load() != 2 {
		t.Errorf("%d tasks were taken over, want 2", runs.Load())
	}
	close(end)
	stop()
}
