package schedules

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"govwatch/internal/workday"
	"govwatch/notice"
)

// Habit is what was learnt of when a list publishes.
type Habit struct {
	// Rate is entries a working day, in the mean of an ordinary week: what comes at
	// weekends counts for the five days before.
	Rate float64
	// Level is what each kind of day brings, in parts of Rate: Sunday to Saturday
	// where offices work, then Saturdays, Sundays and weekdays of rest.
	Level [dayKinds]float64
	// Hours is the share of each hour of the day in Beijing; it sums to 1.
	Hours [24]float64
	// Days is the number of publication days it was learnt from, Span the days
	// from the first of them, or from the first visit, to the last day learnt from.
	Days, Span int

	// arrived are the entries behind Hours, by hour.
	arrived [24]float64
}

// Kinds of days beyond the seven that are worked.
const (
	restSaturday = iota + 7
	restSunday
	holiday
	dayKinds
)

const (
	// priorDays and priorRate are what a list counts for before anything is known:
	// two weeks of a notice every other day.
	priorDays, priorRate = 10.0, 0.5
	// priorEntries is the weight, in entries, of the ordinary week, and priorHours
	// that of the ordinary day, against what a list has shown itself.
	priorEntries, priorHours = 4.0, 10.0
	// restShare is what a day of rest ordinarily brings of a working day.
	restShare = 0.04
	// unlike is the part of an ordinary list that keeps no hours.
	unlike = 0.05
	// learnDays is how far back a rate is learnt from, halfLife the days after
	// which a day counts half: habits change.
	learnDays, halfLife = 200, 45.0
)

// ordinary is what a list is drawn to of which little is known.
type ordinary struct {
	hours [24]float64
	level [dayKinds]float64
}

// office are the hours in which offices publish, by share of a day.
var office = [24]float64{
	0.004, 0.004, 0.004, 0.004, 0.004, 0.004, 0.004, 0.008, 0.04, 0.13, 0.13, 0.11,
	0.05, 0.04, 0.09, 0.12, 0.13, 0.09, 0.04, 0.016, 0.01, 0.008, 0.006, 0.004,
}

// Learn reads the habit of a list from its state, as of a day. What is known
// little is drawn towards an ordinary office.
func Learn(l notice.ListState, today notice.Date) Habit { return learn(l, today, anOffice()) }

// anOffice is what an ordinary list is taken for before any has shown its habit.
func anOffice() ordinary {
	o := ordinary{hours: office}
	for k := range o.level {
		if o.level[k] = 1; k >= restSaturday {
			o.level[k] = restShare
		}
	}
	return o
}

func learn(l notice.ListState, today notice.Date, o ordinary) Habit {
	h := Habit{Days: len(l.Published)}
	from := today.AddDays(-learnDays)
	since := notice.DateOf(l.BaselineAt)
	if len(l.Published) > 0 && (!l.Baseline || l.Published[0].Day.Compare(since) < 0) {
		since = l.Published[0].Day
	} else if !l.Baseline {
		since = today
	}
	if since.Compare(from) > 0 {
		from = since
	}
	h.Span = max(0, today.Days(from))
	h.learnRate(l.Published, from, today, o.level)
	h.learnHours(l.Arrivals, o.hours)
	return h
}

// tally sums entries and days by kind of day, faded by their age.
type tally struct{ entries, days [dayKinds]float64 }

// learnRate sets Rate and Level from the days in [from, today).
func (h *Habit) learnRate(published []notice.DayCount, from, today notice.Date, level [dayKinds]float64) {
	var t tally
	sum, squares, fade := 0.0, 0.0, math.Exp2(-1/halfLife)
	next := slices.IndexFunc(published, func(d notice.DayCount) bool { return d.Day.Compare(from) >= 0 })
	for d := from; d.Compare(today) < 0; d = d.AddDays(1) {
		n := 0.0
		if next >= 0 && next < len(published) && published[next].Day == d {
			n = float64(published[next].N)
			next++
		}
		for k := range t.days {
			t.days[k] *= fade
			t.entries[k] *= fade
		}
		k, weight := dayKind(d)
		t.days[k] += weight
		t.entries[k] += n
		sum += n
		squares += n * n
	}
	all, worked := priorRate*priorDays, priorDays
	for k := range t.days {
		all += t.entries[k]
		if k < restSaturday {
			worked += t.days[k]
		}
	}
	rate := all / worked
	// Entries that come together tell little more than one of them.
	together := min(max(1, squares/max(sum, 1)-rate), 10)
	prior := priorEntries * together / rate
	for k := range h.Level {
		h.Level[k] = (t.entries[k] + prior*rate*level[k]) / (t.days[k] + prior)
	}
	week := h.Level[restSaturday] + h.Level[restSunday]
	for k := time.Monday; k <= time.Friday; k++ {
		week += h.Level[k]
	}
	h.Rate = week / 5
	for k := range h.Level {
		h.Level[k] /= h.Rate
	}
}

// dayKind is the kind of a day and what of an ordinary one of its kind the
// calendar lets expect.
func dayKind(d notice.Date) (kind int, weight float64) {
	month, weekday := time.Month(d.Month), d.Time().Weekday()
	w := workday.Weight(d.Year, month, d.Day)
	switch {
	case w > 0:
		return int(weekday), w
	case weekday == time.Saturday:
		return restSaturday, 1
	case weekday == time.Sunday:
		return restSunday, 1
	}
	return holiday, 1
}

// rounds of expectation and maximisation: what arrived between two visits is
// divided among their hours by the shares of the round before.
const rounds = 12

func (h *Habit) learnHours(arrivals []notice.Arrival, ordinary [24]float64) {
	h.Hours = ordinary
	for range rounds {
		h.arrived = [24]float64{}
		for _, a := range arrivals {
			h.divide(a)
		}
		sum := 0.0
		for _, n := range h.arrived {
			sum += n
		}
		for i := range h.Hours {
			h.Hours[i] = (h.arrived[i] + priorHours*ordinary[i]) / (sum + priorHours)
		}
	}
}

// divide adds an arrival to the hours between its visits.
func (h *Habit) divide(a notice.Arrival) {
	first, last := max(0, a.From/60), min(23, (a.To-1)/60)
	overlap := func(i int) float64 { return float64(min(a.To, i*60+60)-max(a.From, i*60)) / 60 }
	sum := 0.0
	for i := first; i <= last; i++ {
		sum += h.Hours[i] * overlap(i)
	}
	if sum <= 0 {
		return
	}
	// A batch is one event for the hours: its size counts by its root.
	n := math.Sqrt(float64(a.N))
	for i := first; i <= last; i++ {
		h.arrived[i] += n * h.Hours[i] * overlap(i) / sum
	}
}

// Intensity is the entries an hour that are expected at a moment.
func (h Habit) Intensity(t time.Time) float64 {
	t = t.In(notice.Beijing())
	return h.day(notice.DateOf(t)) * h.Hours[t.Hour()]
}

// day is the entries that are expected on a day.
func (h Habit) day(d notice.Date) float64 {
	kind, weight := dayKind(d)
	return h.Rate * h.Level[kind] * weight
}

// Merge is the habit of a source with several lists.
func Merge(habits []Habit) Habit {
	var all Habit
	for _, h := range habits {
		all.Days, all.Span = max(all.Days, h.Days), max(all.Span, h.Span)
		all.Rate += h.Rate
		for i, share := range h.Hours {
			all.Hours[i] += h.Rate * share
			all.arrived[i] += h.arrived[i]
		}
		for i, level := range h.Level {
			all.Level[i] += h.Rate * level
		}
	}
	for i := range all.Hours {
		all.Hours[i] /= max(all.Rate, 1e-9)
	}
	for i := range all.Level {
		all.Level[i] /= max(all.Rate, 1e-9)
	}
	return all
}

// pooled is what the lists are together: what one is taken for that has shown
// little. No list counts for more than mostPooled entries.
func pooled(habits []Habit) ordinary {
	const mostPooled, officeEntries = 30.0, 60.0
	o, sum := anOffice(), officeEntries
	for i := range o.hours {
		o.hours[i] *= sum
	}
	for k := range o.level {
		o.level[k] *= sum
	}
	for _, h := range habits {
		n := 0.0
		for _, x := range h.arrived {
			n += x
		}
		part := min(1, mostPooled/max(n, 1))
		for i, x := range h.arrived {
			o.hours[i] += x * part
		}
		for k, level := range h.Level {
			o.level[k] += level * n * part
		}
		sum += n * part
	}
	for i := range o.hours {
		// Some publish when others sleep.
		o.hours[i] = (1-unlike)*o.hours[i]/sum + unlike/24
	}
	for k := range o.level {
		o.level[k] = (1-unlike)*o.level[k]/sum + unlike*5/7
	}
	return o
}

// String says it in words, for the person who asks why.
func (h Habit) String() string {
	return fmt.Sprintf("%.3g notices a week, mostly %s%s, learnt from %d publication days",
		5*h.Rate, h.busyHours(), h.busyDays(), h.Days)
}

// busyHours names the hours that bring at least half of a day's entries.
func (h Habit) busyHours() string {
	order := make([]int, 24)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(h.Hours[b], h.Hours[a]) })
	busy, sum := [25]bool{}, 0.0
	for _, i := range order {
		if sum >= 0.5 {
			break
		}
		busy[i], sum = true, sum+h.Hours[i]
	}
	var spans []string
	for i, from := 0, -1; i <= 24; i++ {
		switch {
		case busy[i] && from < 0:
			from = i
		case !busy[i] && from >= 0:
			spans, from = append(spans, fmt.Sprintf("%d–%d h", from, i)), -1
		}
	}
	return strings.Join(spans, ", ")
}

// busyDays names the days of the week that stand out.
func (h Habit) busyDays() string {
	week := h.Level
	week[time.Saturday], week[time.Sunday] = h.Level[restSaturday], h.Level[restSunday]
	var days []string
	for d := range 7 {
		if day := time.Weekday((d + 1) % 7); week[day] > 1.4 {
			days = append(days, day.String()+"s")
		}
	}
	if len(days) == 0 {
		return ""
	}
	return " on " + strings.Join(days, " and ")
}
