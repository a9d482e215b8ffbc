package alert

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"govwatch/internal/service"
	"govwatch/notice"
)

// Log keeps alerts between raising and sending. Everything is durable on
// return; all methods may be called concurrently, from several processes.
type Log interface {
	// Occasion adds to an event what it is about.
	Occasion(context.Context, notice.Event) (notice.Occasion, error)
	// Raise stores alerts that are not known yet: the same ID, or the same rule,
	// channel and Once, is the same alert.
	Raise(context.Context, []notice.Alert) (added int, err error)
	// Claim takes at most n alerts whose moment has come and counts the attempt. A
	// claim that is not settled within two minutes may be claimed again.
	Claim(ctx context.Context, now time.Time, n int) ([]notice.Alert, error)
	Settle(context.Context, notice.AlertID, notice.DeliveryOutcome) error
	// IncidentsSince lists the incidents that are open or opened since a moment.
	IncidentsSince(ctx context.Context, since time.Time) ([]notice.Incident, error)
}

// Channel sends messages somewhere. Send may be called concurrently and is
// tried again by the worker: Transient errors later, Permanent ones never. The
// message's ID goes along, so that a receiver can drop a repeat. Errors hold no secret.
type Channel interface {
	Name() string
	Send(context.Context, notice.Message) error
}

// Pacer is a Channel whose receiver refuses more than one message per pace.
type Pacer interface{ Pace() time.Duration }

// LaterError is a Transient error of a receiver that says when to come again.
type LaterError struct {
	After time.Duration
	Err   error
}

func (e *LaterError) Error() string { return e.Err.Error() }
func (e *LaterError) Unwrap() error { return e.Err }

// floodAt raised alerts in an hour are worth a word in the log. They are sent
// all the same, at the channels' pace.
const floodAt = 100

// Config makes a Worker. Set.Channels is filled in by New.
type Config struct {
	Set      Set
	Channels []Channel
	Log      Log
	Clock    service.Clock
	Logger   *slog.Logger
	// Outbreaks groups incidents by their cause, and Gather is how long an alert
	// about an incident waits for others of its cause; nil and zero tell of each
	// incident apart, at once.
	Outbreaks func([]notice.Incident) []notice.Outbreak
	Gather    time.Duration
	// Told is called after each delivery, one at a time, for displays; may be nil.
	Told func(notice.Alert)
}

// Worker turns events into alerts and alerts into messages.
type Worker struct {
	set      Set
	channels map[string]Channel
	log      Log
	clock    service.Clock
	logger   *slog.Logger
	told     func(notice.Alert)
	poke     chan struct{}

	outbreaks func([]notice.Incident) []notice.Outbreak
	gather    time.Duration
	held      atomic.Bool

	telling sync.Mutex

	mu     sync.Mutex
	next   map[string]time.Time
	hour   time.Time
	raised int
}

// New refuses two channels of one name, two rules of one name, and a rule that
// names a channel which is not there.
func New(c Config) (*Worker, error) {
	w := &Worker{set: c.Set, channels: map[string]Channel{}, log: c.Log, clock: c.Clock, logger: c.Logger, told: c.Told,
		outbreaks: c.Outbreaks, gather: c.Gather, poke: make(chan struct{}, 1), next: map[string]time.Time{}}
	if w.logger == nil {
		w.logger = slog.New(slog.DiscardHandler)
	}
	w.set.Channels = nil
	for _, ch := range c.Channels {
		if w.channels[ch.Name()] != nil {
			return nil, fmt.Errorf("set up alerts: two channels are called %q; give one another name", ch.Name())
		}
		w.channels[ch.Name()] = ch
		w.set.Channels = append(w.set.Channels, ch.Name())
	}
	names := map[string]bool{}
	for _, r := range c.Set.Rules {
		if r.Name == "" || names[r.Name] {
			return nil, fmt.Errorf("set up alerts: rule name %q is empty or given twice", r.Name)
		}
		names[r.Name] = true
		for _, ch := range r.Channels {
			if w.channels[ch] == nil {
				return nil, fmt.Errorf("set up alerts: rule %s names channel %q, there are %q", r.Name, ch, w.set.Channels)
			}
		}
	}
	return w, nil
}

// Kinds returns the events to hand to Handle.
func (w *Worker) Kinds() []notice.EventKind { return w.set.Kinds() }

// Handle raises what the rules make of an event. Twice the same event raises
// once. Errors are Transient unless the log says otherwise.
func (w *Worker) Handle(ctx context.Context, e notice.Event) error {
	o, err := w.log.Occasion(ctx, e)
	if err != nil {
		return fmt.Errorf("judge event %s: %w", e.ID, err)
	}
	alerts := w.set.Evaluate(o, w.clock.Now())
	if len(alerts) == 0 {
		return nil
	}
	for i := range alerts {
		if foldable(alerts[i]) && !w.held.Load() {
			alerts[i].NextTry = alerts[i].NextTry.Add(w.gather)
		}
	}
	n, err := w.log.Raise(ctx, alerts)
	if err != nil {
		return fmt.Errorf("raise alerts of event %s: %w", e.ID, err)
	}
	w.count(n)
	w.wake()
	return nil
}

func (w *Worker) count(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.clock.Now().Truncate(time.Hour); !now.Equal(w.hour) {
		w.hour, w.raised = now, 0
	}
	if w.raised < floodAt && w.raised+n >= floodAt {
		w.logger.Warn("many alerts in one hour: all are sent, at the channels' pace; narrow a rule if they are too many", "alerts", w.raised+n)
	}
	w.raised += n
}

// Hold keeps messages back until Release, for a round after which it is known
// which incidents have one cause. What is held is durable and due.
func (w *Worker) Hold() { w.held.Store(true) }

// Release ends Hold.
func (w *Worker) Release() {
	if w.held.CompareAndSwap(true, false) {
		w.wake()
	}
}

func (w *Worker) wake() {
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

// Names lists the channels.
func (w *Worker) Names() []string { return slices.Clone(w.set.Channels) }
