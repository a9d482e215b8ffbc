package app

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
)

// A scheduler that offers tasks to nobody is noticed, once, and forgiven when
// the runs have taken place.
func TestMissedRunsAreStoredAndResolved(t *testing.T) {
	t.Parallel()
	cfg := Default()
	dir := t.TempDir()
	cfg.Data, cfg.Archive, cfg.Tracker, cfg.Bus = dir, "file:"+dir+"/archive", "sqlite:"+dir+"/tracker.db", "embedded:"+dir+"/nats"
	due := time.Date(2024, 3, 12, 9, 0, 0, 0, notice.Beijing())
	clock := service.NewJump(due)
	var sources []notice.Source
	for i := range 8 {
		sources = append(sources, notice.Source{ID: notice.SourceID(fmt.Sprint("s", i)), State: notice.Active, Cron: "0 9,17 * * *", Region: "100000", Level: notice.Central})
	}
	a, err := New(t.Context(), cfg, Options{Clock: clock, Log: slog.New(slog.DiscardHandler), Sources: sources})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	finish := func(due time.Time) {
		for _, s := range sources {
			task := notice.Task{ID: notice.NewTaskID(s.ID, notice.Poll, due, "a"), Source: s.ID, Mode: notice.Poll, Host: "a", Due: due}
			if err := a.backends.tracker.FinishTask(t.Context(), notice.TaskReport{Task: task, Started: due, Ended: due.Add(time.Minute), Outcome: notice.OK}); err != nil {
				t.Fatal(err)
			}
		}
	}
	look := func(at time.Time) []notice.Incident {
		if err := clock.Sleep(t.Context(), at.Sub(clock.Now())); err != nil {
			t.Fatal(err)
		}
		if err := a.judgeMissed(t.Context(), schedules.Plan{}); err != nil {
			t.Fatal(err)
		}
		open, err := a.backends.tracker.Incidents(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		return open
	}
	alive := func() bool {
		h, err := a.Health(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return h.Alive
	}
	finish(due)
	if open := look(due.Add(19 * time.Hour)); len(open) != 0 || !alive() {
		t.Fatalf("within the tolerance: %+v", open)
	}
	open := look(due.Add(21 * time.Hour))
	if len(open) != 1 || open[0].Class != notice.RunMissed || open[0].Source != "" || alive() {
		t.Fatalf("too late: %+v, alive %v", open, alive())
	}
	if again := look(due.Add(22 * time.Hour)); len(again) != 1 || again[0].ID != open[0].ID {
		t.Errorf("an hour later: %+v", again)
	}
	finish(due.Add(24 * time.Hour))
	if open := look(due.Add(25 * time.Hour)); len(open) != 0 || !alive() {
		t.Errorf("after the runs: %+v, alive %v", open, alive())
	}
}
