package crawler

import (
	"slices"
	"time"

	"govwatch/internal/workday"
	"govwatch/notice"
)

// historyDays bounds the days with publications that are remembered of a list.
const historyDays = 500

// remember adds what a walk showed to the publication history of its list:
// dates, rate, and the hours in which entries come. before is the start of the
// walk before, zero when there was none.
func remember(state *notice.ListState, items []Found, before, now time.Time) {
	today := notice.DateOf(now)
	shown := map[notice.Date]int{}
	fresh := map[notice.Date]int{}
	for _, f := range items {
		if f.Known == "" {
			fresh[f.Date]++
		}
		if !f.Date.IsZero() && f.Date.Compare(today) <= 0 {
			shown[f.Date]++
		}
	}
	for _, d := range state.Published {
		// A page shows a day in part where it ends: the larger count is the truth.
		shown[d.Day] = max(shown[d.Day], d.N)
	}
	days := make([]notice.DayCount, 0, len(shown))
	for d, n := range shown {
		days = append(days, notice.DayCount{Day: d, N: n})
	}
	slices.SortFunc(days, func(a, b notice.DayCount) int { return a.Day.Compare(b.Day) })
	state.Published = days[max(0, len(days)-historyDays):]
	state.Rate = rate(state.Published, today)
	if before.IsZero() {
		return
	}
	for d := notice.DateOf(before); d.Compare(today) <= 0; d = d.AddDays(1) {
		state.Arrive(d, fresh[d], before, now)
	}
}

// rateDays is how far back the rate looks.
const rateDays = 120

// rate is entries a working day over the last months that the history covers.
func rate(days []notice.DayCount, today notice.Date) float64 {
	if len(days) == 0 {
		return 0
	}
	from := today.AddDays(-rateDays)
	if days[0].Day.Compare(from) > 0 {
		from = days[0].Day
	}
	n, work := 0, 0.0
	for _, d := range days {
		if d.Day.Compare(from) >= 0 {
			n += d.N
		}
	}
	for d := from; d.Compare(today) <= 0; d = d.AddDays(1) {
		work += workday.Weight(d.Year, time.Month(d.Month), d.Day)
	}
	return float64(n) / max(work, 1)
}
