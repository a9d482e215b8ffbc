package reader

import (
	"bytes"
	"encoding/xml"
)

// wordXML gathers text from WordprocessingML.
type wordXML struct {
	out    bytes.Buffer
	tables int
	cells  []int // cells seen in the current row of each open table
	inText int
	hidden bool // the current run is hidden text
	// The list of the open paragraph comes from its style or stands on its own.
	numbers numbering
	place   listPlace
	inProps bool
}

func (w *wordXML) start(e xml.StartElement) bool {
	switch e.Name.Local {
	case "del", "moveFrom", "instrText", "delText", "sectPr", "pPrChange", "rPrChange":
		return false
	case "Fallback": // the same text box again for old versions of Word
		return false
	case "t":
		w.inText++
	case "tab", "ptab":
		w.write("\t")
	case "br", "cr":
		w.write("\n")
	case "noBreakHyphen":
		w.write("-")
	case "vanish":
		v := attr(e, "val")
		w.hidden = v != "0" && v != "false"
	case "r":
		w.hidden = false
	case "pPr":
		w.place, w.inProps = listPlace{}, true
	case "pStyle", "numId", "ilvl":
		w.listProperty(e.Name.Local, attr(e, "val"))
	case "tbl":
		w.tables++
		w.line()
		w.cells = append(w.cells, 0)
	case "tr":
		if n := len(w.cells); n > 0 {
			w.cells[n-1] = 0
		}
	case "tc":
		if n := len(w.cells); n > 0 {
			if w.cells[n-1] > 0 {
				w.trimBlank()
				w.out.WriteByte('\t')
			}
			w.cells[n-1]++
		}
	case "txbxContent":
		w.line()
	}
	return true
}

func (w *wordXML) end(name string) {
	switch name {
	case "t":
		w.inText--
	case "pPr":
		w.inProps = false
		w.out.WriteString(w.numbers.label(w.place))
	case "p":
		if len(w.cells) > 0 {
			w.write(" ") // paragraphs of a cell share its line
			return
		}
		w.out.WriteByte('\n')
	case "tr":
		w.trimBlank()
		if len(w.cells) > 1 {
			w.write(" ") // a table inside a cell
			return
		}
		w.out.WriteByte('\n')
	case "tbl":
		if n := len(w.cells); n > 0 {
			w.cells = w.cells[:n-1]
		}
	}
}

func (w *wordXML) listProperty(name, value string) {
	switch {
	case !w.inProps:
	case name == "pStyle":
		w.place = w.numbers.styles[value]
	case name == "numId":
		w.place.list = value
	default:
		w.place.level = atoi(value)
	}
}

func (w *wordXML) chars(s string) {
	if w.inText > 0 && !w.hidden {
		w.out.WriteString(s)
	}
}

func (w *wordXML) write(s string) {
	if w.hidden {
		return
	}
	if len(w.cells) > 0 && s != " " {
		s = " " // tabs and breaks inside a cell must not look like cells and rows
	}
	if s == " " {
		if last := w.lastByte(); last == ' ' || last == '\t' || last == '\n' || last == 0 {
			return
		}
	}
	w.out.WriteString(s)
}

func (w *wordXML) lastByte() byte {
	if n := w.out.Len(); n > 0 {
		return w.out.Bytes()[n-1]
	}
	return 0
}

// trimBlank removes the blank after the last paragraph of a cell.
func (w *wordXML) trimBlank() {
	if w.lastByte() == ' ' {
		w.out.Truncate(w.out.Len() - 1)
	}
}

func (w *wordXML) line() {
	if last := w.lastByte(); last != '\n' && last != 0 && len(w.cells) == 0 {
		w.out.WriteByte('\n')
	}
}
