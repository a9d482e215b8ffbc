package extractor

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"govwatch/notice"
)

var update = flag.Bool("update", false, "rewrite the golden records")

// pageTruth is what NAME.meta.json knows of a page, from whoever wrote the page.
type pageTruth struct {
	Kind        string
	Family      string
	URL         string
	ContentType string `json:"content_type"`
	Title       string
	Number      string
	Issuers     []string
	Region      string
	Written     notice.Date
	Published   notice.Date
	Class       notice.Class
	Attachments []string
}

// TestGoldenPages reads the saved pages of every family. The truth in
// NAME.meta.json is compared field by field; NAME.golden.json keeps the whole
// record with its evidence, so that no rule changes unseen.
func TestGoldenPages(t *testing.T) {
	t.Parallel()
	metas, err := filepath.Glob(filepath.Join("..", "fixtures", "pages", "*", "*.meta.json"))
	if err != nil || len(metas) == 0 {
		t.Fatalf("no saved pages: %v", err)
	}
	t.Cleanup(func() {
		if *update {
			checkRuleset(t)
		}
	})
	families := map[string]bool{}
	for _, file := range metas {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var truth pageTruth
		if err := json.Unmarshal(raw, &truth); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if truth.Kind != "detail" {
			continue
		}
		families[truth.Family] = true
		base := strings.TrimSuffix(file, ".meta.json")
		t.Run(truth.Family+"/"+filepath.Base(base), func(t *testing.T) {
			t.Parallel()
			body := pageBody(t, base)
			r := Extract(Input{URL: truth.URL, ContentType: truth.ContentType, Body: body})
			truth.check(t, r)
			golden(t, base+".golden.json", r)
		})
	}
	if len(families) < 6 {
		t.Errorf("pages of %d families only", len(families))
	}
}

func pageBody(t *testing.T, base string) []byte {
	t.Helper()
	for _, ext := range []string{".html", ".json"} {
		body, err := os.ReadFile(base + ext)
		if err == nil {
			return body
		}
	}
	t.Fatalf("%s has no page", base)
	return nil
}

func (w pageTruth) check(t *testing.T, r notice.Record) {
	t.Helper()
	for name, v := range map[string][2]string{
		"title": {r.Title, w.Title}, "number": {r.Number, w.Number}, "region": {r.Region, w.Region}, "class": {string(r.Class), string(w.Class)},
		"issuers": {strings.Join(r.Issuers, " "), strings.Join(w.Issuers, " ")}, "written": {r.Written.String(), w.Written.String()},
		"published": {r.Published.String(), w.Published.String()},
	} {
		if v[0] != v[1] {
			t.Errorf("%s = %q, want %q; %+v", name, v[0], v[1], r.Evidence[name])
		}
	}
	var urls []string
	for _, a := range r.Attachments {
		urls = append(urls, a.URL)
	}
	if !slices.Equal(urls, w.Attachments) {
		t.Errorf("attachments = %q, want %q", urls, w.Attachments)
	}
}

// golden compares a record with the file, or writes the file.
func golden(t *testing.T, file string, r notice.Record) {
	t.Helper()
	got, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	want, err := os.ReadFile(file)
	if *update || os.IsNotExist(err) {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
		if !*update {
			t.Errorf("%s is new: read it, then commit", file)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; see the change with: go test ./extractor -run TestGoldenPages -update && git diff", file)
	}
}
