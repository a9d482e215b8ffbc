package crawler

import (
	"context"
	"slices"
	"time"

	"govwatch/internal/urlx"
	"govwatch/notice"
)

// What a list or a page names is owed until it is held: it is asked for again
// after pauses that double from owedFirst to owedLast, for as long as it takes.
// The first pauses are short, for sites often list a page before they publish it.
const (
	owedFirst = time.Hour
	owedLast  = 30 * day
	// handedFor is how long a document on another host is left to that host's queue
	// before it is ordered again.
	handedFor = day - slack
)

// owedPause is the pause after so many visits in vain.
func owedPause(tries int) time.Duration {
	return min(owedFirst<<min(max(tries-1, 0), 10), owedLast)
}

// owe keeps an unheld document in the ledger; the last word about it counts.
func (j *job) owe(doc notice.Document) {
	doc.State = notice.Owed
	if i, ok := j.owing[doc.ID]; ok {
		j.report.Owed[i] = doc
		return
	}
	j.owing[doc.ID] = len(j.report.Owed)
	j.report.Owed = append(j.report.Owed, doc)
}

// inVain counts a visit that brought no document.
func (j *job) inVain(doc notice.Document, v Verdict) {
	doc.Tries++
	doc.Trouble = whatMet(v)
	doc.NextVisit = j.now.Add(owedPause(doc.Tries))
	j.owe(doc)
}

// whatMet is what a visit met, in one line.
func whatMet(v Verdict) string {
	if v.Reason == "" {
		return string(v.Outcome)
	}
	return string(v.Outcome) + ": " + v.Reason
}

// later leaves a document to the next task: this one has no more requests, or
// its host asked for a pause. What the ledger has as due already stays so.
func (j *job) later(doc notice.Document) {
	if doc.Rev > 0 {
		return
	}
	doc.NextVisit = j.now
	j.owe(doc)
}

// hand orders a visit to another host and keeps the document as owed until it
// is brought. When the task has ordered as many as it may, the document stays
// due and a later task goes on.
func (j *job) hand(doc notice.Document) {
	if urlx.Host(doc.URL) == "" {
		j.inVain(doc, Verdict{Outcome: notice.DNS, Reason: "the address names no host"})
		return
	}
	if !j.follow(notice.Target{URL: doc.URL, List: doc.List, Title: doc.Title, Date: doc.ListDate, Parent: doc.Parent, Name: doc.Name, Baseline: doc.Baseline}) {
		j.later(doc)
		return
	}
	j.done[doc.ID] = true
	doc.NextVisit = j.now.Add(handedFor)
	j.owe(doc)
}

// payOwed visits what is owed and due and was not met on a list in this task:
// the list no longer shows it, or it belongs to a page. Then it orders what
// stands on other hosts, the longest waiting first, so that a list of thousands
// of such links is ordered in parts and nothing is ordered twice before all is.
func (j *job) payOwed(ctx context.Context) error {
	for _, doc := range j.book.Owed {
		switch {
		case j.done[doc.ID]:
		case !j.session.Mine(doc.URL):
			j.abroad = append(j.abroad, doc)
		case j.stop != "" || j.left() < 3:
		default:
			if err := j.visit(ctx, doc); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(j.abroad, func(a, b notice.Document) int { return due(a, j.now).Compare(due(b, j.now)) })
	for _, doc := range j.abroad {
		if !j.done[doc.ID] {
			j.hand(doc)
		}
	}
	return nil
}

// due is when a document was to be visited; one that was just seen is due now.
func due(doc notice.Document, now time.Time) time.Time {
	if doc.NextVisit.IsZero() {
		return now
	}
	return doc.NextVisit
}

// follow leaves a visit to another host as a task of that host's own queue. It
// is false when the task may order no more.
func (j *job) follow(t notice.Target) bool {
	host := urlx.Host(t.URL)
	if host == "" || len(j.report.Follow) >= j.limits.Follow || j.task.Mode == notice.Fetch && t.Parent == "" {
		return false
	}
	j.report.Follow = append(j.report.Follow, notice.Task{
		ID: notice.NewTaskID(j.src.ID, notice.Fetch, j.task.Due, t.URL), Source: j.src.ID, Mode: notice.Fetch,
		Host: host, Due: j.task.Due, Target: &t,
	})
	return true
}
