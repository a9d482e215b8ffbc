package classify

import (
	"strings"
	"unicode/utf8"
)

// matcher finds many words in one pass over a text. It is built once and read by
// any number of goroutines.
type matcher struct {
	// byFirst holds, for each first rune, the words that start with it, longest first.
	byFirst map[rune][]int
	// starts tells by one look whether any word can start with a rune.
	starts [1 << 16]bool
	words  []string
	// class, owner and weight belong to the words one by one, where a use needs them.
	class  []int8
	owner  []int
	weight []float64
}

func newMatcher(words []string) *matcher {
	m := &matcher{byFirst: map[rune][]int{}, words: words}
	for i, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if w != "" {
			m.byFirst[r] = append(m.byFirst[r], i)
			m.starts[r&0xFFFF] = true
		}
	}
	return m
}

// each calls found for every place of every word, overlapping ones included.
func (m *matcher) each(text string, found func(word, at int)) {
	for at, r := range text {
		if !m.starts[r&0xFFFF] {
			continue
		}
		for _, w := range m.byFirst[r] {
			if x := m.words[w]; len(text)-at >= len(x) && text[at:at+len(x)] == x {
				found(w, at)
			}
		}
	}
}

// at calls found for every word that stands at one place.
func (m *matcher) at(text string, at int, found func(word int)) {
	r, _ := utf8.DecodeRuneInString(text[at:])
	for _, w := range m.byFirst[r] {
		if x := m.words[w]; len(text)-at >= len(x) && text[at:at+len(x)] == x {
			found(w)
		}
	}
}

// wordSet tells whether any of many words stands in a text. Most runes start none
// of them, which one look into a table shows.
type wordSet struct {
	first [1 << 16]bool
	words map[rune][]string
}

func newWordSet(words ...string) *wordSet {
	w := &wordSet{words: map[rune][]string{}}
	for _, x := range words {
		r, _ := utf8.DecodeRuneInString(x)
		w.first[r&0xFFFF] = true
		w.words[r] = append(w.words[r], x)
	}
	return w
}

func (w *wordSet) in(s string) bool {
	for i, r := range s {
		if !w.first[r&0xFFFF] {
			continue
		}
		for _, x := range w.words[r] {
			if strings.HasPrefix(s[i:], x) {
				return true
			}
		}
	}
	return false
}

// containsAny is for short lists.
func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
