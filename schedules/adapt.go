package schedules

import (
	"fmt"
	"math"
	"time"

	"govwatch/notice"
)

// Bounds are the shortest and the longest pause between two visits of a list.
type Bounds struct{ Min, Max time.Duration }

// DefaultBounds keep an adaptive list between four visits an hour and one a day.
func DefaultBounds() Bounds { return Bounds{15 * time.Minute, 24 * time.Hour} }

// Visit is when a list is due and why.
type Visit struct {
	At  time.Time
	Why string
}

const (
	// step is the grain of visits.
	step = 10 * time.Minute
	// tail draws the visits from lists that publish much to those that publish
	// little: with frequency as the power of the rate that it names. 1/2 minimises
	// the mean delay of all entries, 0 that of the mean list.
	tail = 0.28
	// dread is what a delay as long as the usual pause of its list costs more than
	// one in proportion: it bounds nights and weekends.
	dread = 0.1
)

// lookAhead is how far beyond the longest pause the visits to come are weighed.
const lookAhead = 24 * time.Hour

// Adapt returns the next visit of a list after its last: the first of the
// sequence of visits that costs least, when each costs price and each entry the
// time that it is expected to wait.
func Adapt(h Habit, last time.Time, price float64, b Bounds) Visit {
	from := last.Truncate(step)
	t := makeTable(h, from, from.Add(b.Max+lookAhead), step, h.worth(price), b)
	at := t.next(last, b)
	if at.Sub(last) >= b.Max {
		return Visit{at, fmt.Sprintf("the longest pause of %s is over", b.Max)}
	}
	return Visit{at, fmt.Sprintf("%.2f entries are expected since the last visit, at %.2f a working day", t.expected(last, at), h.Rate)}
}

// worth is what a visit of this list may cost in entry-hours, at a price that
// is the same for all lists.
func (h Habit) worth(price float64) float64 {
	return price * math.Pow(max(h.Rate, 1e-3), 1-2*tail)
}

// table is the best next visit after each moment of a time.
type table struct {
	from  time.Time
	grain time.Duration
	// after[i] is the index of the visit that follows one at index i.
	after []int32
	// entries[i] are expected before index i; first is their sum weighted by their index.
	entries, first []float64
}

// makeTable finds the visits by dynamic programming from the end of the time
// backwards. An entry that waits d costs d (1 + dread d / g), where g is the
// pause at which an even flow of the list's entries is worth a visit: the tail
// costs more than in proportion, in the measure of each list. Because that cost
// is convex, the best visit after a later moment is never an earlier one, which
// bounds the search.
func makeTable(h Habit, from, to time.Time, grain time.Duration, worth float64, bounds Bounds) table {
	n := int(to.Sub(from) / grain)
	t := table{from: from, grain: grain, after: make([]int32, n+1), entries: make([]float64, n+1), first: make([]float64, n+1)}
	second := make([]float64, n+1)
	h.fill(&t, second)
	worth /= grain.Hours() // costs are counted in entries times grains
	heavy := dread / math.Sqrt(2*worth/(h.perHour()*grain.Hours()))
	// Entries between i and j cost c(j) - a(j) entries[i] + b(j) first[i], and what
	// depends on i alone decides nothing; c holds the cost of all that follows, too.
	a, b, c := make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
	least, most := max(1, int(math.Ceil(float64(bounds.Min)/float64(grain)))), max(1, int(bounds.Max/grain))
	t.after[n] = int32(n)
	for i := n; i >= 0; i-- {
		x, after := float64(i), 0.0
		if i < n {
			low := min(i+least, n)
			high := max(low, min(i+most, int(t.after[i+1])))
			best, e, f := math.Inf(1), t.entries[i], t.first[i]
			for j := low; j <= high; j++ {
				if cost := c[j] - a[j]*e + b[j]*f; cost < best {
					best, t.after[i] = cost, int32(j)
				}
			}
			after = worth + best - heavy*second[i]
		}
		a[i], b[i] = x+heavy*x*x, 1+2*heavy*x
		c[i] = a[i]*t.entries[i] - b[i]*t.first[i] + heavy*second[i] + after
	}
	return t
}

// perHour is the rate in the mean of a week.
func (h Habit) perHour() float64 { return h.Rate * 5 / 7 / 24 }

// fill sums what is expected.
func (h Habit) fill(t *table, second []float64) {
	day, rate := notice.Date{}, 0.0
	at := t.from.In(notice.Beijing())
	for i := range len(t.after) - 1 {
		if d := notice.DateOf(at); d != day {
			day, rate = d, h.day(d)
		}
		x, n := float64(i)+0.5, rate*h.Hours[at.Hour()]*t.grain.Hours()
		t.entries[i+1] = t.entries[i] + n
		t.first[i+1] = t.first[i] + n*x
		second[i+1] = second[i] + n*x*x
		at = at.Add(t.grain)
	}
}

// index is the last moment of the table at or before t.
func (t table) index(at time.Time) int { return int(at.Sub(t.from) / t.grain) }

func (t table) time(i int) time.Time { return t.from.Add(time.Duration(i) * t.grain) }

// next is the visit after one at a moment within the table.
func (t table) next(last time.Time, b Bounds) time.Time {
	at := t.time(int(t.after[t.index(last)]))
	if at.Sub(last) < b.Min {
		at = last.Add(b.Min)
	}
	return at
}

// expected is the number of entries between two moments.
func (t table) expected(from, to time.Time) float64 {
	return t.entries[min(t.index(to), len(t.entries)-1)] - t.entries[t.index(from)]
}

// pace follows the table for days from its beginning and returns the visits a
// day and the mean delay of an entry.
func (t table) pace(days int) (visits, delay float64) {
	end := int(time.Duration(days) * 24 * time.Hour / t.grain)
	waited := 0.0
	for i := 0; i < end; {
		j := int(t.after[i])
		stop := min(j, end)
		// The visit beyond the end counts for the part of its pause before it.
		visits += float64(stop-i) / float64(j-i)
		waited += float64(j)*(t.entries[stop]-t.entries[i]) - (t.first[stop] - t.first[i])
		i = j
	}
	if n := t.entries[end]; n > 0 {
		delay = waited / n * t.grain.Hours()
	}
	return visits / float64(days), delay
}

// Price returns the price at which lists of these habits are visited budget
// times a day in all, over the week that begins at from. Visits cost as many
// requests as the caller counts for one.
func Price(habits []Habit, from time.Time, budget float64, b Bounds) float64 {
	curves := make([]curve, len(habits))
	for i, h := range habits {
		curves[i] = makeCurve(h, from, b)
	}
	return solve(budget, func(price float64) (sum float64) {
		for i, h := range habits {
			visits, _ := curves[i].at(h.worth(price))
			sum += visits
		}
		return sum
	})
}

// curve is what a list gets for what its visits may cost: the dearer, the fewer.
type curve struct {
	// worth, visits (a day) and delay (hours) are logarithms.
	worth, visits, delay [10]float64
}

// week is the time over which budgets are balanced.
const week = 7

func makeCurve(h Habit, from time.Time, b Bounds) (c curve) {
	for i := range c.worth {
		pause := 0.15 * math.Pow(2, float64(i)) // hours
		grain := step
		if pause > 1 { // a coarser one tells long pauses well enough
			grain = 30 * time.Minute
		}
		start := from.Truncate(grain)
		worth := h.perHour() * pause * pause / 2
		t := makeTable(h, start, start.AddDate(0, 0, week).Add(b.Max), grain, worth, b)
		visits, delay := t.pace(week)
		c.worth[i], c.visits[i], c.delay[i] = math.Log(worth), math.Log(max(visits, 1e-3)), math.Log(max(delay, 1e-3))
	}
	return c
}

// at returns the visits a day and the mean delay in hours.
func (c curve) at(worth float64) (visits, delay float64) {
	x := math.Log(worth)
	i := 1
	for i < len(c.worth)-1 && c.worth[i] < x {
		i++
	}
	part := min(max((x-c.worth[i-1])/(c.worth[i]-c.worth[i-1]), 0), 1)
	return math.Exp(c.visits[i-1] + part*(c.visits[i]-c.visits[i-1])), math.Exp(c.delay[i-1] + part*(c.delay[i]-c.delay[i-1]))
}

// solve finds the lowest price at which a cost that falls with it stays within a budget.
func solve(budget float64, cost func(float64) float64) float64 {
	low, high := 1e-6, 1e4
	for range 30 {
		middle := math.Sqrt(low * high)
		if cost(middle) > budget {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
