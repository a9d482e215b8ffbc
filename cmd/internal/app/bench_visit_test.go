package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"

	"govwatch/crawler"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/store/fileblob"
	"govwatch/store/tracker"
)

// benchPages is the number of notices of the site that is visited.
const benchPages = 200

// benchSite answers with a list and notices of 34 kB, the mean of measured
// pages; every notice carries a counter. Each round lists notices of its own.
type benchSite struct{ hits, round atomic.Int64 }

func (s *benchSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var b strings.Builder
	switch {
	case r.URL.Path == "/robots.txt":
		return
	case r.URL.Path == "/zc/":
		b.WriteString("<html><head><title>政策文件</title></head><body><ul class=list>")
		for i := range benchPages {
			n := int(s.round.Load())*benchPages + i
			fmt.Fprintf(&b, "<li><a href=\"/zc/t%d.html\">关于做好第%d批节能降碳试点工作的通知</a><span>2024-03-%02d</span></li>\n", n, n, 1+i%28)
		}
		b.WriteString("</ul></body></html>")
	default:
		name := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/zc/t"), ".html")
		fmt.Fprintf(&b, "<!DOCTYPE html><html><head><title>通知</title></head><body><ul>")
		for i := range 110 {
			fmt.Fprintf(&b, "<li class=\"item\"><a href=\"/xxgk/%d.html\" title=\"关于做好节能降碳工作的通知\">关于做好节能降碳工作的通知</a><span>2024-02-01</span></li>\n", i)
		}
		fmt.Fprintf(&b, "</ul><h1>关于做好第%s批节能降碳试点工作的通知</h1><p>浏览次数：%d</p><div class=TRS_Editor>", name, s.hits.Add(1))
		for i := range 90 {
			fmt.Fprintf(&b, "<p>为深入贯彻落实碳达峰碳中和决策部署，第%s批第%d项有关事项通知如下，请结合实际认真组织实施。</p>\n", name, i)
		}
		b.WriteString("</div></body></html>")
	}
	if _, err := w.Write([]byte(b.String())); err != nil {
		return // the client is gone
	}
}

// used is the processor time of this process, the site's share included.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFullVisit is a page from the wire to its durable event. All pages of a
// round are new, or all were visited the day before and carry another counter.
// Compare with BenchmarkPlainColly, which fetches the same pages and reads their
// links. The site runs in the same process and its share is counted.
func BenchmarkFullVisit(b *testing.B) {
	b.Run("new", func(b *testing.B) { fullVisit(b, true) })
	b.Run("revisited", func(b *testing.B) { fullVisit(b, false) })
}

func fullVisit(b *testing.B, fresh bool) {
	site := &benchSite{}
	srv := httptest.NewServer(site)
	defer srv.Close()
	dir := b.TempDir()
	tr, err := tracker.Open(b.Context(), "sqlite:"+filepath.Join(dir, "tracker.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer tr.Close()
	archive, err := fileblob.Open(filepath.Join(dir, "archive"))
	if err != nil {
		b.Fatal(err)
	}
	start := time.Date(2024, 3, 29, 9, 0, 0, 0, notice.Beijing())
	clock := service.NewJump(start)
	o := crawler.DefaultOptions()
	o.Clock, o.HostMap, o.HostBudget = clock, map[string]string{"a.gov.test": srv.Listener.Addr().String()}, -1
	f, err := crawler.NewFetcher(o)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	src := notice.Source{ID: "a", Level: notice.Central, Hosts: []string{"a.gov.test"}, Lists: []notice.List{{URL: "http://a.gov.test/zc/"}}}
	limits := crawler.DefaultLimits()
	if fresh {
		limits.Revisits = 1
	}
	w, err := crawler.New(crawler.Config{Fetcher: f, Archive: archive, Ledger: tr, Sources: []notice.Source{src}, Limits: limits})
	if err != nil {
		b.Fatal(err)
	}
	began, pages := used(b), site.hits.Load()
	for day := 0; b.Loop(); day++ {
		clock.Set(start.AddDate(0, 0, day))
		if fresh {
			site.round.Store(int64(day))
		}
		task := notice.Task{ID: notice.NewTaskID("a", notice.Poll, clock.Now(), ""), Source: "a", Mode: notice.Poll, Host: "a.gov.test", Due: clock.Now()}
		if err := w.Handle(b.Context(), task); err != nil {
			b.Fatal(err)
		}
	}
	perPage(b, used(b)-began, site.hits.Load()-pages)
}

// BenchmarkPlainColly is a plain spider with one callback over the same pages.
func BenchmarkPlainColly(b *testing.B) {
	site := &benchSite{}
	srv := httptest.NewServer(site)
	defer srv.Close()
	began := used(b)
	for b.Loop() {
		c := colly.NewCollector(colly.AllowURLRevisit())
		links := 0
		c.OnHTML("a[href]", func(*colly.HTMLElement) { links++ })
		for i := range benchPages {
			if err := c.Visit(fmt.Sprintf("%s/zc/t%d.html", srv.URL, i)); err != nil {
				b.Fatal(err)
			}
		}
		if links == 0 {
			b.Fatal("no links")
		}
	}
	perPage(b, used(b)-began, site.hits.Load())
}

func perPage(b *testing.B, cpu time.Duration, pages int64) {
	b.Helper()
	b.ReportMetric(float64(cpu.Microseconds())/float64(max(1, pages)), "cpu-µs/page")
}
