// Package service holds what a long-running process needs and no room owns: the
// clock that is passed in, and the group that starts and stops goroutines.
package service

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time that schedules, ages and pauses are measured by. All
// clocks may be used concurrently and never go backwards.
type Clock interface {
	Now() time.Time
	// Sleep waits for d of this clock's time, or returns the context's error.
	Sleep(ctx context.Context, d time.Duration) error
}

// Real is the machine's clock.
func Real() Clock { return &offset{} }

// Offset starts at a given moment and runs at the machine's speed: work is
// judged as of that moment.
func Offset(start time.Time) Clock { return &offset{add: time.Until(start)} }

type offset struct{ add time.Duration }

func (c *offset) Now() time.Time { return time.Now().Add(c.add) }

func (c *offset) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Jump is a world's clock: it stands still until somebody waits, and then jumps
// to the end of the wait. Pauses are kept in the world's time and cost none of ours.
type Jump struct {
	mu  sync.Mutex
	now time.Time
}

// NewJump starts a world's clock.
func NewJump(start time.Time) *Jump { return &Jump{now: start} }

// Now returns the world's time.
func (c *Jump) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the world on by d and returns at once.
func (c *Jump) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.now = c.now.Add(d)
	}
	return nil
}

// Set moves the world to t; an earlier moment is ignored.
func (c *Jump) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}
