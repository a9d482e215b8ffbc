package identity

import (
	"cmp"
	"slices"

	"govwatch/extractor/field"
	"govwatch/notice"
)

// Listing is what the lists of a source say they hold (共1,234条) and what of it we hold.
type Listing struct {
	// Total is zero when not every list of the source says how much it holds.
	Total int
	Held  int
}

// Completeness estimates how much of what a source published is held.
type Completeness struct {
	Source notice.SourceID `json:"source"`
	// Held counts documents, Listed what the lists say they hold, zero when they do not say.
	Held   int `json:"held"`
	Listed int `json:"listed"`
	// Series are the number series that have their home here.
	Series []Series `json:"series"`
	// Numbered counts the held numbers of series whose gaps mean something, Missing the gaps.
	Numbered int `json:"numbered"`
	Missing  int `json:"missing"`
	// Recall is the lower of the two shares that can be told, at most 1; nil when
	// neither can. A number that was given may never have been published: by
	// numbers it is a lower bound.
	Recall *float64 `json:"recall"`
	Basis  string   `json:"basis"`
}

// Wanted is a document that exists and is not held.
type Wanted struct {
	Number string `json:"number,omitempty"`
	Title  string `json:"title,omitempty"`
	// Home is the source on which to look first, empty when none is known.
	Home notice.SourceID `json:"home,omitempty"`
	// Cited counts the held documents that refer to it; Gap says that its number
	// stands between two held ones.
	Cited int  `json:"cited"`
	Gap   bool `json:"gap"`
}

// Judge tells for each source how complete it is, and what to look for: most
// cited first, and among equals those that a gap proves.
func Judge(sources []notice.Source, holdings []Holding, listings map[notice.SourceID]Listing) ([]Completeness, []Wanted) {
	series := Gaps(sources, holdings)
	out := make([]Completeness, 0, len(sources))
	for _, s := range sources {
		l := listings[s.ID]
		c := Completeness{Source: s.ID, Held: l.Held, Listed: l.Total, Series: []Series{}}
		for _, x := range series {
			if x.Home != s.ID {
				continue
			}
			c.Series = append(c.Series, x)
			if !x.Sparse {
				c.Numbered, c.Missing = c.Numbered+x.Held, c.Missing+len(x.Missing)
			}
		}
		c.estimate()
		out = append(out, c)
	}
	return out, wanted(series, holdings)
}

// fewNumbers is the number of held numbers below which an estimate by them says
// of itself that it rests on little.
const fewNumbers = 5

// estimate fills Recall and Basis.
func (c *Completeness) estimate() {
	take := func(share float64, basis string) {
		if share = min(1, share); c.Recall == nil || share < *c.Recall {
			c.Recall, c.Basis = &share, basis
		}
	}
	if c.Listed > 0 {
		take(float64(c.Held)/float64(c.Listed), "list totals")
	}
	if c.Numbered > 0 {
		basis := "number series"
		if c.Numbered < fewNumbers {
			basis += ", few numbers"
		}
		take(float64(c.Numbered)/float64(c.Numbered+c.Missing), basis)
	}
	if c.Recall == nil {
		c.Basis = "unknown: no list says its total, no series of numbers"
	}
}

// wanted ranks gaps and citations of what is not held.
func wanted(series []Series, holdings []Holding) []Wanted {
	numbers, titles := map[string]bool{}, map[string]bool{}
	for _, h := range holdings {
		if n, ok := field.ParseNumber(h.Number); ok {
			numbers[n.Normal] = true
		}
		titles[titleKey(h.Title)] = true
	}
	found := map[string]*Wanted{}
	homes := map[string]notice.SourceID{}
	for _, s := range series {
		homes[s.Name] = s.Home
		for _, n := range s.Missing {
			found[n] = &Wanted{Number: n, Home: s.Home, Gap: true}
		}
	}
	for _, h := range holdings {
		cited := map[string]bool{}
		for _, rel := range h.Relations {
			if rel.Work != "" || rel.Title != "" && titles[titleKey(rel.Title)] {
				continue
			}
			w := Wanted{Title: rel.Title}
			key := "title\x1f" + titleKey(rel.Title)
			if n, ok := field.ParseNumber(rel.Number); ok {
				if numbers[n.Normal] {
					continue
				}
				w.Number, key = n.Normal, n.Normal
				stem, _ := cutSerial(n.Normal, n.Serial)
				w.Home = homes[stem]
			} else if titleKey(rel.Title) == "" {
				continue
			}
			if found[key] == nil {
				found[key] = &w
			}
			if found[key].Title == "" {
				found[key].Title = rel.Title
			}
			if !cited[key] { // one document that cites it twice cites it once
				cited[key] = true
				found[key].Cited++
			}
		}
	}
	out := make([]Wanted, 0, len(found))
	for _, w := range found {
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b Wanted) int {
		return cmp.Or(cmp.Compare(b.Cited, a.Cited), cmp.Compare(score(b), score(a)), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Title, b.Title))
	})
	return out
}

// score breaks ties: a gap is proof, a number can be searched for.
func score(w Wanted) int {
	n := 0
	if w.Gap {
		n += 2
	}
	if w.Number != "" {
		n++
	}
	return n
}
