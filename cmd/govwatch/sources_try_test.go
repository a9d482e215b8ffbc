package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
)

// A list that a script draws: try names the interface behind it, whether the
// page tells or only the running script does.
func TestTryNamesTheEndpoint(t *testing.T) {
	t.Parallel()
	head := "<!DOCTYPE html><html><head><meta charset=utf-8><title>政策文件</title></head><body><div id=app></div><script>"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /told/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, head+`$.ajax({url:"/api/doc/list?size=10",success:draw})</script></body></html>`)
	})
	mux.HandleFunc("GET /hidden/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, head+`var p=['/da','ta.js','on'].join('');fetch(p).then(r=>r.json()).then(x=>{document.getElementById('app').innerHTML=x.map(i=>'<li><a href="'+i.u+'">'+i.t+'</a> '+i.d+'</li>').join('')})</script></body></html>`)
	})
	mux.HandleFunc("GET /data.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		var rows []string
		for i := range 8 {
			rows = append(rows, fmt.Sprintf(`{"u":"/d%d.html","t":"关于做好第%d批节能降碳项目申报工作的通知","d":"2024-03-%02d"}`, i, i, i+10))
		}
		fmt.Fprint(w, "["+strings.Join(rows, ",")+"]")
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	dir := t.TempDir()
	config := write(t, dir, "config.yaml", fmt.Sprintf("data: %s\nallow_private: [%q]\npace: 0s\n", dir, strings.TrimPrefix(srv.URL, "http://")))
	try := func(path string) app.Try {
		t.Helper()
		out, _ := call(t, "sources", "try", srv.URL+path, "--config", config, "--json")
		line, _, _ := strings.Cut(out, "\n")
		var tries []app.Try
		if err := json.Unmarshal([]byte(line), &tries); err != nil || len(tries) != 1 {
			t.Fatalf("%v: %s", err, out)
		}
		return tries[0]
	}
	if a := try("/told/"); a.Endpoint != srv.URL+"/api/doc/list?size=10" {
		t.Errorf("told in the page: endpoint %q", a.Endpoint)
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("GOVWATCH_REQUIRE_BACKENDS") != "" {
			t.Fatal("no chromium is installed and GOVWATCH_REQUIRE_BACKENDS is set")
		}
		t.Skip("no chromium is installed; what only a running script asks for is left out")
	}
	if a := try("/hidden/"); a.Endpoint != srv.URL+"/data.json" || !a.Render || len(a.Items) != 8 {
		t.Errorf("hidden in the script: endpoint %q, render %v, %d items", a.Endpoint, a.Render, len(a.Items))
	}
}
