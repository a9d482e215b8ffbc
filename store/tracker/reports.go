package tracker

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"govwatch/notice"
)

// Changes returns what visits found since a moment, oldest first, baseline included.
func (t *Tracker) Changes(ctx context.Context, since time.Time) ([]notice.Change, error) {
	all, err := bodies[notice.Change](ctx, t.read, "SELECT body FROM changes WHERE at >= $1 ORDER BY at, document, rev", millis(since))
	return all, t.judge("list changes", err)
}

// History returns all changes of one document, oldest first.
func (t *Tracker) History(ctx context.Context, id notice.DocumentID) ([]notice.Change, error) {
	all, err := bodies[notice.Change](ctx, t.read, "SELECT body FROM changes WHERE document = $1 ORDER BY rev", string(id))
	return all, t.judge("list changes of "+string(id), err)
}

// ChangeTo returns the change that brought a version, or ErrUnknown.
func (t *Tracker) ChangeTo(ctx context.Context, id notice.VersionID) (notice.Change, error) {
	c, err := changeTo(ctx, t.read, id)
	if err == nil && c == nil {
		err = fmt.Errorf("change to version %s: %w", id, notice.ErrUnknown)
	}
	if err != nil {
		return notice.Change{}, t.judge("read change", err)
	}
	return *c, nil
}

// Document returns one document, or ErrUnknown.
func (t *Tracker) Document(ctx context.Context, id notice.DocumentID) (notice.Document, error) {
	d, err := documentOf(ctx, t.read, id)
	if err != nil {
		return notice.Document{}, t.judge("read document", err)
	}
	return *d, nil
}

// DocumentsAt returns the documents with a canonical address, one a source at most.
func (t *Tracker) DocumentsAt(ctx context.Context, url string) ([]notice.Document, error) {
	all, err := documentRows(ctx, t.read, "url = $1 ORDER BY id", clean(url))
	return all, t.judge("find documents by address", err)
}

// DocumentsOf returns the documents of a source after one, in ID order, at most n.
func (t *Tracker) DocumentsOf(ctx context.Context, id notice.SourceID, after notice.DocumentID, n int) ([]notice.Document, error) {
	all, err := documentRows(ctx, t.read, "source = $1 AND id > $2 ORDER BY id LIMIT $3", string(id), string(after), n)
	return all, t.judge("list documents", err)
}

// Owed returns documents that lists and pages name and that nobody holds yet,
// those that wait longest for their next try first, at most n.
func (t *Tracker) Owed(ctx context.Context, n int) ([]notice.Document, error) {
	all, err := documentRows(ctx, t.read, "state = $1 ORDER BY next_visit DESC, id LIMIT $2", string(notice.Owed), n)
	return all, t.judge("list owed documents", err)
}

// Copies returns the documents of a work, in the order in which they joined it.
func (t *Tracker) Copies(ctx context.Context, id notice.WorkID) ([]notice.Document, error) {
	all, err := collect(ctx, t.read, func(r *sql.Rows) (notice.Document, error) { return scanDocument(r) },
		`SELECT d.id, d.rev, d.next_visit, d.last_seen, d.policy, d.moved_to, d.body FROM work_documents m JOIN documents d ON d.id = m.document
			WHERE m.work = $1 ORDER BY m.n, d.id`, string(id))
	return all, t.judge("list copies of a work", err)
}

// Version returns one version, or ErrUnknown.
func (t *Tracker) Version(ctx context.Context, id notice.VersionID) (notice.Version, error) {
	v, err := versionOf(ctx, t.read, id)
	return v, t.judge("read version", err)
}

// Versions returns the kept states of a document, newest first.
func (t *Tracker) Versions(ctx context.Context, id notice.DocumentID) ([]notice.Version, error) {
	all, err := bodies[notice.Version](ctx, t.read, "SELECT body FROM versions WHERE document = $1 ORDER BY n DESC", string(id))
	return all, t.judge("list versions", err)
}

// Runs returns the walks of a source's lists, newest first, at most n.
func (t *Tracker) Runs(ctx context.Context, id notice.SourceID, n int) ([]notice.Run, error) {
	all, err := bodies[notice.Run](ctx, t.read, "SELECT body FROM runs WHERE source = $1 ORDER BY started DESC, id LIMIT $2", string(id), n)
	return all, t.judge("list runs", err)
}

// Captures returns the captures that a query asks for, newest first.
func (t *Tracker) Captures(ctx context.Context, q notice.CaptureQuery) ([]notice.Capture, error) {
	f := filter{}
	f.equal("source", string(q.Source))
	f.equal("document", string(q.Document))
	f.equal("outcome", string(q.Outcome))
	f.since("fetched_at", q.Since)
	all, err := bodies[notice.Capture](ctx, t.read, "SELECT body FROM captures"+f.where()+" ORDER BY fetched_at DESC, id LIMIT "+f.param(limit(q.Limit, 100, 1000)), f.args...)
	return all, t.judge("list captures", err)
}

// Capture returns one capture, or ErrUnknown.
func (t *Tracker) Capture(ctx context.Context, id notice.CaptureID) (notice.Capture, error) {
	c, found, err := body[notice.Capture](ctx, t.read, "SELECT body FROM captures WHERE id = $1", string(id))
	if err == nil && !found {
		err = fmt.Errorf("capture %s: %w", id, notice.ErrUnknown)
	}
	return c, t.judge("read capture", err)
}

// Alerts returns the alerts that a query asks for, newest first.
func (t *Tracker) Alerts(ctx context.Context, q notice.AlertQuery) ([]notice.Alert, error) {
	f := filter{}
	f.equal("state", string(q.State))
	f.since("raised", q.Since)
	all, err := collect(ctx, t.read, scanAlert, "SELECT "+alertColumns+" FROM alerts"+f.where()+" ORDER BY raised DESC, id LIMIT "+f.param(limit(q.Limit, 100, 1000)), f.args...)
	return all, t.judge("list alerts", err)
}

// SourceReports sums up the tasks that ended since a moment, in source order.
func (t *Tracker) SourceReports(ctx context.Context, since time.Time) ([]notice.SourceReport, error) {
	all, err := collect(ctx, t.read, func(r *sql.Rows) (s notice.SourceReport, err error) {
		var ended int64
		err = r.Scan(&s.Source, &s.Tasks, &s.Items, &s.Requests, &s.Bytes, &ended, &s.Outcome)
		s.Ended = moment(ended)
		return s, err
	}, `SELECT t.source, COUNT(*), CAST(SUM(t.items) AS BIGINT), CAST(SUM(t.requests) AS BIGINT), CAST(SUM(t.bytes) AS BIGINT), MAX(t.ended),
			(SELECT l.outcome FROM tasks l WHERE l.source = t.source ORDER BY CASE WHEN l.mode = 'fetch' THEN 1 ELSE 0 END, l.ended DESC, l.id LIMIT 1)
		FROM tasks t WHERE t.ended >= $1 GROUP BY t.source ORDER BY t.source`, millis(since))
	return all, t.judge("sum up tasks", err)
}

// AlertCounts returns how many alerts were raised since a moment, and how many of them are delivered.
func (t *Tracker) AlertCounts(ctx context.Context, since time.Time) (raised, delivered int, err error) {
	err = t.read.QueryRowContext(ctx, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END), 0) FROM alerts WHERE raised >= $1", millis(since)).Scan(&raised, &delivered)
	return raised, delivered, t.judge("count alerts", err)
}

// Blobs calls f for every archived body that a capture or a version needs: first
// those of captures, in ID order, then those of versions. A body may come more
// than once. An error of f ends the walk and is returned.
func (t *Tracker) Blobs(ctx context.Context, f func(notice.BlobUse) error) error {
	err := walk(ctx, t, "SELECT id, body FROM captures WHERE blob <> '' AND id > $1 ORDER BY id LIMIT $2", func(c notice.Capture) error {
		use := notice.BlobUse{Key: c.Blob, Source: c.Source, Document: c.Document, Capture: c.ID, URL: c.URL}
		if err := f(use); err != nil || c.Served == "" {
			return err
		}
		use.Key = c.Served
		return f(use)
	})
	if err != nil {
		return err
	}
	return walk(ctx, t, "SELECT id, body FROM versions WHERE blob <> '' AND id > $1 ORDER BY id LIMIT $2", func(v notice.Version) error {
		return f(notice.BlobUse{Key: v.Blob, Document: v.Document, Capture: v.Capture, URL: v.URL})
	})
}

// walk reads a table of IDs and JSON in parts, so that no transaction stays open
// while f works.
func walk[T any](ctx context.Context, t *Tracker, query string, f func(T) error) error {
	type row struct {
		id    string
		value T
	}
	for after := ""; ; {
		part, err := collect(ctx, t.read, func(r *sql.Rows) (v row, err error) {
			var b string
			if err := r.Scan(&v.id, &b); err != nil {
				return v, err
			}
			v.value, err = decode[T](b)
			return v, err
		}, query, after, batch)
		if err != nil {
			return t.judge("list archived bodies", err)
		}
		for _, v := range part {
			if err := f(v.value); err != nil {
				return err
			}
		}
		if len(part) < batch {
			return nil
		}
		after = part[len(part)-1].id
	}
}

// filter gathers conditions with numbered parameters.
type filter struct {
	conditions []string
	args       []any
}

// param adds a value and returns its placeholder.
func (f *filter) param(v any) string {
	f.args = append(f.args, v)
	return fmt.Sprintf("$%d", len(f.args))
}

// equal asks for a value unless it is empty.
func (f *filter) equal(column, value string) {
	if value != "" {
		f.conditions = append(f.conditions, column+" = "+f.param(clean(value)))
	}
}

func (f *filter) since(column string, at time.Time) {
	if !at.IsZero() {
		f.conditions = append(f.conditions, column+" >= "+f.param(millis(at)))
	}
}

func (f *filter) where() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.conditions, " AND ")
}

// limit bounds the size of a page.
func limit(n, usual, most int) int {
	if n <= 0 {
		return usual
	}
	return min(n, most)
}

// CapturesOf returns the captures of a source whose bytes are archived, after
// one, in ID order, at most n.
func (t *Tracker) CapturesOf(ctx context.Context, id notice.SourceID, after notice.CaptureID, n int) ([]notice.Capture, error) {
	all, err := bodies[notice.Capture](ctx, t.read, "SELECT body FROM captures WHERE source = $1 AND blob <> '' AND id > $2 ORDER BY id LIMIT $3", string(id), string(after), n)
	return all, t.judge("list captures of a source", err)
}
