package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"govwatch/crawler"
	"govwatch/internal/service"
	"govwatch/notice"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestRedirects(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var visited []string
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		visited = append(visited, r.Host+r.URL.Path)
		mu.Unlock()
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(w, "user-agent: *\ndisallow: /secret")
		case "/on":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/off":
			http.Redirect(w, r, "http://b.gov.test/end", http.StatusMovedPermanently)
		case "/in":
			http.Redirect(w, r, "/secret", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/cookie": // as some sites do: the first visit sets a cookie and comes back
			if _, err := r.Cookie("seen"); err != nil {
				http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
				http.Redirect(w, r, "/cookie", http.StatusFound)
				return
			}
			fmt.Fprint(w, "welcome")
		case "/end":
			fmt.Fprint(w, "end")
		}
	}), nil)
	if a := s.get(t, "/on"); a.Status != 200 || a.FinalURL != s.base+"/end" || len(a.Hops) != 1 || a.Hops[0].Status != 302 {
		t.Errorf("redirect inside: %+v", a)
	}
	if a := s.get(t, "/off"); a.OffHost != "http://b.gov.test/end" || a.Status != 301 || a.Err != nil {
		t.Errorf("redirect to another host: %q status %d err %v", a.OffHost, a.Status, a.Err)
	}
	if a := s.get(t, "/in"); !errors.Is(a.Err, crawler.ErrRobots) {
		t.Errorf("redirect into a forbidden path: %v", a.Err)
	}
	if a := s.get(t, "/loop"); !errors.Is(a.Err, crawler.ErrHops) || len(a.Hops) != 5 {
		t.Errorf("loop: %v after %d hops", a.Err, len(a.Hops))
	}
	if a := s.get(t, "/cookie"); a.Status != 200 || string(a.Body) != "welcome" {
		t.Errorf("cookie: %d %q", a.Status, a.Body)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, v := range visited {
		if strings.HasPrefix(v, "b.gov.test") || strings.HasSuffix(v, "/secret") {
			t.Errorf("visited %s", v)
		}
	}
}

func TestPaceCountsEveryHop(t *testing.T) {
	t.Parallel()
	var at []time.Time
	var mu sync.Mutex
	var s site
	s = newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		at = append(at, s.clock.Now())
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(w, "user-agent: govwatch\ncrawl-delay: 7")
		case "/go":
			http.Redirect(w, r, "/end", http.StatusFound)
		}
	}), nil)
	s.get(t, "/go")
	s.get(t, "/end")
	mu.Lock()
	defer mu.Unlock()
	if len(at) != 4 {
		t.Fatalf("%d requests, want 4", len(at))
	}
	// The delay is known once robots.txt was read: from the second start on.
	for i, want := range []time.Duration{3 * time.Second, 7 * time.Second, 7 * time.Second} {
		if got := at[i+1].Sub(at[i]); got < want {
			t.Errorf("start %d came after %v, want at least %v", i+1, got, want)
		}
	}
}

func TestOneRequestAtATime(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		tick := time.NewTimer(5 * time.Millisecond)
		<-tick.C
	}), nil)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			other, err := s.fetcher.Session(notice.Source{ID: "o"}, "a.gov.test")
			if err != nil {
				t.Error(err)
				return
			}
			other.Visit(t.Context(), crawler.Ask{URL: s.base + "/x"})
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d requests at once on one host", most.Load())
	}
}

func TestGateWaitIsCancelled(t *testing.T) {
	t.Parallel()
	s := newSite(t, http.NotFoundHandler(), func(o *crawler.Options) { o.Clock = service.Real(); o.Pace = time.Minute })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	start := time.Now()
	a := s.Visit(ctx, crawler.Ask{URL: s.base + "/x"})
	if !errors.Is(a.Err, context.Canceled) || time.Since(start) > 5*time.Second {
		t.Errorf("err %v after %v", a.Err, time.Since(start))
	}
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	addr := srv.Listener.Addr().String()
	port := addr[strings.LastIndexByte(addr, ':'):]
	visit := func(host string, allow ...string) error {
		o := crawler.DefaultOptions()
		o.AllowPrivate, o.ConnectTimeout = allow, time.Second
		o.Clock = service.NewJump(time.Now())
		f, err := crawler.NewFetcher(o)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		s, err := f.Session(notice.Source{}, host)
		if err != nil {
			t.Fatal(err)
		}
		return s.Visit(t.Context(), crawler.Ask{URL: "http://" + host + "/x"}).Err
	}
	for _, host := range []string{addr, "localhost" + port, "[::ffff:127.0.0.1]" + port, "169.254.169.254", "100.64.0.1", "10.0.0.1", "0.0.0.0" + port, "[::1]" + port, "224.0.0.1", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"} {
		if err := visit(host); !errors.Is(err, crawler.ErrPrivate) {
			t.Errorf("%s: %v, want ErrPrivate", host, err)
		}
	}
	if err := visit(addr, addr); err != nil {
		t.Errorf("listed under allow_private: %v", err)
	}
}
