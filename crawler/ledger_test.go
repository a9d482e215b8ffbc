package crawler_test

import (
	"bytes"
	"context"
	"govwatch/notice"
	"io"
	"slices"
	"sync"
	"testing"
	"time"
)

// archive keeps blobs in memory; it fails the test when a key is put with other bytes.
type archive struct {
	t     *testing.T
	mu    sync.Mutex
	blobs map[notice.BlobKey][]byte
	fail  func(op string) error
}

func (a *archive) Put(_ context.Context, body []byte, _ notice.BlobMeta) (notice.BlobKey, error) {
	if err := a.fail("put before"); err != nil {
		return "", err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	k := notice.KeyOf(body)
	if old, ok := a.blobs[k]; ok && !bytes.Equal(old, body) {
		a.t.Errorf("blob %s rewritten", k)
	}
	a.blobs[k] = bytes.Clone(body)
	return k, a.fail("put after")
}

func (a *archive) Open(_ context.Context, k notice.BlobKey) (io.ReadCloser, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b, ok := a.blobs[k]
	if !ok {
		return nil, notice.ErrUnknown
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// ledger keeps the contract of crawler.Ledger in memory.
type ledger struct {
	t        *testing.T
	mu       sync.Mutex
	archive  *archive
	docs     map[notice.DocumentID]notice.Document
	versions map[notice.VersionID]notice.Version
	changes  []notice.Change
	captures map[notice.CaptureID]notice.Capture
	events   map[notice.EventID]notice.Event
	book     notice.Book
	done     map[notice.TaskID]notice.TaskReport
	fail     func(op string) error
	// rival is called once before a known document is committed: another worker.
	rival func(*notice.Document)
}

func newLedger(t *testing.T, a *archive) *ledger {
	return &ledger{
		t: t, archive: a, docs: map[notice.DocumentID]notice.Document{}, versions: map[notice.VersionID]notice.Version{},
		captures: map[notice.CaptureID]notice.Capture{}, events: map[notice.EventID]notice.Event{}, done: map[notice.TaskID]notice.TaskReport{},
		book: notice.Book{Source: "a", Lists: map[string]notice.ListState{}}, fail: a.fail,
	}
}

func (l *ledger) Book(_ context.Context, _ notice.SourceID, now time.Time) (notice.Book, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.book
	b.Due, b.Missing, b.Owed = nil, nil, nil
	for _, d := range l.docs {
		if d.State != notice.Owed {
			b.Held++
		}
		switch {
		case d.NextVisit.After(now):
		case d.State == notice.Owed:
			b.Owed = append(b.Owed, d)
		case d.State == notice.Live:
			b.Due = append(b.Due, d)
		default:
			b.Missing = append(b.Missing, d)
		}
	}
	return b, nil
}

func (l *ledger) Documents(_ context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.Document, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[notice.DocumentID]notice.Document{}
	for _, id := range ids {
		if d, ok := l.docs[id]; ok {
			out[id] = d
		}
	}
	return out, nil
}

func (l *ledger) States(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.DocumentState, error) {
	docs, err := l.Documents(ctx, ids)
	out := map[notice.DocumentID]notice.DocumentState{}
	for id, d := range docs {
		out[id] = d.State
	}
	return out, err
}

func (l *ledger) Commit(_ context.Context, v notice.Visit) error {
	if err := l.fail("commit before"); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if old, ok := l.docs[v.Document.ID]; ok && l.rival != nil {
		l.rival(&old)
		old.Rev++
		l.docs[old.ID], l.rival = old, nil
	}
	if l.docs[v.Document.ID].Rev != v.Document.Rev {
		return notice.ErrMoved
	}
	if v.Version != nil {
		if _, ok := l.archive.blobs[v.Version.Blob]; !ok {
			l.t.Errorf("version of %s names bytes that are not archived", v.Document.URL)
		}
		l.versions[v.Version.ID] = *v.Version
	}
	v.Document.Rev++
	l.docs[v.Document.ID] = v.Document
	if v.Change.Kind != "" {
		l.changes = append(l.changes, v.Change)
	}
	if v.Capture.ID != "" {
		l.captures[v.Capture.ID] = v.Capture
	}
	for _, e := range v.Events {
		l.events[e.ID] = e
	}
	l.owe(v.Owed)
	return l.fail("commit after")
}

func (l *ledger) FinishTask(_ context.Context, r notice.TaskReport) error {
	if err := l.fail("finish before"); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.done[r.Task.ID]; ok {
		return nil
	}
	l.done[r.Task.ID] = r
	l.owe(r.Owed)
	l.book.Runs = append(slices.Clone(r.Runs), l.book.Runs...)
	for _, s := range r.Lists {
		l.book.Lists[s.URL] = s
	}
	for _, c := range r.Captures {
		l.captures[c.ID] = c
	}
	for _, i := range r.Incidents {
		l.book.Health.Incidents = slices.DeleteFunc(l.book.Health.Incidents, func(o notice.Incident) bool { return o.ID == i.ID })
		if i.State != notice.Resolved {
			l.book.Health.Incidents = append(l.book.Health.Incidents, i)
		}
	}
	l.book.Health.PausedUntil = r.PausedUntil
	return l.fail("finish after")
}

// owe keeps documents that nobody holds; one that was brought stays as it is.
func (l *ledger) owe(owed []notice.Document) {
	for _, d := range owed {
		old, ok := l.docs[d.ID]
		if ok && old.State != notice.Owed {
			continue
		}
		d.Rev = old.Rev + 1
		l.docs[d.ID] = d
	}
}
