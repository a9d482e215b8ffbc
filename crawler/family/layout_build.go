package family

import "strings"

// layout shapes the walked lines.
func (w *walker) layout(p Page) Layout {
	s := &shaper{walker: w, text: string(w.buf)}
	s.weighAll()
	l := Layout{Text: s.text, Metas: w.metas, DocTitle: w.docTitle, Hidden: w.hidden, Truncated: w.truncated}
	at := s.article()
	if at >= 0 {
		l.Body = s.elems[at].node
		l.From, l.To = int(s.elems[at].lo), int(s.elems[at].hi)
	}
	l.To += s.tail(l.To, len(s.lines))
	head := min(l.From+14, l.To)
	s.readPairs(0, head)
	s.readPairs(max(head, l.To-6), len(s.lines))
	s.lateHead(head, l.To)
	s.groupPairs()
	l.HeadTable = s.pairs
	l.Titles = s.titles(&l)
	s.knowTitles(&l)
	s.shapeTitle(&l)
	s.trim(&l)
	kept := l.Titles[:0]
	for _, t := range l.Titles {
		if t.Line < l.From+3 || at < 0 {
			kept = append(kept, t)
		}
	}
	l.Titles = kept
	s.bodyTitle(&l)
	s.placeTitle(&l)
	s.headStart(&l)
	l.Attachments = s.attachments(p, &l)
	s.trimFiles(&l)
	l.Lines = s.lines
	l.Furniture = s.furniture()
	l.BodyURL = s.embedded(p, &l)
	return l
}

// headStart moves Head up to a title that stands close before the article's element.
func (s *shaper) headStart(l *Layout) {
	if l.Body == nil {
		return
	}
	at := -1
	for _, t := range l.Titles {
		if t.Line < l.Head && l.Head-t.Line <= 20 && t.Line > at {
			at = t.Line
		}
	}
	if at >= 0 {
		l.Head = at
	}
}

// lateHead reads a head table that stands behind the article but in the same
// element: it opens with an index number (索引号).
func (s *shaper) lateHead(from, to int) {
	for i := from; i < to; i++ {
		if ln := &s.lines[i]; ln.End-ln.Start > 40 || ln.flags&hintPair != 0 || !strings.Contains(s.lineText(i), "索") || !s.isLabel(i) {
			continue
		}
		s.readPairs(max(from, i-4), min(to, i+36))
		return
	}
}

// tablePair says that line i is a label or value of a head table inside the article's range.
func (s *shaper) tablePair(i int) bool {
	return s.lines[i].flags&hintPair != 0 && s.lines[i].Cell != 0 && s.tabled != nil && s.tabled[i]
}

// groupPairs marks pairs that stand in a group of three or more: a head table.
func (s *shaper) groupPairs() {
	for i := range s.pairs {
		n := 0
		for j := max(0, i-4); j < len(s.pairs) && j < i+5; j++ {
			d := s.pairs[j].Line - s.pairs[i].Line
			if d >= -8 && d <= 8 && s.pairs[j].Label != "noise" && s.pairs[j].Label != "nav" {
				n++
			}
		}
		s.pairs[i].Table = n >= 4
		if n < 4 || s.pairs[i].Label == "noise" {
			continue
		}
		if s.tabled == nil {
			s.tabled = make([]bool, len(s.lines))
		}
		for k := max(0, s.pairs[i].Line-2); k < len(s.lines) && k <= s.pairs[i].Line+2; k++ {
			s.tabled[k] = true
		}
	}
}

// titles collects the candidates for the printed title before and at the start
// of the article.
func (s *shaper) titles(l *Layout) []Title {
	var out []Title
	limit := min(l.From+40, l.To)
	if l.Body == nil {
		limit = len(s.lines)
	}
	for _, m := range s.marks {
		if m.hint&(hintTitle|hintHead) == 0 || m.line > limit || m.line < len(s.lines) && s.lines[m.line].flags&hintFoot != 0 {
			continue
		}
		t := s.titleText(m.lo, m.hi)
		if len(t) < 6 || len(t) > 900 {
			continue
		}
		from := "marker"
		if m.hint&hintHead != 0 {
			from = m.node.Data
		}
		out = append(out, Title{t, from, m.line})
	}
	return out
}

// titleText returns text between two bytes with its line ends.
func (s *shaper) titleText(lo, hi int) string {
	hi = min(hi, len(s.text))
	if lo >= hi {
		return ""
	}
	return strings.Trim(s.text[lo:hi], " \n")
}

// rangeText returns text between two bytes, line ends as single blanks.
func (s *shaper) rangeText(lo, hi int) string {
	hi = min(hi, len(s.text))
	if lo >= hi {
		return ""
	}
	t := strings.Trim(s.text[lo:hi], " \n")
	if strings.IndexByte(t, '\n') >= 0 {
		t = strings.Join(strings.FieldsFunc(t, func(r rune) bool { return r == '\n' }), " ")
	}
	return t
}

// bodyTitle adds the centred first lines of an article that prints its title inside.
func (s *shaper) bodyTitle(l *Layout) {
	var parts []string
	first := -1
	for i := l.Head; i < l.To && i < l.Head+14 && len(parts) < 6; i++ {
		t := s.lineText(i)
		if t == "" || s.lines[i].flags&(hintPair|hintData) != 0 {
			continue
		}
		if s.lines[i].Align != 'c' || numberLine(t) || dateLine(t) || len(t) > 240 || s.lines[i].Punct > 1 {
			if len(parts) > 0 || s.lines[i].Align != 'c' {
				break
			}
			continue
		}
		if first < 0 {
			first = i
		}
		parts = append(parts, t)
	}
	if len(parts) > 0 {
		l.Titles = append(l.Titles, Title{strings.Join(parts, "\n"), "body", first})
	}
}
