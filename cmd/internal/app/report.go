package app

import (
	"context"
	"time"

	"govwatch/notice"
)

// Report is what `run --once --json` prints: what one round did.
type Report struct {
	Sources   []SourceReport   `json:"sources"`
	Changes   []ChangeReport   `json:"changes"`
	Incidents []IncidentReport `json:"incidents"`
	Alerts    AlertReport      `json:"alerts"`
	ElapsedMS int64            `json:"elapsed_ms"`
}

// SourceReport is what became of one source in the round.
type SourceReport struct {
	ID       notice.SourceID `json:"id"`
	Outcome  notice.Outcome  `json:"outcome"`
	Items    int             `json:"items"`
	Requests int             `json:"requests"`
	Bytes    int64           `json:"bytes"`
}

// ChangeReport is one change that the round found.
type ChangeReport struct {
	Source   notice.SourceID   `json:"source"`
	URL      string            `json:"url"`
	Change   notice.ChangeKind `json:"change"`
	Meaning  []notice.Meaning  `json:"meaning"`
	Title    string            `json:"title"`
	Baseline bool              `json:"baseline"`
}

// IncidentReport is one incident that is open, or was resolved in the round.
type IncidentReport struct {
	Source  notice.SourceID      `json:"source"`
	Class   notice.IncidentClass `json:"class"`
	State   notice.IncidentState `json:"state"`
	Since   time.Time            `json:"since"`
	Summary string               `json:"summary"`
}

// AlertReport counts messages by their IDs.
type AlertReport struct {
	Raised    int `json:"raised"`
	Delivered int `json:"delivered"`
}

// reported tells what was announced from what is only counted: a page that
// still is not there, and an edit whose meaningful difference is empty.
func reported(c notice.Change) bool {
	switch c.Kind {
	case notice.ChangeSame, notice.ChangeCosmetic:
		return false
	case notice.ChangeMissing:
		return c.Event != ""
	case notice.ChangeEdited:
		return len(c.Meaning) > 0
	}
	return true
}

// report reads from the tracker what happened from a moment on.
func (a *App) report(ctx context.Context, since time.Time) (r Report, err error) {
	tr := a.backends.tracker
	sources, err := tr.SourceReports(ctx, since)
	if err != nil {
		return r, err
	}
	r.Sources = make([]SourceReport, 0, len(sources))
	for _, s := range sources {
		r.Sources = append(r.Sources, SourceReport{s.Source, s.Outcome, s.Items, s.Requests, s.Bytes})
	}
	changes, err := tr.Changes(ctx, since)
	if err != nil {
		return r, err
	}
	r.Changes = make([]ChangeReport, 0, len(changes))
	for _, c := range changes {
		if !reported(c) {
			continue
		}
		r.Changes = append(r.Changes, ChangeReport{c.Source, c.URL, c.Kind, append([]notice.Meaning{}, c.Meaning...), c.Title, c.Baseline})
	}
	all, err := tr.Incidents(ctx, false)
	if err != nil {
		return r, err
	}
	r.Incidents = []IncidentReport{}
	for _, i := range all {
		if i.State != notice.Resolved || !i.Resolved.Before(since) {
			r.Incidents = append(r.Incidents, IncidentReport{i.Source, i.Class, i.State, i.Opened, i.Summary})
		}
	}
	r.Alerts.Raised, r.Alerts.Delivered, err = tr.AlertCounts(ctx, since)
	return r, err
}
