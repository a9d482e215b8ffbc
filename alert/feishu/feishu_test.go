package feishu_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/alert/channeltest"
	"govwatch/alert/feishu"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
)

const good = "{\"code\":0,\"msg\":\"success\",\"data\":{}}"

func open(t *testing.T, url string, timeout time.Duration) alert.Channel {
	t.Helper()
	ch, err := feishu.New(feishu.Config{URL: secret.New(url), Timeout: timeout, Secret: secret.New("hunter2")})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestContract(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, channeltest.Subject{Open: open, Good: good, Config: feishu.Config{URL: secret.New("http://x/secret-in-url"), Secret: secret.New("hunter2")}, Secrets: []string{"hunter2"}})
}

func TestBadAddress(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "ftp://x/hook-key", "hook-key", "http://", "http://[::1"} {
		if _, err := feishu.New(feishu.Config{URL: secret.New(url)}); err == nil || strings.Contains(err.Error(), "hook-key") {
			t.Errorf("address %q: %v", url, err)
		}
	}
}

func TestRobot(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]fault.Kind{
		`{"code":11232,"msg":"frequency limited"}`: fault.Transient, `{"code":9499,"msg":"too many request"}`: fault.Transient,
		`{"code":9499,"msg":"Bad Request"}`: fault.Permanent, `{"code":19021,"msg":"sign match fail"}`: fault.Permanent, `<html>`: fault.Transient,
	} {
		url, got := channeltest.Serve(t, 200, nil, answer)
		if err := open(t, url, time.Second).Send(t.Context(), channeltest.Message()); err == nil || fault.Of(err) != want {
			t.Errorf("answer %s: %v (%v), want %v", answer, err, fault.Of(err), want)
		}
		var b struct {
			Timestamp, Sign string
			Type            string `json:"msg_type"`
			Content         struct {
				Post map[string]struct {
					Title   string
					Content [][]map[string]string
				}
			}
		}
		r := got.All()[0]
		if err := json.Unmarshal(r.Body, &b); err != nil || b.Type != "post" {
			t.Fatalf("%v, body %s", err, r.Body)
		}
		if b.Sign != feishu.Sign(secret.New("hunter2"), b.Timestamp) || b.Timestamp == "" {
			t.Errorf("sign %q at %q", b.Sign, b.Timestamp)
		}
		if a := b.Content.Post["zh_cn"]; a.Title != channeltest.Message().Subject || a.Content[0][0]["href"] == "" || len(a.Content) != 4 {
			t.Errorf("article %+v", a)
		}
	}
}

// TestSign holds a value computed by another program (openssl dgst -sha256 -hmac).
func TestSign(t *testing.T) {
	t.Parallel()
	if got, want := feishu.Sign(secret.New("abc"), "1700000000"), "VIS10b0EBvzzSdFnuk4tznEmK5wHaruvf/WnViv2yR4="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}
