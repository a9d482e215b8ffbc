package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// seedPolicy is one policy of the newsletter as the file names it.
type seedPolicy struct {
	N       int      `json:"n"`
	Section string   `json:"section"`
	Title   string   `json:"zh_title"`
	Issuers []string `json:"issuers_zh"`
	Number  string   `json:"doc_number"`
	Region  string   `json:"admin_code"`
}

// SeedReport says which of the newsletter's policies the tracker holds.
type SeedReport struct {
	Expected int   `json:"expected"`
	Found    int   `json:"found"`
	Missing  []int `json:"missing"`
}

// seedSections are the parts of the newsletter that name policies.
var seedSections = []string{"top", "subnational"}

// readSeeds keeps the policies of the file, not its reading tips.
func readSeeds(file []byte) ([]seedPolicy, error) {
	var all struct {
		Policies []seedPolicy `json:"policies"`
	}
	if err := json.Unmarshal(file, &all); err != nil {
		return nil, fmt.Errorf("read seed policies: %w", err)
	}
	return slices.DeleteFunc(all.Policies, func(p seedPolicy) bool { return !slices.Contains(seedSections, p.Section) }), nil
}

// seedReport compares the rows of the tracker with the file.
func (a *App) seedReport(ctx context.Context, seeds []seedPolicy) (SeedReport, error) {
	r := SeedReport{Expected: len(seeds), Missing: []int{}}
	for _, s := range seeds {
		page, err := a.backends.tracker.Records(ctx, notice.RecordQuery{Title: s.Title, Limit: 500})
		if err != nil {
			return r, err
		}
		if slices.ContainsFunc(page.Records, s.is) {
			r.Found++
		} else {
			r.Missing = append(r.Missing, s.N)
		}
	}
	return r, nil
}

// is compares title, lead issuer, region, and the number where the file has one.
func (s seedPolicy) is(r notice.Record) bool {
	return textzh.Squeeze(r.Title) == textzh.Squeeze(s.Title) &&
		len(r.Issuers) > 0 && r.Issuers[0] == s.Issuers[0] &&
		r.Region == s.Region &&
		(s.Number == "" || r.Number == s.Number)
}
