package health_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"govwatch/crawler/health"
	"govwatch/internal/workday"
	"govwatch/notice"
)

// past plays a publisher: on each working day a notice with chance p, until end.
func past(p float64, from, end notice.Date, r *rand.Rand) []notice.DayCount {
	var out []notice.DayCount
	for d := from; d.Compare(end) <= 0; d = d.AddDays(1) {
		if r.Float64() < p*workday.Weight(d.Year, time.Month(d.Month), d.Day) {
			out = append(out, notice.DayCount{Day: d, N: 1 + r.IntN(3)})
		}
	}
	return out
}

// A publisher that goes on as ever gives few false alarms, at any rate and over
// every holiday; one that falls silent is noticed in proportion to its rate.
func TestQuietTellsSilenceFromHolidays(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.1, 0.2, 0.5, 0.9} {
		alarms, years := 0, 0.0
		var delays []int
		for seed := range uint64(8) {
			r := rand.New(rand.NewPCG(seed, uint64(rate*100)))
			from, end := notice.Date{Year: 2023, Month: 1, Day: 3}, notice.Date{Year: 2024, Month: 12, Day: 30}
			days := past(rate, from, end, r)
			ringing, n := false, 0
			for d := from.AddDays(200); d.Compare(end) <= 0; d = d.AddDays(1) {
				for n < len(days) && days[n].Day.Compare(d) <= 0 {
					n++
				}
				now := health.Quiet(days[:n], d).Alarming()
				if now && !ringing {
					alarms++
				}
				ringing = now
			}
			years += float64(end.Days(from)-200) / 365
			stop := days[len(days)-1].Day
			for d := stop; d.Days(stop) < 400; d = d.AddDays(1) {
				if g := health.Quiet(days, d); g.Alarming() {
					delays = append(delays, g.Days)
					break
				}
			}
		}
		if got := float64(alarms) / years; got > 0.4 {
			t.Errorf("rate %.2f: %.2f false alarms a year", rate, got)
		}
		if len(delays) < 8 {
			t.Errorf("rate %.2f: silence noticed for %d of 8 publishers", rate, len(delays))
		}
		for _, d := range delays {
			if float64(d) > 14/rate+4 {
				t.Errorf("rate %.2f: noticed after %d working days", rate, d)
			}
		}
		t.Logf("rate %.2f: %.2f false alarms a year, noticed after %v working days", rate, float64(alarms)/years, delays)
	}
}

func TestQuietOverTheSpringFestival(t *testing.T) {
	t.Parallel()
	days := past(0.9, notice.Date{Year: 2023, Month: 2, Day: 10}, notice.Date{Year: 2024, Month: 2, Day: 8}, rand.New(rand.NewPCG(1, 1)))
	if g := health.Quiet(days, notice.Date{Year: 2024, Month: 2, Day: 19}); g.Alarming() {
		t.Errorf("the first working day after the festival: %s", g)
	}
	g := health.Quiet(days, notice.Date{Year: 2024, Month: 3, Day: 1})
	if !g.Alarming() || !strings.HasPrefix(g.String(), "quiet ") || !strings.Contains(g.String(), "working days; expected about 1 in ") {
		t.Errorf("two weeks after it: %s, alarming %v", g, g.Alarming())
	}
}

func TestJudgeCadence(t *testing.T) {
	t.Parallel()
	days := past(0.9, notice.Date{Year: 2025, Month: 3, Day: 3}, notice.Date{Year: 2025, Month: 11, Day: 3}, rand.New(rand.NewPCG(1, 2)))
	book := notice.Book{Source: "a", Runs: history(5, 20), Lists: map[string]notice.ListState{list: {URL: list, Published: days}}}
	now := notice.Date{Year: 2025, Month: 11, Day: 20}.Time().Add(9 * time.Hour)
	opened := health.Judge(book, []notice.Run{run(notice.OK, 20)}, now)
	if len(opened) != 1 || opened[0].Class != notice.CadenceGap || !strings.Contains(opened[0].Summary, "expected about 1 in") {
		t.Fatalf("%+v", opened)
	}
	book.Health.Incidents = opened
	fresh := run(notice.OK, 20)
	fresh.Newest, fresh.New = notice.Date{Year: 2025, Month: 11, Day: 20}, 1
	if done := health.Judge(book, []notice.Run{fresh}, now.Add(24*time.Hour)); len(done) != 1 || done[0].State != notice.Resolved {
		t.Errorf("after a publication: %+v", done)
	}
	blocked := health.Judge(notice.Book{Source: "a", Runs: book.Runs, Lists: book.Lists}, []notice.Run{run(notice.BlockedWAF, 0)}, now)
	if len(blocked) != 1 || blocked[0].Class != notice.Block {
		t.Errorf("a blocked list is not quiet: %+v", blocked)
	}
}

// A list that is empty every other day is one incident.
func TestFlappingIsOneIncident(t *testing.T) {
	t.Parallel()
	book := notice.Book{Source: "a", Runs: history(6, 20)}
	for i := range book.Runs {
		book.Runs[i].Started = day.Add(-time.Duration(i+1) * 24 * time.Hour)
	}
	ids := map[notice.IncidentID]int{}
	var last notice.Incident
	for n := range 14 {
		now := day.Add(time.Duration(n) * 24 * time.Hour)
		items := 20
		if n%2 == 1 && n < 10 {
			items = 0
		}
		r := run(notice.OK, items)
		r.ID, r.Started = notice.RunID(now.String()), now
		for _, i := range health.Judge(book, []notice.Run{r}, now) {
			ids[i.ID]++
			last = i
			book.Health.Incidents = []notice.Incident{i}
		}
		book.Runs = append([]notice.Run{r}, book.Runs...)
	}
	if len(ids) != 1 || last.State != notice.Resolved {
		t.Errorf("%d incidents, the last %+v", len(ids), last)
	}
	for _, told := range ids {
		if told > 4 {
			t.Errorf("told %d times", told)
		}
	}
}

func TestDuty(t *testing.T) {
	t.Parallel()
	var runs []notice.Run
	for i := range 12 {
		r := run(notice.OK, 20)
		r.ID, r.Started = notice.RunID(rune('a'+i)), day.Add(-time.Duration(5*24+i*24)*time.Hour)
		runs = append(runs, r)
	}
	got := health.Judge(notice.Book{Source: "a", Runs: runs}, []notice.Run{run(notice.OK, 20)}, day)
	if len(got) != 1 || got[0].Class != notice.RunMissed {
		t.Errorf("five days without a run: %+v", got)
	}
	var due []notice.Document
	for range 60 {
		due = append(due, notice.Document{NextVisit: day.Add(-9 * 24 * time.Hour)})
	}
	got = health.Judge(notice.Book{Source: "a", Due: due}, []notice.Run{run(notice.OK, 20)}, day)
	if len(got) != 1 || got[0].Class != notice.Backlog {
		t.Errorf("sixty documents wait: %+v", got)
	}
	if done := health.Judge(notice.Book{Source: "a", Health: notice.Health{Incidents: got}}, []notice.Run{run(notice.OK, 20)}, day); len(done) != 1 || done[0].State != notice.Resolved {
		t.Errorf("nothing waits any more: %+v", done)
	}
}

func TestOutbreaksGroup(t *testing.T) {
	t.Parallel()
	incident := func(id, source string, c notice.IncidentClass, host string, after time.Duration) notice.Incident {
		return notice.Incident{ID: notice.IncidentID(id), Source: notice.SourceID(source), Class: c, Group: host, Opened: day.Add(after)}
	}
	got := health.Outbreaks([]notice.Incident{
		incident("1", "a", notice.Block, "www.a.gov.cn", 0), incident("2", "b", notice.Block, "www.b.gov.cn", time.Hour), incident("3", "c", notice.Block, "c.gov.cn", 30*time.Minute),
		incident("4", "d", notice.ListEmpty, "www.d.gov.cn", 0), incident("5", "e", notice.ListEmpty, "zwgk.d.gov.cn", 50*time.Hour),
		incident("6", "f", notice.Cert, "f.gov.cn", 0),
	})
	if len(got) != 3 || len(got[0].Incidents) != 3 || len(got[1].Incidents) != 2 || len(got[2].Incidents) != 1 {
		t.Errorf("%+v", got)
	}
}

// What is over belongs to the outbreak in which it began, and not to a later one.
func TestOutbreaksInTime(t *testing.T) {
	t.Parallel()
	incident := func(id, source, host string, from, until time.Duration) notice.Incident {
		i := notice.Incident{ID: notice.IncidentID(id), Source: notice.SourceID(source), Class: notice.ListEmpty, Group: host, Opened: day.Add(from), State: notice.Opened}
		if until > 0 {
			i.State, i.Resolved = notice.Resolved, day.Add(until)
		}
		return i
	}
	got := health.Outbreaks([]notice.Incident{
		incident("1", "a", "x.gov.cn", 0, 20*time.Hour), incident("2", "b", "x.gov.cn", 10*time.Hour, 30*time.Hour), incident("3", "c", "x.gov.cn", 25*time.Hour, 0),
		incident("4", "a", "y.gov.cn", 0, 5*time.Hour), incident("5", "b", "y.gov.cn", 6*time.Hour, 0),
	})
	if len(got) != 3 || len(got[0].Incidents) != 3 || got[0].Incidents[0].ID != "1" || len(got[1].Incidents) != 1 || len(got[2].Incidents) != 1 {
		t.Errorf("%+v", got)
	}
}

// Three sources of one site that fail at once have their site in common, no more.
func TestOutbreakOfOneSite(t *testing.T) {
	t.Parallel()
	var list []notice.Incident
	for _, s := range []string{"a", "b", "c"} {
		list = append(list, notice.Incident{ID: notice.IncidentID(s), Source: notice.SourceID(s), Class: notice.Block, Group: s + ".x.gov.cn", Opened: day})
	}
	if got := health.Outbreaks(list); len(got) != 1 || got[0].Wide || len(got[0].Incidents) != 3 {
		t.Errorf("%+v", got)
	}
}
