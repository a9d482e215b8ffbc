package crawler_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"govwatch/crawler"
	"govwatch/notice"
)

// The forms in which protections, networks and servers turn visitors away, each
// reduced to what marks it, and short real pages that only resemble them.
func TestVerdictKnowsTheFormsOfBlockPages(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/answers.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		var c struct {
			Name   string
			Status int
			Header map[string]string
			Body   string
			Want   []notice.Outcome
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		for k, v := range c.Header {
			h.Set(k, v)
		}
		u := "http://www.a.gov.cn/zwgk/202403/t20240311_1.html"
		v := crawler.Judge(crawler.Answer{URL: u, FinalURL: u, Status: c.Status, Header: h, Body: []byte(c.Body), Role: notice.DetailRole})
		if !slices.Contains(c.Want, v.Outcome) {
			t.Errorf("%s: %s (%s), want %v", c.Name, v.Outcome, v.Reason, c.Want)
		}
		n++
	}
	if err := lines.Err(); err != nil || n < 100 {
		t.Fatalf("%d forms read, %v", n, err)
	}
}
