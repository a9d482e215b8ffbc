package crawler_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gocolly/colly/v2"

	"govwatch/crawler"
	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/internal/service"
	"govwatch/notice"
)

// typical is a page of 34 kB, the average of the benchmark's fixture.
func typical() string {
	var nav strings.Builder
	for range 120 {
		nav.WriteString("<li class=\"item\"><a href=\"/xxgk/zcfb/202403/t20240301_1.html\" title=\"关于做好节能降碳工作的通知\">关于做好节能降碳工作的通知</a><span>2024-03-01</span></li>\n")
	}
	return "<!DOCTYPE html><html><head><title>通知</title></head><body><ul>" + nav.String() + "</ul><h1>关于做好节能降碳工作的通知</h1><div class=TRS_Editor>" +
		strings.Repeat("<p>为深入贯彻落实碳达峰碳中和决策部署，现就有关事项通知如下，请结合实际认真组织实施。</p>\n", 90) + "</div></body></html>"
}

func benchSite(b *testing.B) (*httptest.Server, string) {
	b.Helper()
	page := typical()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/robots.txt" {
			return
		}
		if _, err := w.Write([]byte(page)); err != nil {
			b.Error(err)
		}
	}))
	b.Cleanup(srv.Close)
	return srv, srv.Listener.Addr().String()
}

// BenchmarkVisit is what one page costs us: fetch, verdict and comparable text.
// Compare with BenchmarkColly, which only fetches.
func BenchmarkVisit(b *testing.B) {
	_, addr := benchSite(b)
	o := crawler.DefaultOptions()
	o.Clock, o.HostMap, o.HostBudget = service.NewJump(firstDay), map[string]string{"a.gov.test": addr}, -1
	f, err := crawler.NewFetcher(o)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	s, err := f.Session(notice.Source{ID: "a"}, "a.gov.test")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a := s.Visit(b.Context(), crawler.Ask{URL: "http://a.gov.test/x.html", Role: notice.DetailRole})
		if v := crawler.Judge(a); v.Outcome != notice.OK {
			b.Fatal(v)
		}
		change.Normalize(family.NewPage(a.FinalURL, a.Header.Get("Content-Type"), a.Body))
	}
}

// BenchmarkColly is a plain colly visit with one callback, parsed by goquery.
func BenchmarkColly(b *testing.B) {
	_, addr := benchSite(b)
	for b.Loop() {
		c := colly.NewCollector(colly.AllowURLRevisit())
		n := 0
		c.OnHTML("a[href]", func(*colly.HTMLElement) { n++ })
		if err := c.Visit("http://" + addr + "/x.html"); err != nil || n == 0 {
			b.Fatal(err, n)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	a := crawler.Answer{URL: "http://a.gov.test/x.html", FinalURL: "http://a.gov.test/x.html", Status: 200, Header: http.Header{}, Body: []byte(typical()), Role: notice.DetailRole}
	for b.Loop() {
		crawler.Judge(a)
	}
}
