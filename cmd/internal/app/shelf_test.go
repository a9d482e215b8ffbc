package app_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
	"govwatch/store/tracker"
)

// played is a demo that has been played and closed, with its records.
type played struct {
	cfg     app.Config
	records []notice.Record
	table   app.DemoTable
}

func playAndClose(t *testing.T) played {
	t.Helper()
	dir := t.TempDir()
	d := app.Demo{Dir: dir, Out: io.Discard, JSON: true, Last: shortPlay()}
	a, table, err := d.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	p := played{cfg: inFolder(t, dir), table: table}
	tr, err := tracker.Open(t.Context(), p.cfg.Tracker)
	if err != nil {
		t.Fatal(err)
	}
	q := notice.RecordQuery{Limit: 500}
	for {
		page, err := tr.Records(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		p.records = append(p.records, page.Records...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if len(p.records) < 300 {
		t.Fatalf("%d records only", len(p.records))
	}
	return p
}

func openShelf(t *testing.T, cfg app.Config) *app.Shelf {
	t.Helper()
	s, err := app.OpenShelf(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// What a demo has stored is looked up in every way that people have.
func TestShelf(t *testing.T) {
	t.Parallel()
	p := playAndClose(t)
	s := openShelf(t, p.cfg)
	t.Run("replay", func(t *testing.T) { everyRecordReplays(t, s, p.records) })
	t.Run("review", func(t *testing.T) { everyDoubtHasAReason(t, s, p.records) })
	t.Run("names", func(t *testing.T) { namesFind(t, s, p.records) })
}

func everyRecordReplays(t *testing.T, s *app.Shelf, records []notice.Record) {
	for _, r := range records {
		e, err := s.Explain(t.Context(), string(r.Version))
		if err != nil {
			t.Fatalf("%s: %v", r.URL, err)
		}
		if !e.Replay.Same || e.Replay.Broken() {
			t.Errorf("%s: %s", r.URL, e.Replay)
		}
	}
}

func everyDoubtHasAReason(t *testing.T, s *app.Shelf, records []notice.Record) {
	items, err := s.Review(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	want := map[notice.DocumentID]bool{}
	for _, r := range records {
		if r.Review {
			want[r.Document] = true
		}
	}
	for _, i := range items {
		if !want[i.Document] || len(i.Why) == 0 {
			t.Errorf("%+v", i)
		}
	}
	if len(items) != len(want) || len(items) == 0 {
		t.Fatalf("%d in the queue, want %d and at least one", len(items), len(want))
	}
	one, err := s.Review(t.Context(), items[0].Source, 1)
	if err != nil || len(one) != 1 || one[0].Source != items[0].Source {
		t.Errorf("one of %s: %+v, %v", items[0].Source, one, err)
	}
}

func namesFind(t *testing.T, s *app.Shelf, records []notice.Record) {
	numbered := 0
	for _, r := range records {
		names := []string{string(r.Document), r.URL, strings.Replace(r.URL, "http://", "https://", 1)}
		for _, name := range names {
			if e, err := s.Explain(t.Context(), name); err != nil || e.Document.ID != r.Document {
				t.Errorf("%q finds %s, %v; want %s", name, e.Document.ID, err, r.Document)
			}
		}
		if r.Number == "" || numbered == 20 {
			continue
		}
		numbered++
		// As it is typed in a hurry.
		typed := strings.NewReplacer("〔", "[", "〕", "] ").Replace(r.Number)
		if e, err := s.Explain(t.Context(), typed); !errors.Is(err, app.ErrConfig) && (err != nil || e.Record.Number != r.Number) {
			t.Errorf("%q finds %q, %v", typed, e.Record.Number, err)
		}
		if numbered == 20 {
			break
		}
	}
	for name, want := range map[string]error{"nothing of the kind": notice.ErrUnknown, "http://none.gov.test/": notice.ErrUnknown, "国发〔1949〕1号": notice.ErrUnknown} {
		if _, err := s.Explain(t.Context(), name); !errors.Is(err, want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Looking must not make a tracker where there is none.
func TestShelfWantsATracker(t *testing.T) {
	t.Parallel()
	if _, err := app.OpenShelf(t.Context(), inFolder(t, t.TempDir())); !errors.Is(err, app.ErrConfig) {
		t.Errorf("an empty folder: %v", err)
	}
}
