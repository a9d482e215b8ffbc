package classify

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"govwatch/notice"
	"govwatch/notice/authority"
)

// Rules holds the word lists in the form in which texts are searched. Build it
// once with New; it is read-only and serves any number of goroutines.
type Rules struct {
	book    *authority.Book
	sectors []authority.Sector
	words   *matcher
	gate    *matcher
}

// New prepares the rules from the authority tables.
func New(book *authority.Book) *Rules {
	r := &Rules{book: book, sectors: book.Sectors()}
	r.words = sectorWords(r.sectors)
	r.gate = climateWords(book.Scope())
	return r
}

// Input is what the rules know beside the record itself. Every part may be empty.
type Input struct {
	Source notice.Source
	// Column is the column (栏目) of the list that showed the document.
	Column string
	// Category is what the head table says of theme or form (主题分类, 体裁分类).
	Category string
}

// Apply fills Class, Region, SubjectRegion, Level, Sectors, SectorWeights,
// ActionType, Relevance, Climate, Targets and Relations of a record from its
// title, issuers, number, dates, kind and body, which must have been read
// before. What was in these fields is replaced; other fields stay.
func (u *Rules) Apply(r *notice.Record, in Input) {
	if r.Evidence == nil {
		r.Evidence = map[string][]notice.Candidate{}
	}
	class := u.Class(*r, in)
	r.Class = class.Class
	prove(r, "class", string(class.Class), class.Rule, class.Weight, class.Words)

	u.place(r, in)
	r.Relevance, r.Climate = 0, false
	rel := u.Relevance(*r)
	r.Relevance, r.Climate = rel.Score, rel.Score >= Threshold
	prove(r, "relevance", strconv.FormatFloat(rel.Score, 'f', 2, 64), rel.Rule, rel.Score, strings.Join(rel.Words, " "))

	r.SectorWeights = u.Sectors(*r)
	r.Sectors = nil
	for _, s := range r.SectorWeights {
		r.Sectors = append(r.Sectors, s.Sector)
	}
	action := ActionOf(*r)
	r.ActionType = action.Type
	if action.Type != "" {
		prove(r, "action_type", action.Type, "action."+action.Type, action.Weight, action.Word)
	}
	r.Targets, r.Relations = nil, nil
	delete(r.Evidence, "targets")
	if r.Class == notice.Policy || r.Class == notice.DraftClass {
		r.Targets = Targets(r.Body, year(*r))
		for i := range r.Targets {
			if r.Targets[i].Scope == "" {
				r.Targets[i].Scope = r.SubjectRegion
			}
			t := r.Targets[i]
			r.Evidence["targets"] = append(r.Evidence["targets"], notice.Candidate{
				Value: fmt.Sprintf("%s%g%s", t.Comparator, t.Value, t.Unit), Rule: "target.clause", Weight: 1, Span: t.Span, Context: clip(t.Text, 80), Won: true})
		}
	}
	r.Relations = Relations(*r)
}

// prove writes the single candidate of a judgement as its evidence.
func prove(r *notice.Record, field, value, rule string, weight float64, words string) {
	r.Evidence[field] = []notice.Candidate{{Value: value, Rule: rule, Weight: weight, Context: clip(words, 80), Won: true}}
}

// clip keeps at most n runes.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	i := 0
	for p := range s {
		if i == n {
			return s[:p]
		}
		i++
	}
	return s
}

// year is the year in which the document was written, as well as the record
// shows it; zero when it does not.
func year(r notice.Record) int {
	for _, d := range []notice.Date{r.Written, r.Published} {
		if !d.IsZero() {
			return d.Year
		}
	}
	if m := numberYear.FindStringSubmatch(r.Number); m != nil {
		y, err := strconv.Atoi(m[1])
		if err == nil {
			return y
		}
	}
	return 0
}
