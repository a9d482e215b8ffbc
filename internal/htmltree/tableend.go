package htmltree

import "golang.org/x/net/html/atom"

// endTable handles an end tag in a table; false when the mode has changed and it
// is to be seen again.
func (b *builder) endTable() bool {
	a := b.tag.atom
	switch b.mode {
	case inCaption:
		switch a {
		case atom.Caption:
			b.endCaption()
			return true
		case atom.Table:
			return !b.endCaption()
		case atom.Body, atom.Col, atom.Colgroup, atom.Html, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr:
			return true
		}
		return b.endBody()
	case inColumnGroup:
		switch a {
		case atom.Colgroup:
			b.endColumns()
			return true
		case atom.Col, atom.Template:
			return true
		}
		return !b.endColumns()
	case inCell:
		return b.endInCell(a)
	case inRow:
		switch a {
		case atom.Tr:
			b.endRow()
			return true
		case atom.Table:
			return !b.endRow()
		case atom.Tbody, atom.Tfoot, atom.Thead:
			return b.has(tableScope, a) < 0 || !b.endRow()
		case atom.Body, atom.Caption, atom.Col, atom.Colgroup, atom.Html, atom.Td, atom.Th:
			return true
		}
	case inTableBody:
		switch a {
		case atom.Tbody, atom.Tfoot, atom.Thead:
			if b.has(tableScope, a) >= 0 {
				b.backTo(isTableBody)
				b.pop()
				b.mode = inTable
			}
			return true
		case atom.Table:
			return !b.endRows()
		case atom.Body, atom.Caption, atom.Col, atom.Colgroup, atom.Html, atom.Td, atom.Th, atom.Tr:
			return true
		}
	}
	return b.endInTable(a)
}

func (b *builder) endInTable(a atom.Atom) bool {
	switch a {
	case atom.Table:
		if b.close(tableScope, atom.Table) {
			b.reset()
		}
		return true
	case atom.Body, atom.Caption, atom.Col, atom.Colgroup, atom.Html, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Template:
		return true
	}
	b.foster = true
	done := b.endBody()
	b.foster = false
	return done
}

func (b *builder) endInCell(a atom.Atom) bool {
	switch a {
	case atom.Td, atom.Th:
		if b.close(tableScope, a) {
			b.unmark()
			b.mode = inRow
		}
		return true
	case atom.Body, atom.Caption, atom.Col, atom.Colgroup, atom.Html:
		return true
	case atom.Table, atom.Tbody, atom.Tfoot, atom.Thead, atom.Tr:
		if b.has(tableScope, a) < 0 {
			return true
		}
		if b.closeAny(tableScope, isCell) {
			b.unmark()
		}
		b.mode = inRow
		return false
	}
	return b.endBody()
}

// endCaption, endColumns, endRow and endRows close a part of a table; false when
// it is not open.
func (b *builder) endCaption() bool {
	if !b.close(tableScope, atom.Caption) {
		return false
	}
	b.unmark()
	b.mode = inTable
	return true
}

func (b *builder) endColumns() bool {
	if b.top().DataAtom != atom.Colgroup {
		return false
	}
	b.pop()
	b.mode = inTable
	return true
}

func (b *builder) endRow() bool {
	if b.has(tableScope, atom.Tr) < 0 {
		return false
	}
	b.backTo(isRow)
	b.pop()
	b.mode = inTableBody
	return true
}

func (b *builder) endRows() bool {
	if !b.closeAny(tableScope, isTableBody) {
		return false
	}
	b.mode = inTable
	return true
}

// reset finds the mode from the open elements, after a table has ended.
func (b *builder) reset() {
	for i := len(b.oe) - 1; i >= 0; i-- {
		switch b.oe[i].DataAtom {
		case atom.Td, atom.Th:
			b.mode = inCell
		case atom.Tr:
			b.mode = inRow
		case atom.Tbody, atom.Thead, atom.Tfoot:
			b.mode = inTableBody
		case atom.Caption:
			b.mode = inCaption
		case atom.Colgroup:
			b.mode = inColumnGroup
		case atom.Table:
			b.mode = inTable
		case atom.Head:
			b.mode = inHead
		case atom.Body:
			b.mode = inBody
		case atom.Html:
			b.mode = afterHead
		default:
			continue
		}
		return
	}
}
