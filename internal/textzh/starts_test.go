package textzh_test

import (
	"strings"
	"testing"
	"unicode"
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

// FuzzSpaces compares with the words that white space separates.
func FuzzSpaces(f *testing.F) {
	for _, s := range []string{" a  b ", "a\u00a0\u3000b", "发\n 文", "\u200b a", "a\tb\x7f", "a ", "通知\ufeff", "\u2028x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		visible := strings.Map(func(r rune) rune {
			if textzh.Squeeze(string(r)) == "" && !unicode.IsSpace(r) && textzh.Fold(string(r)) != " " {
				return -1
			}
			return r
		}, s)
		want := strings.Join(strings.FieldsFunc(visible, func(r rune) bool { return unicode.IsSpace(r) || textzh.Fold(string(r)) == " " }), " ")
		if got := textzh.Spaces(s); got != want {
			t.Errorf("Spaces(%q) = %q, want %q", s, got, want)
		}
	})
}
