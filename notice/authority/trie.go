package authority

import "unicode/utf8"

// trie finds the longest of many names at a place of a text, rune by rune. It is
// built once and then read by any number of goroutines.
type trie struct {
	// first is indexed by rune below 0x10000: nearly every rune of a page starts
	// no name, and an array look-up is much cheaper than a map miss.
	first []*node
}

type node struct {
	next map[rune]*node
	// value is the index of the name that ends here plus one, 0 for none; a
	// negative one marks a word that is stepped over.
	value int
}

func newTrie() *trie { return &trie{first: make([]*node, 0x10000)} }

// add stores a name; the first value stored for a name stays.
func (t *trie) add(name string, value int) {
	var n *node
	for i, r := range name {
		if r >= 0x10000 {
			return
		}
		if i == 0 {
			if t.first[r] == nil {
				t.first[r] = &node{}
			}
			n = t.first[r]
			continue
		}
		if n.next == nil {
			n.next = map[rune]*node{}
		}
		if n.next[r] == nil {
			n.next[r] = &node{}
		}
		n = n.next[r]
	}
	if n != nil && n.value == 0 && value != -1 {
		n.value = value + 1
	}
}

// longest returns the value of the longest name that text starts with and its
// length in bytes, or -1.
func (t *trie) longest(text string) (value, size int) {
	value = -1
	var n *node
	for i, r := range text {
		switch {
		case r >= 0x10000 || r == utf8.RuneError:
			return value, size
		case i == 0:
			n = t.first[r]
		default:
			n = n.next[r]
		}
		if n == nil {
			return value, size
		}
		if n.value != 0 {
			value, size = n.value-1, i+utf8.RuneLen(r)
		}
	}
	return value, size
}
