package trackertest

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"govwatch/notice"
	"govwatch/store/tracker"
)

var outboxTests = map[string]func(*testing.T, *World){
	"OutboxOrder":      outboxOrder,
	"OutboxRolledBack": outboxRolledBack,
	"OutboxPokes":      outboxPokes,
	"OutboxSweep":      outboxSweep,
	"OutboxFollows":    outboxFollows,
	"DeadLetters":      deadLetters,
}

func outboxOrder(t *testing.T, w *World) {
	for n := range 5 {
		w.commit(t, "gd-gov", n)
	}
	all := w.pending(t)
	if len(all) != 10 {
		t.Fatalf("%d rows", len(all))
	}
	for i, o := range all {
		if want := visit("gd-gov", i/2).Events[i%2].ID; o.Event == nil || o.Event.ID != want {
			t.Errorf("row %d is %+v, want event %s", i, o, want)
		}
		if i > 0 && all[i-1].Seq >= o.Seq {
			t.Errorf("row %d is out of order", i)
		}
	}
	if got := get(w.Pending(t.Context(), 3))(t); len(got) != 3 || got[0].Seq != all[0].Seq {
		t.Errorf("first three: %+v", got)
	}
	must(t, w.MarkSent(t.Context(), []int64{all[0].Seq, all[2].Seq, 999999}))
	must(t, w.MarkSent(t.Context(), []int64{all[0].Seq}))
	must(t, w.MarkSent(t.Context(), nil))
	left := w.pending(t)
	if len(left) != 8 || left[0].Seq != all[1].Seq || left[1].Seq != all[3].Seq {
		t.Errorf("left after two were sent: %+v", left)
	}
	if n := get(w.Tally(t.Context()))(t).Outbox; n != 8 {
		t.Errorf("tally counts %d", n)
	}
	// What was sent is not announced again by a repeat of the write.
	must(t, w.Commit(t.Context(), visit("gd-gov", 0)))
	if n := len(w.pending(t)); n != 8 {
		t.Errorf("%d rows after a repeated write, want 8", n)
	}
}

// Files on other hosts are ordered with the page that names them, and the
// report of the task, which names them too, orders them no second time.
func outboxFollows(t *testing.T, w *World) {
	v := visit("gd-gov", 0)
	target := notice.Target{URL: "http://files.example.org/a.pdf", Parent: v.Document.ID}
	v.Follow = []notice.Task{{
		ID: notice.NewTaskID("gd-gov", notice.Fetch, v.Change.At, target.URL), Source: "gd-gov", Mode: notice.Fetch,
		Host: "files.example.org", Due: v.Change.At, Target: &target,
	}}
	must(t, w.Commit(t.Context(), v))
	must(t, w.Commit(t.Context(), v))
	poll := notice.Task{ID: notice.NewTaskID("gd-gov", notice.Poll, v.Change.At, ""), Source: "gd-gov", Mode: notice.Poll, Host: "h", Due: v.Change.At}
	must(t, w.FinishTask(t.Context(), notice.TaskReport{Task: poll, Outcome: notice.OK, Started: v.Change.At, Ended: v.Change.At, Follow: v.Follow}))
	n := 0
	for _, o := range w.pending(t) {
		if o.Task != nil && o.Task.ID == v.Follow[0].ID {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the file is ordered %d times, want once", n)
	}
}

func outboxRolledBack(t *testing.T, w *World) {
	died := errors.New("died")
	dying := open(t, w.URL, tracker.OnCommit(func(p tracker.CommitPoint) error {
		if p == tracker.BeforeCommit {
			return died
		}
		return nil
	}))
	if err := dying.Commit(t.Context(), visit("gd-gov", 1)); !errors.Is(err, died) {
		t.Fatalf("commit: %v", err)
	}
	if n := len(w.pending(t)); n != 0 {
		t.Errorf("%d events of a transaction that was rolled back", n)
	}
	select {
	case <-dying.Poked():
		t.Error("poked by a transaction that was rolled back")
	default:
	}
}

func outboxPokes(t *testing.T, w *World) {
	for range 3 {
		w.commit(t, "gd-gov", 1)
		w.commit(t, "gd-gov", 2)
	}
	select {
	case <-w.Poked():
	default:
		t.Error("no signal after events were stored")
	}
	select {
	case <-w.Poked():
		t.Error("more than one signal waits")
	default:
	}
}

func outboxSweep(t *testing.T, w *World) {
	w.commit(t, "gd-gov", 1)
	w.commit(t, "gd-gov", 60)
	all := w.pending(t)
	must(t, w.MarkSent(t.Context(), []int64{all[0].Seq, all[2].Seq}))
	if n := get(w.SweepOutbox(t.Context(), start.Add(30*time.Minute)))(t); n != 1 {
		t.Errorf("swept %d rows, want the one that is old and sent", n)
	}
	if n := len(w.pending(t)); n != 2 {
		t.Errorf("%d rows wait, want 2", n)
	}
}

func deadLetters(t *testing.T, w *World) {
	d := notice.DeadLetter{ID: "EVENTS:7", Stream: "EVENTS", Subject: "gov.x", Data: []byte{0, 0xff, '{'}, Reason: "panic:\x00 x", At: start}
	must(t, w.SaveDead(t.Context(), d))
	must(t, w.SaveDead(t.Context(), d))
	must(t, w.SaveDead(t.Context(), notice.DeadLetter{ID: "2", At: start.Add(-time.Hour)}))
	all := get(w.Dead(t.Context()))(t)
	if len(all) != 2 || all[0].ID != "2" || !bytes.Equal(all[1].Data, d.Data) || !all[1].At.Equal(start) {
		t.Fatalf("dead letters %+v", all)
	}
	must(t, w.MarkReplayed(t.Context(), "2", start))
	if all := get(w.Dead(t.Context()))(t); len(all) != 1 || get(w.Tally(t.Context()))(t).Dead != 1 {
		t.Errorf("after a replay: %+v", all)
	}
	if err := w.MarkReplayed(t.Context(), "none", start); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("replay of nothing: %v", err)
	}
}
