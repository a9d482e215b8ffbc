package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"govwatch/test/backends"
)

// skew is how far the clocks of a cluster are apart here: longer than any lease.
const skew = 10 * time.Minute

// Every process has a clock of its own, some minutes before or after the others,
// and each role has two of them. Everything is visited once, and the alerts are
// those of a single process with one clock, each under one ID.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	v, port := serveWeb(t)
	// What a first walk finds is told only when it is young.
	sources := writeSources(t, port) + "grace_days: 60\n"
	now := time.Date(2024, time.April, 28, 10, 0, 0, 0, time.UTC)
	want := single(t, sources, now)
	if len(want) == 0 {
		t.Fatal("the single process raised no alert, so nothing is compared")
	}
	before := v.all()
	p := newPipeline(t, sources)
	p.config = p.with(t, "alerts:\n  - channel", "alerts:\n  - name: everything\n    channel")
	for i, role := range []string{"alert", "extract", "crawl", "relay", "schedule"} {
		for j := range 2 {
			at := now.Add(time.Duration((i+j)%2*2-1) * skew)
			p.join(t, fmt.Sprint(role, " ", j+1), role, "--now", at.Format(time.RFC3339))
		}
	}
	wanted := addresses()
	backends.Eventually(t, 90*time.Second, "every address is visited", func() bool {
		return !slices.ContainsFunc(wanted, func(a string) bool { return v.count(a) == before[a] })
	})
	backends.Eventually(t, time.Minute, "every alert arrives", func() bool { return slices.Equal(p.receiver.sorted(), want) })
	if n := p.receiver.sorted(); !slices.Equal(n, want) {
		t.Errorf("lost are %v, too many %v", without(want, n), without(n, want))
	}
	for _, a := range wanted {
		if n := v.count(a) - before[a]; n != 1 {
			t.Errorf("%s was visited %d times", a, n)
		}
	}
	_, repeats := p.receiver.counts()
	t.Logf("%d alerts, %d messages sent again under their ID", len(want), repeats)
}

// single crawls the sources in one process with one clock and returns what its
// alerts say.
func single(t *testing.T, sources string, now time.Time) []string {
	t.Helper()
	r := newReceiver(t)
	dir := t.TempDir()
	config := filepath.Join(dir, "single.yaml")
	text := fmt.Sprintf("data: %s\n%salerts:\n  - name: everything\n    channel: {type: webhook, name: stdout, url: %q}\n", dir, sources, r.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startProcess(t, "single", "run", "--once", "--config", config, "--now", now.Format(time.RFC3339))
	p.wait(t, 2*time.Minute)
	return r.sorted()
}
