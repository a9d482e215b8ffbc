package extractor

import (
	"strings"
	"unicode/utf8"

	"govwatch/crawler/family"
	"govwatch/extractor/field"
	"govwatch/notice"
)

// coverRunes is the length under which a page that says 现印发给你们 holds no
// policy of its own.
const coverRunes = 1200

// isCover says that a page only hands on what its attachment holds.
func isCover(r *notice.Record) bool {
	n := utf8.RuneCountInString(r.Body)
	if n == 0 {
		return true
	}
	if n > coverRunes {
		return false
	}
	for _, w := range [...]string{"印发给你们", "转发给你们", "予以印发", "予以公布", "现予公布", "予以发布", "现予发布", "下发给你们", "发给你们", "见附件", "详见附件"} {
		if strings.Contains(r.Body, w) {
			return true
		}
	}
	return n < 120
}

// cover completes a cover page from its first readable attachment: the text is
// appended, and number, date and issuers are taken where the page has none.
func cover(r *notice.Record, d *field.Doc, in Input) {
	if !isCover(r) {
		return
	}
	for i, a := range in.Attachments {
		if strings.TrimSpace(a.Text.Text) == "" {
			continue
		}
		l := family.ReadText(a.Text.Text)
		sub := field.NewDoc(&l, a.URL, d.Book, d.Region)
		name := attachmentText(i)
		fill(r, sub, name, a.Text.OCR)
		if r.Body != "" {
			r.Body += "\n"
		}
		r.Body += sub.Body
		if len(r.Body) > 64<<10 {
			return
		}
	}
}

func attachmentText(i int) string { return "attachment:" + string(rune('0'+min(i, 9))) }

// fill takes number, issuers and date from an attached text for fields that the
// page left empty. OCR never fills a field.
func fill(r *notice.Record, sub *field.Doc, name string, ocr bool) {
	if ocr {
		return
	}
	sub.Title = field.Rank(field.Titles(sub)).Value
	sub.Kind = field.KindOf(sub.Title)
	if r.SubjectTitle == "" && sub.Title != "" && sub.Title != r.Title && sub.Kind != "" {
		r.SubjectTitle = sub.Title
	}
	weaken := func(c []notice.Candidate) []notice.Candidate {
		for i := range c {
			c[i].Weight *= 0.8
			c[i].Span.Text = name
		}
		return c
	}
	if r.Number == "" {
		r.Number = choose(r, "number", append(r.Evidence["number"], weaken(field.Numbers(sub))...)).Value
		r.NumberRaw = r.Number
		if n, ok := field.ParseNumber(r.Number); ok {
			sub.Number = n
		}
	}
	if len(r.Issuers) == 0 {
		if v := choose(r, "issuers", append(r.Evidence["issuers"], weaken(field.Issuers(sub))...)).Value; v != "" {
			for _, n := range strings.Split(v, field.NameSep) {
				a, _ := sub.Book.Agency(n, notice.Date{}, sub.Region)
				r.Issuers = append(r.Issuers, a.Name)
			}
		}
	}
	if r.Written.IsZero() {
		r.Written, _ = field.ParseDate(choose(r, "date_written", append(r.Evidence["date_written"], weaken(field.Written(sub))...)).Value)
	}
}
