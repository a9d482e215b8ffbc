package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Save stores what the rules read from a version in one transaction: the record,
// the work and the document's place in it, what an edit means, and the events.
// The same version and ruleset is written over; saving twice changes nothing.
// The record of a file that belongs to a page is kept beside the page's, and is
// no record of a document of its own to searches and counts. It returns
// ErrUnknown when the version is not there.
func (t *Tracker) Save(ctx context.Context, e notice.Extraction) error {
	return t.atomically(ctx, "save record of "+string(e.Record.Version), func(x *tx) error {
		n, page, err := x.lockVersion(ctx, e.Record.Version, e.Record.Document)
		if err != nil {
			return err
		}
		seq, err := x.putRecord(ctx, e.Record, n)
		if err != nil {
			return err
		}
		current := false
		if page {
			if current, err = x.choose(ctx, e.Record, seq); err != nil {
				return err
			}
		}
		if err := x.putWork(ctx, e, current); err != nil {
			return err
		}
		if err := x.explainChange(ctx, e); err != nil {
			return err
		}
		return x.tellAll(ctx, e.Events)
	})
}

// lockVersion returns the version's ordinal and whether its document is a page,
// and keeps other writers of the document's records waiting.
func (x *tx) lockVersion(ctx context.Context, id notice.VersionID, d notice.DocumentID) (n int64, page bool, err error) {
	var owner, parent string
	err = x.QueryRowContext(ctx, "SELECT n, document FROM versions WHERE id = $1", string(id)).Scan(&n, &owner)
	if errors.Is(err, sql.ErrNoRows) || err == nil && owner != string(d) {
		return 0, false, fmt.Errorf("version %s of document %s: %w", id, d, notice.ErrUnknown)
	}
	if err != nil {
		return 0, false, err
	}
	err = x.QueryRowContext(ctx, "SELECT parent FROM documents WHERE id = $1"+x.dialect.forUpdate(), owner).Scan(&parent)
	return n, parent == "", err
}

func (x *tx) putRecord(ctx context.Context, r notice.Record, n int64) (seq int64, err error) {
	b, err := encode(r)
	if err != nil {
		return 0, fmt.Errorf("record of %s: %w", r.Version, err)
	}
	values := []any{string(r.Version), r.Ruleset, string(r.Document), n, string(r.Work), string(r.Source), clean(r.Title), squeeze(r.Title),
		clean(r.Number), string(r.Class), string(r.Level), clean(r.Region), clean(r.SubjectRegion), r.Published.String(), r.Climate, r.Review, b}
	err = x.QueryRowContext(ctx, `INSERT INTO records (version, ruleset, document, n, work, source, title, squeezed, number, class, level,
			region, subject_region, published, climate, review, body, current) VALUES (`+places(1, len(values))+`, FALSE)
		ON CONFLICT (version, ruleset) DO UPDATE SET work = excluded.work, title = excluded.title, squeezed = excluded.squeezed,
			number = excluded.number, class = excluded.class, level = excluded.level, region = excluded.region,
			subject_region = excluded.subject_region, published = excluded.published, climate = excluded.climate,
			review = excluded.review, body = excluded.body
		RETURNING seq`, values...).Scan(&seq)
	return seq, err
}

// squeeze is a title as it is compared: letters and digits alone.
func squeeze(title string) string {
	return strings.ReplaceAll(textzh.Search(clean(title)), " ", "")
}

// choose makes the record of the newest version by the newest ruleset the
// current one of its document, and reports whether that is the one just stored.
// Only the current record is found by search.
func (x *tx) choose(ctx context.Context, r notice.Record, stored int64) (bool, error) {
	seqs, err := collect(ctx, x, func(rows *sql.Rows) (seq int64, err error) { return seq, rows.Scan(&seq) },
		"SELECT seq FROM records WHERE document = $1 ORDER BY n DESC, ruleset DESC", string(r.Document))
	if err != nil || len(seqs) == 0 || seqs[0] != stored {
		return false, err
	}
	for _, seq := range seqs {
		for _, drop := range []string{"DELETE FROM record_search WHERE rowid = $1", "DELETE FROM record_facets WHERE seq = $1"} {
			if _, err := x.exec(ctx, drop, seq); err != nil {
				return false, err
			}
		}
	}
	if _, err := x.exec(ctx, "UPDATE records SET current = (seq = $1) WHERE document = $2", stored, string(r.Document)); err != nil {
		return false, err
	}
	if _, err := x.exec(ctx, "UPDATE documents SET policy = $1 WHERE id = $2", r.Class == notice.Policy, string(r.Document)); err != nil {
		return false, err
	}
	for facet, values := range map[string][]string{"issuer": r.Issuers, "sector": r.Sectors} {
		for _, v := range values {
			if _, err := x.exec(ctx, "INSERT INTO record_facets (facet, value, seq) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", facet, clean(v), stored); err != nil {
				return false, err
			}
		}
	}
	if err := x.putAgenda(ctx, r, stored); err != nil {
		return false, err
	}
	words := textzh.Search(clean(strings.Join([]string{r.Title, r.SubjectTitle, r.Number, strings.Join(r.Issuers, "\n"), r.IndexNo, r.Body}, "\n")))
	return true, x.dialect.index(ctx, x, stored, words)
}

// explainChange adds to the stored change what only the reader of both records
// knows: what an edit means, or that a document has moved here from elsewhere.
func (x *tx) explainChange(ctx context.Context, e notice.Extraction) error {
	if e.Change == nil {
		return nil
	}
	document, version := string(e.Record.Document), string(e.Record.Version)
	var rev int64
	err := x.QueryRowContext(ctx, "SELECT rev FROM changes WHERE document = $1 AND to_version = $2 ORDER BY rev LIMIT 1"+x.dialect.forUpdate(), document, version).Scan(&rev)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	c, _, err := body[notice.Change](ctx, x, "SELECT body FROM changes WHERE document = $1 AND rev = $2", document, rev)
	if err != nil {
		return err
	}
	c.Meaning, c.Significance, c.Diff = e.Change.Meaning, e.Change.Significance, e.Change.Diff
	c.Title = firstNonEmpty(e.Change.Title, c.Title)
	c.Event = notice.EventID(firstNonEmpty(string(e.Change.Event), string(c.Event)))
	c.Kind = notice.ChangeKind(firstNonEmpty(string(e.Change.Kind), string(c.Kind)))
	moved := c.Kind == notice.ChangeMoved && e.Change.From != ""
	if moved {
		c.From = e.Change.From
	}
	b, err := encode(c)
	if err != nil {
		return fmt.Errorf("change to %s: %w", e.Record.Version, err)
	}
	if _, err := x.exec(ctx, "UPDATE changes SET kind = $1, event = $2, body = $3 WHERE document = $4 AND rev = $5",
		string(c.Kind), string(c.Event), b, document, rev); err != nil || !moved {
		return err
	}
	_, err = x.exec(ctx, "UPDATE documents SET moved_to = $1 WHERE id = (SELECT document FROM versions WHERE id = $2) AND id <> $1",
		document, string(c.From))
	return err
}

// Stale returns at most n head versions after the given one, in ID order, whose
// newest record was read by a ruleset lower than below. Files are not among
// them: they are read again with their page.
func (t *Tracker) Stale(ctx context.Context, below int, after notice.VersionID, n int) ([]notice.VersionID, error) {
	ids, err := collect(ctx, t.read, func(r *sql.Rows) (id notice.VersionID, err error) { return id, r.Scan(&id) },
		`SELECT d.head FROM documents d WHERE d.head > $1 AND d.parent = '' AND
			(SELECT MAX(r.ruleset) FROM records r WHERE r.version = d.head) < $2 ORDER BY d.head LIMIT $3`, string(after), below, n)
	return ids, t.judge("list stale records", err)
}

// Record returns the newest reading of a version, or ErrUnknown.
func (t *Tracker) Record(ctx context.Context, v notice.VersionID) (notice.Record, error) {
	r, err := recordOf(ctx, t.read, v)
	if err == nil && r == nil {
		err = fmt.Errorf("record of version %s: %w", v, notice.ErrUnknown)
	}
	if err != nil {
		return notice.Record{}, t.judge("read record", err)
	}
	return *r, nil
}

func recordOf(ctx context.Context, q querier, v notice.VersionID) (*notice.Record, error) {
	return recordWhere(ctx, q, "version = $1 ORDER BY ruleset DESC LIMIT 1", string(v))
}

// recordWhere returns nil when there is none.
func recordWhere(ctx context.Context, q querier, where string, args ...any) (*notice.Record, error) {
	r, found, err := body[notice.Record](ctx, q, "SELECT body FROM records WHERE "+where, args...)
	if err != nil || !found {
		return nil, err
	}
	return &r, nil
}
