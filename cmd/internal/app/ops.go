package app

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"govwatch/store/tracker"
)

// silence is how long the whole system may go without a finished task before
// the health check says that the scheduler is dead. Sources are polled several
// times a day.
const silence = 26 * time.Hour

// Health is what an outside check asks for.
type Health struct {
	Alive       bool      `json:"alive"`
	Reason      string    `json:"reason,omitempty"`
	LastRun     time.Time `json:"last_run"`
	LastSuccess time.Time `json:"last_success"`
	Scheduled   int       `json:"scheduled"`
	Overdue     []string  `json:"overdue"`
	Incidents   int       `json:"open_incidents"`
	Outbox      int       `json:"outbox"`
}

// Health judges from stored facts, not from this process's memory: it is true
// when asked from outside, too.
func (a *App) Health(ctx context.Context) (Health, error) {
	return health(ctx, a.backends.tracker, a.clock.Now())
}

func health(ctx context.Context, tr *tracker.Tracker, now time.Time) (h Health, err error) {
	h.Overdue = []string{}
	healths, err := tr.Healths(ctx)
	if err != nil {
		return h, err
	}
	for _, s := range healths {
		if !s.State.Scheduled() {
			continue
		}
		h.Scheduled++
		if s.LastRun.After(h.LastRun) {
			h.LastRun = s.LastRun
		}
		if s.LastSuccess.After(h.LastSuccess) {
			h.LastSuccess = s.LastSuccess
		}
		if now.Sub(s.LastSuccess) > silence {
			h.Overdue = append(h.Overdue, string(s.Source))
		}
	}
	open, err := tr.Incidents(ctx, true)
	if err != nil {
		return h, err
	}
	h.Incidents = len(open)
	tally, err := tr.Tally(ctx)
	if err != nil {
		return h, err
	}
	h.Outbox = tally.Outbox
	h.Alive = h.Scheduled == 0 || now.Sub(h.LastRun) <= silence
	if !h.Alive {
		h.Reason = "no task has finished for " + now.Sub(h.LastRun).Round(time.Hour).String() + ": the scheduler or every crawler is dead"
	}
	return h, nil
}

// health serves /healthz (is the pipeline alive) and /readyz (do the backends answer).
func (a *App) healthChecks(mux *http.ServeMux) {
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if _, err := a.backends.tracker.Tally(r.Context()); err != nil {
			http.Error(w, "the tracker does not answer", http.StatusServiceUnavailable)
			return
		}
		if _, err := a.backends.bus.Idle(r.Context()); err != nil {
			http.Error(w, "the bus does not answer", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		h, err := a.Health(r.Context())
		if err != nil {
			http.Error(w, "the tracker does not answer", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if !h.Alive {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		if err := json.NewEncoder(w).Encode(h); err != nil {
			a.log.Debug("write health", "err", err)
		}
	})
	mux.HandleFunc("GET /events", a.events)
	mux.Handle("GET /metrics", a.metrics())
}
