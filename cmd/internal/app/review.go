package app

import (
	"context"
	"fmt"
	"strings"

	"govwatch/extractor/field"
	"govwatch/notice"
)

// ReviewItem is one record that waits for a person, with the reasons.
type ReviewItem struct {
	Document   notice.DocumentID `json:"document"`
	Version    notice.VersionID  `json:"version"`
	Source     notice.SourceID   `json:"source"`
	URL        string            `json:"url"`
	Title      string            `json:"title"`
	Published  notice.Date       `json:"published"`
	Confidence float64           `json:"confidence"`
	// Why holds one line a reason: the field, what is doubtful, the detail.
	Why []string `json:"why"`
}

// Review lists current records that ask for a person, latest publication first:
// of one source when it is named, at most limit when that is not zero.
func (s *Shelf) Review(ctx context.Context, source notice.SourceID, limit int) ([]ReviewItem, error) {
	out := []ReviewItem{}
	q := notice.RecordQuery{Review: true, Source: source, Limit: 500}
	for {
		page, err := s.tracker.Records(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Records {
			out = append(out, ReviewItem{r.Document, r.Version, r.Source, r.URL, r.Title, r.Published, r.Confidence, reasons(r)})
			if len(out) == limit {
				return out, nil
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out, nil
		}
	}
}

// coreFields are those whose confidence decides about a record's.
var coreFields = []string{"title", "number", "issuers", "date_written", "date_published"}

// reasons say why a record waits. A doubt that the rules did not put into words
// is told as the confidence itself.
func reasons(r notice.Record) []string {
	out := []string{}
	for _, p := range r.Problems {
		out = append(out, strings.TrimSuffix(p.Field+": "+p.Code+": "+p.Detail, ": "))
	}
	if r.Title == "" {
		out = append(out, "title: none was found")
	}
	if r.Confidence >= field.Floor {
		return out
	}
	for _, name := range coreFields {
		c := r.Evidence[name]
		if len(c) == 0 || !c[0].Won {
			continue
		}
		if conf := field.Rank(append([]notice.Candidate(nil), c...)).Confidence; conf < field.Floor {
			out = append(out, fmt.Sprintf("%s: confidence %.2f is below %.2f", name, conf, field.Floor))
		}
	}
	if len(out) == 0 {
		out = append(out, fmt.Sprintf("record: confidence %.2f is below %.2f", r.Confidence, field.Floor))
	}
	return out
}
