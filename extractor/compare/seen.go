package compare

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// ConfineTo is Confine by the whole list of what a visit saw come and go. A field
// that no statement names was not altered either: a new template shows more or
// fewer of them.
func ConfineTo(before, after notice.Record, seen []notice.Statement) (b, a notice.Record) {
	var all, body, head strings.Builder
	files := map[string]bool{}
	for _, s := range seen {
		if name, _, _ := strings.Cut(s.Text, "|"); s.Place == notice.AsFile {
			files[keyOf(name)] = true
		}
	}
	for _, s := range seen {
		all.WriteString(s.Text + "\n")
		switch {
		case s.Place == notice.InBody && files[keyOf(s.Text)]:
			// The line of a file is told as a file.
		case s.Place == notice.InBody:
			body.WriteString(s.Text + "\n")
		case s.Place == notice.InHead:
			head.WriteString(s.Text + "\n")
		}
	}
	b, a = confine(before, after, body.String())
	text := keyOf(all.String())
	named := func(values ...string) bool {
		return slices.ContainsFunc(values, func(v string) bool { return v != "" && strings.Contains(text, keyOf(v)) })
	}
	if !named(b.Title, a.Title) && !placed(seen, notice.InTitle) {
		a.Title = b.Title
	}
	if !named(b.Number, a.Number) && !strings.Contains(head.String(), "number") {
		a.Number = b.Number
	}
	if !named(b.Issuers...) && !named(a.Issuers...) && !strings.Contains(head.String(), "issuer=") {
		a.Issuers = b.Issuers
	}
	told := body.String() + head.String()
	for _, d := range []struct{ b, a *notice.Date }{{&b.Published, &a.Published}, {&b.Written, &a.Written}} {
		if !strings.Contains(head.String(), "date") && !tells(told, *d.b) && !tells(told, *d.a) {
			*d.a = *d.b
		}
	}
	if !validityWord.MatchString(all.String()) {
		a.Effective, a.Expires = b.Effective, b.Expires
		a.Validity, a.Evidence = b.Validity, b.Evidence
	}
	return b, a
}

// tells says that a text holds a day in one of the forms of pages.
func tells(text string, d notice.Date) bool {
	if d.IsZero() {
		return false
	}
	return slices.ContainsFunc([]string{"%d年%d月%d日", "%d-%d-%d", "%d-%02d-%02d", "%d年%02d月%02d日"}, func(form string) bool {
		return strings.Contains(text, fmt.Sprintf(form, d.Year, d.Month, d.Day))
	})
}

// validityWord is a word by which texts come into force or lose it.
var validityWord = regexp.MustCompile(`validity=|废止|失效|有效期|继续有效|起(?:施行|实施|执行|生效)|修改|修订|停止执行`)

func placed(seen []notice.Statement, p notice.Place) bool {
	return slices.ContainsFunc(seen, func(s notice.Statement) bool { return s.Place == p })
}

// With adds to a result what a visit saw and a record does not hold: pictures,
// flags beside the article, and statements of the page that the rules read alike
// on both sides although they changed. Sentences count only where a record has no
// text at all: what the rules leave out of a text is a remark of the site.
func (r Result) With(seen []notice.Statement, before, after notice.Record) Result {
	read := slices.Clone(r.Meaning)
	for _, s := range seen {
		switch m, weight := unread(s); {
		case m == "":
		case s.Place == notice.AsPicture, s.Place == notice.AsFlag && !slices.Contains(read, notice.ValidityFlag), s.Place != notice.AsFlag && len(read) == 0:
			r = r.add(m, weight, line(s))
		}
	}
	if r.Diff == "" && (before.Body == "" || after.Body == "") {
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
