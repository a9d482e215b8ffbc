package trackertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"govwatch/notice"
	"govwatch/store/tracker"
)

var crashTests = map[string]func(*testing.T, *World){
	"CrashBeforeEachCommit": func(t *testing.T, w *World) { crash(t, w, tracker.BeforeCommit) },
	"CrashAfterEachCommit":  func(t *testing.T, w *World) { crash(t, w, tracker.AfterCommit) },
}

// life is every write in the life of one document and its alert, in order. Each
// step may be done any number of times; now moves with the tries, as a clock does.
func life() []func(ctx context.Context, tr *tracker.Tracker, now time.Time) error {
	first := visit("gd-gov", 1)
	read := first.Document
	read.Rev = 1
	edit := again(read, notice.ChangeEdited, "edited")
	explained := extraction(*edit.Version, 1, "碳达峰方案（修订）")
	explained.Change = &notice.Change{Meaning: []notice.Meaning{notice.FigureAltered}, Significance: 1, Diff: "x"}
	finish := report(start, notice.OK)
	finish.Incidents = []notice.Incident{incident(notice.Opened, start)}
	finish.Follow = []notice.Task{{ID: "follow", Source: "gd-gov", Mode: notice.Fetch, Due: start}}
	type step = func(ctx context.Context, tr *tracker.Tracker, now time.Time) error
	return []step{
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error {
			return tr.PutSources(ctx, sources())
		},
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error { return tr.Commit(ctx, first) },
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error { return tr.FinishTask(ctx, finish) },
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error {
			return tr.Save(ctx, extraction(*first.Version, 1, "碳达峰方案"))
		},
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error { return tr.Commit(ctx, edit) },
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error { return tr.Save(ctx, explained) },
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error {
			return second(tr.Raise(ctx, []notice.Alert{alert(1)}))
		},
		func(ctx context.Context, tr *tracker.Tracker, now time.Time) error {
			return second(tr.Claim(ctx, now, 10))
		},
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error {
			return tr.Settle(ctx, alert(1).ID, notice.DeliveryOutcome{State: notice.Delivered, At: start.Add(time.Hour)})
		},
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error {
			return tr.SaveIncidents(ctx, []notice.Incident{incident(notice.Resolved, start.Add(time.Hour))})
		},
		func(ctx context.Context, tr *tracker.Tracker, _ time.Time) error {
			return tr.SaveDead(ctx, notice.DeadLetter{ID: "x", At: start})
		},
	}
}

// portrait is all that a reader can see, so that two histories can be compared.
func portrait(t *testing.T, tr *tracker.Tracker) []any {
	t.Helper()
	ctx := t.Context()
	tally := get(tr.Tally(ctx))(t)
	tally.AlertsRepeated = 0 // A claim that was repeated is counted, as it should be.
	id := visit("gd-gov", 1).Document.ID
	var events []notice.EventID
	tasks := 0
	for _, o := range get(tr.Pending(ctx, 1000))(t) {
		if o.Task != nil {
			tasks++
			continue
		}
		events = append(events, o.Event.ID)
	}
	alerts := get(tr.Alerts(ctx, notice.AlertQuery{}))(t)
	for i := range alerts {
		alerts[i].Attempts = 0
	}
	return []any{tally, get(tr.Document(ctx, id))(t), get(tr.Versions(ctx, id))(t), get(tr.History(ctx, id))(t), events, tasks, alerts,
		get(tr.Healths(ctx))(t), get(tr.Incidents(ctx, false))(t), get(tr.Records(ctx, notice.RecordQuery{Text: "碳达峰"}))(t), get(tr.Captures(ctx, notice.CaptureQuery{}))(t)}
}

// crash lets every write fail once at a point, and does it again with a tracker
// opened afresh. What is left must be what a clean run leaves.
func crash(t *testing.T, w *World, point tracker.CommitPoint) {
	died := errors.New("died")
	now := start.Add(time.Hour)
	for i, do := range life() {
		dying, err := tracker.Open(t.Context(), w.URL, tracker.OnCommit(func(p tracker.CommitPoint) error {
			if p == point {
				return died
			}
			return nil
		}))
		must(t, err)
		if err := do(t.Context(), dying, now); !errors.Is(err, died) {
			t.Fatalf("write %d: %v; want it to die", i, err)
		}
		must(t, dying.Close())
		now = now.Add(3 * time.Minute)
		for range 2 {
			if err := do(t.Context(), w.Tracker, now); err != nil {
				t.Fatalf("write %d again: %v", i, err)
			}
		}
	}
	clean := newWorld(t, w.Fresh(t))
	now = start.Add(time.Hour)
	for i, do := range life() {
		if err := do(t.Context(), clean.Tracker, now); err != nil {
			t.Fatalf("clean write %d: %v", i, err)
		}
	}
	got, want := portrait(t, w.Tracker), portrait(t, clean.Tracker)
	for i := range want {
		same(t, "end state", got[i], want[i])
	}
}
