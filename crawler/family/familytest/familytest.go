// Package familytest is the contract of a family: what every reader of lists
// must do with the answers of its system. A family's test hands it answers page
// by page; the suite walks them and checks what came out.
package familytest

import (
	"errors"
	"strings"
	"testing"

	"govwatch/crawler/family"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// Case is one list of a family: answers by address (POST bodies follow the
// address after a blank), and what stands in them.
type Case struct {
	Family string
	// URL is the first page; Answers hold it and those that follow.
	URL     string
	Answers map[string]string
	List    notice.List
	Today   notice.Date
	// Want are the items over all pages, in order.
	Want []Want
	// Next names the addresses asked after the first one, in order.
	Next []string
}

// Want is one item. Empty fields are not compared, except Pinned and Date.
type Want struct {
	Title, URL, Date, Number, Issuer, Written string
	Pinned                                    bool
	Validity                                  notice.Validity
}

// maxWalk is more pages than any case has.
const maxWalk = 50

// Run walks a case to its end: paging ends and asks nothing twice, links are
// absolute and canonical, titles whole, dates have years, pinned items are
// recognised and nothing but the items is taken.
func Run(t *testing.T, c Case) {
	t.Helper()
	f, ok := family.ByName(c.Family)
	if !ok {
		t.Fatalf("no family %q", c.Family)
	}
	items, asked := walk(t, f, c)
	if len(items) != len(c.Want) {
		t.Errorf("%s: %d items, want %d: %+v", c.Family, len(items), len(c.Want), items)
	}
	for i := range min(len(items), len(c.Want)) {
		compare(t, c.Family, i, items[i], c.Want[i])
	}
	for _, it := range items {
		canon, err := urlx.Canonical(it.URL)
		if err != nil || canon != it.URL {
			t.Errorf("%s: address %q is not canonical (%q, %v)", c.Family, it.URL, canon, err)
		}
	}
	if c.Next != nil && strings.Join(asked[1:], "\n") != strings.Join(c.Next, "\n") {
		t.Errorf("%s: asked\n%s\nwant\n%s", c.Family, strings.Join(asked[1:], "\n"), strings.Join(c.Next, "\n"))
	}
}

func walk(t *testing.T, f family.Family, c Case) (items []family.Item, asked []string) {
	t.Helper()
	next := []family.Request{{Method: "GET", URL: c.URL, Page: 1}}
	seen := map[string]bool{}
	for len(next) > 0 {
		r, body, ok := answer(c, next)
		if !ok {
			t.Errorf("%s: no answer for %+v", c.Family, next)
			return items, asked
		}
		key := strings.TrimSpace(r.URL + " " + r.Body)
		if asked = append(asked, key); seen[key] || len(asked) > maxWalk {
			t.Errorf("%s: the walk does not end: %s", c.Family, key)
			return items, asked
		}
		seen[key] = true
		p := family.NewPage(r.URL, "", []byte(body))
		p.List, p.Today, p.Number, p.Asked = c.List, c.Today, max(r.Page, 1), r
		l, err := f.List(p)
		if err != nil {
			t.Errorf("%s: %s: %v", c.Family, key, err)
			return items, asked
		}
		items = append(items, l.Items...)
		if len(l.Items) > 0 && c.List.Selectors == nil {
			undeclared(t, c.Family+": "+key, p, l)
		}
		if next = l.Next; len(l.Items) == 0 {
			next = l.First
		}
	}
	return items, asked
}

// undeclared reads an answer as if nobody had declared its family: the same
// items must come, for lists of unknown sites are read in this way.
func undeclared(t *testing.T, name string, p family.Page, want family.Listing) {
	t.Helper()
	p.List = notice.List{}
	l, err := family.ListAny(p)
	if err != nil || len(l.Items) != len(want.Items) {
		t.Errorf("%s: without a declaration %d of %d items are read (%v)", name, len(l.Items), len(want.Items), err)
	}
}

// answer takes the first request that the case knows, as a worker takes the
// first that is there.
func answer(c Case, rs []family.Request) (family.Request, string, bool) {
	for _, r := range rs {
		if body, ok := c.Answers[strings.TrimSpace(r.URL+" "+r.Body)]; ok {
			return r, body, true
		}
	}
	return family.Request{}, "", false
}

func compare(t *testing.T, name string, i int, it family.Item, w Want) {
	t.Helper()
	differ := func(field, got, want string) {
		if got != want {
			t.Errorf("%s item %d: %s %q, want %q", name, i, field, got, want)
		}
	}
	differ("title", it.Title, w.Title)
	differ("address", it.URL, w.URL)
	differ("date", it.Date.String(), w.Date)
	if w.Number != "" {
		differ("number", it.Number, w.Number)
	}
	if w.Issuer != "" {
		differ("issuer", it.Issuer, w.Issuer)
	}
	if w.Written != "" {
		differ("written date", it.Written.String(), w.Written)
	}
	if w.Validity != "" {
		differ("validity", string(it.Validity), string(w.Validity))
	}
	if it.Pinned != w.Pinned {
		t.Errorf("%s item %d: pinned %v, want %v", name, i, it.Pinned, w.Pinned)
	}
}

// Empty checks the two ways of finding nothing: a page without the list says
// that nothing matches, a list without rows says that it is empty.
func Empty(t *testing.T, name, url, without, emptied string) {
	t.Helper()
	f, ok := family.ByName(name)
	if !ok {
		t.Fatalf("no family %q", name)
	}
	for _, c := range []struct {
		body    string
		missing bool
	}{{without, true}, {emptied, false}} {
		if c.body == "" {
			continue
		}
		l, err := f.List(family.NewPage(url, "", []byte(c.body)))
		if !errors.Is(err, family.ErrEmptyList) || len(l.Items) > 0 {
			t.Errorf("%s: %d items and error %v, want ErrEmptyList", name, len(l.Items), err)
		}
		if errors.Is(err, family.ErrNoMatch) != c.missing {
			t.Errorf("%s: error %v, missing should be %v", name, err, c.missing)
		}
	}
}

// Hostile checks that a family survives any bytes and gives no page without end:
// a request that leads to the same answer again is allowed only by another address.
func Hostile(t *testing.T, f family.Family, url string, body []byte) {
	t.Helper()
	p := family.NewPage(url, "", body)
	l, err := f.List(p)
	if err == nil && len(l.Items) == 0 && len(l.First) == 0 {
		t.Errorf("%s: nothing found and no reason", f.Name())
	}
	for _, r := range append(l.Next, l.First...) {
		if r.Method == "GET" && r.URL == url && url != "" {
			t.Errorf("%s: the next page is the same page: %s", f.Name(), url)
		}
	}
	for _, it := range l.Items {
		if it.Title == "" || it.URL == "" || !it.Date.IsZero() && !it.Date.Valid() {
			t.Errorf("%s: item %+v", f.Name(), it)
		}
	}
}
