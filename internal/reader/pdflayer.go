package reader

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// pdfChar is a character of the text layer and its index there. PDFium gives
// UTF-16 units; a pair becomes one char with the index of its first unit.
type pdfChar struct {
	r     rune
	index int
}

// pdfLayer is the text of one page in the order of PDFium, which follows the
// content and ends lines by position, vertical writing included.
type pdfLayer struct {
	inst     pdfium.Pdfium
	ref      references.FPDF_TEXTPAGE
	chars    []pdfChar
	unmapped int
}

func (l *pdfLayer) load(most int64) error {
	count, err := l.inst.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: l.ref})
	if err != nil {
		return err
	}
	n := int(min(int64(count.Count), most))
	l.chars = make([]pdfChar, 0, n)
	for i := range n {
		u, err := l.inst.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: l.ref, Index: i})
		if err != nil {
			return err
		}
		l.add(rune(u.Unicode), i)
	}
	return nil
}

func (l *pdfLayer) add(r rune, index int) {
	switch {
	case utf16.IsSurrogate(r):
		if last := len(l.chars) - 1; last >= 0 && utf16.IsSurrogate(l.chars[last].r) {
			if joined := utf16.DecodeRune(l.chars[last].r, r); joined != unicode.ReplacementChar {
				l.chars[last].r = joined
				return
			}
		}
	case r == 0 || r == 0xFFFE || r == 0xFFFF || r < ' ' && r != '\n' && r != '\t' && r != '\r' && r != 2:
		l.unmapped++
		return
	case r == 2, r == 0xAD, r == '\r': // 2 is a hyphen at a line end
		return
	case r == unicode.ReplacementChar, r >= 0xE000 && r <= 0xF8FF:
		l.unmapped++
	}
	l.chars = append(l.chars, pdfChar{r, index})
}

func (l *pdfLayer) visible() int {
	n := 0
	for _, c := range l.chars {
		if !unicode.IsSpace(c.r) {
			n++
		}
	}
	return n
}

// box is a character's place on the page in points, y growing upwards.
type box struct{ left, right, bottom, top float64 }

func (b box) ok() bool      { return b.right > b.left || b.top > b.bottom }
func (b box) size() float64 { return max(b.right-b.left, b.top-b.bottom) }
func (b box) mid() float64  { return (b.top + b.bottom) / 2 }

func (l *pdfLayer) box(c pdfChar) box {
	res, err := l.inst.FPDFText_GetCharBox(&requests.FPDFText_GetCharBox{TextPage: l.ref, Index: c.index})
	if err != nil { // generated characters have no place
		return box{}
	}
	b := box{res.Left, res.Right, res.Bottom, res.Top}
	for _, v := range []float64{b.left, b.right, b.bottom, b.top} {
		if math.IsNaN(v) || math.Abs(v) > 1e6 {
			return box{}
		}
	}
	return b
}

// lines splits the characters where PDFium does and measures each line.
func (l *pdfLayer) lines() []pdfLine {
	var out []pdfLine
	start := 0
	for i := 0; i <= len(l.chars); i++ {
		if i < len(l.chars) && l.chars[i].r != '\n' {
			continue
		}
		if line, ok := l.line(l.chars[start:i]); ok {
			out = append(out, line)
		}
		start = i + 1
	}
	return out
}

func (l *pdfLayer) line(chars []pdfChar) (pdfLine, bool) {
	for len(chars) > 0 && unicode.IsSpace(chars[0].r) {
		chars = chars[1:]
	}
	for len(chars) > 0 && unicode.IsSpace(chars[len(chars)-1].r) {
		chars = chars[:len(chars)-1]
	}
	if len(chars) == 0 {
		return pdfLine{}, false
	}
	first, last := l.box(chars[0]), l.box(chars[len(chars)-1])
	return pdfLine{text: l.spell(chars), runes: len(chars), first: first, last: last}, true
}

// spell writes the characters of a line without the blanks that a layout
// program leaves between Han and Latin script: they are narrow, while blanks
// that separate names or columns are at least half a character wide.
func (l *pdfLayer) spell(chars []pdfChar) string {
	var b strings.Builder
	b.Grow(3 * len(chars))
	for i, c := range chars {
		if c.r == ' ' && i > 0 && i+1 < len(chars) {
			prev, next := chars[i-1], chars[i+1]
			if glued(prev.r, next.r) && l.narrow(prev, next) {
				continue
			}
		}
		b.WriteRune(c.r)
	}
	return b.String()
}

func (l *pdfLayer) narrow(prev, next pdfChar) bool {
	p, n := l.box(prev), l.box(next)
	if !p.ok() || !n.ok() || math.Abs(p.mid()-n.mid()) > max(p.size(), n.size()) {
		return false
	}
	em := max(p.size(), n.size())
	if wordRune(prev.r) || wordRune(next.r) {
		return n.left-p.right < 0.8*em
	}
	return n.left-p.right < 0.45*em
}

// glued is true of two Han characters and of one beside a Latin letter or digit:
// pairs that are written without a blank.
func glued(a, b rune) bool {
	return isHan(a) && (isHan(b) || wordRune(b)) || isHan(b) && wordRune(a)
}

func wordRune(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func (r *pdfReader) hasImage(page references.FPDF_PAGE) bool {
	count, err := r.inst.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return false
	}
	const most = 200
	for i := range min(count.Count, most) {
		obj, err := r.inst.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: requests.Page{ByReference: &page}, Index: i})
		if err != nil {
			return false
		}
		kind, err := r.inst.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj.PageObject})
		if err == nil && (kind.Type == enums.FPDF_PAGEOBJ_IMAGE || kind.Type == enums.FPDF_PAGEOBJ_FORM) {
			return true
		}
	}
	return false
}
