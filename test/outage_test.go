package test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
	"govwatch/store/s3blob"
	"govwatch/store/tracker"
)

// The server crashes and comes back. No tracker is opened again: every call says
// that it may be repeated, nothing is lost, nothing doubled.
func TestPostgresRestart(t *testing.T) { // Not parallel: others share the server.
	tr, err := tracker.Open(t.Context(), servers.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	})
	alerts := []notice.Alert{{ID: "a", Rule: "r", Channel: "c", Event: "e"}}
	if _, err := tr.Raise(t.Context(), alerts); err != nil {
		t.Fatal(err)
	}
	servers.RestartPostgres(t, func() {
		for range 3 {
			_, err := tr.Raise(t.Context(), alerts)
			if err == nil || fault.Of(err) != fault.Transient || strings.Contains(err.Error(), "\n") {
				t.Errorf("write while the server is away: %v, kind %s", err, fault.Of(err))
			}
		}
	})
	for range 2 {
		if n, err := tr.Raise(t.Context(), alerts); err != nil || n != 0 {
			t.Errorf("after the restart: %d added, %v", n, err)
		}
	}
	if tally, err := tr.Tally(t.Context()); err != nil || tally.AlertsRaised != 1 {
		t.Errorf("tally %+v, %v", tally, err)
	}
}

// gate passes connections on to an address, or refuses them.
type gate struct {
	to   string
	l    net.Listener
	mu   sync.Mutex
	shut bool
	open map[net.Conn]bool
}

func newGate(t *testing.T, to string) *gate {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{to: to, l: l, open: map[net.Conn]bool{}}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // The listener is closed at the end of the test.
			}
			wg.Go(func() { g.pass(c) })
		}
	})
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		g.set(true)
		wg.Wait()
	})
	return g
}

// set shuts or opens the gate; shutting cuts what goes through it.
func (g *gate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	for c := range g.open {
		if shut {
			closeQuietly(c)
		}
	}
}

// closeQuietly: that a connection is closed already is no news here.
func closeQuietly(c net.Conn) {
	if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return
	}
}

func (g *gate) pass(from net.Conn) {
	defer closeQuietly(from)
	g.mu.Lock()
	shut := g.shut
	if !shut {
		g.open[from] = true
	}
	g.mu.Unlock()
	if shut {
		return
	}
	to, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", g.to)
	if err != nil {
		return
	}
	defer closeQuietly(to)
	var wg sync.WaitGroup
	wg.Go(func() { copyQuietly(to, from) })
	copyQuietly(from, to)
	closeQuietly(from)
	closeQuietly(to)
	wg.Wait()
	g.mu.Lock()
	delete(g.open, from)
	g.mu.Unlock()
}

// copyQuietly: a cut connection is what the test is about.
func copyQuietly(to io.Writer, from io.Reader) {
	if _, err := io.Copy(to, from); err != nil {
		return
	}
}

// The store is away, and comes back: a put that did not happen says so, and no
// key is known whose bytes are not there.
func TestS3Away(t *testing.T) {
	t.Parallel()
	c, _ := servers.S3(t)
	g := newGate(t, c.Endpoint)
	c.Endpoint = g.l.Addr().String()
	s, err := s3blob.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	before, err := s.Put(t.Context(), []byte("before"), notice.BlobMeta{})
	if err != nil {
		t.Fatal(err)
	}
	g.set(true)
	if _, err := s.Put(t.Context(), []byte("while away"), notice.BlobMeta{}); err == nil || fault.Of(err) != fault.Transient || strings.Contains(err.Error(), "\n") {
		t.Errorf("put while the store is away: %v", err)
	}
	if _, err := s.Open(t.Context(), before); err == nil || errors.Is(err, notice.ErrUnknown) || errors.Is(err, notice.ErrCorrupt) {
		t.Errorf("open while the store is away: %v; it must not look like a loss", err)
	}
	g.set(false)
	if _, err := s.Open(t.Context(), notice.KeyOf([]byte("while away"))); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("a put that failed is there: %v", err)
	}
	if _, err := s.Put(t.Context(), []byte("while away"), notice.BlobMeta{}); err != nil {
		t.Errorf("put after the store came back: %v", err)
	}
}
