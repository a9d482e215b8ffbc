package crawler_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"govwatch/crawler"
	"govwatch/internal/service"
	"govwatch/notice"
)

// visitBy visits an address of a declaration with options of its own.
func visitBy(t *testing.T, o crawler.Options, src notice.Source, url, host string) (crawler.Answer, crawler.Verdict) {
	t.Helper()
	o.Clock = service.NewJump(time.Date(2026, 3, 2, 9, 0, 0, 0, notice.Beijing()))
	f, err := crawler.NewFetcher(o)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := f.Session(src, host)
	if err != nil {
		t.Fatal(err)
	}
	a := s.Visit(t.Context(), crawler.Ask{URL: url, Role: notice.DetailRole})
	return a, crawler.Judge(a)
}

func TestCertificateIsChecked(t *testing.T) {
	t.Parallel()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/robots.txt" {
			fmt.Fprint(w, page("通知", prose(300)))
		}
	}))
	t.Cleanup(srv.Close)
	o := crawler.DefaultOptions()
	o.HostMap = map[string]string{"a.gov.test": srv.Listener.Addr().String()}
	if _, v := visitBy(t, o, notice.Source{ID: "a"}, "https://a.gov.test/x.html", "a.gov.test"); v.Outcome != notice.TLS {
		t.Errorf("a foreign certificate: %s (%s), want tls", v.Outcome, v.Reason)
	}
	a, v := visitBy(t, o, notice.Source{ID: "a", InsecureTLS: true}, "https://a.gov.test/x.html", "a.gov.test")
	if v.Outcome != notice.OK || !a.Insecure {
		t.Errorf("by the declaration's exception: %s (%s), recorded %v", v.Outcome, v.Reason, a.Insecure)
	}
}

func TestEgress(t *testing.T) {
	t.Parallel()
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		asked = r.URL.String()
		fmt.Fprint(w, page("通知", prose(300)))
	}))
	t.Cleanup(proxy.Close)
	o := crawler.DefaultOptions()
	o.Egress = map[string]string{"home": proxy.URL}
	a, v := visitBy(t, o, notice.Source{ID: "a", Egress: "home"}, "http://www.example.gov.cn/x.html", "www.example.gov.cn")
	if v.Outcome != notice.OK || asked != "http://www.example.gov.cn/x.html" || a.Egress != "home" {
		t.Errorf("%s (%s), the proxy was asked for %q", v.Outcome, v.Reason, asked)
	}
	// A proxy must not be made to knock at the machines beside it.
	if a, _ := visitBy(t, o, notice.Source{ID: "a", Egress: "home"}, "http://10.0.0.1/x", "10.0.0.1"); a.Err == nil {
		t.Error("a private address was fetched through the proxy")
	}
	if a, _ := visitBy(t, o, notice.Source{ID: "a", Egress: "nowhere"}, "http://www.example.gov.cn/x", "www.example.gov.cn"); a.Err == nil {
		t.Error("an egress that is not configured was passed over")
	}
}

func TestHostsOfNoSourceAreRefused(t *testing.T) {
	t.Parallel()
	if a, v := visitBy(t, crawler.DefaultOptions(), notice.Source{ID: "a"}, "http://other.gov.cn/x", "www.example.gov.cn"); a.Err == nil || v.Outcome == notice.OK {
		t.Errorf("%s, %v", v.Outcome, a.Err)
	}
}
