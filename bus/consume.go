package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// errLost says that this process could not tell the server in time that it is
// still at work, so another worker may have the message.
var errLost = errors.New("the bus has not heard from this worker in time")

// replayHeader names the one durable a replayed event is for.
const replayHeader = "Govwatch-Replay-For"

// ConsumeEvents hands the events of the given kinds to h until the context
// ends, parallel at a time; events of one document (without one: of one source)
// one after the other. The durable starts at the oldest event kept and goes on
// where it stopped; processes that name the same durable share the events. What
// becomes of an event is decided by the fault kind of h's error: see settle.
func (b *Bus) ConsumeEvents(ctx context.Context, durable string, kinds []notice.EventKind, parallel int, h func(context.Context, notice.Event) error) error {
	if durable == "" || len(kinds) == 0 {
		return errors.New("consume events: a durable name and at least one kind are needed")
	}
	parallel = max(parallel, 1)
	lim := limits{b.timing.EventAckWait, b.timing.RetryFirst, b.timing.RetryMaxEvent, uint64(b.timing.EventDeliveries)}
	room := make(chan struct{}, 2*parallel)
	l := newLanes(parallel, func(ctx context.Context, m *held) bool {
		defer func() { <-room }()
		return b.handle(ctx, m, eventHandler(h))
	})
	onMsg := func(_ jetstream.Consumer, m jetstream.Msg) {
		if to := m.Headers().Get(replayHeader); to != "" && to != durable {
			b.ack(ctx, m)
			return
		}
		hm, err := newHeld(m, eventKey(m), lim)
		if err != nil {
			b.log.Error("message without delivery facts", "err", err)
			return
		}
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			l.leave(hm)
			return
		}
		if !l.hold(hm) {
			<-room
			return
		}
		l.start(ctx, hm)
	}
	stop, err := b.watchUsedUp(ctx, Events)
	if err != nil {
		return err
	}
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { b.reportWaiting(ctx, l, lim.ackWait) })
	err = b.pull(ctx, Events, eventConsumer(durable, kinds, b.timing), onMsg, nil,
		jetstream.PullMaxMessages(2*parallel), jetstream.PullExpiry(30*time.Second))
	b.giveBack(l.finish())
	wg.Wait()
	return err
}

func newHeld(m jetstream.Msg, key string, lim limits) (*held, error) {
	meta, err := m.Metadata()
	if err != nil {
		return nil, fmt.Errorf("read delivery facts of %s: %w", m.Subject(), err)
	}
	return &held{ref: ref{meta.Consumer, meta.Sequence.Stream}, key: key, limits: lim, msg: m}, nil
}

func eventHandler(h func(context.Context, notice.Event) error) func(context.Context, []byte) error {
	return func(ctx context.Context, data []byte) error {
		var e notice.Event
		if err := json.Unmarshal(data, &e); err != nil {
			return fault.Wrap(fault.Permanent, err)
		}
		return h(ctx, e)
	}
}

// eventKey keeps the events of one document in order; one that cannot be read
// is a lane of its own.
func eventKey(m jetstream.Msg) string {
	var e notice.Event
	if err := json.Unmarshal(m.Data(), &e); err != nil {
		return m.Subject()
	}
	if e.Document != "" {
		return string(e.Document)
	}
	return "source " + string(e.Source)
}

// pull keeps a durable consumed until the context ends. A consumer or stream
// that vanishes under it is made again; its first failure is returned, later
// ones are waited for.
func (b *Bus) pull(ctx context.Context, stream string, cfg jetstream.ConsumerConfig, onMsg func(jetstream.Consumer, jetstream.Msg), onErr func(error), opts ...jetstream.PullConsumeOpt) error {
	for first := true; ctx.Err() == nil; first = false {
		err := b.pullOnce(ctx, stream, cfg, onMsg, onErr, opts)
		if ctx.Err() != nil {
			return nil
		}
		if b.nc.IsClosed() {
			return fmt.Errorf("consume %s on %s: the bus was closed", cfg.Durable, stream)
		}
		if err != nil && first && !starting(err) {
			return err
		}
		b.log.Warn("consumer is set up again", "consumer", cfg.Durable, "err", err)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			if perr := b.prepare(ctx); perr != nil && ctx.Err() == nil {
				b.log.Error("streams cannot be made again", "err", perr)
			}
		}
		if pause(ctx, time.Second) != nil {
			return nil
		}
	}
	return nil
}

func (b *Bus) pullOnce(ctx context.Context, stream string, cfg jetstream.ConsumerConfig, onMsg func(jetstream.Consumer, jetstream.Msg), onErr func(error), opts []jetstream.PullConsumeOpt) error {
	cons, err := b.js.CreateOrUpdateConsumer(ctx, stream, cfg)
	if err != nil {
		return fmt.Errorf("set up consumer %s on %s: %w", cfg.Durable, stream, err)
	}
	cc, err := cons.Consume(func(m jetstream.Msg) { onMsg(cons, m) }, append(opts,
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
			b.log.Debug("consumer reports", "consumer", cfg.Durable, "err", err)
			if onErr != nil {
				onErr(err)
			}
		}))...)
	if err != nil {
		return fmt.Errorf("consume %s on %s: %w", cfg.Durable, stream, err)
	}
	select {
	case <-ctx.Done():
		// Drain hands over what has arrived, so that it is given back at once.
		cc.Drain()
		<-cc.Closed()
		return nil
	case <-cc.Closed():
		return fmt.Errorf("consumer %s on %s ended", cfg.Durable, stream)
	}
}

// handle runs a handler on one message and settles it. It reports false when
// the end of the context has interrupted the handler: the message goes back later.
func (b *Bus) handle(ctx context.Context, h *held, fn func(context.Context, []byte) error) bool {
	work, cancel := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { b.reportProgress(work, cancel, h) })
	err := guard(work, h, fn)
	lost := errors.Is(context.Cause(work), errLost)
	cancel(nil)
	wg.Wait()
	if lost && err != nil {
		// Another worker may hold the message: nothing we say about it counts.
		b.log.Warn("work was interrupted and is left to another worker", "seq", h.ref.seq, "consumer", h.ref.consumer, "err", err)
		return true
	}
	return b.settle(ctx, h, err)
}

func guard(ctx context.Context, h *held, fn func(context.Context, []byte) error) (err error) {
	defer fault.Recover(&err)
	return fn(ctx, h.latest().Data())
}

// reportProgress tells the server that a handler is at work, and ends the
// handler's context when the server has not confirmed it for three quarters of
// the wait: after the whole of it the message belongs to another worker.
func (b *Bus) reportProgress(ctx context.Context, cancel context.CancelCauseFunc, h *held) {
	confirmed := time.Now()
	for pause(ctx, h.limits.ackWait/5) == nil {
		once, done := context.WithTimeout(ctx, h.limits.ackWait/5)
		_, err := b.nc.RequestWithContext(once, h.latest().Reply(), []byte("+WPI"))
		done()
		if err == nil {
			confirmed = time.Now()
		} else if time.Since(confirmed) > h.limits.ackWait*3/4 {
			cancel(errLost)
			return
		}
	}
}

// reportWaiting does so for messages that wait for their lane.
func (b *Bus) reportWaiting(ctx context.Context, l *lanes, ackWait time.Duration) {
	for pause(ctx, ackWait/4) == nil {
		for _, h := range l.idle() {
			if err := h.latest().InProgress(); err != nil {
				b.log.Debug("progress of a waiting message is not reported", "seq", h.ref.seq, "err", err)
			}
		}
	}
}

// settle is the one switch on what a handler's error means. Done and Blocked
// (the ledger holds the pause): ack. Transient: again later, with a doubling
// wait. Permanent, Bug, and Transient on the last delivery: dead letter first,
// then terminate. A crash between these two repeats the dead letter under the
// same ID.
func (b *Bus) settle(ctx context.Context, h *held, err error) bool {
	m := h.latest()
	attrs := []any{slog.String("consumer", h.ref.consumer), slog.Uint64("seq", h.ref.seq), slog.Any("err", err)}
	meta, merr := m.Metadata()
	if merr != nil {
		b.log.Error("message without delivery facts", "err", merr)
		return true
	}
	switch kind := fault.Of(err); {
	case err == nil:
		b.ack(ctx, m)
	case kind == fault.Blocked:
		b.log.Warn("site refuses us, the task ends", attrs...)
		b.ack(ctx, m)
	case kind == fault.Transient && meta.NumDelivered < h.limits.deliveries:
		if ctx.Err() != nil {
			return false
		}
		wait := backoff(h.limits.retryFirst, h.limits.retryMax, meta.NumDelivered)
		b.log.Warn("message is tried again later", append(attrs, slog.Duration("wait", wait))...)
		b.nak(m, wait)
	default:
		b.giveUp(ctx, h, m, meta, kind, err)
	}
	return true
}

func (b *Bus) giveUp(ctx context.Context, h *held, m jetstream.Msg, meta *jetstream.MsgMetadata, kind fault.Kind, err error) {
	reason := kind.String() + ": " + err.Error()
	if kind == fault.Transient {
		reason = fmt.Sprintf("%d deliveries used up: %v", meta.NumDelivered, err)
	}
	out := context.WithoutCancel(ctx)
	berr := b.bury(out, letter{stream: meta.Stream, consumer: meta.Consumer, seq: meta.Sequence.Stream,
		subject: m.Subject(), header: m.Headers(), data: m.Data(), reason: reason, stack: fault.Stack(err), deliveries: meta.NumDelivered})
	if berr != nil {
		b.log.Error("dead letter is not kept, the message stays", "consumer", h.ref.consumer, "seq", h.ref.seq, "err", berr)
		b.nak(m, h.limits.retryMax)
		return
	}
	b.confirm(out, m, []byte("+TERM "+firstLine(reason)))
}

// giveBack returns messages that were not done, for another worker to have at once.
func (b *Bus) giveBack(hs []*held) {
	for _, h := range hs {
		b.nak(h.latest(), 0)
	}
}

func (b *Bus) nak(m jetstream.Msg, wait time.Duration) {
	var err error
	if wait > 0 {
		err = m.NakWithDelay(wait)
	} else {
		err = m.Nak()
	}
	if err != nil {
		// The server notices by itself when the wait for the ack is over.
		b.log.Debug("message is not given back", "err", err)
	}
}

// ack waits for the server: the next task of the source is accepted as soon as
// it returns. When no answer comes the message is delivered again, and its
// handler finds the work done.
func (b *Bus) ack(ctx context.Context, m jetstream.Msg) {
	b.confirm(context.WithoutCancel(ctx), m, []byte("+ACK"))
}

func (b *Bus) confirm(ctx context.Context, m jetstream.Msg, word []byte) {
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	var err error
	for range publishTries {
		once, done := context.WithTimeout(ctx, publishTimeout)
		_, err = b.nc.RequestWithContext(once, m.Reply(), word)
		done()
		if err == nil {
			return
		}
		if pause(ctx, 100*time.Millisecond) != nil {
			break
		}
	}
	b.log.Warn("ack is not confirmed, the message may come again", "err", err)
}
