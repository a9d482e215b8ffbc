package compare

import (
	"slices"

	"github.com/sergi/go-diff/diffmatchpatch"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// State says what became of a paragraph, a word, a file or a figure.
type State string

// States of the parts of two versions.
const (
	Same   State = "same"
	Edited State = "edited"
	Gone   State = "gone"
	Come   State = "come"
)

// Part is a run of words that stayed, went or came.
type Part struct {
	State State  `json:"state"`
	Text  string `json:"text"`
}

// Row is one paragraph of two texts set side by side: Same has one part, Edited
// the parts of both in reading order, Gone and Come one part.
type Row struct {
	State State  `json:"state"`
	Parts []Part `json:"parts"`
}

// Side sets two texts side by side, paragraph by paragraph and word by word (a Han
// character is a word), whole and in reading order. Paragraphs that differ in
// blanks and the width of signs alone are the same.
func Side(before, after string) []Row {
	b, a := paragraphs(before), paragraphs(after)
	hs := hunks(b, a)
	out := []Row{}
	for len(b) > 0 || len(a) > 0 {
		if len(b) > 0 && len(a) > 0 && b[0].key == a[0].key || len(hs) == 0 {
			out = append(out, row(Same, a[0].text))
			b, a = b[1:], a[1:]
			continue
		}
		h := hs[0]
		hs, b, a = hs[1:], b[len(h.gone):], a[len(h.come):]
		out = append(out, h.rows()...)
	}
	return out
}

func row(s State, text string) Row { return Row{s, []Part{{s, text}}} }

// rows are a hunk's paragraphs in reading order, edited ones as one row.
func (h hunk) rows() []Row {
	var out []Row
	shown := 0
	for i, j := range h.partners() {
		if j < 0 {
			out = append(out, row(Gone, h.gone[i].text))
			continue
		}
		for ; shown < j; shown++ {
			out = append(out, row(Come, h.come[shown].text))
		}
		shown = j + 1
		if h.gone[i].key == h.come[j].key {
			out = append(out, row(Same, h.come[j].text))
			continue
		}
		out = append(out, Row{Edited, words(h.gone[i].text, h.come[j].text)})
	}
	for ; shown < len(h.come); shown++ {
		out = append(out, row(Come, h.come[shown].text))
	}
	return out
}

func words(before, after string) []Part {
	var out []Part
	for _, d := range diff(before, after) {
		state := map[diffmatchpatch.Operation]State{diffmatchpatch.DiffDelete: Gone, diffmatchpatch.DiffInsert: Come, diffmatchpatch.DiffEqual: Same}[d.Type]
		out = append(out, Part{state, d.Text})
	}
	return out
}

// Files is one file of a page before and after; one side is nil when it came or went.
type Files struct {
	State  State
	Before *notice.AttachmentRef
	After  *notice.AttachmentRef
}

// Annexes pairs the files of two versions as Compare does, in the order of the
// later one, removed files last. Edited means other bytes.
func Annexes(before, after []notice.AttachmentRef) []Files {
	rest := slices.Clone(before)
	out := []Files{}
	for _, a := range after {
		i := partner(rest, a)
		if i < 0 {
			out = append(out, Files{Come, nil, &a})
			continue
		}
		b, state := rest[i], Same
		if b.Blob != "" && a.Blob != "" && b.Blob != a.Blob {
			state = Edited
		}
		out = append(out, Files{state, &b, &a})
		rest = slices.Delete(rest, i, i+1)
	}
	for _, b := range rest {
		out = append(out, Files{Gone, &b, nil})
	}
	return out
}

// Figures is one quantitative target before and after; one side is nil when it
// came or went.
type Figures struct {
	State  State
	Before *notice.QuantTarget
	After  *notice.QuantTarget
}

// Targets pairs the figures of two versions: an equal one is the same; one with
// the same indicator, year and scope, or in an equal clause, was edited.
func Targets(before, after []notice.QuantTarget) []Figures {
	rest := slices.Clone(before)
	out := make([]Figures, len(after))
	for _, same := range []func(b, a notice.QuantTarget) bool{
		func(b, a notice.QuantTarget) bool { return value(b) == value(a) },
		func(b, a notice.QuantTarget) bool {
			return b.Indicator != "" && b.Indicator == a.Indicator && b.Year == a.Year && b.Scope == a.Scope && b.BaseUnit == a.BaseUnit
		},
		func(b, a notice.QuantTarget) bool {
			return textzh.Similar(keyOf(b.Text), keyOf(a.Text)) > pairFloor && b.BaseUnit == a.BaseUnit
		},
	} {
		for k := range after {
			if out[k].After != nil && out[k].Before != nil {
				continue
			}
			out[k].After = &after[k]
			i := slices.IndexFunc(rest, func(b notice.QuantTarget) bool { return same(b, after[k]) })
			if i < 0 {
				continue
			}
			b := rest[i]
			out[k].Before, out[k].State = &b, Edited
			if value(b) == value(after[k]) {
				out[k].State = Same
			}
			rest = slices.Delete(rest, i, i+1)
		}
	}
	for k := range out {
		if out[k].Before == nil {
			out[k].State = Come
		}
	}
	for _, b := range rest {
		out = append(out, Figures{Gone, &b, nil})
	}
	return out
}

// value is what a target demands, without where it stands.
func value(t notice.QuantTarget) notice.QuantTarget {
	t.Text, t.Span = keyOf(t.Text), notice.Span{}
	return t
}
