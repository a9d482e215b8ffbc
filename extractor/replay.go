package extractor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"govwatch/notice"
)

// Replay reads an archived version again as it was read for its stored record
// (in.Current, which must not be nil): at the same moment, with the files that
// were held then. What the tracker knew and the bytes do not say (the work, links
// to works, a repeal told by another document, a turn of the calendar) is taken from the stored record.
// Under the ruleset of the stored record the result is equal to it, bit for bit;
// Differing tells. Nothing is saved.
func (w *Worker) Replay(ctx context.Context, in notice.Reading) (notice.Record, error) {
	stored := in.Current
	if stored == nil {
		return notice.Record{}, fmt.Errorf("version %s has no record yet: %w", in.Version.ID, notice.ErrUnknown)
	}
	then := *w
	then.Clock = moment(stored.At)
	in.Attachments = heldThen(in.Attachments, stored.Attachments)
	r, err := then.read(ctx, in, stored.Cause)
	if err != nil {
		return r, err
	}
	keepTurn(&r, notice.Reading{Current: stored})
	keepRepeal(&r, notice.Reading{Current: stored})
	r.Work, r.At = stored.Work, stored.At
	for i := range r.Relations {
		if i < len(stored.Relations) && sameReference(r.Relations[i], stored.Relations[i]) {
			r.Relations[i].Work = stored.Relations[i].Work
		}
	}
	for _, p := range stored.Problems {
		if p.Field == "work" {
			r.Problems = append(r.Problems, p)
		}
	}
	return r, nil
}

// moment is a clock that stands still.
type moment time.Time

func (m moment) Now() time.Time { return time.Time(m) }

// heldThen are the files of a page as they were held when the record was made.
func heldThen(now, then []notice.AttachmentRef) []notice.AttachmentRef {
	out := slices.Clone(now)
	for i := range out {
		j := slices.IndexFunc(then, func(a notice.AttachmentRef) bool { return a.URL == out[i].URL })
		if j < 0 {
			out[i].Version, out[i].Blob = "", ""
			continue
		}
		out[i].Version, out[i].Blob, out[i].Problem = then[j].Version, then[j].Blob, then[j].Problem
		if then[j].MediaType != "" {
			out[i].MediaType = then[j].MediaType
		}
	}
	return out
}

func sameReference(a, b notice.Relation) bool {
	a.Work, b.Work = "", ""
	return a == b
}

// Differing names the fields in which two records differ, in alphabetical order,
// by the JSON in which records are stored; none means bit for bit the same.
func Differing(a, b notice.Record) ([]string, error) {
	x, err := fieldsOf(a)
	if err != nil {
		return nil, err
	}
	y, err := fieldsOf(b)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for name, v := range x {
		if string(v) != string(y[name]) {
			out = append(out, name)
		}
	}
	for name := range y {
		if _, ok := x[name]; !ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}

// fieldsOf is a record as it comes back from storage, by field.
func fieldsOf(r notice.Record) (map[string]json.RawMessage, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write record of version %s: %w", r.Version, err)
	}
	var stored notice.Record
	if err := json.Unmarshal(b, &stored); err != nil {
		return nil, fmt.Errorf("read record of version %s: %w", r.Version, err)
	}
	if b, err = json.Marshal(stored); err != nil {
		return nil, fmt.Errorf("write record of version %s: %w", r.Version, err)
	}
	var fields map[string]json.RawMessage
	return fields, json.Unmarshal(b, &fields)
}
