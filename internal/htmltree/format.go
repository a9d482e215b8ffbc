package htmltree

import (
	"cmp"
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// format opens a formatting element (b, font, a …): it is opened again in every
// block that starts before its end tag. Of equal ones at most three are kept.
func (b *builder) format() {
	n := b.push(b.element())
	slices.SortFunc(n.Attr, func(x, y html.Attribute) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Val, y.Val))
	})
	same := 0
	for i := len(b.afe) - 1; i >= 0 && b.afe[i] != &b.marker; i-- {
		if x := b.afe[i]; x.DataAtom == n.DataAtom && slices.Equal(x.Attr, n.Attr) {
			if same++; same >= 3 {
				b.afe = slices.Delete(b.afe, i, i+1)
			}
		}
	}
	b.afe = append(b.afe, n)
}

// mark keeps formatting from reaching into a cell or object.
func (b *builder) mark() { b.afe = append(b.afe, &b.marker) }

// unmark forgets the formatting elements since the last mark.
func (b *builder) unmark() {
	for len(b.afe) > 0 {
		n := b.afe[len(b.afe)-1]
		b.afe = b.afe[:len(b.afe)-1]
		if n == &b.marker {
			return
		}
	}
	// html.Parse has its own way with lists that hold no mark.
	b.hard = true
}

// reopen opens the formatting elements again that a block has closed.
func (b *builder) reopen() {
	i := len(b.afe) - 1
	if i < 0 || b.afe[i] == &b.marker || index(b.oe, b.afe[i]) >= 0 {
		return
	}
	for i > 0 && b.afe[i-1] != &b.marker && index(b.oe, b.afe[i-1]) < 0 {
		i--
	}
	for ; i < len(b.afe); i++ {
		b.afe[i] = b.push(b.clone(b.afe[i]))
	}
}

// clone copies an element without its place in the tree.
func (b *builder) clone(n *html.Node) *html.Node {
	c := b.node(html.ElementNode)
	c.DataAtom, c.Data, c.Attr = n.DataAtom, n.Data, n.Attr[:len(n.Attr):len(n.Attr)]
	return c
}

// unformat ends a formatting element by the adoption agency algorithm (13.2.6.4.7):
// where blocks were opened inside of it, it goes on in them.
func (b *builder) unformat(a atom.Atom) {
	if top := b.top(); top.DataAtom == a && index(b.afe, top) < 0 {
		b.pop()
		return
	}
	for range 8 {
		n := b.formatting(a)
		if n == nil {
			b.closeOther(a, a.String())
			return
		}
		at := index(b.oe, n)
		if at < 0 {
			b.forget(n)
			return
		}
		if b.has(defaultScope, a) < 0 {
			return
		}
		block := slices.IndexFunc(b.oe[at:], special)
		if block < 0 {
			b.cut(at)
			b.forget(n)
			return
		}
		b.adopt(n, at, b.oe[at+block])
	}
}

// formatting is the last active formatting element of a name since the last mark.
func (b *builder) formatting(a atom.Atom) *html.Node {
	for i := len(b.afe) - 1; i >= 0 && b.afe[i] != &b.marker; i-- {
		if b.afe[i].DataAtom == a {
			return b.afe[i]
		}
	}
	return nil
}

func (b *builder) forget(n *html.Node) {
	if i := index(b.afe, n); i >= 0 {
		b.afe = slices.Delete(b.afe, i, i+1)
	}
}

// adopt ends the formatting element n, which is oe[at], around a block that is
// still open: the block moves out of n, and its content into a copy of n.
func (b *builder) adopt(n *html.Node, at int, block *html.Node) {
	ancestor := b.oe[at-1]
	place := index(b.afe, n)
	last := block
	x := index(b.oe, block)
	for j := 1; ; j++ {
		x--
		inner := b.oe[x]
		if inner == n {
			break
		}
		active := index(b.afe, inner)
		if j > 3 && active >= 0 {
			b.forget(inner)
			if active <= place {
				place--
			}
			continue
		}
		if active < 0 {
			b.drop(inner)
			continue
		}
		c := b.clone(inner)
		b.afe[active], b.oe[x] = c, c
		if last == block {
			place = active + 1
		}
		detach(last)
		c.AppendChild(last)
		last = c
	}
	detach(last)
	if tablePart(ancestor.DataAtom) {
		b.fosterParent(last)
	} else {
		ancestor.AppendChild(last)
	}
	c := b.clone(n)
	for block.FirstChild != nil {
		child := block.FirstChild
		block.RemoveChild(child)
		c.AppendChild(child)
	}
	block.AppendChild(c)
	if old := index(b.afe, n); old >= 0 && old < place {
		place--
	}
	b.forget(n)
	if place < 0 || place > len(b.afe) {
		b.hard = true
		return
	}
	b.afe = slices.Insert(b.afe, place, c)
	b.drop(n)
	b.oe = slices.Insert(b.oe, index(b.oe, block)+1, c)
}

func detach(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// closeOther ends the innermost open element of a name, unless a special one
// stands in between.
func (b *builder) closeOther(a atom.Atom, name string) {
	for i := len(b.oe) - 1; i >= 0; i-- {
		if n := b.oe[i]; n.DataAtom == a && (a != 0 || n.Data == name) {
			b.cut(i)
			return
		}
		if special(b.oe[i]) {
			return
		}
	}
}
