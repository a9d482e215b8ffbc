package notice

import "time"

// Mode says what a task is for.
type Mode string

const (
	// Poll walks the lists of a source and revisits what is due.
	Poll Mode = "poll"
	// Backfill walks lists to their end within a budget, in steps.
	Backfill Mode = "backfill"
	// Recheck visits known documents only.
	Recheck Mode = "recheck"
	// Fetch visits one address for a source whose list links to another host.
	Fetch Mode = "fetch"
)

// Task is one unit of crawl work for one host, sent over the bus.
type Task struct {
	ID     TaskID
	Source SourceID
	Mode   Mode
	// Host is the host name (with port when not default) that the task visits; it decides the shard.
	Host string
	Due  time.Time
	// Target is set for Fetch only.
	Target *Target `json:",omitempty"`
}

// Target is one address to visit outside a source's own hosts.
type Target struct {
	URL string
	// List is the list that linked to it, Title and Date what the list said.
	List  string
	Title string
	Date  Date
	// Parent is set when the target is an attachment of a known document.
	Parent   DocumentID
	Name     string
	Baseline bool
}

// Run is the walk of one list within one task: what health is judged by.
type Run struct {
	ID      RunID
	Task    TaskID
	Source  SourceID
	List    string
	Mode    Mode
	Started time.Time
	Ended   time.Time
	Pages   int
	Items   int
	// First is the number of items on the first page.
	First int
	New   int
	// Total is what the list says it holds (共1,234条), zero when it does not say.
	Total int
	// Complete says that the walk is proven whole: it reached pages without an
	// unknown link and no page failed, so absence from it means something.
	Complete bool
	// ToEnd says that the walk reached the last page of the list.
	ToEnd bool
	// Baseline says that this was the first complete walk of the list.
	Baseline bool
	Outcome  Outcome
	// Reason is the family's or the verdict's word when nothing was found.
	Reason string
	// Newest is the latest publication date the list shows.
	Newest Date
	// Titled and Dated count the items that carry a title and a date.
	Titled, Dated int
	Requests      int
	Bytes         int64
	// Outcomes counts the captures of the run by outcome.
	Outcomes map[Outcome]int
	// Latency is the median time to the first byte.
	Latency time.Duration
	Stuck   bool
}

// TaskReport is what one finished task leaves behind. FinishTask stores it.
type TaskReport struct {
	Task     Task
	Started  time.Time
	Ended    time.Time
	Runs     []Run
	Captures []Capture
	// Incidents are those that opened, were reminded of, or resolved in this task.
	Incidents []Incident
	Requests  int
	Bytes     int64
	// Outcome is the worst that happened to a list of the source, ok when all is well.
	Outcome Outcome
	// PausedUntil is set when the host asked for a pause or blocks us.
	PausedUntil time.Time
	// Seen lists the documents that the lists showed.
	Seen []Sighting
	// Lists holds the state of each list after the walk.
	Lists []ListState
	// Follow are addresses on other hosts, to be published as fetch tasks.
	Follow []Task
	// Owed are documents that lists and pages name and that nobody holds yet, with
	// when each is due. One that another task brought meanwhile stays as it is.
	Owed []Document
}

// Sighting is a document's place in a list: proof of life, not of sameness.
type Sighting struct {
	Document DocumentID
	List     string
	Position int
	At       time.Time
}
