package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"govwatch/internal/fault"
	"govwatch/notice"
)

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
