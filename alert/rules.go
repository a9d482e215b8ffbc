package alert

import (
	"slices"
	"strings"
	"sync"
	"time"

	"govwatch/internal/textzh"
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
// policy, a central body issues one, a source falls ill or recovers. They ask
// for the class policy, so that drafts, interpretations and news stay quiet.
func DefaultRules() []Rule {
	yes := true
	return []Rule{
		{Name: "province-climate-policy", Levels: []notice.Level{notice.Provincial}, Classes: []notice.Class{notice.Policy}, Climate: &yes},
		{Name: "central-climate-policy", Levels: []notice.Level{notice.Central}, Classes: []notice.Class{notice.Policy}, Climate: &yes},
		{Name: "source-ill", Kinds: []notice.EventKind{notice.IncidentOpened, notice.IncidentResolved}},
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

// Evaluate returns the alerts that an occasion makes, in the order of rules and
// channels, ready to be raised. Nothing is told of a baseline document that is
// older than the grace, of our own re-extraction, of a file apart from its page,
// of a copy of a work that was known before, and of an edit without difference.
func (s Set) Evaluate(o notice.Occasion, now time.Time) []notice.Alert {
	if s.silent(o) {
		return nil
	}
	var alerts []notice.Alert
	words := wordsOf(o.Record)
	for _, r := range s.Rules {
		why, ok := r.match(o, words)
		if !ok {
			continue
		}
		channels := r.Channels
		if len(channels) == 0 {
			channels = s.Channels
		}
		for _, c := range channels {
			a := notice.Alert{ID: notice.NewAlertID(r.Name, c, o.Event.ID), Rule: r.Name, Channel: c, Event: o.Event.ID, Once: once(o),
				Source: o.Event.Source, Document: o.Event.Document, Incident: o.Event.Incident, State: notice.Due, Raised: now, NextTry: now}
			a.Message = s.render(a, o, why)
			alerts = append(alerts, a)
		}
	}
	return alerts
}

// once is what a rule speaks of only once: the work of a new record, so that
// its copies on other sites make one message.
func once(o notice.Occasion) string {
	if o.Event.Kind == notice.RecordExtracted && o.Record != nil && o.Record.Work != "" && !edit(o.Change) {
		return "work " + string(o.Record.Work)
	}
	return string(o.Event.ID)
}

func edit(c *notice.Change) bool {
	return c != nil && c.Kind != notice.ChangeNew && c.Kind != notice.ChangeSame
}

// silent holds for every rule.
func (s Set) silent(o notice.Occasion) bool {
	if o.Event.Incident != "" {
		return false
	}
	r := o.Record
	switch {
	case o.Event.Cause == notice.Reextract || r != nil && r.Cause == notice.Reextract:
		return true
	case o.Document != nil && o.Document.Parent != "":
		return true
	case o.Event.Kind == notice.DocumentModified && (o.Change == nil || o.Change.Diff == "" && len(o.Change.Meaning) == 0):
		return true
	case s.baseline(o) && !s.fresh(o):
		return true
	}
	// A copy that turns up while the first is fresh is left to Once: the first
	// may have been misread.
	return o.Event.Kind == notice.RecordExtracted && !o.WorkKnown.IsZero() &&
		seen(o).Sub(o.WorkKnown) > time.Duration(max(s.grace(), 0)+1)*24*time.Hour
}

func (s Set) baseline(o notice.Occasion) bool {
	return o.Event.Baseline || o.Record != nil && o.Record.Baseline || o.Document != nil && o.Document.Baseline && !edit(o.Change)
}

func (s Set) grace() int {
	if s.GraceDays == 0 {
		return 3
	}
	return s.GraceDays
}

// fresh reports a publication within the grace before first sight. A date a day
// ahead is a site's slip and counts as today.
func (s Set) fresh(o notice.Occasion) bool {
	var published notice.Date
	if o.Record != nil {
		published = o.Record.Published
	}
	if published.IsZero() && o.Document != nil {
		published = o.Document.ListDate
	}
	if published.IsZero() || s.grace() < 0 {
		return false
	}
	age := notice.DateOf(seen(o)).Days(published)
	return age >= -1 && age <= s.grace()
}

func seen(o notice.Occasion) time.Time {
	if o.Document != nil && !o.Document.FirstSeen.IsZero() {
		return o.Document.FirstSeen
	}
	return o.Event.At
}

// match reports whether a rule holds, and by what, for people.
func (r Rule) match(o notice.Occasion, t texts) (why []string, ok bool) {
	if !slices.Contains(r.kinds(), o.Event.Kind) || len(r.Sources) > 0 && !slices.Contains(r.Sources, o.Event.Source) {
		return nil, false
	}
	if o.Event.Incident != "" {
		return r.matchIncident(o)
	}
	if len(r.Incidents) > 0 {
		return nil, false
	}
	if o.Event.Kind == notice.RecordExtracted && o.Change != nil && !contains(r.Changes, o.Change.Kind, notice.ChangeNew) {
		return nil, false
	}
	if r.MinSignificance > 0 && (o.Change == nil || o.Change.Significance < r.MinSignificance) {
		return nil, false
	}
	return r.matchRecord(o, t)
}

// contains looks in a list that stands for one value when it is empty.
func contains[T comparable](list []T, v, empty T) bool {
	if len(list) == 0 {
		return v == empty
	}
	return slices.Contains(list, v)
}

func (r Rule) matchIncident(o notice.Occasion) ([]string, bool) {
	i := o.Incident
	if i == nil || r.asksRecord() || len(r.Incidents) > 0 && !slices.Contains(r.Incidents, i.Class) {
		return nil, false
	}
	if len(r.Levels) > 0 && !slices.Contains(r.Levels, o.Source.Level) || len(r.Regions) > 0 && !inRegion(r.Regions, o.Source.Region) {
		return nil, false
	}
	return []string{"incident " + string(i.Class)}, true
}

// asksRecord reports a condition that only a record can meet.
func (r Rule) asksRecord() bool {
	return len(r.Issuers)+len(r.Classes)+len(r.Sectors)+len(r.ActionTypes)+len(r.Words)+len(r.AllWords)+len(r.Implements) > 0 ||
		r.Climate != nil || r.HasTarget
}

func (r Rule) matchRecord(o notice.Occasion, t texts) (why []string, ok bool) {
	rec := o.Record
	if rec == nil {
		rec = &notice.Record{}
		if r.asksRecord() || len(r.Not) > 0 {
			return nil, false
		}
	}
	level, region := orElse(rec.Level, o.Source.Level), orElse(rec.Region, o.Source.Region)
	say := func(what string) { why = append(why, what) }
	if len(r.Levels) > 0 {
		if !slices.Contains(r.Levels, level) {
			return nil, false
		}
		say("level " + string(level))
	}
	if len(r.Regions) > 0 {
		if !inRegion(r.Regions, region) && !inRegion(r.Regions, rec.SubjectRegion) {
			return nil, false
		}
		say("region " + region)
	}
	if len(r.Classes) > 0 {
		if !slices.Contains(r.Classes, rec.Class) {
			return nil, false
		}
		say("class " + string(rec.Class))
	}
	if r.Climate != nil {
		if rec.Climate != *r.Climate {
			return nil, false
		}
		say("climate " + yesNo(rec.Climate))
	}
	if len(r.ActionTypes) > 0 {
		if !slices.Contains(r.ActionTypes, rec.ActionType) {
			return nil, false
		}
		say("action " + rec.ActionType)
	}
	if r.HasTarget {
		if len(rec.Targets) == 0 {
			return nil, false
		}
		say("target " + cut(rec.Targets[0].Text, 40))
	}
	for _, c := range []struct {
		name string
		want []string
		find func(string) bool
	}{
		{"issuer", r.Issuers, func(w string) bool {
			return slices.ContainsFunc(rec.Issuers, func(i string) bool { return strings.Contains(i, w) })
		}},
		{"sector", r.Sectors, func(w string) bool { return slices.Contains(rec.Sectors, w) }},
		{"implements", r.Implements, func(w string) bool { return implements(rec.Relations, w) }},
	} {
		if len(c.want) == 0 {
			continue
		}
		i := slices.IndexFunc(c.want, c.find)
		if i < 0 {
			return nil, false
		}
		say(c.name + " " + c.want[i])
	}
	words, ok := r.matchWords(t)
	return append(why, words...), ok
}

// texts are what words are looked for in, made comparable when first asked for.
type texts struct{ title, all func() string }

func wordsOf(r *notice.Record) texts {
	if r == nil {
		r = &notice.Record{}
	}
	title := sync.OnceValue(func() string { return squeeze(r.Title) + "\n" + squeeze(r.SubjectTitle) + "\n" })
	return texts{title, sync.OnceValue(func() string {
		return title() + squeeze(strings.Join(r.SubjectWords, "|")) + "\n" + squeeze(r.Body)
	})}
}

func (r Rule) matchWords(t texts) (why []string, ok bool) {
	if len(r.Words)+len(r.AllWords)+len(r.Not) == 0 {
		return nil, true
	}
	text := t.title()
	if !r.TitleOnly {
		text = t.all()
	}
	has := func(w string) bool { return w != "" && strings.Contains(text, squeeze(w)) }
	var found []string
	for _, w := range r.Words {
		if has(w) {
			found = append(found, w)
		}
	}
	if len(r.Words) > 0 && len(found) == 0 || slices.ContainsFunc(r.Not, has) {
		return nil, false
	}
	for _, w := range r.AllWords {
		if !has(w) {
			return nil, false
		}
		found = append(found, w)
	}
	if len(found) == 0 {
		return nil, true
	}
	return []string{"words " + strings.Join(found, "、")}, true
}

// squeeze makes texts comparable: width, blanks and case do not count.
func squeeze(s string) string { return strings.ToLower(textzh.Squeeze(textzh.Fold(s))) }

// implements compares a wish, a number or a title, with the relations of a record.
func implements(rels []notice.Relation, wish string) bool {
	strip := func(s string) string { return strings.Trim(squeeze(textzh.Brackets(s)), "《》") }
	want := strip(wish)
	return want != "" && slices.ContainsFunc(rels, func(r notice.Relation) bool {
		return r.Type == notice.Implements && (strip(r.Number) == want || strip(r.Title) == want || wish == string(r.Work))
	})
}

// inRegion reports whether a code is one of the regions or lies in one.
func inRegion(regions []string, code string) bool {
	return code != "" && slices.ContainsFunc(regions, func(r string) bool {
		if r == "100000" || r == "" {
			return r == code
		}
		for len(r) > 2 && len(r)%2 == 0 && strings.HasSuffix(r, "00") {
			r = r[:len(r)-2]
		}
		return strings.HasPrefix(code, r)
	})
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
