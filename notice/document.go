package notice

import "time"

// DocumentState says whether a document stands on its site.
type DocumentState string

// A document is owed from the moment a list or a page names it until its first
// good answer, then live until several failures over days make it gone. An owed
// document has no version: its host refused it, did not answer, or was not asked yet.
const (
	Owed    DocumentState = "owed"
	Live    DocumentState = "live"
	Missing DocumentState = "missing"
	Gone    DocumentState = "gone"
)

// Document is one published thing at one address of one source: a page, or an
// attachment of one.
type Document struct {
	ID     DocumentID
	Source SourceID
	// List is the address of the list that showed it first.
	List string
	// Parent is set on an attachment.
	Parent DocumentID `json:",omitempty"`
	// URL is the canonical address; Name the words of the link to an attachment.
	URL  string
	Name string `json:",omitempty"`
	// Title and ListDate are what the list said.
	Title    string
	ListDate Date
	// FirstSeen and LastSeen are sightings, Fetched the last good answer.
	FirstSeen time.Time
	LastSeen  time.Time
	Fetched   time.Time
	// NextVisit is when the address is due again.
	NextVisit time.Time
	// Quiet counts visits without change since the last one with; it spreads revisits.
	Quiet int
	Head  VersionID
	// HeadBlob, HeadText and HeadSignature let the next visit decide without opening the archive.
	HeadBlob      BlobKey
	HeadText      string
	HeadSignature string `json:",omitempty"`
	// PrevText is the text hash before the head, so that a page that flips back is `reverted`.
	PrevText     string `json:",omitempty"`
	ETag         string `json:",omitempty"`
	LastModified string `json:",omitempty"`
	// Rev counts commits; a commit names the Rev it has read.
	Rev   int64
	State DocumentState
	// Misses counts failures in a row that say "not there", MissSince is the first of them.
	Misses    int
	MissSince time.Time
	// Tries counts the visits in a row that brought neither the document nor the
	// word that it is not there, Trouble is what the last of them met; both end with
	// the next good answer.
	Tries   int    `json:",omitempty"`
	Trouble string `json:",omitempty"`
	// Baseline marks what stood in the list at its first complete walk.
	Baseline bool
	// Pending holds an edit that a second fetch has yet to confirm.
	Pending *Pending `json:",omitempty"`
	// Policy says that the last record is a policy: such documents are revisited first.
	Policy bool
	// MovedTo names the document that continues this one after a revamp.
	MovedTo DocumentID `json:",omitempty"`
}

// Pending is an edit seen once.
type Pending struct {
	TextHash string
	Blob     BlobKey
	Capture  CaptureID
	Since    time.Time
}

// Version is a state of a document that is kept: wire bytes, text hash, attachments.
type Version struct {
	ID        VersionID
	Document  DocumentID
	Prev      VersionID `json:",omitempty"`
	Capture   CaptureID
	Blob      BlobKey
	URL       string
	MediaType string
	Charset   string
	// TextHash is the hash of the comparable text (crawler/change), not of the bytes.
	TextHash    string
	FetchedAt   time.Time
	Kind        ChangeKind
	Baseline    bool
	Attachments []AttachmentRef `json:",omitempty"`
}

// AttachmentRef is a file that belongs to a page, as the page names it.
type AttachmentRef struct {
	Document DocumentID
	Version  VersionID `json:",omitempty"`
	Blob     BlobKey   `json:",omitempty"`
	Name     string
	URL      string
	// MediaType is sniffed from the bytes.
	MediaType string `json:",omitempty"`
	// Problem says why the file is not here, when it is not.
	Problem string `json:",omitempty"`
}

// Visit is all that one Commit writes: in one transaction or not at all.
type Visit struct {
	// Document is the state after the visit; its Rev is the one that was read.
	Document Document
	Change   Change
	// Version is nil unless the visit keeps a new state.
	Version *Version
	Capture Capture
	Events  []Event
	// Follow are the files of the page that stand on other hosts, Owed those that
	// could not be had yet: the page counts as read from here on, so nobody would
	// find them again.
	Follow []Task
	Owed   []Document
}
