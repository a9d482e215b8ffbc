package webhook_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/alert/channeltest"
	"govwatch/alert/webhook"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
)

const good = "ok"

func open(t *testing.T, url string, timeout time.Duration) alert.Channel {
	t.Helper()
	ch, err := webhook.New(webhook.Config{URL: secret.New(url), Timeout: timeout, Secret: secret.New("hunter2"), Header: map[string]secret.Text{"Authorization": secret.New("Bearer hunter3")}})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestContract(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, channeltest.Subject{Open: open, Good: good, Config: webhook.Config{URL: secret.New("http://x/secret-in-url"), Secret: secret.New("hunter2"), Header: map[string]secret.Text{"Authorization": secret.New("Bearer hunter3")}}, Secrets: []string{"hunter2", "hunter3"}})
}

func TestBadAddress(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "ftp://x/hook-key", "hook-key", "http://", "http://[::1"} {
		if _, err := webhook.New(webhook.Config{URL: secret.New(url)}); err == nil || strings.Contains(err.Error(), "hook-key") {
			t.Errorf("address %q: %v", url, err)
		}
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	url, got := channeltest.Serve(t, 204, nil, "")
	ch, err := webhook.New(webhook.Config{Name: "team", URL: secret.New(url), Secret: secret.New("hunter2"), Header: map[string]secret.Text{"Authorization": secret.New("Bearer x")},
		Now: func() time.Time { return time.Unix(1700000000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := ch.Send(t.Context(), channeltest.Message()); err != nil || fault.Of(err) != fault.Transient {
		t.Fatal(err)
	}
	r := got.All()[0]
	var b webhook.Body
	if err := json.Unmarshal(r.Body, &b); err != nil {
		t.Fatal(err)
	}
	m := channeltest.Message()
	if b.ID != m.ID || b.Subject != m.Subject || b.URL != m.URL || len(b.Fields) != len(m.Fields) || !b.At.Equal(m.At) {
		t.Errorf("body %+v", b)
	}
	if got := r.Header.Get("X-Govwatch-Timestamp"); got != "1700000000" {
		t.Errorf("timestamp %q", got)
	}
	if got, want := r.Header.Get("X-Govwatch-Signature"), webhook.Sign(secret.New("hunter2"), "1700000000", r.Body); got != want {
		t.Errorf("signature %q, want %q", got, want)
	}
	if r.Header.Get("Authorization") != "Bearer x" || ch.Name() != "team" {
		t.Error("header or name is lost")
	}
}

// TestSign holds a value computed by another program (openssl dgst -sha256 -hmac key).
func TestSign(t *testing.T) {
	t.Parallel()
	if got, want := webhook.Sign(secret.New("key"), "1700000000", []byte("{}")), "sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}
