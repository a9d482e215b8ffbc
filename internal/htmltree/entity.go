package htmltree

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// unescape reads the character references of a text.
func (b *builder) unescape(s string) string { return b.references(s, false) }

// unescapeAttr reads those of an attribute's value, where &copy=1 in an address
// stays as it is.
func (b *builder) unescapeAttr(s string) string { return b.references(s, true) }

// references writes s with its references read behind the plain text of other
// strings, in one buffer: earlier parts of a Builder never change.
func (b *builder) references(s string, attr bool) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	// No reference is longer than its name.
	if b.plain.Cap()-b.plain.Len() < 2*len(s) {
		b.plain = strings.Builder{}
		b.plain.Grow(max(2<<10, 2*len(s)))
	}
	from := b.plain.Len()
	for i >= 0 {
		b.plain.WriteString(s[:i])
		s = s[i:]
		n := referenceSize(s)
		b.reference(s[:n], s[n:], attr)
		s = s[n:]
		i = strings.IndexByte(s, '&')
	}
	b.plain.WriteString(s)
	return b.plain.String()[from:]
}

// referenceSize is the length of what may be a reference at the start of s.
func referenceSize(s string) int {
	n := 1
	if n < len(s) && s[n] == '#' {
		n++
		hex := n < len(s) && s[n]|0x20 == 'x'
		if hex {
			n++
		}
		for n < len(s) && (digit(s[n]) || hex && s[n]|0x20 >= 'a' && s[n]|0x20 <= 'f') {
			n++
		}
	} else {
		for n < len(s) && (letter(s[n]) || digit(s[n])) {
			n++
		}
	}
	if n > 1 && n < len(s) && s[n] == ';' {
		n++
	}
	return n
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// reference writes one reference read; rest is what follows it.
func (b *builder) reference(ref, rest string, attr bool) {
	if named := common(ref); named != "" {
		b.plain.WriteString(named)
		return
	}
	if r := decimal(ref); r != 0 {
		b.plain.WriteRune(r)
		return
	}
	closed := ref[len(ref)-1] == ';'
	if attr && len(ref) > 1 && ref[1] != '#' {
		read := html.UnescapeString(ref)
		last := read[len(read)-1]
		// In values a name counts only as a whole, not by how it begins: what was
		// read by its beginning ends as the name does.
		switch {
		case closed && last == ';' && ref != "&semi;":
			read = ref
		case !closed && (letter(last) || digit(last) || strings.HasPrefix(rest, "=")):
			read = ref
		}
		b.plain.WriteString(read)
		return
	}
	b.plain.WriteString(html.UnescapeString(ref))
}

// common are the references that pages are full of.
func common(ref string) string {
	switch ref {
	case "&nbsp;":
		return "\u00a0"
	case "&amp;":
		return "&"
	case "&lt;":
		return "<"
	case "&gt;":
		return ">"
	case "&quot;":
		return `"`
	case "&ldquo;":
		return "“"
	case "&rdquo;":
		return "”"
	case "&middot;":
		return "·"
	case "&mdash;":
		return "—"
	case "&ensp;":
		return "\u2002"
	case "&emsp;":
		return "\u2003"
	}
	return ""
}

// decimal reads &#12308; where the number is that of an ordinary character, else 0.
func decimal(ref string) rune {
	if len(ref) < 4 || len(ref) > 9 || ref[1] != '#' || ref[len(ref)-1] != ';' {
		return 0
	}
	r := rune(0)
	for i := 2; i < len(ref)-1; i++ {
		if !digit(ref[i]) {
			return 0
		}
		r = r*10 + rune(ref[i]-'0')
	}
	if r < ' ' || r >= 0x80 && r < 0xA0 || !utf8.ValidRune(r) {
		return 0
	}
	return r
}
