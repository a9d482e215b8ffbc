package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"govwatch/notice"
	"govwatch/schedules"
)

// history is known times of publication, by source.
type history map[string][]time.Time

// readHistory reads JSON lines {"source": …, "at": RFC 3339}; - is standard input.
func readHistory(path string) (h history, err error) {
	in := os.Stdin
	if path != "-" {
		if in, err = os.Open(path); err != nil {
			return nil, usageError{fmt.Errorf("read history: %w", err)}
		}
		defer func() { err = errors.Join(err, in.Close()) }()
	}
	h = history{}
	for d, line := json.NewDecoder(in), 1; ; line++ {
		var one struct {
			Source string    `json:"source"`
			At     time.Time `json:"at"`
		}
		switch err := d.Decode(&one); {
		case errors.Is(err, io.EOF) && len(h) == 0:
			return nil, usageError{fmt.Errorf(`history %s is empty; write a line {"source": "a", "at": "2025-06-09T10:00:00+08:00"} for each publication`, path)}
		case errors.Is(err, io.EOF):
			for id := range h {
				slices.SortFunc(h[id], time.Time.Compare)
			}
			return h, nil
		case err != nil || one.Source == "" || one.At.IsZero():
			return nil, usageError{errors.Join(fmt.Errorf(`history %s: entry %d is not {"source": "a", "at": "2025-06-09T10:00:00+08:00"}`, path, line), err)}
		}
		h[one.Source] = append(h[one.Source], one.At)
	}
}

// trial is the history as a trial of a budget; ids name its sources in order.
func (h history) trial(budget float64) (t schedules.Trial, ids []string) {
	ids = slices.Sorted(maps.Keys(h))
	first := h[ids[0]][0]
	for _, id := range ids {
		t.Published = append(t.Published, h[id])
		if h[id][0].Before(first) {
			first = h[id][0]
		}
	}
	t.From, t.PerDay = notice.DateOf(first).Time(), budget
	return t, ids
}

// last is the latest publication.
func (h history) last() (last time.Time) {
	for _, times := range h {
		if at := times[len(times)-1]; at.After(last) {
			last = at
		}
	}
	return last
}

// checkBudget refuses what no schedule can keep.
func checkBudget(budget float64) error {
	if budget < 1 || budget > 96 {
		return usageError{fmt.Errorf("--budget %v: name the requests a source and day, from 1 to 96", budget)}
	}
	return nil
}

// forecastRow is one element of `sources plan --history --json`.
type forecastRow struct {
	ID     string      `json:"id"`
	PerDay float64     `json:"visits_per_day"`
	Why    string      `json:"why"`
	Visits []time.Time `json:"visits"`
}

// planHistory prints the visits that known publications lead to.
func planHistory(w io.Writer, path, now string, budget float64, days int, asJSON bool) error {
	if err := checkBudget(budget); err != nil {
		return err
	}
	if days < 1 || days > 366 {
		return usageError{fmt.Errorf("--days %d: name 1 to 366", days)}
	}
	h, err := readHistory(path)
	if err != nil {
		return err
	}
	from := h.last().Add(time.Second)
	if now != "" {
		if from, err = time.Parse(time.RFC3339, now); err != nil {
			return usageError{fmt.Errorf("--now %q is not RFC 3339; write for example 2025-06-09T00:00:00+08:00", now)}
		}
	}
	t, ids := h.trial(budget)
	rows := make([]forecastRow, 0, len(ids))
	for i, f := range t.Forecast(from, days) {
		r := forecastRow{ID: ids[i], PerDay: f.PerDay, Why: f.Why, Visits: []time.Time{}}
		for _, at := range f.Visits {
			r.Visits = append(r.Visits, at.In(notice.Beijing()))
		}
		rows = append(rows, r)
	}
	return printValue(w, rows, asJSON, func(w io.Writer) error {
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		if _, err := fmt.Fprintln(tw, "NEXT (BEIJING)\tA DAY\tID\tWHY"); err != nil {
			return err
		}
		for _, r := range rows {
			next := "-"
			if len(r.Visits) > 0 {
				next = clockTime(&r.Visits[0])
			}
			if _, err := fmt.Fprintf(tw, "%s\t%.1f\t%s\t%s\n", next, r.PerDay, r.ID, r.Why); err != nil {
				return err
			}
		}
		return tw.Flush()
	})
}
