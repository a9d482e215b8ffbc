package extractor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"govwatch/notice"
)

// TestRecordsOutliveTheirPages holds that no record shares memory with the pages
// that are read after it: nodes and lines are lent from page to page.
func TestRecordsOutliveTheirPages(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join("..", "fixtures", "pages", "*", "*.html"))
	if corpus := os.Getenv("GOVWATCH_CORPUS"); corpus != "" && err == nil {
		var more []string
		more, err = filepath.Glob(filepath.Join(corpus, "detail", "*.html"))
		pages = append(pages, more...)
	}
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d saved pages: %v", len(pages), err)
	}
	read := func(name string) notice.Record {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return Extract(Input{URL: "http://www.example.gov.cn/" + filepath.Base(name), Body: body})
	}
	var records []notice.Record
	var printed [][]byte
	for _, p := range pages {
		r := read(p)
		records, printed = append(records, r), append(printed, asJSON(t, r))
	}
	// Backwards, so that memory meets other pages than the first time.
	for i, p := range slices.Backward(pages) {
		if got := asJSON(t, read(p)); string(got) != string(printed[i]) {
			t.Errorf("%s reads otherwise in used memory", p)
		}
	}
	for i, r := range records {
		if got := asJSON(t, r); string(got) != string(printed[i]) {
			t.Errorf("the record of %s changed while other pages were read", pages[i])
		}
	}
}

func asJSON(t *testing.T, r notice.Record) []byte {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
