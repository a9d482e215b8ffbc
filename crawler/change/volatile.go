package change

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// Volatile learns what moves by itself from two answers of one moment: the
// shapes of the lines that stand in one place with other words, added to those
// known before. before is the head's text. The result is short text to be kept
// (ListState.Volatile, Document.HeadSignature).
func Volatile(known string, before, now, again Text) string {
	moving, _ := flicker(before, now, again)
	shapes := map[string]bool{}
	for s := range strings.FieldsSeq(known) {
		shapes[s] = true
	}
	for _, l := range moving {
		if telling(l.Text) {
			shapes[shape(l)] = true
		}
	}
	out := make([]string, 0, len(shapes))
	for s := range shapes {
		out = append(out, s)
	}
	slices.Sort(out)
	return strings.Join(out[:min(len(out), maxShapes)], " ")
}

// flicker returns the lines that move by themselves, and how many of them stand
// behind each line that both answers share. A line that only one answer shows
// moves when the other shows there something that the head does not hold
// either; where it shows the head's words, it is an older copy of the page.
func flicker(before, now, again Text) (moving []Line, slots map[Line]int) {
	old := index(before)
	a, b := lonely(now, again, before), lonely(again, now, before)
	slots = map[Line]int{}
	taken := make([]bool, len(a))
	for _, x := range b {
		if old[x.line] > 0 {
			continue
		}
		moving = append(moving, x.line)
		// Of several lines in the place the most alike is its counterpart.
		best, score := -1, -1.0
		for i, y := range a {
			if taken[i] || y.after != x.after && shape(y.line) != shape(x.line) {
				continue
			}
			if v := alikeness(x.line.Text, y.line.Text); v >= score {
				best, score = i, v
			}
		}
		if best >= 0 {
			taken[best] = true
			moving = append(moving, a[best].line)
			slots[a[best].after]++
		}
	}
	return moving, slots
}

// alikeness is the share of the shorter of two lines that both begin or end with.
func alikeness(a, b string) float64 {
	n := min(len(a), len(b))
	if n == 0 {
		return 0
	}
	head, tail := 0, 0
	for head < n && a[head] == b[head] {
		head++
	}
	for tail < n-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return float64(head+tail) / float64(n)
}

// placed is a line with the line before it that all states share.
type placed struct{ line, after Line }

// lonely returns the lines of x that y has not, placed among those of a third state.
func lonely(x, y, among Text) []placed {
	in, old := index(y), index(among)
	var out []placed
	last := Line{}
	for _, l := range x.Lines {
		if in[l] > 0 {
			if old[l] > 0 {
				last = l
			}
			continue
		}
		out = append(out, placed{l, last})
	}
	return out
}

// telling says that a line is known by its words: dates and bare figures have
// the shape of thousands.
func telling(t string) bool {
	n := 0
	for _, r := range t {
		if r > 0x7F && !strings.ContainsRune("年月日时分秒第号个：，。（）〔〕", r) || r|0x20 >= 'a' && r|0x20 <= 'z' {
			n++
		}
	}
	return n >= 4
}

// maxShapes bounds what is kept of one document. A page of which more moves is a
// list of its own; it is judged by its other lines.
const maxShapes = 120

// without leaves lines of the given shapes out.
func without(t Text, known string) Text {
	if known == "" {
		return t
	}
	shapes := strings.Fields(known)
	if !slices.ContainsFunc(t.Lines, func(l Line) bool { return slices.Contains(shapes, shape(l)) }) {
		return t
	}
	return t.keep(func(l Line) bool { return !slices.Contains(shapes, shape(l)) })
}

// calm leaves out of two states what is known to move, and what stands in its
// place in the other state.
func calm(before, now Text, known string) (Text, Text) {
	if known == "" {
		return before, now
	}
	before, now = place(before, now, known)
	now, before = place(now, before, known)
	return before, now
}

func (t Text) keep(ok func(Line) bool) Text {
	out := finish(slices.DeleteFunc(slices.Clone(t.Lines), func(l Line) bool { return !ok(l) }))
	out.around = t.around
	return out
}

// steady leaves out of two states what two answers of one moment do not show
// alike: what comes must stand in both, what went must be gone from both. What
// moves by itself goes from before too, by its shape and by its place.
func steady(before, now, again Text) (Text, Text) {
	moving, slots := flicker(before, now, again)
	shapes := map[string]bool{}
	for _, l := range moving {
		shapes[shape(l)] = true
	}
	in, also, old := index(now), index(again), index(before)
	last := Line{}
	kept := before.keep(func(l Line) bool {
		switch {
		case in[l] > 0:
			if also[l] > 0 {
				last = l
			}
			return !shapes[shape(l)]
		case also[l] > 0 || shapes[shape(l)]:
			return false
		case slots[last] > 0:
			slots[last]--
			return false
		}
		return true
	})
	return kept, now.keep(func(l Line) bool { return (also[l] > 0 || old[l] > 0) && !shapes[shape(l)] })
}

// place leaves lines of known shapes out of now, and out of before as many lines
// that stood in their place.
func place(before, now Text, known string) (Text, Text) {
	calm := without(now, known)
	slots := map[Line]int{}
	for _, x := range lonely(now, calm, before) {
		slots[x.after]++
	}
	in := index(now)
	last := Line{}
	return before.keep(func(l Line) bool {
		if in[l] > 0 {
			last = l
			return true
		}
		if slots[last] > 0 && l.Kind == BodyLine {
			slots[last]--
			return false
		}
		return true
	}), calm
}

// shape names a line without its digits: a counter keeps its shape.
func shape(l Line) string {
	h := fnv.New32a()
	t := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, string(rune(l.Kind))+l.Text)
	if _, err := h.Write([]byte(t)); err != nil {
		return t // a hash never fails
	}
	return fmt.Sprintf("%08x", h.Sum32())
}

func index(t Text) map[Line]int {
	m := make(map[Line]int, len(t.Lines))
	for _, l := range t.Lines {
		m[l]++
	}
	return m
}
