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

const pinHeader = "Nats-Pin-Id"

// ConsumeTasks hands tasks to h until the context ends. A shard of hosts is
// consumed by one process at a time; within it hosts run side by side, each
// host one task at a time, at most Options.Parallel in this process. When a
// worker dies its tasks are handed to another after TaskAckWait, its shards
// after PinTTL. Name shows in logs. What becomes of a task is decided by the
// fault kind of h's error: see settle.
func (b *Bus) ConsumeTasks(ctx context.Context, name string, h func(context.Context, notice.Task) error) error {
	lim := limits{b.timing.TaskAckWait, b.timing.RetryFirst, b.timing.RetryMaxTask, uint64(b.timing.TaskDeliveries)}
	l := newLanes(b.parallel, func(ctx context.Context, m *held) bool { return b.handle(ctx, m, taskHandler(h)) })
	stop, err := b.watchUsedUp(ctx, Tasks)
	if err != nil {
		return err
	}
	defer stop()
	if err := b.sweep(ctx); err != nil && ctx.Err() == nil {
		b.log.Warn("used-up tasks are not looked for", "err", err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	wg.Go(func() { b.reportWaiting(ctx, l, lim.ackWait) })
	shards := make([]*shard, Shards)
	for i := range shards {
		s := &shard{b: b, lanes: l, limits: lim, log: b.log.With("worker", name, "shard", i)}
		shards[i] = s
		wg.Go(func() {
			if err := s.consume(ctx, i); err != nil {
				cancel(err)
			}
		})
	}
	wg.Go(func() { b.balance(ctx, shards) })
	wg.Wait()
	b.giveBack(l.finish())
	for i, s := range shards {
		s.unpin(context.WithoutCancel(ctx), taskConsumer(i, b.timing).Durable)
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

func taskHandler(h func(context.Context, notice.Task) error) func(context.Context, []byte) error {
	return func(ctx context.Context, data []byte) error {
		t, err := decodeTask(data)
		if err != nil {
			return err
		}
		return h(ctx, t)
	}
}

func decodeTask(data []byte) (notice.Task, error) {
	var t notice.Task
	if err := json.Unmarshal(data, &t); err != nil {
		return t, fault.Errorf(fault.Permanent, "decode task: %w", err)
	}
	if t.Source == "" || t.Host == "" {
		return t, fault.Errorf(fault.Permanent, "decode task %q: no source or no host", t.ID)
	}
	return t, nil
}

// taskKey is the host as the task names it; what cannot be read is a lane of its own.
func taskKey(m jetstream.Msg) string {
	if t, err := decodeTask(m.Data()); err == nil {
		return t.Host
	}
	return m.Subject()
}

// shard is one part of the hosts, seen from this process.
type shard struct {
	b      *Bus
	lanes  *lanes
	limits limits
	log    *slog.Logger

	mu sync.Mutex
	// pin is the server's word that this process alone consumes the shard; it
	// changes when the shard changes hands and when the server's leader does.
	pin string
	// clear says that no other process still works on a task of the shard.
	clear  bool
	parked []*held
	wg     sync.WaitGroup
}

func (s *shard) consume(ctx context.Context, n int) error {
	defer s.wg.Wait()
	cfg := taskConsumer(n, s.b.timing)
	onErr := func(err error) {
		if errors.Is(err, jetstream.ErrPinIDMismatch) {
			s.lose(cfg.Durable)
		}
	}
	return s.b.pull(ctx, Tasks, cfg, func(c jetstream.Consumer, m jetstream.Msg) { s.arrive(ctx, c, m) }, onErr,
		jetstream.PullMaxMessages(maxHeld), jetstream.PullExpiry(s.b.timing.PullExpiry),
		jetstream.PullHeartbeat(max(s.b.timing.PullExpiry/2, 500*time.Millisecond)), jetstream.PullPriorityGroup(pinGroup))
}

// arrive takes a message. After the pin changed hands nothing starts before the
// work of the worker before is over: a pin says who gets new messages, not that
// the old ones are done.
func (s *shard) arrive(ctx context.Context, c jetstream.Consumer, m jetstream.Msg) {
	h, err := newHeld(m, taskKey(m), s.limits)
	if err != nil {
		s.log.Error("message without delivery facts", "err", err)
		return
	}
	if ctx.Err() != nil {
		s.lanes.leave(h)
		return
	}
	if !s.lanes.hold(h) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if pin := m.Headers().Get(pinHeader); pin != s.pin {
		s.pin, s.clear = pin, false
		s.wg.Go(func() { s.fence(ctx, c, pin) })
	}
	if s.clear {
		s.lanes.start(ctx, h)
		return
	}
	s.parked = append(s.parked, h)
}

// fence waits until all messages in flight are ours, then starts what is parked.
func (s *shard) fence(ctx context.Context, c jetstream.Consumer, pin string) {
	name := c.CachedInfo().Name
	for told := false; ; {
		foreign, err := s.foreign(ctx, c, name)
		if err == nil && foreign <= 0 {
			break
		}
		if !told && err == nil {
			told = true
			s.log.Info("shard is taken over when its last worker is done", "in_flight", foreign)
		}
		if pause(ctx, min(s.limits.ackWait/20, time.Second)) != nil {
			for _, h := range s.unpark() {
				s.lanes.leave(h)
			}
			return
		}
		if s.current() != pin {
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pin != pin {
		return
	}
	s.clear = true
	for _, h := range s.parked {
		s.lanes.start(ctx, h)
	}
	s.parked = nil
}

func (s *shard) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pin
}

// foreign counts what the server has handed out and this process does not hold.
// Messages that wait for a retry count, too: that delays, but never doubles.
func (s *shard) foreign(ctx context.Context, c jetstream.Consumer, name string) (int, error) {
	once, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	info, err := c.Info(once)
	if err != nil {
		return 0, err
	}
	return info.NumAckPending - s.lanes.count(name), nil
}

// lose is called when the server has pinned the shard to another process:
// what is not running goes back.
func (s *shard) lose(consumer string) {
	s.mu.Lock()
	s.pin, s.clear = "", false
	s.mu.Unlock()
	s.log.Info("shard went to another worker")
	s.b.giveBack(append(s.unpark(), s.lanes.drop(consumer)...))
}

func (s *shard) unpark() []*held {
	s.mu.Lock()
	defer s.mu.Unlock()
	parked := s.parked
	s.parked = nil
	for _, h := range parked {
		s.lanes.release(h)
	}
	return parked
}

// unpin gives a shard back at once at a clean end, so that nobody waits for
// PinTTL. The pin is checked first: it may be another's by now.
func (s *shard) unpin(ctx context.Context, consumer string) {
	pin := s.current()
	if pin == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	err := func() error {
		st, err := s.b.js.Stream(ctx, Tasks)
		if err != nil {
			return err
		}
		c, err := st.Consumer(ctx, consumer)
		if err != nil {
			return err
		}
		if pinOf(c.CachedInfo()) == pin {
			return st.UnpinConsumer(ctx, consumer, pinGroup)
		}
		return nil
	}()
	if err != nil {
		s.log.Debug("shard is not given back, its pin ends by itself", "err", fmt.Errorf("unpin %s: %w", consumer, err))
	}
}
