package bus_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/bus"
	"govwatch/bus/bustest"
)

func embedded(t *testing.T) bustest.Server {
	t.Helper()
	return bustest.Server{URL: "embedded:" + t.TempDir()}
}

func TestContractEmbedded(t *testing.T) {
	t.Parallel()
	bustest.Run(t, embedded)
}

func TestOpenSaysWhatToDo(t *testing.T) {
	t.Parallel()
	busy := embedded(t)
	bustest.Open(t, busy)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for url, part := range map[string]string{
		busy.URL:                       "another process",
		"embedded:":                    "embedded:DIR",
		"embedded:" + file:             "choose a folder",
		"nats://user:pw@127.0.0.1:9":   "is a NATS server",
		"nats://user:pw@127.0.0.1:9/x": "***@127.0.0.1:9",
	} {
		_, err := bus.Open(t.Context(), url, bus.Options{OpenTimeout: 300e6})
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("open %s: %v, want %q in it", url, err, part)
		} else if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "pw") {
			t.Errorf("open %s: not one line, or a secret in it: %v", url, err)
		}
	}
	if _, err := bus.Open(t.Context(), "nats://127.0.0.1:9", bus.Options{Creds: file + "x"}); err == nil || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("missing credentials: %v", err)
	}
}

func TestReopenKeepsWhatWaits(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	b := bustest.Open(t, s)
	if err := b.PublishTask(t.Context(), bustest.NewTask("mee", "h", 1)); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	d, err := bustest.Open(t, s).Depth(t.Context())
	if err != nil || d.TasksWaiting != 1 || d.OldestTask.IsZero() {
		t.Errorf("after reopening: %+v, %v; want one task", d, err)
	}
}
