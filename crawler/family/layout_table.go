package family

import "golang.org/x/net/html"

// table walks a table and, when it proves to hold data rather than the page's
// columns, joins its cells by tabs.
func (w *walker) table(n *html.Node, depth int) {
	lo, tables := len(w.lines), w.tableDepth
	cells, rows := w.cells, w.rows
	w.tableDepth = 0
	w.children(n, depth)
	w.flush('\n')
	nested := w.tableDepth
	w.tableDepth = tables + nested + 1
	nc, nr := int(w.cells-cells), int(w.rows-rows)
	if nested > 0 || nr < 1 || nc < 2 || nc*2 < nr*3 || w.longCell(lo) {
		return
	}
	for i := lo; i < len(w.lines); i++ {
		ln := &w.lines[i]
		ln.flags |= hintData
		if i+1 == len(w.lines) || w.lines[i+1].Row != ln.Row {
			continue
		}
		if w.lines[i+1].Cell == ln.Cell {
			ln.Sep = ' '
		} else {
			ln.Sep = '\t'
		}
	}
}

// longCell says that a cell of the table that starts at line lo holds a text
// rather than a value.
func (w *walker) longCell(lo int) bool {
	long, run := 0, 0
	for i := lo; i < len(w.lines); i++ {
		if i > lo && w.lines[i].Cell == w.lines[i-1].Cell {
			run++
		} else {
			run = 0
		}
		if run > 14 {
			return true
		}
		if w.lines[i].End-w.lines[i].Start > 1500 {
			long++
		}
	}
	return long*6 > len(w.lines)-lo
}
