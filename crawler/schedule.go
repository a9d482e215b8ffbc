package crawler

import (
	"context"
	"fmt"
	"hash/fnv"
	"mime"
	"net/http"
	"strings"
	"time"

	"govwatch/crawler/change"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// Revisits: daily for a week, old documents of a source that is new to us
// included (how often it edits is not known yet), then at doubling intervals up to 90 days. Half of
// all withdrawals and edits fall into the first days; nearly 20 % of documents
// are gone after two years, so that nobody is ever forgotten.
const (
	day        = 24 * time.Hour
	dailyTimes = 7
	maxPause   = 90 * day
	// slack lets a document be due at the same hour of the next day although the
	// visit took place some minutes into the run.
	slack = 4 * time.Hour
)

// nextVisit is when an address is due again, by how long it has been quiet.
func nextVisit(d notice.Document, now time.Time) time.Time {
	switch {
	case d.State == notice.Gone, d.State == notice.Missing && d.MovedTo != "":
		return now.Add(min(day<<min(d.Quiet+3, 10), maxPause) - slack)
	case d.State == notice.Missing:
		return now.Add(day - slack)
	case d.Quiet < dailyTimes:
		return now.Add(day - slack)
	}
	pause := min(day<<min(d.Quiet-dailyTimes+1, 10), maxPause)
	return now.Add(pause - pause*jitter(d.ID)/1000 - slack)
}

// jitter spreads long pauses over up to 15 % of them, so that a baseline of
// thousands does not come due on one day.
func jitter(id notice.DocumentID) time.Duration {
	h := fnv.New32a()
	if _, err := h.Write([]byte(id)); err != nil {
		return 0 // a hash never fails
	}
	return time.Duration(h.Sum32() % 150)
}

// advance is the document after a good answer, before a version is set.
func advance(doc notice.Document, r *reading, d change.Decision, now time.Time) notice.Document {
	next := doc
	next.Fetched, next.LastSeen = now, now
	next.State, next.Misses, next.MissSince = notice.Live, 0, time.Time{}
	next.Tries, next.Trouble = 0, ""
	if r.verdict.Outcome == notice.OK {
		next.ETag, next.LastModified = r.answer.Header.Get("ETag"), r.answer.Header.Get("Last-Modified")
	}
	next.Pending = nil
	if doc.List == "" {
		next.HeadSignature = d.Volatile // elsewhere the list knows it
	}
	if d.Confirm {
		next.Pending = &notice.Pending{TextHash: r.text.Hash, Blob: r.key, Capture: r.capture.ID, Since: now}
	}
	switch d.Kind {
	case notice.ChangeSame, notice.ChangeCosmetic:
		next.Quiet++
	default:
		next.Quiet = 0
	}
	if d.Confirm {
		next.Quiet = min(next.Quiet, dailyTimes-1) // look again tomorrow
	}
	next.NextVisit = nextVisit(next, now)
	return next
}

// revisit visits known documents that are due: those that went missing first,
// then the book's order (policies, then the longest overdue).
func (j *job) revisit(ctx context.Context) error {
	visited := 0
	for _, docs := range [][]notice.Document{j.book.Missing, j.book.Due} {
		for _, doc := range docs {
			if j.stop != "" || visited >= j.limits.Revisits || j.left() < 2 {
				return nil
			}
			if j.done[doc.ID] || doc.NextVisit.After(j.now) {
				continue
			}
			if !j.session.Mine(doc.URL) {
				j.done[doc.ID] = true
				j.follow(notice.Target{URL: doc.URL, List: doc.List, Title: doc.Title, Date: doc.ListDate, Parent: doc.Parent, Name: doc.Name, Baseline: doc.Baseline})
				continue
			}
			if !j.fetch.out.gate.spare(urlx.Host(doc.URL)) {
				continue // it stays due
			}
			visited++
			if err := j.visit(ctx, doc); err != nil {
				return err
			}
		}
	}
	return nil
}

// miss is a known document that was answered as not there.
type miss struct {
	doc     notice.Document
	capture notice.Capture
}

// quorum bounds what one task may count as missing: a revamp or an outage of a
// site is an incident, not a thousand withdrawals.
func (j *job) quorum() int { return max(3, j.book.Held/20) }

// settleMisses counts misses once the task has shown how the host is. Too many
// at once count for nothing and open an incident; while it is open, and not
// older than a month, no miss counts. A document whose title the lists show at
// another address has moved: it is told as missing at once, so that the
// extraction worker looks for what continues it, and is never withdrawn.
func (j *job) settleMisses(ctx context.Context) error {
	j.cameBack()
	if len(j.misses) == 0 {
		return nil
	}
	healthy := j.stop == "" && j.good+len(j.walked) > 0 && j.listsAnswer()
	if n := len(j.misses); healthy && n > j.quorum() && n > j.standing {
		j.siteMoved(fmt.Sprintf("%d known documents are not there at once: the site was rebuilt or is failing; none counts as withdrawn", n))
		healthy = false
	}
	if j.rebuilt() {
		healthy = false
	}
	elsewhere := j.elsewhere()
	misses := j.misses
	j.misses = nil
	for _, m := range misses {
		d := change.Decide(m.doc, change.Seen{Absent: true, Healthy: healthy && m.doc.MovedTo == "", Unlisted: j.unlisted(m.doc)}, j.now)
		if id, ok := elsewhere[titleKey(m.doc.Title)]; ok && id != m.doc.ID && m.doc.Parent == "" && m.doc.State == notice.Live && m.doc.MovedTo == "" && j.unlisted(m.doc) {
			d = change.Decision{Kind: notice.ChangeMissing, Announce: true, Diff: "the document does not answer; the list shows its title at another address"}
		}
		if err := j.settleMiss(ctx, m, d); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) listsAnswer() bool {
	for _, w := range j.walked {
		if !w.Run.Outcome.Good() {
			return false
		}
	}
	return true
}

func (j *job) settleMiss(ctx context.Context, m miss, d change.Decision) error {
	doc := m.doc
	next := doc
	next.Pending = nil
	switch d.Kind {
	case notice.ChangeMissing:
		next.State = notice.Missing
		if next.Misses++; next.MissSince.IsZero() {
			next.MissSince = j.now
		}
	case notice.ChangeGone:
		next.State, next.Quiet = notice.Gone, 0
		next.Misses++
	default:
		next.Quiet++
	}
	next.NextVisit = nextVisit(next, j.now)
	ch := notice.Change{
		Source: j.src.ID, Document: doc.ID, URL: doc.URL, Title: doc.Title, Kind: d.Kind, From: doc.Head, To: doc.Head, Diff: d.Diff, At: j.now,
	}
	events := j.events(doc, d, ch, nil)
	if len(events) > 0 {
		ch.Event = events[0].ID
	}
	return j.commitRow(ctx, next, m.capture, ch, events...)
}

// unlisted reports that a whole walk of the document's list reached far enough
// back to show it and did not. An attachment is unlisted with its page.
func (j *job) unlisted(doc notice.Document) bool {
	w, ok := j.walked[doc.List]
	if !ok {
		return len(j.src.Lists) == 0 || doc.List == ""
	}
	if doc.Parent != "" {
		return true
	}
	if !w.Run.Complete || w.Run.Outcome != notice.OK || w.Run.Items == 0 {
		return false
	}
	for _, f := range w.Items {
		if f.ID == doc.ID {
			return false
		}
	}
	return true
}

// keptHeader keeps the fields that describe a body.
func keptHeader(h http.Header) map[string]string {
	out := map[string]string{}
	for _, k := range []string{"Content-Type", "Content-Encoding", "Content-Length", "Content-Disposition", "ETag", "Last-Modified", "Date", "Server", "Retry-After", "Location"} {
		if v := h.Get(k); v != "" {
			out[k] = v
		}
	}
	return out
}

// mediaType is the type of a body by its bytes, and by its header where the
// bytes do not tell.
func mediaType(a Answer) string {
	if sniff(a) == fileBody {
		if t := http.DetectContentType(a.Body); t != "application/octet-stream" && t != "application/zip" {
			return t
		}
	}
	declared, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	switch {
	case err == nil && declared != "":
		return strings.ToLower(declared)
	case len(a.Body) == 0:
		return ""
	}
	t, _, _ := strings.Cut(http.DetectContentType(a.Body), ";")
	return t
}
