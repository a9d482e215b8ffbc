package crawler

import (
	"fmt"
	"regexp"
	"strings"

	"govwatch/notice"
)

// enough is how much more a page must look like the message of a protection
// than like a document before it is called one, when its status says 200.
const enough = 3

// supposed says that what follows is only talked about: 当您的请求被拦截时.
var supposed = regexp.MustCompile(`(?:当|若|如|如果|如遇|凡|一旦|\bif|\bwhen)\s*$`)

// weight is how far a short page looks like the message of a protection.
type weight struct {
	points  map[notice.Outcome]int
	outcome notice.Outcome
	who     string
	why     string
	best    int
}

// trace is a sign found somewhere on the page, with what it counts.
type trace struct {
	sign
	points int
}

// traces collects the signs in a text; most pages hold none.
func traces(lower string, l *look) []trace {
	var out []trace
	for _, s := range wordSigns {
		if strings.Contains(lower, s.needle) {
			out = append(out, trace{s, 2})
		}
	}
	for _, s := range weakSigns {
		if strings.Contains(lower, s.needle) {
			out = append(out, trace{s, 1})
		}
	}
	for _, g := range geoSigns {
		if strings.Contains(lower, g) {
			out = append(out, trace{sign{g, notice.BlockedGeo, ""}, 2})
		}
	}
	if m := geoRules.FindString(lower); m != "" {
		out = append(out, trace{sign{m, notice.BlockedGeo, ""}, 2})
	}
	return append(out, findRules(lower, l)...)
}

// weigh counts the signs block by block: in a headline or in a short sentence
// to the reader they weigh more, in a long paragraph hardly anything, and each
// counts once. Titles of links are about anything and do not count where there
// are several.
func weigh(l *look, lower string) (weight, bool) {
	found := traces(lower, l)
	if len(found) == 0 {
		return weight{}, false
	}
	w := weight{points: map[notice.Outcome]int{}}
	seen := map[string]bool{}
	texts := append([]block{{text: l.title, head: true}}, l.blocks...)
	for _, long := range []bool{false, true} {
		for _, b := range texts {
			if !b.foot && (!b.link || l.links < 2) && b.wordy() == long {
				w.add(b, found, seen)
			}
		}
	}
	return w, len(w.points) > 0
}

// wordy says that a block is a paragraph rather than a message.
func (b block) wordy() bool {
	return countHan(b.text) > 45 || len(b.text) > 160 && countHan(b.text) < 10
}

// add weighs the signs of one block that were not seen before.
func (w *weight) add(b block, found []trace, seen map[string]bool) {
	lower := strings.ToLower(b.text)
	toReader := addressed.MatchString(lower)
	if b.head && !toReader && countHan(b.text) >= 10 {
		return // the headline of a document may name anything
	}
	points := map[notice.Outcome]int{}
	var first trace
	for _, t := range found {
		i := strings.Index(lower, t.needle)
		if i < 0 {
			continue
		}
		meant := !supposed.MatchString(lower[:i])
		lower = strings.ReplaceAll(lower, t.needle, " ") // 访问被拦截 is no second sign beside 您的访问被拦截
		if !meant || seen[t.needle] {
			continue
		}
		seen[t.needle] = true
		points[t.outcome] += t.points
		if t.points > first.points {
			first = t
		}
	}
	if len(points) == 0 {
		return
	}
	for o, n := range points {
		switch {
		case b.wordy() && toReader && countHan(b.text) > 45:
			n = min(n, 2)
		case b.wordy():
			n = 1
		case toReader, b.head && countHan(b.text) <= 10, len([]rune(b.text)) <= 16:
			n++
		}
		w.points[o] += n
	}
	if first.points > w.best {
		w.best, w.outcome, w.who, w.why = first.points, first.outcome, first.who, first.needle
	}
}

// sum is how much all signs weigh together with what only a machine prints and
// with how little else is to be read.
func (w weight) sum(l *look, lower string) int {
	n := 0
	for _, p := range w.points {
		n += p
	}
	if machineMark.MatchString(lower) {
		n++
	}
	if l.visible < 120 {
		n++
	}
	return n
}

// lead is the outcome the signs speak for: our place in the world if they name
// it, else the one with more of them.
func (w weight) lead() notice.Outcome {
	if w.points[notice.BlockedGeo] > 0 {
		return notice.BlockedGeo
	}
	if w.points[notice.ChallengeJS] > w.points[notice.BlockedWAF] {
		return notice.ChallengeJS
	}
	if w.points[notice.BlockedWAF] > w.points[notice.ChallengeJS] {
		return notice.BlockedWAF
	}
	return w.outcome
}

// judgeWords decides by what a short page says, once no mark in its code has.
func judgeWords(a Answer, l *look, text, lower string) (Verdict, bool) {
	w, ok := weigh(l, lower)
	if !ok {
		return Verdict{}, false
	}
	who := w.who
	if who == "" {
		who = whoBlocks(a, text)
	}
	if a.Status >= 400 {
		return blocked(w.lead(), who, clip(w.why))
	}
	against := l.docMarks()
	if l.framed() {
		against += 2
	}
	margin := w.sum(l, lower) - against - enough
	if margin < 0 {
		return Verdict{}, false
	}
	v, _ := blocked(w.lead(), who, clip(w.why))
	v.Quality = max(0, 0.2-0.05*float64(margin))
	v.Reason += fmt.Sprintf(" (%d signs for it, %d for a document)", margin+against+enough, against)
	return v, true
}
