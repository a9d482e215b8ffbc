package app

import (
	"context"
	"slices"
	"time"

	"govwatch/notice"
	"govwatch/store/tracker"
)

// Owed is a document that a list or a page names and that nobody holds yet.
type Owed struct {
	Source notice.SourceID `json:"source"`
	Title  string          `json:"title"`
	URL    string          `json:"url"`
	Since  time.Time       `json:"since"`
	// Tries counts visits in vain, Trouble is what the last of them met; both are
	// empty when the document was not asked for yet.
	Tries   int       `json:"tries"`
	Trouble string    `json:"trouble"`
	Next    time.Time `json:"next"`
}

// maxOwed bounds the answer of OwedDocuments.
const maxOwed = 10000

// OwedDocuments lists what is owed of some sources, of all when none is named,
// those with most visits in vain first. It reads the tracker and changes nothing.
func OwedDocuments(ctx context.Context, cfg Config, ids []string) (out []Owed, err error) {
	out = []Owed{}
	if stored(cfg) != nil {
		return out, nil
	}
	err = withTracker(ctx, cfg, func(tr *tracker.Tracker) error {
		docs, err := tr.Owed(ctx, maxOwed)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if len(ids) == 0 || slices.Contains(ids, string(d.Source)) {
				out = append(out, Owed{d.Source, d.Title, d.URL, d.FirstSeen, d.Tries, d.Trouble, d.NextVisit})
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Owed) int { return b.Tries - a.Tries })
	return out, err
}
