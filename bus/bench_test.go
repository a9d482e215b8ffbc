package bus

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"govwatch/notice"
)

// BenchmarkLatency is the time from the start of a publish to the start of the
// handler, message by message, on a bus that syncs every write.
func BenchmarkLatency(b *testing.B) {
	s := openIn(b, b.TempDir(), nil)
	got := make(chan time.Time, 1)
	run(b, func(ctx context.Context) error {
		return s.ConsumeEvents(ctx, "d", []notice.EventKind{notice.DocumentNew}, 4, func(context.Context, notice.Event) error {
			got <- time.Now()
			return nil
		})
	})
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if err := s.PublishEvent(b.Context(), notice.Event{ID: notice.EventID(fmt.Sprint(i)), Kind: notice.DocumentNew, Document: notice.DocumentID(fmt.Sprint(i))}); err != nil {
			b.Fatal(err)
		}
		took = append(took, (<-got).Sub(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
}

// BenchmarkTask is publish, handle and ack of one task of one source after the other.
func BenchmarkTask(b *testing.B) {
	s := openIn(b, b.TempDir(), nil)
	got := make(chan int, 1)
	run(b, func(ctx context.Context) error {
		return s.ConsumeTasks(ctx, "w", func(context.Context, notice.Task) error { got <- 1; return nil })
	})
	for i := 0; b.Loop(); i++ {
		if err := s.PublishTask(b.Context(), poll(fmt.Sprint("s", i), "h", i)); err != nil {
			b.Fatal(err)
		}
		<-got
	}
}

type memoryBox struct {
	mu   sync.Mutex
	rows []notice.Outgoing
}

func (m *memoryBox) Pending(_ context.Context, n int) ([]notice.Outgoing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.rows[:min(n, len(m.rows))]), nil
}

func (m *memoryBox) MarkSent(_ context.Context, seqs []int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	gone := map[int64]bool{}
	for _, s := range seqs {
		gone[s] = true
	}
	m.rows = slices.DeleteFunc(m.rows, func(r notice.Outgoing) bool { return gone[r.Seq] })
	return nil
}

// BenchmarkRelay moves an outbox of single-event documents.
func BenchmarkRelay(b *testing.B) {
	s := openIn(b, b.TempDir(), nil)
	n := 0
	for b.Loop() {
		var box memoryBox
		for range relayBatch {
			n++
			box.rows = append(box.rows, notice.Outgoing{Seq: int64(n), Event: &notice.Event{
				ID: notice.EventID(fmt.Sprint(n)), Kind: notice.DocumentNew, Document: notice.DocumentID(fmt.Sprint(n))}})
		}
		sent, left, err := s.relayOnce(b.Context(), &box, relayBatch)
		if err != nil || sent != relayBatch || left != 0 {
			b.Fatal(sent, left, err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkIdle is what 32 shards and two durables cost when nothing happens;
// read it with -benchmem and the CPU time of the run.
func BenchmarkIdle(b *testing.B) {
	s, err := Open(b.Context(), "embedded:"+b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	run(b, func(ctx context.Context) error {
		return s.ConsumeTasks(ctx, "w", func(context.Context, notice.Task) error { return nil })
	})
	until(b, "consumers are set up", func() bool {
		st, err := s.js.Stream(b.Context(), Tasks)
		return err == nil && st.CachedInfo().State.Consumers == Shards
	})
	setup := time.Since(start)
	before := cpuTime(b)
	clock := time.Now()
	for b.Loop() {
		if err := pause(b.Context(), 3*time.Second); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(setup.Milliseconds()), "setup-ms")
	b.ReportMetric(100*float64(cpuTime(b)-before)/float64(time.Since(clock)), "cpu-%")
}

// BenchmarkAskIdle is the question that a run which ends by itself asks all the time.
func BenchmarkAskIdle(b *testing.B) {
	s := openIn(b, b.TempDir(), nil)
	run(b, func(ctx context.Context) error {
		return s.ConsumeTasks(ctx, "w", func(context.Context, notice.Task) error { return nil })
	})
	for _, d := range []string{"extract", "alert"} {
		run(b, func(ctx context.Context) error {
			return s.ConsumeEvents(ctx, d, []notice.EventKind{notice.DocumentNew}, 1, func(context.Context, notice.Event) error { return nil })
		})
	}
	until(b, "it is idle", func() bool { ok, err := s.Idle(b.Context()); return ok && err == nil })
	for b.Loop() {
		if ok, err := s.Idle(b.Context()); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
