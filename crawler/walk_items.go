package crawler

import (
	"context"
	"fmt"
	"govwatch/crawler/family"
	"govwatch/internal/urlx"
	"govwatch/notice"
	"strings"
)

// take adds the items of a page and says whether the walk goes on.
func (w *walk) take(ctx context.Context, l family.Listing) (more, ok bool) {
	found, identities := w.identify(l.Items)
	ids := make([]notice.DocumentID, 0, len(found))
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	known, err := w.plan.known(ctx, ids)
	if err != nil {
		w.out.Err = fmt.Errorf("walk list %s: %w", w.list.URL, err)
		return false, false
	}
	if w.repeats(l, identities) {
		return false, false
	}
	unknown := 0
	var newest, oldest notice.Date
	for _, f := range found {
		if f.Known = known[f.ID]; f.Known == "" && !f.Pinned {
			unknown++
		}
		f.Position = len(w.out.Items) + 1
		w.out.Items = append(w.out.Items, f)
		w.count(f)
		if f.Date.IsZero() || f.Pinned {
			continue
		}
		if newest.IsZero() || f.Date.Compare(newest) > 0 {
			newest = f.Date
		}
		if oldest.IsZero() || f.Date.Compare(oldest) < 0 {
			oldest = f.Date
		}
	}
	if !oldest.IsZero() && (w.out.Oldest.IsZero() || oldest.Compare(w.out.Oldest) < 0) {
		w.out.Oldest = oldest
	}
	if unknown == 0 {
		w.clean++
	} else {
		w.clean = 0
	}
	if len(l.Next) == 0 {
		w.out.Run.ToEnd, w.out.Run.Complete = true, true
		return false, true
	}
	if w.plan.All || w.clean < cleanPages {
		return true, true
	}
	// A page without dates cannot say how far back it reaches: clean pages decide.
	back := notice.DateOf(w.plan.Now.Add(-w.plan.LookBack))
	if w.plan.LookBack > 0 && !newest.IsZero() && newest.Compare(back) > 0 {
		return true, true
	}
	w.out.Run.Complete = true
	return false, true
}

// identify gives items their document IDs and drops what was shown before.
func (w *walk) identify(items []family.Item) (found []Found, identities string) {
	var all []string
	for _, it := range items {
		id, err := urlx.Identity(it.URL)
		if err != nil {
			continue // a link that is no address of a document
		}
		all = append(all, id)
		if w.seen[id] {
			continue
		}
		w.seen[id] = true
		found = append(found, Found{Item: it, ID: notice.NewDocumentID(w.plan.Source, id)})
	}
	return found, strings.Join(all, "\n")
}

// repeats notices a page that shows page 1 again. Inside the announced number of
// pages the site is stuck; past it this is how some sites say that the list ended.
func (w *walk) repeats(l family.Listing, identities string) bool {
	if w.first == "" {
		w.first = identities
		return false
	}
	if identities != w.first {
		return false
	}
	if l.Pages == 0 || w.number <= l.Pages {
		w.out.Run.Stuck = true
		w.out.Run.Reason = fmt.Sprintf("page %d repeats page 1", w.number)
		return true
	}
	w.out.Run.ToEnd, w.out.Run.Complete = true, true
	return true
}

func (w *walk) count(f Found) {
	r := &w.out.Run
	r.Items++
	if f.Known == "" {
		r.New++
	}
	if f.Title != "" {
		r.Titled++
	}
	if !f.Date.IsZero() {
		r.Dated++
		if !f.Pinned && f.Date.Compare(r.Newest) > 0 {
			r.Newest = f.Date
		}
	}
}
