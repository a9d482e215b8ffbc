package reader

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf8"
)

// pdfLine is a printed line and the places of its first and last character.
type pdfLine struct {
	text        string
	runes       int
	first, last box
}

func (p pdfLine) measured() bool { return p.first.ok() && p.last.ok() }

// pageEdge says how a page meets its neighbours.
type pageEdge struct {
	flush bool // it begins like the middle of a paragraph
	full  bool // it ends like the middle of a paragraph
}

// joinLines makes paragraphs of printed lines: a line that reaches the right
// margin goes on in the next one when that starts at the left margin. Pieces of
// one printed line, such as cells of a table row, are joined with a tab. width
// is that of the page, in points.
func joinLines(lines []pdfLine, width float64) (string, pageEdge) {
	const most = 2000 // lines; margins compares them with each other
	if len(lines) == 0 || len(lines) > most || vertical(lines) {
		return plainLines(lines), pageEdge{}
	}
	left, right := margins(lines)
	if right-left < width*0.6 { // a title page or a list: no line is full
		return plainLines(lines), pageEdge{}
	}
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteString(between(lines[i-1], line, left, right))
		}
		b.WriteString(line.text)
	}
	first, last := lines[0], lines[len(lines)-1]
	return b.String(), pageEdge{
		flush: first.flush(left) && !startsItem(first.text) && isHan(firstRune(first.text)),
		full:  last.full(left, right) && (isHan(lastRune(last.text)) || strings.HasSuffix(last.text, "，") || strings.HasSuffix(last.text, "、")),
	}
}

// em is about the size of a character; a comma alone would give far too little.
func (p pdfLine) em() float64 { return max(p.first.size(), p.last.size()) }

// full is true of a line that reaches the right margin. A signature at the right
// edge is none: it starts far from the left.
func (p pdfLine) full(left, right float64) bool {
	em := p.em()
	return p.measured() && p.runes >= 8 && p.last.right > right-1.7*em && p.first.left < left+4*em
}

// flush is true of a line that starts at the left margin. Paragraphs are
// indented by two characters.
func (p pdfLine) flush(left float64) bool {
	return p.measured() && p.first.left < left+1.3*p.em()
}

func plainLines(lines []pdfLine) string {
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = line.text
	}
	return strings.Join(texts, "\n")
}

// vertical is true of a page on which most lines run downwards.
func vertical(lines []pdfLine) bool {
	down, all := 0, 0
	for _, l := range lines {
		if l.runes < 3 || !l.measured() {
			continue
		}
		all++
		if l.first.mid()-l.last.mid() > math.Abs(l.last.left-l.first.left) {
			down++
		}
	}
	return down*2 > all
}

// margins returns the edges of the text column: the outermost edges that at
// least a few lines share, so that a centred title or a stray page number does
// not move them.
func margins(lines []pdfLine) (left, right float64) {
	left, right = math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		if !l.measured() {
			continue
		}
		near := 0
		for _, m := range lines {
			if m.measured() && math.Abs(m.last.right-l.last.right) < l.last.size() {
				near++
			}
		}
		left = min(left, l.first.left)
		if near >= 2 {
			right = max(right, l.last.right)
		}
	}
	return left, right
}

func between(a, b pdfLine, left, right float64) string {
	if !a.measured() || !b.measured() {
		return "\n"
	}
	em := max(a.em(), b.em())
	if math.Abs(a.last.mid()-b.first.mid()) < em/2 && b.first.left > a.last.right-em/4 {
		if b.first.left < a.last.right+em/2 {
			return "" // raised or lowered characters
		}
		return "\t"
	}
	drop := a.last.mid() - b.first.mid()
	sameSize := a.first.size() < 1.4*b.first.size() && b.first.size() < 1.4*a.first.size()
	goesOn := a.full(left, right) && b.flush(left) && b.first.left < a.first.left+1.3*em
	if !goesOn || !sameSize || drop < em/2 || drop > 3*em || startsItem(b.text) {
		return "\n"
	}
	if latin(lastRune(a.text)) && latin(firstRune(b.text)) {
		return " "
	}
	return ""
}

// startsItem is true of lines that begin an article, chapter or list item and
// so never continue the line before: many are set without indent.
func startsItem(s string) bool {
	s = strings.TrimLeft(s, " 　")
	if rest, ok := strings.CutPrefix(s, "第"); ok {
		for i, r := range rest {
			if strings.ContainsRune("一二三四五六七八九十百零〇0123456789", r) {
				continue
			}
			return i > 0 && strings.ContainsRune("条章节编款", r) &&
				strings.IndexAny(rest[i+utf8.RuneLen(r):], " 　") == 0
		}
	}
	if rest, ok := strings.CutPrefix(s, "（"); ok {
		i := strings.Index(rest, "）")
		return i > 0 && strings.Trim(rest[:i], "一二三四五六七八九十0123456789") == ""
	}
	rest := strings.TrimLeft(s, "一二三四五六七八九十")
	if len(rest) < len(s) && strings.HasPrefix(rest, "、") {
		return true
	}
	return sectionNumber.MatchString(s)
}

// sectionNumber is 3 or 7.3.5 before a heading, or 1. before a list item; 2024年
// and 3.5% are not.
var sectionNumber = regexp.MustCompile(`^\d{1,2}(?:(?:\.\d{1,2})*[ \x{3000}]|[.．、](?:\D|$))`)

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }
func lastRune(s string) rune  { r, _ := utf8.DecodeLastRuneInString(s); return r }

func latin(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' || r == ',' || r == ';' || r == '.'
}
