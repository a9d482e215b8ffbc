package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/publicsuffix"

	"govwatch/internal/urlx"
	"govwatch/notice"
)

// maxHops is how many redirects a visit follows.
const maxHops = 5

// ErrHops says that redirects did not come to an end.
var ErrHops = errors.New("more than five redirects")

// Fetcher is the process's way out: one gate, one robots.txt memory, one set of
// connections. It is safe for concurrent use; Close it once at the end.
type Fetcher struct {
	opts   Options
	out    *transport
	robots *robotsPolicy
	memo   *memo
	render *renderer
}

// NewFetcher checks the options; nothing is opened yet.
func NewFetcher(o Options) (*Fetcher, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	out := newTransport(o)
	return &Fetcher{opts: o, out: out, robots: newRobotsPolicy(o.Agent, out), memo: newMemo(), render: newRenderer(o.Browser, o.UserAgent())}, nil
}

// Close ends idle connections and the browser; visits under way are not cut
// short, pages that are being drawn are.
func (f *Fetcher) Close() {
	f.render.close()
	f.out.close()
}

// Session is one task's run of visits: its cookies, its hosts, its count. It is
// used by one goroutine.
type Session struct {
	f     *Fetcher
	src   notice.Source
	hosts map[string]bool
	jar   http.CookieJar
	// Requests counts exchanges, robots.txt and redirects included; Bytes what
	// came over the wire.
	Requests int
	Bytes    int64
	visits   int
}

// Session starts a run for a source. Hosts are those the task may visit.
func (f *Fetcher) Session(src notice.Source, hosts ...string) (*Session, error) {
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, fmt.Errorf("make a cookie jar: %w", err)
	}
	s := &Session{f: f, src: src, hosts: map[string]bool{}, jar: jar}
	for _, h := range hosts {
		s.hosts[strings.ToLower(h)] = true
	}
	return s, nil
}

// Mine reports that an address lies on a host of this task.
func (s *Session) Mine(address string) bool { return s.hosts[urlx.Host(address)] }

// Ask is one thing to fetch.
type Ask struct {
	Method      string // empty is GET
	URL         string
	Body        string
	ContentType string
	Role        notice.Role
	// ETag and LastModified make the request conditional.
	ETag         string
	LastModified string
	Referer      string
	// Extra are further header fields; they come before the others.
	Extra http.Header
}

// Visit fetches one address by a collector of its own: robots.txt, the gate and
// the size limits are kept at every hop. It never returns an error of its own;
// what went wrong stands in the answer.
func (s *Session) Visit(ctx context.Context, ask Ask) (a Answer) {
	if ask.Method == "" {
		ask.Method = http.MethodGet
	}
	a = Answer{
		URL: ask.URL, FinalURL: ask.URL, Method: ask.Method, Role: ask.Role, Sequence: s.visits,
		Started: s.f.opts.Clock.Now(), Egress: s.src.Egress, Insecure: s.src.InsecureTLS, said: &said{},
	}
	s.visits++
	v := &visit{pace: s.src.Pace, egress: s.src.Egress, insecure: s.src.InsecureTLS}
	ctx = context.WithValue(ctx, visitKey{}, v)
	defer func() { s.account(&a, v) }()
	if !s.Mine(ask.URL) {
		a.Err = fmt.Errorf("visit %s: its host is not one of this source: list it under hosts", ask.URL)
		return a
	}
	if a.Err = s.permit(ctx, &a, ask.URL); a.Err != nil {
		return a
	}
	var refused error
	c := s.collector(ctx)
	c.SetRedirectHandler(func(req *http.Request, via []*http.Request) error {
		refused = s.hop(req, len(via), &a)
		if refused != nil || a.OffHost != "" {
			return http.ErrUseLastResponse // the hop ends here, its answer is kept
		}
		return nil
	})
	var body io.Reader
	if ask.Body != "" {
		body = strings.NewReader(ask.Body)
	}
	err := c.Request(ask.Method, ask.URL, body, nil, ask.header())
	a.fill(v.exchanges)
	switch {
	case a.Err == nil && refused != nil:
		a.Err = refused
	case a.Err == nil && len(v.exchanges) == 0:
		a.Err = err
	}
	return a
}

// collector sets every option colly has a say in; limits, charset and robots
// are not among them (see doc.go).
func (s *Session) collector(ctx context.Context) *colly.Collector {
	c := colly.NewCollector(
		colly.StdlibContext(ctx),
		colly.AllowURLRevisit(),
		colly.MaxBodySize(0),
		colly.ParseHTTPErrorResponse(),
		colly.UserAgent(s.f.opts.UserAgent()),
	)
	c.WithTransport(s.f.out)
	c.SetCookieJar(s.jar)
	// The transport bounds each exchange; a limit here would count the pauses too.
	c.SetRequestTimeout(0)
	return c
}

func (a Ask) header() http.Header {
	h := http.Header{}
	set := func(k, v string) {
		if v != "" {
			h.Set(k, v)
		}
	}
	for k, v := range a.Extra {
		h[k] = v
	}
	if h.Get("Accept") == "" {
		set("Accept", "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8")
	}
	set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5")
	set("Content-Type", a.ContentType)
	set("If-None-Match", a.ETag)
	set("If-Modified-Since", a.LastModified)
	set("Referer", a.Referer)
	return h
}

// hop judges one redirect. Leaving for a host that is not ours ends the visit:
// the target belongs to that host's own queue.
func (s *Session) hop(req *http.Request, hops int, a *Answer) error {
	to, err := urlx.Canonical(req.URL.String())
	if err != nil {
		return fmt.Errorf("follow redirect: %w", err)
	}
	if hops > maxHops {
		return ErrHops
	}
	if !s.Mine(to) {
		a.OffHost = to
		return nil
	}
	return s.permit(req.Context(), a, req.URL.String())
}

func (s *Session) permit(ctx context.Context, a *Answer, address string) error {
	seen, err := s.f.robots.check(ctx, address)
	a.Robots = append(a.Robots, seen...)
	if err != nil {
		return fmt.Errorf("visit %s: %w", address, err)
	}
	return nil
}

func (a *Answer) fill(exchanges []*Exchange) {
	for i, ex := range exchanges {
		a.Wire += ex.Wire
		if i < len(exchanges)-1 {
			a.Hops = append(a.Hops, notice.Hop{URL: ex.URL, Status: ex.Status, Location: ex.Header.Get("Location")})
			continue
		}
		a.FinalURL, a.Status, a.Header, a.Body = ex.URL, ex.Status, ex.Header, ex.Body
		a.Started, a.Duration, a.FirstByte, a.RemoteIP = ex.Started, ex.Duration, ex.FirstByte, ex.RemoteIP
		if ex.Err != nil {
			a.Err = ex.Err
		}
	}
}

func (s *Session) account(a *Answer, v *visit) {
	s.Requests += len(v.exchanges) + len(a.Robots)
	for _, ex := range v.exchanges {
		s.Bytes += ex.Wire
	}
	for _, ex := range a.Robots {
		s.Bytes += ex.Wire
	}
}

// Origin returns scheme and host of an address, for the home page behind it.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/"
}
