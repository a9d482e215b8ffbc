package family

import "strings"

// text appends the text of a node. Runs of blanks become one space, or two when
// the page prints a wide gap; a line end of the source between two Han
// characters is no blank at all. Invisible characters are dropped.
func (w *walker) text(s string) {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c > ' ' && c < 0x80 || c >= 0xE4 && c <= 0xE9:
			j := plainRun(s, i)
			w.gap(c >= 0x80)
			w.put(s[i:j])
			i = j
		case c <= ' ':
			j := i + 1
			line := c == '\n' || c == '\r'
			for j < len(s) && s[j] <= ' ' {
				line = line || s[j] == '\n' || s[j] == '\r'
				j++
			}
			w.blank(j-i, line)
			i = j
		default:
			n, kind := runeKind(s[i:])
			switch kind {
			case kindBlank:
				w.blank(n/2, false) // U+3000 counts as wide as it looks
			case kindNothing:
			case kindStop:
				w.gap(true)
				w.punct++
				w.put(s[i : i+n])
			default:
				w.gap(true)
				w.put(s[i : i+n])
			}
			i += n
		}
	}
}

// plainRun returns the end of the run of ASCII signs and common Han characters
// (three bytes from E4 to E9) that starts at byte i.
func plainRun(s string, i int) int {
	for i < len(s) {
		switch c := s[i]; {
		case c > ' ' && c < 0x80:
			i++
		case c >= 0xE4 && c <= 0xE9:
			i = min(i+3, len(s))
		default:
			return i
		}
	}
	return i
}

func (w *walker) put(s string) {
	w.buf = append(w.buf, s...)
	if w.linkDepth > 0 {
		w.linkBytes += int32(len(s))
	}
}

const (
	kindOther = iota
	kindBlank
	kindNothing
	kindStop
)

// runeKind returns the length of the character at the start of s, which is not
// ASCII, and what it is to the layout.
func runeKind(s string) (n, kind int) {
	c := s[0]
	if c < 0xE0 {
		if len(s) < 2 {
			return 1, kindNothing
		}
		if c == 0xC2 && s[1] == 0xA0 {
			return 2, kindBlank
		}
		if c == 0xC2 && s[1] == 0xAD {
			return 2, kindNothing
		}
		return 2, kindOther
	}
	if len(s) < 3 {
		return len(s), kindNothing
	}
	if c >= 0xF0 {
		if len(s) < 4 {
			return len(s), kindNothing
		}
		return 4, kindOther
	}
	switch s[:3] {
	case "\u3000", "\u2002", "\u2003", "\u2009", "\u202f", "\u3164":
		return 3, kindBlank
	case "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\ufeff", "\u2028", "\u2029", "\u2060", "\u202a", "\u202c":
		return 3, kindNothing
	case "。", "，", "；":
		return 3, kindStop
	}
	return 3, kindOther
}

// pending blanks: a plain one, a wide one, or a line end of the source.
const (
	spacePlain = 1
	spaceWide  = 2
	spaceLine  = 3
)

// blank notes white space; it is written when more text follows on the line.
func (w *walker) blank(n int, line bool) {
	switch {
	case len(w.buf) == w.open:
	case w.space == spaceWide:
	case line && w.space == 0:
		w.space = spaceLine
	case line:
	case n > 1 || w.space == spacePlain:
		w.space = spaceWide
	default:
		w.space = spacePlain
	}
}

// gap writes the pending blank. wide says that the next character is not ASCII.
func (w *walker) gap(wide bool) {
	if w.space == 0 {
		return
	}
	switch w.space {
	case spaceWide:
		w.put("  ")
	case spaceLine:
		if !wide || w.buf[len(w.buf)-1] < 0x80 {
			w.put(" ")
		}
	default:
		w.put(" ")
	}
	w.space = 0
}

// weigh is how much a line speaks for being part of the article: its text that
// is no link, halved without a sentence sign.
func (l *Line) weigh() int {
	n := l.End - l.Start - int(l.Link)
	if int(l.Link)*10 > (l.End-l.Start)*6 || l.flags&hintFoot != 0 {
		return 0
	}
	if l.Punct == 0 {
		n /= 2
	}
	return n
}

// squeezeEnds trims blanks of every kind and joins lines: a line end is a blank
// only beside ASCII.
func squeezeEnds(s string) string {
	s = strings.Trim(s, " \t\r\n\u00a0\u3000\ufeff\u200b")
	if !strings.ContainsAny(s, "\r\n\t") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if c := s[i]; c > ' ' {
			b.WriteByte(c)
			i++
			continue
		}
		j, line := i, false
		for j < len(s) && s[j] <= ' ' {
			line = line || s[j] != ' '
			j++
		}
		if !line || s[i-1] < 0x80 || j < len(s) && s[j] < 0x80 {
			b.WriteByte(' ')
		}
		i = j
	}
	return b.String()
}
