package notice

import "time"

// IncidentClass says in which way a source is ill.
type IncidentClass string

// Incident classes.
const (
	ListEmpty         IncidentClass = "list_empty"
	SelectorMiss      IncidentClass = "selector_miss"
	FieldCoverageDrop IncidentClass = "field_coverage_drop"
	VolumeAnomaly     IncidentClass = "volume_anomaly"
	CadenceGap        IncidentClass = "cadence_gap"
	PageStuck         IncidentClass = "page_stuck"
	Block             IncidentClass = "block"
	Cert              IncidentClass = "cert"
	MovedSite         IncidentClass = "moved"
	RobotsChanged     IncidentClass = "robots_changed"
	RunMissed         IncidentClass = "run_missed"
	Backlog           IncidentClass = "backlog"
	// Unreachable is an outage of the site itself: time-outs, refused connections, 5xx.
	Unreachable IncidentClass = "unreachable"
)

// IncidentClasses are all of them, so that what counts by class counts none as zero.
func IncidentClasses() []IncidentClass {
	return []IncidentClass{
		ListEmpty, SelectorMiss, FieldCoverageDrop, VolumeAnomaly, CadenceGap, PageStuck, Block, Cert,
		MovedSite, RobotsChanged, RunMissed, Backlog, Unreachable,
	}
}

// IncidentState is open, reminded or resolved.
type IncidentState string

// States of an incident.
const (
	Opened   IncidentState = "opened"
	Reminded IncidentState = "reminded"
	Resolved IncidentState = "resolved"
)

// Incident is one illness of a source from its first sign to its recovery.
type Incident struct {
	ID     IncidentID
	Source SourceID
	Class  IncidentClass
	State  IncidentState
	// Scope is what it concerns: the address of a list, a host, or nothing.
	Scope string
	// Summary is one line for people; it says what was expected and what came.
	Summary  string
	Opened   time.Time
	LastSeen time.Time
	Reminded time.Time
	Resolved time.Time
	// Evidence are the captures that opened it, Blobs their archived bodies.
	Evidence []CaptureID
	// LastGood is the latest capture from before it.
	LastGood CaptureID
	// Group is the host it shows on, by which incidents with one cause are found.
	Group string
	// Proposal is a repair that a person may approve, such as a selector.
	Proposal string
}

// Outbreak is several incidents with one cause: a site that several sources read,
// a network in front of many sites (a CDN), our own way out.
type Outbreak struct {
	// Name is the shared site, or the class where the sites differ.
	Name    string
	Summary string
	// Wide says that the cause lies beyond one site.
	Wide bool
	// Incidents are its members, the earliest first; one alone is an outbreak too.
	Incidents []Incident
}

// Health is what a source's runs add up to.
type Health struct {
	Source      SourceID
	State       SourceState
	LastDue     time.Time
	LastRun     time.Time
	LastSuccess time.Time
	NextDue     time.Time
	// PausedUntil is when a host that asked for a pause or blocks us may be visited again.
	PausedUntil time.Time
	// Incidents are those that are open and, in a Book, those that were resolved in
	// the last three days.
	Incidents []Incident
}
