package tracker

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"govwatch/notice"
)

// SaveDead keeps a message that no worker could handle; the same ID is kept once.
func (t *Tracker) SaveDead(ctx context.Context, d notice.DeadLetter) error {
	return t.atomically(ctx, "keep dead letter "+d.ID, func(x *tx) error {
		data := d.Data
		if data == nil {
			data = []byte{}
		}
		_, err := x.exec(ctx, `INSERT INTO dead_letters (id, stream, subject, reason, at, data) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
			clean(d.ID), clean(d.Stream), clean(d.Subject), clean(d.Reason), millis(d.At), data)
		return err
	})
}

// Dead returns the dead letters that were not replayed, oldest first.
func (t *Tracker) Dead(ctx context.Context) ([]notice.DeadLetter, error) {
	all, err := collect(ctx, t.read, func(r *sql.Rows) (d notice.DeadLetter, err error) {
		var at int64
		err = r.Scan(&d.ID, &d.Stream, &d.Subject, &d.Reason, &at, &d.Data)
		d.At = moment(at)
		return d, err
	}, "SELECT id, stream, subject, reason, at, data FROM dead_letters WHERE replayed = 0 ORDER BY at, id")
	return all, t.judge("list dead letters", err)
}

// MarkReplayed takes a dead letter out of Dead; its row stays. ErrUnknown: no such letter.
func (t *Tracker) MarkReplayed(ctx context.Context, id string, at time.Time) error {
	return t.atomically(ctx, "mark dead letter "+id, func(x *tx) error {
		n, err := x.exec(ctx, "UPDATE dead_letters SET replayed = $1 WHERE id = $2", millis(at), id)
		if err == nil && n == 0 {
			err = fmt.Errorf("dead letter %s: %w", id, notice.ErrUnknown)
		}
		return err
	})
}
