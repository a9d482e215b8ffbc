package change

import (
	"time"

	"govwatch/notice"
)

// When a document that no longer answers is withdrawn: at least so many
// failures, over so long, on a host that answers otherwise, and no longer in a
// list whose walk was whole.
const (
	GoneMisses = 3
	GoneAfter  = 72 * time.Hour
)

// Seen is what one visit brought.
type Seen struct {
	// Absent says that the answer was "not there" (404, 410, a soft 404, an error
	// sink); then no text is set.
	Absent bool
	// Unlisted says that a whole walk no longer shows the document, Healthy that
	// the host answered other visits of this task well.
	Unlisted bool
	Healthy  bool

	Blob notice.BlobKey
	Text Text
	// Before is the head's text by today's rules. It is needed when the hash
	// differs from Document.HeadText; nil compares by hash alone.
	Before *Text
	// Again is a second answer of the same moment; nil when there is none yet.
	Again *Text
	// Volatile is what earlier visits learnt of the page (Document.HeadSignature).
	Volatile string
}

// Decision is what follows from a visit.
type Decision struct {
	Kind notice.ChangeKind
	// Announce says that the change is to be told: an edit that was confirmed, a
	// suspicion that has grown. Without it a change is only counted.
	Announce bool
	// Confirm asks for a second fetch before an edit is believed.
	Confirm bool
	// Diff are the lines that went and came, at most a few hundred characters.
	Diff string
	// Statements are the same lines whole and by their place.
	Statements []notice.Statement
	// Volatile is what is known of the page's moving parts after this visit; to be
	// kept with the document.
	Volatile string
}

// Decide compares a visit with the document as it was. The rules:
//
//   - Text is compared, never markup; the head is read again by today's rules
//     when hashes differ, so an improvement of ours is not their edit.
//   - Lines that differ between two answers of one moment are volatile and count
//     for nothing, in this visit and in later ones.
//   - An edit is believed when a second answer shows it too, or when the visit
//     before showed the same text. Two nodes that answer in turn (A, B, A, B)
//     therefore make no edits.
//   - A page that flips back to the text before its head is reverted.
func Decide(d notice.Document, s Seen, now time.Time) Decision {
	out := decide(d, s, now)
	out.Volatile = s.Volatile
	if s.Again != nil && s.Before != nil && s.Again.Hash != s.Text.Hash && !s.Absent {
		out.Volatile = Volatile(s.Volatile, *s.Before, s.Text, *s.Again)
	}
	return out
}

func decide(d notice.Document, s Seen, now time.Time) Decision {
	if s.Absent {
		return decideAbsent(d, s, now)
	}
	switch {
	case d.Head == "":
		return Decision{Kind: notice.ChangeNew, Announce: true}
	case d.State == notice.Gone, d.State == notice.Missing && d.Misses >= suspected:
		return Decision{Kind: notice.ChangeReturned, Announce: true, Diff: "the document answers again"}
	case s.Blob == d.HeadBlob:
		return Decision{Kind: notice.ChangeSame}
	case s.Text.Hash == d.HeadText:
		return Decision{Kind: notice.ChangeCosmetic}
	}
	return decideText(d, s)
}

// oldNode says that the second answer is the head's text: another node answered.
func oldNode(d notice.Document, s Seen) bool {
	return s.Again.Hash == d.HeadText || s.Before != nil && Diff(*s.Before, *s.Again) == ""
}

func decideText(d notice.Document, s Seen) Decision {
	now := s.Text
	if s.Before != nil {
		if before, after := calm(*s.Before, now, s.Volatile); Diff(before, after) == "" {
			return Decision{Kind: notice.ChangeCosmetic}
		}
	}
	waited := d.Pending != nil && d.Pending.TextHash == now.Hash
	if s.Again == nil && !waited {
		return Decision{Kind: notice.ChangeSame, Confirm: true}
	}
	if s.Again != nil && oldNode(d, s) {
		return Decision{Kind: notice.ChangeCosmetic}
	}
	diff, statements := "the text changed", []notice.Statement(nil)
	switch {
	case s.Before != nil:
		before := *s.Before
		if s.Again != nil && s.Again.Hash != now.Hash {
			before, now = steady(before, now, *s.Again)
		}
		before, now = calm(before, now, s.Volatile)
		if diff = Diff(before, now); diff == "" {
			return Decision{Kind: notice.ChangeCosmetic}
		}
		statements = Statements(Differences(before, now))
	case s.Again != nil && s.Again.Hash != now.Hash:
		return Decision{Kind: notice.ChangeSame, Confirm: true}
	}
	if d.PrevText == "" || d.PrevText != s.Text.Hash {
		return Decision{Kind: notice.ChangeEdited, Announce: true, Diff: diff, Statements: statements}
	}
	if d.Quiet == 0 && !waited {
		// The head was seen once only. Two nodes that answer in turn look like this:
		// wait for the next visit.
		return Decision{Kind: notice.ChangeSame, Confirm: true}
	}
	return Decision{Kind: notice.ChangeReverted, Announce: true, Diff: diff, Statements: statements}
}

// suspected is the number of misses from which a withdrawal is suspected aloud.
const suspected = 2

func decideAbsent(d notice.Document, s Seen, now time.Time) Decision {
	switch {
	case d.Head == "" || d.State == notice.Gone:
		return Decision{Kind: notice.ChangeSame}
	case !s.Healthy:
		return Decision{Kind: notice.ChangeSame}
	}
	misses := d.Misses + 1
	if misses >= GoneMisses && !d.MissSince.IsZero() && now.Sub(d.MissSince) >= GoneAfter && s.Unlisted {
		return Decision{Kind: notice.ChangeGone, Announce: true, Diff: "the document no longer answers and left its list"}
	}
	return Decision{Kind: notice.ChangeMissing, Announce: misses == suspected, Diff: "the document does not answer"}
}
