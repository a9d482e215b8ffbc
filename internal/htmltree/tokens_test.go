package htmltree_test

import (
	"strings"
	"testing"

	"govwatch/internal/htmltree"

	"golang.org/x/net/html"
)

func FuzzTokens(f *testing.F) {
	for _, s := range snippets {
		f.Add(s)
		f.Add(s + "<script>a</script><p class='x&amp;y'>&lt;")
	}
	f.Fuzz(func(t *testing.T, s string) {
		// Line ends and NUL are for the callers of html.Tokenizer to see changed.
		if len(s) > 1<<16 || strings.ContainsAny(s, "\r\x00") {
			return
		}
		z, want := htmltree.NewTokenizer(s), html.NewTokenizer(strings.NewReader(s))
		for {
			kind := want.Next()
			for kind == html.CommentToken || kind == html.DoctypeToken {
				kind = want.Next()
			}
			if !sameToken(t, s, z, kind, want.Token()) {
				return
			}
		}
	})
}

func sameToken(t *testing.T, s string, z *htmltree.Tokenizer, kind html.TokenType, want html.Token) (more bool) {
	t.Helper()
	got := z.Next()
	switch {
	case kind == html.ErrorToken && got == htmltree.End:
		return false
	case kind == html.TextToken && got == htmltree.Text && z.Text() == want.Data:
		return true
	case (kind == html.StartTagToken || kind == html.SelfClosingTagToken) && got == htmltree.StartTag, kind == html.EndTagToken && got == htmltree.EndTag:
		if a, name := z.Tag(); a != want.DataAtom || name != want.Data {
			t.Fatalf("%q: tag %s, want %s", s, name, want.Data)
		}
		for i, a := range want.Attr {
			if i < 64 && z.Attr(a.Key) != a.Val {
				t.Fatalf("%q: %s=%q, want %q", s, a.Key, z.Attr(a.Key), a.Val)
			}
		}
		return true
	}
	t.Fatalf("%q: %d %q, want %v", s, got, z.Text(), want)
	return false
}
