package bustest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// outbox keeps rows in memory and fails MarkSent as often as asked.
type outbox struct {
	mu    sync.Mutex
	rows  []notice.Outgoing
	fails int
	marks []int64
}

func (o *outbox) add(rows ...notice.Outgoing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range rows {
		r.Seq = int64(len(o.rows) + len(o.marks) + 1)
		o.rows = append(o.rows, r)
	}
}

func (o *outbox) Pending(_ context.Context, n int) ([]notice.Outgoing, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.rows[:min(n, len(o.rows))]), nil
}

func (o *outbox) MarkSent(_ context.Context, seqs []int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fails > 0 {
		o.fails--
		return errors.New("database is away")
	}
	o.marks = append(o.marks, seqs...)
	o.rows = slices.DeleteFunc(o.rows, func(r notice.Outgoing) bool { return slices.Contains(seqs, r.Seq) })
	return nil
}

func (o *outbox) left() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.rows)
}

func eventsReach(t *testing.T, s Server) {
	b := Open(t, s)
	want := NewEvent(notice.DocumentNew, "d1", 1)
	want.Version, want.Baseline, want.Cause = "v1", true, notice.Publisher
	for _, e := range []notice.Event{want, want, NewEvent(notice.RecordExtracted, "d1", 2)} {
		if err := b.PublishEvent(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	got := make(chan notice.Event, 9)
	for _, durable := range []string{"one", "two"} {
		Go(t, func(ctx context.Context) error {
			return b.ConsumeEvents(ctx, durable, []notice.EventKind{notice.DocumentNew}, 2, func(_ context.Context, e notice.Event) error {
				got <- e
				return nil
			})
		})
	}
	for range 2 {
		if diff := cmp.Diff(want, await(t, "the event", got)); diff != "" {
			t.Error(diff)
		}
	}
	idle(t, b)
	if len(got) != 0 {
		t.Errorf("an event too many: %+v", <-got)
	}
}

func eventOrder(t *testing.T, s Server) {
	b := Open(t, s)
	const docs, each = 5, 20
	var box outbox
	for n := range each {
		for d := range docs {
			e := NewEvent(notice.DocumentModified, fmt.Sprint("d", d), n)
			box.add(notice.Outgoing{Event: &e})
		}
	}
	var mu sync.Mutex
	seen := map[notice.DocumentID][]int{}
	Go(t, func(ctx context.Context) error { return b.Relay(ctx, &box, nil) })
	Go(t, func(ctx context.Context) error {
		return b.ConsumeEvents(ctx, "d", []notice.EventKind{notice.DocumentModified}, 4, func(_ context.Context, e notice.Event) error {
			mu.Lock()
			defer mu.Unlock()
			seen[e.Document] = append(seen[e.Document], e.At.Second())
			return nil
		})
	})
	Eventually(t, "all events are handled", func() bool {
		mu.Lock()
		defer mu.Unlock()
		n := 0
		for _, s := range seen {
			n += len(s)
		}
		return n == docs*each
	})
	for doc, s := range seen {
		if !slices.IsSorted(s) {
			t.Errorf("events of %s came as %v", doc, s)
		}
	}
}

func relayMarks(t *testing.T, s Server) {
	b := Open(t, s)
	box := outbox{fails: 2}
	for n := range 30 {
		e := NewEvent(notice.DocumentNew, fmt.Sprint("d", n), 1)
		box.add(notice.Outgoing{Event: &e})
	}
	var runs atomic.Int32
	Go(t, func(ctx context.Context) error {
		return b.ConsumeEvents(ctx, "d", []notice.EventKind{notice.DocumentNew}, 4, func(context.Context, notice.Event) error { runs.Add(1); return nil })
	})
	poke := make(chan struct{}, 1)
	Go(t, func(ctx context.Context) error { return b.Relay(ctx, &box, poke) })
	Eventually(t, "the outbox is empty", func() bool { return box.left() == 0 })
	poke <- struct{}{}
	Eventually(t, "events are handled", func() bool { return runs.Load() >= 30 })
	idle(t, b)
	if runs.Load() != 30 {
		t.Errorf("%d events handled after failed marks, want 30", runs.Load())
	}
}

func relayBusy(t *testing.T, s Server) {
	b := Open(t, s)
	var box outbox
	step := NewTask("mee", "mee", 2)
	step.Mode = notice.Backfill
	started, end := make(chan notice.Mode, 9), make(chan int)
	publish(t, b, NewTask("mee", "mee", 1))
	Go(t, func(ctx context.Context) error {
		return b.ConsumeTasks(ctx, "w", func(_ context.Context, task notice.Task) error {
			started <- task.Mode
			<-end
			return nil
		})
	})
	await(t, "the poll", started)
	box.add(notice.Outgoing{Task: &step})
	Go(t, func(ctx context.Context) error { return b.Relay(ctx, &box, nil) })
	Eventually(t, "the step was refused", func() bool { return b.Refused() > 1 })
	if box.left() != 1 {
		t.Fatal("a refused step left the outbox")
	}
	close(end)
	if m := await(t, "the step", started); m != notice.Backfill {
		t.Errorf("mode %s ran, want %s", m, notice.Backfill)
	}
	Eventually(t, "the outbox is empty", func() bool { return box.left() == 0 })
}

func relayBuries(t *testing.T, s Server) {
	b := Open(t, s)
	var box outbox
	good := NewEvent(notice.DocumentNew, "d1", 1)
	box.add(notice.Outgoing{Task: &notice.Task{Source: "mee"}}, notice.Outgoing{}, notice.Outgoing{Event: &good})
	Go(t, func(ctx context.Context) error { return b.Relay(ctx, &box, nil) })
	Eventually(t, "the outbox is empty", func() bool { return box.left() == 0 })
	dead, err := b.Dead(t.Context())
	if err != nil || len(dead) != 2 {
		t.Fatalf("%d dead letters, %v; want 2", len(dead), err)
	}
	if err := b.Replay(t.Context(), dead[0].ID); err == nil {
		t.Error("a row that never was a message was replayed")
	}
}

func replay(t *testing.T, s Server) {
	b := Open(t, s)
	e := NewEvent(notice.VersionRecorded, "d1", 1)
	var mended atomic.Bool
	var ill, well atomic.Int32
	kinds := []notice.EventKind{notice.VersionRecorded}
	Go(t, func(ctx context.Context) error {
		return b.ConsumeEvents(ctx, "extract", kinds, 2, func(context.Context, notice.Event) error {
			ill.Add(1)
			if !mended.Load() {
				return fault.Errorf(fault.Permanent, "blob is corrupt")
			}
			return nil
		})
	})
	Go(t, func(ctx context.Context) error {
		return b.ConsumeEvents(ctx, "alert", kinds, 2, func(context.Context, notice.Event) error { well.Add(1); return nil })
	})
	if err := b.PublishEvent(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	var dead []notice.DeadLetter
	Eventually(t, "a dead letter", func() bool {
		var err error
		dead, err = b.Dead(t.Context())
		return err == nil && len(dead) == 1
	})
	var kept notice.Event
	if err := json.Unmarshal(dead[0].Data, &kept); err != nil || kept.ID != e.ID {
		t.Errorf("the letter holds %q (%v), want the event", dead[0].Data, err)
	}
	mended.Store(true)
	if err := b.Replay(t.Context(), dead[0].ID); err != nil {
		t.Fatal(err)
	}
	Eventually(t, "the replay", func() bool { return ill.Load() == 2 })
	idle(t, b)
	if well.Load() != 1 {
		t.Errorf("the other durable handled it %d times, want 1", well.Load())
	}
	if err := b.Replay(t.Context(), dead[0].ID); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("second replay: %v, want ErrUnknown", err)
	}
}

func follow(t *testing.T, s Server) {
	b := Open(t, s)
	got := make(chan string, 99)
	stop := Go(t, func(ctx context.Context) error {
		return b.Follow(ctx, "gov.central.>", func(subject string, data []byte) {
			if json.Valid(data) {
				got <- subject
			}
		})
	})
	n := 0
	Eventually(t, "an event is shown", func() bool {
		n++
		for _, level := range []notice.Level{notice.Provincial, notice.Central} {
			e := NewEvent(notice.DocumentNew, "d", n)
			e.ID, e.Level = notice.EventID(fmt.Sprint(level, n)), level
			if err := b.PublishEvent(t.Context(), e); err != nil {
				t.Error(err)
			}
		}
		return len(got) > 0
	})
	stop()
	if want, sub := "gov.central.100000.mee.document.new", <-got; sub != want {
		t.Errorf("subject %s, want %s", sub, want)
	}
}
