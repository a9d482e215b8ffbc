package app_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/alert/stdout"
	"govwatch/cmd/internal/app"
	"govwatch/extractor"
	"govwatch/internal/service"
	"govwatch/notice"
)

// lower makes every stored record one of an older ruleset, as a new release finds
// them, with a title that the rules of today do not read.
func lower(t *testing.T, cfg app.Config) {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(cfg.Tracker, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "UPDATE records SET ruleset = $1, title = 'old', body = json_set(body, '$.Ruleset', $1, '$.Title', 'old')", extractor.Ruleset-1)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// A new ruleset re-reads the archive, in two goes, and nobody hears of it: not
// when the events that it leaves are handled, and no change is reported.
func TestReextractTellsNobody(t *testing.T) {
	t.Parallel()
	p := playAndClose(t)
	lower(t, p.cfg)
	s := openShelf(t, p.cfg)
	ctx, stop := context.WithCancel(t.Context())
	first, err := s.Reextract(ctx, 0, func(r app.Reextraction) {
		if r.Done == 100 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || first.Done != 100 {
		t.Fatalf("interrupted after 100: %+v, %v", first, err)
	}
	second, err := s.Reextract(t.Context(), 0, func(app.Reextraction) {})
	if err != nil || second.Failed > 0 || second.All != first.All-100 || second.Done != second.All {
		t.Fatalf("went on: first %d of %d, then %+v, %v", first.Done, first.All, second, err)
	}
	again, err := s.Reextract(t.Context(), 0, func(app.Reextraction) {})
	if err != nil || again.All != 0 || again.Done != 0 {
		t.Errorf("nothing is left to do: %+v, %v", again, err)
	}
	marked(t, s, p.records)
	quietAfterwards(t, p)
}

func marked(t *testing.T, s *app.Shelf, before []notice.Record) {
	t.Helper()
	for _, r := range before {
		e, err := s.Explain(t.Context(), string(r.Version))
		if err != nil {
			t.Fatal(err)
		}
		if e.Record.Cause != notice.Reextract || e.Record.Title != r.Title || e.Record.Ruleset != extractor.Ruleset || e.Record.Work != r.Work {
			t.Errorf("%s: %s by ruleset %d, %q, was %q; work %s, was %s", r.URL, e.Record.Cause, e.Record.Ruleset, e.Record.Title, r.Title, e.Record.Work, r.Work)
		}
	}
}

// quietAfterwards has every role handle what the re-extraction left in the outbox.
func quietAfterwards(t *testing.T, p played) {
	t.Helper()
	var out syncBuffer
	a, table := play(t, p.cfg.Data, shortPlay(), &out)
	if table.Alerts.Raised != p.table.Alerts.Raised || out.b.Len() > 0 {
		t.Errorf("%d alerts, were %d: %s", table.Alerts.Raised, p.table.Alerts.Raised, out.b.String())
	}
	if table.Documents != p.table.Documents || table.Works != p.table.Works {
		t.Errorf("documents %+v, were %+v; works %d, were %d", table.Documents, p.table.Documents, table.Works, p.table.Works)
	}
	if err := a.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// The same record makes an alert when the publisher brought it and none when our
// own rules did.
func TestReextractRaisesNoAlert(t *testing.T) {
	t.Parallel()
	for cause, want := range map[notice.Cause]int{notice.Publisher: 1, notice.Reextract: 0} {
		t.Run(string(cause), func(t *testing.T) {
			t.Parallel()
			s := newStock(t)
			s.put(t, "sd-gov", "http://sd.gov.cn/a.htm", policyPage("山东省人民政府关于印发《山东省碳达峰实施方案》的通知", "鲁政发〔2024〕6号", "山东省人民政府", "2024-05-06",
				"到2030年，全省二氧化碳排放达到峰值，非化石能源消费比重达到25%左右。", ordinary))
			if cause == notice.Reextract {
				forget(t, s)
				lower(t, s.cfg)
				r, err := openShelf(t, s.cfg).Reextract(t.Context(), 0, func(app.Reextraction) {})
				if err != nil || r.Done != 1 {
					t.Fatalf("%+v, %v", r, err)
				}
			}
			rows, err := s.tracker.Pending(t.Context(), 10)
			if err != nil || len(rows) != 1 || rows[0].Event.Kind != notice.RecordExtracted || rows[0].Event.Cause != cause {
				t.Fatalf("the outbox holds %+v, %v", rows, err)
			}
			if got := told(t, s); got != want {
				t.Errorf("%d alerts, want %d", got, want)
			}
		})
	}
}

// forget empties the outbox, as it is long after the events were sent.
func forget(t *testing.T, s *stock) {
	t.Helper()
	rows, err := s.tracker.Pending(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var seqs []int64
	for _, r := range rows {
		seqs = append(seqs, r.Seq)
	}
	if err := s.tracker.MarkSent(t.Context(), seqs); err != nil {
		t.Fatal(err)
	}
	if n, err := s.tracker.SweepOutbox(t.Context(), s.now.Add(time.Hour*1000000)); err != nil || n == 0 {
		t.Fatalf("%d rows swept, %v", n, err)
	}
}

// told has the outbox relayed and judged, and counts the alerts.
func told(t *testing.T, s *stock) int {
	t.Helper()
	channel, err := stdout.New(stdout.Config{Out: io.Discard, JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := s.tracker.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), s.cfg, app.Options{Clock: service.NewJump(s.now), Sources: sources, Channels: []alert.Channel{channel}})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Start(t.Context(), app.RoleRelay, app.RoleAlert)
	if err == nil {
		_, err = a.Once(t.Context())
	}
	if err := errors.Join(err, a.Close(context.Background())); err != nil {
		t.Fatal(err)
	}
	all, err := s.tracker.Alerts(t.Context(), notice.AlertQuery{})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestReextractRefuses(t *testing.T) {
	t.Parallel()
	d := app.Demo{Dir: t.TempDir(), Out: io.Discard, JSON: true, Last: firstDay()}
	a, _, err := d.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := openShelf(t, inFolder(t, d.Dir))
	none := func(app.Reextraction) {}
	if _, err := s.Reextract(t.Context(), extractor.Ruleset+1, none); !errors.Is(err, app.ErrConfig) {
		t.Errorf("a ruleset of the future: %v", err)
	}
	if _, err := s.Reextract(t.Context(), 0, none); err == nil {
		t.Error("a folder in use by another process was written to")
	}
	if err := a.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reextract(t.Context(), 0, none); err != nil {
		t.Errorf("a folder that is free: %v", err)
	}
}
