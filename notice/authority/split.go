package authority

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// markLocal is the value, in the trie of starts, of 省, 市 or 自治区 followed by a known department.
const markLocal = 1 << 20

// buildStarts enters every name at which a new body can begin.
func (b *Book) buildStarts() {
	b.starts = newTrie()
	for name, i := range b.byBody {
		b.starts.add(name, i)
	}
	for dept := range b.depts {
		for _, own := range []string{"省", "市", "自治区"} {
			if own+dept != "市场监督管理局" {
				b.starts.add(own+dept, markLocal)
			}
		}
	}
}

// Shape reports that a name can be a body's: it ends in an issuer suffix
// (委员会, 局, 厅, 人民政府 …), is neither too short nor a sentence, and holds no
// word of a title (关于, 印发).
func (b *Book) Shape(name string) bool {
	s := squeeze(name)
	if n := utf8.RuneCountInString(s); n < 3 || n > 45 || strings.ContainsAny(s, "，。；：《》？！“”,;:0123456789") {
		return false
	}
	for _, w := range []string{"关于", "印发", "的通知", "转发", "各省", "各市", "各区", "各县", "各有关"} {
		if strings.Contains(s, w) {
			return false
		}
	}
	return b.endsBody(s) || b.innerOffice(s)
}

// innerOffice reports a department (司) or office of a central body: 国家能源局综合司.
func (b *Book) innerOffice(s string) bool {
	if !strings.HasSuffix(s, "司") && !strings.HasSuffix(s, "秘书局") {
		return false
	}
	_, known := b.central(s, notice.Date{})
	return known
}

func (b *Book) endsBody(s string) bool {
	for _, w := range b.names.NotBodies {
		if strings.HasSuffix(s, w) {
			_, known := b.byBody[s]
			return known
		}
	}
	if v, n := b.starts.longest(s); n == len(s) && v >= 0 {
		return true
	}
	for _, suffix := range b.names.Suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}

// startsBody reports that a new body's name begins here.
func (b *Book) startsBody(s string) bool {
	if v, n := b.starts.longest(s); n > 0 && v >= 0 && !b.generic[s[:n]] {
		return true
	}
	v, n := b.places.longest(s)
	if n == 0 || v < 0 {
		return strings.HasPrefix(s, "中共") || strings.HasPrefix(s, republic)
	}
	// A place begins a body only when a department or an issuer suffix follows soon.
	return b.deptAhead(s[n:])
}

// deptAhead reports a known department at the start of s, or an issuer suffix within a few words.
func (b *Book) deptAhead(s string) bool {
	end := 0
	for i, r := range s {
		if isSeparator(r) || r == utf8.RuneError || i > 60 {
			break
		}
		end = i + utf8.RuneLen(r)
		if i >= 3 && b.endsBody(s[:end]) {
			return true
		}
		if _, ok := b.depts[s[:end]]; ok {
			return true
		}
	}
	return end > 0 && (s[:end] == "委" || strings.HasPrefix(s, "委办公"))
}

func isSeparator(r rune) bool {
	switch r {
	case '、', '，', ',', '；', ';', '\n', '\t', ' ', '\u3000', '\u00a0', '\u2002', '\u2003', '\u2009':
		return true
	}
	return false
}

// Split cuts a run of issuers, as titles and signature blocks print them with
// spaces, 、 or nothing between, into single names as printed. A space inside a
// name (a wrapped line) is removed: a cut needs a body's end on its left and
// something that can be a body on its right.
func (b *Book) Split(text string) []string {
	var parts []string
	for _, f := range strings.FieldsFunc(text, isSeparator) {
		f = strings.Trim(squeeze(f), "（）()：:。")
		if f == "" {
			continue
		}
		if n := len(parts); n > 0 && !b.endsBody(parts[n-1]) {
			parts[n-1] += f
			continue
		}
		if n := len(parts); n > 0 && utf8.RuneCountInString(f) <= 2 && !b.endsBody(f) {
			parts[n-1] += f
			continue
		}
		parts = append(parts, f)
	}
	var out []string
	for _, p := range parts {
		out = append(out, b.cut(p)...)
	}
	return out
}

// cut separates names that stand with nothing between them.
func (b *Book) cut(s string) []string {
	var out []string
	start := 0
	for i := range s {
		if i-start < 6 || !b.startsBody(s[i:]) || !b.endsBody(s[start:i]) {
			continue
		}
		if b.continues(s[start:i], s[i:]) {
			continue
		}
		out = append(out, s[start:i])
		start = i
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// continues reports that left and right are one name although both look whole:
// a branch (国家税务总局|山东省税务局) or a longer known body (国务院|国资委).
func (b *Book) continues(left, right string) bool {
	if v, n := b.starts.longest(left + right); n > len(left) && v >= 0 && v < len(b.bodies) {
		return true
	}
	v, n := b.starts.longest(left)
	if n != len(left) || v < 0 || v >= len(b.bodies) || !b.branchOf[b.bodies[v].Name] {
		return false
	}
	_, size := b.seat(right)
	if size == 0 {
		return false
	}
	tail := right[size:]
	for _, suffix := range b.names.Branches.Suffixes {
		if suffix != "局" && strings.HasPrefix(tail, suffix) {
			return true
		}
	}
	return false
}
