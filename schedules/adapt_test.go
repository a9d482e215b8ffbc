package schedules_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"govwatch/internal/workday"
	"govwatch/notice"
	"govwatch/schedules"
)

// publisher is a source of the model: a rate, hours of its own, and bursts.
type publisher struct {
	rate  float64
	peak  float64
	burst float64
	times []time.Time
}

const (
	learning = 49 // days before measuring
	measured = 28
)

var modelStart = time.Date(2025, time.June, 9, 0, 0, 0, 0, notice.Beijing())

// publishers draw up the world of the model: 0.05 to 20 notices a working day,
// each in its own office hours, a third of them in bursts.
func publishers(n int, r *rand.Rand) []*publisher {
	out := make([]*publisher, n)
	for i := range out {
		p := &publisher{rate: 0.05 * math.Pow(400, r.Float64()), peak: 9 + 8*r.Float64(), burst: 1}
		if r.IntN(3) == 0 {
			p.burst = 2 + 3*r.Float64()
		}
		for d := range learning + measured {
			day := modelStart.AddDate(0, 0, d)
			w := workday.Weight(day.Date())
			if w == 0 {
				w = 0.04
			}
			for range poisson(r, p.rate*w/p.burst) {
				hour := p.peak + 2.2*r.NormFloat64()
				if r.IntN(6) == 0 || hour < 8 || hour > 19 {
					hour = 8.5 + 9.5*r.Float64()
				}
				at := day.Add(time.Duration(hour * float64(time.Hour)))
				for range 1 + poisson(r, p.burst-1) {
					p.times = append(p.times, at)
					at = at.Add(time.Duration(r.IntN(300)) * time.Second)
				}
			}
		}
		slices.SortFunc(p.times, time.Time.Compare)
		out[i] = p
	}
	return out
}

func poisson(r *rand.Rand, mean float64) int {
	limit, x, n := math.Exp(-mean), r.Float64(), 0
	for x > limit {
		x *= r.Float64()
		n++
	}
	return n
}

// follow visits a publisher by next and returns the delays of the measured time
// and the visits in it. What is learnt is learnt from what the visits see.
func follow(p *publisher, next func(l notice.ListState, last time.Time) time.Time) (delays []float64, visits int) {
	var state notice.ListState
	last, seen := modelStart, 0
	begin, end := modelStart.AddDate(0, 0, learning), modelStart.AddDate(0, 0, learning+measured)
	for last.Before(end) {
		at := next(state, last)
		counts := map[notice.Date]int{}
		for seen < len(p.times) && !p.times[seen].After(at) {
			t := p.times[seen]
			seen++
			counts[notice.DateOf(t)]++
			if notice.DateOf(t) == notice.DateOf(at) {
				state.Hours = learnHour(state.Hours, last, at)
			}
			if t.After(begin) && t.Before(end) {
				delays = append(delays, at.Sub(t).Hours())
			}
		}
		state.Published = addDays(state.Published, counts)
		if at.After(begin) && at.Before(end) {
			visits++
		}
		last = at
	}
	return delays, visits
}

func learnHour(hours []float64, last, at time.Time) []float64 {
	out := make([]float64, 24)
	copy(out, hours)
	if day := notice.DateOf(at).Time(); last.Before(day) {
		last = day
	}
	from, to := last.In(notice.Beijing()).Hour(), at.In(notice.Beijing()).Hour()
	for h := from; h <= to; h++ {
		out[h] += 1 / float64(to-from+1)
	}
	return out
}

func addDays(days []notice.DayCount, counts map[notice.Date]int) []notice.DayCount {
	for d, n := range counts {
		i := slices.IndexFunc(days, func(c notice.DayCount) bool { return c.Day == d })
		if i >= 0 {
			days[i].N += n
		} else {
			days = append(days, notice.DayCount{Day: d, N: n})
		}
	}
	slices.SortFunc(days, func(a, b notice.DayCount) int { return a.Day.Compare(b.Day) })
	return days
}

// P14: at equal requests the learnt schedule sees notices in half the time of a
// fixed interval, and the slowest twentieth in four fifths.
func TestAdaptiveAgainstFixed(t *testing.T) {
	t.Parallel()
	for _, perDay := range []float64{6, 24} {
		world := publishers(600, rand.New(rand.NewPCG(uint64(perDay), 7)))
		b := schedules.Bounds{Min: 5 * time.Minute, Max: 48 * time.Hour}
		// The price is set by what was learnt in the first half of the learning time.
		var habits []schedules.Habit
		for i := range world {
			var l notice.ListState
			counts := map[notice.Date]int{}
			for _, at := range world[i].times {
				if at.Before(modelStart.AddDate(0, 0, learning)) {
					counts[notice.DateOf(at)]++
				}
			}
			l.Published = addDays(nil, counts)
			habits = append(habits, schedules.Learn(l, notice.DateOf(modelStart.AddDate(0, 0, learning))))
		}
		price := schedules.Price(habits, modelStart.AddDate(0, 0, learning), perDay*float64(len(world)), b)
		var adaptive, fixed []float64
		var bySource [2]float64 // sums of the sources' own means
		total := 0
		for _, p := range world {
			learnt, day := schedules.Habit{}, notice.Date{}
			d, n := follow(p, func(l notice.ListState, last time.Time) time.Time {
				if today := notice.DateOf(last); today != day { // learnt anew each day
					learnt, day = schedules.Learn(l, today), today
				}
				return schedules.Adapt(learnt, last, price, b).At
			})
			adaptive = append(adaptive, d...)
			bySource[0] += average(d)
			total += n
		}
		each := float64(total) / float64(len(world)) / measured
		pause := time.Duration(24 / each * float64(time.Hour))
		for i, p := range world {
			first := true
			d, _ := follow(p, func(_ notice.ListState, last time.Time) time.Time {
				if first { // sources do not all begin at midnight
					first = false
					return last.Add(pause * time.Duration(i%97) / 97)
				}
				return last.Add(pause)
			})
			fixed = append(fixed, d...)
			bySource[1] += average(d)
		}
		mean, p95 := average(adaptive)/average(fixed), quantile(adaptive, 0.95)/quantile(fixed, 0.95)
		t.Logf("%.0f a day asked, %.2f made: mean %.2f h against %.2f h (%.3f), 95th percentile %.2f h against %.2f h (%.3f)",
			perDay, each, average(adaptive), average(fixed), mean, quantile(adaptive, 0.95), quantile(fixed, 0.95), p95)
		t.Logf("mean of the sources' means: %.3f of fixed", bySource[0]/bySource[1])
		if mean > 0.50 || p95 > 0.80 {
			t.Errorf("%.0f requests a day: mean %.3f, 95th percentile %.3f of fixed; want <= 0.50, <= 0.80", perDay, mean, p95)
		}
		if each > perDay*1.1 || each < perDay*0.8 {
			t.Errorf("%.0f requests a day were asked for and %.2f made", perDay, each)
		}
	}
}

func average(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}

func quantile(v []float64, q float64) float64 {
	v = slices.Clone(v)
	slices.Sort(v)
	return v[int(q*float64(len(v)-1))]
}
