package crawler

import (
	"testing"
	"time"

	"govwatch/crawler/change"
	"govwatch/internal/service"
	"govwatch/notice"
)

// A document that stays the same is visited daily for a week, then at doubling
// pauses up to 90 days; a change begins the week anew. Files of a page are no exception.
func TestPausesBetweenVisitsDouble(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]notice.Document{
		"a page": {ID: "d1", State: notice.Live}, "a policy": {ID: "d2", State: notice.Live, Policy: true},
		"a file": {ID: "d3", State: notice.Live, Parent: "d1"},
	} {
		r := &reading{}
		now := time.Date(2024, time.March, 12, 9, 0, 0, 0, notice.Beijing())
		doc = advance(doc, r, change.Decision{Kind: notice.ChangeNew}, now)
		for i, most := range []int{1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 90, 90} {
			pause := doc.NextVisit.Sub(now) + slack
			if least := float64(most) * 0.85; pause > time.Duration(most)*day || pause.Hours()/24 < least {
				t.Errorf("%s: pause %d is %s, want %v to %d days", name, i+1, pause, least, most)
			}
			now = doc.NextVisit
			doc = advance(doc, r, change.Decision{Kind: notice.ChangeSame}, now)
		}
		doc = advance(doc, r, change.Decision{Kind: notice.ChangeEdited}, now)
		if pause := doc.NextVisit.Sub(now); doc.Quiet != 0 || pause > day {
			t.Errorf("%s: after an edit the next visit is in %s", name, pause)
		}
	}
}

// Visits of known documents leave half of a host's day to lists and what is new.
func TestRevisitsLeaveRoom(t *testing.T) {
	t.Parallel()
	clock := service.NewJump(time.Date(2024, time.March, 12, 9, 0, 0, 0, notice.Beijing()))
	o := DefaultOptions()
	o.Clock, o.HostBudget, o.Budget = clock, 10, 0
	g := newGate(o)
	for n := range 10 {
		if got, want := g.spare("a"), n < 5; got != want {
			t.Errorf("after %d requests there is room for revisits: %v", n, got)
		}
		leave, err := g.enter(t.Context(), "a", 0)
		if err != nil {
			t.Fatal(err)
		}
		leave(result{status: 200})
	}
	if !g.spare("b") {
		t.Error("another host has no room")
	}
	if err := clock.Sleep(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	if !g.spare("a") {
		t.Error("the next day has no room")
	}
}
