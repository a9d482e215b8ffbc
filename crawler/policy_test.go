package crawler_test

import (
	"errors"
	"fmt"
	"govwatch/crawler"
	"govwatch/notice"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

func TestRobotsPolicy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want bool
	}{
		{"rules allow", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "user-agent: *\ndisallow: /y") }, true},
		{"rules forbid", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "user-agent: govwatch\ndisallow: /x") }, false},
		{"none", http.NotFound, true},
		{"not for us", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, true},
		{"too many", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, false},
		{"ill", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, false},
		{"page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><p>welcome: all</p></html>") }, true},
		{"endless redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", 302) }, true},
		{"broken off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					c.h(w, r)
				}
			}), nil)
			a := s.get(t, "/x")
			if got := a.Err == nil; got != c.want {
				t.Errorf("allowed %v, want %v (%v)", got, c.want, a.Err)
			}
		})
	}
}

func TestRobotsOutliveAnOutageForADay(t *testing.T) {
	t.Parallel()
	var ill atomic.Bool
	var asked atomic.Int32
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
			if ill.Load() {
				w.WriteHeader(500)
			}
		}
	}), nil)
	check := func(after time.Duration, want bool, looks int32) {
		t.Helper()
		s.clock.Set(s.clock.Now().Add(after))
		if a := s.get(t, "/x"); (a.Err == nil) != want || asked.Load() != looks {
			t.Errorf("%v later: allowed %v after %d looks, want %v after %d (%v)", after, a.Err == nil, asked.Load(), want, looks, a.Err)
		}
	}
	check(0, true, 1)
	check(6*time.Hour, true, 1)
	ill.Store(true)
	check(7*time.Hour, true, 2)
	check(5*time.Minute, true, 2)
	check(12*time.Hour, false, 3)
	ill.Store(false)
	check(time.Hour, true, 4)
}

func TestHostRests(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		switch n.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(503)
		case 2:
			fmt.Fprint(w, "ok")
		case 3:
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
		}
	}), nil)
	s.get(t, "/x")
	before := s.clock.Now()
	if a := s.get(t, "/x"); a.Status != 200 || s.clock.Now().Sub(before) < 30*time.Second {
		t.Errorf("status %d after %v, want the pause of 30 s", a.Status, s.clock.Now().Sub(before))
	}
	s.get(t, "/x")
	var rest *crawler.RestError
	if a := s.get(t, "/x"); !errors.As(a.Err, &rest) || n.Load() != 3 {
		t.Errorf("a rest of an hour: %v after %d requests", a.Err, n.Load())
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	s := newSite(t, http.NotFoundHandler(), func(o *crawler.Options) { o.HostBudget = 3 })
	for i := range 4 {
		a := s.get(t, "/x")
		if got := errors.Is(a.Err, crawler.ErrBudget); got != (i >= 2) {
			t.Errorf("visit %d: %v", i, a.Err)
		}
	}
	s.clock.Set(s.clock.Now().Add(24 * time.Hour))
	if a := s.get(t, "/x"); a.Err != nil {
		t.Errorf("next day: %v", a.Err)
	}
}

func TestConditionalRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.UserAgent() == "govwatch/1.0 (+https://govwatch.example/bot)" {
			w.WriteHeader(http.StatusNotModified)
		}
	}), nil)
	a := s.Visit(t.Context(), crawler.Ask{URL: s.base + "/x", ETag: `"v1"`})
	if a.Status != http.StatusNotModified || a.Err != nil {
		t.Errorf("status %d, %v", a.Status, a.Err)
	}
}

func TestNightWait(t *testing.T) {
	t.Parallel()
	at := func(h int) time.Time { return time.Date(2026, 3, 2, h, 0, 0, 0, notice.Beijing()) }
	for _, c := range []struct {
		window string
		hour   int
		want   time.Duration
		bad    bool
	}{
		{"", 12, 0, false}, {"22-06", 23, 0, false}, {"22-06", 5, 0, false}, {"22-06", 6, 16 * time.Hour, false},
		{"01-05", 3, 0, false}, {"01-05", 12, 13 * time.Hour, false}, {"x", 1, 0, true}, {"5-5", 1, 0, true},
	} {
		got, err := crawler.NightWait(c.window, at(c.hour))
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("NightWait(%q, %d:00) = %v, %v; want %v", c.window, c.hour, got, err, c.want)
		}
	}
}
