package classify

import (
	"strings"

	"govwatch/notice"
	"govwatch/notice/authority"
)

// Answer says how one province has answered a central document: by which document
// of its own, when, and after how many days. Document is empty when it has not.
type Answer struct {
	Region   string
	Name     string
	Document notice.DocumentID
	Title    string
	Number   string
	Date     notice.Date
	// Days counts from the central document's date; zero when either date is missing.
	Days int
	// How is implements or relays.
	How notice.RelationType
}

// Answers is the implementation table of a central document: one row for each
// province, in the order given, with the earliest policy of the province (or of a
// body in it at provincial level) that implements or relays the document by work,
// number or quoted title. Records of other provinces, levels and classes are
// passed over, so all records of a period may be given.
func Answers(central notice.Record, records []notice.Record, provinces []authority.Region) []Answer {
	out := make([]Answer, len(provinces))
	row := map[string]int{}
	for i, p := range provinces {
		out[i] = Answer{Region: p.Code, Name: p.Name}
		row[p.Code] = i
	}
	start := dateOf(central)
	for _, r := range records {
		i, ok := row[r.Region]
		if !ok || r.Level != notice.Provincial || r.Class != notice.Policy || r.Document == central.Document {
			continue
		}
		how, ok := answers(r, central)
		day := dateOf(r)
		if !ok || !earlier(day, out[i]) {
			continue
		}
		out[i].Document, out[i].Title, out[i].Number, out[i].Date, out[i].How, out[i].Days = r.Document, r.Title, r.Number, day, how, 0
		if !day.IsZero() && !start.IsZero() {
			out[i].Days = day.Days(start)
		}
	}
	return out
}

func dateOf(r notice.Record) notice.Date {
	if !r.Written.IsZero() {
		return r.Written
	}
	return r.Published
}

// earlier prefers the earliest dated document; one without a date stands in only where there is none.
func earlier(day notice.Date, now Answer) bool {
	switch {
	case now.Document == "":
		return true
	case day.IsZero():
		return false
	}
	return now.Date.IsZero() || day.Compare(now.Date) < 0
}

// answers reports that a record implements or relays a central document.
func answers(r, central notice.Record) (notice.RelationType, bool) {
	for _, rel := range r.Relations {
		if rel.Type != notice.Implements && rel.Type != notice.Relays {
			continue
		}
		switch {
		case rel.Work != "" && rel.Work == central.Work,
			rel.Number != "" && rel.Number == central.Number,
			rel.Title != "" && (rel.Number == "" || central.Number == "") && sameTitle(rel.Title, central):
			return rel.Type, true
		}
	}
	return "", false
}

// sameTitle compares a quoted title with a document's own or that of the policy it hands out.
func sameTitle(quoted string, r notice.Record) bool {
	q := plain(quoted)
	own := plain(r.Title)
	return len(q) >= 24 && (q == own || q == plain(r.SubjectTitle) || strings.HasSuffix(own, q))
}
