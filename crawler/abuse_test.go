package crawler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"govwatch/crawler"
	"govwatch/notice"
)

func walkOf(t *testing.T, s site, path string, pages int) crawler.Walked {
	t.Helper()
	w := crawler.Walk(t.Context(), s.Session, notice.List{URL: s.base + path}, crawler.Plan{Source: "a", Now: s.clock.Now(), All: true, MaxPages: pages})
	if w.Err != nil {
		t.Fatal(w.Err)
	}
	return w
}

// Each of these must end in a recorded outcome, in bounded time and memory.
func TestWalkOutlivesHostileLists(t *testing.T) {
	t.Parallel()
	var long strings.Builder
	long.WriteString("<!DOCTYPE html><html><body><ul>")
	for i := range 10000 {
		fmt.Fprintf(&long, "<li><a href=/zc/t%d.html>关于开展第%d次节能监察工作的通知</a><span>2025-%02d-%02d</span></li>", i, i, i%12+1, i%28+1)
	}
	long.WriteString("</ul></body></html>")
	s := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			// An HTML page where rules were asked for binds nobody.
			w.Header().Set("Content-Type", "text/html")
			if _, err := w.Write([]byte("<html><body><h1>404</h1>Disallow: /<br>User-agent: *</body></html>")); err != nil {
				return
			}
		case "/long/":
			if _, err := w.Write([]byte(long.String())); err != nil {
				return
			}
		case "/chunks/":
			// Chunk after chunk, as long as somebody listens.
			for {
				if _, err := w.Write([]byte("<li>再来一行，没有尽头</li>\n")); err != nil {
					return
				}
				if err := http.NewResponseController(w).Flush(); err != nil {
					return
				}
			}
		case "/announced/":
			w.Header().Set("Content-Length", fmt.Sprint(int64(2)<<30))
			w.WriteHeader(http.StatusOK)
			for b := make([]byte, 1<<16); ; {
				if _, err := w.Write(b); err != nil {
					return
				}
			}
		case "/stranger/":
			http.Redirect(w, r, "http://b.gov.test/", http.StatusFound)
		}
	}), func(o *crawler.Options) { o.MaxBody, o.PageTimeout = 4<<20, 10*time.Second })
	if w := walkOf(t, s, "/long/", 3); len(w.Items) != 10000 || w.Run.Outcome != notice.OK {
		t.Errorf("a list of 10,000 links: %d items, %s %s", len(w.Items), w.Run.Outcome, w.Run.Reason)
	}
	for path, want := range map[string][]notice.Outcome{
		"/chunks/":    {notice.TooLarge, notice.Timeout},
		"/announced/": {notice.TooLarge},
		"/stranger/":  {notice.Redirected},
	} {
		w := walkOf(t, s, path, 1)
		ok := false
		for _, o := range want {
			ok = ok || w.Run.Outcome == o
		}
		if !ok || w.Run.Reason == "" || len(w.Items) != 0 {
			t.Errorf("%s: %s (%s), want %v", path, w.Run.Outcome, w.Run.Reason, want)
		}
	}
}
