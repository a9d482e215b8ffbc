package htmltree

import (
	"strings"

	"golang.org/x/net/html"
)

// declaration reads a comment or a doctype.
func (b *builder) declaration() bool {
	from := b.pos + len("<!")
	rest := b.src[from:]
	switch {
	case strings.HasPrefix(rest, "--"):
		from += len("--")
		data, next := commentEnd(b.src[from:])
		if next < 0 {
			b.hard = true
			return false
		}
		b.pos = from + next
		b.comment(b.unescape(data))
		return true
	case len(rest) >= len("doctype") && strings.EqualFold(rest[:len("doctype")], "doctype"):
		i := strings.IndexByte(rest, '>')
		if i < 0 {
			b.hard = true
			return false
		}
		b.pos = from + i + 1
		b.doctype(b.src[from-len("<!") : b.pos])
		return true
	}
	return b.bogus(from)
}

// bogus reads as a comment what only looks like a declaration.
func (b *builder) bogus(from int) bool {
	i := strings.IndexByte(b.src[from:], '>')
	if i < 0 {
		b.hard = true
		return false
	}
	b.pos = from + i + 1
	b.comment(b.unescape(b.src[from : from+i]))
	return true
}

// commentEnd finds the end of a comment that s follows: its text, and where the
// page goes on; -1 when the page ends first.
func commentEnd(s string) (data string, next int) {
	for p := 0; ; {
		i := strings.IndexByte(s[p:], '>')
		if i < 0 {
			return "", -1
		}
		i += p
		switch {
		case i == 0, i == 1 && s[0] == '-':
			return "", i + 1
		case i >= 2 && s[i-2:i] == "--":
			return s[:i-2], i + 1
		case i >= 3 && s[i-3:i] == "--!":
			return s[:i-3], i + 1
		}
		p = i + 1
	}
}

// doctype keeps the document type. Which of them ask for the habits of old
// browsers is a long list that html.Parse knows.
func (b *builder) doctype(decl string) {
	switch b.mode {
	case initial:
	case afterBody:
		b.mode = inBody
		return
	default:
		return
	}
	b.mode = beforeHTML
	if strings.TrimLeft(decl[len("<!doctype"):], whitespace) == "html>" {
		n := b.node(html.DoctypeNode)
		n.Data = "html"
		b.doc.AppendChild(n)
		return
	}
	probe, err := html.Parse(strings.NewReader(decl + "<p><table>"))
	if err != nil || probe.FirstChild == nil || probe.FirstChild.Type != html.DoctypeNode {
		b.hard = true
		return
	}
	n := probe.FirstChild
	probe.RemoveChild(n)
	b.doc.AppendChild(n)
	// In quirks mode a table does not close the paragraph before it.
	body := probe.LastChild.LastChild
	b.quirks = body.FirstChild == body.LastChild
}
