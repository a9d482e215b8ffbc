package notice

import (
	"errors"
	"math"
	"time"
)

// ErrMoved says that the document changed since it was read: read the head
// again and decide again.
var ErrMoved = errors.New("document changed since it was read")

// ErrUnknown says that the tracker or the archive holds no such thing.
var ErrUnknown = errors.New("not known")

// ErrCorrupt says that stored bytes do not match their key.
var ErrCorrupt = errors.New("stored bytes do not match their key")

// Book is what a worker must know of a source before it starts.
type Book struct {
	Source SourceID
	Health Health
	// Lists holds the state of each list by the address as declared.
	Lists map[string]ListState
	// Runs are the latest runs of the source, newest first, at most 200.
	Runs []Run
	// Due are live documents whose NextVisit has come, policies first, then the longest overdue.
	Due []Document
	// Missing are documents that were not there at their last visits, and those
	// gone whose address is due again.
	Missing []Document
	// Owed are documents nobody holds yet whose NextVisit has come, the longest
	// overdue first.
	Owed []Document
	// Held counts the documents of the source that are neither attachments nor owed.
	Held int
}

// ListState is what is remembered of a list between walks.
type ListState struct {
	URL string
	// Baseline is set once a walk was complete; what it found is the baseline.
	Baseline   bool
	BaselineAt time.Time
	// Pages maps the address of each list page or API answer to its last archived blob.
	Pages map[string]BlobKey
	// Heads maps the address of the first page to its validators (ETag, Last-Modified).
	ETag         string
	LastModified string
	// Unconditional is when page one was last asked for without validators.
	Unconditional time.Time
	// Resume is where a back-fill goes on, empty when it is not under way.
	Resume string
	// LastComplete is the end of the last complete walk.
	LastComplete time.Time
	Total        int
	// Rate holds the learnt publication rate: notices a working day.
	Rate float64
	// Published counts, by day in ascending order, the entries that the list has
	// shown with that date: its publication history, the latest 500 days with any.
	Published []DayCount `json:",omitempty"`
	// Arrivals tell between which hours entries came, the latest 200.
	Arrivals []Arrival `json:",omitempty"`
	// Volatile is what was learnt of the moving parts of the list's documents, in
	// the form of Document.HeadSignature.
	Volatile string `json:",omitempty"`
}

// DayCount is a number of entries of one day.
type DayCount struct {
	Day Date
	N   int
}

// Arrival is entries that appeared between two visits of a list, as far as that
// lies within the day that the entries bear.
type Arrival struct {
	Day Date
	// From and To are minutes of the day in Beijing, 0 to 1440.
	From, To int
	N        int
}

// arrivalsKept are enough to know the hours by, and few enough to follow a change of habit.
const arrivalsKept = 200

// Arrive notes n entries of a day that were not there at the visit before and
// are at this one. Entries with the date of another day tell nothing of their hour.
func (l *ListState) Arrive(day Date, n int, before, now time.Time) {
	start := day.Time()
	from, to := max(0, before.Sub(start).Minutes()), min(24*60, now.Sub(start).Minutes())
	if n <= 0 || before.IsZero() || to <= from {
		return
	}
	kept := l.Arrivals[max(0, len(l.Arrivals)+1-arrivalsKept):]
	l.Arrivals = append(kept[:len(kept):len(kept)], Arrival{day, int(from), int(math.Ceil(to)), n})
}

// Reading is a version with all that the extraction worker needs to read it.
type Reading struct {
	Version  Version
	Document Document
	Source   Source
	// Attachments are the head versions of the page's files, in the page's order;
	// a file that is not held yet has an empty Version.
	Attachments []AttachmentRef
	// Previous is the record of the version before, nil for the first.
	Previous *Record
	// Current is the record that this version already has, nil when it has none.
	Current *Record
	Change  Change
}

// Extraction is all that one Save writes.
type Extraction struct {
	Record Record
	Work   Work
	// Change carries meaning and significance when the version is an edit.
	Change *Change
	Events []Event
}

// Outgoing is one row of the outbox: an event or a task that waits to be published.
type Outgoing struct {
	Seq   int64
	Event *Event
	Task  *Task
}

// Tally holds the counts of a tracker, as reports show them.
type Tally struct {
	Sources int
	// Captures leaves out robots.txt, which a process fetches again after a restart.
	Captures  map[Outcome]int
	Documents map[ChangeKind]int
	Works     int
	Versions  int
	Records   int
	// AlertsRaised counts alert IDs, AlertsRepeated messages that were sent again
	// because a sender died between sending and settling.
	AlertsRaised    int
	AlertsDelivered int
	AlertsRepeated  int
	AlertsDead      int
	Outbox          int
	Dead            int
	// Owed counts documents that lists name and that nobody holds yet.
	Owed int
}

// DeadLetter is a message that no worker could handle, kept with its reason.
type DeadLetter struct {
	ID      string
	Stream  string
	Subject string
	Data    []byte
	Reason  string
	At      time.Time
}
