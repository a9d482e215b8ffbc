package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
)

// day is an early day of the world: enough of everything, and soon played.
func firstDay() notice.Date { return notice.Date{Year: 2024, Month: 2, Day: 19} }

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// What people watch has the field's names and the figures of the tracker; a
// back-up holds all of it, and a restore gives it back.
func TestOperations(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := app.Demo{Dir: dir, Out: io.Discard, JSON: true, Last: firstDay(), Listen: "127.0.0.1:0"}
	a, table, err := d.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Run("metrics", func(t *testing.T) { metricsSay(t, a.Address(), table) })
	t.Run("health", func(t *testing.T) {
		for _, path := range []string{"/healthz", "/readyz"} {
			if code, body := get(t, "http://"+a.Address()+path); code/100 != 2 {
				t.Errorf("%s: %d %s", path, code, body)
			}
		}
	})
	t.Run("back-up", func(t *testing.T) { backUpAndRestore(t, dir, table) })
	t.Run("doctor", func(t *testing.T) {
		// The folder is in use by this process, which is a note, not an illness.
		for _, f := range app.Doctor(t.Context(), inFolder(t, dir)) {
			if f.State == app.FindingWrong {
				t.Errorf("%+v", f)
			}
		}
	})
}

func metricsSay(t *testing.T, address string, table app.DemoTable) {
	t.Helper()
	code, text := get(t, "http://"+address+"/metrics")
	if code != http.StatusOK {
		t.Fatalf("status %d: %s", code, text)
	}
	captures := 0
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(name, "govwatch_captures_total{outcome=") {
			var n int
			if _, err := fmt.Sscan(value, &n); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			captures += n
		}
	}
	if captures != table.Captures {
		t.Errorf("%d captures in the metrics, %d in the table", captures, table.Captures)
	}
	for _, want := range []string{
		fmt.Sprintf(`govwatch_alerts{state="delivered"} %d`, table.Alerts.Delivered),
		fmt.Sprintf(`govwatch_changes_total{kind="new"} %d`, table.Documents.New),
		`govwatch_queue_depth{queue="tasks"} 0`, `govwatch_queue_depth{queue="extract"} 0`,
		`govwatch_queue_age_seconds{queue="tasks"} 0`, `govwatch_outbox_age_seconds 0`, `govwatch_outbox_rows 0`,
		`govwatch_dead_letters 0`, `govwatch_backend_up{backend="tracker"} 1`, `govwatch_backend_up{backend="bus"} 1`,
		`govwatch_detection_lag_seconds_count`, `govwatch_sources{state=`, `govwatch_incidents_open{class="cert"} 0`, `go_goroutines`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

func inFolder(t *testing.T, dir string) app.Config {
	t.Helper()
	cfg, err := app.Load("", func(name string) string {
		if name == "GOVWATCH_DATA" {
			return dir
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func backUpAndRestore(t *testing.T, dir string, table app.DemoTable) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "backup")
	first, err := app.Backup(t.Context(), inFolder(t, dir), to)
	if err != nil {
		t.Fatal(err)
	}
	// A second back-up into the folder takes the place of the first.
	if again, err := app.Backup(t.Context(), inFolder(t, dir), to); err != nil || again.Blobs != first.Blobs {
		t.Errorf("second back-up: %+v, %v", again, err)
	}
	fresh := inFolder(t, filepath.Join(t.TempDir(), "fresh"))
	cutOff(t, dir, to, fresh)
	restored, err := app.Restore(t.Context(), fresh, to)
	if err != nil {
		t.Fatal(err)
	}
	if restored.Blobs != first.Blobs || len(restored.Bad) > 0 || first.Blobs < table.Documents.New {
		t.Errorf("backed up %d bodies, restored %d (%v)", first.Blobs, restored.Blobs, restored.Bad)
	}
	checked, err := app.VerifyArchive(t.Context(), fresh, func(int) {})
	if err != nil || len(checked.Bad) > 0 || checked.Blobs != first.Blobs {
		t.Errorf("the restored archive: %d bodies, bad %v, %v", checked.Blobs, checked.Bad, err)
	}
	// The bus is in no back-up: what it was told lately is told again.
	if h, err := app.CheckHealth(t.Context(), fresh); err != nil || h.Outbox == 0 {
		t.Errorf("nothing is announced again: %+v, %v", h, err)
	}
	if _, err := app.Restore(t.Context(), fresh, to); !errors.Is(err, app.ErrConfig) {
		t.Errorf("restore over a tracker that is there: %v", err)
	}
}

// Each row breaks one thing; exactly the check for it must say so.
func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(t *testing.T, cfg *app.Config)
		check string
		words string
	}{
		"no declarations": {func(_ *testing.T, c *app.Config) { c.Sources = filepath.Join(c.Data, "none") }, "sources", "not a folder"},
		"channel without address": {func(_ *testing.T, c *app.Config) {
			c.Alerts = []app.AlertConfig{{Channel: app.ChannelConfig{Type: "webhook"}}}
		}, "alerts", "http or https"},
		"damaged tracker": {func(t *testing.T, c *app.Config) {
			if err := os.MkdirAll(c.Data, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(c.Data, "broken.db")
			if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 999)), 0o600); err != nil {
				t.Fatal(err)
			}
			c.Tracker = "sqlite:" + path
		}, "tracker", "restore a back-up"},
		"store away": {func(_ *testing.T, c *app.Config) { c.Archive = "s3://b?endpoint=127.0.0.1:9&tls=off" }, "archive", "127.0.0.1:9"},
		"no bus":     {func(_ *testing.T, c *app.Config) { c.Bus = "nats://127.0.0.1:9" }, "bus", "is a NATS server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := inFolder(t, t.TempDir())
			row.spoil(t, &cfg)
			for _, f := range app.Doctor(t.Context(), cfg) {
				if (f.State == app.FindingWrong) != (f.Check == row.check) {
					t.Errorf("%+v", f)
				}
				if f.Check == row.check && !strings.Contains(f.Detail, row.words) || strings.Contains(f.Detail, "\n") {
					t.Errorf("%s says %q, want %q in one line", f.Check, f.Detail, row.words)
				}
			}
		})
	}
}

// cutOff ends a back-up after its tracker: it must not be taken for a whole one.
func cutOff(t *testing.T, dir, to string, fresh app.Config) {
	t.Helper()
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := app.Backup(ended, inFolder(t, dir), to); err == nil {
		t.Error("a back-up that was cut off says nothing")
	}
	if _, err := app.Restore(t.Context(), fresh, to); !errors.Is(err, app.ErrConfig) || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("restore of half a back-up: %v", err)
	}
	if _, err := app.Backup(t.Context(), inFolder(t, dir), to); err != nil {
		t.Fatal(err)
	}
}
