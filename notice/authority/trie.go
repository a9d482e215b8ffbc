package authority

import "unicode/utf8"

// trie finds the longest of many names at a place of a text, rune by rune. It is
// built once and then read by any number of goroutines. It holds no pointers: the
// garbage collector would follow thousands of them in every cycle.
type trie struct {
	// first is indexed by rune below 0x10000: nearly every rune of a page starts
	// no name, and an array look-up is much cheaper than a map miss. Zero is none.
	first []int32
	nodes []node
}

// node is one rune of a name. Nodes with one beginning are chained by next.
type node struct {
	r           rune
	child, next int32
	// value is the index of the name that ends here plus one, 0 for none; a
	// negative one marks a word that is stepped over.
	value int32
}

func newTrie() *trie { return &trie{first: make([]int32, 0x10000), nodes: make([]node, 1, 1024)} }

// add stores a name; the first value stored for a name stays.
func (t *trie) add(name string, value int) {
	at := int32(0)
	for i, r := range name {
		if r >= 0x10000 {
			return
		}
		if i == 0 {
			if t.first[r] == 0 {
				t.first[r] = t.grow(node{r: r})
			}
			at = t.first[r]
			continue
		}
		to := t.step(at, r)
		if to == 0 {
			to = t.grow(node{r: r, next: t.nodes[at].child})
			t.nodes[at].child = to
		}
		at = to
	}
	if at != 0 && t.nodes[at].value == 0 && value != -1 {
		t.nodes[at].value = int32(value) + 1
	}
}

func (t *trie) grow(n node) int32 {
	t.nodes = append(t.nodes, n)
	return int32(len(t.nodes) - 1)
}

// step follows one rune from a node; zero when no name goes on so.
func (t *trie) step(at int32, r rune) int32 {
	for at = t.nodes[at].child; at != 0 && t.nodes[at].r != r; at = t.nodes[at].next {
	}
	return at
}

// longest returns the value of the longest name that text starts with and its
// length in bytes, or -1.
func (t *trie) longest(text string) (value, size int) {
	value = -1
	at := int32(0)
	for i, r := range text {
		switch {
		case r >= 0x10000 || r == utf8.RuneError:
			return value, size
		case i == 0:
			at = t.first[r]
		default:
			at = t.step(at, r)
		}
		if at == 0 {
			return value, size
		}
		if v := t.nodes[at].value; v != 0 {
			value, size = int(v)-1, i+utf8.RuneLen(r)
		}
	}
	return value, size
}
