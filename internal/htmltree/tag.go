package htmltree

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const whitespace = " \t\r\n\f"

// tag is a start or end tag as written.
type tag struct {
	// from is where it begins in the page.
	from int
	atom atom.Atom
	name string
	// attr is valid until the next tag is read; node copies it.
	attr []html.Attribute
}

// maxAttrs is the number of attributes beyond which a tag is left to html.Parse,
// which finds repeated ones by a table.
const maxAttrs = 64

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r' }

// readTag reads a tag whose name begins at pos; false when the page ends in it.
// A closing tag's attributes are read and dropped.
func (b *builder) readTag(keep bool) bool {
	s, p := b.src, b.pos
	for p < len(s) && s[p] != '>' && s[p] != '/' && !blank(s[p]) {
		p++
	}
	b.tag.atom, b.tag.name = lookup(s[b.pos:p])
	b.tag.attr = b.tag.attr[:0]
	for {
		for p < len(s) && blank(s[p]) {
			p++
		}
		if p >= len(s) {
			return false
		}
		if s[p] == '>' {
			b.pos = p + 1
			return true
		}
		key := p
		for p < len(s) && s[p] != '/' && s[p] != '>' && !blank(s[p]) && (s[p] != '=' || p == key) {
			p++
		}
		end := p
		for p < len(s) && blank(s[p]) {
			p++
		}
		val := ""
		switch {
		case p >= len(s):
			return false
		case s[p] == '/':
			p++
		case s[p] == '=':
			if val, p = attrValue(s, p+1); p < 0 {
				return false
			}
		}
		if keep && end > key {
			b.keepAttr(s[key:end], val)
		}
	}
}

// attrValue reads the value that begins after the sign = at p; next is -1 when
// the page ends in it.
func attrValue(s string, p int) (val string, next int) {
	for p < len(s) && blank(s[p]) {
		p++
	}
	if p >= len(s) {
		return "", -1
	}
	switch c := s[p]; c {
	case '>':
		return "", p
	case '"', '\'':
		i := strings.IndexByte(s[p+1:], c)
		if i < 0 {
			return "", -1
		}
		return s[p+1 : p+1+i], p + i + 2
	}
	from := p
	for p < len(s) && s[p] != '>' && !blank(s[p]) {
		p++
	}
	if p >= len(s) {
		return "", -1
	}
	return s[from:p], p
}

// keepAttr adds an attribute; of several with one name the first counts.
func (b *builder) keepAttr(key, val string) {
	key = lower(key)
	for i := range b.tag.attr {
		if b.tag.attr[i].Key == key {
			return
		}
	}
	if len(b.tag.attr) == maxAttrs {
		b.hard = true
		return
	}
	if strings.IndexByte(val, '&') >= 0 {
		val = b.unescapeAttr(val)
	}
	b.tag.attr = append(b.tag.attr, html.Attribute{Key: key, Val: val})
}

// lookup gives a tag's atom and its name in lower case.
func lookup(s string) (atom.Atom, string) {
	var low [16]byte
	if len(s) > len(low) {
		return longAtom(s)
	}
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	if a := atom.Lookup(low[:len(s)]); a != 0 {
		return a, a.String()
	}
	return 0, lower(s)
}

func longAtom(s string) (atom.Atom, string) {
	s = lower(s)
	return atom.Lookup([]byte(s)), s
}

// lower folds ASCII letters only, as names of elements and attributes want it.
func lower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			low := []byte(s)
			for j := i; j < len(low); j++ {
				if low[j] >= 'A' && low[j] <= 'Z' {
					low[j] |= 0x20
				}
			}
			return string(low)
		}
	}
	return s
}
