package family

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// weighAll marks dead lines and sums the weights of the others.
func (s *shaper) weighAll() {
	for i := range s.lines {
		if ln := &s.lines[i]; ln.End-ln.Start < 420 && ln.Punct <= 2 && footText(s.text[ln.Start:ln.End]) {
			ln.flags |= hintFoot
		}
	}
	s.addUp()
	if a := s.anchor(); a > 0 && (s.sum[len(s.lines)]-s.sum[a])*10 >= s.sum[len(s.lines)]*2 && s.sum[len(s.lines)]-s.sum[a] > poorWeight/2 {
		// Nothing before the title belongs to the article.
		s.top = a
		s.addUp()
	}
	total := s.sum[len(s.lines)]
	for k := range s.elems {
		e := &s.elems[k]
		h := e.hint & (hintFoot | hintNav | hintNoise)
		if h == 0 || e.hint&hintBody != 0 || e.lo >= e.hi {
			continue
		}
		w := s.sum[e.hi] - s.sum[e.lo]
		size, link, punct := s.size(int(e.lo), int(e.hi))
		if w*4 < total && (size < 600 || link*2 > size || punct*150 < size) && punct < 6 || h&hintFoot != 0 && w*8 < total {
			for i := e.lo; i < e.hi; i++ {
				s.lines[i].flags |= hintFoot
			}
		}
	}
	s.addUp()
}

func (s *shaper) addUp() {
	if s.sum == nil {
		s.sum = make([]int, len(s.lines)+1)
	}
	for i := range s.lines {
		s.sum[i+1] = s.sum[i]
		if i >= s.top {
			s.sum[i+1] += s.lines[i].weigh()
		}
	}
}

func (s *shaper) size(lo, hi int) (size, link, punct int) {
	for i := lo; i < hi; i++ {
		size += s.lines[i].End - s.lines[i].Start
		link += int(s.lines[i].Link)
		punct += int(s.lines[i].Punct)
	}
	return size, link, punct
}

// article chooses the element that holds the article: down from the root as long
// as one child holds most of the weight, or the element that a CMS names so.
func (s *shaper) article() int {
	if len(s.elems) == 0 {
		return -1
	}
	best := make([]int32, len(s.elems))
	weight := func(k int) int { return s.sum[s.elems[k].hi] - s.sum[s.elems[k].lo] }
	top, named := -1, -1
	for k := len(s.elems) - 1; k >= 0; k-- {
		e := &s.elems[k]
		if e.parent >= 0 && container(e.node.DataAtom) {
			if b := best[e.parent]; b == 0 || weight(k) >= weight(int(b)) {
				best[e.parent] = int32(k)
			}
		}
		if e.parent < 0 && (top < 0 || weight(k) >= weight(top)) {
			top = k
		}
		if e.hint&hintBody != 0 && (named < 0 || weight(k)*9 > weight(named)*10) {
			named = k
		}
	}
	at := top
	for at >= 0 {
		c := int(best[at])
		if c == 0 || weight(at) == 0 || weight(c)*100 < 72*weight(at) || s.isData(c) || s.tail(int(s.elems[c].hi), int(s.elems[at].hi)) > 0 ||
			s.lead(int(s.elems[at].lo), int(s.elems[c].lo)) {
			break
		}
		at = c
	}
	if named >= 0 && at >= 0 && (weight(named)*2 >= weight(at) || weight(named) >= 150 && s.mixed(at)) {
		return named
	}
	if at >= 0 && s.linkFarm(at) {
		return -1
	}
	return at
}

// mixed says that element k holds furniture beside whatever else it holds.
func (s *shaper) mixed(k int) bool {
	for i := s.elems[k].lo; i < s.elems[k].hi; i++ {
		if s.lines[i].flags&hintFoot != 0 {
			return true
		}
	}
	return false
}

// linkFarm says that element k is a page's frame without an article.
func (s *shaper) linkFarm(k int) bool {
	size, link, punct := s.size(int(s.elems[k].lo), int(s.elems[k].hi))
	return punct < 4 && link*3 > size
}

// anchor finds the line that prints the title, by what the meta elements and the
// title element say it is; -1 when they say nothing or it stands nowhere.
func (s *shaper) anchor() int {
	meta, doc := squeeze(s.metas["articletitle"]), squeeze(s.docTitle)
	for i := range s.lines {
		ln := &s.lines[i]
		if n := ln.End - ln.Start; n < 15 || n > 600 || int(ln.Link)*2 > n || ln.flags&hintFoot != 0 {
			continue
		}
		if len(meta) < 15 && len(doc) < 15 {
			return -1
		}
		t := squeeze(s.lineText(i))
		if len(meta) >= 15 && (t == meta || len(t) > 30 && strings.HasPrefix(meta, t)) ||
			len(t) >= 24 && strings.HasPrefix(doc, t) {
			return i
		}
	}
	return -1
}

// isData says that element k is (part of) a table of data.
func (s *shaper) isData(k int) bool {
	e := &s.elems[k]
	switch e.node.DataAtom {
	case atom.Table, atom.Tbody, atom.Tr, atom.Td, atom.Thead:
		// A page laid out in tables may open with a row of links that looks like data.
		return e.lo < e.hi && s.lines[e.lo].flags&hintData != 0 && s.lines[(e.lo+e.hi)/2].flags&hintData != 0
	}
	return false
}

func container(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dt, atom.Caption, atom.Pre, atom.Head:
		return false
	}
	return true
}

// tail returns how many of the lines from lo, at most up to hi, still belong to
// an article that ends before lo: signature, date, attachments, closing note.
func (s *shaper) tail(lo, hi int) int {
	n := 0
	for i := lo; i < hi && i < lo+14; i++ {
		ln := &s.lines[i]
		if ln.flags&(hintFoot|hintNoise) != 0 || s.isNoise(i) {
			break
		}
		t := s.lineText(i)
		switch {
		case len(t) > 240:
			return n
		case dateLine(t), strings.HasPrefix(t, "附件"), strings.HasPrefix(t, "（此件"), strings.HasPrefix(t, "(此件"),
			ln.Align == 'r' && ln.Link == 0 && len(t) < 150:
			n = i + 1 - lo
		}
	}
	return n
}

// lead says that the lines [lo, hi) end with an address (主送机关) or a sentence,
// so that what follows is only the rest of the article.
func (s *shaper) lead(lo, hi int) bool {
	for i := hi - 1; i >= lo && i >= hi-2; i-- {
		ln := &s.lines[i]
		t := s.lineText(i)
		if ln.flags&(hintFoot|hintPair) != 0 || t == "" || s.isLabel(i) {
			return false
		}
		if salutation(t) {
			return true
		}
	}
	return false
}
