package htmltree

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Token is a part of a page that a Tokenizer tells.
type Token uint8

// The parts. Comments and declarations are passed over.
const (
	End Token = iota
	Text
	StartTag
	EndTag
)

// Tokenizer reads the texts and tags of a page one after the other as
// html.Tokenizer does, without copies. What it returns are parts of the page's
// text. Of a tag's attributes it keeps the first sixty-four.
type Tokenizer struct {
	b builder
	// text is the text read last, its references unread where coded is set.
	text  string
	coded bool
	// raw is the open element that ends only with its own end tag.
	raw string
}

// NewTokenizer starts at the beginning of a page in UTF-8.
func NewTokenizer(text string) *Tokenizer { return &Tokenizer{b: builder{src: text}} }

// Next reads the next part.
func (z *Tokenizer) Next() Token {
	b := &z.b
	if z.raw != "" {
		name := z.raw
		z.raw = ""
		if end := z.rawText(name); end > b.pos {
			z.text, z.coded = b.src[b.pos:end], name == "title" || name == "textarea"
			b.pos = end
			return Text
		}
	}
	for b.pos < len(b.src) {
		if end := b.textEnd(); end > b.pos {
			z.text, z.coded = b.src[b.pos:end], true
			b.pos = end
			return Text
		}
		if t, ok := z.markup(); ok {
			return t
		}
	}
	return End
}

// markup reads what begins with < at pos; false for what is passed over.
func (z *Tokenizer) markup() (Token, bool) {
	b := &z.b
	rest := b.src[b.pos:]
	switch c := rest[1]; {
	case letter(c):
		b.tag.from = b.pos
		b.pos++
		if !b.readTag(true) {
			b.pos = len(b.src)
			return End, true
		}
		if rawElement(b.tag.atom) {
			z.raw = b.tag.name
		}
		return StartTag, true
	case c == '/' && len(rest) == 2:
		z.text, z.coded = rest, true
		b.pos = len(b.src)
		return Text, true
	case c == '/' && letter(rest[2]):
		b.pos += 2
		if !b.readTag(false) {
			b.pos = len(b.src)
			return End, true
		}
		return EndTag, true
	case strings.HasPrefix(rest, "<!--"):
		_, next := commentEnd(rest[len("<!--"):])
		z.skip(len("<!--")+next, next < 0)
	default:
		i := strings.IndexByte(rest, '>')
		z.skip(i+1, i < 0)
	}
	return End, false
}

func (z *Tokenizer) skip(n int, open bool) {
	if z.b.pos += n; open {
		z.b.pos = len(z.b.src)
	}
}

// rawText is where the text of a raw element ends.
func (z *Tokenizer) rawText(name string) int {
	if name == "plaintext" {
		return len(z.b.src)
	}
	end := z.b.rawEnd(name)
	if name != "script" || !doubleEscaped(z.b.src[z.b.pos:end]) {
		return end
	}
	// Scripts inside comments inside scripts are rare and have long rules.
	t := html.NewTokenizer(strings.NewReader(z.b.src[z.b.tag.from:]))
	t.Next()
	t.Next()
	return z.b.pos + len(t.Raw())
}

func rawElement(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Title, atom.Textarea, atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Plaintext, atom.Xmp:
		return true
	}
	return false
}

// Text is the text read last, character references read.
func (z *Tokenizer) Text() string {
	if z.coded {
		z.text, z.coded = z.b.unescape(z.text), false
	}
	return z.text
}

// Tag is the tag read last; its atom is zero for names that HTML does not know.
func (z *Tokenizer) Tag() (atom.Atom, string) { return z.b.tag.atom, z.b.tag.name }

// Attr is an attribute of the start tag read last, empty when it has none.
func (z *Tokenizer) Attr(key string) string {
	for i := range z.b.tag.attr {
		if z.b.tag.attr[i].Key == key {
			return z.b.tag.attr[i].Val
		}
	}
	return ""
}
