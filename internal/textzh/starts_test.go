package textzh_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"govwatch/internal/textzh"
)

// FuzzWords compares with a search for each word.
func FuzzWords(f *testing.F) {
	f.Add("截至2024年底，已建成", "截至|已建|年|建成投产|x")
	f.Add("版权所有 Copyright", "Copyright|ICP备")
	f.Add("é𠂇a", "é|𠂇a|aa")
	f.Add("", "年")
	f.Fuzz(func(t *testing.T, s, list string) {
		words := strings.FieldsFunc(list, func(r rune) bool { return r == '|' })
		if !utf8.ValidString(s) || !utf8.ValidString(list) {
			return
		}
		want := false
		for _, w := range words {
			want = want || strings.Contains(s, w)
		}
		if got := textzh.NewWords(words...).In(s); got != want {
			t.Errorf("In(%q) of %q: %v, want %v", s, words, got, want)
		}
	})
}
