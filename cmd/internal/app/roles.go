package app

import (
	"fmt"
	"slices"
	"strings"
)

// Role is one job of the pipeline. In a cluster each may run in its own process.
type Role string

// Roles in the order in which they start.
const (
	RoleRelay    Role = "relay"
	RoleAlert    Role = "alert"
	RoleExtract  Role = "extract"
	RoleCrawl    Role = "crawl"
	RoleSchedule Role = "schedule"
	RoleWeb      Role = "web"
)

// AllRoles is every role, in starting order: who receives starts before who sends.
func AllRoles() []Role {
	return []Role{RoleRelay, RoleAlert, RoleExtract, RoleCrawl, RoleSchedule, RoleWeb}
}

// ParseRoles reads a comma-separated list; empty means all.
func ParseRoles(s string) ([]Role, error) {
	if strings.TrimSpace(s) == "" || s == "all" {
		return AllRoles(), nil
	}
	var out []Role
	for _, part := range strings.Split(s, ",") {
		r := Role(strings.TrimSpace(part))
		if !slices.Contains(AllRoles(), r) {
			return nil, fmt.Errorf("%w: role %q is not known; there are schedule, crawl, relay, extract, alert, web", ErrConfig, r)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Role) int {
		return slices.Index(AllRoles(), a) - slices.Index(AllRoles(), b)
	})
	return slices.Compact(out), nil
}
