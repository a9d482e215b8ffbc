package crawler_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
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
