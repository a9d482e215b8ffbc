package alert

import (
	"slices"

	"govwatch/notice"
)

// Rule says which occasions a person wants to hear of. Every field that is set
// must hold; an empty field asks for nothing. Within a field one match is enough.
type Rule struct {
	// Name is part of the alert's identity: renaming a rule makes it another one.
	Name string
	// Kinds of events; empty means record.extracted, or incident.opened and
	// incident.resolved when Incidents is set.
	Kinds []notice.EventKind
	// Changes that a record must come from; empty means new documents only. Edits
	// are announced by document.modified and need no entry here.
	Changes []notice.ChangeKind
	Levels  []notice.Level
	// Regions are six-digit codes or their beginnings: 44 and 440000 cover
	// Guangdong and its cities. The nation, 100000, is itself alone.
	Regions []string
	// Issuers are official names or parts of them; any issuer of the record may match.
	Issuers     []string
	Classes     []notice.Class
	Sectors     []string
	ActionTypes []string
	// Words: one must occur, AllWords: each must, Not: none may. They are looked
	// for in titles, subject words and text, or in titles alone when TitleOnly.
	Words, AllWords, Not []string
	TitleOnly            bool
	Climate              *bool
	// MinSignificance is for edits, 0 to 1.
	MinSignificance float64
	// HasTarget asks for a quantitative goal.
	HasTarget bool
	// Implements are numbers or titles of documents that the record carries out.
	Implements []string
	Incidents  []notice.IncidentClass
	Sources    []notice.SourceID
	// Channels are names of channels; empty means all.
	Channels []string
}

// Set is a list of rules with what they are judged by. It is not changed and
// may be used concurrently.
type Set struct {
	Rules []Rule
	// Channels are the names of all channels there are.
	Channels []string
	// GraceDays is how old a baseline document's publication may be at its first
	// sight and still be told; zero means 3, negative means never.
	GraceDays int
	// RegionName gives the name of a region code; nil leaves codes.
	RegionName func(code string) string
}

// DefaultRules are shipped with the program: a province issues a climate
// policy, a central body issues one, a source falls ill, stays so or recovers. They ask
// for the class policy, so that drafts, interpretations and news stay quiet.
func DefaultRules() []Rule {
	yes := true
	return []Rule{
		{Name: "province-climate-policy", Levels: []notice.Level{notice.Provincial}, Classes: []notice.Class{notice.Policy}, Climate: &yes},
		{Name: "central-climate-policy", Levels: []notice.Level{notice.Central}, Classes: []notice.Class{notice.Policy}, Climate: &yes},
		{Name: "source-ill", Kinds: []notice.EventKind{notice.IncidentOpened, notice.IncidentReminded, notice.IncidentResolved}},
	}
}

// Kinds returns the kinds of events that the rules ask for.
func (s Set) Kinds() []notice.EventKind {
	var kinds []notice.EventKind
	for _, r := range s.Rules {
		for _, k := range r.kinds() {
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	return kinds
}

func (r Rule) kinds() []notice.EventKind {
	switch {
	case len(r.Kinds) > 0:
		return r.Kinds
	case len(r.Incidents) > 0:
		return []notice.EventKind{notice.IncidentOpened, notice.IncidentResolved}
	}
	return []notice.EventKind{notice.RecordExtracted}
}
