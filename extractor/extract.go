package extractor

import (
	"fmt"
	"net/url"
	"strings"

	"govwatch/crawler/family"
	"govwatch/extractor/field"
	"govwatch/internal/reader"
	"govwatch/notice"
	"govwatch/notice/authority"
)

// Input is one version of a document and what is known around it.
type Input struct {
	URL         string
	ContentType string
	Body        []byte
	// Source is the declared source, nil when there is none.
	Source *notice.Source
	// Column is the list's name; ListTitle and ListDate are what the list showed.
	Column    string
	ListTitle string
	ListDate  notice.Date
	// Attachments are the files of the page that have been read already.
	Attachments []Attachment
	// Today decides about validity; the zero date leaves it open.
	Today notice.Date
}

// Attachment is a file of the page with its text.
type Attachment struct {
	Name string
	URL  string
	Text reader.Text
}

// Extract reads a page or a JSON answer. It never panics and never fails: what
// could not be read stays empty with a Problem that says why.
func Extract(in Input) (r notice.Record) {
	defer rescue(&r)
	room := family.Borrow()
	l := family.Read(room.Page(in.URL, in.ContentType, in.Body))
	r = read(in, &l)
	truncated := l.Truncated
	room.Return() // a record keeps strings only
	if truncated {
		r.Problems = append(r.Problems, notice.Problem{Field: "body", Code: "truncated", Detail: "the page passes the limit of depth or nodes; the rest was left out"})
	}
	if strings.ContainsRune(r.Body, '\uFFFD') || strings.ContainsRune(r.Title, '\uFFFD') {
		r.Problems = append(r.Problems, notice.Problem{Field: "body", Code: "charset", Detail: "some bytes belong to no character of the page's charset"})
	}
	return r
}

// FromText reads the text of a file (PDF, Word, …) that is a document of its own.
func FromText(in Input, t reader.Text) (r notice.Record) {
	defer rescue(&r)
	l := family.ReadText(t.Text)
	r = read(in, &l)
	fileProblems(&r, "body", t)
	if t.OCR {
		r.Review = true
		r.Confidence = min(r.Confidence, t.Confidence)
	}
	return r
}

// rescue turns a panic of a rule into a problem of the record.
func rescue(r *notice.Record) {
	if v := recover(); v != nil {
		r.Problems = append(r.Problems, notice.Problem{Field: "page", Code: "panic", Detail: fmt.Sprint(v)})
		r.Review, r.Ruleset = true, Ruleset
	}
}

// fileProblems copies what the reader says of a file.
func fileProblems(r *notice.Record, fieldName string, t reader.Text) {
	for _, p := range t.Problems {
		code, detail, _ := strings.Cut(p, ": ")
		r.Problems = append(r.Problems, notice.Problem{Field: fieldName, Code: code, Detail: detail})
	}
	if t.Scanned && t.Text == "" {
		r.Problems = append(r.Problems, notice.Problem{Field: fieldName, Code: "needs_ocr", Detail: "the file holds pictures of pages and no text"})
		r.Review = true
	}
}

// read runs the rules over a layout.
func read(in Input, l *family.Layout) notice.Record {
	r := notice.Record{URL: in.URL, Ruleset: Ruleset, Evidence: map[string][]notice.Candidate{}}
	book, rules, err := tables()
	if err != nil {
		r.Problems = append(r.Problems, notice.Problem{Field: "page", Code: "tables", Detail: err.Error()})
		return r
	}
	region := ""
	if in.Source != nil {
		r.Source, region = in.Source.ID, in.Source.Region
	}
	if region == "" {
		region = siteRegion(l, book, in.URL)
	}
	d := field.NewDoc(l, in.URL, book, region)
	d.ListTitle, d.ListDate, d.Today = in.ListTitle, in.ListDate, in.Today
	r.Body = d.Body
	decide(&r, d)
	attach(&r, d, in)
	check(&r, d)
	judge(&r, d, rules, in)
	settle(&r, d)
	return r
}

// siteRegion is the region that the site's own name or its host tells, for names
// such as 市政府.
func siteRegion(l *family.Layout, book *authority.Book, page string) string {
	for _, s := range [...]string{l.Metas["sitename"], l.DocTitle} {
		if s == "" {
			continue
		}
		if i := strings.LastIndexAny(s, "-_|—"); i >= 0 {
			s = s[i+1:]
		}
		s = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(s), "门户网站"), "网站")
		if a, ok := book.Agency(s, notice.Date{}, ""); ok && a.Region != "" {
			return a.Region
		}
		if hits := book.RegionIn(s); len(hits) > 0 {
			return hits[len(hits)-1].Code
		}
	}
	if u, err := url.Parse(page); err == nil {
		if r, ok := book.RegionOfHost(u.Hostname()); ok {
			return r.Code
		}
	}
	return ""
}
