package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"govwatch/fixtures/site"
	"govwatch/internal/service"
	"govwatch/schedules"
)

// worldState is what a process learns when it joins a world.
type worldState struct {
	Now   time.Time `json:"now"`
	Hosts []string  `json:"hosts"`
}

// worldServer answers for every site of the fixtures world, and under any other
// host name for the world's clock: GET / is the state, POST /sleep?for=3s moves
// the clock on.
type worldServer struct {
	world *site.World
	clock *service.Jump
	hosts map[string]bool
	// asked is the machine's time, in nanoseconds, of the last visit or pause.
	asked atomic.Int64
}

func newWorldServer(world *site.World, clock *service.Jump) *worldServer {
	s := &worldServer{world: world, clock: clock, hosts: map[string]bool{}}
	for _, h := range world.Hosts() {
		s.hosts[h] = true
	}
	return s
}

// quiet is how long no crawler has visited a site or paused.
func (s *worldServer) quiet() time.Duration { return time.Since(time.Unix(0, s.asked.Load())) }

func (s *worldServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if s.hosts[host] {
		s.asked.Store(time.Now().UnixNano())
		s.world.ServeHTTP(w, r)
		return
	}
	if r.Method == http.MethodPost && r.URL.Path == "/sleep" {
		s.asked.Store(time.Now().UnixNano())
		d, err := time.ParseDuration(r.URL.Query().Get("for"))
		if err != nil {
			http.Error(w, "for: want a duration such as 3s", http.StatusBadRequest)
			return
		}
		if err := s.clock.Sleep(r.Context(), d); err != nil {
			return // The caller went away.
		}
	}
	w.Header().Set("Content-Type", "application/json")
	// A caller that went away asks again.
	if err := json.NewEncoder(w).Encode(worldState{s.clock.Now(), s.world.Hosts()}); err != nil {
		return
	}
}

// JoinWorld returns the options with which a process lives in the world that
// another one serves at an address: its clock, its sites, their declarations.
func JoinWorld(ctx context.Context, address string, log *slog.Logger) (Options, error) {
	c := &worldClock{address: "http://" + address, log: log}
	state, err := c.ask(ctx, http.MethodGet, "/")
	if err != nil {
		return Options{}, fmt.Errorf("join the fixtures world at %s: %w; start it with: govwatch world --listen %s", address, err, address)
	}
	c.last = state.Now
	sources, err := schedules.Load(site.Sources())
	if err != nil {
		return Options{}, err
	}
	hosts := map[string]string{}
	for _, h := range state.Hosts {
		hosts[h] = address
	}
	return Options{Clock: c, Log: log, HostMap: hosts, Sources: sources}, nil
}

// worldClock is the clock of a world in another process.
type worldClock struct {
	address string
	log     *slog.Logger
	mu      sync.Mutex
	last    time.Time
}

func (c *worldClock) ask(ctx context.Context, method, path string) (s worldState, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.address+path, nil)
	if err != nil {
		return s, err
	}
	resp, err := oneRequest.Do(req)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return s, err
	}
	if resp.StatusCode != http.StatusOK {
		return s, fmt.Errorf("status %d", resp.StatusCode)
	}
	return s, json.Unmarshal(body, &s)
}

// Now asks the world; while it does not answer, time stands still.
func (c *worldClock) Now() time.Time {
	s, err := c.ask(context.Background(), http.MethodGet, "/")
	if err != nil {
		c.log.Warn("the world's clock does not answer", "err", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.Now.After(c.last) {
		c.last = s.Now
	}
	return c.last
}

// Sleep moves the world on by d and returns at once.
func (c *worldClock) Sleep(ctx context.Context, d time.Duration) error {
	if _, err := c.ask(ctx, http.MethodPost, "/sleep?for="+url.QueryEscape(d.String())); err != nil {
		return fmt.Errorf("wait in the fixtures world: %w", err)
	}
	return ctx.Err()
}
