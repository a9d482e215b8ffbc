package backends

import (
	"net"
	"sync"
	"testing"
)

// Trap stands between one process and its backends and knows its writes by what
// crosses the wire. Set for a write, it springs exactly there: before the write
// reaches its backend, or when the backend has answered and before the process
// hears of it.
type Trap struct {
	t testing.TB

	mu   sync.Mutex
	set  *Snare
	seen map[string]int
}

// Snare is one setting of a trap.
type Snare struct {
	// Match picks a write by what the wires call it: see PostgresWire, NATSWire and HTTPWire.
	Match func(write string) bool
	// Skip is how many such writes pass first.
	Skip int
	// After lets the write happen; only its answer is lost.
	After bool
	// Spring is what happens, such as a kill. It runs before the wire is cut.
	Spring func()

	sprung chan string
	caught bool
}

// NewTrap makes a trap that lets everything pass.
func NewTrap(t testing.TB) *Trap { return &Trap{t: t, seen: map[string]int{}} }

// Set sets the trap for one write, and returns where that write is told once the
// trap has sprung.
func (tr *Trap) Set(s Snare) <-chan string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	s.sprung = make(chan string, 1)
	tr.set = &s
	return s.sprung
}

// Seen counts the writes that have passed since the start and match.
func (tr *Trap) Seen(match func(write string) bool) (n int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for w, times := range tr.seen {
		if match(w) {
			n += times
		}
	}
	return n
}

// catch says whether the trap is set for this write; only one wire is told so.
func (tr *Trap) catch(write string) *Snare {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.seen[write]++
	s := tr.set
	if s == nil || s.caught || !s.Match(write) {
		return nil
	}
	if s.Skip > 0 {
		s.Skip--
		return nil
	}
	s.caught = true
	return s
}

func (s *Snare) spring(write string) {
	s.Spring()
	s.sprung <- write
}

// wire listens on loopback and hands each connection, with one of its own to the
// backend, to pass, which returns when either end is closed.
func (tr *Trap) wire(network, address string, pass func(client, server net.Conn)) string {
	tr.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(tr.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tr.t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	keep := func(c net.Conn, is bool) {
		mu.Lock()
		defer mu.Unlock()
		if open[c] = is; !is {
			delete(open, c)
		}
	}
	wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return // The listener is closed at the end of the test.
			}
			wg.Go(func() {
				defer closeQuietly(client)
				server, err := (&net.Dialer{}).Dial(network, address)
				if err != nil {
					return // The backend is away, which the client is to see.
				}
				defer closeQuietly(server)
				for _, c := range []net.Conn{client, server} {
					keep(c, true)
					defer keep(c, false)
				}
				pass(client, server)
			})
		}
	})
	tr.t.Cleanup(func() {
		if err := l.Close(); err != nil {
			tr.t.Error(err)
		}
		mu.Lock()
		for c := range open {
			closeQuietly(c)
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// both runs the two directions of a connection; the end of one ends the other.
func both(client, server net.Conn, up, down func() error) {
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := up(); err != nil {
			closeQuietly(client)
		}
		closeQuietly(server)
	})
	if err := down(); err != nil {
		closeQuietly(server)
	}
	closeQuietly(client)
	wg.Wait()
}
