package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"govwatch/internal/fault"
)

// errLost says that this process could not tell the server in time that it is
// still at work, so another worker may have the message.
var errLost = errors.New("the bus has not heard from this worker in time")

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
