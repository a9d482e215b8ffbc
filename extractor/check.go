package extractor

import (
	"fmt"

	"govwatch/extractor/field"
	"govwatch/notice"
)

// check compares the decided fields with each other and with their strong rivals.
func check(r *notice.Record, d *field.Doc) {
	problem := func(name, code, format string, a ...any) {
		r.Problems = append(r.Problems, notice.Problem{Field: name, Code: code, Detail: fmt.Sprintf(format, a...)})
	}
	for _, name := range [...]string{"title", "number", "date_written", "date_published", "issuers"} {
		c := r.Evidence[name]
		for i := range c {
			if !c[i].Won && c[i].Weight >= 0.78 && len(c) > 0 && c[0].Won && !alike(name, c[0].Value, c[i].Value, d) {
				problem(name, "conflict", "%s says %q, %s says %q", c[0].Rule, c[0].Value, c[i].Rule, c[i].Value)
				break
			}
		}
	}
	if n := field.SignerCount(r.Title); n > 0 && len(r.Issuers) > 0 && n != len(r.Issuers) {
		problem("issuers", "count_mismatch", "the title speaks of %d bodies, %d were found", n, len(r.Issuers))
	}
	if y := d.Number.Year; y > 0 && !r.Written.IsZero() && y != r.Written.Year && (r.Written.Month > 1 || y != r.Written.Year-1) {
		problem("date_written", "year_mismatch", "number %s, written %s", r.Number, r.Written)
	}
	if !r.Written.IsZero() && !r.Published.IsZero() && r.Published.Compare(r.Written) < 0 {
		problem("date_published", "before_written", "published %s, written %s", r.Published, r.Written)
	}
	for _, x := range field.BadDates(d) {
		problem(x.Label, "implausible", "%s says %q, which is no date of a document", x.RawLabel, x.Value)
	}
	if !d.Today.IsZero() && r.Published.Compare(d.Today.AddDays(1)) > 0 {
		problem("date_published", "future", "published %s, read on %s", r.Published, d.Today)
	}
	if r.Title == "" {
		problem("title", "missing", "no title found")
	}
	if r.Body == "" && len(r.Attachments) == 0 {
		problem("body", "missing", "no article found")
	}
}

// alike says that two readings tell the same.
func alike(name, a, b string, d *field.Doc) bool {
	switch name {
	case "title":
		return field.SameTitle(a, b)
	case "issuers":
		return field.SameBodies(d, a, b)
	case "number":
		return field.SameNumber(a, b)
	}
	return false
}

// settle sets the confidence and asks for a person where needed.
func settle(r *notice.Record, d *field.Doc) {
	r.Confidence = 1
	for _, name := range [...]string{"title", "number", "issuers", "date_written", "date_published"} {
		c := r.Evidence[name]
		if len(c) == 0 || !c[0].Won {
			continue
		}
		ch := field.Rank(append([]notice.Candidate(nil), c...))
		r.Confidence = min(r.Confidence, ch.Confidence)
	}
	if r.Title == "" {
		r.Confidence = 0
	}
	for _, p := range r.Problems {
		if p.Code != "before_written" {
			r.Review = true
		}
	}
	r.Review = r.Review || r.Confidence < field.Floor
}
