// Package field reads the fields of a record from the layout of a page or the
// lines of a file. Each rule is pure and returns candidates with the rule's
// name, a weight, the place and the words around; rank.go decides among them.
// No rule guesses: what the text does not say gives no candidate.
//
// Weights: 0.95 a labelled fact of the head table · 0.9 the printed place of the
// standard (signature, line under the title) · 0.7 to 0.8 a strong habit · 0.5 to
// 0.65 a hint that stands only when nothing better does · below 0.5 never wins.
//
// Start at Doc, then rank.go, then one rule file.
package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/crawler/family"
	"govwatch/notice"
	"govwatch/notice/authority"
)

// Doc is one text to read, with all that the rules may use. It is not changed
// by rules and may be read concurrently.
type Doc struct {
	URL    string
	Layout *family.Layout
	// Body is the article's text; Lines cut it, in order.
	Body  string
	Lines []Line
	// Head are the printed lines between the title and the article's first line.
	Head []Line
	// Book resolves names of bodies; Region is the source's region code.
	Book      *authority.Book
	Region    string
	ListTitle string
	ListDate  notice.Date
	Today     notice.Date
	// Title, Number and Kind are set once they are decided, for the rules after them.
	Title  string
	Kind   string
	Number Number
	// Signs are the signature blocks, in reading order.
	Signs []Signature
}

// Line is one paragraph of the article or of its head.
type Line struct {
	Text string
	// Start is the byte offset in Doc.Body, or in Layout.Text for head lines.
	Start int
	// Align is 'r', 'c' or 0; Table marks cells of a table of data.
	Align byte
	Table bool
}

// NewDoc prepares a layout for the rules.
func NewDoc(l *family.Layout, url string, book *authority.Book, region string) *Doc {
	d := &Doc{URL: url, Layout: l, Book: book, Region: region}
	var b strings.Builder
	if l.From < l.To {
		b.Grow(l.Lines[l.To-1].End - l.Lines[l.From].Start)
	}
	type place struct{ line, at int }
	places := make([]place, 0, max(0, l.To-l.From))
	l.WriteBody(&b, func(line, at int) { places = append(places, place{line, at}) })
	d.Body = b.String()
	d.Lines = make([]Line, len(places))
	for i, p := range places {
		ln := &l.Lines[p.line]
		d.Lines[i] = Line{l.LineText(p.line), p.at, ln.Align, ln.Data()}
	}
	for i := l.Head; i < l.From && i < len(l.Lines); i++ {
		if t := l.LineText(i); t != "" && len(t) < 900 {
			d.Head = append(d.Head, Line{t, l.Lines[i].Start, l.Lines[i].Align, l.Lines[i].Data()})
		}
	}
	d.Signs = signatures(d)
	return d
}

// candidate builds a candidate from a place in a line of the article.
func (d *Doc) candidate(value, rule string, weight float64, ln *Line, from, to int) notice.Candidate {
	return notice.Candidate{Value: value, Rule: rule, Weight: weight,
		Span:    notice.Span{Text: "body", Start: ln.Start + from, End: ln.Start + to},
		Context: around(ln.Text, from, to)}
}

// headCandidate builds a candidate from a place in a head line.
func headCandidate(value, rule string, weight float64, ln *Line, from, to int) notice.Candidate {
	return notice.Candidate{Value: value, Rule: rule, Weight: weight,
		Span:    notice.Span{Text: "page", Start: ln.Start + from, End: ln.Start + to},
		Context: around(ln.Text, from, to)}
}

// pairCandidate builds a candidate from a labelled fact.
func pairCandidate(value, rule string, weight float64, p *family.Pair) notice.Candidate {
	return notice.Candidate{Value: value, Rule: rule, Weight: weight,
		Span: notice.Span{Text: "page", Start: p.Start, End: p.End}, Context: clip(p.RawLabel+"："+p.Value, 80)}
}

// metaCandidate builds a candidate from a meta element.
func metaCandidate(value, rule string, weight float64, name string) notice.Candidate {
	return notice.Candidate{Value: value, Rule: rule, Weight: weight, Span: notice.Span{Text: "meta"}, Context: name}
}

// around returns up to 80 runes of s around [from, to).
func around(s string, from, to int) string {
	if len(s) <= 160 {
		return clip(s, 80)
	}
	lo := max(0, from-60)
	for lo > 0 && !utf8.RuneStart(s[lo]) {
		lo--
	}
	return clip(s[lo:], max(80, 0))
}

// clip cuts s after n runes.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
