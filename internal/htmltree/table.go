package htmltree

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// startTable handles a start tag in a table; false when the mode has changed and
// it is to be seen again.
func (b *builder) startTable() bool {
	a := b.tag.atom
	switch b.mode {
	case inCaption:
		switch a {
		case atom.Caption, atom.Col, atom.Colgroup, atom.Tbody, atom.Td, atom.Tfoot, atom.Thead, atom.Tr:
			return !b.endCaption()
		}
		b.startBody()
		return true
	case inColumnGroup:
		switch a {
		case atom.Html:
			b.moreAttrs(b.oe[0])
			return true
		case atom.Col:
			b.leaf()
			return true
		case atom.Template:
			b.hard = true
			return true
		}
		return !b.endColumns()
	case inCell:
		switch a {
		case atom.Caption, atom.Col, atom.Colgroup, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr:
			if b.closeAny(tableScope, isCell) {
				b.unmark()
				b.mode = inRow
				return false
			}
			return true
		}
		b.startBody()
		return true
	case inRow:
		switch a {
		case atom.Td, atom.Th:
			b.backTo(isRow)
			b.push(b.element())
			b.mark()
			b.mode = inCell
			return true
		case atom.Caption, atom.Col, atom.Colgroup, atom.Tbody, atom.Tfoot, atom.Thead, atom.Tr:
			return !b.endRow()
		}
	case inTableBody:
		switch a {
		case atom.Tr:
			b.backTo(isTableBody)
			b.push(b.element())
			b.mode = inRow
			return true
		case atom.Td, atom.Th:
			b.backTo(isTableBody)
			b.open(b.bare(b.top(), atom.Tr))
			b.mode = inRow
			return false
		case atom.Caption, atom.Col, atom.Colgroup, atom.Tbody, atom.Tfoot, atom.Thead:
			return !b.endRows()
		}
	}
	return b.startInTable()
}

// startInTable handles what may stand directly in a table, and what may not.
func (b *builder) startInTable() bool {
	switch a := b.tag.atom; a {
	case atom.Caption:
		b.backTo(isTable)
		b.mark()
		b.push(b.element())
		b.mode = inCaption
		return true
	case atom.Colgroup:
		b.backTo(isTable)
		b.push(b.element())
		b.mode = inColumnGroup
		return true
	case atom.Col:
		b.backTo(isTable)
		b.open(b.bare(b.top(), atom.Colgroup))
		b.mode = inColumnGroup
		return false
	case atom.Tbody, atom.Tfoot, atom.Thead:
		b.backTo(isTable)
		b.push(b.element())
		b.mode = inTableBody
		return true
	case atom.Td, atom.Th, atom.Tr:
		b.backTo(isTable)
		b.open(b.bare(b.top(), atom.Tbody))
		b.mode = inTableBody
		return false
	case atom.Table:
		if b.close(tableScope, atom.Table) {
			b.reset()
			return false
		}
		return true
	case atom.Style, atom.Script, atom.Template:
		b.startHead()
		return true
	case atom.Input:
		if b.hiddenInput() {
			b.leaf()
			return true
		}
	case atom.Form:
		if b.form == nil {
			b.form = b.element()
			b.add(b.form)
		}
		return true
	}
	b.foster = true
	b.startBody()
	b.foster = false
	return true
}

func (b *builder) hiddenInput() bool {
	for _, a := range b.tag.attr {
		if a.Key == "type" && strings.EqualFold(a.Val, "hidden") {
			return true
		}
	}
	return false
}
