package classify

import (
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"
)

// matcher finds many words in one pass over a text. It is built once and read by
// any number of goroutines.
type matcher struct {
	// byFirst holds, for each first rune, the words that start with it, longest first.
	byFirst map[rune][]int
	starts  textzh.Starts
	words   []string
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
			m.starts.Add(w)
		}
	}
	return m
}

// each calls found for every place of every word, overlapping ones included.
func (m *matcher) each(text string, found func(word, at int)) {
	for i := 0; ; {
		at, r, size := m.starts.Next(text, i)
		if at < 0 {
			return
		}
		for _, w := range m.byFirst[r] {
			if x := m.words[w]; len(text)-at >= len(x) && text[at:at+len(x)] == x {
				found(w, at)
			}
		}
		i = at + size
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

// containsAny is for short lists.
func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
