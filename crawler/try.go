package crawler

import (
	"context"
	"fmt"

	"govwatch/internal/urlx"
	"govwatch/notice"
)

// Trial is what one list of a declaration shows right now.
type Trial struct {
	List notice.List
	Walked
	// Verdict is that of the first page.
	Verdict Verdict
}

// Try fetches the lists of a declaration politely, pages at most each, and reads
// them as a run would. It stores nothing. The error is the context's or ours.
func (f *Fetcher) Try(ctx context.Context, src notice.Source, pages int) ([]Trial, error) {
	now := f.opts.Clock.Now()
	hosts := append([]string(nil), src.Hosts...)
	for _, l := range src.Lists {
		hosts = append(hosts, urlx.Host(Start(l, now)))
	}
	s, err := f.Session(src, hosts...)
	if err != nil {
		return nil, err
	}
	var out []Trial
	for _, l := range src.Lists {
		w := Walk(ctx, s, l, Plan{Source: src.ID, Now: now, All: true, MaxPages: max(1, pages)})
		if w.Err != nil {
			return out, fmt.Errorf("try %s: %w", l.URL, w.Err)
		}
		t := Trial{List: l, Walked: w}
		if len(w.Pages) > 0 {
			t.Verdict = w.Pages[0].Verdict
		}
		out = append(out, t)
	}
	return out, nil
}

// Page fetches one address politely and judges it; for a look at a detail page
// of a declaration that is being written. It stores nothing.
func (f *Fetcher) Page(ctx context.Context, src notice.Source, address string, role notice.Role) (Answer, Verdict, error) {
	s, err := f.Session(src, urlx.Host(address))
	if err != nil {
		return Answer{}, Verdict{}, err
	}
	a := s.Visit(ctx, Ask{URL: address, Role: role})
	return a, Judge(a), ctx.Err()
}
