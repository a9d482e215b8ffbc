package family

import (
	"strings"

	"golang.org/x/net/html"
)

// Layout is what the structure of one document page says, before any rule reads
// meaning into it. It is made by one walk over the tree, shares its strings and
// holds no secret order: the same page gives the same Layout.
type Layout struct {
	// Text is the visible text of the page, one Line after another.
	Text string
	// Lines cut Text; their order is reading order.
	Lines []Line
	// Metas are the meta elements by lower-case name; of several, the last non-empty.
	Metas map[string]string
	// DocTitle is the text of the first title element, site name included.
	DocTitle string
	// Titles are the candidates for the printed title, best first.
	Titles []Title
	// HeadTable holds the labelled facts (表头 and the line under the title) in reading order.
	HeadTable []Pair
	// Body is the smallest element that holds the article; nil when there is
	// none or when it came out of a script.
	Body *html.Node
	// Head is the first line of the article's element before its repeated head
	// (title, number, labelled facts) was left out: Head <= From.
	Head int
	// From and To bound the lines of the article in Lines (half open). Lines in
	// between that are marked Cut are furniture.
	From, To int
	// Attachments are links to files that belong to the article.
	Attachments []Link
	// Furniture are elements that carry no statement of the publisher about this
	// document: navigation, footer, share buttons, counters, neighbours.
	Furniture []*html.Node
	// Hidden are elements that a reader does not see; their text is not in Text.
	Hidden []*html.Node
	// Scripted says that the article came out of a script or a JSON answer.
	Scripted bool
	// Truncated says that the page passed the depth or node limit and that the
	// rest was left out.
	Truncated bool
	// BodyURL is the address of a frame or file that shows the article, when the
	// page itself only embeds it; empty otherwise.
	BodyURL string
}

// Line is a stretch of Text between two breaks: a paragraph, a cell, a list entry.
type Line struct {
	// Start and End are bytes of Layout.Text.
	Start, End int
	// Sep follows the line: '\n', '\t' between cells of a table of data, ' '
	// between paragraphs inside one such cell.
	Sep byte
	// Cut marks furniture and repeated heads.
	Cut bool
	// Align is 'r', 'c' or 0.
	Align byte
	// Cell and Row number the table cell and row the line stands in, from 1 over
	// the whole page; zero outside tables.
	Cell, Row int32
	// Link is the number of bytes that are link text, Punct the number of
	// sentence signs (，。；).
	Link, Punct int32
	// Edge is where, in bytes from Start, a short inline element that opens the
	// line ends, such as the label in <b>文号</b>; zero when none does.
	Edge int32
	// Node is the block element the line stands in.
	Node *html.Node

	flags hint
}

// Data says that the line is a cell of a table of data.
func (l *Line) Data() bool { return l.flags&hintData != 0 }

// Title is a candidate for the title with the place it was found at.
type Title struct {
	// Text keeps the line ends of a title that is printed on several lines.
	Text string
	// From is h1, h2, h3, marker (an element named as a title), body (centred
	// first lines of the article), shape (a line that reads like a title) or place
	// (the line above the one with date and source).
	From string
	// Line is the index of its first line.
	Line int
}

// Pair is one labelled fact.
type Pair struct {
	// Label is a canonical key: index_no, category, issuer, date_written, title,
	// number, date_published, date_effective, date_expiry, validity, source,
	// subject_words, date (发文日期, which sites use for either date) or other.
	Label string
	// RawLabel is the label as printed, without spaces and colon.
	RawLabel string
	// Value is empty when the page prints none or a sign for none (无, —, /).
	Value string
	// Line is the index of the line the value starts in; Start and End are bytes of Text.
	Line       int
	Start, End int
	// Table says that the pair stands among at least three others.
	Table bool
}

// Link is a file that belongs to the document.
type Link struct {
	Name string
	// URL is absolute where the page's address is known, else as written.
	URL string
	// Line is the index of the line that holds the link.
	Line int
}

// Read finds the parts of a document page in one walk over p.Root, or in p.Text
// when that is a JSON answer. It is pure, never panics on any input and stops
// at a depth of 400 and at 300,000 nodes. The Layout of a page made by a Scratch
// holds until its Return.
func Read(p Page) Layout {
	if p.Root == nil {
		return readJSON(p)
	}
	w := walk(p, false)
	l := w.layout(p)
	if l.weight() < poorWeight {
		if len(w.hidden) > 0 {
			// Some sites hide the article until a script shows it.
			v := walk(p, true)
			if shown := v.layout(p); shown.weight() > 2*l.weight() && shown.weight() >= poorWeight {
				shown.Hidden = w.hidden
				return shown
			}
		}
		if s, ok := readScript(p, w); ok {
			return s
		}
	}
	return l
}

// poorWeight is the weight (see weigh) under which an article is looked for elsewhere.
const poorWeight = 240

// weight is the content weight of the article.
func (l *Layout) weight() int {
	n := 0
	for i := l.From; i < l.To; i++ {
		if !l.Lines[i].Cut {
			n += l.Lines[i].weigh()
		}
	}
	return n
}

// LineText returns the text of line i.
func (l *Layout) LineText(i int) string { return l.Text[l.Lines[i].Start:l.Lines[i].End] }

// BodyText returns the article as people read it: a line feed after each
// paragraph, tabs between the cells of a table, no furniture.
func (l *Layout) BodyText() string {
	var b strings.Builder
	b.Grow(4096)
	l.WriteBody(&b, nil)
	return b.String()
}

// WriteBody writes the text of BodyText and calls at, when it is not nil, with
// each line's index and its offset in the written text.
func (l *Layout) WriteBody(b *strings.Builder, at func(line, offset int)) {
	sep, empty := byte(0), true
	for i := l.From; i < l.To; i++ {
		ln := &l.Lines[i]
		if ln.Cut || ln.Start == ln.End && ln.Cell == 0 {
			if ln.Sep == '\n' && sep != 0 {
				sep = '\n'
			}
			continue
		}
		if !empty && sep != 0 {
			b.WriteByte(sep)
		}
		if at != nil {
			at(i, b.Len())
		}
		b.WriteString(l.Text[ln.Start:ln.End])
		sep, empty = ln.Sep, false
	}
}

// Value returns the first non-empty value of a canonical label, and whether the
// label stands on the page at all.
func (l *Layout) Value(label string) (value string, seen bool) {
	for _, p := range l.HeadTable {
		if p.Label == label {
			seen = true
			if p.Value != "" {
				return p.Value, true
			}
		}
	}
	return "", seen
}
