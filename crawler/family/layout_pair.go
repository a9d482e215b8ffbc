package family

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// shaper finds the parts of a page among the lines of a walk.
type shaper struct {
	*walker
	text  string
	sum   []int // sum[i] is the weight of the lines before i
	top   int   // lines before it weigh nothing
	pairs []Pair
	// tabled marks the lines around the facts of a head table.
	tabled []bool
	title  []string // squeezed forms of the title, for finding repeats
}

func (s *shaper) lineText(i int) string { return s.text[s.lines[i].Start:s.lines[i].End] }

// readPairs reads the labelled facts of lines [from, to).
func (s *shaper) readPairs(from, to int) {
	for i := from; i < to; i++ {
		ln := &s.lines[i]
		if ln.End-ln.Start > 900 || ln.End == ln.Start || ln.flags&hintPair != 0 {
			continue
		}
		n := len(s.pairs)
		s.colonPairs(i)
		if c := s.text[ln.Start]; (c == '[' || c == 0xE3) && len(s.pairs) == n || len(s.pairs) > n && strings.Contains(s.lineText(i), "来源】") {
			s.bracketPairs(i)
		}
		if len(s.pairs) == n {
			s.barePair(i)
		}
		if len(s.pairs) > n && s.pairs[n].Start >= 0 {
			ln.flags |= hintPair
		}
	}
}

// colonPairs reads "label：value label：value" on line i.
func (s *shaper) colonPairs(i int) {
	t, base := s.lineText(i), s.lines[i].Start
	from, open, count := 0, -1, len(s.pairs)
	for p := 0; p < len(t); {
		c, size := nextColon(t, p)
		if c < 0 {
			break
		}
		p = c + size
		key, raw, start := labelBefore(t[from:c])
		if key == "" || !s.labelStart(t, from+start, open >= 0, key) {
			continue
		}
		if open >= 0 {
			s.endPair(open, base, t, from+start)
		}
		s.pairs = append(s.pairs, Pair{Label: key, RawLabel: raw, Line: i, Start: base + p, End: base + p})
		open, from = len(s.pairs)-1, p
	}
	if open < 0 {
		return
	}
	s.endPair(open, base, t, len(t))
	if last := &s.pairs[open]; last.Value == "" && len(s.pairs)-count == 1 && last.End == s.lines[i].End {
		s.valueAfter(last, i)
	}
}

// endPair sets the value of an open pair to the text up to end of the line's text t.
func (s *shaper) endPair(k, base int, t string, end int) {
	p := &s.pairs[k]
	lo, hi := trimRange(t, p.Start-base, end)
	p.Start, p.End = base+lo, base+hi
	if v := t[lo:hi]; !noValue(v) {
		p.Value = v
	}
}

// labelStart says whether a label may begin at byte at of t: at the start of the
// line, after a blank or sign, or straight after the value of another label.
func (s *shaper) labelStart(t string, at int, after bool, key string) bool {
	for at > 0 && (t[at-1] == ' ' || t[at-1] == '*') {
		return true
	}
	if at == 0 {
		return true
	}
	if t[at-1] < 0x80 {
		return true
	}
	if at >= 3 {
		switch t[at-3 : at] {
		case "【", "】", "（", "）", "｜", "·", "：", "。", "；", "　", "〔", "◆", "■", "●", "号", "日":
			return true
		}
		if t[at-2:at] == "·" {
			return true
		}
	}
	return after && key != "other"
}

// barePair reads a cell or term that is a label without a colon, or a line that
// begins with a label and a blank.
func (s *shaper) barePair(i int) {
	ln := &s.lines[i]
	t := s.lineText(i)
	if len(t) > 60 && ln.Cell == 0 {
		return
	}
	node := ln.Node
	if node != nil && (ln.Cell != 0 || node.DataAtom == atom.Dt) && len(t) <= 3*maxLabel+6 {
		raw := squeezeLabel(t)
		key, ok := labelKeys[raw]
		if ok && key != "noise" && key != "nav" && len(raw) >= 6 {
			s.pairs = append(s.pairs, Pair{Label: key, RawLabel: raw, Line: i, Start: ln.End, End: ln.End})
			s.valueAfter(&s.pairs[len(s.pairs)-1], i)
		}
		return
	}
	if e := int(ln.Edge); e > 0 && e < len(t) {
		raw := squeezeLabel(t[:e])
		if key, ok := labelKeys[raw]; ok && key != "noise" && key != "nav" {
			s.openPair(i, key, raw, e)
			return
		}
	}
	sp := strings.IndexByte(t, ' ')
	if sp < 9 || sp > 3*maxLabel {
		return
	}
	if key, ok := labelKeys[t[:sp]]; ok && (key == "number" || key == "index_no" || strings.HasPrefix(key, "date_") || key == "issuer") {
		s.openPair(i, key, t[:sp], sp)
	}
}

// openPair adds a pair whose value is the rest of line i from byte at.
func (s *shaper) openPair(i int, key, raw string, at int) {
	ln := &s.lines[i]
	s.pairs = append(s.pairs, Pair{Label: key, RawLabel: raw, Line: i, Start: ln.Start + at, End: ln.End})
	s.endPair(len(s.pairs)-1, ln.Start, s.lineText(i), ln.End-ln.Start)
}

// bracketPairs reads "[发文字号] 某政发〔2024〕6号 [发布日期] 2024-03-05".
func (s *shaper) bracketPairs(i int) {
	t, base, open := s.lineText(i), s.lines[i].Start, -1
	for p := 0; p < len(t); {
		a := strings.IndexAny(t[p:], "[【")
		if a < 0 {
			break
		}
		a += p
		b := strings.IndexAny(t[a:], "]】")
		if b < 0 {
			break
		}
		b += a
		end := b + 1
		if t[b] != ']' {
			end = b + len("】")
		}
		p = end
		raw := squeezeLabel(t[a:end])
		key, ok := labelKeys[raw]
		if !ok || key == "noise" || key == "nav" || open < 0 && a > 0 && key != "source" {
			continue
		}
		if open >= 0 {
			s.endPair(open, base, t, a)
		}
		s.pairs = append(s.pairs, Pair{Label: key, RawLabel: raw, Line: i, Start: base + end, End: base + end})
		open = len(s.pairs) - 1
	}
	if open >= 0 {
		s.endPair(open, base, t, len(t))
	}
}

// nextColon finds the next colon of either width at or after byte p.
func nextColon(t string, p int) (at, size int) {
	a := strings.IndexByte(t[p:], ':')
	b := strings.Index(t[p:], "：")
	switch {
	case a < 0 && b < 0:
		return -1, 0
	case b < 0 || a >= 0 && a < b:
		return p + a, 1
	}
	return p + b, len("：")
}

// trimRange narrows [lo, hi) of t by blanks and by brackets left open or closed.
func trimRange(t string, lo, hi int) (from, to int) {
	for lo < hi && (t[lo] == ' ' || t[lo] == '\n') {
		lo++
	}
	for lo < hi {
		switch {
		case t[hi-1] == ' ' || t[hi-1] == '|' || t[hi-1] == '[' || t[hi-1] == '(':
			hi--
		case hi-lo >= 3 && (t[hi-3:hi] == "【" || t[hi-3:hi] == "｜" || t[hi-3:hi] == "（"):
			hi -= 3
		default:
			return lo, hi
		}
	}
	return lo, hi
}
