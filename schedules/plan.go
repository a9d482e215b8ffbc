package schedules

import (
	"context"
	"fmt"
	"time"

	"govwatch/notice"
)

// Learnt holds, by source, what its lists have shown of their publications.
type Learnt map[notice.SourceID][]notice.ListState

// Limits is the budget of the adaptive sources, in list requests a day. A visit
// costs one for each list of the source; documents are revisited within the
// limits of the crawl and are not counted.
type Limits struct {
	// PerHost bounds the requests to one host; zero means DefaultPerHost.
	PerHost float64
	// Total bounds all of them; zero means as many as the cron lines of the same
	// sources would make, so that a plan asks no more of the sites than they did.
	Total float64
}

// DefaultPerHost is one request in ten minutes.
const DefaultPerHost = 144

// Plan says when each source is visited next and why. The zero Plan follows the
// cron lines. It is not changed after it was made and may be shared.
type Plan struct {
	adaptive map[notice.SourceID]course
}

// course is the plan of one adaptive source.
type course struct {
	habit  Habit
	bounds Bounds
	// cost is the number of requests of a visit.
	cost float64
	// pinned is a source of which too little is known: it stays at its cron line.
	pinned bool
	curve  curve
	// most is what a visit may cost so that entries wait no longer than at even
	// pauses, least what it costs on a crowded host; worth is what it does cost.
	most, least, worth float64
	// table holds the visits of the coming days.
	table table
}

// price sets what a visit costs from the price of a request.
func (c course) price(request float64) float64 {
	return max(min(c.habit.worth(request)*c.cost, c.most), c.least)
}

// planned is how many days a table holds, beyond which the visits are sought anew.
const planned = 9

// settle makes the table of the coming days at a price.
func (c *course) settle(request float64, now time.Time) {
	c.worth = c.price(request)
	from := now.Add(-c.bounds.Max).Truncate(step)
	c.table = makeTable(c.habit, from, now.AddDate(0, 0, planned).Add(c.bounds.Max+lookAhead), step, c.worth, c.bounds)
}

// next is the visit after one.
func (c course) next(last time.Time) time.Time {
	end := c.table.time(len(c.table.after) - 1).Add(-c.bounds.Max - lookAhead)
	if last.Before(c.table.from) || last.After(end) {
		from := last.Truncate(step)
		return makeTable(c.habit, from, from.Add(c.bounds.Max+lookAhead), step, c.worth, c.bounds).next(last, c.bounds)
	}
	return c.table.next(last, c.bounds)
}

// perDay is the number of visits a day in the week from a moment.
func (c course) perDay(from time.Time) float64 {
	n, last, end := 0.0, from, from.AddDate(0, 0, week)
	for at := c.next(last); ; at = c.next(last) {
		if !at.Before(end) {
			// The visit in the next week counts for the part of its pause in this one.
			return (n + float64(end.Sub(last))/float64(at.Sub(last))) / week
		}
		n, last = n+1, at
	}
}

// MakePlan makes the plan for the declared sources from what their lists have
// shown. It asks the book nothing when no source is adaptive.
func MakePlan(ctx context.Context, book Book, sources []notice.Source, limits Limits, now time.Time) (Plan, error) {
	var ids []notice.SourceID
	for _, s := range sources {
		if s.Adaptive {
			ids = append(ids, s.ID)
		}
	}
	if len(ids) == 0 {
		return Plan{}, nil
	}
	learnt, err := book.ListStates(ctx, ids)
	if err != nil {
		return Plan{}, fmt.Errorf("learn when sources publish: %w", err)
	}
	return NewPlan(sources, learnt, limits, now), nil
}

// NewPlan divides the budget among the sources that ask for it. A source with a
// short history is pinned at its cron line, which counts against the budget.
func NewPlan(sources []notice.Source, learnt Learnt, limits Limits, now time.Time) Plan {
	p := Plan{adaptive: map[notice.SourceID]course{}}
	d := division{now: now, perHost: limits.PerHost, total: limits.Total, hosts: map[string][]*course{}}
	if d.perHost <= 0 {
		d.perHost = DefaultPerHost
	}
	usual := learnt.together(sources, now)
	courses := map[notice.SourceID]*course{}
	for _, s := range sources {
		if !s.Adaptive || !s.State.Scheduled() {
			continue
		}
		c := courseOf(s, learnt[s.ID], usual, now)
		courses[s.ID] = &c
		byCron := perDay(s, now) * c.cost
		switch {
		case c.pinned && limits.Total > 0:
			d.total -= byCron
			continue
		case c.pinned:
			continue
		case limits.Total <= 0:
			d.total += byCron
		}
		d.all = append(d.all, &c)
		for _, h := range listHosts(s) {
			d.hosts[h] = append(d.hosts[h], &c)
		}
	}
	d.divide()
	for id, c := range courses {
		p.adaptive[id] = *c
	}
	return p
}

// together is what all adaptive sources have shown.
func (l Learnt) together(sources []notice.Source, now time.Time) ordinary {
	var habits []Habit
	for _, s := range sources {
		if s.Adaptive {
			for _, list := range l[s.ID] {
				habits = append(habits, Learn(list, notice.DateOf(now)))
			}
		}
	}
	return pooled(habits)
}

const (
	// fewDays of publication within shortSpan days are a short history, and so is
	// less than leastDays of publication at all: such a list stays at its cron line.
	fewDays, leastDays = 10, 2
	shortSpan          = 28
)

func courseOf(s notice.Source, lists []notice.ListState, usual ordinary, now time.Time) course {
	habits := make([]Habit, 0, len(lists))
	for _, l := range lists {
		habits = append(habits, learn(l, notice.DateOf(now), usual))
	}
	c := course{habit: Merge(habits), bounds: DefaultBounds(), cost: float64(max(1, len(s.Lists)))}
	c.pinned = c.habit.Days < leastDays || c.habit.Days < fewDays && c.habit.Span < shortSpan
	if s.MinInterval > 0 {
		c.bounds.Min = s.MinInterval
	}
	if s.MaxInterval > 0 {
		c.bounds.Max = s.MaxInterval
	}
	c.bounds.Max = max(c.bounds.Max, c.bounds.Min)
	return c
}

// Next returns the first due time of a source after a moment, zero when it never is due.
func (p Plan) Next(s notice.Source, after time.Time) time.Time {
	if c, ok := p.adaptive[s.ID]; ok && !c.pinned {
		return c.next(after)
	}
	return Next(s, after)
}

// perDay is how often the cron line of a source fires a day, in the mean of a week.
func perDay(s notice.Source, now time.Time) float64 {
	c, err := parseCron(s.Cron)
	if err != nil {
		return 0
	}
	n, end := 0, now.AddDate(0, 0, 7)
	for t := c.Next(now); !t.IsZero() && !t.After(end); t = c.Next(t) {
		n++
	}
	return float64(n) / 7
}
