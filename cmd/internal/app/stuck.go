package app

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// patience is how long a round that somebody waits for may make no progress
// before it fails with the reason. A daemon goes on trying.
const patience = 15 * time.Second

// progress remembers the trouble of handlers: the error that has stood longest
// without a success after it. The zero value is ready; methods may be called
// concurrently.
type progress struct {
	mu    sync.Mutex
	err   error
	since time.Time
}

// note records what a handler came to.
func (p *progress) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err == nil:
		p.err = nil
	case p.err == nil:
		p.err, p.since = err, time.Now()
	}
}

// stuck returns the reason when nothing has succeeded for too long.
func (p *progress) stuck() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil || time.Since(p.since) < patience {
		return nil
	}
	return fmt.Errorf("no progress for %s: %w", patience, p.err)
}

// watched lets a handler's outcome be seen by whoever waits for the round.
func watched[T any](a *App, h func(context.Context, T) error) func(context.Context, T) error {
	return func(ctx context.Context, v T) error {
		err := h(ctx, v)
		if ctx.Err() == nil {
			a.progress.note(err)
		}
		return err
	}
}
