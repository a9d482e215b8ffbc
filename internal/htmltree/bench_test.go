package htmltree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// pages are the corpus pages where GOVWATCH_CORPUS names them, else the project's own.
func pages(tb testing.TB) []string {
	tb.Helper()
	pattern := "../../extractor/testdata/pages/*.html"
	if root := os.Getenv("GOVWATCH_CORPUS"); root != "" {
		pattern = filepath.Join(root, "detail", "*.html")
	}
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		tb.Fatalf("no pages at %s: %v", pattern, err)
	}
	var out []string
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		text, _, _ := textzh.Decode(body, "")
		out = append(out, text)
	}
	return out
}

// TestFewPagesAreLeft holds that ordinary pages are built here: a page left to
// html.Parse costs both.
func TestFewPagesAreLeft(t *testing.T) {
	t.Parallel()
	left := 0
	all := pages(t)
	for _, p := range all {
		if _, ok := new(Arena).parse(p); !ok {
			left++
		}
	}
	if left*20 > len(all) {
		t.Errorf("%d of %d pages are left to html.Parse", left, len(all))
	}
}

// BenchmarkParse sets Parse beside html.Parse; one operation is one page.
func BenchmarkParse(b *testing.B) {
	all := pages(b)
	b.Run("htmltree", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := Parse(all[i%len(all)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("arena", func(b *testing.B) {
		b.ReportAllocs()
		var a Arena
		for i := 0; b.Loop(); i++ {
			if _, err := a.Parse(all[i%len(all)]); err != nil {
				b.Fatal(err)
			}
			a.Reset()
		}
	})
	b.Run("htmlparse", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := html.Parse(strings.NewReader(all[i%len(all)])); err != nil {
				b.Fatal(err)
			}
		}
	})
}
