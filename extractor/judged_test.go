package extractor_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"govwatch/extractor"
	"govwatch/fixtures/site"
	"govwatch/internal/reader"
	"govwatch/notice"
)

// TestMain lets the test binary be the child that reads files.
func TestMain(m *testing.M) {
	if reader.ChildMain() {
		return
	}
	os.Exit(m.Run())
}

// fixtureWorld is the fixtures' small China on its last day.
func fixtureWorld(t *testing.T) *site.World {
	t.Helper()
	last := time.Date(2025, 6, 1, 12, 0, 0, 0, notice.Beijing())
	w, err := site.New(func() time.Time { return last })
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// get asks the world for one address; ok is false for pages that are not there that day.
func get(t *testing.T, w *site.World, url string) (body []byte, contentType string, ok bool) {
	t.Helper()
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
	return rec.Body.Bytes(), rec.Header().Get("Content-Type"), rec.Code == http.StatusOK
}

func TestJudgementsOnEveryPageOfTheWorld(t *testing.T) {
	t.Parallel()
	w := fixtureWorld(t)
	read, wrong := 0, 0
	for _, d := range w.Truth() {
		body, contentType, ok := get(t, w, d.URL)
		if !ok {
			continue
		}
		r := extractor.Extract(extractor.Input{URL: d.URL, ContentType: contentType, Body: body, Source: &notice.Source{Region: d.Region}})
		if r.Title == "" {
			// A challenge or an empty shell that a site shows on this day.
			continue
		}
		read++
		if string(r.Class) != d.Class || (r.Climate && r.Class == notice.Policy) != d.Climate || r.Region != d.Region {
			wrong++
			t.Logf("%s: class %s want %s, climate %v (%.2f) want %v, region %s want %s", d.Title, r.Class, d.Class, r.Climate, r.Relevance, d.Climate, r.Region, d.Region)
		}
	}
	t.Logf("%d pages read, %d judged wrongly", read, wrong)
	if read < 500 || wrong*100 > read {
		t.Errorf("%d of %d pages judged wrongly, want at most 1 %%", wrong, read)
	}
}

// seedTruth is what the newsletter says of one policy.
type seedTruth struct {
	N       int
	Sectors []string
	Targets []struct {
		Text       string `json:"text_zh"`
		Value      any
		Unit       string
		Year       int
		BaseYear   int `json:"base_year"`
		Comparator string
	} `json:"key_targets"`
}

func TestSeedPoliciesWithTheirFiles(t *testing.T) {
	t.Parallel()
	w := fixtureWorld(t)
	guard, err := reader.NewGuard(reader.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := guard.Close(); err != nil {
			t.Error(err)
		}
	})
	var file struct{ Policies []seedTruth }
	if err := json.Unmarshal(site.SeedPolicies(), &file); err != nil {
		t.Fatal(err)
	}
	found, all, extra, seen := 0, 0, 0, 0
	for _, d := range w.Truth() {
		if d.Seed == 0 || d.Copy {
			continue
		}
		i := slices.IndexFunc(file.Policies, func(p seedTruth) bool { return p.N == d.Seed })
		r := readWithFiles(t, w, guard, d)
		seen++
		hit, of, beyond := score(t, r, file.Policies[i])
		found, all, extra = found+hit, all+of, extra+beyond
		missing := slices.DeleteFunc(slices.Clone(file.Policies[i].Sectors), func(s string) bool { return slices.Contains(r.Sectors, s) })
		if len(missing) > 0 {
			t.Errorf("seed %d: sectors %v, missing %v", d.Seed, r.Sectors, missing)
		}
	}
	t.Logf("%d policies, %d of %d key targets, %d figures that are none", seen, found, all, extra)
	if seen != 25 || all != 47 || found*10 < all*9 || extra > 0 {
		t.Errorf("%d policies, %d of %d key targets, %d false; want 25, at least 90 %% of 47, none", seen, found, all, extra)
	}
}

// readWithFiles reads a page of the world together with its files.
func readWithFiles(t *testing.T, w *site.World, guard *reader.Guard, d site.Doc) notice.Record {
	t.Helper()
	body, contentType, ok := get(t, w, d.URL)
	if !ok {
		t.Fatalf("seed %d is not on its site", d.Seed)
	}
	in := extractor.Input{URL: d.URL, ContentType: contentType, Body: body, Source: &notice.Source{Region: d.Region}}
	for _, url := range d.Attachments {
		b, _, ok := get(t, w, url)
		if !ok {
			t.Fatalf("file %s is not on its site", url)
		}
		text, err := guard.Read(t.Context(), url, b)
		if err != nil {
			t.Fatal(err)
		}
		in.Attachments = append(in.Attachments, extractor.Attachment{Name: url, URL: url, Text: text})
	}
	return extractor.Extract(in)
}

// score counts the key targets that a record holds, and its targets that are none of them.
func score(t *testing.T, r notice.Record, p seedTruth) (found, all, extra int) {
	t.Helper()
	used := make([]bool, len(r.Targets))
	for _, k := range p.Targets {
		v, ok := k.Value.(float64)
		if !ok {
			continue
		}
		all++
		n := -1
		i := slices.IndexFunc(r.Targets, func(g notice.QuantTarget) bool {
			n++
			sign := string(g.Comparator) == k.Comparator || k.Comparator == "target" && g.Hedged ||
				strings.Contains("= >=", k.Comparator) && strings.Contains("= >=", string(g.Comparator))
			return !used[n] && g.Value == v && g.Unit == strings.TrimSuffix(k.Unit, "/年") && g.Year == k.Year && g.BaseYear == k.BaseYear && sign
		})
		if i < 0 {
			t.Logf("seed %d: missed %s", p.N, k.Text)
			continue
		}
		used[i] = true
		found++
	}
	for i, g := range r.Targets {
		if !used[i] {
			extra++
			t.Logf("seed %d: no key target: %s%g%s %d %s", p.N, g.Comparator, g.Value, g.Unit, g.Year, g.Text)
		}
	}
	return found, all, extra
}
