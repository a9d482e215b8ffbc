package fileblob

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

type listed struct{ file, url string }

// manifest lists the HTML pages of hosts from which there are several: an archive
// of single pages has nothing to share.
func manifest(t *testing.T, root string) (pages []listed) {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var l struct{ File, URL, Kind string }
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if u, err := url.Parse(l.URL); err == nil && filepath.Ext(l.File) == ".html" {
			hosts[u.Host]++
			pages = append(pages, listed{l.File, l.URL})
		}
	}
	if err := errors.Join(lines.Err(), f.Close()); err != nil {
		t.Fatal(err)
	}
	several := pages[:0]
	for _, p := range pages {
		if u, err := url.Parse(p.url); err == nil && u.Host != "" && hosts[u.Host] > 3 {
			several = append(several, p)
		}
	}
	return several
}
