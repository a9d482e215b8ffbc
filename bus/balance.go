package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// balance gives idle shards away while this process holds more than its part.
// The server pins a shard to whoever asks first and never moves it, so the
// first worker to start would keep all of them. A shard that is given away goes
// to a worker whose request is older than our next one; the fence keeps it safe.
func (b *Bus) balance(ctx context.Context, shards []*shard) {
	for pause(ctx, b.timing.PinTTL) == nil {
		if err := b.giveAway(ctx, shards); err != nil && ctx.Err() == nil {
			b.log.Debug("shards are not balanced", "err", err)
		}
	}
}

func (b *Bus) giveAway(ctx context.Context, shards []*shard) error {
	once, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	st, err := b.js.Stream(once, Tasks)
	if err != nil {
		return fmt.Errorf("look at shards: %w", err)
	}
	byName := map[string]*shard{}
	for i, s := range shards {
		byName[taskConsumer(i, b.timing).Durable] = s
	}
	var idle []string
	pinned, mine, workers := 0, 0, 1
	err = eachConsumer(once, st, func(c *jetstream.ConsumerInfo) {
		pin := pinOf(c)
		if pin == "" {
			return
		}
		pinned++
		// Each worker keeps a request waiting on each shard.
		workers = max(workers, c.NumWaiting)
		if s := byName[c.Name]; s != nil && s.current() == pin {
			mine++
			if c.NumPending == 0 && c.NumAckPending == 0 {
				idle = append(idle, c.Name)
			}
		}
	})
	if err != nil {
		return err
	}
	part := (pinned + workers - 1) / workers
	for _, name := range idle[:max(0, min(len(idle), mine-part))] {
		if err := st.UnpinConsumer(once, name, pinGroup); err != nil {
			return fmt.Errorf("give away %s: %w", name, err)
		}
	}
	return nil
}

// pinOf is the worker that a consumer is pinned to, empty when it is free.
func pinOf(c *jetstream.ConsumerInfo) string {
	for _, g := range c.PriorityGroups {
		if g.Group == pinGroup {
			return g.PinnedClientID
		}
	}
	return ""
}
