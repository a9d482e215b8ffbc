package crawler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"govwatch/internal/service"
	"govwatch/notice"
)

// ErrBudget says that the day's requests are used up.
var ErrBudget = errors.New("the request budget of the day is used up")

// RestError says that a host must not be visited before a moment: it asked for
// a pause, or the pause is longer than a task may wait.
type RestError struct {
	Host  string
	Until time.Time
	Why   string
}

func (e *RestError) Error() string {
	return fmt.Sprintf("host %s rests until %s: %s", e.Host, e.Until.In(notice.Beijing()).Format("2006-01-02 15:04"), e.Why)
}

// gate lets one exchange at a time through for each host and keeps the pace
// between their starts. It is shared by all tasks of the process.
type gate struct {
	clock    service.Clock
	maxWait  time.Duration
	hostDay  int
	inFlight chan struct{}

	mu    sync.Mutex
	hosts map[string]*hostPace
	all   dayCount
	total int
}

// hostPace is what the gate knows of a host. Its fields are guarded by the
// gate's mutex, save slot, which is the gate itself.
type hostPace struct {
	slot  chan struct{}
	next  time.Time // earliest next start
	delay time.Duration
	rest  time.Time // a pause the host asked for
	why   string
	nays  int     // 429 and 503 in a row
	slow  float64 // multiplies the pace, 1 to maxSlow
	usual time.Duration
	now   time.Duration
	used  dayCount
}

type dayCount struct {
	day notice.Date
	n   int
}

func (d *dayCount) add(now time.Time, limit int) bool {
	if today := notice.DateOf(now); d.day != today {
		*d = dayCount{day: today}
	}
	if limit > 0 && d.n >= limit {
		return false
	}
	d.n++
	return true
}

const (
	maxSlow = 8
	// noticeable is the latency below which a host is never thought strained.
	noticeable = 800 * time.Millisecond
	firstRest  = time.Minute
	longRest   = time.Hour
)

func newGate(o Options) *gate {
	return &gate{
		clock: o.Clock, maxWait: o.MaxWait, hostDay: o.HostBudget, total: o.Budget,
		inFlight: make(chan struct{}, o.InFlight), hosts: map[string]*hostPace{},
	}
}

func (g *gate) host(name string) *hostPace {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.hosts[name]
	if h == nil {
		h = &hostPace{slot: make(chan struct{}, 1), slow: 1}
		g.hosts[name] = h
	}
	return h
}

// setDelay keeps a host's Crawl-delay.
func (g *gate) setDelay(name string, d time.Duration) {
	h := g.host(name)
	g.mu.Lock()
	defer g.mu.Unlock()
	h.delay = d
}

// enter waits for its turn and returns the function that ends it. It returns
// the context's error, a RestError or ErrBudget; then there is nothing to end.
func (g *gate) enter(ctx context.Context, name string, pace time.Duration) (leave func(result), err error) {
	h := g.host(name)
	select {
	case h.slot <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := g.await(ctx, name, h); err != nil {
		<-h.slot
		return nil, err
	}
	select {
	case g.inFlight <- struct{}{}:
	case <-ctx.Done():
		<-h.slot
		return nil, ctx.Err()
	}
	if err := g.start(name, h, pace); err != nil {
		<-g.inFlight
		<-h.slot
		return nil, err
	}
	return func(r result) {
		g.learn(h, r)
		<-g.inFlight
		<-h.slot
	}, nil
}

// revisitShare is the part of a day's requests that visits of known documents
// may use, so that lists and new documents always find theirs.
const revisitShare = 0.5

// spare says that a host, and all hosts together, have requests left today for
// known documents.
func (g *gate) spare(name string) bool {
	h, today := g.host(name), notice.DateOf(g.clock.Now())
	g.mu.Lock()
	defer g.mu.Unlock()
	left := func(d dayCount, limit int) bool {
		return limit <= 0 || d.day != today || float64(d.n) < revisitShare*float64(limit)
	}
	return left(h.used, g.hostDay) && left(g.all, g.total)
}

func (g *gate) await(ctx context.Context, name string, h *hostPace) error {
	g.mu.Lock()
	until, why := h.next, "the pace between two visits"
	if h.rest.After(until) {
		until, why = h.rest, h.why
	}
	g.mu.Unlock()
	wait := until.Sub(g.clock.Now())
	if wait > g.maxWait {
		return &RestError{Host: name, Until: until, Why: why}
	}
	if wait <= 0 {
		return ctx.Err()
	}
	return g.clock.Sleep(ctx, wait)
}

func (g *gate) start(name string, h *hostPace, pace time.Duration) error {
	now := g.clock.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !h.used.add(now, g.hostDay) {
		return fmt.Errorf("visit host %s: %w", name, ErrBudget)
	}
	if !g.all.add(now, g.total) {
		return fmt.Errorf("visit any host: %w", ErrBudget)
	}
	h.next = now.Add(time.Duration(float64(max(pace, h.delay)) * h.slow))
	return nil
}

// result is what the gate learns from an exchange.
type result struct {
	status     int
	firstByte  time.Duration
	retryAfter time.Duration
	failed     bool
}

func (g *gate) learn(h *hostPace, r result) {
	now := g.clock.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.status == 429 || r.status == 503 {
		pause := r.retryAfter
		if pause <= 0 {
			pause = min(firstRest<<min(h.nays, 6), longRest)
		}
		h.nays++
		h.rest, h.why = now.Add(pause), fmt.Sprintf("it answered %d and asked for a pause", r.status)
		return
	}
	if !r.failed {
		h.nays = 0
	}
	h.adapt(r)
}

// adapt lengthens the pace while answers take more than twice their usual time,
// and shortens it again, more slowly, when they no longer do.
func (h *hostPace) adapt(r result) {
	if r.firstByte <= 0 {
		return
	}
	if h.usual == 0 {
		h.usual, h.now = r.firstByte, r.firstByte
		return
	}
	h.now = (h.now*6 + r.firstByte*4) / 10
	if h.now > noticeable && h.now > 2*h.usual || r.failed {
		h.slow = min(h.slow*1.6, maxSlow)
		return // a strained host does not teach us what is usual
	}
	h.usual = (h.usual*19 + r.firstByte) / 20
	h.slow = max(h.slow*0.85, 1)
}

// resting returns until when a host asked for a pause, if it did.
func (g *gate) resting(name string) (time.Time, bool) {
	h := g.host(name)
	g.mu.Lock()
	defer g.mu.Unlock()
	return h.rest, h.rest.After(g.clock.Now())
}

// retryAfter reads seconds or an HTTP date; a day is the most that is believed.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	var d time.Duration
	if s, err := strconv.Atoi(header); err == nil {
		d = time.Duration(min(s, 86400)) * time.Second
	} else if t, err := time.Parse(time.RFC1123, header); err == nil {
		d = t.Sub(now)
	}
	return max(0, min(d, 24*time.Hour))
}

// NightWait says how long it is until a window of Beijing hours opens, zero
// inside it. Window is "22-06": from 22:00 to 06:00; empty means any hour.
func NightWait(window string, now time.Time) (time.Duration, error) {
	if window == "" {
		return 0, nil
	}
	a, b, ok := strings.Cut(window, "-")
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || from < 0 || from > 23 || to < 0 || to > 24 || from == to {
		return 0, fmt.Errorf("read night window %q: want two hours in Beijing, such as 22-06", window)
	}
	t := now.In(notice.Beijing())
	hour := t.Hour()
	if from < to && hour >= from && hour < to || from > to && (hour >= from || hour < to) {
		return 0, nil
	}
	open := time.Date(t.Year(), t.Month(), t.Day(), from, 0, 0, 0, t.Location())
	if !open.After(t) {
		open = open.AddDate(0, 0, 1)
	}
	return open.Sub(t), nil
}
