package textzh

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes text comparable: full-width letters, digits and signs become
// ASCII, every kind of blank becomes one space character, invisible characters
// go, and compatibility Han (radicals and duplicates that PDF fonts give)
// become the ordinary character. Line ends and the punctuation of Chinese
// sentences ，：；！？（） stay as they are, and so do ASCII marks: Fold never
// makes one of the two out of the other. It is idempotent.
func Fold(s string) string {
	start := strings.IndexFunc(s, func(r rune) bool { return r >= 0x7F && foldRune(r) != r })
	if start < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:start])
	for _, r := range s[start:] {
		switch f := foldRune(r); f {
		case drop:
		case expand:
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(f)
		}
	}
	return b.String()
}

const (
	drop   rune = -1
	expand rune = -2
)

func foldRune(r rune) rune {
	switch {
	case r < 0x7F:
		return r
	case r >= 0x4E00 && r <= 0x9FFF:
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		if strings.ContainsRune("，：；！？（）", r) {
			return r
		}
		return r - 0xFF01 + '!'
	case r >= 0x2E80 && r <= 0x2FDF, r >= 0xF900 && r <= 0xFAFF,
		r >= 0xFB00 && r <= 0xFB06, r >= 0x2F800 && r <= 0x2FA1F:
		if norm.NFKC.PropertiesString(string(r)).Decomposition() == nil {
			return r
		}
		return expand
	case r == 0xFFE5:
		return '¥'
	case isInvisible(r):
		return drop
	case isBlank(r):
		return ' '
	}
	return r
}

// isBlank is true of the spaces that Chinese pages use for layout; line ends
// and tabs are not among them.
func isBlank(r rune) bool {
	return r == ' ' || r == 0xA0 || r == 0x3000 || r == 0x1680 ||
		r >= 0x2000 && r <= 0x200A || r == 0x202F || r == 0x205F
}

// isInvisible is true of characters without width: joiners, marks of writing
// direction, soft hyphen, byte order mark, variation selectors.
func isInvisible(r rune) bool {
	switch {
	case r < 0xAD:
		return r == 0x7F
	case r == 0xAD, r == 0x180E, r == 0xFEFF, r == 0x061C,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return true
	}
	return false
}

func isSpace(r rune) bool { return isBlank(r) || unicode.IsSpace(r) }

// Squeeze removes all white space and all invisible characters.
func Squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(r) || isInvisible(r) {
			return -1
		}
		return r
	}, s)
}

// Spaces makes one blank of every run of white space, line ends included, and
// none at both ends. Invisible characters go.
func Spaces(s string) string {
	s = strings.TrimFunc(s, isSpace)
	if isTidy(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	pending := false
	for _, r := range s {
		switch {
		case isInvisible(r):
		case isSpace(r):
			pending = b.Len() > 0
		default:
			if pending {
				b.WriteByte(' ')
				pending = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isTidy reports text that Spaces leaves alone. Nearly all of a page is ASCII and
// Han (three bytes from E4 to E9), which need no look at the character itself.
func isTidy(s string) bool {
	last := ' '
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' && last == ' ', c >= '\t' && c <= '\r', c == 0x7F:
			return false
		case c < utf8.RuneSelf:
			last = rune(c)
			i++
		case c >= 0xE4 && c <= 0xE9 && len(s)-i >= 3:
			last = 0x4E00
			i += 3
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if isInvisible(r) || isSpace(r) {
				return false
			}
			last = r
			i += n
		}
	}
	return s == "" || last != ' '
}
