package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"govwatch/crawler"
	"govwatch/crawler/family"
	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Bounds of the search for a list that left its place.
const (
	movedPages      = 3
	movedCandidates = 5
)

// behind reads the interface that a page names behind its list, and proposes it
// when it holds the list: titles that are known, or any when none is known.
func (k *checker) behind(ctx context.Context, s notice.Source, l notice.List, endpoint string, known []string) *Proposal {
	if endpoint == "" || strings.HasPrefix(endpoint, http.MethodPost+" ") {
		return nil
	}
	a, v, err := k.fetcher.Page(ctx, s, endpoint, notice.ListRole)
	if err != nil || v.Outcome != notice.OK {
		return nil
	}
	items, known2 := k.read(a, known)
	if items == 0 || len(known) > 0 && known2 == 0 {
		return nil
	}
	return &Proposal{Family: "auto", API: endpoint, Items: items, Known: known2, Of: len(known)}
}

// read counts the items that an answer shows, and the known titles among them.
func (k *checker) read(a crawler.Answer, known []string) (items, hits int) {
	page := family.NewPage(a.FinalURL, a.Header.Get("Content-Type"), a.Body)
	page.Today = notice.DateOf(k.clock.Now())
	listing, err := family.ListAny(page)
	if err != nil {
		return 0, 0
	}
	titles := map[string]bool{}
	for _, t := range known {
		titles[textzh.Squeeze(textzh.Fold(t))] = true
	}
	for _, it := range listing.Items {
		if titles[textzh.Squeeze(textzh.Fold(it.Title))] {
			hits++
		}
	}
	return len(listing.Items), hits
}

// moved looks for a list whose address no longer answers: on the pages above it
// and the home page for a link with its column's name, and there for the titles
// that are known. Without a known title the name must be the same and a list
// stand behind it.
func (k *checker) moved(ctx context.Context, s notice.Source, l notice.List, t crawler.Trial, known []string) *Proposal {
	var candidates []string
	if len(t.Pages) > 0 && t.Pages[0].Answer.OffHost != "" {
		candidates = append(candidates, t.Pages[0].Answer.OffHost)
	}
	for _, above := range above(crawler.Start(l, k.clock.Now())) {
		a, v, err := k.fetcher.Page(ctx, s, above, notice.ListRole)
		if err != nil {
			return nil
		}
		if v.Outcome != notice.OK {
			continue
		}
		page := family.NewPage(a.FinalURL, a.Header.Get("Content-Type"), a.Body)
		for _, u := range family.LinksNamed(page, l.Column) {
			if !slices.Contains(candidates, u) && u != l.URL {
				candidates = append(candidates, u)
			}
		}
	}
	for _, u := range candidates[:min(len(candidates), movedCandidates)] {
		a, v, err := k.fetcher.Page(ctx, s, u, notice.ListRole)
		if err != nil || v.Outcome != notice.OK {
			continue
		}
		items, hits := k.read(a, known)
		if items >= 3 && (hits > 0 || len(known) == 0) {
			return &Proposal{Family: l.Family, URL: u, Items: items, Known: hits, Of: len(known)}
		}
	}
	return nil
}

// above are the folders over an address, the nearest first, and the home page.
func above(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	var out []string
	for n := len(parts) - 1; n > 0 && len(out) < movedPages-1; n-- {
		out = append(out, fmt.Sprintf("%s://%s/%s/", u.Scheme, u.Host, strings.Join(parts[:n], "/")))
	}
	return append(out, fmt.Sprintf("%s://%s/", u.Scheme, u.Host))
}
