package stdout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"govwatch/alert/channeltest"
	"govwatch/alert/stdout"
	"govwatch/internal/fault"
)

func TestPretty(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	ch, err := stdout.New(stdout.Config{Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	m := channeltest.Message()
	m.Fields[0].Value += "\x1b[2J\u009b"
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := ch.Send(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	one := out.String()[:out.Len()/20]
	if out.String() != strings.Repeat(one, 20) {
		t.Error("messages are mixed")
	}
	if !strings.HasPrefix(one, "● 新发布 New") || !strings.Contains(one, "    "+m.URL+"\n") || strings.ContainsAny(one, "\x1b\u009b") {
		t.Errorf("printed %q", one)
	}
}

func TestJSONLines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	ch, err := stdout.New(stdout.Config{Out: &out, JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := ch.Send(t.Context(), channeltest.Message()); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	var got struct {
		ID, Subject string
		Fields      map[string]string
	}
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil || len(lines) != 2 || lines[0] != lines[1] {
		t.Fatalf("%v: %q", err, lines)
	}
	if m := channeltest.Message(); got.ID != string(m.ID) || got.Subject != m.Subject || got.Fields["目标 Target"] != "第一\n第二" {
		t.Errorf("line %+v", got)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestFailures(t *testing.T) {
	t.Parallel()
	if _, err := stdout.New(stdout.Config{}); err == nil {
		t.Error("a printer without a place")
	}
	ch, err := stdout.New(stdout.Config{Out: full{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := ch.Send(t.Context(), channeltest.Message()); err == nil || fault.Of(err) != fault.Transient {
		t.Errorf("full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ch.Send(ctx, channeltest.Message()); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}
