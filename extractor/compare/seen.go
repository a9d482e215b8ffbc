package compare

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// ConfineTo is Confine by the whole list of what a visit saw come and go.
func ConfineTo(before, after notice.Record, seen []notice.Statement) (b, a notice.Record) {
	var names strings.Builder
	for _, s := range seen {
		names.WriteString(s.Text)
		names.WriteByte('\n')
	}
	return confine(before, after, names.String())
}

// With adds to a result what a visit saw and a record does not hold: pictures,
// flags beside the article, and statements of the page that the rules read alike
// on both sides although they changed.
func (r Result) With(seen []notice.Statement) Result {
	read := slices.Clone(r.Meaning)
	for _, s := range seen {
		switch m, weight := unread(s); {
		case m == "":
		case s.Place == notice.AsPicture, s.Place == notice.AsFlag && !slices.Contains(read, notice.ValidityFlag), s.Place != notice.AsFlag && len(read) == 0:
			r = r.add(m, weight, line(s))
		}
	}
	if r.Diff == "" {
		return Compare(sentences(seen, false), sentences(seen, true))
	}
	return r
}

func (r Result) add(m notice.Meaning, weight float64, line string) Result {
	r.Meaning = slices.Clone(r.Meaning)
	if !slices.Contains(r.Meaning, m) {
		r.Meaning = append(r.Meaning, m)
	}
	r.Significance = math.Max(r.Significance, weight)
	if r.Diff != "" {
		r.Diff += "\n"
	}
	r.Diff += line
	return r
}

func line(s notice.Statement) string {
	sign := "- "
	if s.Come {
		sign = "+ "
	}
	if s.Place == notice.AsPicture {
		return sign + "picture " + s.Text
	}
	return sign + s.Text
}

// unread is the meaning of a statement by its place.
func unread(s notice.Statement) (notice.Meaning, float64) {
	switch s.Place {
	case notice.AsPicture:
		if s.Come {
			return notice.AnnexAdded, 0.5
		}
		return notice.AnnexRemoved, 0.5
	case notice.AsFlag:
		return notice.ValidityFlag, weight[notice.ValidityFlag]
	case notice.AsFile:
		return notice.AnnexReplaced, weight[notice.AnnexReplaced]
	case notice.InTitle:
		return notice.TitleAltered, weight[notice.TitleAltered]
	case notice.InHead:
		m := factMeaning(s.Text)
		return m, weight[m]
	}
	return "", 0
}

// factMeaning is the meaning of a changed fact of the head, key=value.
func factMeaning(fact string) notice.Meaning {
	key, _, _ := strings.Cut(fact, "=")
	switch key {
	case "number", "number_shown":
		return notice.NumberAltered
	case "issuer":
		return notice.IssuerAltered
	case "validity":
		return notice.ValidityFlag
	case "date_published", "date_shown", "date_updated":
		return notice.ReDated
	case "date_written", "date_effective", "date_expiry", "date":
		return notice.DateAltered
	case "title":
		return notice.TitleAltered
	}
	return ""
}

// fewSentenceRunes is the length from which a line with a full stop is a sentence
// of the publisher and not a remark of the site.
const fewSentenceRunes = 10

// sentences is a record of the whole sentences among statements, for a page whose
// article our rules did not find.
func sentences(seen []notice.Statement, come bool) notice.Record {
	var body []string
	for _, s := range seen {
		if s.Place == notice.InBody && s.Come == come && strings.ContainsAny(s.Text, "。；") && utf8.RuneCountInString(s.Text) >= fewSentenceRunes {
			body = append(body, textzh.Fold(s.Text))
		}
	}
	return notice.Record{Body: strings.Join(body, "\n")}
}
