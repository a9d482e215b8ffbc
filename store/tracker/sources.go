package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"govwatch/notice"
)

// PutSources stores the declarations that this process knows. A state that a
// person set stays; a source that is no longer declared stays as it was.
func (t *Tracker) PutSources(ctx context.Context, sources []notice.Source) error {
	return t.atomically(ctx, "store sources", func(x *tx) error {
		for _, s := range sources {
			b, err := encode(s)
			if err != nil {
				return fmt.Errorf("source %s: %w", s.ID, err)
			}
			state := declaredState(s)
			_, err = x.exec(ctx, `INSERT INTO sources (id, level, region, declared, health, body) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (id) DO UPDATE SET level = excluded.level, region = excluded.region, declared = excluded.declared, body = excluded.body`,
				string(s.ID), string(s.Level), clean(s.Region), string(state), string(notice.Active), b)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func declaredState(s notice.Source) notice.SourceState {
	if s.State == "" {
		return notice.Active
	}
	return s.State
}

// SetState records a person's order: pause, retire, or resume (Active, which
// lets the source's health show again). It wins over the declaration until the
// next order, and returns ErrUnknown for a source that was never declared.
func (t *Tracker) SetState(ctx context.Context, id notice.SourceID, state notice.SourceState, why string, at time.Time) error {
	return t.atomically(ctx, "set the state of a source", func(x *tx) error {
		before, err := sourceRow(ctx, x, id)
		if err != nil {
			return err
		}
		if _, err := x.exec(ctx, `UPDATE sources SET ordered = $1, ordered_why = $2, ordered_at = $3 WHERE id = $4`,
			string(state), clean(why), millis(at), string(id)); err != nil {
			return err
		}
		after := before
		after.ordered = state
		return x.announceState(ctx, before, after, fmt.Sprint(millis(at)), at)
	})
}

// source is a row of sources.
type source struct {
	id                       notice.SourceID
	level                    notice.Level
	region                   string
	declared, ordered, ill   notice.SourceState
	due, run, success, pause int64
	body                     string
}

const sourceColumns = "id, level, region, declared, ordered, health, last_due, last_run, last_success, paused_until, body"

func scanSource(row interface{ Scan(...any) error }) (s source, err error) {
	return s, row.Scan(&s.id, &s.level, &s.region, &s.declared, &s.ordered, &s.ill, &s.due, &s.run, &s.success, &s.pause, &s.body)
}

func sourceRow(ctx context.Context, q querier, id notice.SourceID) (source, error) {
	s, err := scanSource(q.QueryRowContext(ctx, "SELECT "+sourceColumns+" FROM sources WHERE id = $1", string(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return source{id: id, declared: notice.Active, ill: notice.Active}, fmt.Errorf("source %s: %w", id, notice.ErrUnknown)
	}
	return s, err
}

// state is what counts: a person's order, else the declaration, else the health.
func (s source) state() notice.SourceState {
	switch {
	case s.ordered != "" && s.ordered != notice.Active:
		return s.ordered
	case s.ordered == "" && !s.declared.Scheduled():
		return s.declared
	default:
		return s.ill
	}
}

func (s source) health() notice.Health {
	return notice.Health{Source: s.id, State: s.state(), LastDue: moment(s.due), LastRun: moment(s.run),
		LastSuccess: moment(s.success), PausedUntil: moment(s.pause)}
}

// Source returns the declaration with the state that counts.
func (t *Tracker) Source(ctx context.Context, id notice.SourceID) (notice.Source, error) {
	s, err := sourceValue(ctx, t.read, id)
	return s, t.judge("read source", err)
}

func sourceValue(ctx context.Context, q querier, id notice.SourceID) (notice.Source, error) {
	row, err := sourceRow(ctx, q, id)
	if err != nil {
		return notice.Source{ID: id}, err
	}
	s, err := decode[notice.Source](row.body)
	s.State = row.state()
	return s, err
}

// Sources returns all declarations ever stored, in ID order, with the states that count.
func (t *Tracker) Sources(ctx context.Context) ([]notice.Source, error) {
	all, err := collect(ctx, t.read, func(r *sql.Rows) (notice.Source, error) {
		row, err := scanSource(r)
		if err != nil {
			return notice.Source{}, err
		}
		s, err := decode[notice.Source](row.body)
		s.State = row.state()
		return s, err
	}, "SELECT "+sourceColumns+" FROM sources ORDER BY id")
	return all, t.judge("list sources", err)
}

// Healths returns what the runs of every source add up to, in source order,
// with incidents that are not resolved. NextDue is the scheduler's to fill.
func (t *Tracker) Healths(ctx context.Context) ([]notice.Health, error) {
	all, err := collect(ctx, t.read, func(r *sql.Rows) (notice.Health, error) {
		row, err := scanSource(r)
		return row.health(), err
	}, "SELECT "+sourceColumns+" FROM sources ORDER BY id")
	if err != nil {
		return nil, t.judge("read the health of sources", err)
	}
	open, err := openIncidents(ctx, t.read)
	if err != nil {
		return nil, t.judge("read the health of sources", err)
	}
	for i := range all {
		all[i].Incidents = open[all[i].Source]
	}
	return all, nil
}

// announceState puts source.health_changed into the outbox when the state that
// counts differs.
func (x *tx) announceState(ctx context.Context, before, after source, occasion string, at time.Time) error {
	if before.state() == after.state() {
		return nil
	}
	return x.tell(ctx, notice.Event{
		ID:   notice.NewEventID(notice.SourceHealthChanged, string(after.id), occasion),
		Kind: notice.SourceHealthChanged, Level: after.level, Region: after.region, Source: after.id, At: at,
	})
}
