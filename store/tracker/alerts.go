package tracker

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"govwatch/notice"
)

// claimLease is how long a sender may take from Claim to Settle before another
// one may send the same message.
const claimLease = 2 * time.Minute

// Raise stores alerts and returns how many were not known. The same ID, or the
// same rule, channel and Once, is the same alert: the first stays as it was.
func (t *Tracker) Raise(ctx context.Context, alerts []notice.Alert) (added int, err error) {
	if len(alerts) == 0 {
		return 0, nil
	}
	err = t.atomically(ctx, "raise alerts", func(x *tx) error {
		added = 0
		for _, a := range alerts {
			if a.State == "" {
				a.State = notice.Due
			}
			b, err := encode(a)
			if err != nil {
				return fmt.Errorf("alert %s: %w", a.ID, err)
			}
			n, err := x.exec(ctx, `INSERT INTO alerts (id, rule, channel, once, source, state, attempts, repeats, raised, next_try, claimed, delivered, last_error, body)
				VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, 0, $10, '', $11) ON CONFLICT DO NOTHING`,
				string(a.ID), clean(a.Rule), clean(a.Channel), cmp.Or(clean(a.Once), string(a.Event), string(a.ID)), string(a.Source), string(a.State),
				a.Attempts, millis(a.Raised), millis(a.NextTry), millis(a.Delivered), b)
			if err != nil {
				return err
			}
			added += int(n)
		}
		return nil
	})
	return added, err
}

const alertColumns = "state, attempts, next_try, delivered, last_error, body"

func scanAlert(row *sql.Rows) (notice.Alert, error) {
	var state notice.AlertState
	var attempts int
	var next, delivered int64
	var lastError, b string
	if err := row.Scan(&state, &attempts, &next, &delivered, &lastError, &b); err != nil {
		return notice.Alert{}, err
	}
	a, err := decode[notice.Alert](b)
	a.State, a.Attempts, a.NextTry, a.Delivered, a.LastError = state, attempts, moment(next), moment(delivered), lastError
	return a, err
}

// Claim takes at most n alerts that wait for their moment, oldest first, and
// counts the attempt. Nobody else gets them until they are settled or the lease
// of two minutes is over; then it counts as a repeat, for the message may be out.
// A claim from the future belongs to a clock that was wrong, and counts as over.
func (t *Tracker) Claim(ctx context.Context, now time.Time, n int) (claimed []notice.Alert, err error) {
	err = t.atomically(ctx, "claim alerts", func(x *tx) error {
		claimed, err = collect(ctx, x, scanAlert, `UPDATE alerts SET attempts = attempts + 1,
				repeats = repeats + CASE WHEN claimed > 0 THEN 1 ELSE 0 END, claimed = $1
			WHERE id IN (SELECT id FROM alerts WHERE state IN ('due', 'retry') AND next_try <= $1
				AND (claimed = 0 OR claimed <= $2 OR claimed >= $3) ORDER BY raised, id LIMIT $4`+x.dialect.skipLocked()+`)
			RETURNING `+alertColumns, millis(now), millis(now.Add(-claimLease)), millis(now.Add(claimLease)), n)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(claimed, func(a, b notice.Alert) int { return cmp.Or(a.Raised.Compare(b.Raised), cmp.Compare(a.ID, b.ID)) })
	return claimed, nil
}

// AlertsDue counts the alerts whose moment has come and that are not settled,
// those that somebody is sending right now included.
func (t *Tracker) AlertsDue(ctx context.Context, now time.Time) (n int, err error) {
	err = t.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM alerts WHERE state IN ('due', 'retry') AND next_try <= $1", millis(now)).Scan(&n)
	return n, t.judge("count due alerts", err)
}

// ForgetClaims ends every lease at once. Only the one process of an embedded
// tracker may call it, at its start: whoever held the claims is dead. The next
// claims count as repeats, for the messages may be out.
func (t *Tracker) ForgetClaims(ctx context.Context) error {
	return t.atomically(ctx, "forget claims", func(x *tx) error {
		_, err := x.exec(ctx, "UPDATE alerts SET claimed = 1 WHERE claimed > 1 AND state IN ('due', 'retry')")
		return err
	})
}

// Settle records what became of a claimed alert, and announces a delivery or the
// end of all attempts. A delivered alert stays delivered. ErrUnknown: no such alert.
func (t *Tracker) Settle(ctx context.Context, id notice.AlertID, o notice.DeliveryOutcome) error {
	return t.atomically(ctx, "settle alert "+string(id), func(x *tx) error {
		var state notice.AlertState
		var b string
		err := x.QueryRowContext(ctx, "SELECT state, body FROM alerts WHERE id = $1"+x.dialect.forUpdate(), string(id)).Scan(&state, &b)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("alert %s: %w", id, notice.ErrUnknown)
		}
		if err != nil || state == notice.Delivered {
			return err
		}
		var delivered int64
		if o.State == notice.Delivered {
			delivered = millis(o.At)
		}
		if _, err := x.exec(ctx, "UPDATE alerts SET state = $1, next_try = $2, last_error = $3, delivered = $4, claimed = 0 WHERE id = $5",
			string(o.State), millis(o.NextTry), clean(o.Error), delivered, string(id)); err != nil {
			return err
		}
		a, err := decode[notice.Alert](b)
		if err != nil {
			return err
		}
		return x.announceDelivery(ctx, a, o)
	})
}

func (x *tx) announceDelivery(ctx context.Context, a notice.Alert, o notice.DeliveryOutcome) error {
	e := notice.Event{Source: a.Source, Document: a.Document, Incident: a.Incident, Alert: a.ID, At: o.At}
	switch o.State {
	case notice.Delivered:
		e.Kind = notice.AlertDelivered
	case notice.Dead:
		e.Kind = notice.AlertFailed
	default:
		return nil
	}
	s, err := sourceRow(ctx, x, a.Source)
	if err != nil && !errors.Is(err, notice.ErrUnknown) {
		return err
	}
	e.Level, e.Region = s.level, s.region
	e.ID = notice.NewEventID(e.Kind, string(a.ID), fmt.Sprint(millis(o.At)))
	return x.tell(ctx, e)
}
