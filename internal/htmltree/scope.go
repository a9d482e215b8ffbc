package htmltree

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// scope names what ends the search for an open element (13.2.4.2).
type scope uint8

const (
	defaultScope scope = iota
	listScope
	buttonScope
	tableScope
)

// stops says that the search ends at an element.
func (s scope) stops(a atom.Atom) bool {
	switch a {
	case atom.Html, atom.Table, atom.Template:
		return true
	case atom.Applet, atom.Caption, atom.Td, atom.Th, atom.Marquee, atom.Object, atom.Select:
		return s != tableScope
	case atom.Ol, atom.Ul:
		return s == listScope
	case atom.Button:
		return s == buttonScope
	}
	return false
}

// find is the index of the innermost open element that match accepts, -1 when none is in scope.
func (b *builder) find(s scope, match func(atom.Atom) bool) int {
	for i := len(b.oe) - 1; i >= 0; i-- {
		if match(b.oe[i].DataAtom) {
			return i
		}
		if s.stops(b.oe[i].DataAtom) {
			return -1
		}
	}
	return -1
}

// has is find for one name.
func (b *builder) has(s scope, a atom.Atom) int {
	for i := len(b.oe) - 1; i >= 0; i-- {
		if b.oe[i].DataAtom == a {
			return i
		}
		if s.stops(b.oe[i].DataAtom) {
			return -1
		}
	}
	return -1
}

// close ends the innermost open element of a name in scope, and all inside it.
func (b *builder) close(s scope, a atom.Atom) bool {
	i := b.has(s, a)
	if i >= 0 {
		b.cut(i)
	}
	return i >= 0
}

// closeAny is close for several names.
func (b *builder) closeAny(s scope, match func(atom.Atom) bool) bool {
	i := b.find(s, match)
	if i >= 0 {
		b.cut(i)
	}
	return i >= 0
}

// closePara ends an open paragraph; nearly every block does.
func (b *builder) closePara() {
	if b.paras > 0 {
		b.close(buttonScope, atom.P)
	}
}

// backTo closes elements up to one that match accepts, which stays open.
func (b *builder) backTo(match func(atom.Atom) bool) {
	for i := len(b.oe) - 1; i >= 0; i-- {
		if a := b.oe[i].DataAtom; match(a) || a == atom.Html {
			b.cut(i + 1)
			return
		}
	}
}

func isTable(a atom.Atom) bool { return a == atom.Table }
func isRow(a atom.Atom) bool   { return a == atom.Tr }
func isCell(a atom.Atom) bool  { return a == atom.Td || a == atom.Th }
func isTableBody(a atom.Atom) bool {
	return a == atom.Tbody || a == atom.Thead || a == atom.Tfoot
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// implied closes elements whose end tags may be left out, up to one named except.
func (b *builder) implied(except atom.Atom) {
	i := len(b.oe)
	for i > 0 {
		a := b.oe[i-1].DataAtom
		switch a {
		case atom.Dd, atom.Dt, atom.Li, atom.Optgroup, atom.Option, atom.P, atom.Rb, atom.Rp, atom.Rt, atom.Rtc:
			if a == except {
				b.cut(i)
				return
			}
			i--
			continue
		}
		break
	}
	b.cut(i)
}

// special says that an element is one that formatting does not reach out of.
func special(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Address, atom.Applet, atom.Area, atom.Article, atom.Aside, atom.Base, atom.Basefont, atom.Bgsound, atom.Blockquote,
		atom.Body, atom.Br, atom.Button, atom.Caption, atom.Center, atom.Col, atom.Colgroup, atom.Dd, atom.Details, atom.Dir,
		atom.Div, atom.Dl, atom.Dt, atom.Embed, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.Frame,
		atom.Frameset, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Head, atom.Header, atom.Hgroup, atom.Hr,
		atom.Html, atom.Iframe, atom.Img, atom.Input, atom.Keygen, atom.Li, atom.Link, atom.Listing, atom.Main, atom.Marquee,
		atom.Menu, atom.Meta, atom.Nav, atom.Noembed, atom.Noframes, atom.Noscript, atom.Object, atom.Ol, atom.P, atom.Param,
		atom.Plaintext, atom.Pre, atom.Script, atom.Section, atom.Select, atom.Source, atom.Style, atom.Summary, atom.Table,
		atom.Tbody, atom.Td, atom.Template, atom.Textarea, atom.Tfoot, atom.Th, atom.Thead, atom.Title, atom.Tr, atom.Track,
		atom.Ul, atom.Wbr, atom.Xmp:
		return true
	}
	return false
}
