package change_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/net/html"

	"govwatch/crawler/change"
	"govwatch/crawler/family"
)

// costPages are saved pages of many site families.
func costPages(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob("../../fixtures/pages/*/*.html")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	var pages [][]byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, b)
	}
	return pages
}

// A decision about a page costs at most 1.3 times a parse of it by html.Parse. Both
// take turns, and the quickest turn of each counts: others use the machine too.
func TestCostOfADecision(t *testing.T) {
	pages := costPages(t)
	const turns = 25
	timed := func(do func()) time.Duration {
		start := time.Now()
		do()
		return time.Since(start)
	}
	var parse, decision time.Duration
	for _, body := range pages {
		p, d := time.Hour, time.Hour
		for range turns {
			p = min(p, timed(func() {
				if _, err := html.Parse(bytes.NewReader(body)); err != nil {
					t.Fatal(err)
				}
			}))
			d = min(d, timed(func() { change.Normalize(family.NewPage("http://a.gov.cn/art/1.html", "", body)) }))
		}
		parse, decision = parse+p, decision+d
	}
	ratio := float64(decision) / float64(parse)
	t.Logf("%d pages: html.Parse %v, decision %v, %.2f times", len(pages), parse, decision, ratio)
	if ratio > 1.3 {
		t.Errorf("a decision costs %.2f times html.Parse, want at most 1.3", ratio)
	}
}
