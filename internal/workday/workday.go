// Package workday knows on which days Chinese offices work: weekends, public
// holidays, and the Saturdays and Sundays that are worked in exchange (调休). It
// knows nothing of notices. Start reading at Is.
package workday

import (
	"sync"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
	"github.com/6tail/lunar-go/calendar"
)

// Is reports whether offices work on a civil day in China. Years whose holidays
// the State Council has published (the notice of each November) are exact; for
// later ones the holidays are estimated from the lunar calendar, without 调休.
func Is(year int, month time.Month, day int) bool {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if work, ok := published()[key(t)]; ok {
		return work
	}
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	return t.Year() <= lastPublished || !estimated(t)
}

// lastPublished is the last year that the table of the library holds whole.
const lastPublished = 2026

func key(t time.Time) int32 { return int32(t.Year()*10000 + int(t.Month())*100 + t.Day()) }

// published is the table of exceptions: true for a worked weekend, false for a
// holiday. The library searches a long string at each question; it is asked once.
var published = sync.OnceValue(func() map[int32]bool {
	out := map[int32]bool{}
	for year := 2002; year <= lastPublished; year++ {
		for e := HolidayUtil.GetHolidaysByYear(year).Front(); e != nil; e = e.Next() {
			h, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			if t, err := time.Parse(time.DateOnly, h.GetDay()); err == nil {
				out[key(t)] = h.IsWork()
			}
		}
	}
	return out
})

// estimated reports the days that have been holidays in every recent year.
func estimated(t time.Time) bool {
	switch m, d := t.Month(), t.Day(); {
	case m == time.January && d == 1, m == time.April && d == 5, m == time.May && d <= 5, m == time.October && d <= 7:
		return true
	}
	if n := FromSpringFestival(t.Year(), t.Month(), t.Day()); n >= -1 && n <= 6 {
		return true
	}
	return t.Equal(lunar(t.Year(), 5, 5)) || t.Equal(lunar(t.Year(), 8, 15))
}

func lunar(year, month, day int) time.Time {
	s := calendar.NewLunarFromYmd(year, month, day).GetSolar()
	return time.Date(s.GetYear(), time.Month(s.GetMonth()), s.GetDay(), 0, 0, 0, 0, time.UTC)
}

// festivals are the first days of the lunar years (春节).
var festivals = sync.OnceValue(func() map[int]time.Time {
	out := map[int]time.Time{}
	for year := 2000; year <= 2060; year++ {
		out[year] = lunar(year, 1, 1)
	}
	return out
})

// FromSpringFestival is the number of days from the Spring Festival (春节) of the
// year to the day; a large number outside 2000 to 2060.
func FromSpringFestival(year int, month time.Month, day int) int {
	f, ok := festivals()[year]
	if !ok {
		return 1 << 20
	}
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Sub(f).Hours() / 24)
}

// Weight is how much of an ordinary working day's publications a day brings, by
// the calendar alone: nothing when offices rest, half around the Spring Festival
// (the last working week before and the first after), a little less during the
// sessions of March (两会), a little more before the year ends.
func Weight(year int, month time.Month, day int) float64 {
	if !Is(year, month, day) {
		return 0
	}
	switch n := FromSpringFestival(year, month, day); {
	case n >= -8 && n <= 14:
		return 0.5
	case month == time.March && day >= 3 && day <= 13:
		return 0.8
	case month == time.December && day >= 15:
		return 1.2
	}
	return 1
}
