package change

import (
	"slices"
	"strings"
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
}

// Decide compares a visit with the document as it was. The rules:
//
//   - Text is compared, never markup; the head is read again by today's rules
//     when hashes differ, so an improvement of ours is not their edit.
//   - Lines that differ between two answers of one moment are volatile and count
//     for nothing.
//   - An edit is believed when a second answer shows it too, or when the visit
//     before showed the same text. Two nodes that answer in turn (A, B, A, B)
//     therefore make no edits.
//   - A page that flips back to the text before its head is reverted.
func Decide(d notice.Document, s Seen, now time.Time) Decision {
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

func decideText(d notice.Document, s Seen) Decision {
	now := s.Text
	if s.Before != nil {
		if s.Before.Hash == now.Hash {
			return Decision{Kind: notice.ChangeCosmetic}
		}
		if Diff(*s.Before, now) == "" {
			return Decision{Kind: notice.ChangeCosmetic}
		}
	}
	waited := d.Pending != nil && d.Pending.TextHash == now.Hash
	if s.Again == nil && !waited {
		return Decision{Kind: notice.ChangeSame, Confirm: true}
	}
	diff := "the text changed"
	if s.Again != nil {
		if s.Again.Hash == d.HeadText || s.Before != nil && s.Again.Hash == s.Before.Hash {
			return Decision{Kind: notice.ChangeCosmetic} // the second answer is the old text
		}
	}
	if s.Before != nil {
		before := *s.Before
		if s.Again != nil && s.Again.Hash != now.Hash {
			before, now = steady(before, now, *s.Again)
		}
		if diff = Diff(before, now); diff == "" {
			return Decision{Kind: notice.ChangeCosmetic}
		}
	} else if s.Again != nil && s.Again.Hash != now.Hash {
		return Decision{Kind: notice.ChangeSame, Confirm: true}
	}
	if d.PrevText == "" || d.PrevText != s.Text.Hash {
		return Decision{Kind: notice.ChangeEdited, Announce: true, Diff: diff}
	}
	if d.Quiet == 0 && !waited {
		// The head was seen once only. Two nodes that answer in turn look like this:
		// wait for the next visit.
		return Decision{Kind: notice.ChangeSame, Confirm: true}
	}
	return Decision{Kind: notice.ChangeReverted, Announce: true, Diff: diff}
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

// steady leaves out of two states what differs between two answers of one
// moment: lines of now that again has not, and lines of before in their place.
func steady(before, now, again Text) (Text, Text) {
	flicker := map[Line]bool{}
	mark := func(a, b Text) {
		in := index(b)
		for _, l := range a.Lines {
			if in[l] == 0 {
				flicker[shape(l)] = true
			}
		}
	}
	mark(now, again)
	mark(again, now)
	keep := func(t Text) Text {
		return finish(slices.DeleteFunc(slices.Clone(t.Lines), func(l Line) bool { return flicker[shape(l)] }))
	}
	return keep(before), keep(now)
}

// shape is a line without its digits: a counter keeps its shape.
func shape(l Line) Line {
	l.Text = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, l.Text)
	return l
}

func index(t Text) map[Line]int {
	m := make(map[Line]int, len(t.Lines))
	for _, l := range t.Lines {
		m[l]++
	}
	return m
}

// diffRunes bounds a difference in words; the records hold the rest.
const diffRunes = 600

// Diff returns the lines that went (-) and came (+), empty when the two states
// hold the same statements: the same paragraphs, broken elsewhere, are no
// difference.
func Diff(before, after Text) string {
	if before.Hash == after.Hash || joined(before) == joined(after) {
		return ""
	}
	var b strings.Builder
	was, is := index(before), index(after)
	write := func(sign string, lines []Line, other map[Line]int) {
		for _, l := range lines {
			if other[l] > 0 {
				other[l]--
				continue
			}
			if b.Len() < 4*diffRunes {
				b.WriteString(sign)
				b.WriteString(l.Text)
				b.WriteByte('\n')
			}
		}
	}
	write("- ", before.Lines, is)
	write("+ ", after.Lines, was)
	if r := []rune(b.String()); len(r) > diffRunes {
		return string(r[:diffRunes]) + "…"
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// joined is all text in one run, by kind.
func joined(t Text) string {
	var b strings.Builder
	for _, l := range t.Lines {
		b.WriteString(l.Text)
	}
	return b.String()
}
