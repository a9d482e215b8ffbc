package app

import (
	"context"
	"fmt"
	"slices"

	"govwatch/crawler"
	"govwatch/crawler/family"
	"govwatch/internal/service"
	"govwatch/internal/textzh"
	"govwatch/notice"
)

// checker asks the questions. Its methods may be called concurrently.
type checker struct {
	fetcher *crawler.Fetcher
	titles  *knownTitles
	clock   service.Clock
}

// source checks every list of a source, one after the other.
func (k *checker) source(ctx context.Context, s notice.Source) Check {
	c := Check{ID: s.ID, State: s.State, OK: true, Lists: []ListCheck{}}
	for _, l := range s.Lists {
		one := s
		one.Lists = []notice.List{l}
		lc := k.list(ctx, one, l)
		c.OK = c.OK && lc.OK
		c.Lists = append(c.Lists, lc)
	}
	if len(s.Lists) == 0 {
		c.OK, c.Problem = false, "the declaration names no list yet; find one with govwatch sources add URL"
	}
	return c
}

// step notes an answer and reports whether the check may go on.
func (lc *ListCheck) step(name string, ok bool, format string, args ...any) bool {
	lc.Steps = append(lc.Steps, CheckStep{name, ok, fmt.Sprintf(format, args...)})
	lc.OK = ok
	return ok
}

// list asks the questions in the order in which a run would stumble.
func (k *checker) list(ctx context.Context, s notice.Source, l notice.List) ListCheck {
	lc := ListCheck{URL: l.URL, Family: l.Family, Steps: []CheckStep{}}
	lc.step("schema", true, "the declaration is sound")
	t, err := k.walk(ctx, s, 2)
	if err != nil {
		lc.step("fetch", false, "%v", err)
		return lc
	}
	lc.Items, lc.Endpoint = len(t.Items), t.Endpoint
	if t.Verdict.Outcome == notice.ForbiddenRobots {
		lc.step("robots", false, "%s", t.Verdict.Reason)
		return lc
	}
	lc.step("robots", true, "robots.txt allows it")
	if o := t.Verdict.Outcome; o != notice.OK {
		if o.Missing() || o == notice.Redirected || o == notice.Soft404 {
			known, err := k.titles.of(ctx, s.ID, l.URL)
			if err != nil {
				lc.step("fetch", false, "%v", err)
				return lc
			}
			lc.Proposal = k.moved(ctx, s, l, t, known)
		}
		lc.step("fetch", false, "%s: %s%s", o, t.Verdict.Reason, lc.Proposal.hint())
		return lc
	}
	lc.step("fetch", true, "quality %.2f, %d requests", t.Verdict.Quality, t.Run.Requests)
	if !k.found(ctx, s, l, t, &lc) {
		return lc
	}
	k.paging(t, &lc)
	if lc.OK && k.repeat(ctx, s, t, &lc) {
		k.details(ctx, s, l, t.Items, &lc)
	}
	return lc
}

// walk reads the list by the way of a run.
func (k *checker) walk(ctx context.Context, s notice.Source, pages int) (crawler.Trial, error) {
	trials, err := k.fetcher.Try(ctx, s, pages)
	if err != nil {
		return crawler.Trial{}, err
	}
	if len(trials) != 1 {
		return crawler.Trial{}, fmt.Errorf("try %s: %d lists were read, want 1", s.ID, len(trials))
	}
	return trials[0], nil
}

// found asks whether the list is read, and whether it is the one that was known.
func (k *checker) found(ctx context.Context, s notice.Source, l notice.List, t crawler.Trial, lc *ListCheck) bool {
	known, err := k.titles.of(ctx, s.ID, l.URL)
	if err != nil {
		return lc.step("list", false, "%v", err)
	}
	switch {
	case len(t.Items) == 0:
		if lc.Proposal = propose(t, l, known); lc.Proposal == nil {
			lc.Proposal = k.behind(ctx, s, l, t.Endpoint, known)
		}
		why := t.Run.Reason
		if why == "" {
			why = "no list was found"
		}
		if lc.Proposal == nil {
			return lc.step("list", false, "%s%s%s", why, endpointHint(t.Endpoint), knownHint(known))
		}
		return lc.step("list", false, "%s%s", why, lc.Proposal.hint())
	case t.Run.Outcome != notice.OK:
		return lc.step("list", false, "%s: %s", t.Run.Outcome, t.Run.Reason)
	case len(known) > 3 && !shares(t.Items, known):
		// Another list is read than the one that is followed: only when the known
		// titles stand on the page and are not read is that a fault.
		if p := propose(t, l, known); p != nil && p.Known >= 3 {
			lc.Proposal = p
			return lc.step("list", false, "another list is read: none of %d known titles is among its %d items%s", len(known), len(t.Items), p.hint())
		}
	case t.Run.Titled*2 < t.Run.Items:
		lc.Proposal = propose(t, l, known)
		return lc.step("list", false, "%d of %d items have no title%s", t.Run.Items-t.Run.Titled, t.Run.Items, lc.Proposal.hint())
	}
	return lc.step("list", true, "%d items, %d with a date, family %s", t.Run.Items, t.Run.Dated, t.Family)
}

// paging looks at what came of page 2. A list that sticks is known to the walk.
func (k *checker) paging(t crawler.Trial, lc *ListCheck) {
	switch {
	case t.Run.Stuck:
		lc.step("paging", true, "%s: only the first page can be read", t.Run.Reason)
	case t.Run.Reason != "":
		lc.step("paging", false, "%s", t.Run.Reason)
	case t.Run.Pages < 2:
		lc.step("paging", true, "one page")
	default:
		lc.step("paging", true, "page 2 holds other items")
	}
}

// repeat reads page 1 again: the same question must bring the same answer.
func (k *checker) repeat(ctx context.Context, s notice.Source, first crawler.Trial, lc *ListCheck) bool {
	again, err := k.walk(ctx, s, 1)
	if err != nil {
		return lc.step("repeat", false, "%v", err)
	}
	if again.Verdict.Outcome != notice.OK {
		return lc.step("repeat", false, "the second visit came to %s: %s", again.Verdict.Outcome, again.Verdict.Reason)
	}
	if len(again.Items) == 0 || len(again.Items) > len(first.Items) {
		return lc.step("repeat", false, "%d items at the first visit, %d at the second", len(first.Items), len(again.Items))
	}
	for i, it := range again.Items {
		if it.ID != first.Items[i].ID {
			return lc.step("repeat", false, "item %d was %q and is now %q", i+1, first.Items[i].Title, it.Title)
		}
	}
	return lc.step("repeat", true, "the same %d items again", len(again.Items))
}

// shares reports that a known title is among the items.
func shares(items []crawler.Found, known []string) bool {
	titles := map[string]bool{}
	for _, t := range known {
		titles[textzh.Squeeze(textzh.Fold(t))] = true
	}
	return slices.ContainsFunc(items, func(f crawler.Found) bool { return titles[textzh.Squeeze(textzh.Fold(f.Title))] })
}

// propose finds the list again on the page as it is now: by titles that it is
// known to hold or, when none is known, by those of the list that its shape
// shows. It is nil when neither leads to a selector.
func propose(t crawler.Trial, l notice.List, known []string) *Proposal {
	for _, seen := range t.Pages {
		a := seen.Answer
		page := family.NewPage(a.FinalURL, a.Header.Get("Content-Type"), a.Body)
		page.Today = notice.DateOf(a.Started)
		titles := known
		if len(titles) == 0 {
			shape, err := family.ListAny(page)
			if err != nil {
				continue
			}
			for _, it := range shape.Items {
				titles = append(titles, it.Title)
			}
		}
		page.List = notice.List{URL: l.URL, Column: l.Column, Options: l.Options}
		if p, ok := family.Propose(page, titles); ok {
			out := &Proposal{Family: "auto", Selectors: p.Selectors, Items: len(p.Items), Known: p.Known, Of: p.Of}
			page.List.Selectors = p.Selectors
			if f, ok := family.ByName(l.Family); ok {
				// The family still knows the pages behind this one.
				if same, err := f.List(page); err == nil && len(same.Items) >= len(p.Items) {
					out.Family = f.Name()
				}
			}
			if len(known) == 0 {
				out.Known, out.Of = 0, 0
			}
			return out
		}
	}
	return nil
}

// hint is the proposal in one line for people.
func (p *Proposal) hint() string {
	if p == nil {
		return ""
	}
	s := ""
	switch {
	case p.URL != "":
		s = "; the list stands at " + p.URL + " now: put that address into the declaration"
	case p.API != "":
		s = "; its rows come from an interface: try family: " + p.Family + ", options: {api: " + p.API + "}"
	}
	if s != "" {
		s += fmt.Sprintf("; there it shows %d items", p.Items)
		if p.Of > 0 {
			s += fmt.Sprintf(" and %d of %d known titles", p.Known, p.Of)
		}
		return s
	}
	s = "; try family: " + p.Family + ", selectors: {"
	for i, key := range []string{"item", "link", "title", "date"} {
		if v := p.Selectors[key]; v != "" {
			if i > 0 {
				s += ", "
			}
			s += fmt.Sprintf("%s: %q", key, v)
		}
	}
	s += fmt.Sprintf("}, which reads %d items", p.Items)
	if p.Of > 0 {
		s += fmt.Sprintf(" and %d of %d known titles", p.Known, p.Of)
	}
	return s
}

// knownHint says what was looked for in vain.
func knownHint(known []string) string {
	if len(known) == 0 {
		return ""
	}
	return fmt.Sprintf("; none of %d known titles stands on the page, such as %s", len(known), short(known[0]))
}

func endpointHint(endpoint string) string {
	if endpoint == "" {
		return ""
	}
	return "; a JSON endpoint stands behind it: " + endpoint
}
