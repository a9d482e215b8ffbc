package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"govwatch/crawler/health"
	"govwatch/notice"
	"govwatch/store/tracker"
)

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
	return readHealth(ctx, a.backends.tracker, a.planOf, a.clock.Now())
}

func readHealth(ctx context.Context, tr *tracker.Tracker, planOf planner, now time.Time) (h Health, err error) {
	h.Overdue = []string{}
	healths, err := tr.Healths(ctx)
	if err != nil {
		return h, err
	}
	sources, err := tr.Sources(ctx)
	if err != nil {
		return h, err
	}
	plan, err := planOf(ctx, sources, now)
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
	}
	h.judge(expectations(plan, sources, healths), now)
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
	return h, nil
}

// judge says whether the schedule is kept. The pipeline is dead when a run is too
// late and nothing at all has finished since it was due: one site that fails does
// not look like that, and no stop lasts two intervals of any source unnoticed.
func (h *Health) judge(expected []health.Expectation, now time.Time) {
	h.Alive = true
	if h.Scheduled > 0 && h.LastRun.IsZero() {
		h.Alive, h.Reason = false, "no task has ever finished: the scheduler or every crawler is dead, or the first run is still under way"
	}
	for _, e := range expected {
		if !e.Late(now) {
			continue
		}
		h.Overdue = append(h.Overdue, string(e.Source))
		if h.Alive && !h.LastRun.After(e.Due) {
			h.Alive = false
			h.Reason = fmt.Sprintf("no task has finished since %s, although %s was due at %s: the scheduler or every crawler is dead",
				h.LastRun.In(notice.Beijing()).Format("2006-01-02 15:04"), e.Source, e.Due.In(notice.Beijing()).Format("2006-01-02 15:04"))
		}
	}
}

// healthChecks serves /healthz (is the pipeline alive) and /readyz (do the backends answer).
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
