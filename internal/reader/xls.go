package reader

import (
	"errors"

	"govwatch/internal/textzh"
)

// Record types of BIFF8 and its older forms ([MS-XLS] 2.3).
const (
	recFormula   = 0x0006
	recEOF       = 0x000A
	recDateMode  = 0x0022
	recFilePass  = 0x002F
	recContinue  = 0x003C
	recSheet     = 0x0085
	recMulRK     = 0x00BD
	recRString   = 0x00D6
	recXF        = 0x00E0
	recSST       = 0x00FC
	recLabelSST  = 0x00FD
	recNumber    = 0x0203
	recLabel     = 0x0204
	recBoolErr   = 0x0205
	recString    = 0x0207
	recRK        = 0x027E
	recFormat    = 0x041E
	recBOF       = 0x0809
	recVBA       = 0x00D3
	biff8        = 0x0600
	maxXlsCells  = 2_000_000
	maxXlsColumn = 256
)

// readXls gives each sheet of a binary Excel file as a page, as readXlsx does.
func readXls(t *Text, b []byte, l Limits) error {
	s, err := oleStreams(b, "Workbook", "Book")
	if err != nil {
		t.Truncated = true
		return err
	}
	data := s["Workbook"]
	if data == nil {
		data = s["Book"]
	}
	if len(data) == 0 {
		return errors.New("the stream Workbook is missing")
	}
	x := xls{text: t, data: data, limits: l, row: -1}
	x.scan()
	x.endSheet()
	switch {
	case x.encrypted:
		t.Encrypted, t.Pages = true, nil
		t.problem(problemEncrypted, "the Excel file asks for a password")
	case x.short:
		t.Truncated = true
		return errors.New("the workbook ends inside a record")
	}
	return nil
}

// xls reads records in their order in the stream: the globals first, then one
// substream for each sheet, whose cells come row by row.
type xls struct {
	text      *Text
	data      le
	limits    Limits
	wide      bool // BIFF8: strings are Unicode
	date1904  bool
	strings   []string
	formats   map[int]string
	cellStyle []int // number format of each XF record
	inSheet   bool
	encrypted bool
	short     bool
	sheet     sheetRows
	row       int
	cells     []string
	seen      int
	pending   int // column of a formula whose text follows in a String record
	sheets    int
}

func (x *xls) scan() {
	x.pending = -1
	for at := 0; at+4 <= len(x.data); {
		kind, size := x.data.u16(at), x.data.u16(at+2)
		body := x.data.slice(at+4, size)
		at += 4 + size
		if len(body) < size {
			x.short = true
		}
		if kind == recSST {
			at = x.sharedStrings(body, at)
			continue
		}
		if x.record(kind, body); x.encrypted || x.seen > maxXlsCells {
			break
		}
	}
	if x.seen > maxXlsCells {
		x.text.limited("%d cells read", maxXlsCells)
	}
}

func (x *xls) record(kind int, b le) {
	switch kind {
	case recBOF:
		x.begin(b)
	case recEOF:
		x.endSheet()
	case recFilePass:
		x.encrypted = true
	case recVBA:
		x.text.problem(problemMacros, "the file carries macros; they were not run")
	case recDateMode:
		x.date1904 = b.u16(0) == 1
	case recFormat:
		x.format(b)
	case recXF:
		x.cellStyle = append(x.cellStyle, b.u16(2))
	default:
		if x.inSheet {
			x.cell(kind, b)
		}
	}
}

func (x *xls) begin(b le) {
	x.wide = b.u16(0) >= biff8
	const worksheet = 0x0010
	if b.u16(2) != worksheet {
		return // globals, charts and macro sheets
	}
	x.endSheet()
	if x.sheets++; x.sheets > x.limits.Pages {
		x.text.limited("%d sheets read", x.limits.Pages)
		return
	}
	x.inSheet = true
}

func (x *xls) endSheet() {
	if !x.inSheet {
		return
	}
	x.flushRow()
	x.text.addSheet(x.sheet.String())
	x.sheet, x.row, x.inSheet = sheetRows{}, -1, false
}

func (x *xls) format(b le) {
	if x.formats == nil {
		x.formats = make(map[int]string)
	}
	if x.wide {
		s, _ := wideString(b.slice(2, len(b)), 2)
		x.formats[b.u16(0)] = s
		return
	}
	text, _, _ := textzh.Decode(b.slice(3, b.u8(2)), "")
	x.formats[b.u16(0)] = text
}
