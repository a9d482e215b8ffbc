package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"govwatch/notice"
)

// writeTimes writes publications of two sources over days: one at four in the
// afternoon of working days, one twice a week at nine.
func writeTimes(t *testing.T, days int) string {
	t.Helper()
	var b strings.Builder
	for d := range days {
		day := time.Date(2025, time.June, 9+d, 0, 0, 0, 0, notice.Beijing())
		switch day.Weekday() {
		case time.Saturday, time.Sunday:
			continue
		case time.Tuesday, time.Friday:
			fmt.Fprintf(&b, "{\"source\": \"quiet\", \"at\": %q}\n", day.Add(9*time.Hour).Format(time.RFC3339))
		}
		for n := range 3 {
			fmt.Fprintf(&b, "{\"source\": \"busy\", \"at\": %q}\n", day.Add(time.Duration(16*60+d%7*5+n*7)*time.Minute).Format(time.RFC3339))
		}
	}
	path := filepath.Join(t.TempDir(), "times.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVisitsArePlannedFromAHistory(t *testing.T) {
	t.Parallel()
	path := writeTimes(t, 60)
	var out strings.Builder
	if err := planHistory(&out, path, "2025-08-11T00:00:00+08:00", 6, 7, true); err != nil {
		t.Fatal(err)
	}
	var rows []forecastRow
	if err := json.Unmarshal([]byte(out.String()), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].ID != "busy" || rows[1].ID != "quiet" {
		t.Fatalf("rows %+v", rows)
	}
	after := 0
	for _, v := range rows[0].Visits {
		if v.Hour() >= 16 && v.Hour() <= 18 && v.Weekday() != time.Saturday && v.Weekday() != time.Sunday {
			after++
		}
	}
	if all := len(rows[0].Visits) + len(rows[1].Visits); all > 2*6*7 || after < 10 {
		t.Errorf("%d visits in a week, want at most 84; %d of the busy source's on the afternoons of working days", all, after)
	}
	if !strings.Contains(rows[0].Why, "16–17 h") || !strings.Contains(rows[1].Why, "Tuesdays and Fridays") {
		t.Errorf("reasons %q and %q", rows[0].Why, rows[1].Why)
	}
}

func TestHistoryIsReplayed(t *testing.T) {
	t.Parallel()
	h, err := readHistory(writeTimes(t, 77))
	if err != nil {
		t.Fatal(err)
	}
	trial, _ := h.trial(6)
	trial.Learning, trial.Measured = 49, 28
	r := replay(trial)
	if r.Sources != 2 || r.Notices < 60 || r.PerDay > 6 || r.Ratio.Mean > 0.4 || r.Even.Mean < 1.5 || r.Even.Mean > 2.5 {
		t.Errorf("%+v", r)
	}
}

func TestBadHistoriesAreMisuse(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"empty": "", "no source": `{"at": "2025-06-09T10:00:00+08:00"}`, "no time": `{"source": "a"}`, "no zone": `{"source": "a", "at": "2025-06-09 10:00"}`, "not JSON": "a,b",
	} {
		path := filepath.Join(t.TempDir(), "bad.jsonl")
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readHistory(path); err == nil || code(err) != exitMisuse || !strings.Contains(err.Error(), "2025-06-09T10:00:00+08:00") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
