package change

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// Volatile learns what moves by itself from two answers of one moment: the
// shapes of the lines that differ between them, added to those known before. The
// result is short text to be kept with the document (Document.HeadSignature).
func Volatile(known string, now, again Text) string {
	shapes := map[string]bool{}
	for s := range strings.FieldsSeq(known) {
		shapes[s] = true
	}
	for _, pair := range [][2]Text{{now, again}, {again, now}} {
		in := index(pair[1])
		for _, l := range pair[0].Lines {
			if in[l] == 0 && telling(l.Text) {
				shapes[shape(l)] = true
			}
		}
	}
	out := make([]string, 0, len(shapes))
	for s := range shapes {
		out = append(out, s)
	}
	slices.Sort(out)
	return strings.Join(out[:min(len(out), maxShapes)], " ")
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
	before, now = steady(before, now, without(now, known))
	now, before = steady(now, before, without(before, known))
	return before, now
}

func (t Text) keep(ok func(Line) bool) Text {
	out := finish(slices.DeleteFunc(slices.Clone(t.Lines), func(l Line) bool { return !ok(l) }))
	out.titles = t.titles
	return out
}

// steady leaves out of two states what differs between two answers of one
// moment: lines of now that again has not, lines of before of their shape, and
// as many lines of before that stood in their place.
func steady(before, now, again Text) (Text, Text) {
	in := index(again)
	shapes, slots := map[string]bool{}, map[Line]int{}
	last := Line{}
	for _, l := range now.Lines {
		if in[l] > 0 {
			last = l
			continue
		}
		shapes[shape(l)] = true
		slots[last]++
	}
	in = index(now)
	for _, l := range again.Lines {
		if in[l] == 0 {
			shapes[shape(l)] = true
		}
	}
	last = Line{}
	old := before.keep(func(l Line) bool {
		if in[l] > 0 {
			last = l
			return !shapes[shape(l)]
		}
		if shapes[shape(l)] {
			return false
		}
		if slots[last] > 0 {
			slots[last]--
			return false
		}
		return true
	})
	return old, now.keep(func(l Line) bool { return !shapes[shape(l)] })
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
