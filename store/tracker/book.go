package tracker

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"govwatch/notice"
)

// Limits of a book: what one task can use.
const (
	// bookRuns are the walks of a list that say what is usual there; bookRunsMost
	// bounds those of a source with many lists.
	bookRuns      = 60
	bookRunsMost  = 400
	bookDocuments = 500
	// bookResolved is how long a resolved incident stays in the book, so that one
	// that comes again is known as the same; bookOpened bounds the search for it.
	bookResolved = 3 * 24 * time.Hour
	bookOpened   = 60 * 24 * time.Hour
)

// Book returns what a worker must know of a source before it starts. A source
// that was never declared has an empty book.
func (t *Tracker) Book(ctx context.Context, id notice.SourceID, now time.Time) (notice.Book, error) {
	b, err := t.book(ctx, id, now)
	return b, t.judge("read the book of "+string(id), err)
}

func (t *Tracker) book(ctx context.Context, id notice.SourceID, now time.Time) (notice.Book, error) {
	b := notice.Book{Source: id, Lists: map[string]notice.ListState{}}
	row, err := sourceRow(ctx, t.read, id)
	if err != nil && !errors.Is(err, notice.ErrUnknown) {
		return b, err
	}
	b.Health = row.health()
	b.Health.Incidents, err = bodies[notice.Incident](ctx, t.read,
		"SELECT body FROM incidents WHERE source = $1 AND (state <> $2 OR opened > $3) ORDER BY opened, id",
		string(id), string(notice.Resolved), millis(now.Add(-bookOpened)))
	if err != nil {
		return b, err
	}
	b.Health.Incidents = slices.DeleteFunc(b.Health.Incidents, func(i notice.Incident) bool {
		return i.State == notice.Resolved && now.Sub(i.Resolved) > bookResolved
	})
	lists, err := bodies[notice.ListState](ctx, t.read, "SELECT body FROM list_states WHERE source = $1", string(id))
	if err != nil {
		return b, err
	}
	for _, l := range lists {
		b.Lists[l.URL] = l
	}
	b.Runs, err = collect(ctx, t.read, t.runs.scan, "SELECT id, body FROM runs WHERE source = $1 ORDER BY started DESC, id LIMIT $2",
		string(id), min(bookRunsMost, bookRuns*max(1, len(b.Lists))))
	if err != nil {
		return b, err
	}
	b.Due, err = documentRows(ctx, t.read, "source = $1 AND state = $2 AND next_visit > 0 AND next_visit <= $3 ORDER BY policy DESC, next_visit, id LIMIT $4",
		string(id), string(notice.Live), millis(now), bookDocuments)
	if err != nil {
		return b, err
	}
	b.Missing, err = documentRows(ctx, t.read, "source = $1 AND (state = $2 OR state = $3 AND next_visit > 0 AND next_visit <= $4) ORDER BY state DESC, next_visit, id LIMIT $5",
		string(id), string(notice.Missing), string(notice.Gone), millis(now), bookDocuments)
	if err != nil {
		return b, err
	}
	b.Owed, err = documentRows(ctx, t.read, "source = $1 AND state = $2 AND next_visit <= $3 ORDER BY next_visit, id LIMIT $4",
		string(id), string(notice.Owed), millis(now), bookDocuments)
	if err != nil {
		return b, err
	}
	err = t.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM documents WHERE source = $1 AND parent = '' AND moved_to = '' AND state <> $2 AND state <> $3",
		string(id), string(notice.Owed), string(notice.Gone)).Scan(&b.Held)
	return b, err
}

// runMemory bounds the runs that are remembered, at about half a kilobyte each.
const runMemory = 16384

// runs remembers runs that were read: they never change, and every task of a
// source reads the same ones. It is safe for concurrent use; what it returns is
// shared and must not be changed.
type runs struct {
	mu    sync.Mutex
	held  map[notice.RunID]notice.Run
	order []notice.RunID
}

func newRuns() *runs { return &runs{held: map[notice.RunID]notice.Run{}} }

// scan reads a row of id and body.
func (m *runs) scan(r *sql.Rows) (run notice.Run, err error) {
	var id notice.RunID
	var raw sql.RawBytes
	if err := r.Scan(&id, &raw); err != nil {
		return run, err
	}
	m.mu.Lock()
	run, ok := m.held[id]
	m.mu.Unlock()
	if ok {
		return run, nil
	}
	if run, err = decode[notice.Run](string(raw)); err != nil {
		return run, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.held[id]; !ok {
		if len(m.order) >= runMemory {
			delete(m.held, m.order[0])
			m.order = m.order[1:]
		}
		m.held[id], m.order = run, append(m.order, id)
	}
	return run, nil
}

// ListStates returns what is remembered of the lists of the given sources; a
// source without a finished walk is left out.
func (t *Tracker) ListStates(ctx context.Context, ids []notice.SourceID) (map[notice.SourceID][]notice.ListState, error) {
	out := make(map[notice.SourceID][]notice.ListState, len(ids))
	for _, id := range ids {
		lists, err := bodies[notice.ListState](ctx, t.read, "SELECT body FROM list_states WHERE source = $1", string(id))
		if err != nil {
			return nil, t.judge("read the lists of "+string(id), err)
		}
		if len(lists) > 0 {
			out[id] = lists
		}
	}
	return out, nil
}
