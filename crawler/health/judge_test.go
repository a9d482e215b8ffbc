package health_test

import (
	"testing"
	"time"

	"govwatch/crawler/health"
	"govwatch/notice"
)

const list = "http://a.gov.cn/zc/"

var day = time.Date(2026, 3, 2, 9, 0, 0, 0, notice.Beijing())

func run(o notice.Outcome, items int) notice.Run {
	return notice.Run{ID: "now", List: list, Mode: notice.Poll, Outcome: o, Items: items, Pages: 1, Titled: items, Dated: items}
}

func history(n, items int) []notice.Run {
	var out []notice.Run
	for range n {
		r := run(notice.OK, items)
		r.ID = "before"
		out = append(out, r)
	}
	return out
}

func TestJudgeOpens(t *testing.T) {
	t.Parallel()
	fail := run(notice.Timeout, 0)
	fail.ID = "before"
	undated := run(notice.OK, 20)
	undated.Dated = 2
	stuck := run(notice.OK, 20)
	stuck.Stuck = true
	miss := run(notice.OK, 0)
	miss.Reason = health.SelectorMiss("trs", 15)
	unused := run(notice.OK, 0)
	unused.Complete = true
	for _, c := range []struct {
		name string
		past []notice.Run
		run  notice.Run
		want notice.IncidentClass
	}{
		{"a plain day", history(5, 20), run(notice.OK, 20), ""},
		{"the first day of a source", nil, run(notice.OK, 20), ""},
		{"list emptied", history(5, 20), run(notice.OK, 0), notice.ListEmpty},
		{"empty from the start", nil, run(notice.OK, 0), notice.ListEmpty},
		{"a column not yet in use", nil, unused, ""},
		{"a used column that says it is empty", history(5, 20), unused, notice.ListEmpty},
		{"soft 404 for a list", history(5, 20), run(notice.Soft404, 0), notice.ListEmpty},
		{"selector misses", history(5, 20), miss, notice.SelectorMiss},
		{"challenge", history(5, 20), run(notice.ChallengeJS, 0), notice.Block},
		{"one time-out is bad luck", history(5, 20), run(notice.Timeout, 0), ""},
		{"two are an outage", append([]notice.Run{fail}, history(5, 20)...), run(notice.HTTP5xx, 0), notice.Unreachable},
		{"certificate", history(5, 20), run(notice.TLS, 0), notice.Cert},
		{"list moved", history(5, 20), run(notice.Redirected, 0), notice.MovedSite},
		{"list gone", history(5, 20), run(notice.Gone404, 0), notice.MovedSite},
		{"robots", history(5, 20), run(notice.ForbiddenRobots, 0), notice.RobotsChanged},
		{"few items", history(5, 20), run(notice.OK, 3), notice.VolumeAnomaly},
		{"dates gone", history(5, 20), undated, notice.FieldCoverageDrop},
		{"page repeats", history(5, 20), stuck, notice.PageStuck},
		{"unchanged list", history(5, 20), run(notice.NotModified, 0), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := health.Judge(notice.Book{Source: "a", Runs: c.past}, []notice.Run{c.run}, day)
			if c.want == "" {
				if len(got) != 0 {
					t.Errorf("%+v, want nothing", got)
				}
				return
			}
			if len(got) != 1 || got[0].Class != c.want || got[0].State != notice.Opened || got[0].Summary == "" || got[0].Group != "a.gov.cn" {
				t.Errorf("%+v, want %s opened", got, c.want)
			}
		})
	}
}

func TestJudgeTellsOnceRemindsAndResolves(t *testing.T) {
	t.Parallel()
	book := notice.Book{Source: "a", Runs: history(5, 20)}
	opened := health.Judge(book, []notice.Run{run(notice.OK, 0)}, day)
	book.Health.Incidents = opened
	if again := health.Judge(book, []notice.Run{run(notice.OK, 0)}, day.Add(24*time.Hour)); len(again) != 0 {
		t.Errorf("told again after a day: %+v", again)
	}
	later := health.Judge(book, []notice.Run{run(notice.OK, 0)}, day.Add(8*24*time.Hour))
	if len(later) != 1 || later[0].State != notice.Reminded || later[0].ID != opened[0].ID {
		t.Fatalf("after eight days: %+v, want a reminder of the same incident", later)
	}
	book.Health.Incidents = later
	if other := health.Judge(book, []notice.Run{run(notice.Timeout, 0)}, day.Add(9*24*time.Hour)); len(other) != 0 {
		t.Errorf("another illness resolved it: %+v", other)
	}
	done := health.Judge(book, []notice.Run{run(notice.OK, 20)}, day.Add(9*24*time.Hour))
	if len(done) != 1 || done[0].State != notice.Resolved || done[0].ID != opened[0].ID || done[0].Resolved.IsZero() {
		t.Errorf("after recovery: %+v", done)
	}
}

// Two lists behind one challenge are one incident of the host.
func TestJudgeGroupsByHost(t *testing.T) {
	t.Parallel()
	other := run(notice.BlockedWAF, 0)
	other.List = "http://a.gov.cn/tz/"
	got := health.Judge(notice.Book{Source: "a"}, []notice.Run{run(notice.BlockedWAF, 0), other}, day)
	if len(got) != 1 || got[0].Scope != "a.gov.cn" {
		t.Errorf("%+v, want one incident of the host", got)
	}
}
