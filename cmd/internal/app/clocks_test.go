package app_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"govwatch/bus"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
)

// staleBook answers as before the first run until a number of looks, as a
// scheduler sees it that has read before the run was finished and publishes after.
type staleBook struct {
	stale  int64
	looks  *atomic.Int64
	due    *atomic.Int64
	enough func()
}

func (b staleBook) Healths(context.Context) ([]notice.Health, error) {
	n := b.looks.Add(1)
	if n >= b.stale+3 {
		b.enough()
	}
	if due := b.due.Load(); n > b.stale && due > 0 {
		return []notice.Health{{Source: "fresh", LastDue: time.UnixMilli(due)}}, nil
	}
	return nil, nil
}

func (staleBook) ListStates(context.Context, []notice.SourceID) (map[notice.SourceID][]notice.ListState, error) {
	return nil, errors.New("no source is adaptive")
}

// Two schedulers whose clocks differ start over one book and one bus; the second
// has looked before the first poll of the source was done. It is polled once.
func TestTwoSchedulersStartWithOnePoll(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	b, err := bus.Open(ctx, "embedded:"+t.TempDir(), bus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var polls, due atomic.Int64
	done := make(chan struct{}, 9)
	consumed := make(chan error, 1)
	go func() {
		consumed <- b.ConsumeTasks(ctx, "crawl", func(_ context.Context, task notice.Task) error {
			polls.Add(1)
			due.Store(task.Due.UnixMilli())
			done <- struct{}{}
			return nil
		})
	}()
	sources := []notice.Source{{ID: "fresh", State: notice.Active, Cron: "17 9,16 * * *", Lists: []notice.List{{URL: "https://fresh.example.org/"}}}}
	start := time.Date(2024, time.March, 12, 10, 0, 0, 0, notice.Beijing())
	for i, skew := range []time.Duration{0, 7 * time.Second} {
		run, enough := context.WithCancel(ctx)
		book := staleBook{stale: 2, looks: new(atomic.Int64), due: &due, enough: enough}
		err := schedules.Run(run, service.NewJump(start.Add(skew)), book, sources, schedules.Limits{}, func(ctx context.Context, task notice.Task) error {
			if err := b.PublishTask(ctx, task); !errors.Is(err, bus.ErrBusy) {
				return err
			}
			return nil
		})
		enough()
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if i == 0 {
			<-done
		}
	}
	for idle := false; !idle; {
		if idle, err = b.Idle(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n := polls.Load(); n != 1 {
		t.Errorf("the source was polled %d times, want once", n)
	}
	stop()
	if err := errors.Join(<-consumed, b.Close(t.Context())); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
