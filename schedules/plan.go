package schedules

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"govwatch/notice"
)

// Learnt holds, by source, what its lists have shown of their publications.
type Learnt map[notice.SourceID][]notice.ListState

// Limits is the budget of the adaptive sources, in list requests a day. A visit
// costs one for each list of the source; documents are revisited within the
// limits of the crawl and are not counted.
type Limits struct {
	// PerHost bounds the requests to one host; zero means 144, one in ten minutes.
	PerHost float64
	// Total bounds all of them; zero means as many as the cron lines of the same
	// sources would make, so that a plan asks no more of the sites than they did.
	Total float64
}

const defaultPerHost = 144

// Plan says when each source is visited next and why. The zero Plan follows the
// cron lines. It is not changed after it was made and may be shared.
type Plan struct {
	adaptive map[notice.SourceID]course
}

// course is the plan of one adaptive source.
type course struct {
	habit  Habit
	bounds Bounds
	// cost is the number of requests of a visit, price what one may wait for.
	cost, price float64
	// pinned is a source of which too little is known: it stays at its cron line.
	pinned bool
}

// next is the next visit at a price of one request.
func (c course) next(last time.Time, price float64) time.Time {
	return Adapt(c.habit, last, price*c.cost, c.bounds).At
}

// perDay is the number of visits a day in the week from a moment.
func (c course) perDay(from time.Time, price float64) float64 {
	const week = 7 * 24 * time.Hour
	n, last := 0.0, from
	for at := c.next(last, price); ; at = c.next(last, price) {
		if at.Sub(from) >= week {
			// The visit in the next week counts for the part of its pause in this one.
			return (n + float64(from.Add(week).Sub(last))/float64(at.Sub(last))) / 7
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
	if limits.PerHost <= 0 {
		limits.PerHost = defaultPerHost
	}
	total := limits.Total
	hosts := map[string][]notice.SourceID{}
	for _, s := range sources {
		if !s.Adaptive || !s.State.Scheduled() {
			continue
		}
		c := courseOf(s, learnt[s.ID], now)
		p.adaptive[s.ID] = c
		byCron := perDay(s, now) * c.cost
		switch {
		case c.pinned && limits.Total > 0:
			total -= byCron
			continue
		case c.pinned:
			continue
		case limits.Total <= 0:
			total += byCron
		}
		for _, h := range listHosts(s) {
			hosts[h] = append(hosts[h], s.ID)
		}
	}
	p.divide(total, limits.PerHost, hosts, now)
	return p
}

func courseOf(s notice.Source, lists []notice.ListState, now time.Time) course {
	habits := make([]Habit, 0, len(lists))
	for _, l := range lists {
		habits = append(habits, Learn(l, notice.DateOf(now)))
	}
	c := course{habit: Merge(habits), bounds: DefaultBounds(), cost: float64(max(1, len(s.Lists)))}
	c.pinned = c.habit.Days < shortHistory
	if s.MinInterval > 0 {
		c.bounds.Min = s.MinInterval
	}
	if s.MaxInterval > 0 {
		c.bounds.Max = s.MaxInterval
	}
	c.bounds.Max = max(c.bounds.Max, c.bounds.Min)
	return c
}

// divide finds one price for all, and a higher one for the sources of a host
// that would get too many requests: what they leave goes to the others.
func (p Plan) divide(total, perHost float64, hosts map[string][]notice.SourceID, now time.Time) {
	least := map[notice.SourceID]float64{}
	all := make([]notice.SourceID, 0, len(p.adaptive))
	for id, c := range p.adaptive {
		if !c.pinned {
			all = append(all, id)
		}
	}
	cost := func(ids []notice.SourceID, price float64) (sum float64) {
		for _, id := range ids {
			c := p.adaptive[id]
			sum += c.cost * c.perDay(now, max(price, least[id]))
		}
		return sum
	}
	if len(all) == 0 {
		return
	}
	price := solve(total, func(x float64) float64 { return cost(all, x) })
	crowded := false
	for _, ids := range hosts {
		if cost(ids, price) <= perHost {
			continue
		}
		crowded = true
		high := solve(perHost, func(x float64) float64 { return cost(ids, x) })
		for _, id := range ids {
			least[id] = max(least[id], high)
		}
	}
	if crowded {
		lower := solve(total, func(x float64) float64 { return cost(all, x) })
		// What is left for the others must not crowd a host of theirs.
		if !slices.ContainsFunc(slices.Collect(maps.Values(hosts)), func(ids []notice.SourceID) bool { return cost(ids, lower) > perHost }) {
			price = lower
		}
	}
	for _, id := range all {
		c := p.adaptive[id]
		c.price = max(price, least[id])
		p.adaptive[id] = c
	}
}

// solve finds the lowest price at which a cost that falls with it stays within a budget.
func solve(budget float64, cost func(float64) float64) float64 {
	low, high := 1e-6, 1e4
	for range 24 {
		middle := math.Sqrt(low * high)
		if cost(middle) > budget {
			low = middle
		} else {
			high = middle
		}
	}
	return high
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

// Next returns the first due time of a source after a moment, zero when it never is due.
func (p Plan) Next(s notice.Source, after time.Time) time.Time {
	if c, ok := p.adaptive[s.ID]; ok && !c.pinned {
		return c.next(after, c.price)
	}
	return Next(s, after)
}
