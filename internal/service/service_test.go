package service_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"govwatch/internal/service"
)

func TestGroupStopsInReverseOrder(t *testing.T) {
	t.Parallel()
	var g service.Group
	var mu sync.Mutex
	var ended []string
	for _, name := range []string{"relay", "extract", "crawl"} {
		g.Go(t.Context(), name, func(ctx context.Context) error {
			<-ctx.Done()
			mu.Lock()
			defer mu.Unlock()
			ended = append(ended, name)
			return ctx.Err()
		})
	}
	if err := g.Stop(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"crawl", "extract", "relay"}; !slices.Equal(ended, want) {
		t.Errorf("ended %v, want %v", ended, want)
	}
}

func TestGroupReportsAJobThatFails(t *testing.T) {
	t.Parallel()
	var g service.Group
	boom := errors.New("boom")
	g.Go(t.Context(), "relay", func(context.Context) error { return boom })
	if err := <-g.Failed(); !errors.Is(err, boom) {
		t.Errorf("failed with %v", err)
	}
	if err := g.Stop(); !errors.Is(err, boom) {
		t.Errorf("stop says %v", err)
	}
}

func TestClocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
		c := service.Offset(start)
		if err := c.Sleep(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := c.Now().Sub(start); got != time.Hour {
			t.Errorf("an hour of sleep moved the clock by %s", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a cancelled sleep says %v", err)
		}
	})
}

func TestJumpKeepsPausesInItsOwnTime(t *testing.T) {
	t.Parallel()
	start := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	c := service.NewJump(start)
	if err := c.Sleep(t.Context(), 3*time.Second); err != nil {
		t.Fatal(err)
	}
	c.Set(start) // earlier: ignored
	if got := c.Now().Sub(start); got != 3*time.Second {
		t.Errorf("moved by %s", got)
	}
}
