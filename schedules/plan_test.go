package schedules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"govwatch/notice"
	"govwatch/schedules"
)

// history is a list that has shown n entries on each of the last days.
func history(days, n int, today notice.Date) []notice.ListState {
	var l notice.ListState
	for i := days; i > 0; i-- {
		l.Published = append(l.Published, notice.DayCount{Day: today.AddDays(-i), N: n})
	}
	for i := days; i > 0; i-- {
		l.Arrivals = append(l.Arrivals, notice.Arrival{Day: today.AddDays(-i), From: 15 * 60, To: 18 * 60, N: n})
	}
	return []notice.ListState{l}
}

func adaptive(id, host string) notice.Source {
	return notice.Source{
		ID: notice.SourceID(id), Adaptive: true, State: notice.Active, Cron: "0 */4 * * *",
		Lists: []notice.List{{URL: "https://" + host + "/" + id + "/"}},
	}
}

func TestShortHistoryStaysAtItsCronLine(t *testing.T) {
	t.Parallel()
	now := at("2024-03-12 10:10")
	s := adaptive("a", "a.gov.cn")
	for name, learnt := range map[string]schedules.Learnt{
		"nothing":       nil,
		"a week":        {"a": history(7, 5, notice.DateOf(now))},
		"three entries": {"a": {{Published: []notice.DayCount{{Day: notice.Date{Year: 2023, Month: 10, Day: 9}, N: 3}}}}},
	} {
		plan := schedules.NewPlan([]notice.Source{s}, learnt, schedules.Limits{}, now)
		if got := plan.Next(s, now); !got.Equal(at("2024-03-12 12:00")) {
			t.Errorf("%s: next %s", name, got)
		}
		v := plan.Visits([]notice.Source{s}, []notice.Health{{Source: "a", LastDue: now}}, now)[0]
		if !strings.Contains(v.Why, "history is short") || v.PerDay < 5.9 || v.PerDay > 6.1 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestVisitsFollowHoursAndDays(t *testing.T) {
	t.Parallel()
	now := at("2024-03-12 00:00") // a Tuesday
	s := adaptive("a", "a.gov.cn")
	quiet := adaptive("b", "b.gov.cn")
	learnt := schedules.Learnt{"a": history(90, 9, notice.DateOf(now)), "b": history(90, 1, notice.DateOf(now))}
	plan := schedules.NewPlan([]notice.Source{s, quiet}, learnt, schedules.Limits{}, now)
	count := func(s notice.Source) (all, busy int) {
		for next := plan.Next(s, now); next.Before(at("2024-03-16 00:00")); next = plan.Next(s, next) {
			if all++; next.Hour() >= 15 && next.Hour() <= 18 {
				busy++
			}
		}
		return all, busy
	}
	all, busy := count(s)
	fewer, _ := count(quiet)
	if busy*24 < all*2*4 { // twice an even spread
		t.Errorf("%d of %d visits from 15 to 18 h, where the entries come", busy, all)
	}
	if fewer >= all || fewer*4 < all {
		t.Errorf("%d visits at 1 entry a day, %d at 9: fewer, but not in proportion", fewer, all)
	}
}

func TestBudgetsAndBoundsHold(t *testing.T) {
	t.Parallel()
	now := at("2024-03-12 00:00")
	var sources []notice.Source
	var healths []notice.Health
	learnt := schedules.Learnt{}
	for i := range 40 {
		host := fmt.Sprintf("h%d.gov.cn", i)
		if i < 20 {
			host = "shared.gov.cn"
		}
		s := adaptive(fmt.Sprintf("s%d", i), host)
		sources = append(sources, s)
		learnt[s.ID] = history(60, 1+i%7, notice.DateOf(now))
		healths = append(healths, notice.Health{Source: s.ID, LastDue: now})
	}
	sum := func(limits schedules.Limits) (all, shared float64) {
		for i, v := range schedules.NewPlan(sources, learnt, limits, now).Visits(sources, healths, now) {
			if all += v.PerDay; i < 20 {
				shared += v.PerDay
			}
		}
		return all, shared
	}
	if all, _ := sum(schedules.Limits{}); all < 234 || all > 240.5 {
		t.Errorf("%.2f visits a day; the cron lines make 240", all)
	}
	if all, shared := sum(schedules.Limits{PerHost: 50, Total: 200}); shared > 50.1 || shared < 48 || all > 200.1 || all < 194 {
		t.Errorf("%.2f visits a day on the shared host of 50, %.2f of 200 in all", shared, all)
	}
	bounded := sources[3]
	bounded.MinInterval, bounded.MaxInterval = 2*time.Hour, 5*time.Hour
	plan := schedules.NewPlan([]notice.Source{bounded}, learnt, schedules.Limits{}, now)
	last := now
	for next := plan.Next(bounded, last); next.Before(now.AddDate(0, 0, 14)); next = plan.Next(bounded, last) {
		if gap := next.Sub(last); gap < 2*time.Hour-time.Minute || gap > 5*time.Hour {
			t.Fatalf("%s between two visits, want 2 h to 5 h", gap)
		}
		last = next
	}
}

func TestAdaptiveSourceIsCaughtUpOnce(t *testing.T) {
	t.Parallel()
	now := at("2024-03-12 10:00")
	s := adaptive("a", "a.gov.cn")
	plan := schedules.NewPlan([]notice.Source{s}, schedules.Learnt{"a": history(60, 3, notice.DateOf(now))}, schedules.Limits{}, now)
	tasks := plan.Due([]notice.Source{s}, []notice.Health{{Source: "a", LastDue: now.AddDate(0, -1, 0)}}, now)
	if len(tasks) != 1 || tasks[0].Due.After(now) {
		t.Fatalf("tasks %+v", tasks)
	}
	if again := plan.Due([]notice.Source{s}, []notice.Health{{Source: "a", LastDue: tasks[0].Due}}, now); len(again) != 0 {
		t.Errorf("due again at once: %+v", again)
	}
}

func TestScheduleIsDeclared(t *testing.T) {
	t.Parallel()
	got, err := load(t, map[string]string{"a.yaml": good + "schedule: adaptive\nmin_interval: 1h\nmax_interval: 48h\n", "b.yaml": strings.Replace(good, "id: nea", "id: neb", 1)})
	if err != nil {
		t.Fatal(err)
	}
	if a := got[0]; !a.Adaptive || a.MinInterval != time.Hour || a.MaxInterval != 48*time.Hour || got[1].Adaptive {
		t.Errorf("got %+v", got)
	}
	for bad, want := range map[string]string{
		"schedule: often\n": "a.yaml:9: schedule", "min_interval: 1s\n": "a.yaml:9: min_interval",
		"min_interval: 2h\nmax_interval: 1h\n": "a.yaml:10: max_interval",
	} {
		if _, err := load(t, map[string]string{"a.yaml": good + bad}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestExpectationsAllowOneInterval(t *testing.T) {
	t.Parallel()
	s := notice.Source{ID: "a", State: notice.Active, Cron: "0 9,11,17 * * *"}
	for name, c := range map[string]struct {
		health    notice.Health
		due       string
		tolerance time.Duration
	}{
		"two hours":     {notice.Health{LastDue: at("2024-03-12 09:00")}, "2024-03-12 11:00", 6 * time.Hour},
		"over night":    {notice.Health{LastDue: at("2024-03-12 11:00")}, "2024-03-12 17:00", 12 * time.Hour},
		"a pause":       {notice.Health{LastDue: at("2024-03-12 09:00"), PausedUntil: at("2024-03-14 09:00")}, "2024-03-14 09:00", 6 * time.Hour},
		"never run":     {notice.Health{}, "", 0},
		"paused by us":  {notice.Health{LastDue: at("2024-03-12 09:00"), State: notice.Paused}, "", 0},
		"another state": {notice.Health{LastDue: at("2024-03-12 09:00"), State: notice.Broken}, "2024-03-12 11:00", 6 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.health.Source = "a"
			got := schedules.Plan{}.Expect([]notice.Source{s}, []notice.Health{c.health})
			if c.due == "" {
				if len(got) != 0 {
					t.Errorf("got %+v", got)
				}
				return
			}
			if len(got) != 1 || !got[0].Due.Equal(at(c.due)) || got[0].Tolerance != c.tolerance {
				t.Errorf("got %+v", got)
			}
		})
	}
}
