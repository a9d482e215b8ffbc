package family

import "strings"

// shapeTitle adds a candidate for pages that mark their title by nothing but its
// place and words: lines before the first paragraph that read like 某厅关于…的通知.
func (s *shaper) shapeTitle(l *Layout) {
	if l.Body == nil {
		return
	}
	p := s.firstPara(l.From, l.To)
	lo := max(0, l.From-25)
	for i := p - 1; i >= lo; i-- {
		t := s.lineText(i)
		if !s.titleLine(i, t) {
			continue
		}
		first, last := i, i
		if s.lines[i].Align == 'c' {
			for first > lo && s.wrapped(first-1) {
				first--
			}
		}
		if first < i {
			// The centred lines above belong to it.
		} else if strings.HasPrefix(t, "关于") || strings.HasPrefix(t, "印发") || strings.HasPrefix(t, "转发") {
			for first > lo && s.bodyName(first-1) {
				first--
			}
		} else if !strings.Contains(t, "关于") && first > lo && s.titleStart(first-1) {
			first--
		}
		out := s.titleText(s.lines[first].Start, s.lines[last].End)
		l.Titles = append(l.Titles, Title{out, "shape", first})
		s.title = append(s.title, squeeze(out))
		return
	}
}

// wrapped says that line i is centred and can be an earlier part of the title below it.
func (s *shaper) wrapped(i int) bool {
	ln := &s.lines[i]
	t := s.lineText(i)
	return ln.Align == 'c' && len(t) >= 6 && len(t) < 240 && ln.Punct <= 1 && ln.flags&(hintPair|hintFoot|hintData) == 0 && ln.Link == 0 &&
		!numberLine(t) && !dateLine(t) && (!endsTitle(t) || strings.Count(t, "《") > strings.Count(t, "》")) && !strings.HasPrefix(t, "（") && !s.isNoise(i) && !strings.HasSuffix(t, "令")
}

// titleLine says that a line reads like the (end of the) title of a document.
func (s *shaper) titleLine(i int, t string) bool {
	ln := &s.lines[i]
	if len(t) < 15 || len(t) > 330 || ln.flags&(hintPair|hintFoot|hintData) != 0 || s.isLink(i) || strings.Contains(t, "。") || numberLine(t) {
		return false
	}
	if c, _ := nextColon(t, 0); c >= 0 && c < 24 {
		return false
	}
	return endsTitle(t)
}

// titleStart says that a line can be the first half of a wrapped title.
func (s *shaper) titleStart(i int) bool {
	ln := &s.lines[i]
	t := s.lineText(i)
	return len(t) >= 12 && len(t) < 240 && ln.flags&(hintPair|hintFoot|hintData) == 0 && !s.isLink(i) && strings.Contains(t, "关于") && ln.Punct == 0 && !endsTitle(t)
}

// bodyName says that a line names bodies, as above a title that begins with 关于.
func (s *shaper) bodyName(i int) bool {
	ln := &s.lines[i]
	t := s.lineText(i)
	if len(t) < 9 || len(t) > 150 || ln.flags&(hintPair|hintFoot|hintData) != 0 || ln.Link > 0 || ln.Punct > 0 {
		return false
	}
	if strings.ContainsAny(t, "：:>》") {
		return false
	}
	for _, w := range [...]string{"局", "厅", "部", "委", "会", "府", "院", "办公室", "行", "署", "部门"} {
		if strings.HasSuffix(t, w) {
			return true
		}
	}
	return false
}

// placeTitle adds, when nothing else was found, the line that stands right above
// the line with date and source, or right above the article.
func (s *shaper) placeTitle(l *Layout) {
	if l.Body == nil || len(l.Titles) > 0 {
		return
	}
	for i := l.From - 1; i >= 0 && i >= l.From-12; i-- {
		ln := &s.lines[i]
		t := s.lineText(i)
		if t == "" || ln.flags&(hintPair|hintFoot|hintData) != 0 || s.isLink(i) || s.isNoise(i) || ln.Link > 0 || dateLine(t) || numberLine(t) {
			continue
		}
		if len(t) < 18 || !strings.ContainsFunc(t, func(r rune) bool { return r > 0x2E80 }) || strings.Contains(t, "A+") {
			continue // counters and buttons
		}
		if c, _ := nextColon(t, 0); c >= 0 && c < 24 || len(t) > 300 || strings.HasSuffix(t, "。") {
			return
		}
		l.Titles = append(l.Titles, Title{t, "place", i})
		return
	}
}
