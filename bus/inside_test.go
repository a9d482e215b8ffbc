package bus

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"govwatch/notice"
)

var short = Timing{
	TaskAckWait: time.Second, EventAckWait: time.Second, PinTTL: 2 * time.Second, PullExpiry: time.Second,
	RetryFirst: 10 * time.Millisecond, RetryMaxTask: 50 * time.Millisecond, RetryMaxEvent: 50 * time.Millisecond,
	TaskDeliveries: 3, EventDeliveries: 3, RelayEvery: 50 * time.Millisecond,
}

func openIn(t testing.TB, dir string, log *slog.Logger) *Bus {
	t.Helper()
	b, err := Open(context.Background(), "embedded:"+dir, Options{Timing: short, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func until(t testing.TB, what string, f func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(2 * time.Minute)
	for !f() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("never: " + what)
		}
	}
}

func run(t testing.TB, f func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := f(ctx); err != nil {
			t.Error(err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(stop)
	return stop
}

func poll(source, host string, n int) notice.Task {
	return notice.Task{ID: notice.TaskID(fmt.Sprint(source, n)), Source: notice.SourceID(source), Mode: notice.Poll, Host: host, Due: time.UnixMilli(int64(n + 1))}
}

// TestUndecodable: garbage on either stream becomes a dead letter and blocks nothing.
func TestUndecodable(t *testing.T) {
	t.Parallel()
	b := openIn(t, t.TempDir(), nil)
	for _, subject := range []string{fmt.Sprintf("crawl.task.%02d.h.s", ShardOf("h")), "gov.a.b.c.document.new"} {
		for _, data := range []string{"\x00\xff", `{"specversion":"1.0"}`, "{}"} {
			if _, err := b.js.Publish(t.Context(), subject, []byte(data)); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(subject, "crawl") {
				break
			}
		}
	}
	run(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(context.Context, notice.Task) error { t.Error("garbage was handled"); return nil })
	})
	run(t, func(ctx context.Context) error {
		return b.ConsumeEvents(ctx, "d", []notice.EventKind{notice.DocumentNew}, 1, func(context.Context, notice.Event) error { t.Error("garbage was handled"); return nil })
	})
	until(t, "four dead letters and an idle bus", func() bool {
		dead, err := b.Dead(t.Context())
		ok, ierr := b.Idle(t.Context())
		return err == nil && ierr == nil && ok && len(dead) == 4
	})
}

// TestWorkersThatDie: no handler ever answers, and the process ends each time.
// The task is recorded as dead and frees its source; the advisory or, when
// nobody heard it, the sweep sees to it.
func TestWorkersThatDie(t *testing.T) {
	t.Parallel()
	for _, heard := range []bool{true, false} {
		t.Run(fmt.Sprint("advisory heard ", heard), func(t *testing.T) {
			t.Parallel()
			b := openIn(t, t.TempDir(), nil)
			if err := b.PublishTask(t.Context(), poll("s", "h", 1)); err != nil {
				t.Fatal(err)
			}
			cfg := taskConsumer(ShardOf("h"), short)
			cfg.AckWait = 50 * time.Millisecond
			c, err := b.js.CreateOrUpdateConsumer(t.Context(), Tasks, cfg)
			if err != nil {
				t.Fatal(err)
			}
			if heard {
				stop, err := b.watchUsedUp(t.Context(), Tasks)
				if err != nil {
					t.Fatal(err)
				}
				defer stop()
			}
			for range short.TaskDeliveries {
				until(t, "a delivery", func() bool {
					m, err := c.Fetch(1, jetstream.FetchMaxWait(time.Second), jetstream.FetchPriorityGroup(pinGroup))
					if err != nil {
						return false
					}
					for range m.Messages() {
						return true
					}
					return false
				})
			}
			until(t, "nothing is in flight", func() bool {
				// The server drops a used-up message when somebody asks for more.
				if _, err := c.Fetch(1, jetstream.FetchMaxWait(10*time.Millisecond), jetstream.FetchPriorityGroup(pinGroup)); err != nil {
					return false
				}
				i, err := c.Info(t.Context())
				return err == nil && i.NumAckPending == 0
			})
			if !heard {
				if err := b.sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			until(t, "the dead letter", func() bool {
				dead, err := b.Dead(t.Context())
				return err == nil && len(dead) == 1 && strings.Contains(dead[0].Reason, "deliveries")
			})
			until(t, "the source is free", func() bool { return b.PublishTask(t.Context(), poll("s", "h", 2)) == nil })
		})
	}
}

// TestOrphans: a process that was killed leaves its work in flight; the next on
// the same folder takes it at once, without waiting for AckWait.
func TestOrphans(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	slow := short
	slow.TaskAckWait, slow.EventAckWait = time.Hour, time.Hour
	open := func() *Bus {
		b, err := Open(t.Context(), "embedded:"+dir, Options{Timing: slow})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := open()
	if err := b.PublishTask(t.Context(), poll("s", "h", 1)); err != nil {
		t.Fatal(err)
	}
	c, err := b.js.CreateOrUpdateConsumer(t.Context(), Tasks, taskConsumer(ShardOf("h"), slow))
	if err != nil {
		t.Fatal(err)
	}
	if m, err := c.Next(jetstream.FetchPriorityGroup(pinGroup)); err != nil || m == nil {
		t.Fatal(err)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	b = open()
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	var runs atomic.Int32
	start := time.Now()
	run(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(context.Context, notice.Task) error { runs.Add(1); return nil })
	})
	until(t, "the orphan ran", func() bool { return runs.Load() == 1 })
	t.Logf("taken up after %v", time.Since(start).Round(time.Millisecond))
	c, err = b.js.Consumer(t.Context(), Tasks, taskConsumer(ShardOf("h"), slow).Durable)
	if err != nil || c.CachedInfo().Config.AckWait != slow.TaskAckWait {
		t.Errorf("ack wait is %v (%v), want it restored", c.CachedInfo().Config.AckWait, err)
	}
}

// TestLimitsChangedByHand: what can be repaired is, with a log line; what
// cannot is refused with one.
func TestLimitsChangedByHand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openIn(t, dir, nil)
	cfg := streamTable(1)[0]
	cfg.MaxAge, cfg.MaxMsgsPerSubject, cfg.DiscardNewPerSubject = time.Hour, 5, false
	if _, err := b.js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	b = openIn(t, dir, slog.New(slog.NewTextHandler(&buf, nil)))
	for _, part := range []string{"max_age 1h0m0s -> 168h0m0s", "max_msgs_per_subject 5 -> 1", "stream=TASKS"} {
		if !strings.Contains(buf.String(), part) {
			t.Errorf("log %q does not say %q", buf.String(), part)
		}
	}
	if err := b.js.DeleteStream(t.Context(), Events); err != nil {
		t.Fatal(err)
	}
	wrong := streamTable(1)[1]
	wrong.Retention = jetstream.WorkQueuePolicy
	if _, err := b.js.CreateStream(t.Context(), wrong); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), "embedded:"+dir, Options{}); err == nil || !strings.Contains(err.Error(), "nats stream rm EVENTS") {
		t.Errorf("wrong retention: %v, want the command that mends it", err)
	}
}

// TestFull: a stream at its limit refuses with words, and the publisher keeps the message.
func TestFull(t *testing.T) {
	t.Parallel()
	b := openIn(t, t.TempDir(), nil)
	cfg := streamTable(1)[1]
	cfg.MaxMsgs = 1
	if _, err := b.js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	e := notice.Event{ID: "1", Kind: notice.DocumentNew}
	if err := b.PublishEvent(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	e.ID = "2"
	if err := b.PublishEvent(t.Context(), e); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("publish to a full stream: %v", err)
	}
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	due := time.UnixMilli(1700000000123)
	task := notice.Task{Source: "mee", Host: "WWW.mee.gov.cn:8080", Mode: notice.Poll, Due: due}
	if got, want := taskSubject(task), fmt.Sprintf("crawl.task.%02d.www_mee_gov_cn:8080.mee", ShardOf("www.mee.gov.cn:8080")); got != want {
		t.Errorf("subject %s, want %s", got, want)
	}
	if got, want := taskMsgID(task), "mee@1700000000123@poll@www.mee.gov.cn:8080"; got != want {
		t.Errorf("message ID %s, want %s", got, want)
	}
	task.Mode, task.Target = notice.Fetch, &notice.Target{URL: "http://x/1"}
	other := task
	other.Target = &notice.Target{URL: "http://x/2"}
	if taskSubject(task) == taskSubject(other) || taskMsgID(task) == taskMsgID(other) {
		t.Error("two addresses share a subject or an ID")
	}
	spread := map[int]int{}
	for i := range 3200 {
		spread[ShardOf(fmt.Sprintf("www.city%d.gov.cn", i))]++
	}
	for s := range Shards {
		if spread[s] < 50 || spread[s] > 200 {
			t.Errorf("shard %d has %d of 3200 hosts", s, spread[s])
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for delivery, want := range map[uint64]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 5: 10 * time.Second, 60: 10 * time.Second} {
		if got := backoff(time.Second, 10*time.Second, delivery); got != want {
			t.Errorf("delivery %d: %v, want %v", delivery, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"ID":"1","Source":"mee","Host":"h","Mode":"poll"}`))
	f.Add([]byte(`{"specversion":"1.0","id":"1","type":"gov.watch.document.new","data":{}}`))
	f.Add([]byte{0xff, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if task, err := decodeTask(data); err == nil {
			if s := taskSubject(task); strings.ContainsAny(s, " *>\t\n") || strings.Count(s, ".") != 4 {
				t.Errorf("subject %q", s)
			}
		}
		called := eventHandler(func(_ context.Context, e notice.Event) error {
			if s := e.Subject(); strings.ContainsAny(s, " *>\t\n") {
				t.Errorf("subject %q", s)
			}
			return nil
		})
		if err := called(t.Context(), data); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
