package textzh

import (
	"strings"
	"unicode"
)

// Search prepares text for a full-text index that cuts words at blanks: each
// Han character becomes a word of its own, runs of other letters and digits
// stay together in lower case, everything else is a blank. Queries go through
// the same function.
func Search(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/3)
	inWord := false
	for _, r := range Fold(s) {
		switch {
		case unicode.Is(unicode.Han, r):
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			inWord = false
		case unicode.IsLetter(r) || unicode.IsDigit(r) || inWord && unicode.Is(unicode.Mn, r):
			if !inWord && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
			inWord = true
		default:
			inWord = false
		}
	}
	return b.String()
}
