package reader

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"govwatch/internal/textzh"
)

// readRTF reads the text of an RTF file. Bytes outside of ASCII are taken as
// Chinese unless the file names a Latin code page and no Chinese font.
func readRTF(t *Text, b []byte) error {
	r := rtf{src: b, latin: bytes.Contains(b, []byte(`\ansicpg1252`)) && !bytes.Contains(b, []byte(`\fcharset134`))}
	err := r.run()
	r.flush()
	t.Text, t.Tables = strings.Trim(r.out.String(), "\n\t "), r.tables
	if err != nil {
		t.Truncated = true
	}
	return err
}

type rtfGroup struct {
	silent bool // a destination without text, such as the font table
	skip   int  // bytes that follow each \u for readers without Unicode
}

type rtf struct {
	src    []byte
	pos    int
	latin  bool
	groups []rtfGroup
	state  rtfGroup
	drop   int    // characters still to be skipped after \u
	raw    []byte // bytes of the code page waiting to be decoded
	high   rune   // first half of a surrogate pair
	out    bytes.Buffer
	tables int
	// inRow is the property of the paragraph, inTable that of the text before.
	inRow, inTable bool
}

var errRTFEnd = errors.New("the RTF file ends inside a group")

func (r *rtf) run() error {
	r.state.skip = 1
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		r.pos++
		switch c {
		case '{':
			const deepest = 500
			if len(r.groups) == deepest {
				return errors.New("groups are nested too deep")
			}
			r.groups = append(r.groups, r.state)
		case '}':
			if len(r.groups) == 0 {
				return nil
			}
			r.state = r.groups[len(r.groups)-1]
			r.groups = r.groups[:len(r.groups)-1]
			r.drop = 0
		case '\\':
			r.control()
		case '\r', '\n':
		default:
			r.byte(c)
		}
	}
	if len(r.groups) > 0 {
		return errRTFEnd
	}
	return nil
}

func (r *rtf) control() {
	if r.pos >= len(r.src) {
		return
	}
	c := r.src[r.pos]
	if c|0x20 < 'a' || c|0x20 > 'z' {
		r.pos++
		r.symbol(c)
		return
	}
	start := r.pos
	for r.pos < len(r.src) && r.src[r.pos]|0x20 >= 'a' && r.src[r.pos]|0x20 <= 'z' {
		r.pos++
	}
	word := string(r.src[start:r.pos])
	start = r.pos
	for r.pos < len(r.src) && r.pos-start < 11 && (r.src[r.pos] >= '0' && r.src[r.pos] <= '9' || r.pos == start && r.src[r.pos] == '-') {
		r.pos++
	}
	arg, err := strconv.Atoi(string(r.src[start:r.pos]))
	if err != nil { // no argument
		arg = 0
	}
	if r.pos < len(r.src) && r.src[r.pos] == ' ' {
		r.pos++
	}
	r.word(word, arg)
}

func (r *rtf) symbol(c byte) {
	switch c {
	case '\'':
		if r.pos+2 <= len(r.src) {
			if v, err := strconv.ParseUint(string(r.src[r.pos:r.pos+2]), 16, 8); err == nil {
				r.byte(byte(v))
			}
			r.pos += 2
		}
	case '*':
		r.state.silent = true
	case '~':
		r.text(" ")
	case '_':
		r.text("-")
	case '\\', '{', '}':
		r.byte(c)
	case '\n', '\r':
		r.text("\n")
	}
}

func (r *rtf) word(word string, arg int) {
	switch word {
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr",
		"footerl", "footerr", "footnote", "fldinst", "listtable", "listoverridetable", "themedata", "generator", "revtbl", "deleted":
		r.state.silent = true
	case "u":
		r.unicode(rune(uint16(arg)))
		r.drop = r.state.skip
	case "uc":
		r.state.skip = max(0, min(arg, 8))
	case "bin":
		r.pos = min(len(r.src), r.pos+max(arg, 0))
	case "par", "line", "sect", "page":
		r.text("\n")
		r.inTable = r.inTable && r.inRow
	case "tab":
		r.text("\t")
	case "trowd":
		if !r.inTable {
			r.tables++
		}
		r.inTable = true
	case "intbl":
		r.inRow = true
	case "pard":
		r.inRow = false
	case "cell":
		r.text("\t")
	case "row":
		r.endRow()
	case "emdash":
		r.text("—")
	case "lquote":
		r.text("‘")
	case "rquote":
		r.text("’")
	case "ldblquote":
		r.text("“")
	case "rdblquote":
		r.text("”")
	}
}

func (r *rtf) byte(c byte) {
	if r.drop > 0 {
		r.drop--
		return
	}
	if r.state.silent {
		return
	}
	r.raw = append(r.raw, c)
}

func (r *rtf) text(s string) {
	if r.state.silent {
		return
	}
	r.flush()
	r.out.WriteString(s)
}

// endRow ends the line without the tab of the last cell.
func (r *rtf) endRow() {
	r.flush()
	if b := r.out.Bytes(); len(b) > 0 && b[len(b)-1] == '\t' && !r.state.silent {
		r.out.Truncate(len(b) - 1)
	}
	r.text("\n")
}

func (r *rtf) unicode(c rune) {
	if r.state.silent {
		return
	}
	r.flush()
	switch {
	case c >= 0xD800 && c <= 0xDBFF:
		r.high = c
		return
	case c >= 0xDC00 && c <= 0xDFFF:
		if r.high != 0 {
			r.out.WriteRune((r.high-0xD800)<<10 | (c - 0xDC00) + 0x10000)
		}
	default:
		r.out.WriteRune(c)
	}
	r.high = 0
}

func (r *rtf) flush() {
	if len(r.raw) == 0 {
		return
	}
	if r.latin {
		if s, err := charmap.Windows1252.NewDecoder().Bytes(r.raw); err == nil {
			r.out.Write(s)
		}
	} else {
		s, _, _ := textzh.Decode(r.raw, "text/plain; charset=gbk")
		r.out.WriteString(s)
	}
	r.raw = r.raw[:0]
}
