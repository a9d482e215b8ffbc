package crawler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"govwatch/internal/urlx"
)

// Exchange is one request and its answer as they went over the wire, one hop.
type Exchange struct {
	Method string
	URL    string
	Status int
	Header http.Header
	// Body holds the bytes after content coding, charset untouched: what is
	// hashed and archived. After an error it holds what came before.
	Body []byte
	// Wire counts the bytes of the body as they came.
	Wire int64
	// Started is by the injected clock; durations are real time.
	Started   time.Time
	Duration  time.Duration
	FirstByte time.Duration
	RemoteIP  string
	// TLS names version and subject of a checked (or, by configuration,
	// unchecked) connection; empty for plain http.
	TLS string
	Err error
}

// visitKey carries the visit through http.Client's redirects.
type visitKey struct{}

// visit is what the transport must know of the caller, and where it puts what
// it saw. One goroutine uses it at a time.
type visit struct {
	pace      time.Duration
	egress    string
	insecure  bool
	exchanges []*Exchange
}

// transport is the one way out: gate, size limits and capture for every hop,
// robots.txt included. It is safe for concurrent use.
type transport struct {
	opts Options
	gate *gate
	dial *dialer

	mu  sync.Mutex
	via map[route]*http.Transport
}

// route is what connections may not be shared over.
type route struct {
	egress   string
	insecure bool
}

func newTransport(o Options) *transport {
	return &transport{opts: o, gate: newGate(o), dial: newDialer(o), via: map[route]*http.Transport{}}
}

func (t *transport) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, h := range t.via {
		h.CloseIdleConnections()
	}
}

func (t *transport) base(r route) (*http.Transport, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h := t.via[r]; h != nil {
		return h, nil
	}
	h := &http.Transport{
		DialContext: t.dial.DialContext, Proxy: nil, DisableCompression: true,
		TLSHandshakeTimeout: t.opts.ConnectTimeout, ResponseHeaderTimeout: t.opts.HeaderTimeout,
		MaxResponseHeaderBytes: t.opts.MaxHeader, MaxIdleConnsPerHost: 1, MaxIdleConns: 256,
		IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if r.insecure {
		// Only where a declaration says so, and recorded with every capture: hosts
		// without a valid certificate mostly speak old protocols too.
		h.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS10, InsecureSkipVerify: true} //nolint:gosec
	}
	if r.egress != "" {
		proxy, ok := t.opts.Egress[r.egress]
		if !ok {
			return nil, fmt.Errorf("leave by egress %q: the configuration has no such proxy under egress", r.egress)
		}
		u, err := url.Parse(proxy)
		if err != nil {
			return nil, fmt.Errorf("leave by egress %q: %w", r.egress, err)
		}
		h.Proxy = http.ProxyURL(u)
		h.DialContext = t.dial.net.DialContext // the proxy is ours to name, wherever it is
	}
	t.via[r] = h
	return h, nil
}

// RoundTrip lets a hop through the gate and reads it whole before it returns;
// the response given on has no body, for the bytes are in the visit.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	v, ok := req.Context().Value(visitKey{}).(*visit)
	if !ok {
		return nil, errors.New("fetch: a request without its visit")
	}
	ex := &Exchange{Method: req.Method, URL: req.URL.String(), Started: t.opts.Clock.Now()}
	v.exchanges = append(v.exchanges, ex)
	host := urlx.Host(ex.URL)
	leave, err := t.gate.enter(req.Context(), host, t.paceOf(host, v.pace))
	if err != nil {
		ex.Err = err
		return nil, err
	}
	ex.Started = t.opts.Clock.Now()
	t.exchange(req, v, ex)
	leave(result{
		status: ex.Status, firstByte: ex.FirstByte, failed: ex.Err != nil && ex.Status == 0,
		retryAfter: retryAfter(ex.Header.Get("Retry-After"), ex.Started),
	})
	if ex.Err != nil {
		return nil, ex.Err
	}
	h := ex.Header.Clone()
	h.Del("Content-Length")
	h.Del("Content-Encoding")
	// Uncompressed keeps colly from inflating a body that it does not get.
	return &http.Response{
		StatusCode: ex.Status, Status: http.StatusText(ex.Status), Header: h, Body: http.NoBody,
		Request: req, Uncompressed: true, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// paceOf is the pause for a host: a declaration's own or the default, never
// below MinPace where the public is served.
func (t *transport) paceOf(host string, own time.Duration) time.Duration {
	pace := t.opts.Pace
	if own > 0 {
		pace = own
	}
	if pace < MinPace && !t.dial.exempt(host) {
		return MinPace
	}
	return pace
}

func (t *transport) exchange(req *http.Request, v *visit, ex *Exchange) {
	start := time.Now()
	defer func() { ex.Duration = time.Since(start) }()
	ctx, cancel := context.WithTimeoutCause(req.Context(), t.opts.PageTimeout, errPageTimeout)
	defer cancel()
	ctx, stall := context.WithCancelCause(ctx)
	defer stall(nil)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) { ex.RemoteIP = hostOf(i.Conn.RemoteAddr().String()) },
		GotFirstResponseByte: func() {
			if ex.FirstByte == 0 {
				ex.FirstByte = time.Since(start)
			}
		},
	})
	base, err := t.base(route{v.egress, v.insecure})
	if err == nil && v.egress != "" && !publicName(req.URL.Hostname()) && !t.dial.exempt(urlx.Host(ex.URL)) {
		err = fmt.Errorf("fetch %s by egress %s: %w", req.URL.Host, v.egress, ErrPrivate)
	}
	if err != nil {
		ex.Err = err
		return
	}
	out := req.Clone(ctx)
	out.Header.Set("Accept-Encoding", acceptEncoding)
	resp, err := base.RoundTrip(out)
	if err != nil {
		ex.Err = cause(ctx, err)
		return
	}
	defer resp.Body.Close()
	ex.Status, ex.Header = resp.StatusCode, resp.Header
	if resp.TLS != nil {
		ex.TLS = tls.VersionName(resp.TLS.Version)
		if certs := resp.TLS.PeerCertificates; len(certs) > 0 {
			ex.TLS += " " + certs[0].Subject.CommonName
		}
	}
	if resp.ContentLength > t.opts.MaxBody {
		ex.Err = fmt.Errorf("%w: %d bytes announced, %d allowed", ErrTooLarge, resp.ContentLength, t.opts.MaxBody)
		return
	}
	idle := time.AfterFunc(t.opts.IdleTimeout, func() { stall(errIdle) })
	defer idle.Stop()
	w := &wireReader{
		r: resp.Body, limit: t.opts.MaxBody, start: start, minRate: t.opts.MinRate, grace: t.opts.RateGrace,
		idle: idle, pause: t.opts.IdleTimeout,
	}
	ex.Body, err = readBody(w, resp.Header)
	ex.Wire = w.n
	if err != nil {
		ex.Err = fmt.Errorf("read body of %s: %w", ex.URL, cause(ctx, err))
	}
}

// Time limits of an exchange, told apart for the reason that people read. Both
// are timeouts to the caller.
var (
	errPageTimeout = fmt.Errorf("the whole exchange took too long: %w", context.DeadlineExceeded)
	errIdle        = fmt.Errorf("the server fell silent inside the body: %w", context.DeadlineExceeded)
)

// cause gives our own limit as the reason of a cancelled read.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil && ctx.Err() != nil {
		return c
	}
	return err
}

func hostOf(addr string) string {
	if u, err := url.Parse("//" + addr); err == nil {
		return u.Hostname()
	}
	return addr
}
