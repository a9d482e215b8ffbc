package app

import (
	"context"
	"errors"
	"time"

	"govwatch/bus"
	"govwatch/notice"
	"govwatch/schedules"
)

// gatherIncidents is how long a running process waits with the word of an incident
// for others that have the same cause.
const gatherIncidents = 2 * time.Minute

// idlePoll is how often an idle check looks when App.poll says nothing; it costs a few queries.
const idlePoll = 10 * time.Millisecond

// Once polls everything that is due, waits until every role is idle, and
// reports what the round did. A message whose channel asked for a later attempt
// is not waited for; it stays due.
func (a *App) Once(ctx context.Context) (Report, error) {
	began := time.Now()
	since := a.clock.Now()
	if err := a.turn(ctx); err != nil {
		return Report{}, err
	}
	if err := a.round(ctx); err != nil {
		return Report{}, err
	}
	r, err := a.report(ctx, since)
	r.ElapsedMS = time.Since(began).Milliseconds()
	return r, err
}

// round publishes every due task and waits until nothing is left to do. Messages
// go out when the visits are over.
func (a *App) round(ctx context.Context) error {
	// What falls ill in one round is told together.
	a.alerts.Hold()
	defer a.alerts.Release()
	healths, err := a.backends.tracker.Healths(ctx)
	if err != nil {
		return err
	}
	plan, err := schedules.MakePlan(ctx, a.backends.tracker, a.sources, a.cfg.Adaptive.limits(), a.clock.Now())
	if err != nil {
		return err
	}
	for _, t := range plan.Due(a.sources, healths, a.clock.Now()) {
		if err := a.enqueue(ctx, t); err != nil {
			return err
		}
	}
	return a.settle(ctx)
}

// enqueue hands a task to the bus. A source whose task still waits or runs keeps that one.
func (a *App) enqueue(ctx context.Context, t notice.Task) error {
	err := a.backends.bus.PublishTask(ctx, t)
	if errors.Is(err, bus.ErrBusy) {
		return nil
	}
	return err
}

// settle waits until no task waits or runs, the outbox is empty, every event is
// handled and every due message is sent.
func (a *App) settle(ctx context.Context) error {
	tick := time.NewTicker(max(a.poll, idlePoll))
	defer tick.Stop()
	for {
		idle, err := a.idle(ctx)
		if err != nil {
			return err
		}
		// A second look: an event may have been on its way between two of the checks.
		if idle {
			if idle, err = a.idle(ctx); err != nil || idle {
				return err
			}
		}
		if err := a.progress.stuck(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-a.group.Failed():
			return err
		case <-tick.C:
		}
	}
}

// idle looks along the path, from the end that feeds to the end that is fed.
func (a *App) idle(ctx context.Context) (bool, error) {
	idle, err := a.backends.bus.Idle(ctx)
	if err != nil || !idle {
		return false, err
	}
	rows, err := a.backends.tracker.Pending(ctx, 1)
	if err != nil || len(rows) > 0 {
		return false, err
	}
	if idle, err = a.backends.bus.Idle(ctx); err != nil || !idle {
		return false, err
	}
	a.alerts.Release()
	due, err := a.backends.tracker.AlertsDue(ctx, a.clock.Now())
	return due == 0, err
}
