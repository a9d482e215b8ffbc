package htmltree

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// maxOpen is the number of open elements that html.Parse refuses to pass.
	maxOpen = 512
	// maxMerged bounds texts that are joined piece by piece.
	maxMerged = 1 << 20
)

func (b *builder) node(t html.NodeType) *html.Node {
	n := b.arena.node()
	n.Type = t
	return n
}

// element makes a node of the start tag read last.
func (b *builder) element() *html.Node {
	n := b.node(html.ElementNode)
	n.DataAtom, n.Data = b.tag.atom, b.tag.name
	if len(b.tag.attr) > 0 {
		n.Attr = b.arena.keep(b.tag.attr)
	}
	return n
}

func (b *builder) top() *html.Node {
	if len(b.oe) == 0 {
		return b.doc
	}
	return b.oe[len(b.oe)-1]
}

// add appends a node to the current element, or before the table that it does not belong in.
func (b *builder) add(n *html.Node) {
	if b.misplaced() {
		b.fosterParent(n)
	} else {
		appendChild(b.top(), n)
	}
}

// appendChild is AppendChild for a node that was just made.
func appendChild(parent, n *html.Node) {
	n.Parent, n.PrevSibling = parent, parent.LastChild
	if parent.LastChild == nil {
		parent.FirstChild = n
	} else {
		parent.LastChild.NextSibling = n
	}
	parent.LastChild = n
}

// push adds an element and opens it.
func (b *builder) push(n *html.Node) *html.Node {
	b.add(n)
	b.open(n)
	return n
}

func (b *builder) open(n *html.Node) {
	b.oe = append(b.oe, n)
	if n.DataAtom == atom.P {
		b.paras++
	}
	if len(b.oe) > maxOpen {
		b.hard = true
	}
}

// cut closes the open elements from index i on.
func (b *builder) cut(i int) {
	for _, n := range b.oe[i:] {
		if n.DataAtom == atom.P {
			b.paras--
		}
	}
	b.oe = b.oe[:i]
}

func (b *builder) pop() { b.cut(len(b.oe) - 1) }

// leaf adds an element that holds nothing.
func (b *builder) leaf() { b.add(b.element()) }

// drop takes one element out of the open ones.
func (b *builder) drop(n *html.Node) {
	if i := index(b.oe, n); i >= 0 {
		if n.DataAtom == atom.P {
			b.paras--
		}
		b.oe = slices.Delete(b.oe, i, i+1)
	}
}

// index is the last place of n in a stack, -1 when it is not there.
func index(stack []*html.Node, n *html.Node) int {
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i] == n {
			return i
		}
	}
	return -1
}

// misplaced says that content is being placed which a table cannot hold.
func (b *builder) misplaced() bool {
	if !b.foster {
		return false
	}
	return tablePart(b.top().DataAtom)
}

func tablePart(a atom.Atom) bool {
	switch a {
	case atom.Table, atom.Tbody, atom.Tfoot, atom.Thead, atom.Tr:
		return true
	}
	return false
}

// fosterParent puts a node before the innermost open table.
func (b *builder) fosterParent(n *html.Node) {
	i := len(b.oe) - 1
	for i >= 0 && b.oe[i].DataAtom != atom.Table {
		i--
	}
	if i < 0 {
		// Without a table the html element takes it in.
		b.insert(b.oe[0], n, nil, b.oe[0].LastChild)
		return
	}
	table := b.oe[i]
	if table.Parent == nil {
		b.hard = true
		return
	}
	b.insert(table.Parent, n, table, table.PrevSibling)
}

// insert puts n before another child; a text joins a text before it.
func (b *builder) insert(parent, n, before, prev *html.Node) {
	if prev != nil && prev.Type == html.TextNode && n.Type == html.TextNode {
		b.join(prev, n.Data)
		return
	}
	parent.InsertBefore(n, before)
}

// join appends to a text that stands in the tree already.
func (b *builder) join(n *html.Node, s string) {
	b.merged += len(n.Data) + len(s)
	if b.merged > maxMerged {
		b.hard = true
		return
	}
	n.Data += s
}

// write adds text at the current place.
func (b *builder) write(s string) {
	if s == "" {
		return
	}
	if !b.misplaced() {
		if last := b.top().LastChild; last != nil && last.Type == html.TextNode {
			b.join(last, s)
			return
		}
	}
	n := b.node(html.TextNode)
	n.Data = s
	b.add(n)
}

func spaceOnly(s string) bool { return strings.TrimLeft(s, whitespace) == "" }
