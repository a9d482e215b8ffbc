package health

import (
	"fmt"
	"slices"
	"time"

	"govwatch/notice"
)

const (
	// habitRuns is how many runs show how often a source is visited.
	habitRuns = 8
	// lateRuns is how many times the longest usual pause a run may be late.
	lateRuns = 1.5
	// backlogDocuments and backlogAge bound the visits that may wait.
	backlogDocuments = 50
	backlogAge       = 7 * 24 * time.Hour
)

// duty asks whether we did our own part: runs that did not take place, visits
// that wait too long.
func duty(book notice.Book, now time.Time) []finding {
	var out []finding
	if last, usual, ok := habit(book.Runs); ok && now.Sub(last) > time.Duration(lateRuns*float64(usual))+time.Hour {
		out = append(out, finding{notice.RunMissed, "", fmt.Sprintf("no run between %s and %s; the longest pause was %s",
			last.In(notice.Beijing()).Format("2006-01-02 15:04"), now.In(notice.Beijing()).Format("2006-01-02 15:04"), usual.Round(time.Hour))})
	}
	late, oldest := 0, time.Time{}
	for _, d := range book.Due {
		if now.Sub(d.NextVisit) > backlogAge {
			late++
		}
		if oldest.IsZero() || d.NextVisit.Before(oldest) {
			oldest = d.NextVisit
		}
	}
	if late >= backlogDocuments {
		out = append(out, finding{notice.Backlog, "", fmt.Sprintf("%d or more documents wait for their visit, the first since %s: raise the source's budget or its hours",
			late, oldest.In(notice.Beijing()).Format(time.DateOnly))})
	}
	return out
}

// habit is the last run and the longest pause between the runs before it; false
// when there are too few to tell.
func habit(runs []notice.Run) (last time.Time, usual time.Duration, ok bool) {
	var starts []time.Time
	for _, r := range runs {
		if r.Mode == notice.Fetch || r.Started.IsZero() {
			continue
		}
		if n := len(starts); n == 0 || starts[n-1].Sub(r.Started) > time.Minute {
			starts = append(starts, r.Started)
		}
	}
	if len(starts) < habitRuns {
		return time.Time{}, 0, false
	}
	var pauses []time.Duration
	for i := 1; i < len(starts) && i <= 30; i++ {
		pauses = append(pauses, starts[i-1].Sub(starts[i]))
	}
	return starts[0], slices.Max(pauses), true
}
