package extractor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/crawler/family"

	"golang.org/x/net/html"
)

// benchPages are the corpus pages where they are, else the synthetic ones.
func benchPages(b *testing.B) [][]byte {
	b.Helper()
	var out [][]byte
	if root := os.Getenv("GOVWATCH_CORPUS"); root != "" {
		_, pages := corpus(b)
		for _, p := range pages {
			body, err := os.ReadFile(filepath.Join(root, p.File))
			if err != nil {
				b.Fatal(err)
			}
			out = append(out, body)
		}
		return out
	}
	files, err := filepath.Glob(filepath.Join("testdata", "pages", "*.html"))
	if err != nil || len(files) == 0 {
		b.Fatalf("no synthetic pages: %v", err)
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

// BenchmarkParse is the floor: the tree alone.
func BenchmarkParse(b *testing.B) {
	pages := benchPages(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := html.Parse(strings.NewReader(string(pages[i%len(pages)]))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLayout adds the walk.
func BenchmarkLayout(b *testing.B) {
	pages := benchPages(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l := family.Read(family.NewPage("http://www.example.gov.cn/a.html", "", pages[i%len(pages)]))
		if l.Text == "" && l.Metas == nil {
			b.Fatal("empty layout")
		}
	}
}

// BenchmarkExtract is everything from bytes to record.
func BenchmarkExtract(b *testing.B) {
	pages := benchPages(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if r := Extract(Input{URL: "http://www.example.gov.cn/a.html", Body: pages[i%len(pages)]}); r.Ruleset == 0 {
			b.Fatal("empty record")
		}
	}
}
