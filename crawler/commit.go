package crawler

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"govwatch/crawler/change"
	"govwatch/notice"
)

// The order of writing, and what a crash between the steps leaves:
//
//  1. Archive.Put of the bytes. A crash here leaves a blob that no row names; the
//     same bytes come again and are put again, to no effect.
//  2. Attachments of the page, each by these same steps. A crash here leaves
//     files whose page is not known; the page is fetched again and finds them.
//  3. Ledger.Commit: capture, version, document, change and events at once. A
//     crash after it loses nothing: the relay publishes from the outbox.
//  4. Ledger.FinishTask. A crash before it leaves the task undone; done again it
//     finds its documents known and only writes the report.

// commit writes what a good answer means.
func (j *job) commit(ctx context.Context, doc notice.Document, r *reading, d change.Decision) error {
	j.types[doc.ID] = r.capture.MediaType
	keep := keeps(d.Kind, j.src.KeepCosmetic)
	var refs []notice.AttachmentRef
	followed, owed := len(j.report.Follow), len(j.report.Owed)
	if keep {
		if err := j.put(ctx, r.answer, &r.capture, doc.HeadBlob); err != nil {
			return err
		}
		if doc.Parent == "" {
			var err error
			if refs, err = j.attachments(ctx, doc, r); err != nil {
				return err
			}
		}
	}
	next := advance(doc, r, d, j.now)
	ch := notice.Change{
		Source: j.src.ID, Document: doc.ID, URL: doc.URL, Title: doc.Title, Kind: d.Kind, From: doc.Head, To: doc.Head,
		Diff: d.Diff, Statements: d.Statements, Baseline: doc.Baseline && doc.Head == "", At: j.now,
	}
	// A crash before FinishTask would lose what only the report names.
	visit := notice.Visit{Capture: r.capture, Follow: j.report.Follow[followed:], Owed: j.report.Owed[min(owed, len(j.report.Owed)):]}
	if keep {
		v := notice.Version{
			ID: notice.NewVersionID(doc.ID, doc.Head, r.capture.Blob), Document: doc.ID, Prev: doc.Head, Capture: r.capture.ID,
			Blob: r.capture.Blob, URL: r.answer.FinalURL, MediaType: r.capture.MediaType, Charset: r.capture.Charset,
			TextHash: r.text.Hash, FetchedAt: r.capture.FetchedAt, Kind: d.Kind, Baseline: ch.Baseline, Attachments: refs,
		}
		visit.Version, ch.To = &v, v.ID
		next.Head, next.HeadBlob, next.HeadText, next.PrevText = v.ID, v.Blob, v.TextHash, doc.HeadText
	}
	visit.Document, visit.Events = next, j.events(doc, d, ch, visit.Version)
	if len(visit.Events) > 0 {
		ch.Event = visit.Events[0].ID
	}
	visit.Change = ch
	if err := j.ledger.Commit(ctx, visit); err != nil {
		return fmt.Errorf("commit %s: %w", doc.URL, err)
	}
	return nil
}

// keeps reports that a change makes a version.
func keeps(k notice.ChangeKind, cosmetic bool) bool {
	switch k {
	case notice.ChangeNew, notice.ChangeEdited, notice.ChangeReturned, notice.ChangeReverted:
		return true
	case notice.ChangeCosmetic:
		return cosmetic
	}
	return false
}

// events announces a change, and each version that is kept. Their IDs repeat
// when the visit is done again: the occasion is the revision that was read.
func (j *job) events(doc notice.Document, d change.Decision, ch notice.Change, v *notice.Version) []notice.Event {
	occasion := strconv.FormatInt(doc.Rev, 10)
	event := func(k notice.EventKind) notice.Event {
		e := notice.Event{
			ID: notice.NewEventID(k, string(doc.ID), occasion), Kind: k, Level: j.src.Level, Region: j.src.Region,
			Source: j.src.ID, Document: doc.ID, Version: ch.To, Baseline: ch.Baseline, Cause: notice.Publisher, At: j.now,
		}
		return e
	}
	var out []notice.Event
	if k, ok := kindOfEvent(doc, d); ok {
		out = append(out, event(k))
	}
	// A file that is fetched for its page is read with the page, whose own version
	// follows; alone it is announced by itself.
	if v != nil && d.Kind != notice.ChangeCosmetic && !(doc.Parent != "" && j.inline) {
		out = append(out, event(notice.VersionRecorded))
	}
	return out
}

// kindOfEvent is the first event of a change. Attachments have words of their own.
func kindOfEvent(doc notice.Document, d change.Decision) (notice.EventKind, bool) {
	if !d.Announce {
		return "", false
	}
	if doc.Parent == "" {
		return d.Kind.Event()
	}
	switch d.Kind {
	case notice.ChangeNew, notice.ChangeReturned:
		return notice.AttachmentAdded, true
	case notice.ChangeEdited, notice.ChangeReverted:
		return notice.AttachmentModified, true
	case notice.ChangeGone:
		return notice.AttachmentRemoved, true
	}
	return "", false
}

// commitRow writes a document without a version: a miss, a failure, a new date of visit.
func (j *job) commitRow(ctx context.Context, doc notice.Document, c notice.Capture, ch notice.Change, events ...notice.Event) error {
	err := j.ledger.Commit(ctx, notice.Visit{Document: doc, Capture: c, Change: ch, Events: events})
	if errors.Is(err, notice.ErrMoved) {
		// Another worker saw it later than we did; what it wrote stands.
		return nil
	}
	if err != nil {
		return fmt.Errorf("commit %s: %w", doc.URL, err)
	}
	return nil
}

// put archives a body and marks the capture with its key. Like is the state
// before, empty when there is none: the archive may keep the difference to it.
func (j *job) put(ctx context.Context, a Answer, c *notice.Capture, like notice.BlobKey) error {
	if c.Blob != "" || len(a.Body) == 0 {
		return nil
	}
	key, err := j.archive.Put(ctx, a.Body, notice.BlobMeta{MediaType: c.MediaType, URL: a.FinalURL, FetchedAt: c.FetchedAt, Like: like})
	if err != nil {
		return fmt.Errorf("archive %s: %w", a.FinalURL, err)
	}
	if len(a.Served) > 0 {
		c.Served, err = j.archive.Put(ctx, a.Served, notice.BlobMeta{MediaType: a.ServedType, URL: a.FinalURL, FetchedAt: c.FetchedAt})
		if err != nil {
			return fmt.Errorf("archive %s as it was served: %w", a.FinalURL, err)
		}
	}
	c.Blob = key
	return nil
}

// capture is the row of an exchange; its blob is set when the bytes are put.
// Exchanges for robots.txt that came before it get rows of their own.
func (j *job) capture(a Answer, v Verdict, doc notice.DocumentID) notice.Capture {
	for _, ex := range a.Robots {
		j.report.Captures = append(j.report.Captures, j.robotsCapture(a, ex))
	}
	c := notice.Capture{
		ID: j.captureID(a.URL), Task: j.task.ID, Source: j.src.ID, Document: doc, Role: a.Role,
		URL: a.URL, FinalURL: a.FinalURL, Hops: a.Hops, FetchedAt: a.Started, Duration: a.Duration, FirstByte: a.FirstByte,
		Status: a.Status, Header: keptHeader(a.Header), Size: int64(len(a.Body)), MediaType: mediaType(a),
		Outcome: v.Outcome, Quality: v.Quality, Reason: v.Reason, Egress: a.Egress, Insecure: a.Insecure, RemoteIP: a.RemoteIP,
	}
	if a.Err != nil {
		c.Err = a.Err.Error()
	}
	if k := sniff(a); k == markupBody || k == textBody || k == jsonBody {
		_, c.Charset, _ = a.decode()
	}
	return c
}

func (j *job) robotsCapture(a Answer, ex Exchange) notice.Capture {
	c := notice.Capture{
		ID: j.captureID(ex.URL), Task: j.task.ID, Source: j.src.ID, Role: notice.RobotsRole, URL: ex.URL, FinalURL: ex.URL,
		FetchedAt: ex.Started, Duration: ex.Duration, FirstByte: ex.FirstByte, Status: ex.Status, Header: keptHeader(ex.Header),
		Size: int64(len(ex.Body)), MediaType: "text/plain", Egress: a.Egress, Insecure: a.Insecure, RemoteIP: ex.RemoteIP,
	}
	v, done := judgeStatus(Answer{Status: ex.Status}, &look{})
	switch {
	case ex.Err != nil:
		v = judgeError(Answer{Err: ex.Err})
		c.Err = ex.Err.Error()
	case !done:
		v = Verdict{Outcome: notice.OK, Quality: 1}
	}
	c.Outcome, c.Quality, c.Reason = v.Outcome, v.Quality, v.Reason
	return c
}

func (j *job) captureID(address string) notice.CaptureID {
	n := j.nth[address]
	j.nth[address]++
	return notice.NewCaptureID(j.task.ID, address, n)
}
