package tracker

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"govwatch/notice"
)

// tell puts an event into the outbox of this transaction; one that is there already is left alone.
func (x *tx) tell(ctx context.Context, e notice.Event) error {
	b, err := encode(e)
	if err != nil {
		return fmt.Errorf("event %s: %w", e.ID, err)
	}
	return x.post(ctx, string(e.ID), false, e.At, b)
}

func (x *tx) tellAll(ctx context.Context, events []notice.Event) error {
	for _, e := range events {
		if err := x.tell(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// order puts a task into the outbox of this transaction.
func (x *tx) order(ctx context.Context, task notice.Task) error {
	b, err := encode(task)
	if err != nil {
		return fmt.Errorf("task %s: %w", task.ID, err)
	}
	return x.post(ctx, "task:"+string(task.ID), true, task.Due, b)
}

func (x *tx) post(ctx context.Context, id string, task bool, at time.Time, body string) error {
	n, err := x.exec(ctx, `INSERT INTO outbox (id, task, at, body) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`, id, task, millis(at), body)
	x.told = x.told || n > 0
	return err
}

// Pending returns at most n rows of the outbox that are not marked sent, oldest first.
func (t *Tracker) Pending(ctx context.Context, n int) ([]notice.Outgoing, error) {
	all, err := collect(ctx, t.read, func(r *sql.Rows) (o notice.Outgoing, err error) {
		var task bool
		var b string
		if err := r.Scan(&o.Seq, &task, &b); err != nil {
			return o, err
		}
		if task {
			v, err := decode[notice.Task](b)
			o.Task = &v
			return o, err
		}
		v, err := decode[notice.Event](b)
		o.Event = &v
		return o, err
	}, "SELECT seq, task, body FROM outbox WHERE NOT sent ORDER BY seq LIMIT $1", n)
	return all, t.judge("read the outbox", err)
}

// MarkSent takes rows out of Pending. Rows that are marked already stay so.
func (t *Tracker) MarkSent(ctx context.Context, seqs []int64) error {
	if len(seqs) == 0 {
		return nil
	}
	return t.atomically(ctx, "mark the outbox as sent", func(x *tx) error {
		return chunks(seqs, func(part []int64) error {
			part = padded(part)
			_, err := x.exec(ctx, "UPDATE outbox SET sent = TRUE WHERE seq IN ("+places(1, len(part))+")", asArgs(part)...)
			return err
		})
	})
}

// Unsend makes the rows of the outbox pending again whose moment is at most age
// before the newest one's, and returns their number: after a restore, the bus
// does not know what it was told. Whoever handles them again finds the work done.
func (t *Tracker) Unsend(ctx context.Context, age time.Duration) (n int64, err error) {
	err = t.atomically(ctx, "announce again", func(x *tx) error {
		n, err = x.exec(ctx, "UPDATE outbox SET sent = FALSE WHERE sent AND at >= (SELECT MAX(at) FROM outbox) - $1", age.Milliseconds())
		x.told = n > 0
		return err
	})
	return n, err
}

// SweepOutbox deletes sent rows of events from before a moment and returns their
// number. A write that is repeated after its row is gone announces again, so the
// moment must lie further back than any message can be redelivered.
func (t *Tracker) SweepOutbox(ctx context.Context, before time.Time) (n int64, err error) {
	err = t.atomically(ctx, "sweep the outbox", func(x *tx) error {
		n, err = x.exec(ctx, "DELETE FROM outbox WHERE sent AND at < $1", millis(before))
		return err
	})
	return n, err
}
