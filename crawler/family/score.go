package family

import (
	"maps"
	"math"
	"slices"
	"sort"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// found is a list as one reading of a page gives it, with how sure it is.
type found struct {
	entries []entry
	score   float64
	// depth and shape decide between readings of the same list.
	depth int
	shape string
	block *block
	// marked says that an element made to be a heading gave days to the rows.
	marked bool
}

// readBlock turns a block into entries and judges them.
func readBlock(b *block, a anchors) found {
	f := found{depth: b.depth, shape: b.key, block: b}
	type row struct {
		entry
		parent *html.Node
	}
	var rows []row
	seen := map[string]bool{}
	heads := map[*html.Node][]fieldKind{}
	lines := headings{a: a, last: map[*html.Node]lastRow{}}
	said, spans := map[*html.Node]int{}, false
	dated := map[*html.Node]int{}
	total := 0
	for _, u := range b.units {
		if n := u.links(a); n > maxRowLinks || n > 2 && isSection(u, a) {
			continue
		}
		parent := u[0].Parent
		if _, ok := heads[parent]; !ok {
			heads[parent] = columnHeads(u[0])
		}
		e, ok := readUnit(u, a, heads[parent])
		if !ok || seen[e.URL+"\x00"+e.Title] {
			continue
		}
		seen[e.URL+"\x00"+e.Title] = true
		if len(u) == 1 && (!e.dated() || !e.short.IsZero() && e.Date.IsZero()) {
			over := lines.over(u[0], e.dated())
			e.above, e.year = over.day, over.year
			if !over.day.IsZero() {
				said[over.node]++
				spans = spans || over.spans
				f.marked = f.marked || !over.plain
			}
		} else if len(u) == 1 {
			lines.last[parent] = lastRow{u[0], heading{}}
		}
		if e.dated() {
			dated[parent]++
			total++
		}
		rows = append(rows, row{e, parent})
	}
	// A line over one row each is a part of that row.
	if several := spans || slices.ContainsFunc(slices.Collect(maps.Values(said)), func(n int) bool { return n > 1 }); several && (spans || len(said) > 1 || f.marked) {
		for i := range rows {
			if rows[i].take() {
				dated[rows[i].parent]++
				total++
			}
		}
	}
	most := total*10 >= len(rows)*6 && total > 0
	poor := map[*html.Node]bool{}
	if total == 0 {
		weights := map[*html.Node][]float64{}
		for _, r := range rows {
			weights[r.parent] = append(weights[r.parent], r.weight)
		}
		poor = poorest(weights)
	}
	for _, r := range rows {
		if poor[r.parent] {
			continue
		}
		// Where dates are the rule, an undated container is another list, and a
		// short undated row is a button.
		if most && !r.dated() && (dated[r.parent] == 0 || utf8.RuneCountInString(r.Title) < 8) {
			continue
		}
		f.entries = append(f.entries, r.entry)
	}
	f.score = judge(f.entries) * b.area
	return f
}

// isSection is true of a part of a page that holds several dated documents: a
// list of its own, no row of one.
func isSection(u unit, a anchors) bool {
	days, documents := 0, map[string]bool{}
	for _, l := range leaves(u) {
		if _, ok := wholeDay(l.text); ok {
			days++
		}
	}
	if days < 3 {
		return false
	}
	for _, top := range u {
		each(top, func(n *html.Node) bool {
			if n.Type != html.ElementNode {
				return n.Type != html.CommentNode
			}
			if url, ok := a.url[n]; ok && linkWeight(url) >= 0.6 {
				if t, _ := linkTitle(n); titleWeight(t) >= 0.85 {
					documents[url] = true
				}
			}
			return true
		})
	}
	return len(documents) > 2 && days >= len(documents)
}

// poorest are containers whose rows look far less like documents than those of
// another one: a menu drawn like the list.
func poorest(weights map[*html.Node][]float64) map[*html.Node]bool {
	out, means, best := map[*html.Node]bool{}, map[*html.Node]float64{}, 0.0
	for n, ws := range weights {
		for _, w := range ws {
			means[n] += w / float64(len(ws))
		}
		best = math.Max(best, means[n])
	}
	for n, m := range means {
		out[n] = m < 0.25*best
	}
	return out
}

// judge sums how far each entry looks like a document in a list. A date counts
// most, for navigation has none.
func judge(es []entry) float64 {
	urls, titles := map[string]bool{}, map[string]bool{}
	s := 0.0
	for _, e := range es {
		w := e.weight
		if e.dated() {
			w = math.Max(w, 0.1)
		} else {
			w *= 0.22
		}
		if urls[e.URL] {
			w *= 0.2
		}
		if titles[e.Title] {
			w *= 0.5
		}
		urls[e.URL], titles[e.Title] = true, true
		s += w
	}
	// Rows that are dated in part are two things read as one.
	if share := datedShare(es); share > 0 {
		s *= 0.5 + 0.5*share
	}
	return s
}

// bestOf picks the list of a page. Of two readings of the same rows the outer
// one wins, for it sees more of each row.
func bestOf(fs []found) (found, bool) {
	sort.SliceStable(fs, func(i, j int) bool { return fs[i].score > fs[j].score })
	if len(fs) == 0 || len(fs[0].entries) == 0 {
		return found{}, false
	}
	best := fs[0]
	for _, f := range fs[1:] {
		if f.score < 0.85*fs[0].score {
			break
		}
		if len(best.entries) == 1 {
			// Everything around a single row holds the same link: the row itself
			// knows its cells.
			if f.rowLike() && !best.rowLike() && covers(f.entries, best.entries) {
				best = f
			}
			continue
		}
		if f.depth < best.depth && len(f.entries)*10 <= len(best.entries)*11 && covers(f.entries, best.entries) {
			best = f
		}
	}
	return best, best.score > 0.12
}

// rowLike is true of a list drawn by elements that are rows by their nature.
func (f found) rowLike() bool {
	if f.block == nil || len(f.block.units) == 0 || len(f.block.units[0]) != 1 {
		return false
	}
	switch f.block.units[0][0].Data {
	case "tr", "li", "dl":
		return true
	}
	return false
}

// covers is true when every address of small is in large.
func covers(large, small []entry) bool {
	in := map[string]bool{}
	for _, e := range large {
		in[e.URL] = true
	}
	for _, e := range small {
		if !in[e.URL] {
			return false
		}
	}
	return true
}

// companions adds lists that stand beside the best one and are drawn like it: a
// list of pinned entries above, or a list cut in parts of another look.
func companions(best found, fs []found) []entry {
	if best.block == nil {
		return best.entries
	}
	out := best.entries
	have := map[string]bool{}
	for _, e := range out {
		have[e.URL] = true
	}
	for _, f := range fs {
		if f.block == nil || f.block == best.block || f.block.area < best.block.area || !beside2(f.block, best.block) {
			continue
		}
		if datedShare(best.entries) < 0.8 || datedShare(f.entries) < 0.99 || f.score < 0.6*float64(len(f.entries)) {
			continue
		}
		var add []entry
		for _, e := range f.entries {
			if !have[e.URL] {
				have[e.URL] = true
				add = append(add, e)
			}
		}
		if len(add) == 0 {
			continue
		}
		if precedes(f.block.parents[0], best.block.parents[0]) {
			out = append(add, out...)
		} else {
			out = append(out, add...)
		}
	}
	return out
}

// beside2 is true of blocks whose containers share a parent and whose rows have
// the same tag.
func beside2(a, b *block) bool {
	if a.units[0][0].Data != b.units[0][0].Data || len(a.units[0]) != len(b.units[0]) && len(b.units[0]) == 1 {
		return false
	}
	for _, p := range a.parents {
		for _, q := range b.parents {
			if p != q && p.Parent == q.Parent && p.Data == q.Data {
				return true
			}
		}
	}
	return false
}

func precedes(a, b *html.Node) bool {
	for n := a; n != nil; n = n.NextSibling {
		if n == b {
			return true
		}
	}
	return false
}

func datedShare(es []entry) float64 {
	n := 0
	for _, e := range es {
		if e.dated() {
			n++
		}
	}
	return float64(n) / math.Max(1, float64(len(es)))
}

// columnHeads reads the headings of the table that a row stands in, by column;
// nil when it has none. A row without a link whose cells are labels is a heading.
func columnHeads(row *html.Node) []fieldKind {
	if row.Type != html.ElementNode || row.Data != "tr" {
		return nil
	}
	table := row.Parent
	for table != nil && table.Data != "table" {
		table = table.Parent
	}
	if table == nil {
		return nil
	}
	var heads []fieldKind
	each(table, func(n *html.Node) bool {
		if heads != nil || n.Type != html.ElementNode || n.Data != "tr" {
			return heads == nil && n.Type != html.CommentNode
		}
		var kinds []fieldKind
		known := 0
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && (c.Data == "td" || c.Data == "th") {
				k := labelOf(nodeText(c))
				if kinds = append(kinds, k); k != noField {
					known++
				}
			}
		}
		if known >= 2 || known == 1 && len(kinds) == 2 {
			heads = kinds
		}
		return false
	})
	return heads
}
