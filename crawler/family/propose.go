package family

import (
	"sort"
	"strings"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// Proposal is a set of selectors for a list whose old ones match no more, with
// what they read on the page as it is now. A person decides whether to take it.
type Proposal struct {
	// Selectors have the keys of a declaration: item, link, date.
	Selectors map[string]string
	// Known counts the known titles that they find, Of all that were given.
	Known, Of int
	Items     []Item
}

// Propose looks for titles that the list is known to hold in a page that was
// redrawn, and writes the selectors that read their rows. It is false when too
// few of them stand on the page (fewer than two, or the only one given), or
// when no selector reads them.
func Propose(p Page, titles []string) (Proposal, bool) {
	known := map[string]bool{}
	for _, t := range titles {
		if s := squeezed(t); s != "" {
			known[s] = true
		}
	}
	if p.Root == nil || len(known) == 0 {
		return Proposal{}, false
	}
	a := findAnchors(p.Root, baseOf(p))
	type candidate struct {
		block *block
		hits  int
		score float64
	}
	var cs []candidate
	for _, b := range findBlocks(p.Root, a) {
		if len(b.units) == 0 || len(b.units[0]) != 1 {
			continue
		}
		f := readBlock(b, a)
		hits := 0
		for _, e := range f.entries {
			if known[squeezed(e.Title)] {
				hits++
			}
		}
		if hits >= min(2, len(known)) {
			cs = append(cs, candidate{b, hits, f.score})
		}
	}
	sort.SliceStable(cs, func(i, j int) bool {
		if cs[i].hits != cs[j].hits {
			return cs[i].hits > cs[j].hits
		}
		return cs[i].score > cs[j].score
	})
	for _, c := range cs {
		if out, ok := propose(p, c.block, a, known); ok {
			return out, true
		}
	}
	return Proposal{}, false
}

func squeezed(s string) string { return textzh.Squeeze(textzh.Fold(s)) }

// propose tries selectors for the rows of a block, narrowest first, and keeps
// the first that reads the known titles and little else.
func propose(p Page, b *block, a anchors, known map[string]bool) (Proposal, bool) {
	rows := make([]*html.Node, 0, len(b.units))
	for _, u := range b.units {
		rows = append(rows, u[0])
	}
	for _, item := range itemSelectors(b, rows) {
		sel, err := compile(item)
		if err != nil {
			continue
		}
		if n := len(selectAll(p.Root, sel)); n < len(rows) || n > 2*len(rows)+3 {
			continue
		}
		q := p
		q.List.Selectors = map[string]string{"item": item}
		if link := innerSelector(rows, func(row *html.Node) *html.Node { l, _ := mainLink(unit{row}, a, nil); return l }); link != "" {
			q.List.Selectors["link"] = link
		}
		if date := innerSelector(rows, dateNode); date != "" {
			q.List.Selectors["date"] = date
		}
		l, err := readSelected("auto", q)
		if err != nil {
			continue
		}
		out := Proposal{Selectors: q.List.Selectors, Items: l.Items, Of: len(known)}
		for _, it := range l.Items {
			if known[squeezed(it.Title)] {
				out.Known++
			}
		}
		if out.Known >= min(2, len(known)) {
			return out, true
		}
	}
	return Proposal{}, false
}

// itemSelectors names the rows by their container and tag, from the plainest
// way to the longest.
func itemSelectors(b *block, rows []*html.Node) []string {
	row := rows[0].Data
	if c := commonClass(rows); c != "" {
		row += "." + c
	}
	var out []string
	parent := rows[0].Parent
	path := ""
	for n, depth := parent, 0; n != nil && n.Type == html.ElementNode && n.Data != "html" && depth < 4; n, depth = n.Parent, depth+1 {
		name := nameOf(n)
		if path == "" {
			path = name
		} else {
			path = name + " > " + path
		}
		if strings.ContainsAny(name, ".#") {
			out = append(out, path+" > "+row)
		}
	}
	if strings.Contains(row, ".") {
		out = append(out, row)
	}
	return append(out, path+" > "+row)
}

// nameOf is a node as a selector: its id or first steady class, else its tag.
func nameOf(n *html.Node) string {
	if id := attr(n, "id"); steady(id) {
		return n.Data + "#" + id
	}
	for c := range strings.FieldsSeq(attr(n, "class")) {
		if steady(c) {
			return n.Data + "." + c
		}
	}
	return n.Data
}

// steady is true of names that need no escape and do not look generated.
func steady(name string) bool {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return false
	}
	return (name[0] < '0' || name[0] > '9') && name[0] != '-' && len(trailing.FindString(name)) < 4
}

// commonClass is a class that every row carries.
func commonClass(rows []*html.Node) string {
	for c := range strings.FieldsSeq(attr(rows[0], "class")) {
		all := steady(c)
		for _, r := range rows[1:] {
			all = all && strings.Contains(" "+strings.Join(strings.Fields(attr(r, "class")), " ")+" ", " "+c+" ")
		}
		if all {
			return c
		}
	}
	return ""
}

// innerSelector is the shortest selector that finds the wanted node in each row
// that has one, empty when none does.
func innerSelector(rows []*html.Node, want func(*html.Node) *html.Node) string {
	var options []string
	for _, r := range rows {
		if n := want(r); n != nil && n != r {
			options = append(options, n.Data, nameOf(n))
			if n.Parent != nil && n.Parent != r {
				options = append(options, nameOf(n.Parent)+" > "+n.Data, nameOf(n.Parent)+" > "+nameOf(n))
			}
			if n.Data == "a" {
				options = append(options, "a[title]")
			}
			break
		}
	}
	for _, o := range options {
		sel, err := compile(o)
		if err != nil {
			continue
		}
		fits, seen := true, 0
		for _, r := range rows {
			if n := want(r); n != nil {
				seen++
				fits = fits && selectFirst(r, sel) == n
			}
		}
		if fits && seen > 0 {
			return o
		}
	}
	return ""
}

// dateNode is the smallest element of a row that holds nothing but a date.
func dateNode(row *html.Node) *html.Node {
	var found *html.Node
	each(row, func(n *html.Node) bool {
		if n.Type == html.ElementNode && n != row && n.Data != "a" {
			if _, ok := wholeDay(shortText(n, 72)); ok {
				found = n
			}
		}
		return found == nil && n.Type != html.CommentNode
	})
	return found
}
