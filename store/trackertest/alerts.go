package trackertest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"govwatch/notice"
)

var alertTests = map[string]func(*testing.T, *World){
	"RaiseOnce":          raiseOnce,
	"ClaimAndSettle":     claimAndSettle,
	"ClaimAgain":         claimAgain,
	"ClaimFromTheFuture": claimFromTheFuture,
	"ClaimersShare":      claimersShare,
	"ClaimsOfTheDead":    claimsOfTheDead,
	"Occasion":           occasions,
	"WorkKnown":          workKnown,
}

func alert(n int) notice.Alert {
	e := notice.EventID(fmt.Sprint("event", n))
	id := notice.NewAlertID("rule", "stdout", e)
	return notice.Alert{ID: id, Rule: "rule", Channel: "stdout", Event: e, Once: fmt.Sprint("work", n), Source: "gd-gov", Document: "d", State: notice.Due,
		Raised: start.Add(time.Duration(n) * time.Second), Message: notice.Message{ID: id, Rule: "rule", Subject: "广东省出台", Fields: []notice.Field{{Label: "文号", Value: "粤府〔2024〕1号"}}}}
}

func raiseOnce(t *testing.T, w *World) {
	a := alert(1)
	twin := alert(2)
	twin.Once = a.Once
	other := alert(3)
	other.Once, other.Channel = a.Once, "email"
	for i, want := range []int{2, 0, 0} {
		if n := get(w.Raise(t.Context(), []notice.Alert{a, twin, other}))(t); n != want {
			t.Errorf("raise %d added %d, want %d", i, n, want)
		}
	}
	again := a
	again.Message.Subject = "another wording"
	must(t, second(w.Raise(t.Context(), []notice.Alert{again})))
	all := get(w.Alerts(t.Context(), notice.AlertQuery{}))(t)
	same(t, "alerts, kept as first stored", all, []notice.Alert{other, a})
}

func second[T any](_ T, err error) error { return err }

func claimAndSettle(t *testing.T, w *World) {
	must(t, second(w.Raise(t.Context(), []notice.Alert{alert(2), alert(1), alert(3)})))
	now := start.Add(time.Minute)
	got := get(w.Claim(t.Context(), now, 2))(t)
	if len(got) != 2 || got[0].ID != alert(1).ID || got[1].ID != alert(2).ID || got[0].Attempts != 1 || got[0].Message.Subject == "" {
		t.Fatalf("claimed %+v", got)
	}
	if more := get(w.Claim(t.Context(), now, 10))(t); len(more) != 1 || more[0].ID != alert(3).ID {
		t.Errorf("second claim %+v", more)
	}
	must(t, w.Settle(t.Context(), alert(1).ID, notice.DeliveryOutcome{State: notice.Delivered, At: now}))
	must(t, w.Settle(t.Context(), alert(2).ID, notice.DeliveryOutcome{State: notice.Retry, NextTry: now.Add(time.Hour), Error: "503", At: now}))
	must(t, w.Settle(t.Context(), alert(3).ID, notice.DeliveryOutcome{State: notice.Dead, Error: "gone\x00", At: now}))
	// A sender that settles late must not undo a delivery.
	must(t, w.Settle(t.Context(), alert(1).ID, notice.DeliveryOutcome{State: notice.Retry, NextTry: now, At: now}))
	if early := get(w.Claim(t.Context(), now.Add(time.Minute), 10))(t); len(early) != 0 {
		t.Errorf("claimed before its next try: %+v", early)
	}
	late := get(w.Claim(t.Context(), now.Add(time.Hour), 10))(t)
	if len(late) != 1 || late[0].ID != alert(2).ID || late[0].Attempts != 2 || late[0].LastError != "503" {
		t.Fatalf("retry: %+v", late)
	}
	tally := get(w.Tally(t.Context()))(t)
	if tally.AlertsRaised != 3 || tally.AlertsDelivered != 1 || tally.AlertsDead != 1 || tally.AlertsRepeated != 0 {
		t.Errorf("tally %+v", tally)
	}
	raised, delivered, err := w.AlertCounts(t.Context(), start.Add(2*time.Second))
	if err != nil || raised != 2 || delivered != 0 {
		t.Errorf("since the second: %d raised, %d delivered, %v", raised, delivered, err)
	}
	same(t, "events", w.kinds(t), []notice.EventKind{notice.AlertDelivered, notice.AlertFailed})
	if d := get(w.Alerts(t.Context(), notice.AlertQuery{State: notice.Delivered}))(t); len(d) != 1 || !d[0].Delivered.Equal(now) {
		t.Errorf("delivered: %+v", d)
	}
	if err := w.Settle(t.Context(), "none", notice.DeliveryOutcome{State: notice.Delivered}); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("settle an unknown alert: %v", err)
	}
}

func claimAgain(t *testing.T, w *World) {
	must(t, second(w.Raise(t.Context(), []notice.Alert{alert(1)})))
	now := start.Add(time.Minute)
	must(t, second(w.Claim(t.Context(), now, 1)))
	for _, early := range []time.Duration{0, time.Second, 2*time.Minute - time.Millisecond} {
		if got := get(w.Claim(t.Context(), now.Add(early), 1))(t); len(got) != 0 {
			t.Errorf("%s after the claim it is given away again", early)
		}
	}
	now = now.Add(2 * time.Minute)
	if got := get(w.Claim(t.Context(), now, 1))(t); len(got) != 1 || got[0].Attempts != 2 {
		t.Fatalf("after the lease: %+v", got)
	}
	if got := get(w.Claim(t.Context(), now.Add(time.Minute), 1))(t); len(got) != 0 {
		t.Error("the second claim has no lease of its own")
	}
	must(t, w.Settle(t.Context(), alert(1).ID, notice.DeliveryOutcome{State: notice.Delivered, At: now}))
	if tally := get(w.Tally(t.Context()))(t); tally.AlertsRepeated != 1 || tally.AlertsDelivered != 1 || tally.AlertsRaised != 1 {
		t.Errorf("tally %+v", tally)
	}
	if got := get(w.Claim(t.Context(), now.Add(time.Hour), 1))(t); len(got) != 0 {
		t.Error("a delivered alert is given out")
	}
}

func claimFromTheFuture(t *testing.T, w *World) {
	must(t, second(w.Raise(t.Context(), []notice.Alert{alert(1)})))
	must(t, second(w.Claim(t.Context(), start.Add(100*time.Hour), 1)))
	if got := get(w.Claim(t.Context(), start.Add(time.Hour), 1))(t); len(got) != 1 {
		t.Error("a claim by a clock that ran ahead holds the alert for good")
	}
}

func claimsOfTheDead(t *testing.T, w *World) {
	must(t, second(w.Raise(t.Context(), []notice.Alert{alert(1), alert(2), alert(3)})))
	now := start.Add(time.Minute)
	must(t, second(w.Claim(t.Context(), now, 2)))
	must(t, w.Settle(t.Context(), alert(1).ID, notice.DeliveryOutcome{State: notice.Delivered, At: now}))
	if n := get(w.AlertsDue(t.Context(), now))(t); n != 2 {
		t.Errorf("%d alerts due, want the claimed and the waiting one", n)
	}
	must(t, w.ForgetClaims(t.Context()))
	if got := get(w.Claim(t.Context(), now, 10))(t); len(got) != 2 {
		t.Errorf("after all claims are forgotten: %+v", got)
	}
	if n := get(w.Tally(t.Context()))(t).AlertsRepeated; n != 1 {
		t.Errorf("%d repeats, want the one whose message may be out", n)
	}
}

func claimersShare(t *testing.T, w *World) {
	const n = 60
	var all []notice.Alert
	for i := range n {
		all = append(all, alert(i))
	}
	must(t, second(w.Raise(t.Context(), all)))
	other := open(t, w.URL)
	got := make([][]notice.Alert, 4)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range got {
		tr := w.Tracker
		if i%2 == 1 {
			tr = other
		}
		wg.Go(func() {
			for range n / 3 {
				part, err := tr.Claim(t.Context(), start.Add(time.Hour), 3)
				got[i], errs[i] = append(got[i], part...), errors.Join(errs[i], err)
			}
		})
	}
	wg.Wait()
	must(t, errors.Join(errs...))
	seen := map[notice.AlertID]int{}
	for _, part := range got {
		for _, a := range part {
			seen[a.ID]++
		}
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("alert %s given out %d times", id, times)
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d alerts given out", len(seen), n)
	}
}

func occasions(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	must(t, w.Commit(t.Context(), v))
	e := extraction(*v.Version, 1, "方案")
	must(t, w.Save(t.Context(), e))
	must(t, w.SaveIncidents(t.Context(), []notice.Incident{incident(notice.Opened, start)}))
	o := get(w.Occasion(t.Context(), e.Events[0]))(t)
	if o.Source.ID != "gd-gov" || o.Source.Level != notice.Provincial || o.Document == nil || o.Incident != nil {
		t.Errorf("occasion %+v", o)
	}
	same(t, "record", o.Record, e.Record)
	same(t, "change", o.Change, v.Change)
	o = get(w.Occasion(t.Context(), v.Events[0]))(t)
	same(t, "change by its event", o.Change, v.Change)
	o = get(w.Occasion(t.Context(), notice.Event{ID: "i", Kind: notice.IncidentOpened, Source: "gd-gov", Incident: "i1"}))(t)
	if o.Incident == nil || o.Document != nil || o.Record != nil || o.Change != nil {
		t.Errorf("occasion of an incident: %+v", o)
	}
	o = get(w.Occasion(t.Context(), notice.Event{ID: "u", Source: "unknown", Document: "unknown", Incident: "unknown"}))(t)
	if o.Event.ID != "u" || o.Document != nil || o.Incident != nil {
		t.Errorf("occasion of things unknown: %+v", o)
	}
}

// workKnown: a copy of a work learns since when the others stand there; the
// first one, and an attachment of it, learn nothing.
func workKnown(t *testing.T, w *World) {
	old, copied := visit("gd-gov", 1), visit("gd-gov", 9)
	copied.Document.FirstSeen = start.AddDate(0, 2, 0)
	published := notice.DateOf(start).AddDays(-30)
	for i, v := range []notice.Visit{old, copied} {
		must(t, w.Commit(t.Context(), v))
		e := extraction(*v.Version, 1, "方案")
		if i == 0 {
			e.Record.Published = published
		}
		must(t, w.Save(t.Context(), e))
		o := get(w.Occasion(t.Context(), e.Events[0]))(t)
		if i == 0 && !o.WorkKnown.IsZero() {
			t.Errorf("the first copy is known since %v", o.WorkKnown)
		}
		if i == 1 && !o.WorkKnown.Equal(published.Time()) {
			t.Errorf("the second copy is known since %v, want %v", o.WorkKnown, published.Time())
		}
	}
}
