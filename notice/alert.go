package notice

import "time"

// AlertState is how far a message has come.
type AlertState string

// States of an alert. Dead ones used up their attempts; they are kept and shown.
// Folded ones are told by another alert, about several incidents with one cause.
const (
	Due       AlertState = "due"
	Folded    AlertState = "folded"
	Delivered AlertState = "delivered"
	Retry     AlertState = "retry"
	Dead      AlertState = "dead"
)

// Alert is one rule's message about one event on one channel.
type Alert struct {
	ID      AlertID
	Rule    string
	Channel string
	Event   EventID
	// Kind is the event's; Outbreak is set on an alert about several incidents.
	Kind     EventKind
	Outbreak bool
	// Once is what a rule speaks of only once on a channel: the work of a new
	// record, so that ten copies of one policy make one message; else the event.
	// Rule, Channel and Once are unique together: Raise keeps the first.
	Once     string
	Source   SourceID
	Document DocumentID
	Incident IncidentID
	// Message is rendered when the alert is raised, so that a late delivery says
	// what was true then.
	Message  Message
	State    AlertState
	Attempts int
	Raised   time.Time
	NextTry  time.Time
	// LastError is the channel's word on the last failed attempt.
	LastError string
	Delivered time.Time
}

// Message is what a channel sends: the same words everywhere.
type Message struct {
	// ID is the alert's; a channel carries it in a header so that a receiver can drop a repeat.
	ID      AlertID
	Rule    string
	Subject string
	Text    string
	URL     string
	// Fields are the facts in order: label and value.
	Fields []Field
	At     time.Time
}

// Field is one labelled fact of a message.
type Field struct {
	Label string
	Value string
}

// Occasion is all that a rule may look at: an event and what it is about.
type Occasion struct {
	Event    Event
	Source   Source
	Document *Document
	Record   *Record
	Change   *Change
	Incident *Incident
	// WorkKnown is since when the record's work is known by another document: the
	// earliest first sight or publication of its other copies; zero when there is
	// none. A reprint of an old policy is not news.
	WorkKnown time.Time
}

// DeliveryOutcome is what became of one attempt to send.
type DeliveryOutcome struct {
	State   AlertState
	NextTry time.Time
	Error   string
	At      time.Time
}
