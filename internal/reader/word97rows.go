package reader

// Paragraph properties that matter here ([MS-DOC] 2.6.2).
const (
	sprmInTable = 0x2416 // sprmPFInTable
	sprmRowEnd  = 0x2417 // sprmPFTtp: the paragraph is the end of a table row
	sprmDefCols = 0xD608 // sprmTDefTable: its length takes two bytes
	sprmTabs    = 0xC615 // sprmPChgTabs: its length may not fit in one byte
	sprmHuge    = 0x6646 // sprmPHugePapx: the properties stand in the Data stream
	sprmTable   = 0x646B // sprmPTableProps: the same
	fkpSize     = 512
)

// mark says what a paragraph mark means for tables.
type mark uint8

const (
	inTable mark = 1 << iota
	endOfRow
)

// tableMarks returns the places in the stream of the paragraph marks that
// belong to tables. A cell mark and a row mark are the same character, so
// without it an empty cell would look like the end of a row.
func tableMarks(doc, table, data le) map[int]mark {
	start, size := doc.u32(fibParaTable), doc.u32(fibParaTable+4)
	plc := table.slice(start, size)
	n := (len(plc) - 4) / 8
	out := make(map[int]mark)
	for i := range max(n, 0) {
		page := plc.u32(4*(n+1)+4*i) & 0x3FFFFF
		marksOfPage(doc.slice(page*fkpSize, fkpSize), doc, data, out)
	}
	return out
}

func marksOfPage(fkp, doc, data le, out map[int]mark) {
	if len(fkp) < fkpSize {
		return
	}
	runs := fkp.u8(fkpSize - 1)
	const entry = 13
	for i := range runs {
		at := 2 * fkp.u8(4*(runs+1)+entry*i)
		if at == 0 {
			continue
		}
		size := 2*fkp.u8(at) - 1
		if fkp.u8(at) == 0 {
			at++
			size = 2 * fkp.u8(at)
		}
		const style = 2
		m := marksIn(fkp.slice(at+1+style, size-style), data)
		if m == 0 {
			continue
		}
		// The mark is the last character of the run, of one or two bytes.
		end := fkp.u32(4 * (i + 1))
		if last := doc.u8(end - 1); last == 0x07 || last == '\r' {
			out[end-1] = m
		} else {
			out[end-2] = m
		}
	}
}

// marksIn reads a list of properties. data is nil for a list that itself comes
// from the Data stream, so that one level is followed and no circle.
func marksIn(props, data le) mark {
	var m mark
	for len(props) >= 3 {
		sprm := props.u16(0)
		on := props.u8(2) != 0
		switch {
		case sprm == sprmRowEnd && on:
			m |= endOfRow
		case sprm == sprmInTable && on:
			m |= inTable
		case (sprm == sprmHuge || sprm == sprmTable) && data != nil:
			at := props.u32(2)
			m |= marksIn(data.slice(at+2, data.u16(at)), nil)
		}
		props = props.slice(2+operandSize(sprm, props.slice(2, len(props))), len(props))
	}
	return m
}

func operandSize(sprm int, rest le) int {
	switch sprm >> 13 {
	case 0, 1:
		return 1
	case 2, 4, 5:
		return 2
	case 3:
		return 4
	case 7:
		return 3
	}
	switch {
	case sprm == sprmDefCols:
		return rest.u16(0) + 1
	case sprm == sprmTabs && rest.u8(0) == 0xFF:
		deleted := rest.u8(1)
		return 1 + 1 + 4*deleted + 1 + 3*rest.u8(2+4*deleted)
	}
	return rest.u8(0) + 1
}
