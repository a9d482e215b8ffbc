package crawler_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"govwatch/crawler"
	"govwatch/internal/service"
	"govwatch/notice"
)

// site is a loopback server known by an invented name, and a session to it.
type site struct {
	*crawler.Session
	fetcher *crawler.Fetcher
	clock   *service.Jump
	base    string
}

func newSite(t *testing.T, h http.Handler, change func(*crawler.Options)) site {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	clock := service.NewJump(time.Date(2026, 3, 2, 9, 0, 0, 0, notice.Beijing()))
	o := crawler.DefaultOptions()
	o.Clock = clock
	o.HostMap = map[string]string{"a.gov.test": srv.Listener.Addr().String(), "b.gov.test": srv.Listener.Addr().String()}
	if change != nil {
		change(&o)
	}
	f, err := crawler.NewFetcher(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	s, err := f.Session(notice.Source{ID: "a"}, "a.gov.test")
	if err != nil {
		t.Fatal(err)
	}
	return site{s, f, clock, "http://a.gov.test"}
}

func (s site) get(t *testing.T, path string) crawler.Answer {
	t.Helper()
	return s.Visit(t.Context(), crawler.Ask{URL: s.base + path, Role: notice.DetailRole})
}

func TestVisitKeepsWireBytes(t *testing.T) {
	t.Parallel()
	page := []byte("<html><meta charset=gb2312>\xd6\xd0\xb9\xfa\xcc\xbc\xd6\xd0\xba\xcd</html>")
	pdf := append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte{0x80, 0xff, 0x0a, 0xc4}, 500)...)
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gbk":
			w.Header().Set("Content-Type", "text/html; charset=gbk")
			_, _ = w.Write(page)
		case "/pdf":
			w.Header().Set("Content-Type", "application/pdf;charset=GBK")
			_, _ = w.Write(pdf)
		default:
			http.NotFound(w, r)
		}
	}), nil)
	for path, want := range map[string][]byte{"/gbk": page, "/pdf": pdf} {
		if a := s.get(t, path); a.Err != nil || a.Status != 200 || !bytes.Equal(a.Body, want) {
			t.Errorf("%s: status %d, %d bytes, want %d untouched (%v)", path, a.Status, len(a.Body), len(want), a.Err)
		}
	}
}

func TestVisitDecodesWhateverComes(t *testing.T) {
	t.Parallel()
	want := []byte(strings.Repeat("碳达峰 carbon peak ", 400))
	pack := map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return z
		},
		"deflate": func(w io.Writer) io.WriteCloser {
			z, err := flate.NewWriter(w, 5)
			if err != nil {
				t.Fatal(err)
			}
			return z
		},
	}
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind := strings.Trim(r.URL.Path, "/")
		switch kind {
		case "robots.txt":
			return
		case "silent": // compressed without a word
			kind = "gzip"
		case "lie": // announced, and not done
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(want)
			return
		default:
			w.Header().Set("Content-Encoding", kind)
		}
		w.Header().Set("Content-Type", "text/html")
		if pack[kind] == nil {
			http.NotFound(w, r)
			return
		}
		z := pack[kind](w)
		_, _ = z.Write(want)
		_ = z.Close()
	}), nil)
	for _, path := range []string{"/gzip", "/br", "/zstd", "/deflate", "/silent", "/lie"} {
		a := s.get(t, path)
		if a.Err != nil || !bytes.Equal(a.Body, want) {
			t.Errorf("%s: %d bytes, want %d (%v)", path, len(a.Body), len(want), a.Err)
		}
	}
}

func TestVisitFailsLoudly(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(z, zeros{}, 40<<20); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/big":
			w.Header().Set("Content-Length", "2147483648")
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		case "/short":
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("<html>half"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/halfzip":
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write([]byte(strings.Repeat("word ", 4000)))
			_ = z.Close()
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(b.Bytes()[:b.Len()-20])
		case "/silent":
			_, _ = w.Write([]byte("<html>"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		default:
			http.NotFound(w, r)
		}
	}), func(o *crawler.Options) {
		o.MaxBody = 1 << 20
		o.IdleTimeout = 300 * time.Millisecond
	})
	for path, want := range map[string]error{
		"/big": crawler.ErrTooLarge, "/endless": crawler.ErrTooLarge, "/bomb": crawler.ErrTooLarge,
		"/short": crawler.ErrTruncated, "/halfzip": crawler.ErrTruncated, "/silent": context.DeadlineExceeded,
	} {
		if a := s.get(t, path); !errors.Is(a.Err, want) {
			t.Errorf("%s: %v, want %v", path, a.Err, want)
		}
	}
	if a := s.get(t, "/headers"); a.Err == nil {
		t.Error("a header of a megabyte was read")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestVisitEndsSlowDrip(t *testing.T) {
	t.Parallel()
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/drip" {
			http.NotFound(w, r)
			return
		}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
				_, _ = w.Write([]byte("."))
				w.(http.Flusher).Flush()
			}
		}
	}), func(o *crawler.Options) { o.RateGrace, o.MinRate = 60*time.Millisecond, 1<<20 })
	if a := s.get(t, "/drip"); !errors.Is(a.Err, crawler.ErrSlow) {
		t.Errorf("drip: %v, want ErrSlow", a.Err)
	}
}

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
