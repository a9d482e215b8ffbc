package notice

import "time"

// ChangeKind says what a visit means for a document. `moved` is recognised by
// extractor/compare, the others by crawler/change.
type ChangeKind string

// Kinds of change.
const (
	ChangeNew      ChangeKind = "new"
	ChangeEdited   ChangeKind = "edited"
	ChangeCosmetic ChangeKind = "cosmetic"
	ChangeSame     ChangeKind = "same"
	ChangeMoved    ChangeKind = "moved"
	ChangeMissing  ChangeKind = "missing"
	ChangeGone     ChangeKind = "gone"
	ChangeReturned ChangeKind = "returned"
	ChangeReverted ChangeKind = "reverted"
)

// Event returns the event with which the crawler announces a change, and false
// for kinds that it only counts. Edits and moves are not among them: only the
// extraction worker, which reads both records, knows whether an edit means
// anything, and it announces document.modified and document.moved.
func (k ChangeKind) Event() (EventKind, bool) {
	e, ok := map[ChangeKind]EventKind{
		ChangeNew:     DocumentNew,
		ChangeMissing: DocumentWithdrawalSuspected, ChangeGone: DocumentWithdrawn,
		ChangeReturned: DocumentReinstated, ChangeReverted: DocumentReverted,
	}[k]
	return e, ok
}

// Meaning says what an edit did, in the field's terms.
type Meaning string

// Meanings of an edit.
const (
	Typo           Meaning = "typo"
	NumberAltered  Meaning = "number_altered"
	DateAltered    Meaning = "date_altered"
	IssuerAltered  Meaning = "issuer_altered"
	TitleAltered   Meaning = "title_altered"
	ClauseAdded    Meaning = "clause_added"
	ClauseRemoved  Meaning = "clause_removed"
	FigureAltered  Meaning = "figure_altered"
	AnnexAdded     Meaning = "annex_added"
	AnnexRemoved   Meaning = "annex_removed"
	AnnexReplaced  Meaning = "annex_replaced"
	ValidityFlag   Meaning = "validity_flag"
	ReTemplated    Meaning = "re_templated"
	ReDated        Meaning = "re_dated"
	ClauseReworded Meaning = "clause_reworded"
)

// Place says where on a page a statement stands.
type Place string

// Places of statements.
const (
	InTitle Place = "title"
	// InHead is a fact of the head as key=value.
	InHead    Place = "head"
	InBody    Place = "body"
	AsFile    Place = "file"
	AsPicture Place = "picture"
	// AsFlag is a word on validity beside the article.
	AsFlag Place = "flag"
)

// Statement is one line of a page that came or went.
type Statement struct {
	Come  bool `json:",omitempty"`
	Place Place
	Text  string
}

// Change is what one visit found.
type Change struct {
	Source   SourceID
	Document DocumentID
	URL      string
	Title    string
	Kind     ChangeKind
	From     VersionID `json:",omitempty"`
	To       VersionID `json:",omitempty"`
	// Meaning and Significance (0 to 1) are set for edits, by extractor/compare.
	Meaning      []Meaning `json:",omitempty"`
	Significance float64
	// Diff is the meaningful difference in words, never empty for an announced edit.
	Diff string `json:",omitempty"`
	// Statements are what a visit saw come and go on a page, of which the second
	// step makes Meaning and Diff. None when there were too many.
	Statements []Statement `json:",omitempty"`
	Baseline   bool
	At         time.Time
	// Event is the event that announces it, empty when none does.
	Event EventID `json:",omitempty"`
}
