package reader

import (
	"math"
	"strconv"
	"strings"

	"govwatch/internal/textzh"
)

func (x *xls) cell(kind int, b le) {
	row, col, style := b.u16(0), b.u16(2), b.u16(4)
	switch kind {
	case recLabelSST:
		if i := b.u32(6); i >= 0 && i < len(x.strings) {
			x.put(row, col, x.strings[i])
		}
	case recLabel, recRString:
		x.put(row, col, x.label(b.slice(6, len(b))))
	case recNumber:
		x.put(row, col, x.number(float64At(b, 6), style))
	case recRK:
		x.put(row, col, x.number(rk(b.u32(6)), style))
	case recMulRK:
		for i := 0; 4+6*i+6 <= len(b)-2; i++ {
			x.put(row, col+i, x.number(rk(b.u32(6+6*i)), b.u16(4+6*i)))
		}
	case recBoolErr:
		if b.u8(7) == 0 {
			x.put(row, col, strings.ToUpper(strconv.FormatBool(b.u8(6) != 0)))
		}
	case recFormula:
		x.formula(row, col, style, b)
	case recString:
		if x.pending >= 0 {
			x.put(x.row, x.pending, x.label(b))
			x.pending = -1
		}
	}
}

// formula takes the stored result: a number, or a mark for what it is instead.
func (x *xls) formula(row, col, style int, b le) {
	if b.u16(12) != 0xFFFF {
		x.put(row, col, x.number(float64At(b, 6), style))
		return
	}
	switch b.u8(6) {
	case 0:
		x.put(row, col, "")
		x.pending = col
	case 1:
		x.put(row, col, strings.ToUpper(strconv.FormatBool(b.u8(8) != 0)))
	}
}

func (x *xls) label(b le) string {
	if x.wide {
		s, _ := wideString(b, 2)
		return s
	}
	text, _, _ := textzh.Decode(b.slice(2, b.u16(0)), "")
	return text
}

func (x *xls) put(row, col int, s string) {
	if row != x.row {
		x.flushRow()
		x.row = row
	}
	if col < 0 || col >= maxXlsColumn || int64(x.sheet.b.Len()) > x.limits.OutputBytes {
		return
	}
	for len(x.cells) <= col {
		x.cells = append(x.cells, "")
	}
	x.cells[col] = s
	x.seen++
}

func (x *xls) flushRow() {
	x.sheet.row(x.cells)
	x.cells = x.cells[:0]
	x.pending = -1
}

func float64At(b le, i int) float64 {
	return math.Float64frombits(uint64(b.u32(i)) | uint64(b.u32(i+4))<<32)
}

// rk expands Excel's short form of a number.
func rk(v int) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(uint32(v)) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}
