package htmltree

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// text places a run of text.
func (b *builder) text(s string) {
	for !b.hard {
		switch b.mode {
		case initial, beforeHTML, beforeHead:
			if s = strings.TrimLeft(s, whitespace); s == "" {
				return
			}
			b.advance()
		case inHead, afterHead:
			rest := strings.TrimLeft(s, whitespace)
			b.write(s[:len(s)-len(rest)])
			if s = rest; s == "" {
				return
			}
			b.advance()
		case inColumnGroup:
			rest := strings.TrimLeft(s, whitespace)
			b.write(s[:len(s)-len(rest)])
			if s = rest; s == "" || !b.endColumns() {
				return
			}
		case inTable, inTableBody, inRow:
			if tablePart(b.top().DataAtom) && spaceOnly(s) {
				b.write(s)
				return
			}
			b.foster = true
			b.bodyText(s)
			b.foster = false
			return
		case afterBody, afterAfterBody:
			if !spaceOnly(s) {
				b.mode = inBody
			}
			b.bodyText(s)
			return
		default:
			b.bodyText(s)
			return
		}
	}
}

// advance leaves a mode before the body, as content that does not belong there makes it.
func (b *builder) advance() {
	switch b.mode {
	case initial:
		b.quirks, b.mode = true, beforeHTML
	case beforeHTML:
		b.open(b.bare(b.doc, atom.Html))
		b.mode = beforeHead
	case beforeHead:
		b.head = b.bare(b.top(), atom.Head)
		b.open(b.head)
		b.mode = inHead
	case inHead:
		b.pop()
		b.mode = afterHead
	case afterHead:
		b.open(b.bare(b.top(), atom.Body))
		b.mode = inBody
	}
}

// bare adds an element that the page does not write out.
func (b *builder) bare(parent *html.Node, a atom.Atom) *html.Node {
	n := b.node(html.ElementNode)
	n.DataAtom, n.Data = a, a.String()
	appendChild(parent, n)
	return n
}

// bodyText places text by the rules for the body.
func (b *builder) bodyText(s string) {
	if n := b.top(); (n.DataAtom == atom.Pre || n.DataAtom == atom.Listing) && n.FirstChild == nil {
		// The line feed after <pre> is none of its text.
		s = strings.TrimPrefix(s, "\n")
	}
	if s == "" {
		return
	}
	b.reopen()
	b.write(s)
}

// comment places a comment.
func (b *builder) comment(s string) {
	n := b.node(html.CommentNode)
	n.Data = s
	switch b.mode {
	case initial, beforeHTML, afterAfterBody:
		appendChild(b.doc, n)
	case afterBody:
		appendChild(b.oe[0], n)
	default:
		b.add(n)
	}
}

// raw adds the element of the tag read last with all up to its end tag as text.
func (b *builder) raw() {
	n := b.element()
	b.add(n)
	name := b.tag.name
	end := b.rawEnd(name)
	s := b.src[b.pos:end]
	if n.DataAtom == atom.Script && doubleEscaped(s) {
		b.hard = true
		return
	}
	switch n.DataAtom {
	case atom.Textarea:
		s = strings.TrimPrefix(b.unescape(s), "\n")
	case atom.Title:
		s = b.unescape(s)
	}
	if s != "" {
		t := b.node(html.TextNode)
		t.Data = s
		appendChild(n, t)
	}
	b.pos = end
	if end == len(b.src) {
		return
	}
	b.pos += len("</")
	if !b.readTag(false) {
		b.pos = len(b.src)
	}
}

// rawEnd finds the end tag of a raw element, or the end of the page.
func (b *builder) rawEnd(name string) int {
	for p := b.pos; ; {
		i := strings.Index(b.src[p:], "</")
		if i < 0 {
			return len(b.src)
		}
		p += i
		after := p + len("</") + len(name)
		if after >= len(b.src) {
			return len(b.src)
		}
		if c := b.src[after]; (blank(c) || c == '/' || c == '>') && strings.EqualFold(b.src[p+len("</"):after], name) {
			return p
		}
		p += len("</")
	}
}

// doubleEscaped says that a script opens a comment and a script in it, so that
// its first end tag may not be its own.
func doubleEscaped(s string) bool {
	i := strings.Index(s, "<!--")
	if i < 0 {
		return false
	}
	for s = s[i:]; ; s = s[1:] {
		if i = strings.IndexByte(s, '<'); i < 0 {
			return false
		}
		s = s[i:]
		if len(s) > len("<script") && strings.EqualFold(s[:len("<script")], "<script") {
			return true
		}
	}
}

// foreign adds a drawing (svg). Its names have rules of their own, which
// html.Parse knows; a drawing that is not closed in itself leaves it the page.
func (b *builder) foreign(from int) {
	end := b.rawEnd("svg")
	close := strings.IndexByte(b.src[end:], '>')
	if close < 0 {
		b.hard = true
		return
	}
	end += close + 1
	probe, err := html.Parse(strings.NewReader("<!doctype html><body>" + b.src[from:end] + "."))
	if err != nil {
		b.hard = true
		return
	}
	body := probe.LastChild.LastChild
	n, dot := body.FirstChild, body.LastChild
	if n == nil || n.NextSibling != dot || n.Namespace != "svg" || dot.Type != html.TextNode || dot.Data != "." {
		b.hard = true
		return
	}
	body.RemoveChild(n)
	b.reopen()
	b.add(n)
	b.pos = end
}
