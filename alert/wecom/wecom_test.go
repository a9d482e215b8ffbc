package wecom_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/alert/channeltest"
	"govwatch/alert/wecom"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
)

const good = "{\"errcode\":0,\"errmsg\":\"ok\"}"

func open(t *testing.T, url string, timeout time.Duration) alert.Channel {
	t.Helper()
	ch, err := wecom.New(wecom.Config{URL: secret.New(url), Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestContract(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, channeltest.Subject{Open: open, Good: good, Config: wecom.Config{URL: secret.New("http://x/secret-in-url")}, Secrets: []string{}})
}

func TestBadAddress(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "ftp://x/hook-key", "hook-key", "http://", "http://[::1"} {
		if _, err := wecom.New(wecom.Config{URL: secret.New(url)}); err == nil || strings.Contains(err.Error(), "hook-key") {
			t.Errorf("address %q: %v", url, err)
		}
	}
}

func TestRobot(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]fault.Kind{
		`{"errcode":45009,"errmsg":"api freq out of limit"}`: fault.Transient, `{"errcode":-1,"errmsg":"busy"}`: fault.Transient,
		`{"errcode":93000,"errmsg":"invalid webhook url"}`: fault.Permanent, `<html>`: fault.Transient, `{}`: fault.Transient,
	} {
		url, got := channeltest.Serve(t, 200, nil, answer)
		if err := open(t, url, time.Second).Send(t.Context(), channeltest.Message()); err == nil || fault.Of(err) != want {
			t.Errorf("answer %s: %v (%v), want %v", answer, err, fault.Of(err), want)
		}
		var b struct {
			Type     string `json:"msgtype"`
			Markdown struct{ Content string }
		}
		if err := json.Unmarshal(got.All()[0].Body, &b); err != nil || b.Type != "markdown" {
			t.Fatal(err, b)
		}
		if c := b.Markdown.Content; !strings.HasPrefix(c, "**新发布") || len(c) > 4096 || !strings.Contains(c, "[原文 Link](https://www.mee.gov.cn/") {
			t.Errorf("content %q", c)
		}
	}
}
