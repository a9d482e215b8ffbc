package htmltree

import "golang.org/x/net/html/atom"

// startBody places a start tag by the rules for the body.
func (b *builder) startBody() {
	switch a := b.tag.atom; a {
	case atom.Div, atom.P, atom.Ul, atom.Ol, atom.Dl, atom.Center, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Nav,
		atom.Main, atom.Aside, atom.Address, atom.Blockquote, atom.Details, atom.Dialog, atom.Dir, atom.Fieldset, atom.Figcaption,
		atom.Figure, atom.Hgroup, atom.Menu, atom.Search, atom.Summary, atom.Pre, atom.Listing:
		b.closePara()
		b.push(b.element())
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		b.closePara()
		if isHeading(b.top().DataAtom) {
			b.pop()
		}
		b.push(b.element())
	case atom.Li:
		b.closeItem(func(a atom.Atom) bool { return a == atom.Li })
	case atom.Dd, atom.Dt:
		b.closeItem(func(a atom.Atom) bool { return a == atom.Dd || a == atom.Dt })
	case atom.A:
		if n := b.formatting(atom.A); n != nil {
			b.unformat(atom.A)
			b.drop(n)
			b.forget(n)
		}
		b.reopen()
		b.format()
	case atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		b.reopen()
		b.format()
	case atom.Area, atom.Br, atom.Embed, atom.Img, atom.Keygen, atom.Wbr:
		b.reopen()
		b.leaf()
	case atom.Param, atom.Source, atom.Track:
		b.leaf()
	case atom.Table:
		if !b.quirks {
			b.closePara()
		}
		b.push(b.element())
		b.mode = inTable
	case atom.Script, atom.Style, atom.Title, atom.Noframes, atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta, atom.Template, atom.Frameset:
		b.startHead()
	case atom.Iframe, atom.Noembed, atom.Noscript, atom.Textarea:
		b.raw()
	case atom.Xmp:
		b.closePara()
		b.reopen()
		b.raw()
	case atom.Caption, atom.Col, atom.Colgroup, atom.Frame, atom.Head, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr:
		// They mean nothing outside of a table.
	default:
		b.startOther(a)
	}
}

// startOther places the rarer elements.
func (b *builder) startOther(a atom.Atom) {
	switch a {
	case atom.Html:
		b.moreAttrs(b.oe[0])
	case atom.Body:
		if len(b.oe) >= 2 && b.oe[1].DataAtom == atom.Body {
			b.moreAttrs(b.oe[1])
		}
	case atom.Form:
		if b.form == nil {
			b.closePara()
			b.form = b.push(b.element())
		}
	case atom.Button:
		if b.has(defaultScope, atom.Button) >= 0 {
			b.implied(0)
			b.close(defaultScope, atom.Button)
		}
		b.reopen()
		b.push(b.element())
	case atom.Applet, atom.Marquee, atom.Object:
		b.reopen()
		b.push(b.element())
		b.mark()
	case atom.Input:
		b.close(defaultScope, atom.Select)
		b.reopen()
		b.leaf()
	case atom.Hr:
		if b.has(buttonScope, atom.P) >= 0 {
			b.implied(atom.P)
			b.close(defaultScope, atom.P)
		}
		if b.has(defaultScope, atom.Select) >= 0 {
			b.implied(0)
		}
		b.leaf()
	case atom.Select:
		if !b.close(defaultScope, atom.Select) {
			b.reopen()
			b.push(b.element())
		}
	case atom.Option, atom.Optgroup:
		b.startOption(a)
	case atom.Rb, atom.Rtc, atom.Rp, atom.Rt:
		if b.has(defaultScope, atom.Ruby) >= 0 {
			if a == atom.Rp || a == atom.Rt {
				b.implied(atom.Rtc)
			} else {
				b.implied(0)
			}
		}
		b.push(b.element())
	case atom.Image:
		b.tag.atom, b.tag.name = atom.Img, "img"
		b.start()
	case atom.Svg:
		b.foreign(b.tag.from)
	case atom.Math, atom.Plaintext, atom.Nobr:
		b.hard = true
	default:
		b.reopen()
		b.push(b.element())
	}
}

func (b *builder) startOption(a atom.Atom) {
	switch {
	case b.has(defaultScope, atom.Select) >= 0:
		if a == atom.Option {
			b.implied(atom.Optgroup)
		} else {
			b.implied(0)
		}
	case b.top().DataAtom == atom.Option:
		b.pop()
	}
	b.reopen()
	b.push(b.element())
}

// closeItem opens an entry of a list and closes the one before it.
func (b *builder) closeItem(same func(atom.Atom) bool) {
	for i := len(b.oe) - 1; i >= 0; i-- {
		n := b.oe[i]
		if same(n.DataAtom) {
			b.cut(i)
			break
		}
		if n.DataAtom != atom.Address && n.DataAtom != atom.Div && n.DataAtom != atom.P && special(n) {
			break
		}
	}
	b.closePara()
	b.push(b.element())
}
