// Package bustest is the contract of the bus, run against every kind of server:
// embedded, a single external one, a cluster. A change of the contract starts here.
package bustest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"govwatch/bus"
	"govwatch/notice"
)

// Server is one empty bus under test.
type Server struct {
	URL string
	// Options are those that the server asks for; the suite sets the timing.
	Options bus.Options
	// Shared says that several connections may be open at once.
	Shared bool
}

// Limit bounds every wait of the suite.
const Limit = 30 * time.Second

// Timing is short enough for tests and long enough for a busy machine.
func Timing() bus.Timing {
	return bus.Timing{
		TaskAckWait: 2 * time.Second, EventAckWait: 2 * time.Second, PinTTL: 3 * time.Second, PullExpiry: time.Second,
		RetryFirst: 20 * time.Millisecond, RetryMaxTask: 100 * time.Millisecond, RetryMaxEvent: 100 * time.Millisecond,
		TaskDeliveries: 4, EventDeliveries: 4, RelayEvery: 50 * time.Millisecond,
	}
}

// Run runs the contract. New starts a server with nothing on it and ends it
// with the test.
func Run(t *testing.T, fresh func(t *testing.T) Server) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Server){
		"task arrives as sent":                  taskArrives,
		"one task per source":                   oneTaskPerSource,
		"two schedulers make one task":          twoSchedulers,
		"fetch tasks stand side by side":        fetchTasks,
		"one task per host at a time":           oneTaskPerHost,
		"fault kinds decide":                    faultKinds,
		"slow handler is not doubled":           slowHandler,
		"interrupted task goes to another":      interrupted,
		"closed connection loses no task":       closedConnection,
		"events reach each durable once":        eventsReach,
		"events of a document keep their order": eventOrder,
		"relay marks after the ack":             relayMarks,
		"relay waits for a busy source":         relayBusy,
		"relay buries what cannot be sent":      relayBuries,
		"dead letter is replayed":               replay,
		"follow shows new events":               follow,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t))
		})
	}
}

// Open opens a bus that is closed with the test.
func Open(t *testing.T, s Server) *bus.Bus {
	t.Helper()
	o := s.Options
	o.Timing = Timing()
	b, err := bus.Open(t.Context(), s.URL, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

// Eventually polls until f is true and fails the test when it never is.
func Eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.NewTimer(Limit)
	defer end.Stop()
	for !f() {
		select {
		case <-tick.C:
		case <-end.C:
			t.Fatalf("not within %v: %s", Limit, what)
		}
	}
}

// Go runs f until stop is called or the test ends, and fails the test on its error.
func Go(t *testing.T, f func(ctx context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("ended with: %v", err)
			}
		case <-time.After(Limit):
			t.Error("does not end")
		}
	})
	t.Cleanup(stop)
	return stop
}

func await[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(Limit):
		t.Fatalf("not within %v: %s", Limit, what)
	}
	panic("unreachable")
}

func idle(t *testing.T, b *bus.Bus) {
	t.Helper()
	Eventually(t, "the bus is idle", func() bool {
		ok, err := b.Idle(t.Context())
		return err == nil && ok
	})
}

var day = time.Date(2024, 5, 6, 8, 0, 0, 0, time.UTC)

// NewTask is a poll of a source on a host, due n minutes into the day.
func NewTask(source, host string, n int) notice.Task {
	due := day.Add(time.Duration(n) * time.Minute)
	return notice.Task{ID: notice.NewTaskID(notice.SourceID(source), notice.Poll, due, ""), Source: notice.SourceID(source), Mode: notice.Poll, Host: host, Due: due}
}

// NewEvent is the nth event of a document.
func NewEvent(kind notice.EventKind, doc string, n int) notice.Event {
	return notice.Event{ID: notice.NewEventID(kind, doc, fmt.Sprint(n)), Kind: kind, Level: notice.Central, Region: "100000", Source: "mee",
		Document: notice.DocumentID(doc), At: day.Add(time.Duration(n) * time.Second)}
}

func publish(t *testing.T, b *bus.Bus, tasks ...notice.Task) {
	t.Helper()
	for _, task := range tasks {
		if err := b.PublishTask(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
}

func wantBusy(t *testing.T, b *bus.Bus, task notice.Task, when string) {
	t.Helper()
	if err := b.PublishTask(t.Context(), task); !errors.Is(err, bus.ErrBusy) {
		t.Errorf("publish %s: %v, want ErrBusy", when, err)
	}
}
