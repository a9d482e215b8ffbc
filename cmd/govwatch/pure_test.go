package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// call runs one command line and returns what it prints, and its exit code.
func call(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	c := root()
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	if err := c.ExecuteContext(context.Background()); err != nil {
		return out.String() + err.Error(), code(err)
	}
	return out.String(), 0
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRobotsCommand(t *testing.T) {
	t.Parallel()
	file := write(t, t.TempDir(), "robots.txt", "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /search\nAllow: /search/list\n")
	for _, c := range []struct {
		agent, url, want string
		code             int
	}{
		{"govwatch", "http://a.gov.cn/search/x", "disallowed\n", 0},
		{"govwatch", "http://a.gov.cn/search/list/1", "allowed\n", 0},
		{"other", "http://a.gov.cn/zwgk", "disallowed\n", 0},
		{"other", "", "disallowed\n", 0},
		{"", "", "allowed\n", 0},
		{"", "http://a.gov.cn/search", "disallowed\n", 0},
		{"other", "http://a.gov.cn/%zz", "disallowed\n", 0},
		{"other", "::", "disallowed\n", 0},
	} {
		got, code := call(t, "robots", "--agent", c.agent, "--url", c.url, file)
		if !strings.HasPrefix(got, c.want) || code != c.code {
			t.Errorf("%s %s: %q, exit %d", c.agent, c.url, got, code)
		}
	}
	for name, c := range map[string]struct {
		args []string
		want string
		code int
	}{
		"empty file":       {[]string{"--agent", "x", "--url", "http://a.cn/", write(t, t.TempDir(), "r", "")}, "allowed\n", 0},
		"missing file":     {[]string{"--agent", "x", "--url", "http://a.cn/", filepath.Join(t.TempDir(), "none")}, "no such file", exitFailure},
		"directory":        {[]string{"--agent", "x", "--url", "http://a.cn/", t.TempDir()}, "is a directory", exitFailure},
		"no address asked": {[]string{"--agent", "x", file}, "name the crawler and the address", exitMisuse},
		"no crawler named": {[]string{"--url", "http://a.cn/", file}, "name the crawler and the address", exitMisuse},
		"no file named":    {[]string{"--agent", "x", "--url", "http://a.cn/"}, "accepts 1 arg", exitMisuse},
		"endless file":     {[]string{"--agent", "x", "--url", "http://a.cn/", "/dev/zero"}, "allowed\n", 0},
	} {
		if got, code := call(t, append([]string{"robots"}, c.args...)...); !strings.Contains(got, c.want) || code != c.code {
			t.Errorf("%s: %q, exit %d", name, got, code)
		}
	}
}

func TestVerdictCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := strings.Repeat("<p>各有关单位要加强组织领导，压实工作责任，确保各项任务落到实处。</p>", 9)
	doc := "<html><head><title>关于开展试点的通知</title></head><body>" + text + "</body></html>"
	home := "<html><head><title>某委员会</title></head><body>" + strings.Repeat("<a href=x.html>节能降碳工作要闻</a><p>机构职能与领导信息公开指南年报</p>", 12) + "</body></html>"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(doc)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "doc.html", doc)
	write(t, dir, "zipped.html", zipped.String())
	write(t, dir, "home.html", home)
	write(t, dir, "block.html", "<html><head><title>Access Denied</title></head><body>You don't have permission to access this server. Reference #18.2f3</body></html>")
	lines := []string{
		`{"file":"doc.html","url":"http://a.gov.cn/t1.html","status":200,"headers":{"Content-Type":"text/html"}}`,
		`{"file":"zipped.html","url":"http://a.gov.cn/t1.html","status":200,"headers":{"content-encoding":"gzip"}}`,
		`{"file":"doc.html","url":"http://a.gov.cn/t1.html","status":200,"headers":{"Content-Encoding":["br"]}}`,
		`{"file":"home.html","url":"http://a.gov.cn/t2.html","status":200,"headers":null,"home":"home.html"}`,
		`{"file":"block.html","url":"http://a.gov.cn/t3.html","status":403,"headers":[["Server","AkamaiGHost"]]}`,
		`{"file":"none.html","url":"http://a.gov.cn/t3.html"}`,
		`{"file":"doc.html","url":"http://a.gov.cn/t1.html","headers":"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n"}`,
	}
	manifest := write(t, dir, "m.jsonl", strings.Join(lines, "\n"))
	out, code := call(t, "verdict", "--manifest", manifest, "--root", dir)
	out, unread, _ := strings.Cut(out, manifest)
	if code != exitFailure || !strings.Contains(unread, "none.html") {
		t.Fatalf("exit %d, %q about a file that is not there", code, unread)
	}
	want := []string{"ok", "ok", "ok", "soft_404", "blocked_waf", "truncated"}
	got := strings.Split(strings.TrimSpace(out), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines: %s", len(got), out)
	}
	for i, line := range got {
		var v verdictLine
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if string(v.Outcome) != want[i] || v.Quality < 0 || v.Quality > 1 || v.Outcome != "ok" && v.Reason == "" {
			t.Errorf("%s, want %s", line, want[i])
		}
	}
	bad := write(t, dir, "bad.jsonl", "{\"file\":\n")
	if out, code := call(t, "verdict", "--manifest", bad); code != exitMisuse || !strings.Contains(out, "bad.jsonl:1") {
		t.Errorf("a broken manifest: exit %d %s", code, out)
	}
}
