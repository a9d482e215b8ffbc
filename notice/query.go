package notice

import "time"

// RecordQuery asks for current records: of each document the newest version
// that has been read, by the newest ruleset. Empty fields ask for nothing;
// fields that are set must all hold.
type RecordQuery struct {
	// Text holds words to find anywhere in title, number, issuers and body; each
	// part between blanks must occur as it stands.
	Text string
	// Title is compared without blanks, punctuation, width and case.
	Title  string
	Number string
	Issuer string
	// Region and SubjectRegion match the code and everything below it; the nation
	// matches itself alone.
	Region        string
	SubjectRegion string
	Level         Level
	Class         Class
	Sector        string
	Source        SourceID
	Document      DocumentID
	Work          WorkID
	// Climate and Review ask for records with that mark.
	Climate bool
	Review  bool
	// Since and Until bound the publication date, both inclusive.
	Since Date
	Until Date
	// Cursor is the Next of the page before, empty for the first page.
	Cursor string
	// Limit is at most 500; zero means 50.
	Limit int
}

// RecordPage is one page of records, latest publication first, undated last.
type RecordPage struct {
	Records []Record
	// Next brings the following page, empty on the last one.
	Next string
}

// CaptureQuery asks for captures, newest first.
type CaptureQuery struct {
	Source   SourceID
	Document DocumentID
	Outcome  Outcome
	Since    time.Time
	// Limit is at most 1000; zero means 100.
	Limit int
}

// AlertQuery asks for alerts, newest first.
type AlertQuery struct {
	State AlertState
	Since time.Time
	// Limit is at most 1000; zero means 100.
	Limit int
}

// SourceReport sums up the tasks of one source that ended since a moment.
type SourceReport struct {
	Source SourceID
	// Outcome is the latest task's.
	Outcome  Outcome
	Tasks    int
	Items    int
	Requests int
	Bytes    int64
	Ended    time.Time
}

// BlobUse says for what an archived blob is needed.
type BlobUse struct {
	Key      BlobKey
	Source   SourceID
	Document DocumentID
	Capture  CaptureID
	URL      string
}
