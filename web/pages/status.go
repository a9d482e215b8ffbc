package pages

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"govwatch/notice"
)

//go:embed status.html
var statusHTML string

// Reader is what the pages ask of the tracker. Its methods may be called
// concurrently; an error is shown to the reader as a 503.
type Reader interface {
	Tally(ctx context.Context) (notice.Tally, error)
	Healths(ctx context.Context) ([]notice.Health, error)
	Incidents(ctx context.Context, open bool) ([]notice.Incident, error)
	Records(ctx context.Context, q notice.RecordQuery) (notice.RecordPage, error)
}

// Status serves the status page.
type Status struct {
	reader  Reader
	sources map[notice.SourceID]notice.Source
	now     func() time.Time
	log     *slog.Logger
	page    *template.Template
}

// NewStatus prepares the page. It returns an error only when the embedded
// template is broken.
func NewStatus(r Reader, sources []notice.Source, now func() time.Time, log *slog.Logger) (*Status, error) {
	page, err := template.New("status").Funcs(template.FuncMap{"beijing": beijing}).Parse(statusHTML)
	if err != nil {
		return nil, fmt.Errorf("parse status page: %w", err)
	}
	s := &Status{r, make(map[notice.SourceID]notice.Source, len(sources)), now, log, page}
	for _, src := range sources {
		s.sources[src.ID] = src
	}
	return s, nil
}

// beijing prints a moment as people in China read it, a dash for never.
func beijing(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(notice.Beijing()).Format("2006-01-02 15:04")
}

// row is one source on the page.
type row struct {
	notice.Source
	notice.Health
	Incidents []notice.Incident
}

// view is all that the template shows.
type view struct {
	Now       time.Time
	Tally     notice.Tally
	Rows      []row
	Incidents []notice.Incident
	Records   []notice.Record
	Captures  int
}

// latest is how many records the page shows.
const latest = 30

func (s *Status) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, err := s.view(r.Context())
	var body bytes.Buffer
	if err == nil {
		err = s.page.Execute(&body, v)
	}
	if err != nil {
		s.log.Error("draw status page", "err", err)
		http.Error(w, "the tracker does not answer; see the log", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	if _, err := w.Write(body.Bytes()); err != nil {
		s.log.Debug("write status page", "err", err)
	}
}

func (s *Status) view(ctx context.Context) (v view, err error) {
	v.Now = s.now()
	if v.Tally, err = s.reader.Tally(ctx); err != nil {
		return v, err
	}
	healths, err := s.reader.Healths(ctx)
	if err != nil {
		return v, err
	}
	if v.Incidents, err = s.reader.Incidents(ctx, true); err != nil {
		return v, err
	}
	page, err := s.reader.Records(ctx, notice.RecordQuery{Limit: latest})
	if err != nil {
		return v, err
	}
	v.Records = page.Records
	for _, n := range v.Tally.Captures {
		v.Captures += n
	}
	open := map[notice.SourceID][]notice.Incident{}
	for _, i := range v.Incidents {
		open[i.Source] = append(open[i.Source], i)
	}
	for _, h := range healths {
		v.Rows = append(v.Rows, row{s.sources[h.Source], h, open[h.Source]})
	}
	// What is ill stands first: nobody should have to look for it.
	slices.SortStableFunc(v.Rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(len(b.Incidents), len(a.Incidents)), cmp.Compare(a.Health.Source, b.Health.Source))
	})
	return v, nil
}
