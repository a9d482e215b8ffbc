package extractor_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"govwatch/internal/reader"
	"govwatch/internal/textzh"
	"govwatch/notice"
)

// memory is an archive in memory. It fails the test when a key would stand for two bodies.
type memory struct {
	t     testing.TB
	mu    sync.Mutex
	blobs map[notice.BlobKey][]byte
}

func (m *memory) Put(_ context.Context, body []byte, _ notice.BlobMeta) (notice.BlobKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := notice.KeyOf(body)
	if old, ok := m.blobs[k]; ok && !bytes.Equal(old, body) {
		m.t.Errorf("blob %s rewritten with other bytes", k)
	}
	m.blobs[k] = body
	return k, nil
}

func (m *memory) Open(_ context.Context, k notice.BlobKey) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.blobs[k]
	if !ok {
		return nil, fmt.Errorf("blob %s: %w", k, notice.ErrUnknown)
	}
	if notice.KeyOf(b) != k {
		return io.NopCloser(io.MultiReader(bytes.NewReader(b), corrupt{})), nil
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// corrupt ends a body whose hash is not its key.
type corrupt struct{}

func (corrupt) Read([]byte) (int, error) { return 0, notice.ErrCorrupt }

// ledger is a tracker in memory with the promises of Records.
type ledger struct {
	mu       sync.Mutex
	docs     map[notice.DocumentID]notice.Document
	versions map[notice.VersionID]notice.Version
	changes  map[notice.VersionID]notice.Change
	records  map[notice.VersionID]notice.Record
	works    map[notice.WorkID]notice.Work
	events   map[notice.EventID]notice.Event
	order    []notice.Event
	source   notice.Source
	saves    int
	// late is called once before the next Save: another worker's step in between.
	late func()
	// fail is returned by the next Save, before it takes effect.
	fail error
}

func (l *ledger) Reading(_ context.Context, id notice.VersionID) (notice.Reading, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, ok := l.versions[id]
	if !ok {
		return notice.Reading{}, fmt.Errorf("version %s: %w", id, notice.ErrUnknown)
	}
	r := notice.Reading{Version: v, Document: l.docs[v.Document], Source: l.source, Change: l.changes[id], Attachments: slices.Clone(v.Attachments)}
	for i, a := range r.Attachments {
		head := l.versions[l.docs[a.Document].Head]
		r.Attachments[i].Version, r.Attachments[i].Blob = head.ID, head.Blob
	}
	if p, ok := l.records[v.Prev]; ok {
		r.Previous = &p
	}
	if c, ok := l.records[id]; ok {
		r.Current = &c
	}
	return r, nil
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

func (l *ledger) Works(_ context.Context, _ notice.Work) ([]notice.Work, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.SortedFunc(maps.Values(l.works), func(a, b notice.Work) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) }), nil
}

func (l *ledger) Save(_ context.Context, e notice.Extraction) error {
	if f := l.late; f != nil {
		l.late = nil
		f()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.fail; err != nil {
		l.fail = nil
		return err
	}
	l.saves++
	l.records[e.Record.Version] = e.Record
	if e.Work.ID != "" {
		for id, w := range l.works {
			if w.Documents = slices.DeleteFunc(w.Documents, func(d notice.DocumentID) bool { return d == e.Record.Document }); len(w.Documents) == 0 {
				delete(l.works, id)
			} else {
				l.works[id] = w
			}
		}
		l.works[e.Work.ID] = e.Work
	}
	if e.Change != nil {
		l.changes[e.Record.Version] = *e.Change
	}
	for _, x := range e.Events {
		if _, told := l.events[x.ID]; !told {
			l.events[x.ID] = x
			l.order = append(l.order, x)
		}
	}
	return nil
}

func (l *ledger) Stale(_ context.Context, below int, after notice.VersionID, n int) ([]notice.VersionID, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []notice.VersionID
	for _, id := range slices.Sorted(maps.Keys(l.records)) {
		if id > after && l.records[id].Ruleset < below && len(out) < n {
			out = append(out, id)
		}
	}
	return out, nil
}

// told lists the kinds of the events in the order of their Save.
func (l *ledger) told() []notice.EventKind {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]notice.EventKind, 0, len(l.order))
	for _, e := range l.order {
		out = append(out, e.Kind)
	}
	return out
}

// plain is a reader for files that are text.
type plain struct{ err error }

func (p plain) Read(_ context.Context, _ string, b []byte) (reader.Text, error) {
	if p.err != nil {
		return reader.Text{}, p.err
	}
	text := string(bytes.TrimPrefix(b, []byte("%PDF-1.7\n")))
	return reader.Text{Kind: reader.KindPDF, Text: text, Pages: []string{text}, Confidence: 1}, nil
}

type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

func (l *ledger) Turning(_ context.Context, day notice.Date, after notice.VersionID, n int) ([]notice.VersionID, error) {
	return l.list(after, n, func(r notice.Record) bool {
		d, _ := r.Turn()
		return !d.IsZero() && d.Compare(day) <= 0
	}), nil
}

func (l *ledger) Awaiting(_ context.Context, of notice.Record, n int) ([]notice.VersionID, error) {
	return l.list("", n, func(r notice.Record) bool {
		return slices.ContainsFunc(r.Relations, func(x notice.Relation) bool {
			stem := textzh.Stem(x.Title)
			return x.Work == "" && (x.Number != "" && x.Number == of.Number || stem != "" && (stem == textzh.Stem(of.Title) || stem == textzh.Stem(of.SubjectTitle)))
		})
	}), nil
}

// list returns the head versions after one whose record fits.
func (l *ledger) list(after notice.VersionID, n int, fits func(notice.Record) bool) []notice.VersionID {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []notice.VersionID
	for _, id := range slices.Sorted(maps.Keys(l.records)) {
		r := l.records[id]
		if id > after && len(out) < n && l.docs[r.Document].Head == id && fits(r) {
			out = append(out, id)
		}
	}
	return out
}
