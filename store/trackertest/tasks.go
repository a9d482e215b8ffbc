package trackertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"govwatch/notice"
)

// committer is what a crawl worker uses.
type committer interface {
	States(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.DocumentState, error)
	Documents(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.Document, error)
	Commit(ctx context.Context, v notice.Visit) error
}

var taskTests = map[string]func(*testing.T, *World){
	"EmptyBook":           emptyBook,
	"FinishTaskKeepsAll":  finishKeepsAll,
	"FinishTaskTwice":     finishTwice,
	"FinishUnknownSource": finishUnknownSource,
	"FetchTaskLeavesDue":  fetchLeavesDue,
	"PauseEndsWithOK":     pauseEnds,
	"OrdersWin":           ordersWin,
	"DueOrder":            dueOrder,
	"OwedDocuments":       owedDocuments,
	"OwedWithAPage":       owedWithAPage,
	"GoneComesDue":        goneComesDue,
	"SightingsMoveOn":     sightingsMoveOn,
}

func report(due time.Time, outcome notice.Outcome) notice.TaskReport {
	task := notice.Task{ID: notice.NewTaskID("gd-gov", notice.Poll, due, ""), Source: "gd-gov", Mode: notice.Poll, Host: "gd.example", Due: due}
	run := notice.Run{ID: notice.NewRunID(task.ID, "https://gd.example/zwgk/"), Task: task.ID, Source: "gd-gov", List: "https://gd.example/zwgk/",
		Started: due, Ended: due.Add(time.Minute), Items: 20, New: 2, Outcome: outcome, Outcomes: map[notice.Outcome]int{outcome: 3}}
	return notice.TaskReport{Task: task, Started: due, Ended: due.Add(time.Minute), Runs: []notice.Run{run}, Requests: 3, Bytes: 3000, Outcome: outcome,
		Captures: []notice.Capture{{ID: notice.CaptureID("list" + due.String()), Task: task.ID, Source: "gd-gov", Role: notice.ListRole, URL: run.List, FetchedAt: due, Outcome: outcome, Blob: notice.KeyOf([]byte(due.String()))}},
		Lists:    []notice.ListState{{URL: run.List, Baseline: true, BaselineAt: due, Pages: map[string]notice.BlobKey{run.List: "b"}, Rate: 0.25}}}
}

func incident(state notice.IncidentState, at time.Time) notice.Incident {
	i := notice.Incident{ID: "i1", Source: "gd-gov", Class: notice.ListEmpty, State: state, Scope: "https://gd.example/zwgk/", Summary: "20 expected, none came", Opened: start, LastSeen: at}
	switch state {
	case notice.Reminded:
		i.Reminded = at
	case notice.Resolved:
		i.Resolved = at
	}
	return i
}

func emptyBook(t *testing.T, w *World) {
	for _, id := range []notice.SourceID{"gd-gov", "never-declared"} {
		b := get(w.Book(t.Context(), id, start))(t)
		if b.Source != id || b.Lists == nil || len(b.Lists)+len(b.Runs)+len(b.Due)+len(b.Missing)+b.Held != 0 || b.Health.State != notice.Active {
			t.Errorf("book of %s: %+v", id, b)
		}
	}
}

func finishKeepsAll(t *testing.T, w *World) {
	r := report(start, notice.OK)
	r.Follow = []notice.Task{{ID: "f1", Source: "gd-gov", Mode: notice.Fetch, Host: "mee.example", Due: start, Target: &notice.Target{URL: "https://mee.example/a"}}}
	r.Incidents = []notice.Incident{incident(notice.Opened, start)}
	must(t, w.FinishTask(t.Context(), r))
	b := get(w.Book(t.Context(), "gd-gov", start))(t)
	same(t, "runs", b.Runs, r.Runs)
	same(t, "list state", b.Lists["https://gd.example/zwgk/"], r.Lists[0])
	same(t, "health", b.Health, notice.Health{Source: "gd-gov", State: notice.Degraded, LastDue: start, LastRun: r.Ended, LastSuccess: r.Ended, Incidents: r.Incidents})
	same(t, "healths", get(w.Healths(t.Context()))(t)[0], b.Health)
	same(t, "outbox", w.kinds(t), []string{string(notice.IncidentOpened), string(notice.SourceHealthChanged), "task"})
	same(t, "follow", *w.pending(t)[2].Task, r.Follow[0])
	e := w.pending(t)[0].Event
	if e.Level != notice.Provincial || e.Region != "440000" || e.Incident != "i1" {
		t.Errorf("incident event %+v lacks its source's level and region", e)
	}
	same(t, "captures", get(w.Captures(t.Context(), notice.CaptureQuery{Source: "gd-gov"}))(t), r.Captures)
}

func finishTwice(t *testing.T, w *World) {
	r := report(start, notice.OK)
	r.Incidents = []notice.Incident{incident(notice.Opened, start)}
	must(t, w.FinishTask(t.Context(), r))
	must(t, w.FinishTask(t.Context(), r))
	if b := get(w.Book(t.Context(), "gd-gov", start))(t); len(b.Runs) != 1 || len(w.pending(t)) != 2 {
		t.Errorf("%d runs, outbox %v", len(b.Runs), w.kinds(t))
	}
	rs := get(w.SourceReports(t.Context(), start))(t)
	same(t, "reports", rs, []notice.SourceReport{{Source: "gd-gov", Outcome: notice.OK, Tasks: 1, Items: 20, Requests: 3, Bytes: 3000, Ended: r.Ended}})
}

func finishUnknownSource(t *testing.T, w *World) {
	r := report(start, notice.OK)
	r.Task.Source = "late"
	must(t, w.FinishTask(t.Context(), r))
	must(t, w.PutSources(t.Context(), []notice.Source{{ID: "late", Level: notice.Central, Region: "100000"}}))
	if b := get(w.Book(t.Context(), "late", start))(t); !b.Health.LastDue.Equal(start) {
		t.Errorf("times of a source that was declared late are lost: %+v", b.Health)
	}
}

func fetchLeavesDue(t *testing.T, w *World) {
	must(t, w.FinishTask(t.Context(), report(start, notice.OK)))
	r := report(start.Add(time.Hour), notice.BlockedWAF)
	r.Task.Mode, r.PausedUntil = notice.Fetch, start.Add(99*time.Hour)
	must(t, w.FinishTask(t.Context(), r))
	if h := get(w.Book(t.Context(), "gd-gov", start))(t).Health; !h.LastDue.Equal(start) || !h.PausedUntil.IsZero() {
		t.Errorf("a visit to another host changed the source's own health: %+v", h)
	}
}

func pauseEnds(t *testing.T, w *World) {
	r := report(start, notice.BlockedWAF)
	r.PausedUntil = start.Add(6 * time.Hour)
	must(t, w.FinishTask(t.Context(), r))
	h := get(w.Book(t.Context(), "gd-gov", start))(t).Health
	if !h.PausedUntil.Equal(r.PausedUntil) || !h.LastSuccess.IsZero() {
		t.Errorf("health after a block: %+v", h)
	}
	must(t, w.FinishTask(t.Context(), report(start.Add(7*time.Hour), notice.OK)))
	h = get(w.Book(t.Context(), "gd-gov", start))(t).Health
	if !h.PausedUntil.IsZero() || h.LastSuccess.IsZero() || !h.LastDue.Equal(start.Add(7*time.Hour)) {
		t.Errorf("health after recovery: %+v", h)
	}
	must(t, w.FinishTask(t.Context(), report(start.Add(time.Hour), notice.OK)))
	if h := get(w.Book(t.Context(), "gd-gov", start))(t).Health; !h.LastDue.Equal(start.Add(7 * time.Hour)) {
		t.Errorf("a task that finishes late moved the due time back: %+v", h)
	}
}

func ordersWin(t *testing.T, w *World) {
	state := func() notice.SourceState { return get(w.Source(t.Context(), "gd-gov"))(t).State }
	declare := func(s notice.SourceState) {
		src := sources()
		src[0].State = s
		must(t, w.PutSources(t.Context(), src))
	}
	for _, step := range []struct {
		do   func()
		want notice.SourceState
	}{
		{func() { declare(notice.Draft) }, notice.Draft},
		{func() { declare("") }, notice.Active},
		{func() { must(t, w.SetState(t.Context(), "gd-gov", notice.Paused, "moving house", start)) }, notice.Paused},
		{func() { declare(notice.Active) }, notice.Paused},
		{func() {
			r := report(start, notice.OK)
			r.Incidents = []notice.Incident{incident(notice.Opened, start)}
			must(t, w.FinishTask(t.Context(), r))
		}, notice.Paused},
		{func() { must(t, w.SetState(t.Context(), "gd-gov", notice.Active, "", start)) }, notice.Degraded},
		{func() { declare(notice.Paused) }, notice.Degraded},
		{func() {
			must(t, w.SaveIncidents(t.Context(), []notice.Incident{incident(notice.Resolved, start.Add(time.Hour))}))
		}, notice.Active},
	} {
		step.do()
		if got := state(); got != step.want {
			t.Errorf("state %s, want %s", got, step.want)
		}
	}
	if err := w.SetState(t.Context(), "nobody", notice.Paused, "", start); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("order for an unknown source: %v", err)
	}
}

func dueOrder(t *testing.T, w *World) {
	for n := range 4 {
		v := visit("gd-gov", n)
		v.Document.NextVisit = start.Add(time.Duration(n) * time.Hour)
		if n == 2 {
			v.Document.State = notice.Missing
		}
		must(t, w.Commit(t.Context(), v))
	}
	last := visit("gd-gov", 3)
	must(t, w.Save(t.Context(), extraction(*last.Version, 1, "方案")))
	ids := func(ds []notice.Document) (ids []notice.DocumentID) {
		for _, d := range ds {
			ids = append(ids, d.ID)
		}
		return ids
	}
	b := get(w.Book(t.Context(), "gd-gov", start.Add(3*time.Hour)))(t)
	same(t, "due: the policy first, then the longest overdue", ids(b.Due), []notice.DocumentID{last.Document.ID, visit("gd-gov", 0).Document.ID, visit("gd-gov", 1).Document.ID})
	same(t, "missing", ids(b.Missing), []notice.DocumentID{visit("gd-gov", 2).Document.ID})
	if b := get(w.Book(t.Context(), "gd-gov", start.Add(-time.Hour)))(t); len(b.Due) != 0 {
		t.Errorf("%d due before their time", len(b.Due))
	}
}

func sightingsMoveOn(t *testing.T, w *World) {
	d := w.commit(t, "gd-gov", 1)
	r := report(start.Add(5*time.Hour), notice.OK)
	seen := start.Add(5 * time.Hour)
	r.Seen = []notice.Sighting{{Document: d.ID, List: "l", Position: 3, At: seen}, {Document: "unknown", List: "l", At: seen}}
	must(t, w.FinishTask(t.Context(), r))
	if got := w.document(t, d.ID); !got.LastSeen.Equal(seen) || got.Rev != d.Rev {
		t.Errorf("last seen %s rev %d, want %s and %d", got.LastSeen, got.Rev, seen, d.Rev)
	}
	// The list proves that it is there, not that it is the same: it stays due.
	if got := w.document(t, d.ID); !got.NextVisit.Equal(d.NextVisit) || got.Quiet != d.Quiet || !got.Fetched.Equal(d.Fetched) {
		t.Errorf("a sighting counts as a visit: next %s, quiet %d, fetched %s", got.NextVisit, got.Quiet, got.Fetched)
	}
	// The worker had read the document before the list was walked.
	q := again(d, notice.ChangeSame, "")
	q.Document.LastSeen = d.LastSeen
	must(t, w.Commit(t.Context(), q))
	if got := w.document(t, d.ID); !got.LastSeen.Equal(seen) {
		t.Errorf("a commit moved last seen back to %s", got.LastSeen)
	}
}
