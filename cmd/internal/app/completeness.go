package app

import (
	"context"
	"fmt"
	"slices"

	"govwatch/extractor/identity"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/store/tracker"
)

// Completeness is how much of what the sources published is held, and what to
// look for, most cited first.
type Completeness struct {
	Sources []identity.Completeness `json:"sources"`
	Wanted  []identity.Wanted       `json:"wanted"`
}

// CheckCompleteness reads the tracker; no IDs means all sources that hold
// anything. Numbers held from any source count for all: a copy closes a gap.
func CheckCompleteness(ctx context.Context, cfg Config, ids []string) (c Completeness, err error) {
	if stored(cfg) != nil {
		return c, fmt.Errorf("%w: tracker %s holds nothing yet; start with govwatch run", ErrConfig, cfg.Tracker)
	}
	err = withTracker(ctx, cfg, func(tr *tracker.Tracker) error {
		c, err = completeness(ctx, tr, ids)
		return err
	})
	return c, err
}

func completeness(ctx context.Context, tr *tracker.Tracker, ids []string) (c Completeness, err error) {
	sources, err := tr.Sources(ctx)
	if err != nil {
		return c, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(sources, func(s notice.Source) bool { return string(s.ID) == id }) {
			return c, fmt.Errorf("%w: source %s is not in the tracker; see govwatch sources list", ErrConfig, id)
		}
	}
	holdings, err := held(ctx, tr)
	if err != nil {
		return c, err
	}
	listings, err := listed(ctx, tr, sources)
	if err != nil {
		return c, err
	}
	all, wanted := identity.Judge(sources, holdings, listings)
	c = Completeness{Sources: []identity.Completeness{}, Wanted: []identity.Wanted{}}
	for _, s := range all {
		if len(ids) > 0 && slices.Contains(ids, string(s.Source)) || len(ids) == 0 && s.Held > 0 {
			c.Sources = append(c.Sources, s)
		}
	}
	for _, w := range wanted {
		if len(ids) == 0 || slices.Contains(ids, string(w.Home)) {
			c.Wanted = append(c.Wanted, w)
		}
	}
	return c, nil
}

// held reads all current records and keeps what is asked of them.
func held(ctx context.Context, tr *tracker.Tracker) ([]identity.Holding, error) {
	var out []identity.Holding
	q := notice.RecordQuery{Limit: 500}
	for {
		page, err := tr.Records(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Records {
			out = append(out, identity.HoldingOf(r))
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// listed sums what the lists say they hold. A source with a list that does not
// say has no total.
func listed(ctx context.Context, tr *tracker.Tracker, sources []notice.Source) (map[notice.SourceID]identity.Listing, error) {
	ids := make([]notice.SourceID, 0, len(sources))
	for _, s := range sources {
		ids = append(ids, s.ID)
	}
	states, err := tr.ListStates(ctx, ids)
	if err != nil {
		return nil, err
	}
	now := service.Real().Now()
	out := map[notice.SourceID]identity.Listing{}
	for _, s := range sources {
		book, err := tr.Book(ctx, s.ID, now)
		if err != nil {
			return nil, err
		}
		l := identity.Listing{Held: book.Held}
		for _, list := range states[s.ID] {
			if list.Total <= 0 {
				l.Total = 0
				break
			}
			l.Total += list.Total
		}
		if len(states[s.ID]) < len(s.Lists) {
			l.Total = 0
		}
		out[s.ID] = l
	}
	return out, nil
}
