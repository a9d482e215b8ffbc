package service

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Group runs named jobs and stops them in reverse order of their start, so that
// who sends stops before who receives. The zero value is ready. Its methods may
// be used concurrently.
type Group struct {
	mu   sync.Mutex
	jobs []*job
	fail chan error
}

type job struct {
	name   string
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

// Go starts a job. The job ends when its context does; an error before that is
// reported by Failed.
func (g *Group) Go(ctx context.Context, name string, f func(context.Context) error) {
	ctx, cancel := context.WithCancel(ctx)
	j := &job{name: name, cancel: cancel, done: make(chan struct{})}
	g.mu.Lock()
	g.jobs = append(g.jobs, j)
	fail := g.failures()
	g.mu.Unlock()
	go func() {
		defer close(j.done)
		err := f(ctx)
		if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return
		}
		j.err = fmt.Errorf("%s: %w", name, err)
		select {
		case fail <- j.err:
		default:
		}
	}()
}

func (g *Group) failures() chan error {
	if g.fail == nil {
		g.fail = make(chan error, 1)
	}
	return g.fail
}

// Failed yields the first error with which a job ended by itself.
func (g *Group) Failed() <-chan error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failures()
}

// Stop ends the jobs one by one, last started first, waits for each, and
// returns what went wrong in any of them.
func (g *Group) Stop() error {
	g.mu.Lock()
	jobs := g.jobs
	g.jobs = nil
	g.mu.Unlock()
	var errs []error
	for i := len(jobs) - 1; i >= 0; i-- {
		jobs[i].cancel()
		<-jobs[i].done
		errs = append(errs, jobs[i].err)
	}
	return errors.Join(errs...)
}
