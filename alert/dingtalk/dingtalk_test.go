package dingtalk_test

import (
	"encoding/json"
	neturl "net/url"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/alert/channeltest"
	"govwatch/alert/dingtalk"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
)

const good = "{\"errcode\":0,\"errmsg\":\"ok\"}"

func open(t *testing.T, url string, timeout time.Duration) alert.Channel {
	t.Helper()
	ch, err := dingtalk.New(dingtalk.Config{URL: secret.New(url), Timeout: timeout, Secret: secret.New("hunter2")})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestContract(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, channeltest.Subject{Open: open, Good: good, Config: dingtalk.Config{URL: secret.New("http://x/secret-in-url"), Secret: secret.New("hunter2")}, Secrets: []string{"hunter2"}})
}

func TestBadAddress(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "ftp://x/hook-key", "hook-key", "http://", "http://[::1"} {
		if _, err := dingtalk.New(dingtalk.Config{URL: secret.New(url)}); err == nil || strings.Contains(err.Error(), "hook-key") {
			t.Errorf("address %q: %v", url, err)
		}
	}
}

func TestRobot(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]fault.Kind{
		`{"errcode":130101,"errmsg":"send too fast"}`: fault.Transient, `{"errcode":-1,"errmsg":"系统繁忙"}`: fault.Transient,
		`{"errcode":310000,"errmsg":"sign not match"}`: fault.Permanent, `<html>`: fault.Transient,
	} {
		url, got := channeltest.Serve(t, 200, nil, answer)
		if err := open(t, url+"?access_token=t", time.Second).Send(t.Context(), channeltest.Message()); err == nil || fault.Of(err) != want {
			t.Errorf("answer %s: %v (%v), want %v", answer, err, fault.Of(err), want)
		}
		r := got.All()[0]
		q, err := neturl.ParseQuery(r.Query)
		if err != nil {
			t.Fatal(err)
		}
		if q.Get("access_token") != "t" || q.Get("sign") != dingtalk.Sign(secret.New("hunter2"), q.Get("timestamp")) {
			t.Errorf("query %s", r.Query)
		}
		var b struct {
			Type     string `json:"msgtype"`
			Markdown struct{ Title, Text string }
		}
		if err := json.Unmarshal(r.Body, &b); err != nil || b.Type != "markdown" || b.Markdown.Title == "" || !strings.Contains(b.Markdown.Text, "- 标题 Title: ") {
			t.Errorf("%v, body %s", err, r.Body)
		}
	}
}

// TestSign holds a value computed by another program (openssl dgst -sha256 -hmac).
func TestSign(t *testing.T) {
	t.Parallel()
	if got, want := dingtalk.Sign(secret.New("SECabc"), "1700000000000"), "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}
