package schedules

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // cron lines are read in Asia/Shanghai on any machine

	"github.com/robfig/cron/v3"

	"govwatch/internal/service"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// tick is how often the loop looks for what is due: cron lines count minutes.
const tick = 20 * time.Second

// Book tells what the scheduler must remember between starts.
type Book interface {
	// Healths returns the state of every source; LastDue is the due time of its
	// last finished task.
	Healths(ctx context.Context) ([]notice.Health, error)
	// ListStates returns what is remembered of the lists of the given sources.
	ListStates(ctx context.Context, sources []notice.SourceID) (map[notice.SourceID][]notice.ListState, error)
}

// relearn is how often a running scheduler makes its plan anew.
const relearn = time.Hour

// parseCron reads a five-field line in Beijing time.
func parseCron(line string) (cron.Schedule, error) {
	s, err := cron.ParseStandard("CRON_TZ=Asia/Shanghai " + line)
	if err != nil || strings.Contains(line, "TZ=") {
		return nil, fmt.Errorf("cron %q: use five fields (minute hour day month weekday) in Beijing time, such as 30 9,15 * * 1-5", line)
	}
	return s, nil
}

// Next returns the first due time of a source after a moment, zero when its
// cron line never fires.
func Next(s notice.Source, after time.Time) time.Time {
	c, err := parseCron(s.Cron)
	if err != nil {
		return time.Time{}
	}
	return c.Next(after)
}

// Due returns a task for each host of each source whose time has come. A source
// that has never run is due at once; one that missed several runs is due once,
// as of the latest of them, so that a long stop is caught up without a burst.
// Sources that rest, are paused or retired are left out.
func Due(sources []notice.Source, healths []notice.Health, now time.Time) []notice.Task {
	return Plan{}.Due(sources, healths, now)
}

// Due is the function Due by this plan.
func (p Plan) Due(sources []notice.Source, healths []notice.Health, now time.Time) []notice.Task {
	known := byID(healths)
	var out []notice.Task
	for _, s := range sources {
		h := known[s.ID]
		if !stateOf(s, h).Scheduled() || now.Before(h.PausedUntil) {
			continue
		}
		due, ok := p.dueAt(s, h.LastDue, now)
		if !ok {
			continue
		}
		for _, host := range listHosts(s) {
			t := notice.Task{Source: s.ID, Mode: notice.Poll, Host: host, Due: due}
			t.ID = notice.NewTaskID(s.ID, notice.Poll, due, host)
			out = append(out, t)
		}
	}
	return out
}

// dueAt is the latest moment at or before now at which the source should have run.
func (p Plan) dueAt(s notice.Source, last, now time.Time) (time.Time, bool) {
	if last.IsZero() {
		return firstDue(s, now), true
	}
	next := p.Next(s, last)
	if next.IsZero() || next.After(now) {
		return time.Time{}, false
	}
	// A year of minutes would be walked here at most; a bound keeps a line that
	// fires each minute after a long stop from costing more than it says.
	for range 2000 {
		following := p.Next(s, next)
		if following.IsZero() || following.After(now) {
			return next, true
		}
		next = following
	}
	return now, true
}

// firstDue is the due time of a source that has never run: the latest of its
// cron line today in Beijing, else the beginning of the day. It is the same for
// schedulers that look a moment apart, so that the bus takes their tasks for one.
func firstDue(s notice.Source, now time.Time) time.Time {
	due := notice.DateOf(now).Time()
	for t := Next(s, due.Add(-time.Second)); !t.IsZero() && !t.After(now); t = Next(s, t) {
		due = t
	}
	return due
}

// listHosts are the hosts on which the source's lists stand, each once.
func listHosts(s notice.Source) []string {
	var out []string
	for _, l := range s.Lists {
		if h := urlx.Host(l.URL); h != "" && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

// Run hands every due task to enqueue until the context ends. Enqueue must treat
// a task that is there already as done: the loop offers it again until it is finished.
func Run(ctx context.Context, clock service.Clock, book Book, sources []notice.Source, limits Limits, enqueue func(context.Context, notice.Task) error) error {
	var plan Plan
	var planned time.Time
	for {
		now := clock.Now()
		if planned.IsZero() || now.Sub(planned) >= relearn || now.Before(planned) {
			p, err := MakePlan(ctx, book, sources, limits, now)
			if err != nil {
				return err
			}
			plan, planned = p, now
		}
		healths, err := book.Healths(ctx)
		if err != nil {
			return fmt.Errorf("read what is due: %w", err)
		}
		for _, t := range plan.Due(sources, healths, now) {
			if err := enqueue(ctx, t); err != nil {
				return fmt.Errorf("enqueue task of %s: %w", t.Source, err)
			}
		}
		if err := clock.Sleep(ctx, tick); err != nil {
			return err
		}
	}
}
