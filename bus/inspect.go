package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Depth is how much waits on the bus.
type Depth struct {
	// TasksWaiting have not been handed out, TasksRunning have.
	TasksWaiting, TasksRunning uint64
	// OldestTask is when the oldest task on the queue was published; zero when there is none.
	OldestTask time.Time
	// Events counts those not acked yet, by durable.
	Events map[string]uint64
	// Dead counts the letters in the dead-letter stream.
	Dead uint64
}

// Idle reports that no task waits or runs and every durable has acked every
// event it asked for. Events that still stand in an outbox are not the bus's to see.
func (b *Bus) Idle(ctx context.Context) (bool, error) {
	// A task stays on its stream until it is acked, so the count of messages says
	// enough: this is asked often.
	tasks, err := b.js.Stream(ctx, Tasks)
	if err != nil {
		return false, fmt.Errorf("ask whether %s is idle: %w", Tasks, err)
	}
	if tasks.CachedInfo().State.Msgs > 0 {
		return false, nil
	}
	events, err := b.unacked(ctx)
	if err != nil {
		return false, err
	}
	for _, n := range events {
		if n > 0 {
			return false, nil
		}
	}
	return true, nil
}

// unacked counts the events that each durable has yet to ack.
func (b *Bus) unacked(ctx context.Context) (map[string]uint64, error) {
	events, err := b.js.Stream(ctx, Events)
	if err != nil {
		return nil, fmt.Errorf("read depth of %s: %w", Events, err)
	}
	counts := map[string]uint64{}
	return counts, eachConsumer(ctx, events, func(c *jetstream.ConsumerInfo) {
		if c.Config.Durable != "" {
			counts[c.Name] = c.NumPending + uint64(c.NumAckPending)
		}
	})
}

// Depth asks the server; it costs a few requests and changes nothing.
func (b *Bus) Depth(ctx context.Context) (Depth, error) {
	var d Depth
	tasks, err := b.js.Stream(ctx, Tasks)
	if err != nil {
		return d, fmt.Errorf("read depth of %s: %w", Tasks, err)
	}
	if st := tasks.CachedInfo().State; st.Msgs > 0 {
		d.OldestTask = st.FirstTime
		d.TasksWaiting = st.Msgs
		err := eachConsumer(ctx, tasks, func(c *jetstream.ConsumerInfo) { d.TasksRunning += uint64(c.NumAckPending) })
		if err != nil {
			return d, err
		}
		d.TasksRunning = min(d.TasksRunning, st.Msgs)
		d.TasksWaiting -= d.TasksRunning
	}
	if d.Events, err = b.unacked(ctx); err != nil {
		return d, err
	}
	dead, err := b.js.Stream(ctx, Dead)
	if err != nil {
		return d, fmt.Errorf("read depth of %s: %w", Dead, err)
	}
	d.Dead = dead.CachedInfo().State.Msgs
	return d, nil
}

func eachConsumer(ctx context.Context, s jetstream.Stream, f func(*jetstream.ConsumerInfo)) error {
	list := s.ListConsumers(ctx)
	for c := range list.Info() {
		f(c)
	}
	if err := list.Err(); err != nil && !errors.Is(err, jetstream.ErrEndOfData) {
		return fmt.Errorf("list consumers of %s: %w", s.CachedInfo().Config.Name, err)
	}
	return nil
}

// Stored shows the messages that the EVENTS stream holds now, oldest first, and
// returns. An error of h ends it and is returned.
func (b *Bus) Stored(ctx context.Context, filter string, h func(subject string, data []byte) error) error {
	if filter == "" {
		filter = eventSubjects
	}
	cons, err := b.js.OrderedConsumer(ctx, Events, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{filter}, DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return fmt.Errorf("read events %s: %w", filter, err)
	}
	for {
		batch, err := cons.FetchNoWait(storedBatch)
		if err != nil {
			return fmt.Errorf("read events %s: %w", filter, err)
		}
		n := 0
		for m := range batch.Messages() {
			n++
			if err := h(m.Subject(), m.Data()); err != nil {
				return err
			}
		}
		if err := batch.Error(); err != nil {
			return fmt.Errorf("read events %s: %w", filter, err)
		}
		if n == 0 || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// storedBatch is how many stored events are asked for at once.
const storedBatch = 500

// Follow shows messages of the EVENTS stream as they come, from now on, until
// the context ends. An empty filter means all (gov.>). It acks nothing and
// holds nobody up; when the line breaks it goes on after the last one shown.
func (b *Bus) Follow(ctx context.Context, filter string, h func(subject string, data []byte)) error {
	if filter == "" {
		filter = eventSubjects
	}
	cons, err := b.js.OrderedConsumer(ctx, Events, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{filter}, DeliverPolicy: jetstream.DeliverNewPolicy})
	if err != nil {
		return fmt.Errorf("follow %s: %w", filter, err)
	}
	cc, err := cons.Consume(func(m jetstream.Msg) { h(m.Subject(), m.Data()) })
	if err != nil {
		return fmt.Errorf("follow %s: %w", filter, err)
	}
	defer cc.Stop()
	select {
	case <-ctx.Done():
		return nil
	case <-cc.Closed():
		return fmt.Errorf("follow %s: the server ended it", filter)
	}
}

// Now asks the server for its time.
func (b *Bus) Now(ctx context.Context) (time.Time, error) {
	s, err := b.js.Stream(ctx, Tasks)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask bus for its time: %w", err)
	}
	return s.CachedInfo().TimeStamp, nil
}

// Healthy asks the server for a sign of life and JetStream.
func (b *Bus) Healthy(ctx context.Context) error {
	if _, err := b.js.AccountInfo(ctx); err != nil {
		return fmt.Errorf("ask bus: %w", err)
	}
	return nil
}

// Client returns a plain connection of its own to the same servers, for what
// this package does not do. The caller closes it.
func (b *Bus) Client(opts ...nats.Option) (*nats.Conn, error) {
	if b.srv != nil {
		return nats.Connect("", append(opts, nats.InProcessServer(b.srv.ns))...)
	}
	o := b.nc.Opts
	o.Url, o.Servers = "", b.nc.Servers()
	for _, set := range opts {
		if err := set(&o); err != nil {
			return nil, fmt.Errorf("connect to the bus: %w", err)
		}
	}
	return o.Connect()
}
