package health_test

import (
	"fmt"
	"testing"
	"time"

	"govwatch/crawler/health"
	"govwatch/notice"
)

func TestMissedRunsOpenOnceAndRecover(t *testing.T) {
	t.Parallel()
	due := time.Date(2024, 3, 12, 9, 30, 0, 0, notice.Beijing())
	expected := []health.Expectation{{Source: "a", Due: due, Tolerance: 2 * time.Hour}, {Source: "b", Due: due.Add(8 * time.Hour), Tolerance: time.Hour}, {Source: "c", Due: due.Add(9 * time.Hour), Tolerance: time.Hour}}
	if got := health.Missed(expected, health.Queue{}, nil, due.Add(2*time.Hour)); len(got) != 0 {
		t.Fatalf("in time: %+v", got)
	}
	opened := health.Missed(expected, health.Queue{}, nil, due.Add(3*time.Hour))
	if len(opened) != 1 || opened[0].Source != "a" || opened[0].Class != notice.RunMissed || opened[0].State != notice.Opened {
		t.Fatalf("late: %+v", opened)
	}
	if again := health.Missed(expected, health.Queue{}, nil, due.Add(4*time.Hour)); again[0].ID != opened[0].ID {
		t.Error("a second judge gives it another name")
	}
	if again := health.Missed(expected, health.Queue{}, opened, due.Add(4*time.Hour)); len(again) != 0 {
		t.Errorf("told twice: %+v", again)
	}
	expected[0].Due = due.Add(24 * time.Hour)
	over := health.Missed(expected, health.Queue{}, append(opened, notice.Incident{ID: "x", Source: "a", Class: notice.Block, State: notice.Opened}), due.Add(5*time.Hour))
	if len(over) != 1 || over[0].ID != opened[0].ID || over[0].State != notice.Resolved {
		t.Errorf("after the run: %+v", over)
	}
}

func TestManyMissedRunsAreOneIncident(t *testing.T) {
	t.Parallel()
	due := time.Date(2024, 3, 12, 9, 30, 0, 0, notice.Beijing())
	var expected []health.Expectation
	for i := range 40 {
		expected = append(expected, health.Expectation{Source: notice.SourceID(fmt.Sprint("s", i)), Due: due.Add(time.Duration(i) * time.Minute), Tolerance: time.Hour})
	}
	own := notice.Incident{ID: "own", Source: "s0", Class: notice.RunMissed, State: notice.Opened, Opened: due.Add(time.Hour)}
	now := due.Add(6 * time.Hour)
	got := health.Missed(expected, health.Queue{Waiting: 40, Oldest: due.Add(-time.Hour)}, []notice.Incident{own}, now)
	classes := map[notice.IncidentClass]int{}
	for _, i := range got {
		classes[i.Class]++
		if i.Source != "" || i.State != notice.Opened {
			t.Errorf("%+v", i)
		}
	}
	if classes[notice.RunMissed] != 1 || classes[notice.Backlog] != 1 || len(got) != 2 {
		t.Fatalf("got %+v", got)
	}
	for i := range expected {
		expected[i].Due = now.Add(time.Hour)
	}
	if over := health.Missed(expected, health.Queue{}, append(got, own), now.Add(time.Minute)); len(over) != 3 || over[0].State != notice.Resolved || over[1].State != notice.Resolved || over[2].State != notice.Resolved {
		t.Errorf("after recovery: %+v", over)
	}
}
