package family

import (
	"sync"

	"govwatch/internal/htmltree"
	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// Scratch is the memory in which a page is parsed and laid out when nothing of
// its tree outlives the reading of it: reading page after page then costs hardly
// an allocation. Borrow gives one; it serves one goroutine at a time.
type Scratch struct {
	tree htmltree.Arena
	// walk is the walker that has the buffers at the moment, nil when none has.
	walk  *walker
	buf   []byte
	lines []Line
	elems []elem
}

// scratches are those that no page uses at the moment.
var scratches sync.Pool

// Borrow returns memory that an earlier page has left, or new. Whoever borrows
// calls Return when the page is read, and not after a panic in reading it.
func Borrow() *Scratch {
	if s, ok := scratches.Get().(*Scratch); ok {
		return s
	}
	return new(Scratch)
}

// Return takes back the memory of all pages made in it and leaves it to others.
func (s *Scratch) Return() {
	s.reset()
	scratches.Put(s)
}

// Page is NewPage in this memory: the page, its tree and its Layout hold until
// Return. Their strings may be kept.
func (s *Scratch) Page(rawURL, contentType string, body []byte) Page {
	text, _, _ := textzh.Decode(body, contentType)
	return pageOf(rawURL, text, s)
}

// PageOf is Page for a body that was decoded before.
func (s *Scratch) PageOf(rawURL, text string) Page { return pageOf(rawURL, text, s) }

// keptLines bounds what is kept for the next page, so that one giant page does
// not hold its memory for good.
const keptLines = 1 << 14

func (s *Scratch) reset() {
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
