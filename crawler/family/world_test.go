package family_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"govwatch/crawler/family"
	"govwatch/fixtures/site"
	"govwatch/internal/urlx"
	"govwatch/notice"

	"github.com/goccy/go-yaml"
)

// ask answers one request from the fixtures world without a network.
func ask(t *testing.T, w *site.World, r family.Request, list notice.List, today notice.Date) family.Page {
	t.Helper()
	req := httptest.NewRequest(r.Method, r.URL, strings.NewReader(r.Body))
	if r.ContentType != "" {
		req.Header.Set("Content-Type", r.ContentType)
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, req)
	p := family.NewPage(r.URL, rec.Header().Get("Content-Type"), rec.Body.Bytes())
	p.List, p.Today, p.Number, p.Asked = list, today, max(r.Page, 1), r
	return p
}

// walk reads a list to its end by the family of its declaration.
func walk(t *testing.T, w *site.World, list notice.List, today notice.Date) []family.Item {
	t.Helper()
	f, ok := family.ByName(list.Family)
	if !ok {
		t.Fatalf("%s: no family %q", list.URL, list.Family)
	}
	var items []family.Item
	next := []family.Request{{Method: "GET", URL: list.URL, Page: 1}}
	asked := map[string]bool{}
	for pages := 0; len(next) > 0; pages++ {
		r := next[0]
		if asked[r.URL+r.Body] || pages > 60 {
			t.Fatalf("%s: the walk does not end: %s", list.URL, r.URL)
		}
		asked[r.URL+r.Body] = true
		l, err := f.List(ask(t, w, r, list, today))
		if err != nil {
			t.Errorf("%s page %d (%s): %v", list.URL, pages+1, r.URL, err)
			return items
		}
		if len(l.First) > 0 && len(l.Items) == 0 {
			next = l.First[:1]
			continue
		}
		items = append(items, l.Items...)
		next = l.Next
	}
	return items
}

// TestFixturesWorldToTheLastPage walks every list of every site and compares
// what it found with the truth of the world.
func TestFixturesWorldToTheLastPage(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{time.Date(2024, 3, 29, 3, 0, 0, 0, time.UTC), time.Date(2024, 4, 12, 3, 0, 0, 0, time.UTC), time.Date(2024, 5, 10, 9, 0, 0, 0, time.UTC)} {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			t.Parallel()
			walkWorld(t, now)
		})
	}
}

func walkWorld(t *testing.T, now time.Time) {
	t.Helper()
	w, err := site.New(func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	today := notice.DateOf(now)
	truth := map[string]map[string]site.Doc{}
	for _, d := range w.Truth() {
		if truth[d.Site] == nil {
			truth[d.Site] = map[string]site.Doc{}
		}
		id, err := urlx.Identity(d.URL)
		if err != nil {
			t.Fatal(err)
		}
		truth[d.Site][id] = d
	}
	// Notices that a trap takes away or hides behind a shell are not missed.
	hidden := map[string]bool{}
	for _, h := range w.Script() {
		switch h.Kind {
		case "removal", "soft_404", "js_shell", "redirect_loop":
			hidden[h.URL] = true
		}
	}
	for name, text := range w.Declarations() {
		var d struct {
			ID    string
			Lists []notice.List
		}
		if err := yaml.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(name, err)
		}
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			seen := map[string]bool{}
			for _, list := range d.Lists {
				for _, it := range walk(t, w, list, today) {
					check(t, it, truth[d.ID], seen)
				}
			}
			for id, doc := range truth[d.ID] {
				if !seen[id] && !hidden[doc.URL] && doc.Published <= today.AddDays(-2).String() && doc.Published >= "2023-01-01" {
					t.Errorf("missed %s %s of %s", doc.URL, doc.Title, doc.Published)
				}
			}
		})
	}
}

// elsewhere is true of an address on a host that holds none of the notices.
func elsewhere(url string, truth map[string]site.Doc) bool {
	for id := range truth {
		if urlx.Host(id) == urlx.Host(url) {
			return false
		}
	}
	return true
}

func check(t *testing.T, it family.Item, truth map[string]site.Doc, seen map[string]bool) {
	t.Helper()
	id, err := urlx.Identity(it.URL)
	if err != nil {
		t.Errorf("address %q: %v", it.URL, err)
		return
	}
	doc, ok := truth[id]
	if !ok {
		// Some rows lead through a jump page, to a part that robots.txt closes, or to
		// another site of the world.
		if !strings.Contains(it.URL, "/jump/") && !strings.Contains(it.URL, "/nbzl/") && !elsewhere(it.URL, truth) {
			t.Errorf("not an item: %s %s", it.URL, it.Title)
		}
		return
	}
	seen[id] = true
	if it.Title != doc.Title {
		t.Errorf("title %q, want %q", it.Title, doc.Title)
	}
	if it.Date.String() != doc.Published {
		t.Errorf("date %s, want %s: %s", it.Date, doc.Published, doc.URL)
	}
	if it.Number != "" && it.Number != doc.Number {
		t.Errorf("number %q, want %q", it.Number, doc.Number)
	}
}
