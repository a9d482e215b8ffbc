package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"govwatch/fixtures/site"
	"govwatch/notice"
)

// DemoTable is what the demo says at its end. Every figure is counted from the
// tracker's rows, so that a demo that was killed and resumed prints the same.
type DemoTable struct {
	Days      int              `json:"days"`
	Sources   int              `json:"sources"`
	Captures  int              `json:"captures"`
	Documents DemoDocuments    `json:"documents"`
	Works     int              `json:"works"`
	Alerts    DemoAlerts       `json:"alerts"`
	Incidents []IncidentReport `json:"incidents"`
	Seed      SeedReport       `json:"seed"`
	ElapsedMS int64            `json:"elapsed_ms"`
}

// DemoDocuments counts changes by kind.
type DemoDocuments struct {
	New      int `json:"new"`
	Edited   int `json:"edited"`
	Cosmetic int `json:"cosmetic"`
	Gone     int `json:"gone"`
	Returned int `json:"returned"`
}

// DemoAlerts counts alert IDs. Repeated are messages sent again under the same
// ID; FalsePolicy are policy alerts about what the world knows to be none.
type DemoAlerts struct {
	Raised      int `json:"raised"`
	Delivered   int `json:"delivered"`
	Repeated    int `json:"repeated"`
	FalsePolicy int `json:"false_policy"`
}

func (a *App) demoTable(ctx context.Context, world *site.World, last notice.Date) (t DemoTable, err error) {
	tally, err := a.backends.tracker.Tally(ctx)
	if err != nil {
		return t, err
	}
	t.Days = last.Days(day(site.FirstDay)) + 1
	t.Sources, t.Works = tally.Sources, tally.Works
	for _, n := range tally.Captures {
		t.Captures += n
	}
	n := tally.Documents
	t.Documents = DemoDocuments{
		New: n[notice.ChangeNew], Edited: n[notice.ChangeEdited], Cosmetic: n[notice.ChangeCosmetic],
		Gone: n[notice.ChangeGone], Returned: n[notice.ChangeReturned],
	}
	t.Alerts = DemoAlerts{Raised: tally.AlertsRaised, Delivered: tally.AlertsDelivered, Repeated: tally.AlertsRepeated}
	if t.Alerts.FalsePolicy, err = a.falsePolicies(ctx, world); err != nil {
		return t, err
	}
	incidents, err := a.backends.tracker.Incidents(ctx, false)
	if err != nil {
		return t, err
	}
	// The day is told, not the second: the world's pauses differ from play to play.
	t.Incidents = []IncidentReport{}
	for _, i := range incidents {
		t.Incidents = append(t.Incidents, IncidentReport{i.Source, i.Class, i.State, notice.DateOf(i.Opened).Time(), i.Summary})
	}
	slices.SortFunc(t.Incidents, func(x, y IncidentReport) int { return x.Since.Compare(y.Since) })
	seeds, err := readSeeds(site.SeedPolicies())
	if err != nil {
		return t, err
	}
	t.Seed, err = a.seedReport(ctx, seeds)
	return t, err
}

// falsePolicies counts alerts about documents that the world's own truth does
// not call a climate policy.
func (a *App) falsePolicies(ctx context.Context, world *site.World) (int, error) {
	truth := map[string]site.Doc{}
	for _, d := range world.Truth() {
		truth[d.Title+"\x1f"+d.URL] = d
		truth[d.URL] = d
	}
	alerts, err := a.backends.tracker.Alerts(ctx, notice.AlertQuery{Limit: 1000})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, al := range alerts {
		if al.Document == "" {
			continue
		}
		if d, ok := truth[al.Message.URL]; !ok || d.Class != string(notice.Policy) || !d.Climate {
			n++
		}
	}
	return n, nil
}

// Print writes the table for people.
func (t DemoTable) Print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	rows := []struct {
		label string
		value string
	}{
		{"days played", fmt.Sprint(t.Days)},
		{"sources", fmt.Sprint(t.Sources)},
		{"captures", fmt.Sprint(t.Captures)},
		{"documents", fmt.Sprintf("%d new, %d edited, %d cosmetic, %d gone, %d returned",
			t.Documents.New, t.Documents.Edited, t.Documents.Cosmetic, t.Documents.Gone, t.Documents.Returned)},
		{"works", fmt.Sprint(t.Works)},
		{"alerts", fmt.Sprintf("%d raised, %d delivered, %d repeated, %d false",
			t.Alerts.Raised, t.Alerts.Delivered, t.Alerts.Repeated, t.Alerts.FalsePolicy)},
		{"newsletter policies", fmt.Sprintf("%d of %d found", t.Seed.Found, t.Seed.Expected)},
	}
	for _, r := range rows {
		if _, err := fmt.Fprintf(tw, "%s\t%s\n", r.label, r.value); err != nil {
			return err
		}
	}
	for _, i := range t.Incidents {
		if _, err := fmt.Fprintf(tw, "incident\t%s %s %s since %s: %s\n", i.Source, i.Class, i.State,
			i.Since.In(notice.Beijing()).Format("2006-01-02"), i.Summary); err != nil {
			return err
		}
	}
	return tw.Flush()
}
