package alert

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"govwatch/internal/fault"
	"govwatch/notice"
)

const (
	// claimed alerts are sent within the two minutes of their claim even when each
	// runs into its time-out.
	claimBatch  = 8
	sendTimeout = 10 * time.Second
	// maxAttempts with the waits of retryWait is two days.
	maxAttempts = 20
	deliverIdle = time.Second
)

// Deliver sends what is due until the context ends: at once when Handle raised
// something, and every second for what waits for a retry.
func (w *Worker) Deliver(ctx context.Context) error {
	ill := false
	for ctx.Err() == nil {
		n, err := 0, error(nil)
		if !w.held.Load() {
			n, err = w.DeliverDue(ctx)
		}
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
	rest, folding := w.fold(ctx, alerts)
	byChannel := map[string][]notice.Alert{}
	for _, a := range rest {
		byChannel[a.Channel] = append(byChannel[a.Channel], a)
	}
	var wg sync.WaitGroup
	errs := []error{folding}
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
