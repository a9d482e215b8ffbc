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
	"govwatch/notice"
)

// A list that only a browser can draw, on a machine without one: the source is
// degraded with one clear line, and the others go on. PATH belongs to the whole
// process, so this test does not run beside others.
func TestAbsentBrowserDegrades(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /list/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><html><head><meta charset=utf-8><title>政策文件</title></head><body><div id=app></div><script src=/app.js></script></body></html>`)
	})
	plain := plainSite(t)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	dir := t.TempDir()
	declarations := filepath.Join(dir, "sources")
	if err := os.Mkdir(declarations, 0o755); err != nil {
		t.Fatal(err)
	}
	declare := func(id, url, render string) {
		write(t, declarations, id+".yaml", fmt.Sprintf("id: %s\nname_zh: 晴川省发展和改革委员会\nname_en: Test\nissuer: 国家发展和改革委员会\nlevel: central\nregion: \"100000\"\ncron: \"0 9 * * *\"\nverified: never\nconfidence: V\nlists:\n  - url: %s\n    column: 政策文件\n    family: auto\n%s", id, url, render))
	}
	declare("drawn", srv.URL+"/list/", "    render: true\n")
	declare("plain", plain.URL+"/zwgk/zcfb/", "")
	config := write(t, dir, "config.yaml", fmt.Sprintf("data: %s\nsources: %s\nallow_private: [%q, %q]\npace: 0s\n", filepath.Join(dir, "data"), declarations,
		strings.TrimPrefix(srv.URL, "http://"), strings.TrimPrefix(plain.URL, "http://")))
	state := func(id string) string {
		t.Helper()
		out, _ := call(t, "sources", "list", "--config", config, "--json")
		var rows []sourceRow
		if err := json.Unmarshal([]byte(out), &rows); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, r := range rows {
			if string(r.ID) == id {
				return string(r.State)
			}
		}
		return ""
	}

	t.Setenv("PATH", dir)
	out, exit := call(t, "run", "--config", config, "--once", "--json")
	var r app.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || exit != 0 {
		t.Fatalf("exit %d, %v: %s", exit, err, out)
	}
	if len(r.Incidents) != 1 || r.Incidents[0].Source != "drawn" || !strings.Contains(r.Incidents[0].Summary, "install chromium") || strings.Contains(r.Incidents[0].Summary, "\n") {
		t.Errorf("incidents %+v", r.Incidents)
	}
	if s := state("drawn"); s != string(notice.Degraded) {
		t.Errorf("the source is %s", s)
	}
	if s := state("plain"); s != string(notice.Active) || len(r.Changes) != 8 {
		t.Errorf("the other source is %s with %d changes", s, len(r.Changes))
	}
}
