package alert

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"govwatch/internal/fault"
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

const (
	// claimed alerts are sent within the two minutes of their claim even when each
	// runs into its time-out.
	claimBatch  = 8
	sendTimeout = 10 * time.Second
	// maxAttempts with the waits of retryWait is two days.
	maxAttempts = 20
	deliverIdle = time.Second
	// floodAt raised alerts in an hour are worth a word in the log. They are sent
	// all the same, at the channels' pace.
	floodAt = 100
)

// Config makes a Worker. Set.Channels is filled in by New.
type Config struct {
	Set      Set
	Channels []Channel
	Log      Log
	Clock    service.Clock
	Logger   *slog.Logger
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
		poke: make(chan struct{}, 1), next: map[string]time.Time{}}
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
	n, err := w.log.Raise(ctx, alerts)
	if err != nil {
		return fmt.Errorf("raise alerts of event %s: %w", e.ID, err)
	}
	w.count(n)
	select {
	case w.poke <- struct{}{}:
	default:
	}
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

// Deliver sends what is due until the context ends: at once when Handle raised
// something, and every second for what waits for a retry.
func (w *Worker) Deliver(ctx context.Context) error {
	ill := false
	for ctx.Err() == nil {
		n, err := w.DeliverDue(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil && !ill {
			w.logger.Error("alerts wait: they are kept and sent later", "err", err)
		}
		ill = err != nil
		if n > 0 && err == nil {
			continue
		}
		// Retries are timed by the clock that is passed in, this look by the machine's:
		// a world whose clock jumps must not be moved on by an idle loop.
		t := time.NewTimer(deliverIdle)
		select {
		case <-ctx.Done():
		case <-w.poke:
		case <-t.C:
		}
		t.Stop()
	}
	return nil
}

// DeliverDue claims one batch, sends it and settles it, channels side by side.
// It returns how many were claimed: zero means that nothing is due. A crash
// between send and settle leaves a claim that runs out; the message then goes
// out again under the same ID.
func (w *Worker) DeliverDue(ctx context.Context) (int, error) {
	alerts, err := w.log.Claim(ctx, w.clock.Now(), claimBatch)
	if err != nil {
		return 0, fmt.Errorf("claim alerts: %w", err)
	}
	byChannel := map[string][]notice.Alert{}
	for _, a := range alerts {
		byChannel[a.Channel] = append(byChannel[a.Channel], a)
	}
	var wg sync.WaitGroup
	errs := make([]error, 0, len(byChannel))
	var mu sync.Mutex
	for name, list := range byChannel {
		wg.Go(func() {
			err := w.deliver(ctx, name, list)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return len(alerts), errors.Join(errs...)
}

// deliver sends in order. After a failure that may pass the rest of the batch
// is put off, so that a channel that hangs costs one time-out, not eight.
func (w *Worker) deliver(ctx context.Context, name string, alerts []notice.Alert) error {
	var errs []error
	var put error
	for _, a := range alerts {
		err := put
		if err == nil {
			err = w.send(ctx, name, a.Message)
		}
		o := w.outcome(a, err)
		if err != nil && ctx.Err() != nil {
			// Stopped in the middle: it is nobody's failure, the next process goes on at once.
			o.State, o.NextTry = notice.Retry, o.At
		}
		if err != nil && o.State == notice.Retry && put == nil {
			put = fmt.Errorf("put off, the channel failed just before: %w", err)
		}
		if err := w.log.Settle(context.WithoutCancel(ctx), a.ID, o); err != nil {
			errs = append(errs, fmt.Errorf("settle alert %s: %w", a.ID, err))
			continue
		}
		w.report(a, o)
	}
	return errors.Join(errs...)
}

func (w *Worker) report(a notice.Alert, o notice.DeliveryOutcome) {
	attrs := []any{"rule", a.Rule, "channel", a.Channel, "source", a.Source, "alert", a.ID}
	switch o.State {
	case notice.Delivered:
		if w.told != nil {
			w.telling.Lock()
			defer w.telling.Unlock()
			w.told(a)
		}
	case notice.Dead:
		w.logger.Error("alert is given up and kept as dead", append(attrs, "err", o.Error)...)
	default:
		w.logger.Warn("alert is tried again later", append(attrs, "err", o.Error)...)
	}
}

func (w *Worker) send(ctx context.Context, name string, m notice.Message) (err error) {
	ch := w.channels[name]
	if ch == nil {
		return fmt.Errorf("channel %q is not configured; add it or wait for the alert to die", name)
	}
	if err := w.wait(ctx, ch); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	defer fault.Recover(&err)
	return ch.Send(ctx, m)
}

// wait keeps a channel's pace, by the machine's clock: the receiver's is real.
func (w *Worker) wait(ctx context.Context, ch Channel) error {
	p, ok := ch.(Pacer)
	if !ok {
		return nil
	}
	w.mu.Lock()
	now := time.Now()
	start := w.next[ch.Name()]
	if start.Before(now) {
		start = now
	}
	w.next[ch.Name()] = start.Add(p.Pace())
	w.mu.Unlock()
	if start.Equal(now) {
		return nil
	}
	t := time.NewTimer(start.Sub(now))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *Worker) outcome(a notice.Alert, err error) notice.DeliveryOutcome {
	now := w.clock.Now()
	o := notice.DeliveryOutcome{State: notice.Delivered, At: now}
	if err == nil {
		return o
	}
	o.Error = cut(oneLine(err.Error()), 300)
	if fault.Of(err) == fault.Permanent || a.Attempts >= maxAttempts {
		o.State = notice.Dead
		return o
	}
	wait := retryWait(a.Attempts)
	var later *LaterError
	if errors.As(err, &later) {
		wait = max(wait, min(later.After, 24*time.Hour))
	}
	o.State, o.NextTry = notice.Retry, now.Add(wait)
	return o
}

// retryWait grows from half a minute to four hours.
func retryWait(attempts int) time.Duration {
	wait := 30 * time.Second
	for range max(attempts-1, 0) {
		if wait *= 2; wait >= 4*time.Hour {
			return 4 * time.Hour
		}
	}
	return wait
}

// Names lists the channels.
func (w *Worker) Names() []string { return slices.Clone(w.set.Channels) }
