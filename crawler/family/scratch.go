package family

import (
	"govwatch/internal/htmltree"
	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// Scratch is the memory in which a page is parsed and laid out when nothing of
// its tree outlives the reading of it: reading page after page then costs hardly
// an allocation. The zero value is ready. It serves one goroutine at a time.
type Scratch struct {
	tree htmltree.Arena
	// walk is the walker that has the buffers at the moment, nil when none has.
	walk  *walker
	buf   []byte
	lines []Line
	elems []elem
}

// Page is NewPage in this memory: the page, its tree and its Layout hold until
// Reset. Their strings may be kept.
func (s *Scratch) Page(rawURL, contentType string, body []byte) Page {
	text, _, _ := textzh.Decode(body, contentType)
	return pageOf(rawURL, text, s)
}

// keptLines bounds what is kept for the next page, so that one giant page does
// not hold its memory for good.
const keptLines = 1 << 14

// Reset takes back the memory of all pages made since the last Reset.
func (s *Scratch) Reset() {
	s.tree.Reset()
	if w := s.walk; w != nil && cap(w.lines) <= keptLines && cap(w.elems) <= keptLines && cap(w.buf) <= 64*keptLines {
		clear(w.lines[:cap(w.lines)])
		clear(w.elems[:cap(w.elems)])
		s.buf, s.lines, s.elems = w.buf[:0], w.lines[:0], w.elems[:0]
	}
	s.walk = nil
}

// parse builds a tree that lives as long as the page.
func (s *Scratch) parse(text string) (*html.Node, error) {
	if s == nil {
		return htmltree.Parse(text)
	}
	return s.tree.Parse(text)
}

// lend gives a walker its buffers; only the first one of a page gets those that are kept.
func (s *Scratch) lend(w *walker) {
	if s != nil && s.walk == nil && s.buf != nil {
		w.buf, w.lines, w.elems = s.buf, s.lines, s.elems
		s.buf, s.lines, s.elems = nil, nil, nil
	} else {
		w.buf = make([]byte, 0, 12<<10)
		w.lines = make([]Line, 0, 256)
		w.elems = make([]elem, 0, 256)
	}
	if s != nil && s.walk == nil {
		s.walk = w
	}
}
