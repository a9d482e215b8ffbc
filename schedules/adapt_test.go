package schedules_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"govwatch/internal/workday"
	"govwatch/notice"
	"govwatch/schedules"
)

const (
	learning = 49 // days before measuring
	measured = 28
)

var modelStart = time.Date(2025, time.June, 9, 0, 0, 0, 0, notice.Beijing())

// custom is how a kind of source publishes.
type custom struct {
	name string
	// rest is what a day of rest brings of a working day.
	rest float64
	// hour draws the hour of an event.
	hour func(r *rand.Rand, peak float64) float64
	// burst is the largest mean size of an event.
	burst float64
	// day is a factor of the rate of a day.
	day func(day int, t time.Time) float64
}

func officeHour(r *rand.Rand, peak float64) float64 {
	hour := peak + 2.2*r.NormFloat64()
	if r.IntN(6) == 0 || hour < 8 || hour > 19 {
		hour = 8.5 + 9.5*r.Float64()
	}
	return hour
}

// wideHour is an office that also publishes in the evening and at night, one in ten.
func wideHour(r *rand.Rand, _ float64) float64 {
	if r.IntN(10) == 0 {
		return 24 * r.Float64()
	}
	if r.IntN(2) == 0 {
		return 8.5 + 3.5*r.Float64()
	}
	return 13.5 + 5*r.Float64()
}

func always(int, time.Time) float64 { return 1 }

// customs are the kinds of sources of the model.
func customs() []custom {
	return []custom{
		{"office", 0.04, officeHour, 5, always},
		{"wide", 0.08, wideHour, 3, always},
		{"bursts", 0.04, officeHour, 15, always},
		{"night", 0.04, func(r *rand.Rand, peak float64) float64 {
			return math.Mod(peak+10+1.5*r.NormFloat64()+24, 24)
		}, 3, always},
		{"weekend", 1, officeHour, 3, func(_ int, t time.Time) float64 {
			if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
				return 2.5
			}
			return 0.2
		}},
		{"turning", 0.04, officeHour, 3, func(day int, _ time.Time) float64 {
			if day < learning-14 {
				return 0.4
			}
			return 2.5
		}},
		{"weekly", 0.04, officeHour, 3, func(_ int, t time.Time) float64 {
			if t.Weekday() == time.Friday {
				return 5
			}
			return 0.02
		}},
		{"flat", 1, func(r *rand.Rand, _ float64) float64 { return 24 * r.Float64() }, 2, always},
	}
}

// publisher draws the times of one source of a rate.
func (c custom) publisher(rate float64, r *rand.Rand) (times []time.Time) {
	peak, burst := 9+8*r.Float64(), 1.0
	if r.IntN(3) == 0 {
		burst = 2 + (c.burst-2)*r.Float64()
	}
	for d := range learning + measured {
		day := modelStart.AddDate(0, 0, d)
		w := workday.Weight(day.Date())
		if w == 0 {
			w = c.rest
		}
		for range poisson(r, rate*w*c.day(d, day)/burst) {
			at := day.Add(time.Duration(c.hour(r, peak) * float64(time.Hour)))
			for range 1 + poisson(r, burst-1) {
				times = append(times, at)
				at = at.Add(time.Duration(r.IntN(300)) * time.Second)
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// world draws n sources of the kinds, in turn: 0.05 to 20 notices a working day.
func world(n int, r *rand.Rand, kinds ...custom) [][]time.Time {
	out := make([][]time.Time, n)
	for i := range out {
		out[i] = kinds[i%len(kinds)].publisher(0.05*math.Pow(400, r.Float64()), r)
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

type ratios struct{ mean, bySource, p95 float64 }

func compare(a, b schedules.Delays) ratios {
	return ratios{a.Mean() / b.Mean(), a.MeanSource() / b.MeanSource(), a.Quantile(0.95) / b.Quantile(0.95)}
}

func (r ratios) String() string {
	return fmt.Sprintf("mean %.3f, by source %.3f, 95th percentile %.3f", r.mean, r.bySource, r.p95)
}

// P14: at equal requests the learnt schedule sees notices in half the time of
// even pauses, over all notices and over all sources, and the slowest twentieth
// in four fifths.
func TestAdaptiveAgainstFixed(t *testing.T) {
	t.Parallel()
	for seed, perDay := range []float64{6, 24} {
		trial := schedules.Trial{
			Published: world(150, rand.New(rand.NewPCG(uint64(seed), 7)), customs()[0]),
			From:      modelStart, Learning: learning, Measured: measured, PerDay: perDay,
		}
		adaptive, even := trial.Play()
		r, made := compare(adaptive, even), float64(adaptive.Visits)/measured/float64(len(trial.Published))
		t.Logf("%v a day asked, %.2f made: %v of even pauses", perDay, made, r)
		if r.mean > 0.50 || r.bySource > 0.50 || r.p95 > 0.80 {
			t.Errorf("%v requests a day: %v of even pauses; want <= 0.50, <= 0.50, <= 0.80", perDay, r)
		}
		if made > perDay || made < 0.97*perDay {
			t.Errorf("%v requests a day were asked for and %.2f made", perDay, made)
		}
	}
}

// No kind of source pays for the others: those that publish in great bursts, at
// night, at weekends, once a week, at any hour, or with a rate that changes.
func TestNoKindOfSourceIsWorseThanFixed(t *testing.T) {
	t.Parallel()
	kinds := customs()
	trial := schedules.Trial{
		Published: world(160, rand.New(rand.NewPCG(3, 7)), kinds...),
		From:      modelStart, Learning: learning, Measured: measured, PerDay: 6,
	}
	adaptive, even := trial.Play()
	all := compare(adaptive, even)
	t.Logf("all kinds: %v of even pauses", all)
	if all.mean > 0.50 || all.p95 > 0.80 {
		t.Errorf("all kinds: %v; want a mean <= 0.50 and a 95th percentile <= 0.80", all)
	}
	for i, kind := range kinds {
		var of []int
		for k := i; k < len(trial.Published); k += len(kinds) {
			of = append(of, k)
		}
		r := compare(adaptive.Pick(of), even.Pick(of))
		t.Logf("%s: %v", kind.name, r)
		if r.mean > 1.05 || r.p95 > 1.05 {
			t.Errorf("%s: %v; want none above 1.05", kind.name, r)
		}
	}
}

// The visits cost no more than any others of the same number: here all pairs
// of visits of a day are tried.
func TestVisitsCostTheLeast(t *testing.T) {
	t.Parallel()
	h := schedules.Learn(notice.ListState{}, notice.DateOf(modelStart))
	last := modelStart.Add(6 * time.Hour)
	first := schedules.Adapt(h, last, 0.9, schedules.Bounds{Min: 10 * time.Minute, Max: 24 * time.Hour}).At
	second := schedules.Adapt(h, first, 0.9, schedules.Bounds{Min: 10 * time.Minute, Max: 24 * time.Hour}).At
	waited := func(visits ...time.Time) (sum float64) {
		for at := last; at.Before(visits[len(visits)-1]); at = at.Add(10 * time.Minute) {
			next := visits[slices.IndexFunc(visits, func(v time.Time) bool { return v.After(at) })]
			sum += h.Intensity(at) * (next.Sub(at).Hours() - 1.0/12)
		}
		return sum
	}
	third := schedules.Adapt(h, second, 0.9, schedules.Bounds{Min: 10 * time.Minute, Max: 24 * time.Hour}).At
	chosen := waited(first, second, third)
	for a := last.Add(10 * time.Minute); a.Before(third); a = a.Add(10 * time.Minute) {
		for b := a.Add(10 * time.Minute); b.Before(third); b = b.Add(10 * time.Minute) {
			if w := waited(a, b, third); w < 0.97*chosen {
				t.Fatalf("visits at %s and %s wait %.3f, those at %s and %s %.3f", a, b, w, first, second, chosen)
			}
		}
	}
}
