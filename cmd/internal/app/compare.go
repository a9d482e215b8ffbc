package app

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"govwatch/crawler"
	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/extractor"
	"govwatch/extractor/compare"
	"govwatch/internal/reader"
	"govwatch/notice"
)

// Saved is one state of a document on disk.
type Saved struct {
	Name string
	URL  string
	Body []byte
}

// PageChange is what two states come to: the answer of `govwatch compare`.
type PageChange struct {
	Old          string            `json:"old"`
	New          string            `json:"new"`
	URL          string            `json:"url,omitempty"`
	Change       notice.ChangeKind `json:"change"`
	Meaning      []notice.Meaning  `json:"meaning"`
	Significance float64           `json:"significance"`
	Diff         string            `json:"diff"`
}

// ComparePages decides between two saved states as a visit does, kind first,
// then meaning; it fails only when ctx ends or a reader cannot be started.
func ComparePages(ctx context.Context, guard *reader.Guard, before, after Saved) (PageChange, error) {
	out := PageChange{Old: before.Name, New: after.Name, URL: after.URL, Change: notice.ChangeSame, Meaning: []notice.Meaning{}}
	if string(before.Body) == string(after.Body) {
		return out, nil
	}
	if isPage(before.Body) && isPage(after.Body) {
		if k, why := presence(before, after); k != "" {
			out.Change, out.Diff = k, why
			return out, nil
		}
		return comparePages(out, before, after), nil
	}
	return compareFiles(ctx, guard, out, before, after)
}

func isPage(body []byte) bool {
	switch reader.Sniff(body) {
	case reader.KindHTML, reader.KindXML, reader.KindJSON, reader.KindText, reader.KindUnknown:
		return true
	}
	return false
}

// presence tells a document that went from one that was edited, by the verdict
// on both answers.
func presence(before, after Saved) (kind notice.ChangeKind, why string) {
	was, is := verdict(before), verdict(after)
	switch {
	case was.Outcome.Good() && is.Outcome.Missing():
		return notice.ChangeMissing, is.Reason
	case was.Outcome.Missing() && is.Outcome.Good():
		return notice.ChangeReturned, "the document answers again"
	case was.Outcome.Good() && is.Outcome.Blocked():
		return notice.ChangeSame, is.Reason // a challenge says nothing about the document
	}
	return "", ""
}

func verdict(s Saved) crawler.Verdict {
	return crawler.Judge(crawler.Answer{URL: s.URL, FinalURL: s.URL, Status: http.StatusOK, Header: http.Header{}, Body: s.Body, Role: notice.DetailRole})
}

func comparePages(out PageChange, before, after Saved) PageChange {
	c := change.Compare(family.NewPage(before.URL, "", before.Body), family.NewPage(after.URL, "", after.Body))
	out.Change = c.Kind
	if c.Kind != notice.ChangeEdited {
		if c.Retemplated {
			out.Meaning = []notice.Meaning{notice.ReTemplated}
		}
		return out
	}
	seen := change.Statements(c.Gone, c.Come)
	b, a := asRecord(c.Before), asRecord(c.After)
	was, is := b, a
	if !c.Foreign {
		b, a = extractor.Extract(extractor.Input{URL: before.URL, Body: before.Body}), extractor.Extract(extractor.Input{URL: after.URL, Body: after.Body})
		if was, is = b, a; len(seen) > 0 {
			b, a = compare.ConfineTo(b, a, seen)
		}
	}
	r := compare.Compare(b, a).With(seen, was, is)
	out.Meaning, out.Significance, out.Diff = r.Meaning, r.Significance, r.Diff
	if out.Diff == "" {
		// Signs and spaces only: nothing that anybody said changed.
		out.Change, out.Meaning, out.Significance = notice.ChangeCosmetic, []notice.Meaning{}, 0
	}
	return out
}

// asRecord carries the statements of a page that our rules cannot read.
func asRecord(t change.Text) notice.Record {
	var r notice.Record
	var body []string
	for _, l := range t.Lines {
		switch l.Kind {
		case change.TitleLine:
			r.Title = l.Text
		case change.BodyLine:
			body = append(body, l.Text)
		case change.AttachLine:
			name, url, _ := strings.Cut(l.Text, "|")
			r.Attachments = append(r.Attachments, notice.AttachmentRef{Name: name, URL: url})
		}
	}
	r.Body = strings.Join(body, "\n")
	return r
}

// compareFiles compares the texts of two files, by their bytes where a file has
// no text.
func compareFiles(ctx context.Context, guard *reader.Guard, out PageChange, before, after Saved) (PageChange, error) {
	texts := make([]change.Text, 2)
	records := make([]notice.Record, 2)
	for i, s := range []Saved{before, after} {
		text := ""
		if isPage(s.Body) {
			records[i] = extractor.Extract(extractor.Input{URL: s.URL, Body: s.Body})
			text = records[i].Body
		} else {
			// A file that cannot be read is compared by its bytes.
			t, err := guard.Read(ctx, s.Name, s.Body)
			if ctx.Err() != nil {
				return out, errors.Join(ctx.Err(), err)
			}
			text, records[i] = t.Text, notice.Record{Body: t.Text}
		}
		texts[i] = change.NormalizeFile(text, s.Body)
	}
	out.Change = notice.ChangeCosmetic
	if change.Diff(texts[0], texts[1]) == "" {
		return out, nil
	}
	out.Change = notice.ChangeEdited
	r := compare.Compare(records[0], records[1])
	out.Meaning, out.Significance, out.Diff = r.Meaning, r.Significance, r.Diff
	if out.Diff == "" {
		out.Meaning, out.Significance, out.Diff = []notice.Meaning{notice.AnnexReplaced}, 0.7, change.Diff(texts[0], texts[1])
	}
	return out, nil
}
