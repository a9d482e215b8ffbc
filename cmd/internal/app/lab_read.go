package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"govwatch/crawler"
	"govwatch/crawler/family"
	"govwatch/extractor"
	"govwatch/internal/reader"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// lab is a comparison under way.
type lab struct {
	before, after notice.Source
	report        LabReport
	lists         map[string]*bothLists
	order         []string
	fields        map[string]*LabField
	shelf         *Shelf
	worker        *extractor.Worker
	files         *readOnce
}

// bothLists holds the items of one list, by their identity, under both declarations.
type bothLists struct {
	captures      int
	before, after map[string]TryItem
}

func newLab(before, after notice.Source, shelf *Shelf) *lab {
	w, files := *shelf.worker, &readOnce{shelf.worker.Files, map[notice.BlobKey]reader.Text{}}
	w.Files = files
	return &lab{
		shelf: shelf, worker: &w, files: files,
		before: before, after: after, lists: map[string]*bothLists{}, fields: map[string]*LabField{},
		report: LabReport{Source: before.ID, Lists: []LabList{}, Strays: []string{}, Fields: []LabField{}},
	}
}

func startsOf(lists []notice.List, at time.Time) []string {
	out := make([]string, 0, len(lists))
	for _, l := range lists {
		out = append(out, crawler.Start(l, at))
	}
	return out
}

// list reads an archived list answer as it is declared now and as it would be.
func (l *lab) list(c notice.Capture, body []byte) {
	day := notice.DateOf(c.FetchedAt)
	old, changed := l.before.ListsAt(day), l.after.ListsAt(day)
	i := listOf(old, startsOf(old, c.FetchedAt), c.URL)
	j := listOf(changed, startsOf(changed, c.FetchedAt), c.URL)
	if i >= 0 && (j < 0 || old[i].URL != changed[j].URL) {
		j = heir(old, changed, i, j)
	}
	if i < 0 && j < 0 || j < 0 {
		if !slices.Contains(l.report.Strays, c.URL) {
			l.report.Strays = append(l.report.Strays, c.URL)
		}
		return
	}
	both := l.of(changed[j].URL)
	both.captures++
	if i >= 0 {
		readArchived(both.before, old[i], c, body)
	}
	readArchived(both.after, changed[j], c, body)
}

// heir is the changed list that takes the place of an old one: the same address,
// else the same column, else the same place where no list was added or dropped.
func heir(old, changed []notice.List, i, guess int) int {
	for j, n := range changed {
		if n.URL == old[i].URL {
			return j
		}
	}
	for j, n := range changed {
		if n.Column != "" && n.Column == old[i].Column {
			return j
		}
	}
	if len(old) == len(changed) {
		return i
	}
	return guess
}

func (l *lab) of(url string) *bothLists {
	b := l.lists[url]
	if b == nil {
		b = &bothLists{before: map[string]TryItem{}, after: map[string]TryItem{}}
		l.lists[url] = b
		l.order = append(l.order, url)
	}
	return b
}

// readArchived adds the items that a declaration reads in an archived answer. A
// family that finds nothing adds nothing: that is what is compared.
func readArchived(into map[string]TryItem, list notice.List, c notice.Capture, body []byte) {
	f, ok := family.ByName(list.Family)
	if !ok {
		return
	}
	address := c.FinalURL
	if address == "" {
		address = c.URL
	}
	p := family.NewPage(address, c.Header["Content-Type"], body)
	p.List, p.Number, p.Today = list, 1, notice.DateOf(c.FetchedAt)
	p.Asked = family.Request{URL: c.URL}
	listing, err := f.List(p)
	if err != nil {
		return
	}
	for _, it := range listing.Items {
		id, err := urlx.Identity(it.URL)
		if err != nil {
			continue
		}
		into[id] = TryItem{it.Title, it.URL, it.Date}
	}
}

// detail reads the version that an archived answer brought, of whatever type, for
// both declarations by the way of the extraction worker: region and column decide
// about short names of issuers and much else. An answer that brought no version
// was no document.
func (l *lab) detail(ctx context.Context, c notice.Capture) error {
	versions, err := l.shelf.tracker.Versions(ctx, c.Document)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(versions, func(v notice.Version) bool { return v.Capture == c.ID })
	if i < 0 {
		return nil
	}
	in, err := l.shelf.tracker.Reading(ctx, versions[i].ID)
	if err != nil {
		return err
	}
	l.report.Details++
	read := func(s notice.Source) (notice.Record, error) {
		in.Source = s
		return l.worker.Preview(ctx, in)
	}
	old, err := read(l.before)
	if err != nil {
		return fmt.Errorf("replay capture %s of %s: %w; see govwatch archive verify", c.ID, c.URL, err)
	}
	changed, err := read(l.after)
	if err != nil {
		return fmt.Errorf("replay capture %s of %s: %w", c.ID, c.URL, err)
	}
	l.files.forget()
	before, after := fieldsOf(old), fieldsOf(changed)
	for i, b := range before {
		f := l.fields[b.name]
		if f == nil {
			f = &LabField{Name: b.name}
			l.fields[b.name] = f
		}
		f.add(b.value, after[i].value)
	}
	return nil
}

// readOnce reads each file of a document once for both declarations.
type readOnce struct {
	extractor.Files
	texts map[notice.BlobKey]reader.Text
}

// Read implements extractor.Files.
func (r *readOnce) Read(ctx context.Context, name string, b []byte) (reader.Text, error) {
	key := notice.KeyOf(append([]byte(name+"\x00"), b...))
	if t, ok := r.texts[key]; ok {
		return t, nil
	}
	t, err := r.Files.Read(ctx, name, b)
	if err == nil {
		r.texts[key] = t
	}
	return t, err
}

// forget drops what belongs to the last document.
func (r *readOnce) forget() { clear(r.texts) }

func (f *LabField) add(before, after string) {
	if before != "" {
		f.Before++
	}
	if after != "" {
		f.After++
	}
	switch {
	case before == after:
	case before == "":
		f.Gained++
	case after == "":
		f.Lost++
	default:
		f.Changed++
	}
}

type fieldValue struct{ name, value string }

// fieldsOf are the fields that a reader of the tracker sees first.
func fieldsOf(r notice.Record) []fieldValue {
	day := func(d notice.Date) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	return []fieldValue{
		{"title", r.Title}, {"issuers", strings.Join(r.Issuers, "、")}, {"number", r.Number}, {"kind", r.Kind}, {"class", string(r.Class)},
		{"published", day(r.Published)}, {"written", day(r.Written)}, {"region", r.Region}, {"level", string(r.Level)}, {"body", r.Body},
	}
}

// done sums up.
func (l *lab) done() LabReport {
	for _, url := range l.order {
		b := l.lists[url]
		out := LabList{URL: url, Captures: b.captures, Before: len(b.before), After: len(b.after), Gained: []TryItem{}, Lost: []TryItem{}, Changed: []TryItem{}}
		for id, it := range b.after {
			if was, ok := b.before[id]; !ok {
				out.Gained = append(out.Gained, it)
			} else if was.Title != it.Title || was.Date != it.Date {
				out.Changed = append(out.Changed, it)
			}
		}
		for id, it := range b.before {
			if _, ok := b.after[id]; !ok {
				out.Lost = append(out.Lost, it)
			}
		}
		for _, items := range [][]TryItem{out.Gained, out.Lost, out.Changed} {
			slices.SortFunc(items, func(a, b TryItem) int { return strings.Compare(a.URL, b.URL) })
		}
		l.report.Lists = append(l.report.Lists, out)
	}
	for _, v := range fieldsOf(notice.Record{}) {
		if f := l.fields[v.name]; f != nil {
			l.report.Fields = append(l.report.Fields, *f)
		}
	}
	return l.report
}
