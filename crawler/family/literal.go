package family

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is one value of a JSON answer or of an object literal in a script.
type value struct {
	kind   byte // 'o' object, 'a' array, 's' string, 'n' number, 'b' boolean, '0' null or a word
	text   string
	keys   []string
	fields map[string]*value
	items  []*value
	// parent is true of an XML element that holds others.
	parent bool
}

// maxValues and maxNesting bound the work on hostile answers.
const (
	maxValues  = 400000
	maxNesting = 60
)

// literalParser reads JSON and, because pages carry lists in scripts, object
// literals too: single quotes, bare keys, trailing commas, comments.
type literalParser struct {
	s    string
	i    int
	left int
}

// parseLiteral reads one value at the start of s and says how many bytes it took.
func parseLiteral(s string) (*value, int, bool) {
	p := &literalParser{s: s, left: maxValues}
	v, ok := p.value(0)
	return v, p.i, ok
}

func (p *literalParser) space() {
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.i++
		case strings.HasPrefix(p.s[p.i:], "\ufeff"):
			p.i += 3
		case strings.HasPrefix(p.s[p.i:], "//"):
			if j := strings.IndexByte(p.s[p.i:], '\n'); j >= 0 {
				p.i += j
			} else {
				p.i = len(p.s)
			}
		case strings.HasPrefix(p.s[p.i:], "/*"):
			j := strings.Index(p.s[p.i+2:], "*/")
			if j < 0 {
				p.i = len(p.s)
				return
			}
			p.i += j + 4
		default:
			return
		}
	}
}

func (p *literalParser) value(depth int) (*value, bool) {
	p.space()
	if p.left--; p.i >= len(p.s) || depth > maxNesting || p.left < 0 {
		return nil, false
	}
	switch c := p.s[p.i]; c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"', '\'', '`':
		t, ok := p.quoted(c)
		return &value{kind: 's', text: t}, ok
	}
	return p.word()
}

func (p *literalParser) object(depth int) (*value, bool) {
	v := &value{kind: 'o', fields: map[string]*value{}}
	for p.i++; ; {
		p.space()
		if p.i >= len(p.s) {
			return nil, false
		}
		if c := p.s[p.i]; c == '}' {
			p.i++
			return v, true
		} else if c == ',' {
			p.i++
			continue
		}
		key, ok := p.key()
		if p.space(); !ok || p.i >= len(p.s) || p.s[p.i] != ':' {
			return nil, false
		}
		p.i++
		f, ok := p.value(depth + 1)
		if !ok || !p.separator('}') {
			return nil, false
		}
		if _, double := v.fields[key]; !double {
			v.keys = append(v.keys, key)
		}
		v.fields[key] = f
	}
}

func (p *literalParser) array(depth int) (*value, bool) {
	v := &value{kind: 'a'}
	for p.i++; ; {
		p.space()
		if p.i >= len(p.s) {
			return nil, false
		}
		if c := p.s[p.i]; c == ']' {
			p.i++
			return v, true
		} else if c == ',' {
			p.i++
			continue
		}
		e, ok := p.value(depth + 1)
		if !ok || !p.separator(']') {
			return nil, false
		}
		v.items = append(v.items, e)
	}
}

// separator checks that a comma or the end follows, so that code is not taken
// for a literal.
func (p *literalParser) separator(end byte) bool {
	p.space()
	return p.i < len(p.s) && (p.s[p.i] == ',' || p.s[p.i] == end)
}

func (p *literalParser) key() (string, bool) {
	if c := p.s[p.i]; c == '"' || c == '\'' {
		return p.quoted(c)
	}
	start := p.i
	for p.i < len(p.s) && (wordByte(p.s[p.i]) || p.s[p.i] >= utf8.RuneSelf) {
		p.i++
	}
	return p.s[start:p.i], p.i > start
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c == '.' || c == '-' || c == '+'
}

func (p *literalParser) word() (*value, bool) {
	start := p.i
	for p.i < len(p.s) && wordByte(p.s[p.i]) {
		p.i++
	}
	w := p.s[start:p.i]
	switch w {
	case "":
		return nil, false
	case "true", "false":
		return &value{kind: 'b', text: w}, true
	}
	if _, err := strconv.ParseFloat(w, 64); err == nil {
		return &value{kind: 'n', text: w}, true
	}
	return &value{kind: '0'}, true
}

func (p *literalParser) quoted(q byte) (string, bool) {
	var b strings.Builder
	start := p.i + 1
	for p.i++; p.i < len(p.s); p.i++ {
		c := p.s[p.i]
		if c == q {
			b.WriteString(p.s[start:p.i])
			p.i++
			return b.String(), true
		}
		if c != '\\' {
			continue
		}
		b.WriteString(p.s[start:p.i])
		if p.i++; p.i >= len(p.s) {
			return "", false
		}
		p.escape(&b)
		start = p.i + 1
	}
	return "", false
}

func (p *literalParser) escape(b *strings.Builder) {
	switch c := p.s[p.i]; c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'b', 'f', '\n':
	case 'u', 'x':
		size := map[byte]int{'u': 4, 'x': 2}[c]
		if p.i+size >= len(p.s) {
			return
		}
		r, err := strconv.ParseUint(p.s[p.i+1:p.i+1+size], 16, 32)
		if err != nil {
			return
		}
		p.i += size
		if r >= 0xD800 && r < 0xDC00 && strings.HasPrefix(p.s[p.i+1:], `\u`) && p.i+7 <= len(p.s) {
			if low, err := strconv.ParseUint(p.s[p.i+3:min(p.i+7, len(p.s))], 16, 32); err == nil && low >= 0xDC00 && low < 0xE000 {
				r = (r-0xD800)<<10 + (low - 0xDC00) + 0x10000
				p.i += 6
			}
		}
		b.WriteRune(rune(r))
	default:
		b.WriteByte(c)
	}
}

// literalsIn finds the arrays and objects in a script that are worth reading.
func literalsIn(script string) []*value {
	var out []*value
	budget := maxValues
	for i := 0; i < len(script) && budget > 0; {
		j := strings.IndexAny(script[i:], "[{")
		if j < 0 {
			break
		}
		i += j
		p := &literalParser{s: script[i:], left: min(budget, maxValues)}
		v, ok := p.value(0)
		budget -= min(budget, maxValues) - p.left + 1
		if !ok || len(v.items) == 0 && len(v.keys) == 0 {
			i++
			continue
		}
		if v.kind == 'o' || len(v.items) > 0 && (v.items[0].kind == 'o' || v.items[0].kind == 's' && len(v.items[0].text) > 20 || v.items[0].kind == 'a') {
			out = append(out, v)
		}
		i += max(p.i, 1)
	}
	return out
}

// at walks keys down from v, nil when one is missing.
func (v *value) at(keys ...string) *value {
	for _, k := range keys {
		if v == nil || v.kind != 'o' {
			return nil
		}
		v = v.fields[k]
	}
	return v
}

// str is the text of a string or number, empty otherwise.
func (v *value) str() string {
	if v == nil || v.kind != 's' && v.kind != 'n' {
		return ""
	}
	return v.text
}
