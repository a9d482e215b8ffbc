package extractor

import (
	"path"
	"strings"

	"govwatch/extractor/field"
	"govwatch/notice"
)

// choose ranks candidates, keeps them as evidence and returns the winner.
func choose(r *notice.Record, name string, c []notice.Candidate) field.Choice {
	if len(c) > field.MaxCandidates {
		c = c[:field.MaxCandidates]
	}
	ch := field.Rank(c)
	if len(c) > 0 {
		r.Evidence[name] = c
	}
	if ch.Doubt {
		r.Problems = append(r.Problems, notice.Problem{Field: name, Code: "unsure", Detail: "no reading is sure enough: " + c[0].Value})
	}
	return ch
}

// decide fills the fields in the order in which they lean on each other.
func decide(r *notice.Record, d *field.Doc) {
	r.Title = choose(r, "title", field.Titles(d)).Value
	d.Title = r.Title
	r.SubjectTitle = field.SubjectTitle(r.Title)
	r.Kind = choose(r, "kind", field.Kinds(d)).Value
	d.Kind = r.Kind
	decideNumber(r, d)
	decideIssuers(r, d)
	decideDates(r, d)
	r.IndexNo = choose(r, "index_no", field.IndexNumbers(d)).Value
	if w := choose(r, "subject_words", field.SubjectWords(d)).Value; w != "" {
		r.SubjectWords = strings.Fields(w)
	}
	r.Origin = choose(r, "source", field.Origins(d)).Value
	r.Validity = notice.Validity(choose(r, "validity", field.Validities(d, r, d.Today)).Value)
}

func decideNumber(r *notice.Record, d *field.Doc) {
	c := field.Numbers(d)
	ch := choose(r, "number", c)
	if ch.Value == "" {
		return
	}
	r.Number = ch.Value
	if n, ok := field.ParseNumber(ch.Value); ok {
		d.Number = n
	}
	for _, x := range r.Evidence["number"] {
		if x.Won {
			_, raw, labelled := strings.Cut(x.Context, "：")
			if !labelled {
				raw = x.Context
			}
			if x.Rule == "number.promulgation" {
				raw = x.Value
			}
			r.NumberRaw = strings.TrimSpace(raw)
			break
		}
	}
}

func decideIssuers(r *notice.Record, d *field.Doc) {
	ch := choose(r, "issuers", field.Issuers(d))
	if ch.Value == "" {
		return
	}
	at := notice.Date{}
	if s, ok := d.Signed(); ok {
		at = s.Date
	}
	seen := map[string]bool{}
	for _, n := range strings.Split(ch.Value, field.NameSep) {
		a, _ := d.Book.Agency(n, at, d.Region)
		if a.Name != "" && !seen[a.Name] {
			seen[a.Name] = true
			r.Issuers = append(r.Issuers, a.Name)
		}
	}
}

func decideDates(r *notice.Record, d *field.Doc) {
	date := func(name string, c []notice.Candidate) notice.Date {
		v, _ := field.ParseDate(choose(r, name, c).Value)
		return v
	}
	r.Written = date("date_written", field.Written(d))
	r.Published = date("date_published", field.Published(d, r.Written))
	r.Printed = date("date_printed", field.Printed(d))
	r.Effective = date("date_effective", field.Effective(d, r.Written, r.Published))
	r.Expires = date("date_expiry", field.Expiry(d, r.Effective))
}

// attach takes over the files of the page, with their texts where they were read.
func attach(r *notice.Record, d *field.Doc, in Input) {
	for _, a := range d.Layout.Attachments {
		r.Attachments = append(r.Attachments, notice.AttachmentRef{Name: a.Name, URL: a.URL})
	}
	if u := d.Layout.BodyURL; u != "" && len(r.Attachments) == 0 {
		r.Attachments = append(r.Attachments, notice.AttachmentRef{Name: path.Base(u), URL: u})
	}
	for _, a := range in.Attachments {
		fileProblems(r, "attachments", a.Text)
	}
	if len(in.Attachments) > 0 {
		cover(r, d, in)
	}
}
