package trackertest

import (
	"errors"
	"testing"
	"time"

	"govwatch/notice"
)

var incidentTests = map[string]func(*testing.T, *World){
	"IncidentLife":         incidentLife,
	"IncidentIllness":      incidentIllness,
	"IncidentBornResolved": incidentBornResolved,
}

func incidentLife(t *testing.T, w *World) {
	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	for _, i := range []notice.Incident{
		incident(notice.Opened, start), incident(notice.Opened, hour(1)), incident(notice.Reminded, hour(24)), incident(notice.Reminded, hour(24)),
		incident(notice.Reminded, hour(48)), incident(notice.Resolved, hour(50)), incident(notice.Resolved, hour(50)), incident(notice.Opened, hour(51)),
	} {
		must(t, w.SaveIncidents(t.Context(), []notice.Incident{i}))
	}
	same(t, "events", w.kinds(t), []notice.EventKind{notice.IncidentOpened, notice.SourceHealthChanged, notice.IncidentReminded,
		notice.IncidentReminded, notice.IncidentResolved, notice.SourceHealthChanged})
	if open := get(w.Incidents(t.Context(), true))(t); len(open) != 0 {
		t.Errorf("still open: %+v", open)
	}
	same(t, "all incidents", get(w.Incidents(t.Context(), false))(t), []notice.Incident{incident(notice.Resolved, hour(50))})
	if late := get(w.IncidentsSince(t.Context(), hour(1)))(t); len(late) != 0 {
		t.Errorf("over, and opened before: %+v", late)
	}
	same(t, "incidents since", get(w.IncidentsSince(t.Context(), start))(t), []notice.Incident{incident(notice.Resolved, hour(50))})
	same(t, "one incident", get(w.Incident(t.Context(), "i1"))(t), incident(notice.Resolved, hour(50)))
	if _, err := w.Incident(t.Context(), "none"); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("unknown incident: %v", err)
	}
}

func incidentIllness(t *testing.T, w *World) {
	for class, want := range map[notice.IncidentClass]notice.SourceState{
		notice.CadenceGap: notice.Degraded, notice.Unreachable: notice.Broken, notice.Block: notice.Quarantined,
	} {
		i := incident(notice.Opened, start)
		i.ID, i.Class = notice.IncidentID(class), class
		must(t, w.SaveIncidents(t.Context(), []notice.Incident{i}))
		if got := get(w.Source(t.Context(), "gd-gov"))(t).State; got != want {
			t.Errorf("%s makes the source %s, want %s", class, got, want)
		}
		i.State, i.Resolved = notice.Resolved, start.Add(time.Hour)
		must(t, w.SaveIncidents(t.Context(), []notice.Incident{i}))
	}
	if got := get(w.Source(t.Context(), "gd-gov"))(t).State; got != notice.Active {
		t.Errorf("after all is over the source is %s", got)
	}
}

func incidentBornResolved(t *testing.T, w *World) {
	must(t, w.SaveIncidents(t.Context(), []notice.Incident{incident(notice.Resolved, start)}))
	same(t, "events", w.kinds(t), []notice.EventKind{notice.IncidentResolved})
}
