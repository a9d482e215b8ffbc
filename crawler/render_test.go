package crawler_test

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/crawler"
	"govwatch/notice"
)

// drawn is a site whose list only a script can draw. It notes who asks for what.
type drawn struct {
	mu    sync.Mutex
	asked []string
}

func (d *drawn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.asked = append(d.asked, r.Host+r.URL.Path)
	d.mu.Unlock()
	say := func(kind, body string) {
		w.Header().Set("Content-Type", kind)
		if _, err := w.Write([]byte(body)); err != nil {
			return // the client is gone
		}
	}
	switch r.URL.Path {
	case "/robots.txt":
		say("text/plain", "User-agent: *\nDisallow: /closed/\n")
	case "/list/":
		say("text/html; charset=utf-8", `<!DOCTYPE html><html><head><title>政策文件</title><link rel=stylesheet href=/style.css></head><body><div id=app></div><img src="/picture.png">
<script src="/app.js"></script><script src="/closed/secret.js"></script><script src="http://b.gov.test/elsewhere.js"></script><iframe src="/frame.html"></iframe></body></html>`)
	case "/app.js":
		say("application/javascript", `fetch('/rows.json',{method:'POST',headers:{'X-Token':'t','Content-Type':'application/json'},body:'{"page":1}'}).then(r=>r.json()).then(rows=>{
 document.getElementById('app').innerHTML='<ul>'+rows.map(x=>'<li><a href="'+x.u+'">'+x.t+'</a><span>'+x.d+'</span></li>').join('')+'</ul>'; });`)
	case "/rows.json":
		if r.Method != http.MethodPost || r.Header.Get("X-Token") != "t" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		rows := []string{}
		for _, c := range "一二三四五六七八" {
			rows = append(rows, `{"u":"/doc/`+string(c)+`.html","t":"关于做好第`+string(c)+`批节能降碳项目申报工作的通知","d":"2026-02-1`+string("01234567"[len(rows)])+`"}`)
		}
		say("application/json", "["+strings.Join(rows, ",")+"]")
	case "/challenge/":
		say("text/html; charset=utf-8", "<html><head><script>$_ts=window['$_ts'];document.cookie='pass=1';location.reload()</script></head><body></body></html>")
	case "/jump/":
		say("text/html; charset=utf-8", `<!DOCTYPE html><html><body><p>正在打开，请稍候，本页内容由程序生成并显示在下方的列表之中。</p><p>如长时间没有反应，请与网站联系，我们将尽快处理并答复。</p><script>setTimeout(function(){location.href='/elsewhere/'},1)</script></body></html>`)
	default:
		http.NotFound(w, r)
	}
}

func (d *drawn) sawAny(paths ...string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.asked {
		for _, p := range paths {
			if strings.HasSuffix(a, p) {
				return a
			}
		}
	}
	return ""
}

// needBrowser skips where no browser is installed, unless every backend is required.
func needBrowser(t *testing.T) {
	t.Helper()
	for _, n := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if _, err := exec.LookPath(n); err == nil {
			return
		}
	}
	if os.Getenv("GOVWATCH_REQUIRE_BACKENDS") != "" {
		t.Fatal("no browser is installed and GOVWATCH_REQUIRE_BACKENDS is set; install chromium")
	}
	t.Skip("no browser is installed; lists drawn by scripts are left out")
}

func TestRenderDrawsAListAndStaysInside(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	d := &drawn{}
	s := newSite(t, d, nil)
	list := notice.List{URL: s.base + "/list/", Family: "auto", Render: true}
	w := crawler.Walk(t.Context(), s.Session, list, crawler.Plan{Source: "a", Now: s.clock.Now(), All: true, MaxPages: 1})
	if w.Err != nil || len(w.Items) != 8 || w.Items[0].Title == "" || w.Run.Dated != 8 {
		t.Fatalf("%d items, run %+v, err %v", len(w.Items), w.Run, w.Err)
	}
	if hit := d.sawAny("/secret.js", "/elsewhere.js", "/picture.png", "/style.css", "/frame.html"); hit != "" {
		t.Errorf("%s was asked for: closed to robots, another host, or of no use", hit)
	}
	if w.Endpoint != "POST "+s.base+"/rows.json" {
		t.Errorf("the interface behind the list is %q", w.Endpoint)
	}
	if w.Run.Requests != 4 {
		t.Errorf("%d requests are counted, want 4: robots.txt, the page, its script, its rows", w.Run.Requests)
	}
}

// A challenge is reported. The browser never gets to see it, and no page may
// lead it to another.
func TestRenderSolvesNothing(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	d := &drawn{}
	s := newSite(t, d, nil)
	a := s.Render(t.Context(), crawler.Ask{URL: s.base + "/challenge/", Role: notice.ListRole})
	if v := crawler.Judge(a); v.Outcome != notice.ChallengeJS {
		t.Errorf("challenge: %s %s", v.Outcome, v.Reason)
	}
	a = s.Render(t.Context(), crawler.Ask{URL: s.base + "/jump/", Role: notice.ListRole})
	if hit := d.sawAny("/elsewhere/"); hit != "" {
		t.Errorf("a script led the browser to %s", hit)
	}
	if a.Err != nil && a.Status != http.StatusOK {
		t.Errorf("jump: %v", a.Err)
	}
}

// Without a browser the list is an empty shell with one clear line; other lists go on.
func TestRenderWithoutABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t, &drawn{}, func(o *crawler.Options) { o.Browser = "/nowhere/chromium" })
	list := notice.List{URL: s.base + "/list/", Family: "auto", Render: true}
	w := crawler.Walk(t.Context(), s.Session, list, crawler.Plan{Source: "a", Now: s.clock.Now(), All: true, MaxPages: 1})
	if w.Err != nil || w.Run.Outcome != notice.Empty || !strings.Contains(w.Run.Reason, "install chromium") || strings.Contains(w.Run.Reason, "\n") {
		t.Errorf("run %+v, err %v", w.Run, w.Err)
	}
}

// drawnWorker works on the list that only a script draws.
func drawnWorker(t *testing.T, s site, l *ledger) *crawler.Worker {
	t.Helper()
	w, err := crawler.New(crawler.Config{Fetcher: s.fetcher, Archive: l.archive, Ledger: l, Sources: []notice.Source{{
		ID: "a", Level: notice.Central, Region: "100000", Hosts: []string{"a.gov.test"}, Lists: []notice.List{{URL: s.base + "/list/", Family: "auto", Render: true}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func drawnLedger(t *testing.T) *ledger {
	return newLedger(t, &archive{t: t, blobs: map[notice.BlobKey][]byte{}, fail: func(string) error { return nil }})
}

func poll(t *testing.T, w *crawler.Worker, l *ledger, due time.Time) notice.TaskReport {
	t.Helper()
	id := notice.NewTaskID("a", notice.Poll, due, "")
	if err := w.Handle(t.Context(), notice.Task{ID: id, Source: "a", Mode: notice.Poll, Host: "a.gov.test", Due: due}); err != nil {
		t.Fatal(err)
	}
	return l.done[id]
}

// A missing browser is an incident of the source, and over with the first list
// that is drawn.
func TestAbsentBrowserRecovers(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	l := drawnLedger(t)
	without := newSite(t, &drawn{}, func(o *crawler.Options) { o.Browser = "/nowhere/chromium" })
	r := poll(t, drawnWorker(t, without, l), l, without.clock.Now())
	if len(r.Incidents) != 1 || r.Incidents[0].State != notice.Opened || !strings.Contains(r.Incidents[0].Summary, "install chromium") {
		t.Fatalf("incidents %+v", r.Incidents)
	}
	with := newSite(t, &drawn{}, nil)
	with.clock.Set(without.clock.Now().Add(24 * time.Hour))
	r = poll(t, drawnWorker(t, with, l), l, with.clock.Now())
	if len(r.Incidents) != 1 || r.Incidents[0].State != notice.Resolved || len(r.Runs) != 1 || r.Runs[0].Items != 8 {
		t.Errorf("with a browser: incidents %+v, runs %+v", r.Incidents, r.Runs)
	}
}

// The archive holds what the server sent and what the browser drew of it; the
// capture names both.
func TestRenderedCaptureNamesBothBodies(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, l := newSite(t, &drawn{}, nil), drawnLedger(t)
	for _, c := range poll(t, drawnWorker(t, s, l), l, s.clock.Now()).Captures {
		if c.Role != notice.ListRole {
			continue
		}
		served, body := string(l.archive.blobs[c.Served]), string(l.archive.blobs[c.Blob])
		if !strings.Contains(served, "<div id=app></div>") || strings.Contains(served, "<li>") {
			t.Errorf("served: %q", served)
		}
		if !strings.Contains(body, "<li>") {
			t.Errorf("drawn: %q", body)
		}
		return
	}
	t.Error("no capture of the list")
}
