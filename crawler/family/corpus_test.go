package family

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"govwatch/internal/textzh"
)

// label is the hand-checked truth of one listing page.
type label struct {
	File  string
	URL   string
	Items []struct {
		Title, Href, Date string
		DateAccept        []string `json:"date_accept"`
	}
}

func lines[T any](t *testing.T, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	var out []T
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// TestCorpusListings reads real list pages and API answers without a declaration.
func TestCorpusListings(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GOVWATCH_CORPUS")
	if dir == "" {
		t.Skip("GOVWATCH_CORPUS names no folder: real list pages are not read")
	}
	pages := 0
	for _, want := range lines[label](t, filepath.Join(dir, "labels.jsonl")) {
		if filepath.Dir(want.File) != "listing" {
			continue
		}
		pages++
		body, err := os.ReadFile(filepath.Join(dir, want.File))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ListAny(NewPage(want.URL, "", body))
		if err != nil {
			t.Errorf("%s: %v", want.File, err)
		}
		have := map[string]Item{}
		for _, it := range got.Items {
			have[canonical(it.URL)] = it
		}
		urls := map[string]bool{}
		for _, w := range want.Items {
			u, _ := resolve(want.URL, w.Href)
			u = canonical(u)
			urls[u] = true
			it, ok := have[u]
			switch {
			case !ok:
				t.Errorf("%s: missed %s %s", want.File, u, w.Title)
			case textzh.Squeeze(it.Title) != textzh.Squeeze(w.Title):
				t.Errorf("%s: title %q, want %q", want.File, it.Title, w.Title)
			case it.Date.String() != w.Date && len(w.DateAccept) == 0:
				t.Errorf("%s: date %s, want %s of %s", want.File, it.Date, w.Date, w.Title)
			}
		}
		for u, it := range have {
			if !urls[u] {
				t.Errorf("%s: not an item: %s %s", want.File, u, it.Title)
			}
		}
	}
	if pages == 0 {
		t.Errorf("no listing in %s", dir)
	}
}
