package app

import (
	"context"
	"fmt"

	"govwatch/extractor/classify"
	"govwatch/notice"
	"govwatch/notice/authority"
)

// Implementation is the implementation table of one central document.
type Implementation struct {
	Document notice.DocumentID `json:"document"`
	URL      string            `json:"url"`
	Title    string            `json:"title"`
	Number   string            `json:"number"`
	Date     notice.Date       `json:"date"`
	// Answered counts provinces, of len(Provinces).
	Answered  int              `json:"answered"`
	Provinces []ProvinceAnswer `json:"provinces"`
}

// ProvinceAnswer is what one province has done about it.
type ProvinceAnswer struct {
	Region   string              `json:"region"`
	Name     string              `json:"name"`
	Answered bool                `json:"answered"`
	Document notice.DocumentID   `json:"document,omitempty"`
	URL      string              `json:"url,omitempty"`
	Title    string              `json:"title,omitempty"`
	Number   string              `json:"number,omitempty"`
	Date     notice.Date         `json:"date"`
	How      notice.RelationType `json:"how,omitempty"`
	// Days counts from the central document's date; null when either date is missing.
	Days *int `json:"days"`
}

// Implements finds a central document and tells which of the 31 provinces have
// answered it by a policy of their own. A document of another level is a
// configuration error: provinces answer the centre.
func (s *Shelf) Implements(ctx context.Context, name string) (t Implementation, err error) {
	id, err := s.find(ctx, name)
	if err != nil {
		return t, err
	}
	central, err := s.tracker.Record(ctx, id)
	if err != nil {
		return t, err
	}
	if central.Level != notice.Central {
		return t, fmt.Errorf("%w: %s (%s) is of level %s; name a document of a central body", ErrConfig, central.Document, central.Title, central.Level)
	}
	book, err := authority.Load()
	if err != nil {
		return t, err
	}
	records, err := s.referring(ctx)
	if err != nil {
		return t, err
	}
	t = Implementation{Document: central.Document, URL: central.URL, Title: central.Title, Number: central.Number, Date: central.Written, Provinces: []ProvinceAnswer{}}
	if t.Date.IsZero() {
		t.Date = central.Published
	}
	url := map[notice.DocumentID]string{}
	for _, r := range records {
		url[r.Document] = r.URL
	}
	for _, a := range classify.Answers(central, records, book.Provinces()) {
		p := ProvinceAnswer{Region: a.Region, Name: a.Name, Answered: a.Document != "", Document: a.Document, URL: url[a.Document], Title: a.Title, Number: a.Number, Date: a.Date, How: a.How}
		if p.Answered {
			t.Answered++
			if !a.Date.IsZero() && !t.Date.IsZero() {
				p.Days = &a.Days
			}
		}
		t.Provinces = append(t.Provinces, p)
	}
	return t, nil
}

// referring are the provincial policies that implement or relay something, without
// their texts and evidence: there may be tens of thousands.
func (s *Shelf) referring(ctx context.Context) ([]notice.Record, error) {
	var out []notice.Record
	q := notice.RecordQuery{Level: notice.Provincial, Class: notice.Policy, Limit: 500}
	for {
		page, err := s.tracker.Records(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Records {
			for _, rel := range r.Relations {
				if rel.Type == notice.Implements || rel.Type == notice.Relays {
					r.Body, r.Evidence, r.Targets = "", nil, nil
					out = append(out, r)
					break
				}
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out, nil
		}
	}
}
