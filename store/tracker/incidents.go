package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"govwatch/notice"
)

func (x *tx) putIncidents(ctx context.Context, r notice.TaskReport) error {
	for _, i := range r.Incidents {
		if err := x.putIncident(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// SaveIncidents stores incidents that no task reports, such as runs that were
// missed, with an event for each change of state, in one transaction.
func (t *Tracker) SaveIncidents(ctx context.Context, incidents []notice.Incident) error {
	return t.atomically(ctx, "store incidents", func(x *tx) error {
		for _, i := range incidents {
			if err := x.putIncident(ctx, i); err != nil {
				return err
			}
			before, err := sourceRow(ctx, x, i.Source)
			if errors.Is(err, notice.ErrUnknown) {
				continue
			}
			if err != nil {
				return err
			}
			after := before
			if after.ill, err = x.illness(ctx, i.Source); err != nil {
				return err
			}
			if err := x.putSourceHealth(ctx, after); err != nil {
				return err
			}
			if err := x.announceState(ctx, before, after, string(i.ID)+string(i.State), i.LastSeen); err != nil {
				return err
			}
		}
		return nil
	})
}

// putIncident stores an incident and announces its opening, each reminder and
// its end. A resolved incident stays resolved, late reports are left aside; only
// a reminder from after its end opens it again, for a site that wavers. A site
// that was found rebuilt has all its documents due.
func (x *tx) putIncident(ctx context.Context, i notice.Incident) error {
	old, known, err := body[notice.Incident](ctx, x, "SELECT body FROM incidents WHERE id = $1"+x.dialect.forUpdate(), string(i.ID))
	if err != nil {
		return err
	}
	if known && old.State == notice.Resolved && (i.State != notice.Reminded || !i.Reminded.After(old.Resolved)) {
		return nil
	}
	b, err := encode(i)
	if err != nil {
		return fmt.Errorf("incident %s: %w", i.ID, err)
	}
	_, err = x.exec(ctx, `INSERT INTO incidents (id, source, class, state, opened, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body`,
		string(i.ID), string(i.Source), string(i.Class), string(i.State), millis(i.Opened), b)
	if err != nil {
		return err
	}
	if !known && i.State != notice.Resolved && i.Class == notice.MovedSite && i.Scope == "" {
		// A rebuilt site is looked over at once, not when each document is due.
		if _, err := x.exec(ctx, "UPDATE documents SET next_visit = $1 WHERE source = $2 AND state = $3 AND next_visit > $1",
			millis(i.Opened), string(i.Source), string(notice.Live)); err != nil {
			return err
		}
	}
	e := notice.Event{Source: i.Source, Incident: i.ID}
	var occasion string
	switch {
	case !known && i.State != notice.Resolved:
		e.Kind, e.At = notice.IncidentOpened, i.Opened
	case i.State == notice.Resolved:
		e.Kind, e.At, occasion = notice.IncidentResolved, i.Resolved, fmt.Sprint(millis(i.Resolved))
	case i.State == notice.Reminded && !i.Reminded.Equal(old.Reminded):
		e.Kind, e.At, occasion = notice.IncidentReminded, i.Reminded, fmt.Sprint(millis(i.Reminded))
	default:
		return nil
	}
	if s, err := sourceRow(ctx, x, i.Source); err == nil {
		e.Level, e.Region = s.level, s.region
	} else if !errors.Is(err, notice.ErrUnknown) {
		return err
	}
	e.ID = notice.NewEventID(e.Kind, string(i.ID), occasion)
	return x.tell(ctx, e)
}

// illness sums the open incidents of a source up to a state: a site that turns
// us away is quarantined, one that does not answer broken, any other degraded.
func (x *tx) illness(ctx context.Context, id notice.SourceID) (notice.SourceState, error) {
	classes, err := collect(ctx, x, func(r *sql.Rows) (c notice.IncidentClass, err error) { return c, r.Scan(&c) },
		"SELECT DISTINCT class FROM incidents WHERE source = $1 AND state <> $2", string(id), string(notice.Resolved))
	state := notice.Active
	for _, c := range classes {
		switch {
		case c == notice.Block:
			return notice.Quarantined, err
		case c == notice.Unreachable || c == notice.Cert:
			state = notice.Broken
		case state == notice.Active:
			state = notice.Degraded
		}
	}
	return state, err
}

func openIncidents(ctx context.Context, q querier) (map[notice.SourceID][]notice.Incident, error) {
	all, err := bodies[notice.Incident](ctx, q, "SELECT body FROM incidents WHERE state <> $1 ORDER BY opened, id", string(notice.Resolved))
	bySource := map[notice.SourceID][]notice.Incident{}
	for _, i := range all {
		bySource[i.Source] = append(bySource[i.Source], i)
	}
	return bySource, err
}

// Incidents returns those that are not resolved, or all, oldest first.
func (t *Tracker) Incidents(ctx context.Context, open bool) ([]notice.Incident, error) {
	query, args := "SELECT body FROM incidents ORDER BY opened, id", []any(nil)
	if open {
		query, args = "SELECT body FROM incidents WHERE state <> $1 ORDER BY opened, id", []any{string(notice.Resolved)}
	}
	all, err := bodies[notice.Incident](ctx, t.read, query, args...)
	return all, t.judge("list incidents", err)
}

// IncidentsSince returns those that are not resolved or opened since a moment,
// oldest first.
func (t *Tracker) IncidentsSince(ctx context.Context, since time.Time) ([]notice.Incident, error) {
	all, err := bodies[notice.Incident](ctx, t.read, "SELECT body FROM incidents WHERE state <> $1 OR opened >= $2 ORDER BY opened, id",
		string(notice.Resolved), millis(since))
	return all, t.judge("list incidents", err)
}

// Incident returns one, or ErrUnknown.
func (t *Tracker) Incident(ctx context.Context, id notice.IncidentID) (notice.Incident, error) {
	i, found, err := body[notice.Incident](ctx, t.read, "SELECT body FROM incidents WHERE id = $1", string(id))
	if err == nil && !found {
		err = fmt.Errorf("incident %s: %w", id, notice.ErrUnknown)
	}
	return i, t.judge("read incident", err)
}
