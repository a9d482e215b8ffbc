package alert

import (
	"time"

	"govwatch/notice"
)

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
			a := notice.Alert{ID: notice.NewAlertID(r.Name, c, o.Event.ID), Rule: r.Name, Channel: c, Event: o.Event.ID, Kind: o.Event.Kind, Once: once(o),
				Source: o.Event.Source, Document: o.Event.Document, Incident: o.Event.Incident, State: notice.Due, Raised: now, NextTry: now}
			a.Message = s.render(a, o, why)
			alerts = append(alerts, a)
		}
	}
	return alerts
}

// once is what a rule speaks of only once: the work of a new record, and the work
// whose validity a day changed, so that its copies make one message.
func once(o notice.Occasion) string {
	if o.Event.Kind == notice.RecordExtracted && o.Record != nil && o.Record.Work != "" && !edit(o.Change) {
		return "work " + string(o.Record.Work)
	}
	if o.Event.Cause == notice.Calendar && o.Record != nil && o.Record.Work != "" {
		return "validity " + string(o.Record.Validity) + " work " + string(o.Record.Work)
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
	if o.Event.Cause == notice.Calendar {
		// A term that ends today is news of today, however old the document is.
		return o.Document != nil && o.Document.Parent != ""
	}
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
