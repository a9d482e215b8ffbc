package schedules

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"govwatch/notice"
)

// Trial compares the adaptive schedule with visits at even pauses over known
// times of publication, without any request.
type Trial struct {
	// Published are the times of publication of each source, in ascending order.
	Published [][]time.Time
	// From is when the watching begins, a midnight in Beijing; for Learning days
	// the schedule learns from what its own visits see, the Measured days after
	// them are compared.
	From               time.Time
	Learning, Measured int
	// PerDay is the requests a day and source.
	PerDay float64
}

// Delays are the hours that each entry waited, by source, and the visits that were made.
type Delays struct {
	Of     [][]float64
	Visits int
}

// Mean is over all entries.
func (d Delays) Mean() float64 { return average(slices.Concat(d.Of...)) }

// MeanSource is over the means of the sources that have published.
func (d Delays) MeanSource() float64 {
	var means []float64
	for _, of := range d.Of {
		if len(of) > 0 {
			means = append(means, average(of))
		}
	}
	return average(means)
}

// Quantile is over all entries, q in 0 to 1.
func (d Delays) Quantile(q float64) float64 {
	all := slices.Concat(d.Of...)
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[int(q*float64(len(all)-1))]
}

// Pick keeps some of the sources.
func (d Delays) Pick(sources []int) Delays {
	var out Delays
	for _, i := range sources {
		out.Of = append(out.Of, d.Of[i])
	}
	return out
}

func average(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}

// Play returns the delays of the adaptive schedule, and those of even pauses
// that make the same number of visits in the measured days.
func (t Trial) Play() (adaptive, even Delays) {
	adaptive = t.adaptive()
	days := float64(t.Measured * len(t.Published))
	pause := time.Duration(24 * float64(time.Hour) * days / float64(max(1, adaptive.Visits)))
	for i, times := range t.Published {
		w := watcher{times: times}
		// Sources do not all begin at midnight.
		w.last = t.From.Add(pause * time.Duration(i%97) / 97)
		for w.last.Before(t.end()) {
			w.visit(w.last.Add(pause))
		}
		even.add(w, t)
	}
	return adaptive, even
}

func (t Trial) begin() time.Time { return t.From.AddDate(0, 0, t.Learning) }
func (t Trial) end() time.Time   { return t.From.AddDate(0, 0, t.Learning+t.Measured) }

// sources are the declarations of a trial: adaptive, of one host each, and with
// cron lines of even pauses.
func (t Trial) sources() []notice.Source {
	out := make([]notice.Source, len(t.Published))
	for i := range out {
		out[i] = notice.Source{
			ID: notice.SourceID(strconv.Itoa(i)), State: notice.Active, Adaptive: true, Cron: evenCron(t.PerDay, i),
			Lists:       []notice.List{{URL: fmt.Sprintf("https://%d.example.org/", i)}},
			MinInterval: step,
		}
	}
	return out
}

func (t Trial) limits() Limits {
	return Limits{Total: t.PerDay * float64(len(t.Published)), PerHost: math.Inf(1)}
}

// adaptive makes a new plan each week.
func (t Trial) adaptive() (out Delays) {
	sources := t.sources()
	watchers := make([]*watcher, len(sources))
	for i := range sources {
		watchers[i] = &watcher{times: t.Published[i], last: t.From, state: notice.ListState{Baseline: true, BaselineAt: t.From}}
	}
	for now := t.From; now.Before(t.end()); now = now.AddDate(0, 0, week) {
		learnt := Learnt{}
		for i, s := range sources {
			learnt[s.ID] = []notice.ListState{watchers[i].state}
		}
		plan := NewPlan(sources, learnt, t.limits(), now)
		until := now.AddDate(0, 0, week)
		for i, s := range sources {
			w := watchers[i]
			for at := plan.Next(s, w.last); at.Before(until); at = plan.Next(s, w.last) {
				w.visit(at)
			}
		}
	}
	for _, w := range watchers {
		w.visit(t.end().AddDate(0, 0, 2))
		out.add(*w, t)
	}
	return out
}

// Forecast is what a plan has in mind for a source.
type Forecast struct {
	Visits []time.Time
	// PerDay is the mean number of visits a day.
	PerDay float64
	Why    string
}

// Forecast plans the visits from a moment for some days, by what was published
// before it: as if every publication had been seen in its minute.
func (t Trial) Forecast(now time.Time, days int) []Forecast {
	sources, learnt := t.sources(), Learnt{}
	for i, s := range sources {
		w := watcher{times: t.Published[i], state: notice.ListState{Baseline: true, BaselineAt: t.From}}
		for _, at := range w.times {
			if minute := at.Truncate(time.Minute); at.Before(now) {
				w.last = minute
				w.visit(minute.Add(time.Minute))
			}
		}
		learnt[s.ID] = []notice.ListState{w.state}
	}
	plan := NewPlan(sources, learnt, t.limits(), now)
	out := make([]Forecast, len(sources))
	end := now.AddDate(0, 0, days)
	for i, s := range sources {
		f := &out[i]
		f.PerDay, f.Why = plan.why(s, now)
		for at := plan.Next(s, now); at.Before(end); at = plan.Next(s, at) {
			f.Visits = append(f.Visits, at)
		}
	}
	return out
}

// evenCron is a line of nearly even pauses.
func evenCron(perDay float64, i int) string {
	n := max(1, int(math.Round(perDay)))
	if n > 24 {
		return fmt.Sprintf("%d-59/%d * * * *", i%max(1, 1440/n), max(1, 1440/n))
	}
	hours := make([]string, n)
	for k := range hours {
		hours[k] = strconv.Itoa((k*24/n + i) % 24)
	}
	return fmt.Sprintf("%d %s * * *", i*7%60, strings.Join(hours, ","))
}

// watcher visits one source of a trial.
type watcher struct {
	times  []time.Time
	seen   int
	last   time.Time
	state  notice.ListState
	visits []time.Time
	delays []float64
}

// visit sees what was published since the last visit.
func (w *watcher) visit(at time.Time) {
	fresh := map[notice.Date]int{}
	for ; w.seen < len(w.times) && !w.times[w.seen].After(at); w.seen++ {
		fresh[notice.DateOf(w.times[w.seen])]++
		w.delays = append(w.delays, at.Sub(w.times[w.seen]).Hours())
	}
	for d := notice.DateOf(w.last); d.Compare(notice.DateOf(at)) <= 0; d = d.AddDays(1) {
		if n := fresh[d]; n > 0 {
			w.state.Arrive(d, n, w.last, at)
			if k := len(w.state.Published) - 1; k >= 0 && w.state.Published[k].Day == d {
				w.state.Published[k].N += n
			} else {
				w.state.Published = append(w.state.Published, notice.DayCount{Day: d, N: n})
			}
		}
	}
	w.visits, w.last = append(w.visits, at), at
}

// add takes the measured days of a watcher.
func (d *Delays) add(w watcher, t Trial) {
	var of []float64
	for i, delay := range w.delays {
		if at := w.times[i]; !at.Before(t.begin()) && at.Before(t.end()) {
			of = append(of, delay)
		}
	}
	for _, v := range w.visits {
		if !v.Before(t.begin()) && v.Before(t.end()) {
			d.Visits++
		}
	}
	d.Of = append(d.Of, of)
}
