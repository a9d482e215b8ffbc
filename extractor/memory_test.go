package extractor_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"govwatch/extractor"
)

// TestBorrowedMemory holds that a record shows nothing of the pages that were read
// before it, or beside it, in memory that is lent from page to page.
func TestBorrowedMemory(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil || len(files) < 2 {
		t.Fatalf("no pages: %v", err)
	}
	bodies := make([][]byte, len(files))
	for i, f := range files {
		if bodies[i], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	read := func(i int) string {
		b, err := json.Marshal(extractor.Extract(extractor.Input{URL: "http://www.example.gov.cn/a.html", Body: bodies[i]}))
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	want := make([]string, len(files))
	for i := range files {
		want[i] = read(i)
	}
	var wg sync.WaitGroup
	for step := range 4 {
		wg.Go(func() {
			for k := range 3 * len(files) {
				i := (k*(step+1) + 7*step) % len(files)
				if got := read(i); got != want[i] {
					t.Errorf("%s is read otherwise after other pages", files[i])
				}
			}
		})
	}
	wg.Wait()
}
