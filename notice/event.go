package notice

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// EventKind is the noun and verb of something that happened.
type EventKind string

// Event kinds: the vocabulary of the EVENTS stream (docs/EVENTS.md).
const (
	DocumentDiscovered          EventKind = "document.discovered"
	DocumentNew                 EventKind = "document.new"
	DocumentModified            EventKind = "document.modified"
	DocumentReverted            EventKind = "document.reverted"
	DocumentMoved               EventKind = "document.moved"
	DocumentWithdrawalSuspected EventKind = "document.withdrawal_suspected"
	DocumentWithdrawn           EventKind = "document.withdrawn"
	DocumentReinstated          EventKind = "document.reinstated"
	VersionRecorded             EventKind = "version.recorded"
	AttachmentAdded             EventKind = "attachment.added"
	AttachmentModified          EventKind = "attachment.modified"
	AttachmentRemoved           EventKind = "attachment.removed"
	RecordExtracted             EventKind = "record.extracted"
	RecordCorrected             EventKind = "record.corrected"
	ValidityChanged             EventKind = "validity.changed"
	SourceHealthChanged         EventKind = "source.health_changed"
	IncidentOpened              EventKind = "incident.opened"
	IncidentReminded            EventKind = "incident.reminded"
	IncidentResolved            EventKind = "incident.resolved"
	RunCompleted                EventKind = "run.completed"
	RunFailed                   EventKind = "run.failed"
	ExtractDeadLettered         EventKind = "extract.dead_lettered"
	AlertDelivered              EventKind = "alert.delivered"
	AlertFailed                 EventKind = "alert.failed"
)

// Event says that something happened, by keys: who needs the content reads it
// from the tracker or the archive.
type Event struct {
	ID   EventID
	Kind EventKind
	// Level and Region are the source's; they are part of the subject.
	Level    Level
	Region   string
	Source   SourceID
	Document DocumentID
	Version  VersionID
	Record   VersionID
	Incident IncidentID
	Alert    AlertID
	Baseline bool
	Cause    Cause
	At       time.Time
}

// Subject is where the event is published: gov.<level>.<region>.<source>.<noun>.<verb>.
func (e Event) Subject() string {
	return strings.Join([]string{"gov", token(string(e.Level)), token(e.Region), token(string(e.Source)), string(e.Kind)}, ".")
}

// token makes a value safe as one part of a subject: an empty part or one that
// holds a separator or a wildcard would change who receives the event.
func token(s string) string {
	if s == "" {
		return "none"
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '.', '*', '>', ' ', '\t', '\r', '\n':
			return '_'
		}
		return r
	}, s)
}

// cloudEvent is the wire form: CloudEvents 1.0 JSON, structured mode.
type cloudEvent struct {
	SpecVersion     string    `json:"specversion"`
	ID              string    `json:"id"`
	Source          string    `json:"source"`
	Type            string    `json:"type"`
	Subject         string    `json:"subject,omitempty"`
	Time            time.Time `json:"time"`
	DataContentType string    `json:"datacontenttype"`
	DataSchema      string    `json:"dataschema"`
	Data            eventData `json:"data"`
}

type eventData struct {
	Level    Level      `json:"level"`
	Region   string     `json:"region"`
	Source   SourceID   `json:"source"`
	Document DocumentID `json:"document,omitempty"`
	Version  VersionID  `json:"version,omitempty"`
	Record   VersionID  `json:"record,omitempty"`
	Incident IncidentID `json:"incident,omitempty"`
	Alert    AlertID    `json:"alert,omitempty"`
	Baseline bool       `json:"baseline"`
	Cause    Cause      `json:"cause,omitempty"`
}

// eventTypePrefix makes CloudEvents types unique among other producers on a bus.
const eventTypePrefix = "gov.watch."

// MarshalJSON writes the event as CloudEvents 1.0.
func (e Event) MarshalJSON() ([]byte, error) {
	subject := string(e.Document)
	if subject == "" {
		subject = string(e.Incident)
	}
	return json.Marshal(cloudEvent{
		SpecVersion: "1.0", ID: string(e.ID), Source: "/govwatch/sources/" + string(e.Source),
		Type: eventTypePrefix + string(e.Kind), Subject: subject, Time: e.At.UTC(),
		DataContentType: "application/json", DataSchema: "urn:govwatch:event:1",
		Data: eventData{e.Level, e.Region, e.Source, e.Document, e.Version, e.Record, e.Incident, e.Alert, e.Baseline, e.Cause},
	})
}

// UnmarshalJSON reads what MarshalJSON writes and refuses anything without an
// ID, a type of ours and a source.
func (e *Event) UnmarshalJSON(b []byte) error {
	var c cloudEvent
	if err := json.Unmarshal(b, &c); err != nil {
		return fmt.Errorf("decode event: %w", err)
	}
	kind, ours := strings.CutPrefix(c.Type, eventTypePrefix)
	switch {
	case c.SpecVersion != "1.0":
		return fmt.Errorf("decode event: specversion %q, want 1.0", c.SpecVersion)
	case c.ID == "":
		return fmt.Errorf("decode event: no id")
	case !ours || kind == "":
		return fmt.Errorf("decode event %s: type %q is not one of ours", c.ID, c.Type)
	}
	d := c.Data
	*e = Event{EventID(c.ID), EventKind(kind), d.Level, d.Region, d.Source, d.Document, d.Version, d.Record, d.Incident, d.Alert, d.Baseline, d.Cause, c.Time}
	return nil
}
