package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"govwatch/internal/service"
	"govwatch/internal/urlx"
)

// ErrRobots says that robots.txt forbids an address, or that it could not be
// read and we stay away for now.
var ErrRobots = errors.New("robots.txt forbids the address")

// How long an answer for robots.txt counts. RFC 9309 §2.4 allows 24 h; we look
// again after half of it, so that a failure then leaves the old rules a while.
const (
	robotsFresh = 12 * time.Hour
	robotsStale = 24 * time.Hour
	// robotsRetry is how soon we ask again after a failure.
	robotsRetry = 10 * time.Minute
	robotsHops  = 5
)

// robotsPolicy decides by robots.txt. What the answer to it means:
//
//	2xx               its rules, also none; an HTML page there holds none
//	3xx               followed up to five times, then as 404
//	4xx except 429    no rules: everything allowed (RFC 9309 §2.3.1.3)
//	429, 5xx          everything forbidden for now (§2.3.1.4)
//	no answer         the same: timeout, DNS, TLS, refused connection
//
// "For now" ends at the next look ten minutes later. A copy younger than 24 h
// goes on counting through 429, 5xx and silence. Crawl-delay is handed to the
// gate. Rules are kept by scheme, host and port.
type robotsPolicy struct {
	agent string
	out   *transport
	clock service.Clock

	mu    sync.Mutex
	sites map[string]*robotsSite
}

// robotsSite is one authority; its slot is held while it is asked.
type robotsSite struct {
	slot    chan struct{}
	rules   Robots
	read    time.Time // when rules were read, zero when never
	asked   time.Time
	problem error // of the last failed look
}

func newRobotsPolicy(agent string, out *transport) *robotsPolicy {
	return &robotsPolicy{agent: agent, out: out, clock: out.opts.Clock, sites: map[string]*robotsSite{}}
}

// check returns nil when an address may be fetched, ErrRobots when a rule
// forbids it, and ErrRobots together with the cause when robots.txt gave no
// answer. Exchanges for robots.txt are left in the returned slice.
func (p *robotsPolicy) check(ctx context.Context, rawURL string) ([]Exchange, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("read address %q: %w", rawURL, err)
	}
	site := p.site(u.Scheme + "://" + strings.ToLower(u.Host))
	select {
	case site.slot <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-site.slot }()
	var seen []Exchange
	if now := p.clock.Now(); site.due(now) {
		if seen, err = p.look(ctx, u, site); err != nil {
			return seen, err
		}
	}
	if site.read.IsZero() || p.clock.Now().Sub(site.read) > robotsStale {
		return seen, fmt.Errorf("%w for now: %w", ErrRobots, site.problem)
	}
	if !site.rules.Allowed(p.agent, rawURL) {
		return seen, ErrRobots
	}
	return seen, nil
}

func (s *robotsSite) due(now time.Time) bool {
	if s.problem != nil {
		return now.Sub(s.asked) >= robotsRetry
	}
	return s.read.IsZero() || now.Sub(s.read) >= robotsFresh
}

func (p *robotsPolicy) site(authority string) *robotsSite {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.sites[authority]
	if s == nil {
		s = &robotsSite{slot: make(chan struct{}, 1)}
		p.sites[authority] = s
	}
	return s
}

// look fetches robots.txt once. It returns an error only when the caller's
// context ended or the host rests: that says nothing about robots.txt.
func (p *robotsPolicy) look(ctx context.Context, u *url.URL, site *robotsSite) ([]Exchange, error) {
	v := &visit{}
	if outer, ok := ctx.Value(visitKey{}).(*visit); ok {
		v.pace, v.egress, v.insecure = outer.pace, outer.egress, outer.insecure
	}
	last, err := p.fetch(context.WithValue(ctx, visitKey{}, v), u.Scheme+"://"+u.Host+"/robots.txt")
	seen := make([]Exchange, 0, len(v.exchanges))
	for _, ex := range v.exchanges {
		seen = append(seen, *ex)
	}
	var rest *RestError
	if ctx.Err() != nil || errors.As(err, &rest) || errors.Is(err, ErrBudget) {
		return seen, err
	}
	now := p.clock.Now()
	site.asked, site.problem = now, nil
	switch {
	case err != nil:
		site.problem = fmt.Errorf("it could not be read: %w", err)
	case last.Status == 429 || last.Status >= 500:
		site.problem = &statusError{last.Status}
	case last.Status >= 200 && last.Status < 300:
		site.rules, site.read = ParseRobots(last.Body), now
	default:
		site.rules, site.read = Robots{}, now
	}
	if site.problem == nil {
		d, _ := site.rules.CrawlDelay(p.agent)
		p.out.gate.setDelay(urlx.Host(u.String()), d)
	}
	return seen, nil
}

// statusError is an answer for robots.txt that forbids everything for now.
type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("it answered %d", e.status) }

func (p *robotsPolicy) fetch(ctx context.Context, address string) (*Exchange, error) {
	v := ctx.Value(visitKey{}).(*visit) //nolint:forcetypeassert // set by look
	for range robotsHops + 1 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("User-Agent", p.out.opts.UserAgent())
		resp, err := p.out.RoundTrip(req)
		last := v.exchanges[len(v.exchanges)-1]
		if err != nil {
			// A robots.txt past the limits is cut, not refused: its head still counts.
			if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrTruncated) {
				return last, nil
			}
			return nil, err
		}
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
		to, err := resp.Location()
		if last.Status < 300 || last.Status >= 400 || err != nil || to.Scheme != "http" && to.Scheme != "https" {
			return last, nil
		}
		address = to.String()
	}
	return &Exchange{URL: address, Status: http.StatusNotFound}, nil
}
