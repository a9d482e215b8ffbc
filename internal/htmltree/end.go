package htmltree

import "golang.org/x/net/html/atom"

// end handles the end tag read last.
func (b *builder) end() {
	for !b.hard {
		a := b.tag.atom
		switch b.mode {
		case initial:
			b.advance()
		case beforeHTML, beforeHead, afterHead, inHead:
			switch {
			case b.mode == inHead && a == atom.Head:
				b.pop()
				b.mode = afterHead
				return
			case a == atom.Body || a == atom.Html || a == atom.Br || a == atom.Head && b.mode != afterHead:
				b.advance()
			default:
				return
			}
		case inBody:
			if b.endBody() {
				return
			}
		case afterBody:
			if a == atom.Html {
				b.mode = afterAfterBody
				return
			}
			b.mode = inBody
		case afterAfterBody:
			b.mode = inBody
		default:
			if b.endTable() {
				return
			}
		}
	}
}

// endBody handles an end tag by the rules for the body; false when the mode has
// changed and it is to be seen again.
func (b *builder) endBody() bool {
	a := b.tag.atom
	switch a {
	case atom.P:
		if b.paras == 0 || b.has(buttonScope, atom.P) < 0 {
			name := b.tag
			b.tag = tag{atom: atom.P, name: "p"}
			b.start()
			b.tag = name
		}
		b.close(buttonScope, atom.P)
	case atom.Div, atom.Ul, atom.Ol, atom.Dl, atom.Center, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Nav, atom.Main,
		atom.Aside, atom.Address, atom.Blockquote, atom.Button, atom.Details, atom.Dialog, atom.Dir, atom.Fieldset, atom.Figcaption,
		atom.Figure, atom.Hgroup, atom.Listing, atom.Menu, atom.Pre, atom.Search, atom.Select, atom.Summary:
		if b.has(defaultScope, a) >= 0 {
			b.implied(0)
			b.close(defaultScope, a)
		}
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		b.unformat(a)
	case atom.Li:
		b.close(listScope, atom.Li)
	case atom.Dd, atom.Dt:
		b.close(defaultScope, a)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		b.closeAny(defaultScope, isHeading)
	case atom.Form:
		b.endForm()
	case atom.Applet, atom.Marquee, atom.Object:
		if b.close(defaultScope, a) {
			b.unmark()
		}
	case atom.Br:
		b.tag.attr = b.tag.attr[:0]
		b.start()
	case atom.Body:
		if b.has(defaultScope, atom.Body) >= 0 {
			b.mode = afterBody
		}
	case atom.Html:
		if b.has(defaultScope, atom.Body) >= 0 {
			b.mode = afterBody
			return false
		}
	case atom.Template:
	default:
		b.closeOther(a, b.tag.name)
	}
	return true
}

func (b *builder) endForm() {
	n := b.form
	b.form = nil
	i := b.has(defaultScope, atom.Form)
	if n == nil || i < 0 || b.oe[i] != n {
		return
	}
	b.implied(0)
	b.drop(n)
}
