package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"govwatch/extractor"
	"govwatch/extractor/compare"
	"govwatch/notice"
	"govwatch/web/pages"
)

// Diff sets two versions of a document side by side: the last two, or those that
// are named by their count from 1 (the oldest) or their ID or the start of it. A
// document of one version gives its list of versions. Both records are read by
// the rules of today, so that no difference is our own.
func (s *Shelf) Diff(ctx context.Context, name, from, to string) (d pages.Diff, err error) {
	id, err := s.find(ctx, name)
	if err != nil {
		return d, err
	}
	in, err := s.tracker.Reading(ctx, id)
	if err != nil {
		return d, err
	}
	d = pages.Diff{
		Document: string(in.Document.ID), Source: string(in.Document.Source), URL: in.Document.URL, Title: in.Document.Title, State: string(in.Document.State),
		Meaning: []string{}, Fields: []pages.Pair{}, Files: []pages.File{}, Figures: []pages.Pair{}, Text: []pages.Row{},
	}
	if in.Current != nil && in.Current.Title != "" {
		d.Title = in.Current.Title
	}
	if d.Versions, err = s.versions(ctx, in.Document.ID); err != nil {
		return d, err
	}
	if len(d.Versions) < 2 && from == "" {
		return d, nil
	}
	n := len(d.Versions)
	if from == "" {
		from, to = strconv.Itoa(n-1), strconv.Itoa(n)
	}
	if d.From, err = pick(d.Versions, from); err != nil {
		return d, err
	}
	if d.To, err = pick(d.Versions, to); err != nil {
		return d, err
	}
	return d, s.fill(ctx, &d)
}

// versions lists the kept states of a document, oldest first.
func (s *Shelf) versions(ctx context.Context, id notice.DocumentID) ([]pages.Version, error) {
	all, err := s.tracker.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	history, err := s.tracker.History(ctx, id)
	if err != nil {
		return nil, err
	}
	brought := map[notice.VersionID]notice.Change{}
	for _, c := range history {
		// Later visits that found nothing new name the same version.
		if _, known := brought[c.To]; !known && c.To != "" {
			brought[c.To] = c
		}
	}
	out := make([]pages.Version, len(all))
	for i, v := range all {
		n := len(all) - i
		p := pages.Version{N: n, ID: string(v.ID), Fetched: v.FetchedAt, Change: string(v.Kind), Meaning: meanings(brought[v.ID].Meaning), Blob: string(v.Blob)}
		if k := brought[v.ID].Kind; k != "" {
			p.Change = string(k)
		}
		r, err := s.tracker.Record(ctx, v.ID)
		if err != nil && !errors.Is(err, notice.ErrUnknown) {
			return nil, err
		}
		p.Ruleset = r.Ruleset
		out[n-1] = p
	}
	return out, nil
}

func meanings(all []notice.Meaning) []string {
	out := []string{}
	for _, m := range all {
		out = append(out, string(m))
	}
	return out
}

// pick finds the version that a person names.
func pick(all []pages.Version, name string) (*pages.Version, error) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(all) {
		return &all[n-1], nil
	}
	var found *pages.Version
	for i, v := range all {
		if len(name) < 4 || !strings.HasPrefix(v.ID, name) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: version %q: %s and %s begin so; write more of it", ErrConfig, name, found.ID, v.ID)
		}
		found = &all[i]
	}
	if found == nil {
		return nil, fmt.Errorf("%w: no version %q; name 1 to %d, or the first signs of a version's ID", ErrConfig, name, len(all))
	}
	return found, nil
}

// fill compares the two versions that are picked.
func (s *Shelf) fill(ctx context.Context, d *pages.Diff) error {
	var records [2]notice.Record
	for i, v := range []*pages.Version{d.From, d.To} {
		r, err := s.readToday(ctx, notice.VersionID(v.ID))
		if err != nil {
			return err
		}
		records[i] = r
	}
	before, after := records[0], records[1]
	res := compare.Compare(before, after)
	d.Meaning, d.Significance = meanings(res.Meaning), res.Significance
	d.Fields = fieldPairs(before, after)
	for _, f := range compare.Targets(before.Targets, after.Targets) {
		d.Figures = append(d.Figures, pages.Pair{Name: indicator(f), State: string(f.State), Before: figure(f.Before), After: figure(f.After)})
	}
	for _, f := range compare.Annexes(before.Attachments, after.Attachments) {
		file, err := s.filePair(ctx, f)
		if err != nil {
			return err
		}
		d.Files = append(d.Files, file)
	}
	d.Text = rows(compare.Side(before.Body, after.Body))
	return nil
}

// readToday is the stored record, or the archived version read again when an
// older ruleset made it.
func (s *Shelf) readToday(ctx context.Context, id notice.VersionID) (notice.Record, error) {
	in, err := s.tracker.Reading(ctx, id)
	if err != nil {
		return notice.Record{}, err
	}
	if in.Current != nil && in.Current.Ruleset == extractor.Ruleset {
		return *in.Current, nil
	}
	return s.worker.Replay(ctx, in)
}

func fieldPairs(b, a notice.Record) []pages.Pair {
	out := []pages.Pair{}
	for _, f := range []struct{ name, before, after string }{
		{"title", b.Title, a.Title}, {"issuers", strings.Join(b.Issuers, "、"), strings.Join(a.Issuers, "、")}, {"number", b.Number, a.Number},
		{"kind", b.Kind, a.Kind}, {"class", string(b.Class), string(a.Class)}, {"date_written", b.Written.String(), a.Written.String()},
		{"date_published", b.Published.String(), a.Published.String()}, {"date_effective", b.Effective.String(), a.Effective.String()},
		{"date_expires", b.Expires.String(), a.Expires.String()}, {"validity", string(b.Validity), string(a.Validity)},
		{"index_no", b.IndexNo, a.IndexNo}, {"subject_words", strings.Join(b.SubjectWords, " "), strings.Join(a.SubjectWords, " ")}, {"source", b.Origin, a.Origin},
		{"sectors", strings.Join(b.Sectors, ", "), strings.Join(a.Sectors, ", ")},
	} {
		if f.before == "" && f.after == "" {
			continue
		}
		state := compare.Edited
		if f.before == f.after {
			state = compare.Same
		}
		out = append(out, pages.Pair{Name: f.name, State: string(state), Before: f.before, After: f.after})
	}
	return out
}

func indicator(f compare.Figures) string {
	if f.After != nil {
		return f.After.Indicator
	}
	return f.Before.Indicator
}

// figure is a target as people write it: year, sign, value, base year.
func figure(t *notice.QuantTarget) string {
	if t == nil {
		return ""
	}
	s := strconv.FormatFloat(t.Value, 'f', -1, 64) + t.Unit
	if t.Comparator != notice.EQ {
		s = string(t.Comparator) + " " + s
	}
	if t.Year > 0 {
		s = strconv.Itoa(t.Year) + ": " + s
	}
	if t.BaseYear > 0 {
		s += " (base " + strconv.Itoa(t.BaseYear) + ")"
	}
	if t.Hedged {
		s += " (力争)"
	}
	return s
}

// filePair compares a file by its text, not by its bytes.
func (s *Shelf) filePair(ctx context.Context, f compare.Files) (pages.File, error) {
	out := pages.File{Pair: pages.Pair{State: string(f.State)}}
	for _, side := range []struct {
		ref *notice.AttachmentRef
		to  *string
	}{{f.Before, &out.Before}, {f.After, &out.After}} {
		if side.ref != nil {
			*side.to = firstOf(side.ref.Name, side.ref.URL)
		}
	}
	out.Name = firstOf(out.After, out.Before)
	if f.State != compare.Edited {
		return out, nil
	}
	before, err := s.fileText(ctx, *f.Before)
	if err != nil {
		return out, err
	}
	after, err := s.fileText(ctx, *f.After)
	if err != nil {
		return out, err
	}
	switch {
	case before == "" || after == "":
		out.Note = "other bytes; the text could not be read"
	case before == after:
		out.State, out.Note = string(compare.Same), "other bytes, the same text"
	default:
		out.Text = rows(compare.Side(before, after))
	}
	return out, nil
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// fileText is the text of an archived file, empty when it has none or is damaged.
func (s *Shelf) fileText(ctx context.Context, ref notice.AttachmentRef) (string, error) {
	var body bytes.Buffer
	_, err := readBlob(ctx, s.worker.Archive, ref.Blob, &body)
	switch {
	case errors.Is(err, notice.ErrUnknown), errors.Is(err, notice.ErrCorrupt):
		return "", nil
	case err != nil:
		return "", err
	}
	if isPage(body.Bytes()) {
		return extractor.Extract(extractor.Input{URL: ref.URL, Body: body.Bytes()}).Body, nil
	}
	text, err := s.guard.Read(ctx, ref.Name, body.Bytes())
	if ctx.Err() != nil {
		return "", errors.Join(ctx.Err(), err)
	}
	return text.Text, nil
}

func rows(all []compare.Row) []pages.Row {
	out := make([]pages.Row, 0, len(all))
	for _, r := range all {
		p := pages.Row{State: string(r.State), Before: []pages.Word{}, After: []pages.Word{}}
		for _, w := range r.Parts {
			word := pages.Word{State: string(w.State), Text: w.Text}
			if w.State != compare.Come {
				p.Before = append(p.Before, word)
			}
			if w.State != compare.Gone {
				p.After = append(p.After, word)
			}
		}
		out = append(out, p)
	}
	return out
}
