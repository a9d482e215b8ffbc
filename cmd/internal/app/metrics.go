package app

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"govwatch/bus"
	"govwatch/notice"
	"govwatch/store/tracker"
)

// scrapeTimeout is below the ten seconds that Prometheus waits.
const scrapeTimeout = 8 * time.Second

// lagWindow is how far back the detection lag looks.
const lagWindow = 7 * 24 * time.Hour

// metrics serves /metrics. What it says of the pipeline is read from tracker
// and bus, so every process says the same and a restart loses nothing; what it
// says of the process is its own.
func (a *App) metrics() http.Handler {
	process := []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), scrapeTimeout)
		defer cancel()
		set := prometheus.NewRegistry()
		set.MustRegister(process...)
		set.MustRegister(collector(func(out chan<- prometheus.Metric) { a.collect(ctx, out) }))
		promhttp.HandlerFor(set, promhttp.HandlerOpts{
			ErrorHandling: promhttp.ContinueOnError, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
		}).ServeHTTP(w, r)
	})
}

// collector reads everything at the moment of a scrape.
type collector func(chan<- prometheus.Metric)

// Describe says nothing: which outcomes and classes there are is known at a scrape.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) { c(out) }

// gauge is one family of metrics with at most one label.
type gauge struct {
	name, help, label string
	kind              prometheus.ValueType
}

func (g gauge) put(out chan<- prometheus.Metric, v float64, label ...string) {
	var labels []string
	if g.label != "" {
		labels = []string{g.label}
	}
	out <- prometheus.MustNewConstMetric(prometheus.NewDesc(g.name, g.help, labels, nil), g.kind, v, label...)
}

// collect reads the backends one after the other. A backend that does not
// answer leaves its metrics out and is 0 in govwatch_backend_up.
func (a *App) collect(ctx context.Context, out chan<- prometheus.Metric) {
	now := a.clock.Now()
	up := gauge{"govwatch_backend_up", "1 when the backend answered this scrape.", "backend", prometheus.GaugeValue}
	for _, part := range []struct {
		name string
		read func() error
	}{
		{"tracker", func() error { return collectTracker(ctx, a.backends.tracker, now, out) }},
		{"bus", func() error { return collectBus(ctx, a.backends.bus, out) }},
	} {
		ok := 1.0
		if err := part.read(); err != nil {
			a.log.Warn("metrics of a backend are left out", "backend", part.name, "err", err)
			ok = 0
		}
		up.put(out, ok, part.name)
	}
}

func collectTracker(ctx context.Context, tr *tracker.Tracker, now time.Time, out chan<- prometheus.Metric) error {
	t, err := tr.Tally(ctx)
	if err != nil {
		return err
	}
	captures := gauge{"govwatch_captures_total", "HTTP exchanges by outcome.", "outcome", prometheus.CounterValue}
	for outcome, n := range t.Captures {
		captures.put(out, float64(n), string(outcome))
	}
	changes := gauge{"govwatch_changes_total", "What visits found, by kind of change.", "kind", prometheus.CounterValue}
	for kind, n := range t.Documents {
		changes.put(out, float64(n), string(kind))
	}
	alerts := gauge{"govwatch_alerts", "Alerts by state; waiting ones are due or wait for another try.", "state", prometheus.GaugeValue}
	alerts.put(out, float64(t.AlertsDelivered), string(notice.Delivered))
	alerts.put(out, float64(t.AlertsDead), string(notice.Dead))
	alerts.put(out, float64(t.AlertsRaised-t.AlertsDelivered-t.AlertsDead), "waiting")
	gauge{"govwatch_alerts_repeated_total", "Messages sent again under the same alert ID.", "", prometheus.CounterValue}.put(out, float64(t.AlertsRepeated))
	gauge{"govwatch_versions", "Kept states of documents.", "", prometheus.GaugeValue}.put(out, float64(t.Versions))
	gauge{"govwatch_records", "Current records.", "", prometheus.GaugeValue}.put(out, float64(t.Records))
	gauge{"govwatch_outbox_rows", "Facts whose announcement is not published yet.", "", prometheus.GaugeValue}.put(out, float64(t.Outbox))
	age, err := outboxAge(ctx, tr, now)
	if err != nil {
		return err
	}
	gauge{"govwatch_outbox_age_seconds", "Age of the oldest fact whose announcement is not published yet.", "", prometheus.GaugeValue}.put(out, age.Seconds())
	if err := collectSources(ctx, tr, now, out); err != nil {
		return err
	}
	return collectLag(ctx, tr, now, out)
}

// outboxAge is how long the oldest row has waited for the relay.
func outboxAge(ctx context.Context, tr *tracker.Tracker, now time.Time) (time.Duration, error) {
	rows, err := tr.Pending(ctx, 1)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	since := now
	switch row := rows[0]; {
	case row.Event != nil:
		since = row.Event.At
	case row.Task != nil:
		since = row.Task.Due
	}
	return max(0, now.Sub(since)), nil
}

func collectSources(ctx context.Context, tr *tracker.Tracker, now time.Time, out chan<- prometheus.Metric) error {
	open, err := tr.Incidents(ctx, true)
	if err != nil {
		return err
	}
	classes := map[notice.IncidentClass]int{}
	for _, c := range notice.IncidentClasses() {
		classes[c] = 0 // an alarm on a rise needs the zero before it
	}
	for _, i := range open {
		classes[i.Class]++
	}
	incidents := gauge{"govwatch_incidents_open", "Open incidents by class.", "class", prometheus.GaugeValue}
	for class, n := range classes {
		incidents.put(out, float64(n), string(class))
	}
	healths, err := tr.Healths(ctx)
	if err != nil {
		return err
	}
	sources := gauge{"govwatch_sources", "Sources by state.", "state", prometheus.GaugeValue}
	states := map[notice.SourceState]int{}
	var last time.Time
	for _, h := range healths {
		states[h.State]++
		if h.LastSuccess.After(last) {
			last = h.LastSuccess
		}
	}
	for state, n := range states {
		sources.put(out, float64(n), string(state))
	}
	if !last.IsZero() {
		gauge{"govwatch_last_success_age_seconds", "Time since any source was last read well.", "", prometheus.GaugeValue}.put(out, now.Sub(last).Seconds())
	}
	return nil
}

// collectLag measures from the start of the day that the list gives for a
// document to the moment we saw it: lists give days, not hours, so a lag of
// less than a day is as good as none.
func collectLag(ctx context.Context, tr *tracker.Tracker, now time.Time, out chan<- prometheus.Metric) error {
	changes, err := tr.Changes(ctx, now.Add(-lagWindow))
	if err != nil {
		return err
	}
	var ids []notice.DocumentID
	for _, c := range changes {
		if c.Kind == notice.ChangeNew && !c.Baseline {
			ids = append(ids, c.Document)
		}
	}
	documents, err := tr.Documents(ctx, ids)
	if err != nil {
		return err
	}
	buckets := map[float64]uint64{}
	for _, h := range []int{6, 24, 48, 72, 168, 720} {
		buckets[(time.Duration(h) * time.Hour).Seconds()] = 0
	}
	var count uint64
	var sum float64
	for _, d := range documents {
		if d.ListDate.IsZero() || d.Parent != "" {
			continue
		}
		lag := max(0, d.FirstSeen.Sub(d.ListDate.Time()).Seconds())
		count++
		sum += lag
		for bound := range buckets {
			if lag <= bound {
				buckets[bound]++
			}
		}
	}
	desc := prometheus.NewDesc("govwatch_detection_lag_seconds",
		"From the day a list gives for a document to our first sight of it, for documents new in the last seven days.", nil, nil)
	out <- prometheus.MustNewConstHistogram(desc, count, sum, buckets)
	return nil
}

func collectBus(ctx context.Context, b *bus.Bus, out chan<- prometheus.Metric) error {
	d, err := b.Depth(ctx)
	if err != nil {
		return err
	}
	depth := gauge{"govwatch_queue_depth", "Messages that wait or are being worked on, by queue.", "queue", prometheus.GaugeValue}
	depth.put(out, float64(d.TasksWaiting+d.TasksRunning), "tasks")
	for durable, n := range d.Events {
		depth.put(out, float64(n), durable)
	}
	gauge{"govwatch_tasks_running", "Tasks in the hands of a crawler.", "", prometheus.GaugeValue}.put(out, float64(d.TasksRunning))
	age := 0.0
	if !d.OldestTask.IsZero() {
		age = max(0, time.Since(d.OldestTask).Seconds())
	}
	gauge{"govwatch_queue_age_seconds", "Age of the oldest message, by queue.", "queue", prometheus.GaugeValue}.put(out, age, "tasks")
	gauge{"govwatch_dead_letters", "Messages that no worker could handle; see govwatch dead list.", "", prometheus.GaugeValue}.put(out, float64(d.Dead))
	gauge{"govwatch_tasks_refused_total", "Tasks of this process that were refused because one of the source was there.", "", prometheus.CounterValue}.put(out, float64(b.Refused()))
	return nil
}
