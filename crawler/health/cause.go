package health

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"govwatch/internal/urlx"
	"govwatch/notice"
)

const (
	// manySources is how many sources at once make one cause of one class.
	manySources = 3
	// atOnce is how far apart such incidents may open.
	atOnce = 2 * time.Hour
)

// Outbreaks groups incidents that share a cause, the largest first: one site
// behind several sources, or one class of failure that many sources show at the
// same time: a delivery network (CDN), or our own way out. An incident alone is
// an outbreak of its own. Incidents that are over count too: they belong to what
// was ill when they began.
func Outbreaks(incidents []notice.Incident) []notice.Outbreak {
	rest := slices.Clone(incidents)
	slices.SortFunc(rest, func(a, b notice.Incident) int {
		if c := a.Opened.Compare(b.Opened); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	out, rest := waves(rest)
	for len(rest) > 0 {
		first, until := rest[0], end(rest[0])
		var group []notice.Incident
		rest = slices.DeleteFunc(rest, func(i notice.Incident) bool {
			mine := i.ID == first.ID || i.Class == first.Class && i.Group != "" && urlx.SameSite(i.Group, first.Group) && !i.Opened.After(until)
			if mine {
				group = append(group, i)
				until = latest(until, end(i))
			}
			return mine
		})
		name := first.Group
		if name == "" {
			name = string(first.Source)
		}
		out = append(out, notice.Outbreak{Name: name, Summary: first.Summary, Incidents: group})
	}
	slices.SortStableFunc(out, func(a, b notice.Outbreak) int { return len(b.Incidents) - len(a.Incidents) })
	return out
}

// waves takes out what many sources of several sites show at once. Each member
// opens within atOnce of the first.
func waves(list []notice.Incident) (out []notice.Outbreak, rest []notice.Incident) {
	taken := map[notice.IncidentID]bool{}
	for _, first := range list {
		if !outward(first.Class) || taken[first.ID] {
			continue
		}
		var group []notice.Incident
		sources := map[notice.SourceID]bool{}
		for _, i := range list {
			if i.Class == first.Class && !taken[i.ID] && i.Opened.Sub(first.Opened) >= 0 && i.Opened.Sub(first.Opened) <= atOnce {
				group = append(group, i)
				sources[i.Source] = true
			}
		}
		if len(sources) < manySources || oneSite(group) {
			continue
		}
		for _, i := range group {
			taken[i.ID] = true
		}
		out = append(out, notice.Outbreak{
			Name: string(first.Class), Wide: true, Incidents: group,
			Summary: fmt.Sprintf("%d sources show %s at once: a shared network in front of them, or our own way out", len(sources), first.Class),
		})
	}
	return out, slices.DeleteFunc(list, func(i notice.Incident) bool { return taken[i.ID] })
}

// oneSite says that a group needs no wider cause than its site.
func oneSite(group []notice.Incident) bool {
	return !slices.ContainsFunc(group, func(i notice.Incident) bool { return !urlx.SameSite(i.Group, group[0].Group) })
}

// end is when an incident was over; one that is not lasts for ever.
func end(i notice.Incident) time.Time {
	if i.State == notice.Resolved {
		return i.Resolved
	}
	return time.Unix(1<<40, 0)
}

// outward reports a class that the way to a site can cause.
func outward(c notice.IncidentClass) bool {
	return c == notice.Block || c == notice.Unreachable || c == notice.Cert
}
