package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"govwatch/notice"
)

// Reading returns a version with all that is needed to read it, or ErrUnknown.
func (t *Tracker) Reading(ctx context.Context, id notice.VersionID) (notice.Reading, error) {
	r, err := t.reading(ctx, id)
	return r, t.judge("read version "+string(id), err)
}

func (t *Tracker) reading(ctx context.Context, id notice.VersionID) (r notice.Reading, err error) {
	if r.Version, err = versionOf(ctx, t.read, id); err != nil {
		return r, err
	}
	d, err := documentOf(ctx, t.read, r.Version.Document)
	if err != nil {
		return r, err
	}
	r.Document = *d
	r.Source, err = sourceValue(ctx, t.read, d.Source)
	if err != nil && !errors.Is(err, notice.ErrUnknown) {
		return r, err
	}
	if r.Attachments, err = t.heads(ctx, r.Version.Attachments); err != nil {
		return r, err
	}
	if r.Version.Prev != "" {
		if r.Previous, err = recordOf(ctx, t.read, r.Version.Prev); err != nil {
			return r, err
		}
	}
	if r.Current, err = recordOf(ctx, t.read, id); err != nil {
		return r, err
	}
	c, err := changeTo(ctx, t.read, id)
	if c != nil {
		r.Change = *c
	}
	return r, err
}

func versionOf(ctx context.Context, q querier, id notice.VersionID) (notice.Version, error) {
	v, found, err := body[notice.Version](ctx, q, "SELECT body FROM versions WHERE id = $1", string(id))
	if err == nil && !found {
		err = fmt.Errorf("version %s: %w", id, notice.ErrUnknown)
	}
	return v, err
}

// documentOf returns ErrUnknown when it is not there.
func documentOf(ctx context.Context, q querier, id notice.DocumentID) (*notice.Document, error) {
	ds, err := documentRows(ctx, q, "id = $1", string(id))
	if err == nil && len(ds) == 0 {
		err = fmt.Errorf("document %s: %w", id, notice.ErrUnknown)
	}
	if err != nil {
		return nil, err
	}
	return &ds[0], nil
}

// heads turns the files that a page names into what is held of them, in the page's order.
func (t *Tracker) heads(ctx context.Context, refs []notice.AttachmentRef) ([]notice.AttachmentRef, error) {
	ids := make([]notice.DocumentID, len(refs))
	for i, r := range refs {
		ids[i] = r.Document
	}
	docs, err := documentsByID(ctx, t.read, ids)
	if err != nil {
		return nil, err
	}
	out := make([]notice.AttachmentRef, len(refs))
	for i, r := range refs {
		r.Version, r.Blob = "", ""
		if d := docs[r.Document]; d.Head != "" {
			v, err := versionOf(ctx, t.read, d.Head)
			if err != nil {
				return nil, err
			}
			r.Version, r.Blob = v.ID, v.Blob
			if v.MediaType != "" {
				r.MediaType = v.MediaType
			}
		}
		out[i] = r
	}
	return out, nil
}

// changeTo returns the change that brought a version, nil when there is none.
func changeTo(ctx context.Context, q querier, id notice.VersionID) (*notice.Change, error) {
	return changeWhere(ctx, q, "to_version = $1 ORDER BY at, rev LIMIT 1", string(id))
}

func changeWhere(ctx context.Context, q querier, where string, args ...any) (*notice.Change, error) {
	c, found, err := body[notice.Change](ctx, q, "SELECT body FROM changes WHERE "+where, args...)
	if err != nil || !found {
		return nil, err
	}
	return &c, nil
}

// Occasion returns an event with all that a rule may look at, as it stands at
// the moment of the call. What the event does not concern, or what is not held
// any more, is nil.
func (t *Tracker) Occasion(ctx context.Context, e notice.Event) (notice.Occasion, error) {
	o, err := t.occasion(ctx, e)
	return o, t.judge("read what event "+string(e.ID)+" is about", err)
}

func (t *Tracker) occasion(ctx context.Context, e notice.Event) (o notice.Occasion, err error) {
	o.Event = e
	if o.Source, err = sourceValue(ctx, t.read, e.Source); err != nil && !errors.Is(err, notice.ErrUnknown) {
		return o, err
	}
	if e.Incident != "" {
		i, found, err := body[notice.Incident](ctx, t.read, "SELECT body FROM incidents WHERE id = $1", string(e.Incident))
		if err != nil {
			return o, err
		}
		if found {
			o.Incident = &i
		}
	}
	if e.Document == "" {
		return o, nil
	}
	if o.Document, err = documentOf(ctx, t.read, e.Document); err != nil && !errors.Is(err, notice.ErrUnknown) {
		return o, err
	}
	version := e.Record
	if version == "" {
		version = e.Version
	}
	if o.Record, err = recordOf(ctx, t.read, version); err != nil {
		return o, err
	}
	if o.Record == nil {
		if o.Record, err = recordWhere(ctx, t.read, "document = $1 AND current", string(e.Document)); err != nil {
			return o, err
		}
	}
	if o.WorkKnown, err = workKnown(ctx, t.read, o.Record); err != nil {
		return o, err
	}
	if o.Change, err = changeWhere(ctx, t.read, "event = $1 ORDER BY at LIMIT 1", string(e.ID)); err != nil || o.Change != nil || version == "" {
		return o, err
	}
	o.Change, err = changeTo(ctx, t.read, version)
	return o, err
}

// workKnown returns since when another document carries the work of a record:
// the earliest of their first sights and publications, zero when there is none.
func workKnown(ctx context.Context, q querier, r *notice.Record) (known time.Time, err error) {
	if r == nil || r.Work == "" {
		return known, nil
	}
	since, err := collect(ctx, q, func(row *sql.Rows) (t time.Time, err error) {
		var b, published string
		if err := row.Scan(&b, &published); err != nil {
			return t, err
		}
		d, err := decode[notice.Document](b)
		if err != nil {
			return t, err
		}
		t = d.FirstSeen
		if day, err := notice.ParseDate(published); err == nil && day.Time().Before(t) {
			t = day.Time()
		}
		return t, nil
	}, `SELECT d.body, COALESCE(r.published, '') FROM work_documents w JOIN documents d ON d.id = w.document
		LEFT JOIN records r ON r.document = d.id AND r.current
		WHERE w.work = $1 AND w.document <> $2 AND d.parent <> $2 ORDER BY w.n LIMIT 20`, string(r.Work), string(r.Document))
	for _, t := range since {
		if known.IsZero() || t.Before(known) {
			known = t
		}
	}
	return known, err
}
