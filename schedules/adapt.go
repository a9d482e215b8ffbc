package schedules

import (
	"fmt"
	"math"
	"time"

	"govwatch/internal/workday"
	"govwatch/notice"
)

// Habit is what was learnt of when a list publishes.
type Habit struct {
	// Rate is entries a working day.
	Rate float64
	// Hours is the share of each hour of the day in Beijing; it sums to 1.
	Hours [24]float64
	// Days is the number of publication days it was learnt from.
	Days int
}

const (
	// shortHistory is the number of publication days below which a list stays at
	// its cron line.
	shortHistory = 10
	// priorDays and priorRate are what a list counts for before anything is known:
	// two weeks of a notice every other day.
	priorDays, priorRate = 10.0, 0.5
	// priorHours is the weight, in entries, of the hours of an ordinary office.
	priorHours = 12.0
	// restShare is what a day of rest brings of a working day.
	restShare = 0.04
)

// office are the hours in which offices publish, by share of a day.
var office = [24]float64{
	0.004, 0.004, 0.004, 0.004, 0.004, 0.004, 0.004, 0.008, 0.04, 0.13, 0.13, 0.11,
	0.05, 0.04, 0.09, 0.12, 0.13, 0.09, 0.04, 0.016, 0.01, 0.008, 0.006, 0.004,
}

// Learn reads the habit of a list from its state, as of a day. What is known
// little is drawn towards an ordinary office.
func Learn(l notice.ListState, today notice.Date) Habit {
	h := Habit{Days: len(l.Published)}
	entries, days := priorRate*priorDays, priorDays
	if len(l.Published) > 0 {
		from := today.AddDays(-learnDays)
		if first := l.Published[0].Day; first.Compare(from) > 0 {
			from = first
		}
		for _, d := range l.Published {
			if d.Day.Compare(from) >= 0 {
				entries += float64(d.N)
			}
		}
		for d := from; d.Compare(today) < 0; d = d.AddDays(1) {
			days += workday.Weight(d.Year, time.Month(d.Month), d.Day)
		}
	}
	h.Rate = entries / days
	sum := 0.0
	for i := range h.Hours {
		h.Hours[i] = office[i] * priorHours
		if i < len(l.Hours) {
			h.Hours[i] += l.Hours[i]
		}
		sum += h.Hours[i]
	}
	for i := range h.Hours {
		h.Hours[i] /= sum
	}
	return h
}

// learnDays is how far back a rate is learnt from.
const learnDays = 120

// Intensity is the entries an hour that are expected at a moment.
func (h Habit) Intensity(t time.Time) float64 {
	t = t.In(notice.Beijing())
	w := workday.Weight(t.Date())
	if w == 0 {
		w = restShare
	}
	return h.Rate * w * h.Hours[t.Hour()]
}

// Merge is the habit of a source with several lists.
func Merge(habits []Habit) Habit {
	var all Habit
	for _, h := range habits {
		all.Days = max(all.Days, h.Days)
		all.Rate += h.Rate
		for i, share := range h.Hours {
			all.Hours[i] += h.Rate * share
		}
	}
	for i := range all.Hours {
		all.Hours[i] /= max(all.Rate, 1e-9)
	}
	return all
}

// String says it in words, for the person who asks why.
func (h Habit) String() string {
	busiest := 0
	for i, share := range h.Hours {
		if share > h.Hours[busiest] {
			busiest = i
		}
	}
	return fmt.Sprintf("%.2g notices a working day, busiest at %02d h, learnt from %d publication days", h.Rate, busiest, h.Days)
}

// Bounds are the shortest and the longest pause between two visits of a list.
type Bounds struct{ Min, Max time.Duration }

// DefaultBounds keep an adaptive list between four visits an hour and one a day.
func DefaultBounds() Bounds { return Bounds{15 * time.Minute, 24 * time.Hour} }

// Visit is when a list is due and why.
type Visit struct {
	At  time.Time
	Why string
}

// step is the grain in which a future is looked through.
const step = 5 * time.Minute

// tail draws the visits from lists that publish much to those that publish
// little: 0 minimises the mean delay (frequency as the square root of the rate),
// 1/3 the longest ones (cube root).
const tail = 1.0 / 3

// Adapt returns the next visit of a list after its last: the moment at which the
// time that entries are expected to have waited unseen, added up, reaches price
// (entry-hours). Many entries wait little, few wait long, and what comes at the
// end of a working day does not wait for the next morning.
func Adapt(h Habit, last time.Time, price float64, b Bounds) Visit {
	limit := price * math.Pow(max(h.Rate, 1e-3), tail)
	unseen, waited := 0.0, 0.0
	hours := step.Hours()
	rate, until := 0.0, time.Time{}
	for at := last; ; at = at.Add(step) {
		switch pause := at.Sub(last); {
		case pause >= b.Max:
			return Visit{last.Add(b.Max), fmt.Sprintf("the longest pause of %s is over", b.Max)}
		case waited >= limit && pause >= b.Min:
			return Visit{at, fmt.Sprintf("%.2f entries are expected since the last visit, at %.2f a working day", unseen, h.Rate)}
		}
		if !at.Before(until) { // the intensity is one for each hour
			rate, until = h.Intensity(at), at.Truncate(time.Hour).Add(time.Hour)
		}
		unseen += rate * hours
		waited += unseen * hours
	}
}

// Price returns the price at which lists of these habits are visited budget
// times a day in all, over the week that begins at from. Visits cost as many
// requests as the caller counts for one.
func Price(habits []Habit, from time.Time, budget float64, b Bounds) float64 {
	low, high := 1e-6, 1e4
	for range 30 {
		middle := math.Sqrt(low * high)
		if visits(habits, from, middle, b) > budget {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// sample is how many lists, evenly taken, stand for all when a price is sought.
const sample = 60

// visits is the number of visits a day in the week from a moment.
func visits(habits []Habit, from time.Time, price float64, b Bounds) float64 {
	stride := max(1, len(habits)/sample)
	n, taken := 0, 0
	for i := 0; i < len(habits); i += stride {
		taken++
		for at := from; at.Sub(from) < 7*24*time.Hour; n++ {
			at = Adapt(habits[i], at, price, b).At
		}
	}
	return float64(n) / 7 * float64(len(habits)) / float64(max(1, taken))
}
