package backends

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// Gate passes connections on to an address, or refuses them.
type Gate struct {
	to   string
	l    net.Listener
	mu   sync.Mutex
	shut bool
	// refused counts the connections that came while it was shut.
	refused int
	open    map[net.Conn]bool
}

// NewGate opens a gate to an address; it is closed with the test.
func NewGate(t testing.TB, to string) *Gate {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{to: to, l: l, open: map[net.Conn]bool{}}
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
		g.Shut(true)
		wg.Wait()
	})
	return g
}

// Address is where to connect instead.
func (g *Gate) Address() string { return g.l.Addr().String() }

// Shut shuts or opens the gate; shutting cuts what goes through it.
func (g *Gate) Shut(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	for c := range g.open {
		if shut {
			closeQuietly(c)
		}
	}
}

// Refused counts the connections that the shut gate has turned away.
func (g *Gate) Refused() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refused
}

// closeQuietly: that a connection is closed already is no news here.
func closeQuietly(c net.Conn) {
	if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return
	}
}

func (g *Gate) pass(from net.Conn) {
	defer closeQuietly(from)
	g.mu.Lock()
	shut := g.shut
	if shut {
		g.refused++
	} else {
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
	wg.Go(func() {
		copyQuietly(to, from)
		// The other direction would wait for the server's idle time-out.
		closeQuietly(to)
	})
	copyQuietly(from, to)
	closeQuietly(from)
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
