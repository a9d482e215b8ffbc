// Package change decides what a visit means for a document: new, edited,
// cosmetic, same, missing, gone, returned or reverted. It is pure and knows
// nothing of the network or the tracker. What an edit says is not its affair:
// extractor/compare reads that from the records. Start reading at decide.go.
package change

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
)

// Text is the comparable text of one state of a document: what its publisher
// says in it, without what the site puts around it. Two pages with one Hash say
// the same; two pages with different hashes may still (see Diff).
type Text struct {
	// Hash is the SHA-256, in hex, over all lines; breaks between paragraphs and
	// all white space are left out of it.
	Hash string
	// Lines are the parts in reading order, marked by Kind, white space removed
	// (in pages without Chinese: made single).
	Lines  []Line
	around around
}

// around is what a comparison knows besides the lines.
type around struct {
	// titles are the places that print a title, by the place's name; sure says that
	// the first is more than a guess, tail is its last line.
	titles []family.Title
	sure   bool
	tail   string
	// aside are lines between title and article that are no fact of their own.
	aside []string
	// frame is the path of elements down to the article: a site that changes its
	// template changes it.
	frame string
}

// Line is one comparable statement.
type Line struct {
	Kind LineKind
	Text string
}

// LineKind says where a line stands.
type LineKind byte

// Kinds of lines.
const (
	TitleLine LineKind = 't'
	// HeadLine is a fact of the head table as key=value, the key canonical.
	HeadLine LineKind = 'h'
	// FlagLine is a word on validity (失效, 废止) that stands outside the article.
	FlagLine LineKind = 'f'
	BodyLine LineKind = 'b'
	// AttachLine is name|address of a file.
	AttachLine LineKind = 'a'
	// ImageLine is the file name of a picture inside the article.
	ImageLine LineKind = 'i'
)

// Size is the number of bytes of comparable text.
func (t Text) Size() int {
	n := 0
	for _, l := range t.Lines {
		n += len(l.Text)
	}
	return n
}

// Compact returns the text in memory of its own: the lines that Normalize returns
// keep the whole page alive.
func (t Text) Compact() Text {
	var all strings.Builder
	for _, l := range t.Lines {
		all.WriteString(l.Text)
	}
	rest := all.String()
	lines := make([]Line, len(t.Lines))
	for i, l := range t.Lines {
		lines[i] = Line{l.Kind, rest[:len(l.Text)]}
		rest = rest[len(l.Text):]
	}
	o := around{slices.Clone(t.around.titles), t.around.sure, strings.Clone(t.around.tail), slices.Clone(t.around.aside), t.around.frame}
	for i := range o.titles {
		o.titles[i].Text = strings.Clone(o.titles[i].Text)
	}
	for i := range o.aside {
		o.aside[i] = strings.Clone(o.aside[i])
	}
	return Text{Hash: t.Hash, Lines: lines, around: o}
}

// Normalize reads the comparable text of a page.
func Normalize(p family.Page) Text { return NormalizeLayout(family.Read(p)) }

// NormalizeLayout is Normalize for a page whose layout was read already. Noise
// falls away by structure: furniture of the layout, facts that count or measure
// (visits, today, print time), lists of links to other pages, and everything
// outside head and article. A page without Chinese is read by its landmarks.
func NormalizeLayout(l family.Layout) Text {
	if foreign(&l) {
		if t, ok := landmarks(&l); ok {
			return t
		}
	}
	lines := make([]Line, 0, 64)
	titles, sure, tail := titlesOf(&l)
	if len(titles) > 0 {
		lines = append(lines, Line{TitleLine, titles[0].Text})
	}
	lines = append(lines, facts(&l, titles)...)
	lines = stamps(append(lines, flags(&l)...), &l, titles)
	lines = article(lines, &l)
	for _, a := range l.Attachments {
		lines = add(lines, AttachLine, a.Name+"|"+address(a.URL))
	}
	if l.Body != nil && !l.Scripted {
		lines = images(lines, l.Body)
	}
	t := finish(lines)
	t.around = around{titles, sure, tail, aside(&l, titles), pathTo(&l)}
	return t
}

// pathTo is the path of elements to the first line of the article.
func pathTo(l *family.Layout) string {
	if l.From >= len(l.Lines) || l.Lines[l.From].Node == nil {
		return ""
	}
	n := l.Body
	if n == nil {
		n = l.Lines[l.From].Node.Parent
	}
	var b strings.Builder
	for ; n != nil; n = n.Parent {
		b.WriteString(n.Data)
		b.WriteByte('>')
	}
	return b.String()
}

// maxAside bounds what is kept beside the facts of a head.
const maxAside = 40

// aside are the lines between title and article, as they stand.
func aside(l *family.Layout, titles []family.Title) []string {
	if len(titles) == 0 {
		return nil
	}
	var out []string
	for i := titles[0].Line + 1; i < l.From && i < len(l.Lines) && len(out) < maxAside; i++ {
		if n := l.Lines[i].End - l.Lines[i].Start; n > 0 && n < 400 {
			out = append(out, l.LineText(i))
		}
	}
	return out
}

// squeezed is a text as it is compared: textzh.Fold and Squeeze in one pass, for
// the signs that pages are full of. Rare ones take the long way.
func squeezed(t string) string {
	var b []byte
	from := 0
	cut := func(i, n int) {
		if b == nil {
			b = make([]byte, 0, len(t))
		}
		b = append(b, t[from:i]...)
		from = i + n
	}
	for i := 0; i < len(t); i++ {
		c := t[i]
		switch {
		case c > ' ' && c < 0x7F || c > 0x7F && c < 0xC2 || c > 0xE3 && c < 0xEF:
		case c == ' ' || c >= '\t' && c <= '\r':
			cut(i, 1)
		case c == 0xC2 && i+1 < len(t) && t[i+1] == 0xA0:
			cut(i, 2)
			i++
		case i+2 < len(t) && plainSign(c, t[i+1], t[i+2]):
			i += 2
		case i+2 < len(t) && c == 0xE3 && t[i+1] == 0x80 && t[i+2] == 0x80:
			cut(i, 3)
			i += 2
		case i+2 < len(t) && c == 0xEF && t[i+1] == 0xBC && t[i+2] >= 0x90 && t[i+2] <= 0x99: // ０ to ９
			cut(i, 3)
			b = append(b, '0'+t[i+2]-0x90)
			i += 2
		default:
			return textzh.Squeeze(textzh.Fold(t))
		}
	}
	if b == nil {
		return t
	}
	return string(append(b, t[from:]...))
}

// plainSign reports signs of sentences that stay as they are: 。、《》〔〕 and their
// like (U+3001 to U+303F), “”‘’—… (U+2010 to U+2027), and full-width ，：；！？（）.
func plainSign(a, b, c byte) bool {
	switch {
	case a == 0xE3 && b == 0x80:
		return c != 0x80
	case a == 0xE2 && b == 0x80:
		return c >= 0x90 && c <= 0xA7
	case a == 0xEF && b == 0xBC:
		return c == 0x8C || c == 0x9A || c == 0x9B || c == 0x81 || c == 0x9F || c == 0x88 || c == 0x89
	}
	return false
}

// NormalizeFile reads the comparable text of a file by the text that was read
// from it. Without text the bytes themselves are compared.
func NormalizeFile(text string, body []byte) Text {
	var lines []Line
	for l := range strings.Lines(text) {
		lines = add(lines, BodyLine, l)
	}
	if t := finish(lines); t.Size() >= fewBytes {
		return t
	}
	sum := sha256.Sum256(body)
	return finish([]Line{{BodyLine, "sha256:" + hex.EncodeToString(sum[:])}})
}

// fewBytes is the text below which a file counts as a picture: a scan yields a
// page number or a stamp, and its pictures are what changes.
const fewBytes = 60

func add(lines []Line, kind LineKind, text string) []Line {
	if t := squeezed(text); t != "" {
		lines = append(lines, Line{kind, t})
	}
	return lines
}

func finish(lines []Line) Text {
	n := 0
	for _, l := range lines {
		n += len(l.Text) + 2
	}
	all := make([]byte, 0, n)
	last := LineKind(0)
	for _, l := range lines {
		// A separator between kinds and between facts, none between paragraphs:
		// a new template may break the same article elsewhere.
		if l.Kind != last || l.Kind != BodyLine {
			all = append(all, 0x1f, byte(l.Kind))
		}
		all = append(all, l.Text...)
		last = l.Kind
	}
	sum := sha256.Sum256(all)
	return Text{Hash: hex.EncodeToString(sum[:]), Lines: lines}
}

// of returns the texts of one kind of line.
func (t Text) of(k LineKind) []string {
	var out []string
	for _, l := range t.Lines {
		if l.Kind == k {
			out = append(out, l.Text)
		}
	}
	return out
}

func (t Text) first(k LineKind) string {
	i := slices.IndexFunc(t.Lines, func(l Line) bool { return l.Kind == k })
	if i < 0 {
		return ""
	}
	return t.Lines[i].Text
}
