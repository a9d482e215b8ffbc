package extractor

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"govwatch/fixtures/site"
	"govwatch/notice"
)

// TestWorld reads every notice of the fixtures world and compares it with the truth.
func TestWorld(t *testing.T) {
	t.Parallel()
	end := time.Date(2024, 5, 10, 20, 0, 0, 0, notice.Beijing())
	w, err := site.New(func() time.Time { return end })
	if err != nil {
		t.Fatal(err)
	}
	read, wrong := 0, map[string]int{}
	for _, d := range w.Truth() {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, d.URL, nil)
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, req)
		if rec.Code != http.StatusOK {
			continue
		}
		read++
		r := Extract(Input{URL: d.URL, ContentType: rec.Header().Get("Content-Type"), Body: rec.Body.Bytes(), Source: &notice.Source{Region: d.Region}})
		for name, v := range map[string][2]string{
			"title": {squeezed(r.Title), squeezed(d.Title)}, "number": {r.Number, d.Number},
			"written": {r.Written.String(), d.Written}, "published": {r.Published.String(), d.Published},
		} {
			if v[0] != v[1] {
				wrong[name]++
				t.Logf("%s %s = %q, want %q", d.URL, name, v[0], v[1])
			}
		}
		if !slices.Equal(r.Issuers, d.Issuers) && len(r.Issuers)+len(d.Issuers) > 0 {
			wrong["issuers"]++
			t.Logf("%s issuers = %q, want %q: %s", d.URL, r.Issuers, d.Issuers, d.Title)
		}
		if isPolicy(string(r.Class)) != isPolicy(d.Class) {
			wrong["is_policy"]++
			t.Logf("%s class = %q, want %q: %s", d.URL, r.Class, d.Class, d.Title)
		}
		var urls []string
		for _, a := range r.Attachments {
			urls = append(urls, a.URL)
		}
		if !slices.Equal(urls, d.Attachments) && len(urls)+len(d.Attachments) > 0 {
			wrong["attachments"]++
			t.Logf("%s attachments = %q, want %q", d.URL, urls, d.Attachments)
		}
	}
	t.Logf("%d notices, wrong: %v", read, wrong)
	if read < 300 {
		t.Errorf("read %d notices only", read)
	}
	for name, n := range wrong {
		if n > 2 { // a withdrawn page answers 200 with another text
			t.Errorf("%s: %d of %d wrong", name, n, read)
		}
	}
}

func isPolicy(class string) bool { return class == "policy" || class == "draft" }

func squeezed(s string) string {
	out := []rune{}
	for _, r := range s {
		if r != ' ' && r != '\u3000' {
			out = append(out, r)
		}
	}
	return string(out)
}
