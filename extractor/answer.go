package extractor

import (
	"encoding/json"
	"fmt"

	"govwatch/notice"
)

// answer is the JSON line of `govwatch extract`. Pointers are null when missing.
type answer struct {
	File          string                        `json:"file"`
	URL           *string                       `json:"url"`
	Title         *string                       `json:"title"`
	SubjectTitle  *string                       `json:"subject_title"`
	Issuers       []string                      `json:"issuers"`
	Number        *string                       `json:"number"`
	Kind          *string                       `json:"kind"`
	Class         *string                       `json:"class"`
	DateWritten   notice.Date                   `json:"date_written"`
	DatePublished notice.Date                   `json:"date_published"`
	DateEffective notice.Date                   `json:"date_effective"`
	DateExpiry    notice.Date                   `json:"date_expiry"`
	DatePrinted   notice.Date                   `json:"date_printed"`
	Region        *string                       `json:"region"`
	SubjectRegion *string                       `json:"subject_region"`
	Level         *string                       `json:"level"`
	Sectors       []string                      `json:"sectors"`
	Relevance     float64                       `json:"relevance"`
	Validity      *string                       `json:"validity"`
	IndexNo       *string                       `json:"index_no"`
	SubjectWords  []string                      `json:"subject_words"`
	Source        *string                       `json:"source"`
	Attachments   []answerFile                  `json:"attachments"`
	Targets       []answerTarget                `json:"targets"`
	Relations     []answerRelation              `json:"relations"`
	Text          string                        `json:"text"`
	Evidence      map[string][]notice.Candidate `json:"evidence"`
	Problems      []notice.Problem              `json:"problems"`
	Confidence    float64                       `json:"confidence"`
	Review        bool                          `json:"review"`
	Ruleset       int                           `json:"ruleset"`
}

type answerFile struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type answerTarget struct {
	Text       string            `json:"text"`
	Indicator  string            `json:"indicator"`
	Value      float64           `json:"value"`
	Unit       string            `json:"unit"`
	Year       *int              `json:"year"`
	BaseYear   *int              `json:"base_year"`
	Comparator notice.Comparator `json:"comparator"`
	Hedged     bool              `json:"hedged"`
}

type answerRelation struct {
	Type   notice.RelationType `json:"type"`
	Target string              `json:"target"`
	Number string              `json:"number,omitempty"`
}

// Answer writes a record as one JSON line without the line feed. What is missing
// is null or an empty list, never a guess.
func Answer(file, url string, r notice.Record) ([]byte, error) {
	a := answer{
		File: file, URL: text(url), Title: text(r.Title), SubjectTitle: text(r.SubjectTitle), Issuers: list(r.Issuers),
		Number: text(r.Number), Kind: text(r.Kind), Class: text(string(r.Class)), DateWritten: r.Written,
		DatePublished: r.Published, DateEffective: r.Effective, DateExpiry: r.Expires, DatePrinted: r.Printed,
		Region: text(r.Region), SubjectRegion: text(r.SubjectRegion), Level: text(string(r.Level)), Sectors: list(r.Sectors),
		Relevance: r.Relevance, Validity: text(string(r.Validity)), IndexNo: text(r.IndexNo), SubjectWords: list(r.SubjectWords),
		Source: text(r.Origin), Attachments: []answerFile{}, Targets: []answerTarget{}, Relations: []answerRelation{},
		Text: r.Body, Evidence: r.Evidence, Problems: list(r.Problems), Confidence: r.Confidence, Review: r.Review, Ruleset: r.Ruleset,
	}
	for _, f := range r.Attachments {
		a.Attachments = append(a.Attachments, answerFile{f.Name, f.URL})
	}
	for _, t := range r.Targets {
		a.Targets = append(a.Targets, answerTarget{t.Text, t.Indicator, t.Value, t.Unit, number(t.Year), number(t.BaseYear), t.Comparator, t.Hedged})
	}
	for _, x := range r.Relations {
		target := x.Title
		if target == "" {
			target = x.Number
		}
		a.Relations = append(a.Relations, answerRelation{x.Type, target, x.Number})
	}
	b, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("write answer for %s: %w", file, err)
	}
	return b, nil
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func number(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
