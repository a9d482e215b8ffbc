package health

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"govwatch/notice"
)

// Expectation is a run that the schedule promises.
type Expectation struct {
	Source notice.SourceID
	// Due is when the next run is due, by the due time of the last finished task.
	Due time.Time
	// Tolerance is how long after Due the task may take to finish.
	Tolerance time.Duration
}

// Late reports that a run should have finished by now.
func (e Expectation) Late(now time.Time) bool { return now.After(e.Due.Add(e.Tolerance)) }

// Queue is what waits to be crawled.
type Queue struct {
	Waiting int
	// Oldest is when the oldest task was published, zero when none waits.
	Oldest time.Time
}

const (
	// QueueAge is how old a task on the queue may grow.
	QueueAge = 6 * time.Hour
	// manyMissed sources that are late at once, and at least half of all, have one
	// cause: the scheduler, the crawlers, or the machine under them.
	manyMissed = 5
)

// Missed compares what the schedule promises with what was done and returns the
// run_missed and backlog incidents whose state changes. open are the incidents
// that are not resolved; those of other classes are left alone. An incident is
// named by the moment at which it was too late, so that two judges name it alike.
func Missed(expected []Expectation, queue Queue, open []notice.Incident, now time.Time) []notice.Incident {
	var late []Expectation
	for _, e := range expected {
		if e.Late(now) {
			late = append(late, e)
		}
	}
	found := map[string]notice.Incident{}
	put := func(s notice.SourceID, c notice.IncidentClass, since time.Time, summary string) {
		found[string(s)+key(c, "")] = notice.Incident{
			ID: notice.NewIncidentID(s, c, "", since), Source: s, Class: c, State: notice.Opened, Summary: summary, Opened: since, LastSeen: now, Group: "schedule",
		}
	}
	common := len(late) >= manyMissed && 2*len(late) >= len(expected)
	if common {
		first := slices.MinFunc(late, func(a, b Expectation) int { return a.Due.Add(a.Tolerance).Compare(b.Due.Add(b.Tolerance)) })
		put("", notice.RunMissed, first.Due.Add(first.Tolerance), fmt.Sprintf("%d of %d sources have not run, %s since %s: the scheduler, the crawlers or their machine is at fault",
			len(late), len(expected), first.Source, clock(first.Due)))
	} else {
		for _, e := range late {
			put(e.Source, notice.RunMissed, e.Due.Add(e.Tolerance), fmt.Sprintf("the run due at %s has not finished by %s", clock(e.Due), clock(now)))
		}
	}
	if !queue.Oldest.IsZero() && now.Sub(queue.Oldest) > QueueAge {
		put("", notice.Backlog, queue.Oldest.Add(QueueAge), fmt.Sprintf("%d tasks wait, the oldest since %s: add crawlers or look whether they are alive", queue.Waiting, clock(queue.Oldest)))
	}
	return changes(found, open, common, now)
}

// changes are the incidents that open, are due for a reminder, or are over.
func changes(found map[string]notice.Incident, open []notice.Incident, common bool, now time.Time) []notice.Incident {
	var out []notice.Incident
	for _, i := range open {
		if i.Class != notice.RunMissed && (i.Class != notice.Backlog || i.Source != "") || i.Scope != "" || i.State == notice.Resolved {
			continue // A source's own backlog of documents is judged by its tasks.
		}
		k := string(i.Source) + key(i.Class, "")
		f, still := found[k]
		delete(found, k)
		switch {
		case still && now.Sub(latest(i.Opened, i.Reminded)) >= remindEvery:
			i.State, i.Reminded, i.LastSeen, i.Summary = notice.Reminded, now, now, f.Summary
		case still, common && i.Source != "":
			continue // Part of what is told once for all.
		default:
			i.State, i.Resolved, i.Summary = notice.Resolved, now, "recovered: "+i.Summary
		}
		out = append(out, i)
	}
	for _, i := range found {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b notice.Incident) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

func clock(t time.Time) string { return t.In(notice.Beijing()).Format("2006-01-02 15:04") }
