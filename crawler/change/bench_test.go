package change_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/notice"

	"golang.org/x/net/html"
)

// benchPages are the corpus pages where GOVWATCH_CORPUS names them, else the
// extractor's synthetic ones.
func benchPages(b *testing.B) [][]byte {
	b.Helper()
	pattern := filepath.Join("..", "..", "extractor", "testdata", "pages", "*.html")
	if root := os.Getenv("GOVWATCH_CORPUS"); root != "" {
		pattern = filepath.Join(root, "detail", "*.html")
	}
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		b.Fatalf("no pages at %s: %v", pattern, err)
	}
	var out [][]byte
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

// BenchmarkDecision is what it costs to tell whether a page whose bytes differ has
// changed: from the bytes of an answer to the decision, against the known text of
// the head. html.Parse alone stands beside it. One operation is one page.
func BenchmarkDecision(b *testing.B) {
	pages := benchPages(b)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	read := func(body []byte) change.Text {
		room := family.Borrow()
		t := change.Normalize(room.Page("http://www.example.gov.cn/t.html", "", body))
		room.Return()
		return t
	}
	heads := make([]change.Text, len(pages))
	for i, p := range pages {
		heads[i] = read(p)
	}
	b.Run("decision", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			k := i % len(pages)
			doc := notice.Document{ID: "d", Head: "v", HeadBlob: "b1", HeadText: heads[k].Hash, State: notice.Live}
			seen := change.Seen{Blob: "b2", Text: read(pages[k]), Before: &heads[k], Healthy: true}
			if d := change.Decide(doc, seen, now); d.Kind == notice.ChangeEdited {
				b.Fatalf("page %d is edited: %s", k, d.Diff)
			}
		}
	})
	b.Run("htmlparse", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := html.Parse(bytes.NewReader(pages[i%len(pages)])); err != nil {
				b.Fatal(err)
			}
		}
	})
}
