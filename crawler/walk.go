package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"govwatch/crawler/family"
	"govwatch/crawler/health"
	"govwatch/notice"
)

// Known says how those of some documents stand that are known already.
type Known func(context.Context, []notice.DocumentID) (map[notice.DocumentID]notice.DocumentState, error)

// Plan says how far a walk goes.
type Plan struct {
	Source notice.SourceID
	Now    time.Time
	Known  Known
	// All walks to the end of the list (first walk, back-fill); else the walk ends
	// after cleanPages pages without an unknown link and LookBack of time.
	All bool
	// LookBack is how far an incremental walk looks at least; zero stops at the
	// clean pages.
	LookBack time.Duration
	// MaxPages bounds the pages of this walk.
	MaxPages int
	// Resume goes on with a back-fill at a later page.
	Resume string
	// ETag and LastModified make the first request conditional.
	ETag         string
	LastModified string
}

// cleanPages is how many pages without an unknown link end a walk. One is not
// enough: a late insertion or a sticky block can leave one clean page above news.
const cleanPages = 2

// Found is an item of a list with its place.
type Found struct {
	family.Item
	ID       notice.DocumentID
	Position int
	// Known is how the ledger has the document, empty when it does not know it.
	Known notice.DocumentState
}

// PageSeen is one list page or answer of an interface.
type PageSeen struct {
	Key     string
	Answer  Answer
	Verdict Verdict
	Items   int
}

// Walked is what a walk of one list brought.
type Walked struct {
	Run   notice.Run
	Items []Found
	Pages []PageSeen
	// Oldest is the earliest publication date that was walked past.
	Oldest notice.Date
	// Resume is the next page when the walk ended by its budget, empty at the end.
	Resume string
	// Endpoint names an interface behind a list that a script draws.
	Endpoint string
	Family   string
	// Err is a failure of ours (the ledger, the context), not of the site.
	Err error
}

// walk is the state of one walk.
type walk struct {
	s    *Session
	list notice.List
	plan Plan
	fam  family.Family
	out  *Walked

	asked  map[string]bool
	seen   map[string]bool // identities shown so far
	first  string          // the identities of page 1, joined
	clean  int
	number int
}

// Walk reads a list page by page until its end, until nothing new can be
// expected, or until its budget ends. It is the one way lists are read: by the
// worker, by `sources try` and by `sources check`. It stores nothing.
func Walk(ctx context.Context, s *Session, list notice.List, plan Plan) Walked {
	w := &walk{s: s, list: list, plan: plan, asked: map[string]bool{}, seen: map[string]bool{}, out: &Walked{}}
	w.out.Run = notice.Run{
		Source: plan.Source, List: list.URL, Started: s.f.opts.Clock.Now(), Outcome: notice.OK,
		Outcomes: map[notice.Outcome]int{},
	}
	before := *s
	var ok bool
	if w.fam, ok = family.ByName(list.Family); !ok {
		w.out.Err = fmt.Errorf("walk list %s: family %q is not known: see docs for the names", list.URL, list.Family)
		return *w.out
	}
	w.out.Family = w.fam.Name()
	w.pages(ctx)
	r := &w.out.Run
	r.Ended = s.f.opts.Clock.Now()
	r.Requests, r.Bytes = s.Requests-before.Requests, s.Bytes-before.Bytes
	r.Latency = latency(w.out.Pages)
	return *w.out
}

// Start is the address of a list at a moment: {year} becomes the year in China.
func Start(list notice.List, now time.Time) string {
	return strings.ReplaceAll(list.URL, "{year}", strconv.Itoa(now.In(notice.Beijing()).Year()))
}

func (w *walk) pages(ctx context.Context) {
	next := []family.Request{{Method: http.MethodGet, URL: Start(w.list, w.plan.Now), Page: 1}}
	shells := 0
	for len(next) > 0 {
		// A page that only tells where the list is takes nothing off the budget.
		if w.out.Run.Pages-shells >= w.plan.MaxPages {
			w.out.Resume = encodeRequest(next[0])
			return
		}
		listing, ok := w.fetch(ctx, next)
		if !ok {
			return
		}
		if len(listing.First) > 0 && len(listing.Items) == 0 {
			if shells++; shells > 3 {
				w.fail(notice.ErrorSink, "the page only points to other pages that hold no list")
				return
			}
			next = listing.First
			continue
		}
		more, ok := w.take(ctx, listing)
		if !ok {
			return
		}
		if !more {
			w.resumeBackfill(ctx)
			return
		}
		next = listing.Next
	}
	w.out.Run.ToEnd, w.out.Run.Complete = true, w.out.Err == nil
}

// fetch tries the requests for one page, best first, and reads the answer.
func (w *walk) fetch(ctx context.Context, tries []family.Request) (family.Listing, bool) {
	for i, req := range tries {
		key := pageKey(req)
		if w.asked[key] {
			continue
		}
		w.asked[key] = true
		a, v := w.get(ctx, req)
		if ctx.Err() != nil {
			w.out.Err = ctx.Err()
			return family.Listing{}, false
		}
		w.out.Pages = append(w.out.Pages, PageSeen{Key: key, Answer: a, Verdict: v})
		w.out.Run.Outcomes[v.Outcome]++
		if v.Outcome != notice.OK {
			// Beyond page 1 a wrong guess of the next address is no failure while
			// another guess is left.
			if v.Outcome.Missing() && i+1 < len(tries) {
				continue
			}
			w.refused(v, req)
			return family.Listing{}, false
		}
		return w.read(a, req)
	}
	// All were asked before: the list goes round.
	w.out.Run.ToEnd, w.out.Run.Complete = true, true
	return family.Listing{}, false
}

func (w *walk) get(ctx context.Context, req family.Request) (Answer, Verdict) {
	ask := Ask{Method: req.Method, URL: req.URL, Body: req.Body, ContentType: req.ContentType, Role: notice.ListRole}
	if len(w.out.Pages) == 0 {
		ask.ETag, ask.LastModified = w.plan.ETag, w.plan.LastModified
	} else {
		ask.Referer = Start(w.list, w.plan.Now)
	}
	visit := w.s.Visit
	if w.list.Render && req.Method != http.MethodPost {
		visit = w.s.Render
	}
	a := visit(ctx, ask)
	if a.Endpoint != "" {
		w.out.Endpoint = a.Endpoint
	}
	v := Judge(a)
	if v.Outcome == notice.Stub && v.Refresh != "" && w.s.Mine(v.Refresh) {
		// A page that only sends browsers on is a redirect in other words.
		a = w.s.Visit(ctx, Ask{URL: v.Refresh, Role: notice.ListRole, Referer: req.URL})
		v = Judge(a)
	}
	return a, v
}

// refused ends the walk at an answer that is no list page.
func (w *walk) refused(v Verdict, req family.Request) {
	switch {
	case len(w.out.Pages) == 1:
		w.out.Run.Outcome, w.out.Run.Reason = v.Outcome, v.Reason
	case v.Outcome.Missing() || v.Outcome == notice.Redirected:
		// Past the last page many sites answer 404, or lead back to the start.
		w.out.Run.ToEnd, w.out.Run.Complete = true, true
	case v.Outcome.Blocked():
		w.out.Run.Outcome, w.out.Run.Reason = v.Outcome, v.Reason
	default:
		w.out.Run.Reason = fmt.Sprintf("page %s: %s %s", req.URL, v.Outcome, v.Reason)
	}
}

func (w *walk) fail(o notice.Outcome, reason string) {
	w.out.Run.Outcome, w.out.Run.Reason = o, reason
}

// read hands an answer to the family.
func (w *walk) read(a Answer, req family.Request) (family.Listing, bool) {
	if w.number++; req.Page > 0 {
		w.number = req.Page
	}
	today := notice.DateOf(w.plan.Now)
	page := func() family.Page {
		text, _, _ := a.decode()
		p := family.PageOf(a.FinalURL, text)
		p.List, p.Number, p.Today, p.Asked = w.list, w.number, today, req
		return p
	}
	key := memoKey{w.fam.Name(), w.list.URL, a.FinalURL + " " + pageKey(req), w.number, today.Year, notice.KeyOf(a.Body)}
	listing, err := w.s.f.memo.list(key, func() (family.Listing, error) { return w.fam.List(page()) })
	w.out.Run.Pages++
	w.out.Pages[len(w.out.Pages)-1].Items = len(listing.Items)
	if listing.Endpoint != "" && a.Endpoint == "" {
		w.out.Endpoint = listing.Endpoint
	}
	if listing.Family != "" {
		w.out.Family = listing.Family
	}
	w.out.Run.Total = max(w.out.Run.Total, listing.Total)
	switch {
	case err == nil:
		return listing, true
	case w.out.Run.Items > 0:
		// A page without items behind pages with some is the end.
		w.out.Run.ToEnd, w.out.Run.Complete = true, true
	default:
		w.out.Run.Reason = w.whyEmpty(page(), err)
		// The list is there and holds nothing: that is the whole of it. Whether that
		// is illness, the history of the list decides.
		w.out.Run.Complete = errors.Is(err, family.ErrEmptyList) && !errors.Is(err, family.ErrNoMatch)
	}
	return listing, false
}

// whyEmpty asks the page's shape when a family finds nothing: if a list stands
// there all the same, the family no longer fits.
func (w *walk) whyEmpty(page family.Page, err error) string {
	if auto, ok := family.ByName("auto"); ok && w.fam.Name() != "auto" {
		if l, e := auto.List(page); e == nil && len(l.Items) > 0 {
			return health.SelectorMiss(w.fam.Name(), len(l.Items))
		}
	}
	if !errors.Is(err, family.ErrEmptyList) {
		return fmt.Sprintf("read list page: %v", err)
	}
	return err.Error()
}

// resumeBackfill goes on, after an incremental walk, where an earlier walk to
// the end had to stop.
func (w *walk) resumeBackfill(ctx context.Context) {
	req, ok := decodeRequest(w.plan.Resume)
	if !ok || !w.out.Run.Complete || w.out.Run.ToEnd {
		return
	}
	w.plan.All, w.number = true, max(0, req.Page-1)
	next := []family.Request{req}
	for len(next) > 0 {
		if w.out.Run.Pages >= w.plan.MaxPages {
			w.out.Resume = encodeRequest(next[0])
			return
		}
		listing, ok := w.fetch(ctx, next)
		if !ok {
			break
		}
		if more, ok := w.take(ctx, listing); !ok || !more {
			break
		}
		next = listing.Next
	}
	if !w.out.Run.ToEnd && w.out.Err == nil && len(next) > 0 {
		w.out.Resume = encodeRequest(next[0]) // a page failed: try it again next time
	}
}

func (p Plan) known(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.DocumentState, error) {
	if p.Known == nil || len(ids) == 0 {
		return nil, nil
	}
	return p.Known(ctx, ids)
}
