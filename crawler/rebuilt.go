package crawler

import (
	"fmt"
	"slices"
	"time"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// rebuiltFor is how long after the sign of a rebuilt site misses count for nothing.
const rebuiltFor = 30 * day

// rebuilt says that the site was found rebuilt not long ago.
func (j *job) rebuilt() bool {
	sign := func(i notice.Incident) bool {
		return i.Class == notice.MovedSite && i.Scope == "" && i.State != notice.Resolved && j.now.Sub(i.Opened) < rebuiltFor
	}
	over := func(i notice.Incident) bool {
		return i.Class == notice.MovedSite && i.Scope == "" && i.State == notice.Resolved
	}
	return (slices.ContainsFunc(j.book.Health.Incidents, sign) || slices.ContainsFunc(j.report.Incidents, sign)) && !slices.ContainsFunc(j.report.Incidents, over)
}

// elsewhere maps the titles that the lists show to their documents; titles that
// stand there twice tell nothing.
func (j *job) elsewhere() map[string]notice.DocumentID {
	out := map[string]notice.DocumentID{}
	for _, w := range j.walked {
		for _, f := range w.Items {
			k := titleKey(f.Title)
			if _, twice := out[k]; twice || len(k) < 24 {
				out[k] = ""
				continue
			}
			out[k] = f.ID
		}
	}
	for k, id := range out {
		if id == "" {
			delete(out, k)
		}
	}
	return out
}

func titleKey(t string) string { return textzh.Squeeze(textzh.Fold(t)) }

// siteMoved reports that a whole part of a site no longer stands where it stood.
// The ledger makes all documents of the source due: they are visited at once.
func (j *job) siteMoved(why string) {
	open := func(i notice.Incident) bool {
		return i.Class == notice.MovedSite && i.Scope == "" && i.State != notice.Resolved
	}
	if slices.ContainsFunc(j.book.Health.Incidents, open) || slices.ContainsFunc(j.report.Incidents, open) {
		return
	}
	j.report.Incidents = append(j.report.Incidents, notice.Incident{
		ID: notice.NewIncidentID(j.src.ID, notice.MovedSite, "", j.now), Source: j.src.ID, Class: notice.MovedSite, State: notice.Opened,
		Summary: why, Opened: j.now, LastSeen: j.now,
	})
}

// cameBack ends the incident of a rebuilt site whose documents answer again where
// they stood before: it was ill, not rebuilt, and what is missing now counts.
func (j *job) cameBack() {
	for _, i := range j.book.Health.Incidents {
		told := slices.ContainsFunc(j.report.Incidents, func(o notice.Incident) bool { return o.ID == i.ID })
		if i.Class != notice.MovedSite || i.Scope != "" || i.State == notice.Resolved || told {
			continue
		}
		missing := 0
		for _, m := range j.misses {
			if m.doc.FirstSeen.Before(i.Opened) {
				missing++
			}
		}
		stood := 0
		for _, first := range j.stood {
			if first.Before(i.Opened) {
				stood++
			}
		}
		if stood >= fewOld && stood > 2*missing {
			i.State, i.Resolved, i.LastSeen, i.Summary = notice.Resolved, j.now, j.now, "recovered: "+i.Summary
			j.report.Incidents = append(j.report.Incidents, i)
		}
	}
}

const (
	// fewOld is the number of items below which a list tells nothing of its addresses.
	fewOld = 5
	// lateDays is how long before the last whole walk an entry must be dated to have
	// been seen by it for sure: some are entered days late.
	lateDays = 3
)

// readdressed notices a list whose first pages show entries that the last whole
// walk must have seen, nearly all at addresses that nobody knows: the site was
// rebuilt. Walks that go where none has been prove nothing.
func (j *job) readdressed(list notice.List, plan Plan, last time.Time, out Walked) {
	if plan.All || plan.Resume != "" || last.IsZero() || !out.Run.Complete {
		return
	}
	seen := notice.DateOf(last).AddDays(-lateDays)
	old, unknown := 0, 0
	for _, f := range out.Items {
		if f.Position > 2*out.Run.First || f.Date.IsZero() || f.Date.Compare(seen) > 0 {
			continue
		}
		if old++; f.Known == "" {
			unknown++
		}
	}
	if old >= fewOld && unknown*5 >= old*4 {
		j.siteMoved(fmt.Sprintf("the list %s shows %d of %d older entries at new addresses: the site was rebuilt; all its documents are visited again, none counts as withdrawn", list.URL, unknown, old))
	}
}

// awaited says that an item may be a known document of a site that has just been
// found rebuilt: it is read when the old addresses have been asked, so that it is
// told as moved and not as new.
func (j *job) awaited(f Found, state notice.ListState) bool {
	found := slices.ContainsFunc(j.report.Incidents, func(i notice.Incident) bool {
		return i.Class == notice.MovedSite && i.Scope == "" && i.State == notice.Opened
	})
	return found && f.Known == "" && state.Baseline && !f.Date.IsZero() && f.Date.Compare(notice.DateOf(j.walkedBefore(state.URL)).AddDays(-lateDays)) <= 0
}
