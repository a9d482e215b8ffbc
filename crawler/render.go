package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"sync"

	"github.com/chromedp/chromedp"

	"govwatch/notice"
)

// ErrNoBrowser says that a list wants to be drawn and there is nothing to draw it with.
var ErrNoBrowser = errors.New("the list is drawn by a script and no browser is installed: install chromium, or declare the interface behind the list (govwatch sources try names it)")

// pagesPerBrowser is when a browser is replaced by a new one: its memory only grows.
const pagesPerBrowser = 200

// renderer draws pages in one headless browser, started at the first page, a
// tab a page. The browser has no way to the network: every request it makes is
// answered by a Session, so robots.txt, pace, budgets, size limits and the guard
// of addresses hold as for any other visit. It is safe for concurrent use.
type renderer struct {
	path  string
	agent string
	// slots bounds the tabs that are open at once.
	slots chan struct{}

	mu   sync.Mutex
	live *browser
}

// browser is one process; it ends when it is retired and its last tab is closed.
type browser struct {
	newTab func(listen func(any)) (context.Context, context.CancelFunc)
	stop   func()
	pages  int
	open   int
	old    bool
}

func newRenderer(path, agent string) *renderer {
	return &renderer{path: path, agent: agent, slots: make(chan struct{}, 2)}
}

// close stops the browser; pages under way fail.
func (r *renderer) close() {
	r.mu.Lock()
	b := r.live
	r.live = nil
	r.mu.Unlock()
	if b != nil {
		b.stop()
	}
}

// find returns the program to run.
func (r *renderer) find() (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"}
	if r.path != "" {
		names = []string{r.path}
	}
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	return "", ErrNoBrowser
}

// take returns the browser with one more page on it, starting it when needed.
func (r *renderer) take() (*browser, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live != nil && r.live.pages >= pagesPerBrowser {
		r.live.old = true
		if r.live.open == 0 {
			r.live.stop()
		}
		r.live = nil
	}
	if r.live == nil {
		b, err := r.start()
		if err != nil {
			return nil, err
		}
		r.live = b
	}
	r.live.pages++
	r.live.open++
	return r.live, nil
}

// give returns a browser after a page. One that failed is not used again.
func (r *renderer) give(b *browser, failed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b.open--
	if failed && r.live == b {
		b.old, r.live = true, nil
	}
	if b.old && b.open == 0 {
		b.stop()
	}
}

// start runs the program. Its proxy is a port where nothing listens: a request
// that slipped past the interception would reach nobody.
func (r *renderer) start() (*browser, error) {
	path, err := r.find()
	if err != nil {
		return nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserAgent(r.agent), chromedp.DisableGPU,
		chromedp.ProxyServer("http://127.0.0.1:9"), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("blink-settings", "imagesEnabled=false"), chromedp.Flag("lang", "zh-CN"),
	)
	if os.Geteuid() == 0 {
		// The browser refuses to run its sandbox as root.
		opts = append(opts, chromedp.NoSandbox)
	}
	// The browser outlives the task that started it; close ends it.
	alloc, freeAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	root, freeRoot := chromedp.NewContext(alloc)
	stop := func() { freeRoot(); freeAlloc() }
	if err := chromedp.Do(root); err != nil {
		stop()
		return nil, fmt.Errorf("start browser %s: %w", path, err)
	}
	return &browser{stop: stop, newTab: func(listen func(any)) (context.Context, context.CancelFunc) {
		return chromedp.NewContext(root, chromedp.WithNewBrowserContext(), chromedp.WithListener(listen))
	}}, nil
}

// Render visits a list page and draws it. An answer that is not a page in order
// is returned as it came: what stands in the way is reported, never run. The
// body of a drawn page is its markup after the scripts are done, in UTF-8.
func (s *Session) Render(ctx context.Context, ask Ask) Answer {
	ask.ETag, ask.LastModified = "", "" // the shell stays while its data change
	a := s.Visit(ctx, ask)
	if v := Judge(a); v.Outcome != notice.OK || sniff(a) != markupBody {
		return a
	}
	body, endpoint, err := s.f.render.draw(ctx, s, a)
	a.Endpoint = endpoint
	if err != nil {
		a.Err = fmt.Errorf("draw %s: %w", a.URL, err)
		return a
	}
	a.Served, a.ServedType = a.Body, mediaType(a)
	a.Body, a.said = body, &said{}
	a.Header = a.Header.Clone()
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header.Set("Content-Type", "text/html; charset=utf-8")
	for _, k := range []string{"Content-Length", "Content-Encoding", "ETag", "Last-Modified"} {
		a.Header.Del(k)
	}
	return a
}
