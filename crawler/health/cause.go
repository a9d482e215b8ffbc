package health

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"govwatch/internal/urlx"
	"govwatch/notice"
)

// Cause is what several open incidents have in common.
type Cause struct {
	// Name is the shared host, site or class.
	Name      string
	Summary   string
	Incidents []notice.Incident
}

const (
	// manySources is how many sources at once make one cause of one class.
	manySources = 3
	// atOnce is how far apart such incidents may open.
	atOnce = 2 * time.Hour
)

// Causes groups open incidents that share a cause, the largest first: one site
// behind several sources, or one class of failure that many sources show at the
// same time: a delivery network (CDN), or our own way out. An incident alone is
// a cause of its own.
func Causes(open []notice.Incident) []Cause {
	rest := slices.Clone(open)
	slices.SortFunc(rest, func(a, b notice.Incident) int {
		if c := a.Opened.Compare(b.Opened); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	var out []Cause
	take := func(same func(notice.Incident) bool) (group []notice.Incident) {
		rest = slices.DeleteFunc(rest, func(i notice.Incident) bool {
			if same(i) {
				group = append(group, i)
				return true
			}
			return false
		})
		return group
	}
	for _, first := range slices.Clone(rest) {
		if !outward(first.Class) || !slices.ContainsFunc(rest, func(i notice.Incident) bool { return i.ID == first.ID }) {
			continue
		}
		wave := func(i notice.Incident) bool {
			return i.Class == first.Class && i.Opened.Sub(first.Opened) >= 0 && i.Opened.Sub(first.Opened) <= atOnce
		}
		if n := sources(rest, wave); n >= manySources {
			out = append(out, Cause{string(first.Class), fmt.Sprintf("%d sources show %s at once: a shared network in front of them, or our own way out", n, first.Class), take(wave)})
		}
	}
	for len(rest) > 0 {
		first := rest[0]
		group := take(func(i notice.Incident) bool {
			return i.ID == first.ID || i.Class == first.Class && i.Group != "" && urlx.SameSite(i.Group, first.Group)
		})
		name := first.Group
		if name == "" {
			name = string(first.Source)
		}
		out = append(out, Cause{name, first.Summary, group})
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return len(b.Incidents) - len(a.Incidents) })
	return out
}

// outward reports a class that the way to a site can cause.
func outward(c notice.IncidentClass) bool {
	return c == notice.Block || c == notice.Unreachable || c == notice.Cert
}

func sources(list []notice.Incident, is func(notice.Incident) bool) int {
	seen := map[notice.SourceID]bool{}
	for _, i := range list {
		if is(i) {
			seen[i.Source] = true
		}
	}
	return len(seen)
}
