package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/alert/channeltest"
	"govwatch/alert/slack"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
)

const good = "ok"

func open(t *testing.T, url string, timeout time.Duration) alert.Channel {
	t.Helper()
	ch, err := slack.New(slack.Config{URL: secret.New(url), Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestContract(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, channeltest.Subject{Open: open, Good: good, Config: slack.Config{URL: secret.New("http://x/secret-in-url")}, Secrets: []string{}})
}

func TestBadAddress(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "ftp://x/hook-key", "hook-key", "http://", "http://[::1"} {
		if _, err := slack.New(slack.Config{URL: secret.New(url)}); err == nil || strings.Contains(err.Error(), "hook-key") {
			t.Errorf("address %q: %v", url, err)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	url, got := channeltest.Serve(t, 200, nil, "ok")
	if err := open(t, url, time.Second).Send(t.Context(), channeltest.Message()); err != nil || fault.Of(err) == fault.Bug {
		t.Fatal(err)
	}
	var b struct{ Text string }
	if err := json.Unmarshal(got.All()[0].Body, &b); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(b.Text, "\n")
	if want := "*<https://www.mee.gov.cn/a%7Cb?c=1&d=中文|新发布 New · 生态环境部 · 关于&lt;降碳&gt;&amp;\"绿色\"的通知（环气候〔2024〕1号）>*"; first != want {
		t.Errorf("first line %s, want %s", first, want)
	}
}
