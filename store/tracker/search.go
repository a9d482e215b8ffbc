package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"govwatch/internal/fault"
	"govwatch/internal/textzh"
	"govwatch/notice"
)

// maxParts bounds the parts of a search text; each is a condition of its own.
const maxParts = 64

// Records returns one page of current records, latest publication first and
// undated ones last. A cursor that Records did not make, or a text of more than
// 64 parts, is a Permanent fault.
func (t *Tracker) Records(ctx context.Context, q notice.RecordQuery) (notice.RecordPage, error) {
	f, err := t.recordFilter(q)
	if err != nil {
		return notice.RecordPage{}, err
	}
	type row struct {
		seq       int64
		published string
		record    notice.Record
	}
	n := limit(q.Limit, 50, 500)
	rows, err := collect(ctx, t.read, func(r *sql.Rows) (v row, err error) {
		var b string
		if err := r.Scan(&v.seq, &v.published, &b); err != nil {
			return v, err
		}
		v.record, err = decode[notice.Record](b)
		return v, err
	}, "SELECT seq, published, body FROM records"+f.where()+" ORDER BY published DESC, seq DESC LIMIT "+f.param(n+1), f.args...)
	if err != nil {
		return notice.RecordPage{}, t.judge("list records", err)
	}
	var page notice.RecordPage
	for i, r := range rows {
		if i == n {
			page.Next = cursor{rows[i-1].published, rows[i-1].seq}.String()
			break
		}
		page.Records = append(page.Records, r.record)
	}
	return page, nil
}

func (t *Tracker) recordFilter(q notice.RecordQuery) (filter, error) {
	f := filter{conditions: []string{"current"}}
	f.equal("squeezed", squeeze(q.Title))
	f.equal("number", q.Number)
	f.equal("level", string(q.Level))
	f.equal("class", string(q.Class))
	f.equal("source", string(q.Source))
	f.equal("document", string(q.Document))
	f.equal("work", string(q.Work))
	f.region("region", q.Region)
	f.region("subject_region", q.SubjectRegion)
	f.facet("issuer", q.Issuer)
	f.facet("sector", q.Sector)
	if q.Climate {
		f.conditions = append(f.conditions, "climate")
	}
	if q.Review {
		f.conditions = append(f.conditions, "review")
	}
	if !q.Since.IsZero() {
		f.conditions = append(f.conditions, "published >= "+f.param(q.Since.String()))
	}
	if !q.Until.IsZero() {
		f.conditions = append(f.conditions, "published <> '' AND published <= "+f.param(q.Until.String()))
	}
	if err := f.text(t.dialect, q.Text); err != nil {
		return f, err
	}
	if q.Cursor != "" {
		c, err := parseCursor(q.Cursor)
		if err != nil {
			return f, err
		}
		date, seq := f.param(c.published), f.param(c.seq)
		f.conditions = append(f.conditions, fmt.Sprintf("(published < %s OR published = %s AND seq < %s)", date, date, seq))
	}
	return f, nil
}

// region matches a code and what lies below it: 440000 is a prefix of two
// digits, 440100 one of four. 100000 is the nation's own code and no prefix.
func (f *filter) region(column, code string) {
	prefix := code
	for len(prefix) > 2 && strings.HasSuffix(prefix, "00") {
		prefix = prefix[:len(prefix)-2]
	}
	if len(code) != 6 || code == "100000" || prefix == code {
		f.equal(column, code)
		return
	}
	low, high := f.param(prefix+strings.Repeat("0", 6-len(prefix))), f.param(prefix+strings.Repeat("9", 6-len(prefix)))
	f.conditions = append(f.conditions, fmt.Sprintf("%s BETWEEN %s AND %s", column, low, high))
}

func (f *filter) facet(facet, value string) {
	if value != "" {
		f.conditions = append(f.conditions, fmt.Sprintf("seq IN (SELECT seq FROM record_facets WHERE facet = %s AND value = %s)", f.param(facet), f.param(clean(value))))
	}
}

// text asks for every part between blanks as a phrase. A query without a single
// letter or digit finds nothing.
func (f *filter) text(d dialect, text string) error {
	if text == "" {
		return nil
	}
	parts := strings.Fields(clean(text))
	if len(parts) > maxParts {
		return fault.Errorf(fault.Permanent, "search records: %d words: ask for at most %d", len(parts), maxParts)
	}
	found := false
	for _, part := range parts {
		words := textzh.Search(part)
		if words == "" {
			continue
		}
		found = true
		f.args = append(f.args, d.phrase(words))
		f.conditions = append(f.conditions, "seq IN (SELECT rowid FROM record_search WHERE "+d.matchWords(len(f.args))+")")
	}
	if !found {
		f.conditions = append(f.conditions, "1 = 0")
	}
	return nil
}

// cursor is the last row of a page.
type cursor struct {
	published string
	seq       int64
}

func (c cursor) String() string { return c.published + "." + strconv.FormatInt(c.seq, 10) }

func parseCursor(s string) (cursor, error) {
	date, number, ok := strings.Cut(s, ".")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err == nil && date != "" {
		_, err = notice.ParseDate(date)
	}
	if !ok || err != nil {
		return cursor{}, fault.Wrap(fault.Permanent, errors.New("list records: the cursor is not one of ours: start at the first page"))
	}
	return cursor{date, seq}, nil
}
