package htmltree

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// start places the start tag read last.
func (b *builder) start() {
	for !b.hard {
		switch b.mode {
		case initial, beforeHTML, beforeHead, inHead, afterHead:
			if b.startEarly() {
				return
			}
			b.advance()
		case inBody:
			b.startBody()
			return
		case afterBody, afterAfterBody:
			if b.tag.atom != atom.Html {
				b.mode = inBody
			}
			b.startBody()
			return
		default:
			if b.startTable() {
				return
			}
		}
	}
}

// startEarly handles the modes before the body; false when the next one is to see the tag.
func (b *builder) startEarly() bool {
	a := b.tag.atom
	switch b.mode {
	case beforeHTML:
		if a == atom.Html {
			b.push(b.element())
			b.mode = beforeHead
			return true
		}
	case beforeHead:
		switch a {
		case atom.Head:
			b.head = b.push(b.element())
			b.mode = inHead
			return true
		case atom.Html:
			b.moreAttrs(b.oe[0])
			return true
		}
	case inHead:
		switch a {
		case atom.Html:
			b.moreAttrs(b.oe[0])
			return true
		case atom.Head:
			return true
		case atom.Noscript:
			b.raw()
			return true
		}
		return b.startHead()
	case afterHead:
		switch a {
		case atom.Html:
			b.moreAttrs(b.oe[0])
			return true
		case atom.Head:
			return true
		case atom.Body:
			b.push(b.element())
			b.mode = inBody
			return true
		}
		b.open(b.head)
		done := b.startHead()
		b.drop(b.head)
		return done
	}
	return false
}

// startHead handles the elements that belong in the head, wherever they stand.
func (b *builder) startHead() bool {
	switch b.tag.atom {
	case atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta:
		b.leaf()
	case atom.Script, atom.Title, atom.Noframes, atom.Style:
		b.raw()
	case atom.Template, atom.Frameset:
		b.hard = true
	default:
		return false
	}
	return true
}

// moreAttrs gives an element the attributes of its repeated start tag that it lacks.
func (b *builder) moreAttrs(n *html.Node) {
next:
	for _, a := range b.tag.attr {
		for i := range n.Attr {
			if n.Attr[i].Key == a.Key {
				continue next
			}
		}
		n.Attr = append(n.Attr, a)
	}
}
