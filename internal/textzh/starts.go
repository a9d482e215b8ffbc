package textzh

import "unicode/utf8"

// Starts tells where a word of a list may begin: by the first character of the
// words and, for those of more than one, the first two. Texts are looked through
// for many words at the price of one look at each character; only where a word
// may begin are the words themselves compared. It may name places where none
// does, and leaves none out.
type Starts struct {
	first, lone, pairs set
}

// set is a set of 16-bit numbers, small enough to stay in the processor's cache.
type set [1 << 10]uint64

func (s *set) add(x rune)      { s[x>>6&0x3FF] |= 1 << (x & 63) }
func (s *set) has(x rune) bool { return s[x>>6&0x3FF]&(1<<(x&63)) != 0 }

func pair(first, second rune) rune { return first*31 + second }

// Add enters a word.
func (f *Starts) Add(word string) {
	if word == "" {
		return
	}
	r, size := utf8.DecodeRuneInString(word)
	f.first.add(r)
	if size == len(word) {
		f.lone.add(r)
		return
	}
	second, _ := utf8.DecodeRuneInString(word[size:])
	f.pairs.add(pair(r, second))
}

// Next returns the first place at or after byte i of s where a word may begin,
// the character there and its size; -1 when there is none. s is valid UTF-8: two
// of three bytes are not looked at for their own sake.
func (f *Starts) Next(s string, i int) (at int, r rune, size int) {
	for i < len(s) {
		switch c := s[i]; {
		case c < utf8.RuneSelf:
			r, size = rune(c), 1
		case c >= 0xE0 && c < 0xF0 && len(s)-i >= 3: // Han and its punctuation
			r, size = rune(c&0x0F)<<12|rune(s[i+1]&0x3F)<<6|rune(s[i+2]&0x3F), 3
		default:
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if f.first.has(r) && (f.lone.has(r) || f.goesOn(r, s[i+size:])) {
			return i, r, size
		}
		i += size
	}
	return -1, 0, 0
}

// goesOn says that a word may go on with rest after r.
func (f *Starts) goesOn(r rune, rest string) bool {
	if rest == "" {
		return false
	}
	second, _ := utf8.DecodeRuneInString(rest)
	return f.pairs.has(pair(r, second))
}

// Words tells whether any of a list of words stands in a text. It is built once
// and may be read concurrently.
type Words struct {
	starts Starts
	words  map[rune][]string
}

// NewWords prepares a list of words.
func NewWords(words ...string) *Words {
	w := &Words{words: make(map[rune][]string, len(words))}
	for _, x := range words {
		w.starts.Add(x)
		r, _ := utf8.DecodeRuneInString(x)
		w.words[r] = append(w.words[r], x)
	}
	return w
}

// In reports that one of the words stands in s.
func (w *Words) In(s string) bool {
	for i := 0; ; {
		at, r, size := w.starts.Next(s, i)
		if at < 0 {
			return false
		}
		for _, x := range w.words[r] {
			if len(s)-at >= len(x) && s[at:at+len(x)] == x {
				return true
			}
		}
		i = at + size
	}
}
