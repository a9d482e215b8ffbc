package notice

import "time"

// Class is what kind of thing a record is.
type Class string

// Classes of records.
const (
	// Policy is a binding or guiding document whatever its kind, a 通知 included.
	Policy Class = "policy"
	// DraftClass is a text out for comment (征求意见稿).
	DraftClass Class = "draft"
	// Interpretation explains a policy: 解读, 图解, 答记者问.
	Interpretation Class = "interpretation"
	// NoticeClass is procedural (公示, 公告, 通告) without policy content.
	NoticeClass Class = "notice"
	News        Class = "news"
	Other       Class = "other"
)

// Validity (时效性) says whether a document is in force.
type Validity string

// Validities.
const (
	InForce        Validity = "in_force"
	NotYetInForce  Validity = "not_yet_in_force"
	PartlyRepealed Validity = "partly_repealed"
	Amended        Validity = "amended"
	Expired        Validity = "expired"
	Repealed       Validity = "repealed"
	DraftValidity  Validity = "draft"
	Unknown        Validity = "unknown"
)

// Cause says who made a record differ from the one before.
type Cause string

// Causes: our own improvement is never reported as the publisher's change.
const (
	Publisher Cause = "publisher"
	Reextract Cause = "reextract"
	// Calendar is the cause of events that a day brings: a text comes into force
	// or its term ends, and nobody changed a page.
	Calendar Cause = "calendar"
)

// Record is what the field rules of one ruleset read from one version. An empty
// field means that the page does not say, or that no rule was sure enough.
type Record struct {
	Document DocumentID
	Version  VersionID
	Work     WorkID
	Source   SourceID
	URL      string

	Title string
	// SubjectTitle is the inner 《X》 of a cover title such as 关于印发《X》的通知.
	SubjectTitle string
	// Issuers are official full names in the printed order, lead first.
	Issuers []string
	// Number is the issuing number (发文字号) in normal form, NumberRaw as printed.
	Number    string
	NumberRaw string
	// Kind is the document kind (文种): 通知, 意见, 实施方案 …
	Kind  string
	Class Class

	Written   Date
	Published Date
	Printed   Date
	Effective Date
	Expires   Date
	Validity  Validity

	// Region is the issuer's, SubjectRegion the one the text is about; six-digit codes.
	Region        string
	SubjectRegion string
	Level         Level
	Sectors       []string
	// SectorWeights holds the score of each sector and the words that decided.
	SectorWeights []SectorWeight `json:",omitempty"`
	ActionType    string
	// Relevance is 0 to 1: how far the document concerns the climate.
	Relevance float64
	// Climate says that Relevance passes the threshold.
	Climate bool

	IndexNo      string
	SubjectWords []string
	// Origin is the source as shown on the page (来源).
	Origin      string
	Targets     []QuantTarget
	Relations   []Relation
	Attachments []AttachmentRef
	// Body is the text people read: paragraphs separated by one line feed, cells of a table by tabs.
	Body string

	Cause    Cause
	Ruleset  int
	Baseline bool
	At       time.Time
	// Evidence holds, for each field, the winner and the runners-up.
	Evidence map[string][]Candidate `json:",omitempty"`
	Problems []Problem              `json:",omitempty"`
	// Confidence is the lowest of the decided core fields, 0 to 1.
	Confidence float64
	// Review asks a person to look.
	Review bool
}

// Turn is the next day on which the calendar alone changes the record's validity,
// and what it becomes then; the zero date when no day will. A text is in force
// through its last day. A page that still called itself in force when it was read
// after that day is believed.
func (r Record) Turn() (Date, Validity) {
	switch r.Validity {
	case NotYetInForce:
		if !r.Effective.IsZero() {
			return r.Effective, InForce
		}
	case InForce, Amended, PartlyRepealed, Unknown, "":
		if !r.Expires.IsZero() && (r.At.IsZero() || r.Expires.Compare(DateOf(r.At)) >= 0) {
			return r.Expires.AddDays(1), Expired
		}
	}
	return Date{}, ""
}

// Candidate is one reading of a field, with where it came from.
type Candidate struct {
	Value string
	// Rule names the rule that read it, such as "number.headtable".
	Rule   string
	Weight float64
	// Span is the place in the source text, empty when the source has no text position (a meta element).
	Span Span
	// Context is the source's words around the value, at most 80 runes.
	Context string `json:",omitempty"`
	Won     bool   `json:",omitempty"`
}

// Span is a half-open range of bytes in a named text of the version: "page",
// "body", "head", "meta", "list", or "attachment:N".
type Span struct {
	Text  string
	Start int
	End   int
}

// Problem is a doubt about a field, or a part that could not be read.
type Problem struct {
	Field string
	// Code is short and stable, such as "conflict", "count_mismatch", "unreadable".
	Code   string
	Detail string
}

// SectorWeight says how strongly a text belongs to a sector, and by which words.
type SectorWeight struct {
	Sector string
	Weight float64
	Words  []string
}

// Comparator relates a target to its value.
type Comparator string

// Comparators of targets; ≈ is 左右.
const (
	EQ     Comparator = "="
	GT     Comparator = ">"
	GE     Comparator = ">="
	LT     Comparator = "<"
	LE     Comparator = "<="
	Approx Comparator = "≈"
)

// QuantTarget is a quantitative goal that a policy sets.
type QuantTarget struct {
	// Text is the clause it was read from.
	Text      string
	Indicator string
	Value     float64
	// Unit is as printed; Base and BaseUnit hold the value in base units.
	Unit       string
	Base       float64
	BaseUnit   string
	Year       int
	BaseYear   int
	Comparator Comparator
	// Hedged marks 力争 and 争取.
	Hedged bool
	Scope  string
	Span   Span
}

// RelationType says how one document refers to another.
type RelationType string

// Relation types.
const (
	Implements RelationType = "implements"
	Cites      RelationType = "cites"
	Amends     RelationType = "amends"
	Repeals    RelationType = "repeals"
	Replaces   RelationType = "replaces"
	Interprets RelationType = "interprets"
	DraftOf    RelationType = "draft_of"
	Relays     RelationType = "relays"
)

// Relation is a reference to another document, as far as the text names it.
type Relation struct {
	Type RelationType
	// Title and Number are what the text prints; either may be empty.
	Title  string
	Number string
	// Work is set when the document is known.
	Work       WorkID `json:",omitempty"`
	Confidence float64
	Span       Span
}

// Work is the document as such, whatever sites it stands on.
type Work struct {
	ID WorkID
	// Key is what it is known by: number and issuing body, else title, issuer and year.
	Key       string
	Number    string
	Title     string
	Issuers   []string
	Region    string
	Year      int
	SimHash   uint64
	Documents []DocumentID
	// Differs lists copies whose text is not that of the first.
	Differs []DocumentID `json:",omitempty"`
}
