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

// joinLines makes paragraphs of printed lines: a line that reaches the right
// margin goes on in the next one when that starts at the left margin. Pieces of
// one printed line, such as cells of a table row, are joined with a tab. Page
// numbers at the top and bottom go. width is that of the page, in points.
func joinLines(lines []pdfLine, width float64) string {
	lines = dropPageNumbers(lines)
	const most = 2000 // lines; margins compares them with each other
	if len(lines) > most || vertical(lines) {
		return plainLines(lines)
	}
	left, right := margins(lines)
	if right-left < width*0.6 { // a title page or a list: no line is full
		return plainLines(lines)
	}
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteString(between(lines[i-1], line, left, right))
		}
		b.WriteString(line.text)
	}
	return b.String()
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
	em := max(a.last.size(), b.first.size())
	if math.Abs(a.last.mid()-b.first.mid()) < em/2 && b.first.left > a.last.right {
		return "\t"
	}
	drop := a.last.mid() - b.first.mid()
	const indent = 1.3 // paragraphs are indented by two characters, lists by none
	// A signature at the right edge is no full line: it starts far from the left.
	full := a.last.right > right-1.7*em && a.first.left < left+4*em
	flush := b.first.left < left+indent*em && b.first.left < a.first.left+indent*em
	sameSize := a.first.size() < 1.4*b.first.size() && b.first.size() < 1.4*a.first.size()
	if !full || !flush || !sameSize || drop < em/2 || drop > 3*em || a.runes < 8 || startsItem(b.text) {
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

// dropPageNumbers removes a lone number, with dashes or not, above or below all
// other lines and set apart from them.
func dropPageNumbers(lines []pdfLine) []pdfLine {
	// Some programs print each sign of the number apart.
	if isPageNumber(strings.ReplaceAll(plainLines(lines), "\n", "")) {
		return nil
	}
	out := make([]pdfLine, 0, len(lines))
	for i, l := range lines {
		if !isPageNumber(l.text) || !apart(lines, i) {
			out = append(out, l)
		}
	}
	return out
}

// apart is true of the first or last line of a page, by position, when it is
// farther from the others than lines of text are from each other.
func apart(lines []pdfLine, i int) bool {
	l := lines[i]
	if !l.measured() {
		return i == 0 || i == len(lines)-1
	}
	above, below := false, false
	for j, m := range lines {
		if j == i || !m.measured() {
			continue
		}
		d := m.first.mid() - l.first.mid()
		if math.Abs(d) < 2*max(l.first.size(), m.first.size()) {
			return false
		}
		above, below = above || d > 0, below || d < 0
	}
	return above != below
}

func isPageNumber(s string) bool {
	const dashes = " \t　-–—―─－·"
	inner := strings.Trim(s, dashes)
	if inner == "" || len(inner) > 12 {
		return false
	}
	digits := strings.TrimSuffix(strings.TrimPrefix(inner, "第"), "页")
	return strings.Trim(digits, "0123456789０１２３４５６７８９ ") == "" && strings.Trim(digits, " ") != ""
}
