package family

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// valueAfter takes the value of a label that ends line i from what stands beside
// it: the next cell of the row, the cell below in a head row, the term's definition.
func (s *shaper) valueAfter(p *Pair, i int) {
	j := i + 1
	ln := &s.lines[i]
	if j >= len(s.lines) || ln.Node == nil {
		return
	}
	nx := &s.lines[j]
	switch {
	case ln.Cell != 0 && nx.Row == ln.Row && ln.Row != 0:
		if nx.Cell == ln.Cell && s.isLabel(j) {
			return
		}
		if s.isLabel(j) {
			s.cellBelow(p, i)
			return
		}
	case ln.Cell != 0:
		s.cellBelow(p, i)
		return
	case ln.Node.DataAtom == atom.Dt && nx.Node != nil && nx.Node.DataAtom == atom.Dd:
	case ln.Node.DataAtom == atom.Div && nx.Node != nil && nx.Node.DataAtom == atom.Div && p.Label != "source" &&
		(nx.Node.Parent == ln.Node.Parent || nx.Node.Parent == ln.Node) && !s.isLabel(j):
	default:
		return
	}
	end := j
	for nx.Cell != 0 && end+1 < len(s.lines) && s.lines[end+1].Cell == nx.Cell && !s.isLabel(end+1) {
		end++
	}
	s.setValue(p, j, end)
}

// cellBelow reads tables whose first row holds the labels and whose second row the values.
func (s *shaper) cellBelow(p *Pair, i int) {
	row := s.lines[i].Row
	first, n := i, 0
	for first > 0 && s.lines[first-1].Row == row {
		first--
	}
	for k := first; k < len(s.lines) && s.lines[k].Row == row; k++ {
		if !s.isLabel(k) {
			return
		}
		n++
	}
	below := first + n
	if n < 2 || below+n > len(s.lines) || s.lines[below].Row != row+1 || s.lines[below+n-1].Row != row+1 {
		return
	}
	for k := below; k < below+n; k++ {
		if s.isLabel(k) {
			return
		}
	}
	s.setValue(p, below+i-first, below+i-first)
}

func (s *shaper) setValue(p *Pair, from, to int) {
	p.Line, p.Start, p.End = from, s.lines[from].Start, s.lines[to].End
	v := s.text[p.Start:p.End]
	if strings.IndexByte(v, '\n') >= 0 {
		v = strings.ReplaceAll(v, "\n", " ")
	}
	v = strings.Trim(v, " ")
	if s.text[p.Start:p.End] != "" && strings.HasPrefix(v, "：") {
		v = strings.TrimLeft(strings.TrimPrefix(v, "："), " ")
	}
	if !noValue(v) {
		p.Value = v
	}
	for k := from; k <= to; k++ {
		s.lines[k].flags |= hintPair
	}
}

// isLabel says that line i begins with a label or is nothing but one.
func (s *shaper) isLabel(i int) bool {
	t := s.lineText(i)
	if t == "" {
		return false
	}
	if c, _ := nextColon(t, 0); c > 0 && c <= 3*maxLabel+8 {
		key, _, start := labelBefore(t[:c])
		return key != "" && start == 0
	}
	if len(t) > 3*maxLabel+8 {
		return false
	}
	_, ok := labelKeys[squeezeLabel(t)]
	return ok
}
