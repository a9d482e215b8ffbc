package crawler_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/crawler"
	"govwatch/notice"
)

// Real pages must never be taken for blocks or errors.
func TestVerdictsOfRealPages(t *testing.T) {
	t.Parallel()
	root := os.Getenv("GOVWATCH_CORPUS")
	if root == "" {
		t.Skip("GOVWATCH_CORPUS is not set: the real pages were not judged")
	}
	f, err := os.ReadFile(filepath.Join(root, "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for line := range strings.Lines(string(f)) {
		var m struct{ File, URL, Kind string }
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(filepath.Join(root, m.File))
		if err != nil {
			t.Fatal(err)
		}
		role := notice.DetailRole
		switch m.Kind {
		case "listing":
			role = notice.ListRole
		case "attach":
			role = notice.AttachmentRole
		}
		v := crawler.Judge(crawler.Answer{URL: m.URL, FinalURL: m.URL, Status: 200, Header: http.Header{}, Body: body, Role: role})
		judged++
		if v.Outcome != notice.OK {
			t.Errorf("%s (%s): %s, %s", m.File, m.URL, v.Outcome, v.Reason)
		}
	}
	t.Logf("%d real pages judged", judged)
}
