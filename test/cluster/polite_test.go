package cluster

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/test/backends"
)

// visited counts what every host of a small web sees.
type visited struct {
	mu       sync.Mutex
	inFlight map[string]int
	overlaps map[string]int
	requests map[string]int // by host and path
}

func (v *visited) enter(host, path string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.requests[host+path]++
	if v.inFlight[host]++; v.inFlight[host] > 1 {
		v.overlaps[host]++
	}
}

func (v *visited) leave(host string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.inFlight[host]--
}

func (v *visited) count(address string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.requests[address]
}

// all returns a copy of the counts.
func (v *visited) all() map[string]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.requests)
}

// left returns which of the addresses nobody has visited.
func (v *visited) left(want []string) (out []string) {
	for _, address := range want {
		if v.count(address) == 0 {
			out = append(out, address)
		}
	}
	return out
}

const (
	provinces = 8
	// central is the host that every province links to.
	central = "127.0.1.1"
	slow    = 60 * time.Millisecond
)

func province(i int) string { return fmt.Sprintf("127.0.2.%d", i+1) }

// serveWeb gives every host an address of loopback of its own, all on one port.
func serveWeb(t *testing.T) (v *visited, port int) {
	t.Helper()
	v = &visited{inFlight: map[string]int{}, overlaps: map[string]int{}, requests: map[string]int{}}
	port = backends.FreePorts(t, 1)[0]
	for i := range provinces + 1 {
		host := central
		if i < provinces {
			host = province(i)
		}
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", fmt.Sprintf("%s:%d", host, port))
		if err != nil {
			t.Fatal(err)
		}
		srv := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			v.enter(host, r.URL.Path)
			defer v.leave(host)
			// Long enough that two at once are seen to be two.
			select {
			case <-time.After(slow):
			case <-r.Context().Done():
			}
			answer(w, r, i, port)
		})}
		done := make(chan error, 1)
		go func() { done <- srv.Serve(l) }()
		t.Cleanup(func() {
			if err := srv.Close(); err != nil {
				t.Error(err)
			}
			<-done
		})
	}
	return v, port
}

// addresses are all that a crawl of the provinces has to visit, whether it
// stands on their own hosts or on the central one.
func addresses() (want []string) {
	for i := range provinces {
		want = append(want, province(i)+"/zcwj/", fmt.Sprintf("%s/landed/%d.html", central, i))
		for n := range 3 {
			want = append(want, fmt.Sprintf("%s/zcwj/2024-04/80%d%d.html", province(i), i, n), fmt.Sprintf("%s/files/zcwj/2024-04/80%d%d.doc", central, i, n),
				fmt.Sprintf("%s/art/%d%d.html", central, i, n), fmt.Sprintf("%s/files/art/%d%d.doc", central, i, n))
		}
	}
	return want
}

// answer plays one host: a list that links to its own papers, straight to the
// central host, and to addresses that redirect there; papers have a file there.
func answer(w http.ResponseWriter, r *http.Request, host, port int) {
	elsewhere := fmt.Sprintf("http://%s:%d", central, port)
	page := func(title, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if _, err := fmt.Fprintf(w, "<html><head><title>%s</title></head><body>%s</body></html>", title, body); err != nil {
			return // The visitor was killed.
		}
	}
	path := r.URL.Path
	switch {
	case path == "/":
		page("首页", `<ul class="nav"><li><a href="/zcwj/">政策文件</a></li></ul>`)
	case path == "/robots.txt", strings.Contains(path, "no-such-page"):
		http.NotFound(w, r)
	case path == "/zcwj/":
		var rows strings.Builder
		row := func(address, title string) {
			fmt.Fprintf(&rows, `<li><span>[2024-04-%02d]</span><a href="%s">%s</a></li>`, 28-strings.Count(rows.String(), "<li>"), address, title)
		}
		for n := range 3 {
			row(fmt.Sprintf("/zcwj/2024-04/80%d%d.html", host, n), fmt.Sprintf("关于印发第%d省绿色低碳发展实施方案第%d号的通知", host, n))
			row(fmt.Sprintf("%s/art/%d%d.html", elsewhere, host, n), fmt.Sprintf("国务院关于第%d省碳达峰工作第%d号的意见", host, n))
		}
		row(fmt.Sprintf("/jump/%d.html", host), fmt.Sprintf("关于转发第%d省节能降碳行动方案的通知", host))
		page("政策文件", `<div class="position">政策文件</div><ul class="txt">`+rows.String()+`</ul>`)
	case strings.HasPrefix(path, "/jump/"):
		http.Redirect(w, r, elsewhere+"/landed"+strings.TrimPrefix(path, "/jump"), http.StatusFound)
	case strings.HasPrefix(path, "/files/"):
		w.Header().Set("Content-Type", "application/msword")
		if _, err := w.Write([]byte(`{\rtf1\ansi tasks of ` + path + `}`)); err != nil {
			return
		}
	default:
		title := "关于印发绿色低碳发展实施方案的通知 " + path
		page(title, fmt.Sprintf(`<h1>%s</h1><div class="TRS_Editor"><p>各市人民政府：</p><p>%s</p><p>2024年4月10日</p><p>附件：<a href="%s/files%s.doc">重点任务分工表</a></p></div>`,
			title, strings.Repeat("为推进碳达峰碳中和，现将"+path+"有关事项通知如下，请认真贯彻落实。", 8), elsewhere, strings.TrimSuffix(path, ".html")))
	}
}

// writeSources declares the provinces and returns the configuration for them.
func writeSources(t *testing.T, port int) string {
	t.Helper()
	dir := t.TempDir()
	allowed := []string{fmt.Sprintf("%q", fmt.Sprintf("%s:%d", central, port))}
	for i := range provinces {
		text := fmt.Sprintf(`id: p%d
name_zh: 第%d省人民政府
name_en: "Province %d"
issuer: 国务院
level: central
region: "100000"
lists:
  - url: "http://%s:%d/zcwj/"
    column: 政策文件
    family: auto
hosts: ["%s:%d"]
cron: "30 9 1 1 *"
`, i, i, i, province(i), port, province(i), port)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("p%d.yaml", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		allowed = append(allowed, fmt.Sprintf("%q", fmt.Sprintf("%s:%d", province(i), port)))
	}
	return fmt.Sprintf("sources: %s\npace: 100ms\nallow_private: [%s]\n", dir, strings.Join(allowed, ", "))
}

// Three crawlers, two schedulers whose clocks differ by minutes, and a host that
// everybody links to: no host ever sees two requests at once, no list is walked
// twice, and nothing is left out, though one crawler is killed in the middle.
func TestPolitenessAcrossProcesses(t *testing.T) {
	t.Parallel()
	v, port := serveWeb(t)
	p := newPipeline(t, writeSources(t, port))
	crawlers := []*process{p.join(t, "crawl 1", "crawl"), p.join(t, "crawl 2", "crawl"), p.join(t, "crawl 3", "crawl,extract,alert")}
	for i, skew := range []time.Duration{-4 * time.Minute, 4 * time.Minute} {
		p.join(t, fmt.Sprint("schedule ", i+1), "schedule,relay", "--now", time.Now().Add(skew).Format(time.RFC3339))
	}
	want := addresses()
	backends.Eventually(t, time.Minute, "the first papers are fetched", func() bool { return v.count(want[2]) > 0 })
	crawlers[0].kill(t)
	for end := time.Now().Add(90 * time.Second); len(v.left(want)) > 0 && time.Now().Before(end); {
		pause(t, 100*time.Millisecond)
	}
	if l := v.left(want); len(l) > 0 {
		t.Errorf("%d of %d addresses were never visited, such as %v", len(l), len(want), l[:min(len(l), 4)])
		t.Logf("visited were %v", v.requests)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	total := 0
	for host, n := range v.overlaps {
		t.Errorf("%s saw %d requests that overlapped another", host, n)
	}
	for _, n := range v.requests {
		total += n
	}
	t.Logf("%d requests to %d hosts, none overlapped", total, provinces+1)
	for i := range provinces {
		// The task of the killed crawler is walked once more by its heir.
		if n := v.requests[province(i)+"/zcwj/"]; n > 2 {
			t.Errorf("the list of province %d was walked %d times", i, n)
		}
	}
}
