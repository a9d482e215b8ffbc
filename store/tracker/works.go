package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"govwatch/notice"
)

const (
	// worksLimit bounds the candidates that an extraction looks at.
	worksLimit = 50
	// nearBits is the distance of SimHashes up to which texts are near.
	nearBits = 7
	// A SimHash is found by four bands of sixteen bits: of seven bits that differ
	// one band has at most one, so a probe asks for seventeen values a band, and
	// one work in a thousand answers by chance. Lower band numbers were in use
	// for bands of another width.
	firstBand = 8
	bandCount = 4
	bandBits  = 16
)

// putWork stores the work and, when the record is the document's current one,
// the document's place in it. A document leaves the work it was in before.
func (x *tx) putWork(ctx context.Context, e notice.Extraction, current bool) error {
	w := e.Work
	if w.ID == "" {
		return nil
	}
	old, _, err := body[notice.Work](ctx, x, "SELECT body FROM works WHERE id = $1"+x.dialect.forUpdate(), string(w.ID))
	if err != nil {
		return err
	}
	members, differs := w.Documents, w.Differs
	w.Documents, w.Differs = nil, nil
	b, err := encode(w)
	if err != nil {
		return fmt.Errorf("work %s: %w", w.ID, err)
	}
	_, err = x.exec(ctx, `INSERT INTO works (id, number, squeezed, year, body) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET number = excluded.number, squeezed = excluded.squeezed, year = excluded.year, body = excluded.body`,
		string(w.ID), clean(w.Number), squeeze(w.Title), w.Year, b)
	if err != nil {
		return err
	}
	if old.SimHash != w.SimHash || old.Year != w.Year {
		if err := x.putBands(ctx, w); err != nil {
			return err
		}
	}
	if !current {
		return nil
	}
	_, err = x.exec(ctx, `INSERT INTO work_documents (document, work, n, differs)
		VALUES ($1, $2, (SELECT COALESCE(MAX(n), 0) + 1 FROM work_documents WHERE work = $2), $3)
		ON CONFLICT (document) DO UPDATE SET n = CASE WHEN work_documents.work = excluded.work THEN work_documents.n ELSE excluded.n END,
			work = excluded.work, differs = excluded.differs`,
		string(e.Record.Document), string(w.ID), slices.Contains(differs, e.Record.Document))
	if err != nil {
		return err
	}
	for _, d := range members {
		if d == e.Record.Document {
			continue
		}
		if _, err := x.exec(ctx, "UPDATE work_documents SET differs = $1 WHERE document = $2 AND work = $3 AND differs <> $1",
			slices.Contains(differs, d), string(d), string(w.ID)); err != nil {
			return err
		}
	}
	return nil
}

func (x *tx) putBands(ctx context.Context, w notice.Work) error {
	if _, err := x.exec(ctx, "DELETE FROM work_bands WHERE work = $1", string(w.ID)); err != nil || w.SimHash == 0 {
		return err
	}
	for band := range bandCount {
		if _, err := x.exec(ctx, "INSERT INTO work_bands (year, band, value, work) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			w.Year, firstBand+band, bandOf(w.SimHash, band), string(w.ID)); err != nil {
			return err
		}
	}
	return nil
}

func bandOf(hash uint64, band int) int64 { return int64(hash >> (bandBits * band) & (1<<bandBits - 1)) }

// Works returns works that may be the probe's: with the same number, the same
// title, or a text that is near and of the same year; at most 50, in that order.
// Documents are listed in the order in which they joined.
func (t *Tracker) Works(ctx context.Context, probe notice.Work) ([]notice.Work, error) {
	found, err := t.candidates(ctx, probe)
	if err == nil {
		err = loadMembers(ctx, t.read, found)
	}
	return found, t.judge("find works", err)
}

func (t *Tracker) candidates(ctx context.Context, probe notice.Work) ([]notice.Work, error) {
	var found []notice.Work
	add := func(ws []notice.Work) {
		for _, w := range ws {
			known := slices.ContainsFunc(found, func(f notice.Work) bool { return f.ID == w.ID })
			if !known && len(found) < worksLimit {
				found = append(found, w)
			}
		}
	}
	if n := clean(probe.Number); n != "" {
		ws, err := bodies[notice.Work](ctx, t.read, "SELECT body FROM works WHERE number = $1 ORDER BY id LIMIT $2", n, worksLimit)
		if err != nil {
			return nil, err
		}
		add(ws)
	}
	if title := squeeze(probe.Title); title != "" {
		ws, err := bodies[notice.Work](ctx, t.read, "SELECT body FROM works WHERE squeezed = $1 ORDER BY id LIMIT $2", title, worksLimit)
		if err != nil {
			return nil, err
		}
		add(ws)
	}
	ws, err := t.nearWorks(ctx, probe)
	add(ws)
	return found, err
}

// nearWorks returns works of the probe's year by the distance of their SimHash.
func (t *Tracker) nearWorks(ctx context.Context, probe notice.Work) ([]notice.Work, error) {
	if probe.SimHash == 0 {
		return nil, nil
	}
	query, args := "SELECT body FROM works WHERE id IN (", []any{probe.Year}
	for band := range bandCount {
		if band > 0 {
			query += " UNION "
		}
		query += fmt.Sprintf("SELECT work FROM work_bands WHERE year = $1 AND band = %d AND value IN (%s)", firstBand+band, places(len(args)+1, bandBits+1))
		value := bandOf(probe.SimHash, band)
		args = append(args, value)
		for bit := range bandBits {
			args = append(args, value^1<<bit)
		}
	}
	distance := func(hash uint64) int { return bits.OnesCount64(hash ^ probe.SimHash) }
	// Most works that share a band are far: they are told by their hash alone.
	near, err := collect(ctx, t.read, func(r *sql.Rows) (b string, err error) {
		if err := r.Scan(&b); err != nil || distance(simHashIn(b)) > nearBits {
			return "", err
		}
		return b, nil
	}, query+") ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	var ws []notice.Work
	for _, b := range near {
		if b == "" {
			continue
		}
		w, err := decode[notice.Work](b)
		if err != nil {
			return nil, err
		}
		ws = append(ws, w)
	}
	slices.SortStableFunc(ws, func(a, b notice.Work) int { return distance(a.SimHash) - distance(b.SimHash) })
	return ws, nil
}

// simHashIn reads the SimHash of a work out of its JSON; zero when it has none.
func simHashIn(body string) uint64 {
	_, rest, _ := strings.Cut(body, `"SimHash":`)
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.ParseUint(rest[:max(end, 0)], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// loadMembers fills in the documents of works.
func loadMembers(ctx context.Context, q querier, works []notice.Work) error {
	for i := range works {
		w := &works[i]
		rows, err := q.QueryContext(ctx, "SELECT document, differs FROM work_documents WHERE work = $1 ORDER BY n, document", string(w.ID))
		if err != nil {
			return err
		}
		if err := readMembers(rows, w); err != nil {
			return err
		}
	}
	return nil
}

func readMembers(rows *sql.Rows, w *notice.Work) error {
	for rows.Next() {
		var d notice.DocumentID
		var differs bool
		if err := rows.Scan(&d, &differs); err != nil {
			return errors.Join(err, rows.Close())
		}
		w.Documents = append(w.Documents, d)
		if differs {
			w.Differs = append(w.Differs, d)
		}
	}
	return rows.Err()
}

// Work returns one work with its documents, or ErrUnknown.
func (t *Tracker) Work(ctx context.Context, id notice.WorkID) (notice.Work, error) {
	w, found, err := body[notice.Work](ctx, t.read, "SELECT body FROM works WHERE id = $1", string(id))
	if err == nil && !found {
		err = fmt.Errorf("work %s: %w", id, notice.ErrUnknown)
	}
	if err != nil {
		return w, t.judge("read work", err)
	}
	one := []notice.Work{w}
	err = loadMembers(ctx, t.read, one)
	return one[0], t.judge("read work", err)
}
