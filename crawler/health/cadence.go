package health

import (
	"fmt"
	"math"
	"slices"
	"time"

	"govwatch/internal/workday"
	"govwatch/notice"
)

// Gap is how long a list has been quiet, judged by its own history.
type Gap struct {
	// Days are working days without a publication, the day of judging not counted.
	Days int
	// Chance is the probability of a pause at least this long after any one
	// publication day, under the list's own history; 1 when the history is short.
	Chance float64
	// Since is the last publication day, Rate the publication days a working day.
	Since notice.Date
	Rate  float64
}

const (
	// fewDays is the number of publication days below which nothing is expected.
	fewDays = 16
	// leastGap is the shortest pause, in working days, that is ever told.
	leastGap = 3
	// falseAYear bounds the alarms that a healthy list may cause in a year.
	falseAYear = 0.2
	// workYear is the number of working days of a year.
	workYear = 250
)

// Quiet judges the pause of a list up to a day. Working days count by what the
// calendar lets expect of them: less around the Spring Festival (春节) and in the
// sessions of March (两会), more before the year ends, nothing on holidays.
//
// Pauses between publication days are taken as geometric with a rate that is
// itself uncertain (beta-geometric): the tail is as heavy as the pauses of the
// past were uneven, and heavier the shorter the past is.
func Quiet(days []notice.DayCount, today notice.Date) Gap {
	g := Gap{Chance: 1}
	if len(days) == 0 {
		return g
	}
	g.Since = days[len(days)-1].Day
	var pauses []float64
	for i := 1; i < len(days); i++ {
		// A publication on a weekend follows its Friday at once.
		pauses = append(pauses, max(1, weigh(days[i-1].Day, days[i].Day)))
	}
	g.Days = workdays(g.Since, today)
	if len(days) < fewDays || g.Days == 0 {
		return g
	}
	mean, variance := moments(pauses)
	g.Rate = 1 / mean
	gap := weigh(g.Since, today)
	g.Chance = survival(mean, variance, len(pauses), gap)
	// What has happened before is no wonder, whatever the curve says.
	longer := 0
	for _, p := range pauses {
		if p >= gap {
			longer++
		}
	}
	g.Chance = max(g.Chance, float64(longer)/float64(len(pauses)))
	return g
}

// Alarming says that a healthy list would show such a pause at most falseAYear
// times a year.
func (g Gap) Alarming() bool {
	return g.Days >= leastGap && g.Chance < 1 && g.Chance*g.Rate*workYear <= falseAYear
}

// String says it in words: quiet 9 working days; expected about 1 in 400.
func (g Gap) String() string {
	one := math.Round(1 / max(g.Chance, 1e-6))
	switch {
	case one >= 1000:
		one = math.Round(one/1000) * 1000
	case one >= 100:
		one = math.Round(one/50) * 50
	case one >= 20:
		one = math.Round(one/10) * 10
	}
	return fmt.Sprintf("quiet %d working days; expected about 1 in %.0f", g.Days, one)
}

// weigh is the working days after from and before to, by their weight.
func weigh(from, to notice.Date) float64 {
	sum := 0.0
	for d, n := from.AddDays(1), 0; d.Compare(to) <= 0 && n < 800; d, n = d.AddDays(1), n+1 {
		sum += workday.Weight(d.Year, time.Month(d.Month), d.Day)
	}
	return sum
}

func workdays(from, to notice.Date) int {
	n, all := 0, 0
	for d := from.AddDays(1); d.Compare(to) < 0 && all < 800; d = d.AddDays(1) {
		if workday.Is(d.Year, time.Month(d.Month), d.Day) {
			n++
		}
		all++
	}
	return n
}

func moments(v []float64) (mean, variance float64) {
	for _, x := range v {
		mean += x
	}
	mean /= float64(len(v))
	for _, x := range v {
		variance += (x - mean) * (x - mean)
	}
	return mean, variance / float64(max(1, len(v)-1))
}

// survival is the chance of a pause of at least gap: beta-geometric with the
// mean and variance of n pauses of the past.
func survival(mean, variance float64, n int, gap float64) float64 {
	mean = max(mean, 1.02)
	uneven := variance / (mean * (mean - 1)) // 1 when the pauses are geometric
	alpha := float64(n + 1)
	if uneven > 1 {
		alpha = min(alpha, 2*uneven/(uneven-1))
	}
	alpha = max(alpha, 2.5)
	beta := (mean - 1) * (alpha - 1)
	s := 1.0
	for i := 0.0; i+1 < gap && i < 2000; i++ {
		s *= (beta + i) / (alpha + beta + i)
	}
	return s
}

// cadence asks whether a list that answers well has been quiet for too long.
func cadence(book notice.Book, run notice.Run, now time.Time) []finding {
	days := slices.Clone(book.Lists[run.List].Published)
	if n := len(days); !run.Newest.IsZero() && n > 0 && run.Newest.Compare(days[n-1].Day) > 0 {
		days = append(days, notice.DayCount{Day: run.Newest, N: 1})
	}
	g := Quiet(days, notice.DateOf(now))
	if !g.Alarming() {
		return nil
	}
	return []finding{{notice.CadenceGap, run.List, fmt.Sprintf("the list %s has shown nothing since %s: %s", run.List, g.Since, g)}}
}
