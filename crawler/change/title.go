package change

import (
	"slices"
	"strings"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
)

// titlesOf are the printed titles, the surest first: what the page's own title
// element or head table repeats, then headings, then other marked places. Text
// has no white space.
func titlesOf(l *family.Layout) []family.Title {
	var out []family.Title
	doc := textzh.Squeeze(textzh.Fold(l.DocTitle + l.Metas["articletitle"]))
	named, _ := l.Value("title")
	named = loose(textzh.Squeeze(textzh.Fold(named)))
	for _, t := range l.Titles {
		t.Text = squeezed(t.Text)
		if len(t.Text) < 9 || strings.HasSuffix(t.Text, "：") || strings.HasSuffix(t.Text, ":") || bareLabel.MatchString(t.Text) ||
			family.Noise(t.Text) || relatedHead(t.Text) {
			continue
		}
		out = append(out, t)
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
	slices.SortStableFunc(out, func(a, b family.Title) int { return rank(a) - rank(b) })
	return out
}
