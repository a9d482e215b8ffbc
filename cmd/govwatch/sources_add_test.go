package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
)

// plainSite is a list page that no family knows, and its documents.
func plainSite(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /zwgk/zcfb/", func(w http.ResponseWriter, r *http.Request) {
		var rows strings.Builder
		for i := range 8 {
			fmt.Fprintf(&rows, "<div class=row><a href='/zwgk/doc%d.html'>关于做好第%d批节能降碳项目申报工作的通知</a><em>2024-03-%02d</em></div>\n", i, i, 20-i)
		}
		fmt.Fprintf(w, "<!DOCTYPE html><html><head><meta charset=utf-8><meta name=SiteName content=四川省发展和改革委员会><meta name=SiteIDCode content=5100000012><meta name=ColumnName content=政策发布><title>政策发布-四川省发展和改革委员会</title></head><body><div id=nav><a href=/>首页</a><a href=/jg/>机构概况</a></div><div class=rows>%s</div><p>主办单位：四川省发展和改革委员会</p></body></html>", rows.String())
	})
	mux.HandleFunc("GET /zwgk/{doc}", func(w http.ResponseWriter, r *http.Request) {
		n, ok := strings.CutPrefix(strings.TrimSuffix(r.PathValue("doc"), ".html"), "doc")
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, "<!DOCTYPE html><html><head><meta charset=utf-8><title>通知</title></head><body><h1>关于做好第%s批节能降碳项目申报工作的通知</h1><p>发布时间：2024-03-11</p><div class=content>%s</div></body></html>", n, strings.Repeat("<p>各市（州）发展改革委要加强组织领导，认真做好项目申报和审核工作，确保项目质量。</p>", 12))
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

// Adding a plain list page takes one command and no Go.
func TestAddThenRunFollows(t *testing.T) {
	t.Parallel()
	srv, dir := plainSite(t), t.TempDir()
	host := strings.TrimPrefix(srv.URL, "http://")
	declarations := filepath.Join(dir, "sources")
	if err := os.Mkdir(declarations, 0o755); err != nil {
		t.Fatal(err)
	}
	config := write(t, dir, "config.yaml", fmt.Sprintf("data: %s\nsources: %s\nallow_private: [%q]\npace: 0s\n", filepath.Join(dir, "data"), declarations, host))

	out, exit := call(t, "sources", "add", srv.URL+"/zwgk/zcfb/", "--config", config, "--out", declarations, "--id", "sc-fgw")
	if exit != 0 {
		t.Fatalf("exit %d: %s", exit, out)
	}
	yaml, err := os.ReadFile(filepath.Join(declarations, "510000", "sc-fgw.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"issuer: 四川省发展和改革委员会", "level: provincial", `region: "510000"`, "column: 政策发布", "family: auto", "verified: 20"} {
		if !strings.Contains(string(yaml), want) {
			t.Errorf("%s is not in\n%s", want, yaml)
		}
	}
	if out, exit := call(t, "sources", "add", srv.URL+"/zwgk/zcfb/", "--config", config); exit != exitMisuse || !strings.Contains(out, "sc-fgw already") {
		t.Errorf("the same list again: exit %d %s", exit, out)
	}

	out, exit = call(t, "sources", "check", "--config", config, "--json")
	if exit != 0 {
		t.Errorf("check: exit %d: %s", exit, out)
	}
	out, exit = call(t, "run", "--config", config, "--once", "--json")
	if exit != 0 {
		t.Fatalf("run: exit %d: %s", exit, out)
	}
	var r app.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Sources) != 1 || r.Sources[0].Items != 8 || len(r.Changes) != 8 {
		t.Errorf("the run followed %+v with %d changes, want 8 items", r.Sources, len(r.Changes))
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	srv, dir := plainSite(t), t.TempDir()
	host := strings.TrimPrefix(srv.URL, "http://")
	config := write(t, dir, "config.yaml", fmt.Sprintf("data: %s\nallow_private: [%q]\npace: 0s\n", dir, host))
	closed := write(t, dir, "closed.yaml", fmt.Sprintf("data: %s\npace: 0s\n", dir))
	for _, c := range []struct {
		url, config, says string
		code              int
	}{
		{"not an address", config, "not a whole", exitMisuse},
		{srv.URL + "/zwgk/doc1.html", config, "no list", exitFailure},
		{srv.URL + "/nothing", config, "gone_404", exitFailure},
		{srv.URL + "/zwgk/zcfb/", closed, "private", exitFailure},
	} {
		if out, exit := call(t, "sources", "add", c.url, "--config", c.config); exit != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit %d %q, want %d and %q", c.url, exit, out, c.code, c.says)
		}
	}
}

func TestCheckCommandOnFixtures(t *testing.T) {
	t.Parallel()
	out, exit := call(t, "sources", "check", "--fixtures", "--json", "gd-fgw", "nea", "--data", t.TempDir())
	var checks []app.Check
	if err := json.Unmarshal([]byte(out), &checks); err != nil || exit != 0 || len(checks) != 2 || !checks[0].OK || len(checks[0].Lists[0].Steps) < 6 {
		t.Errorf("exit %d, %v: %s", exit, err, out)
	}
	if out, exit := call(t, "sources", "check", "--fixtures", "nobody"); exit != exitMisuse || !strings.Contains(out, "nobody") {
		t.Errorf("an unknown id: exit %d %s", exit, out)
	}
}
