package app

import (
	"context"
	"sync"
	"time"

	"govwatch/crawler/health"
	"govwatch/notice"
	"govwatch/schedules"
)

const (
	// watchEvery is how often the schedule's promises are compared with what was done.
	watchEvery = time.Minute
	// planEvery is how often the plan behind them is made anew.
	planEvery = time.Hour
	// sweepEvery and keepSent bound the outbox: no message is redelivered after a month.
	sweepEvery = 24 * time.Hour
	keepSent   = 30 * 24 * time.Hour
)

// watch opens and resolves incidents for runs that did not take place. It paces
// itself by this machine's clock, because waiting on a world's clock would move it.
func (a *App) watch(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		plan, err := a.planOf(ctx, a.sources, a.clock.Now())
		if err != nil {
			a.log.Warn("the plan cannot be read, the last one counts", "err", err)
		}
		if err := a.judgeMissed(ctx, plan); err != nil && ctx.Err() == nil {
			a.log.Warn("missed runs cannot be judged now, the next look judges them", "err", err)
		}
	}
}

// planner makes the plan of sources as of a moment.
type planner func(ctx context.Context, sources []notice.Source, now time.Time) (schedules.Plan, error)

// plans keeps the plan by which this process judges what is late.
type plans struct {
	mu   sync.Mutex
	plan schedules.Plan
	made time.Time
}

// planOf is a planner whose plans last for planEvery of this machine's time.
// With an error it returns the plan before, which may be the zero one.
func (a *App) planOf(ctx context.Context, sources []notice.Source, now time.Time) (schedules.Plan, error) {
	a.plans.mu.Lock()
	defer a.plans.mu.Unlock()
	if !a.plans.made.IsZero() && time.Since(a.plans.made) < planEvery {
		return a.plans.plan, nil
	}
	p, err := schedules.MakePlan(ctx, a.backends.tracker, sources, a.cfg.Adaptive.limits(), now)
	if err == nil {
		a.plans.plan, a.plans.made = p, time.Now()
	}
	return a.plans.plan, err
}

// judgeMissed is one look.
func (a *App) judgeMissed(ctx context.Context, plan schedules.Plan) error {
	tr, now := a.backends.tracker, a.clock.Now()
	healths, err := tr.Healths(ctx)
	if err != nil {
		return err
	}
	open, err := tr.Incidents(ctx, true)
	if err != nil {
		return err
	}
	depth, err := a.backends.bus.Depth(ctx)
	if err != nil {
		return err
	}
	queue := health.Queue{Waiting: int(min(depth.TasksWaiting, 1<<30))}
	if !depth.OldestTask.IsZero() {
		// The bus knows the machine's time alone; the age is what counts.
		queue.Oldest = now.Add(-time.Since(depth.OldestTask)).Truncate(time.Minute)
	}
	incidents := health.Missed(expectations(plan, a.sources, healths), queue, open, now)
	if len(incidents) == 0 {
		return nil
	}
	return tr.SaveIncidents(ctx, incidents)
}

func expectations(plan schedules.Plan, sources []notice.Source, healths []notice.Health) []health.Expectation {
	expected := plan.Expect(sources, healths)
	out := make([]health.Expectation, 0, len(expected))
	for _, e := range expected {
		out = append(out, health.Expectation{Source: e.Source, Due: e.Due, Tolerance: e.Tolerance})
	}
	return out
}

const (
	// turnFirst leaves what was cut short by the last stop to end before the
	// calendar is looked at.
	turnFirst = time.Minute
	// turnEvery is how often it is looked at then; what turns does so at midnight.
	turnEvery = time.Hour
)

// calendar records validities that a day changed, soon after the start and every hour.
func (a *App) calendar(ctx context.Context) error {
	tick := time.NewTimer(turnFirst)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := a.turn(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("not every validity could follow the calendar, the next look tries again", "err", err)
		}
		tick.Reset(turnEvery)
	}
}

// turn is one look.
func (a *App) turn(ctx context.Context) error {
	n, err := a.extract.Turn(ctx)
	if n > 0 {
		a.log.Info("validities changed by the calendar", "records", n)
	}
	return err
}

// sweep deletes what was sent long ago from the outbox, at the start and once a day.
func (a *App) sweep(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if _, err := a.backends.tracker.SweepOutbox(ctx, a.clock.Now().Add(-keepSent)); err != nil && ctx.Err() == nil {
			a.log.Warn("the outbox cannot be swept now, it is tried again in a day", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
