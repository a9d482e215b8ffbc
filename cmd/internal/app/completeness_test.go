package app_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
	"govwatch/extractor/identity"
)

// The demo's tracker holds series with gaps and citations of what no site of its
// world has: they are found, and what is held is never asked for.
func TestCompletenessOfTheDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, _, err := app.Demo{Dir: dir, Out: io.Discard, JSON: true, Last: firstDay()}.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	cfg := inFolder(t, dir)
	c, err := app.CheckCompleteness(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Sources) == 0 || len(c.Wanted) == 0 {
		t.Fatalf("got %d sources, %d wanted", len(c.Sources), len(c.Wanted))
	}
	known := 0
	for _, s := range c.Sources {
		if s.Held == 0 || s.Recall != nil && (*s.Recall < 0 || *s.Recall > 1) {
			t.Errorf("%+v", s)
		}
		if s.Recall != nil {
			known++
		}
		for _, series := range s.Series {
			if !series.Sparse && series.Held+len(series.Missing) != series.Last-series.First+1 {
				t.Errorf("%s: %+v", s.Source, series)
			}
		}
	}
	if known == 0 {
		t.Error("no source has an estimate")
	}
	if !slices.IsSortedFunc(c.Wanted, func(a, b identity.Wanted) int { return b.Cited - a.Cited }) {
		t.Error("what is cited most does not come first")
	}
	one, err := app.CheckCompleteness(t.Context(), cfg, []string{string(c.Sources[0].Source)})
	if err != nil || len(one.Sources) != 1 {
		t.Errorf("of one source: %+v, %v", one.Sources, err)
	}
	if _, err := app.CheckCompleteness(t.Context(), cfg, []string{"nobody"}); err == nil {
		t.Error("an unknown source has a completeness")
	}
	visits, err := app.PlanSources(t.Context(), cfg, nil)
	if err != nil || len(visits) < len(c.Sources) {
		t.Fatalf("%d visits planned, %v", len(visits), err)
	}
	for _, v := range visits {
		if v.Why == "" || v.PerDay > 0 && v.Next.IsZero() {
			t.Errorf("%+v", v)
		}
	}
	if _, err := app.PlanSources(t.Context(), cfg, []string{"nobody"}); err == nil {
		t.Error("an unknown source has a plan")
	}
	deadAfterTheDays(t, cfg)
}

// Seen from outside and years later, nothing has run for long: the check says so.
func deadAfterTheDays(t *testing.T, cfg app.Config) {
	t.Helper()
	h, err := app.CheckHealth(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if h.Alive || len(h.Overdue) != h.Scheduled || !strings.Contains(h.Reason, "no task has finished since 2024-02-19") {
		t.Errorf("%d overdue of %d; %+v", len(h.Overdue), h.Scheduled, h)
	}
}
