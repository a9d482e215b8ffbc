package tracker

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Facets that hold what a current record waits for: the day on which its validity
// turns, and the documents that it names and nobody held when it was read.
const (
	turnsFacet  = "turns"
	awaitsFacet = "awaits"
	// awaitsLimit bounds the names of one record; repeal lists hold hundreds.
	awaitsLimit = 100
)

// putAgenda writes what the document's current record waits for.
func (x *tx) putAgenda(ctx context.Context, r notice.Record, seq int64) error {
	put := func(facet, value string) error {
		_, err := x.exec(ctx, "INSERT INTO record_facets (facet, value, seq) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", facet, value, seq)
		return err
	}
	if day, _ := r.Turn(); !day.IsZero() {
		if err := put(turnsFacet, day.String()); err != nil {
			return err
		}
	}
	n := 0
	for _, rel := range r.Relations {
		if rel.Work != "" || n >= awaitsLimit {
			continue
		}
		for _, name := range names(rel.Number, rel.Title) {
			n++
			if err := put(awaitsFacet, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// names are the forms under which a document is waited for: its number, and its
// titles without what drafts, covers and copies add or leave out.
func names(number string, titles ...string) []string {
	var out []string
	if n := clean(number); n != "" {
		out = append(out, n)
	}
	for _, t := range titles {
		if s := textzh.Stem(clean(t)); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Turning lists at most n versions after the given one, in ID order, whose
// current record's validity turns on a day up to the given one.
func (t *Tracker) Turning(ctx context.Context, day notice.Date, after notice.VersionID, n int) ([]notice.VersionID, error) {
	ids, err := collect(ctx, t.read, scanVersion,
		`SELECT r.version FROM record_facets f JOIN records r ON r.seq = f.seq
			WHERE f.facet = $1 AND f.value <= $2 AND r.version > $3 ORDER BY r.version LIMIT $4`, turnsFacet, day.String(), string(after), n)
	return ids, t.judge("list records whose validity turns", err)
}

// Awaiting lists at most n versions, in ID order, whose current record names the
// given one's number, title or inner title in a relation without a work.
func (t *Tracker) Awaiting(ctx context.Context, r notice.Record, n int) ([]notice.VersionID, error) {
	keys := names(r.Number, r.Title, r.SubjectTitle)
	if len(keys) == 0 {
		return nil, nil
	}
	args := []any{awaitsFacet}
	for _, k := range keys {
		args = append(args, k)
	}
	query := fmt.Sprintf(`SELECT DISTINCT r.version FROM record_facets f JOIN records r ON r.seq = f.seq
		WHERE f.facet = $1 AND f.value IN (%s) ORDER BY r.version LIMIT %d`, places(2, len(keys)), n)
	ids, err := collect(ctx, t.read, scanVersion, query, args...)
	return ids, t.judge("list records that wait for a document", err)
}

func scanVersion(r *sql.Rows) (id notice.VersionID, err error) { return id, r.Scan(&id) }
