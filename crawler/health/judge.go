// Package health reads illness out of the run history of a source: an emptied
// list, a block, an outage, a page that repeats itself. It is pure; what it
// returns is stored and told by others. Silence is never taken for health: a
// list that shows nothing where it showed something is ill at once. Start
// reading at Judge.
package health

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"govwatch/notice"
)

// rebuiltFor is how long a site counts as rebuilt.
const rebuiltFor = 30 * 24 * time.Hour

// remindEvery is how often an open incident is told again.
const remindEvery = 7 * 24 * time.Hour

// wavers is how soon after its end an incident that shows again is the same one.
const wavers = 3 * 24 * time.Hour

// finding is what one rule says about one run.
type finding struct {
	class   notice.IncidentClass
	scope   string
	summary string
}

// Judge compares the runs of a task with those before and returns the incidents
// whose state changes: opened, reminded, resolved. Incidents that simply go on
// are not returned. Runs of lists that were not visited say nothing about them.
func Judge(book notice.Book, runs []notice.Run, now time.Time) []notice.Incident {
	var out []notice.Incident
	open, over := map[string]notice.Incident{}, map[string]notice.Incident{}
	for _, i := range book.Health.Incidents {
		if i.State != notice.Resolved {
			open[key(i.Class, i.Scope)] = i
		} else if now.Sub(i.Resolved) <= wavers {
			over[key(i.Class, i.Scope)] = i
		}
	}
	found := map[string]bool{}
	take := func(f finding, group string) {
		k := key(f.class, f.scope)
		if found[k] {
			return
		}
		found[k] = true
		if i, ok := open[k]; ok {
			if last := latest(i.Opened, i.Reminded); now.Sub(last) >= remindEvery {
				i.State, i.Reminded, i.LastSeen, i.Summary = notice.Reminded, now, now, f.summary
				out = append(out, i)
			}
			return
		}
		if i, ok := over[k]; ok {
			// A site that wavers has one incident, not one a day.
			i.State, i.Reminded, i.LastSeen, i.Resolved = notice.Reminded, now, now, time.Time{}
			i.Summary = "again: " + f.summary
			out = append(out, i)
			return
		}
		out = append(out, notice.Incident{
			ID: notice.NewIncidentID(book.Source, f.class, f.scope, now), Source: book.Source, Class: f.class,
			State: notice.Opened, Scope: f.scope, Summary: f.summary, Opened: now, LastSeen: now, Group: group,
		})
	}
	for _, run := range runs {
		findings := examine(book, run)
		if len(findings) == 0 && run.Outcome.Good() && run.Mode != notice.Fetch {
			findings = cadence(book, run, now)
		}
		for _, f := range findings {
			take(f, Host(run.List))
		}
	}
	if len(runs) > 0 && runs[0].Mode != notice.Fetch {
		for _, f := range duty(book, now) {
			take(f, "")
		}
	}
	for k, i := range open {
		if !found[k] && recovered(book, i, runs) {
			i.State, i.Resolved = notice.Resolved, now
			i.Summary = "recovered: " + i.Summary
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b notice.Incident) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

func key(c notice.IncidentClass, scope string) string { return string(c) + "\x00" + scope }

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Host is the host part of an address: the scope of what concerns a whole site.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// examine asks every rule about one run.
func examine(book notice.Book, run notice.Run) []finding {
	history := before(book.Runs, run)
	host := Host(run.List)
	switch o := run.Outcome; {
	case o.Blocked():
		return []finding{{notice.Block, host, fmt.Sprintf("%s turns us away: %s", host, run.Reason)}}
	case o == notice.ForbiddenRobots:
		return []finding{{notice.RobotsChanged, host, fmt.Sprintf("robots.txt of %s forbids %s", host, run.List)}}
	case o == notice.TLS:
		return []finding{{notice.Cert, host, fmt.Sprintf("the certificate of %s is not accepted: %s", host, run.Reason)}}
	case o == notice.Redirected:
		return []finding{{notice.MovedSite, run.List, fmt.Sprintf("the list %s moved: %s", run.List, run.Reason)}}
	case o == notice.Gone404 || o == notice.Gone410:
		return []finding{{notice.MovedSite, run.List, fmt.Sprintf("the list %s is not there any more (%s): give its new address", run.List, o)}}
	case o == notice.Soft404 || o == notice.ErrorSink || o == notice.Empty || o == notice.Stub:
		return []finding{{notice.ListEmpty, run.List, fmt.Sprintf("the list %s shows no list: %s", run.List, run.Reason)}}
	case !o.Good() && o != "":
		return outage(run, history, host)
	}
	return examineItems(run, history)
}

// outage is an illness of the way to the site. One failure is bad luck; two
// runs in a row are an incident.
func outage(run notice.Run, history []notice.Run, host string) []finding {
	if len(history) == 0 || history[0].Outcome.Good() || history[0].Outcome.Blocked() {
		return nil
	}
	return []finding{{notice.Unreachable, host, fmt.Sprintf("%s does not answer, for two runs or more: %s %s", host, run.Outcome, run.Reason)}}
}

func examineItems(run notice.Run, history []notice.Run) []finding {
	if run.Outcome == notice.NotModified {
		return nil
	}
	var out []finding
	say := func(c notice.IncidentClass, format string, a ...any) {
		out = append(out, finding{c, run.List, fmt.Sprintf(format, a...)})
	}
	good := whole(history)
	usual := median(good, perPage)
	switch {
	case run.Items == 0 && strings.HasPrefix(run.Reason, selectorMiss):
		say(notice.SelectorMiss, "the list %s: %s", run.List, run.Reason)
	case run.Items == 0 && usual > 0:
		say(notice.ListEmpty, "the list %s shows nothing; %.0f items a page were usual. %s", run.List, usual, run.Reason)
	case run.Items == 0 && run.Complete:
		// A list that never held anything and says so is a column not yet in use.
	case run.Items == 0:
		say(notice.ListEmpty, "the list %s shows nothing. %s", run.List, run.Reason)
	case run.Titled == 0:
		say(notice.SelectorMiss, "the list %s shows %d links and no title", run.List, run.Items)
	case len(good) >= 3 && usual >= 8 && perPage(run) <= usual/3:
		say(notice.VolumeAnomaly, "the list %s shows %.0f items on its first page; %.0f were usual", run.List, perPage(run), usual)
	}
	if dated := median(good, func(r notice.Run) float64 { return ratio(r.Dated, r.Items) }); len(good) >= 3 && dated > 0.9 && run.Items >= 5 && ratio(run.Dated, run.Items) < 0.5 {
		say(notice.FieldCoverageDrop, "the list %s: %d of %d items have a date; nearly all had one", run.List, run.Dated, run.Items)
	}
	if run.Stuck {
		say(notice.PageStuck, "the list %s answers page 1 for every page number", run.List)
	}
	return out
}

// selectorMiss begins the reason of a run whose family found nothing on a page
// on which a list stands.
const selectorMiss = "selector miss"

// SelectorMiss is the reason of such a run; the crawler writes it, Judge reads it.
func SelectorMiss(family string, byShape int) string {
	return fmt.Sprintf("%s: family %s finds nothing, by its shape the page lists %d items", selectorMiss, family, byShape)
}

// before returns the earlier runs of the same list, newest first.
func before(runs []notice.Run, run notice.Run) []notice.Run {
	var out []notice.Run
	for _, r := range runs {
		if r.List == run.List && r.ID != run.ID && r.Mode != notice.Fetch {
			out = append(out, r)
		}
	}
	return out
}

// whole returns the latest runs that showed items.
func whole(history []notice.Run) []notice.Run {
	const enough = 30
	var out []notice.Run
	for _, r := range history {
		if r.Outcome == notice.OK && r.Items > 0 && len(out) < enough {
			out = append(out, r)
		}
	}
	return out
}

func median(runs []notice.Run, of func(notice.Run) float64) float64 {
	if len(runs) == 0 {
		return 0
	}
	v := make([]float64, len(runs))
	for i, r := range runs {
		v[i] = of(r)
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// perPage is the number of items on the first page of a walk; runs from before it
// was counted tell the mean of their pages.
func perPage(r notice.Run) float64 {
	if r.First > 0 {
		return float64(r.First)
	}
	return ratio(r.Items, r.Pages)
}

func ratio(a, b int) float64 { return float64(a) / float64(max(1, b)) }

// recovered reports that an incident is over: a run of this task shows it. An
// incident that came again needs three good runs in a row: one good answer
// between bad ones is flapping.
func recovered(book notice.Book, i notice.Incident, runs []notice.Run) bool {
	switch i.Class {
	case notice.RunMissed, notice.Backlog:
		return len(runs) > 0
	case notice.MovedSite:
		if i.Scope == "" {
			// A rebuilt site answers well: that its old addresses are dead is known for
			// a month, then its affairs are in order again.
			return len(runs) > 0 && runs[0].Started.Sub(i.Opened) > rebuiltFor
		}
	}
	for _, r := range runs {
		if !about(i, r) || !well(i.Class, r) {
			continue
		}
		if i.Class == notice.CadenceGap || steady(before(book.Runs, r), i) {
			return true
		}
	}
	return false
}

func about(i notice.Incident, r notice.Run) bool {
	return r.List == i.Scope || Host(r.List) == i.Scope || i.Scope == ""
}

// well says that a run shows nothing of an illness and could have shown it.
func well(c notice.IncidentClass, r notice.Run) bool {
	if !r.Outcome.Good() {
		return false
	}
	switch c {
	case notice.PageStuck:
		return r.Pages > 1 && !r.Stuck
	case notice.ListEmpty, notice.SelectorMiss, notice.VolumeAnomaly, notice.FieldCoverageDrop:
		return r.Items > 0 || r.Outcome == notice.NotModified
	}
	return true
}

// steady says that the runs before the latest were well for long enough.
func steady(history []notice.Run, i notice.Incident) bool {
	turns := 0
	for n := 1; n < len(history) && !history[n].Started.Before(i.Opened.Add(-time.Minute)); n++ {
		if well(i.Class, history[n-1]) && !well(i.Class, history[n]) {
			turns++
		}
	}
	if turns == 0 {
		return true
	}
	for n := 0; n < 2 && n < len(history); n++ {
		if !well(i.Class, history[n]) {
			return false
		}
	}
	return true
}
