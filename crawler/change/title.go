package change

import (
	"slices"
	"strings"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
)

// fewTitleBytes is the length of six Han characters: what is shorter and stands
// in no place made for a title is the name of a column.
const fewTitleBytes = 18

// titlesOf are the printed titles, the surest first: what the page's own title
// element or head table repeats, then headings, then other marked places. Text
// has no white space. sure says that the first is more than a guess by its shape;
// tail is the last line of it.
func titlesOf(l *family.Layout) (out []family.Title, sure bool, tail string) {
	doc := textzh.Squeeze(textzh.Fold(l.DocTitle + l.Metas["articletitle"]))
	named, _ := l.Value("title")
	named = loose(textzh.Squeeze(textzh.Fold(named)))
	tails := map[string]string{}
	for _, t := range l.Titles {
		last := t.Text[strings.LastIndexByte(t.Text, '\n')+1:]
		t.Text = squeezed(lastTitle(t))
		if len(t.Text) < 9 || strings.HasSuffix(t.Text, "：") || strings.HasSuffix(t.Text, ":") || bareLabel.MatchString(t.Text) ||
			family.Noise(t.Text) || relatedHead(t.Text) || guessed(t) && len(t.Text) < fewTitleBytes {
			continue
		}
		out = append(out, t)
		tails[t.Text] = squeezed(last)
	}
	rank := func(t family.Title) int {
		switch {
		case named != "" && loose(t.Text) == named, len(t.Text) >= 15 && strings.Contains(doc, t.Text):
			return 0
		case t.From == "h1":
			return 1
		case t.From == "h2" || t.From == "marker":
			return 2
		}
		return 3
	}
	if len(out) > 1 {
		slices.SortStableFunc(out, func(a, b family.Title) int { return rank(a) - rank(b) })
	}
	if len(out) == 0 || rank(out[0]) > 0 {
		if t, ok := titleLine(l, doc); ok {
			return append([]family.Title{t}, out...), true, t.Text
		}
	}
	if len(out) == 0 {
		return nil, false, ""
	}
	return out, rank(out[0]) < 3, tails[out[0].Text]
}

// guessed says that nothing but its shape makes a line a title.
func guessed(t family.Title) bool { return t.From != "h1" && t.From != "h2" && t.From != "marker" }

// lastTitle leaves out of a title that was found by its shape what stands above
// the line with which it begins: a counter, a banner, the name of the issuer.
func lastTitle(t family.Title) string {
	i := strings.LastIndexByte(t.Text, '\n')
	if i < 0 || !guessed(t) {
		return t.Text
	}
	if last := strings.TrimLeft(t.Text[i+1:], " 　"); strings.HasPrefix(last, "关于") && len(last) >= 2*fewTitleBytes {
		return last
	}
	lines := strings.Split(t.Text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return family.Noise(squeezed(l)) }), "\n")
}

// titleLine finds the line above the article with which the page's own title
// element begins, for pages that mark their title by nothing else.
func titleLine(l *family.Layout, doc string) (best family.Title, ok bool) {
	for i := 0; i < l.From && i < len(l.Lines); i++ {
		if n := l.Lines[i].End - l.Lines[i].Start; n < fewTitleBytes || n > 3*len(doc) {
			continue
		}
		if t := squeezed(l.LineText(i)); len(t) >= fewTitleBytes && len(t) >= len(best.Text) && strings.HasPrefix(doc, t) {
			best, ok = family.Title{Text: t, From: "title", Line: i}, true
		}
	}
	return best, ok
}
