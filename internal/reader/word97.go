package reader

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf16"

	"govwatch/internal/textzh"
)

// Offsets in the file information block of Word 97 to 2003 ([MS-DOC] 2.5).
const (
	fibMagic       = 0xA5EC
	fibVersion     = 0x02
	fibFlags       = 0x0A
	fibTextStart   = 0x18 // Word 6 and 95 only
	fibTextEnd     = 0x1C
	fibMainChars   = 0x4C
	fibBoxChars    = 0x64 // the text boxes, after the stories whose sizes stand between
	fibParaTable   = 0x102
	fibPieceTable  = 0x1A2
	flagEncrypted  = 0x0100
	flagTable1     = 0x0200
	firstWord97    = 0xC1
	pieceSize      = 8
	compressedText = 1 << 30
)

// readWord97 reads the main story of a binary Word document by its piece table,
// and its text boxes, which often hold the red head (发文机关标志), where the first
// drawing is anchored. Field codes, footnotes, headers and comments are left out. Table rows are
// told from empty cells by the paragraph properties.
func readWord97(t *Text, b []byte) error {
	s, err := oleStreams(b, "WordDocument", "0Table", "1Table", "Data")
	if err != nil {
		t.Truncated = true
		return err
	}
	doc := le(s["WordDocument"])
	if len(doc) < fibTextEnd+4 {
		return errors.New("the stream WordDocument is missing or too short")
	}
	if doc.u16(fibFlags)&flagEncrypted != 0 {
		t.Encrypted = true
		t.problem(problemEncrypted, "the Word file asks for a password")
		return nil
	}
	if doc.u16(0) != fibMagic || doc.u16(fibVersion) < firstWord97 {
		start := doc.u32(fibTextStart)
		text, _, _ := textzh.Decode(doc.slice(start, doc.u32(fibTextEnd)-start), "")
		w := wordChars{}
		for _, r := range text {
			w.add(r, 0)
		}
		t.Text, t.Tables = w.String(), w.tables
		return nil
	}
	table := le(s["0Table"])
	if doc.u16(fibFlags)&flagTable1 != 0 {
		table = s["1Table"]
	}
	p := pieces{doc: doc, table: table}
	p.marks = tableMarks(doc, table, s["Data"])
	main := max(doc.u32(fibMainChars), 0)
	err = p.read(0, main)
	body := p.out
	if boxes, from := doc.u32(fibBoxChars), p.boxStart(main); err == nil && boxes > 0 && from >= main {
		p.out = wordChars{}
		err = p.read(from, from+boxes)
		body.place(p.out.String())
	}
	t.Text, t.Tables = body.String(), body.tables
	if err != nil {
		t.Truncated = true
		return err
	}
	if p.short {
		t.Truncated = true
		t.problem(problemDamaged, "parts of the text lie beyond the end of the file")
	}
	return nil
}

// pieces walks the piece table: runs of text somewhere in the stream, each in
// one or two bytes a character.
type pieces struct {
	doc, table le
	marks      map[int]mark
	out        wordChars
	short      bool
}

var errPieces = errors.New("the piece table is damaged")

// boxStart is the character at which the text boxes begin: behind the main story,
// notes, headers, macros and comments.
func (p *pieces) boxStart(main int) int {
	at := main
	for field := fibMainChars + 4; field < fibBoxChars; field += 4 {
		n := p.doc.u32(field)
		if n < 0 || n > len(p.doc) {
			return -1
		}
		at += n
	}
	return at
}

// read adds the characters [from, to) of the whole text, all stories counted.
func (p *pieces) read(from, to int) error {
	// Pieces of a damaged file may point anywhere; no text has more characters than bytes.
	to = min(to, from+len(p.doc))

	start, size := p.doc.u32(fibPieceTable), p.doc.u32(fibPieceTable+4)
	clx := p.table.slice(start, size)
	// Property runs (type 1) stand before the pieces (type 2).
	for clx.u8(0) == 1 && len(clx) > 3 {
		clx = clx.slice(3+clx.u16(1), len(clx))
	}
	if clx.u8(0) != 2 {
		return errPieces
	}
	plc := clx.slice(5, clx.u32(1))
	n := (len(plc) - 4) / (4 + pieceSize)
	if n <= 0 {
		return errPieces
	}
	for i := range n {
		lo, hi := plc.u32(4*i), plc.u32(4*i+4)
		if hi < lo {
			return errPieces
		}
		if a, b := max(lo, from), min(hi, to); a < b {
			p.piece(plc.u32(4*(n+1)+pieceSize*i+2), a-lo, b-a)
		}
	}
	return nil
}

// piece adds chars characters of a piece after the first skip ones.
func (p *pieces) piece(fc, skip, chars int) {
	if fc&compressedText != 0 {
		p.narrow((fc&^compressedText)/2+skip, chars)
		return
	}
	fc += 2 * skip
	raw := p.doc.slice(fc, 2*chars)
	p.short = p.short || len(raw) < 2*chars
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw.u16(2 * i))
	}
	at := fc
	for _, r := range utf16.Decode(units) {
		p.out.add(r, p.marks[at])
		at += 2 * utf16.RuneLen(r)
	}
}

// narrow reads text of one byte a character, in the Latin code page whatever
// the language of the document.
func (p *pieces) narrow(at, chars int) {
	raw := p.doc.slice(at, chars)
	p.short = p.short || len(raw) < chars
	for i, c := range raw {
		r := rune(c)
		if c >= 0x80 && c <= 0x9F {
			r = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")[c-0x80]
		}
		p.out.add(r, p.marks[at+i])
	}
}

// wordChars turns Word's characters into text.
type wordChars struct {
	b       bytes.Buffer
	fields  []bool // for each open field: still in its code
	inTable bool   // the last paragraph was part of a table
	tables  int
	anchor  int // where the line of the first drawing starts, plus one
}

// place puts the text of boxes before the line of the first drawing, or at the end.
func (w *wordChars) place(boxes string) {
	if boxes == "" {
		return
	}
	at := w.b.Len()
	if w.anchor > 0 {
		at = w.anchor - 1
	} else {
		boxes = "\n" + boxes
	}
	rest := bytes.Clone(w.b.Bytes()[at:])
	w.b.Truncate(at)
	w.b.WriteString(boxes)
	w.b.WriteByte('\n')
	w.b.Write(rest)
}

func (w *wordChars) String() string { return strings.Trim(w.b.String(), "\n\t") }

func (w *wordChars) add(r rune, m mark) {
	switch r {
	case 0x13:
		w.fields = append(w.fields, true)
		return
	case 0x14:
		if n := len(w.fields); n > 0 {
			w.fields[n-1] = false
		}
		return
	case 0x15:
		if n := len(w.fields); n > 0 {
			w.fields = w.fields[:n-1]
		}
		return
	}
	for _, code := range w.fields {
		if code {
			return
		}
	}
	switch {
	case r == 0x07:
		w.cellMark(m)
	case r == '\r' && m&inTable != 0:
		w.b.WriteByte(' ') // paragraphs of a cell share its line
	default:
		w.text(r)
	}
}

// cellMark handles the one character that ends both cells and rows.
func (w *wordChars) cellMark(m mark) {
	if m&endOfRow != 0 {
		if n := w.b.Len(); n > 0 && w.b.Bytes()[n-1] == '\t' {
			w.b.Truncate(n - 1)
		}
		w.b.WriteByte('\n')
		return
	}
	if !w.inTable {
		w.inTable = true
		w.tables++
	}
	w.b.WriteByte('\t')
}

func (w *wordChars) text(r rune) {
	switch r {
	case '\r', 0x0B, 0x0C, 0x0E:
		w.b.WriteByte('\n')
		w.inTable = false
	case 0x1E:
		w.b.WriteByte('-')
	case 0x1F, 0xAD, 0xFFFE, 0xFFFF: // optional hyphens
	case '\t':
		w.b.WriteByte('\t')
	case 0x08: // a drawing
		if w.anchor == 0 {
			w.anchor = bytes.LastIndexByte(w.b.Bytes(), '\n') + 2
		}
	default:
		if r >= ' ' { // pictures, notes and other anchors lie below
			w.b.WriteRune(r)
		}
	}
}
