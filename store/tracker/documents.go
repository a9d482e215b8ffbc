package tracker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"govwatch/notice"
)

const documentColumns = "id, rev, next_visit, last_seen, policy, moved_to, body"

func scanDocument(row interface{ Scan(...any) error }) (notice.Document, error) {
	var id, movedTo, b string
	var rev, due, seen int64
	var policy bool
	if err := row.Scan(&id, &rev, &due, &seen, &policy, &movedTo, &b); err != nil {
		return notice.Document{}, err
	}
	d, err := decode[notice.Document](b)
	d.Rev, d.Policy, d.MovedTo = rev, policy, notice.DocumentID(movedTo)
	if due < millis(d.NextVisit) {
		d.NextVisit = moment(due)
	}
	if seen > millis(d.LastSeen) {
		d.LastSeen = moment(seen)
	}
	return d, err
}

func documentRows(ctx context.Context, q querier, where string, args ...any) ([]notice.Document, error) {
	return collect(ctx, q, func(r *sql.Rows) (notice.Document, error) { return scanDocument(r) },
		"SELECT "+documentColumns+" FROM documents WHERE "+where, args...)
}

// Documents returns those of the documents that are known. Others are not in the map.
func (t *Tracker) Documents(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.Document, error) {
	found, err := documentsByID(ctx, t.read, ids)
	return found, t.judge("read documents", err)
}

// States returns how those of the documents stand that are known. Others are not
// in the map.
func (t *Tracker) States(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.DocumentState, error) {
	type row struct {
		id    notice.DocumentID
		state notice.DocumentState
	}
	found := make(map[notice.DocumentID]notice.DocumentState, len(ids))
	err := chunks(ids, func(part []notice.DocumentID) error {
		part = padded(part)
		rows, err := collect(ctx, t.read, func(r *sql.Rows) (v row, err error) { return v, r.Scan(&v.id, &v.state) },
			"SELECT id, state FROM documents WHERE id IN ("+places(1, len(part))+")", texts(part)...)
		for _, r := range rows {
			found[r.id] = r.state
		}
		return err
	})
	return found, t.judge("read the states of documents", err)
}

func documentsByID(ctx context.Context, q querier, ids []notice.DocumentID) (map[notice.DocumentID]notice.Document, error) {
	found := make(map[notice.DocumentID]notice.Document, len(ids))
	err := chunks(ids, func(part []notice.DocumentID) error {
		part = padded(part)
		rows, err := documentRows(ctx, q, "id IN ("+places(1, len(part))+")", texts(part)...)
		for _, d := range rows {
			found[d.ID] = d
		}
		return err
	})
	return found, err
}

// texts makes plain strings of IDs, which is what drivers take.
func texts[T ~string](vs []T) []any {
	args := make([]any, len(vs))
	for i, v := range vs {
		args[i] = string(v)
	}
	return args
}

// Commit stores all of a visit in one transaction: capture, version, document,
// change and the events that announce it. It returns ErrMoved when the document
// is not at the Rev that was read; read it again and decide again. A visit that
// is stored already changes nothing, also when later visits came after it.
func (t *Tracker) Commit(ctx context.Context, v notice.Visit) error {
	key, err := visitKey(v)
	if err != nil {
		return t.judge("commit visit", err)
	}
	return t.atomically(ctx, "commit visit of "+string(v.Document.ID), func(x *tx) error {
		written, err := x.putDocument(ctx, v, key)
		if err != nil || !written {
			return err
		}
		if err := x.putCapture(ctx, v.Capture, v.Document.ID, v.Document.Rev+1); err != nil {
			return err
		}
		if err := x.putVersion(ctx, v.Version); err != nil {
			return err
		}
		if err := x.putChange(ctx, v); err != nil {
			return err
		}
		for _, task := range v.Follow {
			if err := x.order(ctx, task); err != nil {
				return err
			}
		}
		if err := x.putOwed(ctx, v.Owed, key); err != nil {
			return err
		}
		return x.tellAll(ctx, v.Events)
	})
}

// visitKey is what a visit is known by: its exchange, or all of it when it had none.
func visitKey(v notice.Visit) (string, error) {
	if v.Capture.ID != "" {
		return string(v.Capture.ID), nil
	}
	b, err := encode(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(b))
	return hex.EncodeToString(sum[:]), nil
}

// putDocument reports false when the visit is stored already.
func (x *tx) putDocument(ctx context.Context, v notice.Visit, key string) (bool, error) {
	d := v.Document
	read := d.Rev
	d.Rev++
	b, err := encode(d)
	if err != nil {
		return false, fmt.Errorf("document %s: %w", d.ID, err)
	}
	values := []any{string(d.ID), string(d.Source), string(d.Parent), clean(d.URL), clean(d.Title), string(d.State),
		string(d.Head), d.Rev, key, millis(d.NextVisit), millis(d.LastSeen), b}
	var n int64
	if read == 0 {
		n, err = x.exec(ctx, `INSERT INTO documents (id, source, parent, url, title, state, head, rev, visit, next_visit, last_seen, body)
			VALUES (`+places(1, len(values))+`) ON CONFLICT (id) DO NOTHING`, values...)
	} else {
		n, err = x.exec(ctx, `UPDATE documents SET source = $2, parent = $3, url = $4, title = $5, state = $6, head = $7, rev = $8, visit = $9,
			next_visit = $10, last_seen = CASE WHEN last_seen > $11 THEN last_seen ELSE $11 END, body = $12 WHERE id = $1 AND rev = $8 - 1`, values...)
	}
	if err != nil || n == 1 {
		return n == 1, err
	}
	return false, x.storedAlready(ctx, v, key)
}

// putOwed stores documents that nobody holds yet, in document order: two tasks
// that name the same ones must lock them in the same order. One that another
// task brought meanwhile stays as it is.
func (x *tx) putOwed(ctx context.Context, owed []notice.Document, key string) error {
	for _, d := range slices.SortedFunc(slices.Values(owed), func(a, b notice.Document) int { return cmp.Compare(a.ID, b.ID) }) {
		b, err := encode(d)
		if err != nil {
			return fmt.Errorf("document %s: %w", d.ID, err)
		}
		_, err = x.exec(ctx, `INSERT INTO documents (id, source, parent, url, title, state, head, rev, visit, next_visit, last_seen, body)
			VALUES ($1, $2, $3, $4, $5, $6, '', 1, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET
			rev = documents.rev + 1, visit = excluded.visit, title = excluded.title, next_visit = excluded.next_visit, body = excluded.body,
			last_seen = CASE WHEN documents.last_seen > excluded.last_seen THEN documents.last_seen ELSE excluded.last_seen END
			WHERE documents.state = $6`,
			string(d.ID), string(d.Source), string(d.Parent), clean(d.URL), clean(d.Title), string(notice.Owed), key, millis(d.NextVisit), millis(d.LastSeen), b)
		if err != nil {
			return err
		}
	}
	return nil
}

// storedAlready returns nil when this very visit led to the revision after the
// one it read, else ErrMoved.
func (x *tx) storedAlready(ctx context.Context, v notice.Visit, key string) error {
	want := v.Document.Rev + 1
	var rev int64
	var last string
	err := x.QueryRowContext(ctx, "SELECT rev, visit FROM documents WHERE id = $1", string(v.Document.ID)).Scan(&rev, &last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if rev == want && last == key {
		return nil
	}
	var n int
	err = x.QueryRowContext(ctx, "SELECT COUNT(*) FROM captures WHERE id = $1 AND document = $2 AND rev = $3",
		string(v.Capture.ID), string(v.Document.ID), want).Scan(&n)
	if err != nil || n > 0 {
		return err
	}
	return fmt.Errorf("document %s is at revision %d, not %d: %w", v.Document.ID, rev, v.Document.Rev, notice.ErrMoved)
}

// putCapture keeps the row that came first: a task done again after a crash
// repeats the IDs of its exchanges.
func (x *tx) putCapture(ctx context.Context, c notice.Capture, d notice.DocumentID, rev int64) error {
	if c.ID == "" {
		return nil
	}
	b, err := encode(c)
	if err != nil {
		return fmt.Errorf("capture %s: %w", c.ID, err)
	}
	_, err = x.exec(ctx, `INSERT INTO captures (id, task, source, document, rev, fetched_at, outcome, blob, body, role)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING`,
		string(c.ID), string(c.Task), string(c.Source), string(d), rev, millis(c.FetchedAt), string(c.Outcome), string(c.Blob), b, string(c.Role))
	return err
}

func (x *tx) putVersion(ctx context.Context, v *notice.Version) error {
	if v == nil {
		return nil
	}
	b, err := encode(v)
	if err != nil {
		return fmt.Errorf("version %s: %w", v.ID, err)
	}
	_, err = x.exec(ctx, `INSERT INTO versions (id, document, n, prev, blob, fetched_at, body)
		VALUES ($1, $2, (SELECT COALESCE(MAX(n), 0) + 1 FROM versions WHERE document = $2), $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		string(v.ID), string(v.Document), string(v.Prev), string(v.Blob), millis(v.FetchedAt), b)
	return err
}

// putChange stores what the visit found; a visit that found nothing is counted.
func (x *tx) putChange(ctx context.Context, v notice.Visit) error {
	c := v.Change
	switch c.Kind {
	case "":
		return nil
	case notice.ChangeSame:
		_, err := x.exec(ctx, `INSERT INTO quiet_visits (source, n) VALUES ($1, 1)
			ON CONFLICT (source) DO UPDATE SET n = quiet_visits.n + 1`, string(v.Document.Source))
		return err
	}
	b, err := encode(c)
	if err != nil {
		return fmt.Errorf("change of %s: %w", v.Document.ID, err)
	}
	_, err = x.exec(ctx, `INSERT INTO changes (document, rev, source, kind, to_version, event, baseline, at, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, string(v.Document.ID), v.Document.Rev+1, string(v.Document.Source),
		string(c.Kind), string(c.To), string(c.Event), c.Baseline, millis(c.At), b)
	return err
}
