package extractor

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// bars are the least rates of score.py on the corpus. One error of 59 pages is 0.983.
const bars = "title=1,number=1,source=1,attachments=1,issuers=0.98,date_written=0.98,date_published=0.98,is_policy=0.98,body_tight=0.97,body_clean=0.98,page=0.93"

// corpusPage is one line of the manifest.
type corpusPage struct {
	File string  `json:"file"`
	URL  *string `json:"url"`
	Kind string  `json:"kind"`
}

func corpus(t testing.TB) (root string, pages []corpusPage) {
	t.Helper()
	root = os.Getenv("GOVWATCH_CORPUS")
	if root == "" {
		t.Skip("GOVWATCH_CORPUS is not set: the real pages are not scored")
	}
	raw, err := os.ReadFile(filepath.Join(root, "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		var p corpusPage
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		if p.Kind == "detail" {
			pages = append(pages, p)
		}
	}
	if len(pages) == 0 {
		t.Fatalf("%s lists no detail pages", root)
	}
	return root, pages
}

// TestCorpusScore runs the rules over the labelled pages and lets score.py judge.
func TestCorpusScore(t *testing.T) {
	t.Parallel()
	root, pages := corpus(t)
	script := filepath.Join(root, "..", "score", "score.py")
	python, err := exec.LookPath("python3")
	if _, statErr := os.Stat(script); err != nil || statErr != nil {
		t.Skip("python3 or score.py is missing: the answers are not scored")
	}
	var out bytes.Buffer
	for _, p := range pages {
		body, err := os.ReadFile(filepath.Join(root, p.File))
		if err != nil {
			t.Fatal(err)
		}
		url := ""
		if p.URL != nil {
			url = *p.URL
		}
		line, err := Answer(p.File, url, Extract(Input{URL: url, Body: body}))
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	answers := filepath.Join(t.TempDir(), "answers.jsonl")
	if keep := os.Getenv("GOVWATCH_ANSWERS"); keep != "" {
		answers = keep
	}
	if err := os.WriteFile(answers, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, script, "extract", "--labels", filepath.Join(root, "labels.jsonl"),
		"--answers", answers, "--errors", "--min", bars)
	report, err := cmd.CombinedOutput()
	t.Logf("%s", report)
	if err != nil {
		t.Errorf("score.py: %v", err)
	}
}
