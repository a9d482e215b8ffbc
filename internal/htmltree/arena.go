package htmltree

import "golang.org/x/net/html"

// Slabs hold this many nodes or attributes: under the 32 KiB from which Go
// allocates one by one. An arena keeps so many of them for the next page; a page
// of usual size needs five.
const (
	nodeSlab  = 128
	attrSlab  = 128
	keptSlabs = 64
)

// Arena lends the nodes of trees that live for a short time only, so that page
// after page is parsed in the same memory. The zero value is ready. It serves one
// goroutine at a time.
type Arena struct {
	nodes slabs[html.Node]
	attrs slabs[html.Attribute]
}

// slabs lends parts of memory that is allocated piece by piece.
type slabs[T any] struct {
	all [][]T
	// used of them are lent; rest is what is left of the last one.
	used int
	rest []T
}

// take lends n values that follow each other, zeroed; size is that of new slabs.
func (s *slabs[T]) take(n, size int) []T {
	if len(s.rest) < n {
		if s.used == len(s.all) {
			s.all = append(s.all, make([]T, size))
		}
		s.rest = s.all[s.used]
		s.used++
	}
	out := s.rest[:n:n]
	s.rest = s.rest[n:]
	return out
}

// reset takes all values back.
func (s *slabs[T]) reset() {
	for _, x := range s.all[:s.used] {
		clear(x)
	}
	if len(s.all) > keptSlabs {
		clear(s.all[keptSlabs:])
		s.all = s.all[:keptSlabs]
	}
	s.used, s.rest = 0, nil
}

func (a *Arena) node() *html.Node { return &a.nodes.take(1, nodeSlab)[0] }

// keep copies the attributes of a tag; there are at most maxAttrs.
func (a *Arena) keep(attrs []html.Attribute) []html.Attribute {
	out := a.attrs.take(len(attrs), attrSlab)
	copy(out, attrs)
	return out
}

// Reset takes back all that was lent since the last Reset: the trees parsed in
// between must not be used any more, nor do they keep their texts alive.
func (a *Arena) Reset() {
	a.nodes.reset()
	a.attrs.reset()
}
