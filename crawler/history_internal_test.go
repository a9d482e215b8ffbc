package crawler

import (
	"slices"
	"testing"
	"time"

	"govwatch/crawler/family"
	"govwatch/notice"
)

// What is new since the last visit arrived within the day that it bears: an
// entry of late evening that is seen after midnight, too.
func TestArrivalsLieWithinTheirDay(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, notice.Beijing())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	found := func(days ...string) (out []Found) {
		for _, d := range days {
			out = append(out, Found{Item: family.Item{Date: notice.DateOf(at(d + " 00:00"))}})
		}
		return out
	}
	day := func(d int) notice.Date { return notice.Date{Year: 2024, Month: 3, Day: d} }
	for name, c := range map[string]struct {
		items       []Found
		before, now string
		want        []notice.Arrival
	}{
		"within a day":    {found("2024-03-12", "2024-03-12"), "2024-03-12 09:30", "2024-03-12 11:00", []notice.Arrival{{Day: day(12), From: 570, To: 660, N: 2}}},
		"over midnight":   {found("2024-03-12", "2024-03-13"), "2024-03-12 22:00", "2024-03-13 07:00", []notice.Arrival{{Day: day(12), From: 1320, To: 1440, N: 1}, {Day: day(13), From: 0, To: 420, N: 1}}},
		"dated back":      {found("2024-03-01"), "2024-03-12 09:30", "2024-03-12 11:00", nil},
		"the first visit": {found("2024-03-12"), "", "2024-03-12 11:00", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var before time.Time
			if c.before != "" {
				before = at(c.before)
			}
			var state notice.ListState
			remember(&state, c.items, before, at(c.now))
			if !slices.Equal(state.Arrivals, c.want) {
				t.Errorf("got %v, want %v", state.Arrivals, c.want)
			}
		})
	}
	var state notice.ListState
	for i := range 500 {
		now := at("2024-03-12 11:00").AddDate(0, 0, i)
		state.Arrive(notice.DateOf(now), 1, now.Add(-time.Hour), now)
	}
	if len(state.Arrivals) != 200 || state.Arrivals[199].Day != notice.DateOf(at("2024-03-12 00:00").AddDate(0, 0, 499)) {
		t.Errorf("%d arrivals are kept", len(state.Arrivals))
	}
}
