package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// Outbox holds what one transaction stored beside its facts and nobody has
// published yet. Pending returns the first n rows in the order of Seq, without
// marking them; MarkSent makes rows vanish from Pending, durable on return. Both
// may be called concurrently, and MarkSent twice for the same rows.
type Outbox interface {
	Pending(ctx context.Context, n int) ([]notice.Outgoing, error)
	MarkSent(ctx context.Context, seqs []int64) error
}

const (
	relayBatch = 256
	// relayLanes publish side by side: with one fsync each, a group commits faster.
	relayLanes = 16
	// pokeSubject is heard by every relay. Nothing keeps what is said on it: whoever
	// missed a poke looks at the next RelayEvery.
	pokeSubject = "govwatch.poke"
)

// Poke tells relays in other processes that the outbox may have got rows.
func (b *Bus) Poke() {
	if err := b.nc.Publish(pokeSubject, nil); err != nil {
		b.log.Debug("relays are not poked, they look by themselves", "err", err)
	}
}

// heard passes on pokes of other processes and of this one until stop is called.
func (b *Bus) heard() (pokes <-chan struct{}, stop func(), err error) {
	heard := make(chan struct{}, 1)
	sub, err := b.nc.Subscribe(pokeSubject, func(*nats.Msg) {
		select {
		case heard <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return nil, nil, fmt.Errorf("listen for pokes: %w", err)
	}
	return heard, func() {
		if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
			b.log.Debug("listening for pokes does not end", "err", err)
		}
	}, nil
}

// Relay moves the outbox to the bus until the context ends, and is the only
// publisher of events. It looks when poked, by its own process or by Poke of
// another, and at least each RelayEvery. The
// events of one document (without one: of one source) are published in the order
// of the outbox; a row is marked sent after its ack, never before, so a crash
// repeats a message under the same ID. Outages are waited for and logged once.
// A row that can never be published goes to the dead-letter stream.
func (b *Bus) Relay(ctx context.Context, box Outbox, poke <-chan struct{}) error {
	heard, stop, err := b.heard()
	if err != nil {
		return err
	}
	defer stop()
	var ill bool
	stuck, wait := 0, b.timing.RelayEvery
	for {
		sent, left, err := b.relayOnce(ctx, box, relayBatch+stuck)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !ill {
			b.log.Error("outbox waits: events are kept and published later", "err", err)
		}
		if err == nil && ill {
			b.log.Info("outbox moves again")
		}
		ill = err != nil
		// Rows that stay must not hide those behind them.
		stuck = min(left, 16*relayBatch)
		switch {
		case ill:
			wait = min(2*wait, 10*time.Second)
		case sent > 0:
			wait = b.timing.RelayEvery
			continue
		default:
			wait = b.timing.RelayEvery
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-poke:
		case <-heard:
		case <-t.C:
		}
		t.Stop()
	}
}

// relayOnce publishes one batch. A crash anywhere in it leaves rows that are
// published but not marked: they are published again and dropped by their ID.
func (b *Bus) relayOnce(ctx context.Context, box Outbox, n int) (sent, left int, err error) {
	rows, err := box.Pending(ctx, n)
	if err != nil {
		return 0, 0, fmt.Errorf("read outbox: %w", err)
	}
	var order []string
	lanes := map[string][]notice.Outgoing{}
	for _, r := range rows {
		k := relayKey(r)
		if lanes[k] == nil {
			order = append(order, k)
		}
		lanes[k] = append(lanes[k], r)
	}
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		done []int64
		bad  error
	)
	slots := make(chan struct{}, relayLanes)
	for _, k := range order {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			seqs, perr := b.relayLane(ctx, lanes[k])
			mu.Lock()
			defer mu.Unlock()
			done = append(done, seqs...)
			if bad == nil {
				bad = perr
			}
		})
	}
	wg.Wait()
	if len(done) > 0 {
		if err := box.MarkSent(ctx, done); err != nil {
			return 0, len(rows), fmt.Errorf("mark outbox rows sent: %w", err)
		}
	}
	return len(done), len(rows) - len(done), bad
}

// relayLane publishes rows in order and stops at the first that does not go through.
func (b *Bus) relayLane(ctx context.Context, rows []notice.Outgoing) ([]int64, error) {
	var done []int64
	for _, r := range rows {
		gone, err := b.relayRow(ctx, r)
		if err != nil || !gone {
			return done, err
		}
		done = append(done, r.Seq)
	}
	return done, nil
}

// relayRow reports whether the row is done with.
func (b *Bus) relayRow(ctx context.Context, r notice.Outgoing) (bool, error) {
	msg, err := outgoingMsg(r)
	if err == nil {
		_, err = b.publish(ctx, msg)
	}
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrBusy):
		// A waiting fetch of the same address does the same work. Any other task
		// must follow the one that holds its place, such as the next step of a
		// back-fill, so its row waits for the next round.
		b.refused.Add(1)
		return r.Task.Mode == notice.Fetch, nil
	case fault.Of(err) == fault.Permanent:
		return true, b.buryRow(ctx, r, msg, err)
	}
	return false, err
}

// buryRow keeps a row that cannot be published. When it could not be made a
// message at all, the letter holds the row itself.
func (b *Bus) buryRow(ctx context.Context, r notice.Outgoing, m *nats.Msg, why error) error {
	l := letter{stream: "OUTBOX", consumer: "relay", seq: uint64(r.Seq), reason: why.Error()}
	if m != nil {
		l.subject, l.header, l.data = m.Subject, m.Header, m.Data
	} else {
		var err error
		if l.data, err = json.Marshal(r); err != nil {
			l.data = fmt.Appendf(nil, "%+v", r)
		}
	}
	return b.bury(ctx, l)
}

func outgoingMsg(r notice.Outgoing) (*nats.Msg, error) {
	switch {
	case r.Event != nil:
		return eventMsg(*r.Event)
	case r.Task != nil:
		return taskMsg(*r.Task)
	}
	return nil, fault.Errorf(fault.Permanent, "publish outbox row %d: neither event nor task in it", r.Seq)
}

func relayKey(r notice.Outgoing) string {
	switch {
	case r.Event != nil && r.Event.Document != "":
		return string(r.Event.Document)
	case r.Event != nil:
		return "source " + string(r.Event.Source)
	case r.Task != nil:
		return taskSubjectKey(*r.Task)
	}
	return ""
}

func taskSubjectKey(t notice.Task) string {
	key := "task " + string(t.Source)
	if t.Target != nil {
		key += " " + t.Target.URL
	}
	return key
}
