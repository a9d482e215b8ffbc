package tracker

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"govwatch/notice"
)

// FinishTask stores what a task leaves behind in one transaction: runs, captures,
// sightings, list states, incidents with their events, the source's health, and
// follow-up tasks in the outbox. A task that is finished already changes nothing.
func (t *Tracker) FinishTask(ctx context.Context, r notice.TaskReport) error {
	return t.atomically(ctx, "finish task "+string(r.Task.ID), func(x *tx) error {
		first, err := x.putTask(ctx, r)
		if err != nil || !first {
			return err
		}
		for _, step := range []func(context.Context, notice.TaskReport) error{
			x.putRuns, x.putCaptures,
			func(ctx context.Context, r notice.TaskReport) error { return x.putOwed(ctx, r.Owed, string(r.Task.ID)) },
			x.putSightings, x.putLists, x.putIncidents, x.putHealth,
		} {
			if err := step(ctx, r); err != nil {
				return err
			}
		}
		for _, follow := range r.Follow {
			if err := x.order(ctx, follow); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *tx) putTask(ctx context.Context, r notice.TaskReport) (bool, error) {
	items := 0
	for _, run := range r.Runs {
		items += run.Items
	}
	n, err := x.exec(ctx, `INSERT INTO tasks (id, source, mode, started, ended, outcome, items, requests, bytes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
		string(r.Task.ID), string(r.Task.Source), string(r.Task.Mode), millis(r.Started), millis(r.Ended), string(r.Outcome), items, r.Requests, r.Bytes)
	return n == 1, err
}

func (x *tx) putRuns(ctx context.Context, r notice.TaskReport) error {
	for _, run := range r.Runs {
		b, err := encode(run)
		if err != nil {
			return fmt.Errorf("run %s: %w", run.ID, err)
		}
		_, err = x.exec(ctx, `INSERT INTO runs (id, task, source, list, started, outcome, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO NOTHING`, string(run.ID), string(r.Task.ID), string(run.Source), clean(run.List), millis(run.Started), string(run.Outcome), b)
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *tx) putCaptures(ctx context.Context, r notice.TaskReport) error {
	for _, c := range r.Captures {
		if err := x.putCapture(ctx, c, c.Document, 0); err != nil {
			return err
		}
	}
	return nil
}

// putSightings works in document order: two tasks that saw the same documents
// must lock them in the same order.
func (x *tx) putSightings(ctx context.Context, r notice.TaskReport) error {
	seen := slices.SortedFunc(slices.Values(r.Seen), func(a, b notice.Sighting) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.List, b.List), b.At.Compare(a.At))
	})
	// One statement must not write a row twice.
	seen = slices.CompactFunc(seen, func(a, b notice.Sighting) bool { return a.Document == b.Document && a.List == b.List })
	return groups(seen, func(part []notice.Sighting) error {
		if err := x.moveLastSeen(ctx, part); err != nil {
			return err
		}
		query, args := strings.Builder{}, make([]any, 0, 4*len(part))
		for i, s := range part {
			if i > 0 {
				query.WriteString(", ")
			}
			query.WriteString("(" + places(4*i+1, 4) + ")")
			args = append(args, string(s.Document), clean(s.List), s.Position, millis(s.At))
		}
		_, err := x.exec(ctx, "INSERT INTO sightings (document, list, position, at) VALUES "+query.String()+
			" ON CONFLICT (document, list) DO UPDATE SET position = excluded.position, at = excluded.at", args...)
		return err
	})
}

// moveLastSeen moves the clocks of documents that a list showed.
func (x *tx) moveLastSeen(ctx context.Context, seen []notice.Sighting) error {
	latest, ids := int64(0), make([]any, 0, len(seen)+1)
	for _, s := range seen {
		latest = max(latest, millis(s.At))
		ids = append(ids, string(s.Document))
	}
	args := append(ids, latest)
	older := fmt.Sprintf(" WHERE id IN (%s) AND last_seen < $%d", places(1, len(ids)), len(args))
	if lock := x.dialect.forUpdate(); lock != "" {
		if _, err := collect(ctx, x, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			"SELECT id FROM documents"+older+" ORDER BY id"+lock, args...); err != nil {
			return err
		}
	}
	_, err := x.exec(ctx, fmt.Sprintf("UPDATE documents SET last_seen = $%d", len(args))+older, args...)
	return err
}

func (x *tx) putLists(ctx context.Context, r notice.TaskReport) error {
	for _, l := range r.Lists {
		b, err := encode(l)
		if err != nil {
			return fmt.Errorf("list %s: %w", l.URL, err)
		}
		_, err = x.exec(ctx, `INSERT INTO list_states (source, url, body) VALUES ($1, $2, $3)
			ON CONFLICT (source, url) DO UPDATE SET body = excluded.body`, string(r.Task.Source), clean(l.URL), b)
		if err != nil {
			return err
		}
	}
	return nil
}

// putHealth moves the source's clock. A fetch task visits another site's host
// for this source: it says nothing of how the source itself fares.
func (x *tx) putHealth(ctx context.Context, r notice.TaskReport) error {
	if r.Task.Mode == notice.Fetch {
		return nil
	}
	before, err := sourceRow(ctx, x, r.Task.Source)
	if errors.Is(err, notice.ErrUnknown) {
		return x.keepUnknownSource(ctx, r)
	}
	if err != nil {
		return err
	}
	after := before
	if r.Task.Mode == notice.Poll {
		after.due = max(before.due, millis(r.Task.Due))
	}
	after.run = max(before.run, millis(r.Ended))
	if r.Outcome == notice.OK {
		after.success = max(before.success, millis(r.Ended))
		after.pause = 0
	}
	if p := millis(r.PausedUntil); p > 0 {
		after.pause = p
	}
	if after.ill, err = x.illness(ctx, r.Task.Source); err != nil {
		return err
	}
	if err := x.putSourceHealth(ctx, after); err != nil {
		return err
	}
	return x.announceState(ctx, before, after, string(r.Task.ID), r.Ended)
}

func (x *tx) putSourceHealth(ctx context.Context, s source) error {
	_, err := x.exec(ctx, `UPDATE sources SET health = $1, last_due = $2, last_run = $3, last_success = $4, paused_until = $5 WHERE id = $6`,
		string(s.ill), s.due, s.run, s.success, s.pause, string(s.id))
	return err
}

// keepUnknownSource makes a row for a source whose declaration this tracker has
// not been given, so that its times are kept; the declaration fills it in later.
func (x *tx) keepUnknownSource(ctx context.Context, r notice.TaskReport) error {
	b, err := encode(notice.Source{ID: r.Task.Source})
	if err != nil {
		return err
	}
	_, err = x.exec(ctx, `INSERT INTO sources (id, level, region, declared, health, body) VALUES ($1, '', '', $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
		string(r.Task.Source), string(notice.Active), string(notice.Active), b)
	if err != nil {
		return err
	}
	return x.putHealth(ctx, r)
}
