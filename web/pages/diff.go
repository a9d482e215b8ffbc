package pages

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"
)

//go:embed diff.html
var diffHTML string

// Diff is two versions of a document side by side. States are same, edited, gone
// and come.
type Diff struct {
	Document string    `json:"document"`
	Source   string    `json:"source"`
	URL      string    `json:"url"`
	Title    string    `json:"title"`
	State    string    `json:"state"`
	Versions []Version `json:"versions"`
	// From and To are nil when there is one version only; all below is empty then.
	From         *Version `json:"from"`
	To           *Version `json:"to"`
	Meaning      []string `json:"meaning"`
	Significance float64  `json:"significance"`
	Fields       []Pair   `json:"fields"`
	Files        []File   `json:"attachments"`
	Figures      []Pair   `json:"figures"`
	Text         []Row    `json:"text"`
}

// Version is one kept state of the document and the change that brought it.
type Version struct {
	// N counts from 1, the oldest.
	N       int       `json:"n"`
	ID      string    `json:"id"`
	Fetched time.Time `json:"fetched_at"`
	Change  string    `json:"change"`
	Meaning []string  `json:"meaning"`
	Blob    string    `json:"blob"`
	Ruleset int       `json:"ruleset"`
}

// Pair is a field or a figure before and after.
type Pair struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// File is an attachment before and after, with its text side by side when its
// bytes differ; Note says why there is none.
type File struct {
	Pair
	Text []Row  `json:"text,omitempty"`
	Note string `json:"note,omitempty"`
}

// Row is a paragraph: Before holds the words that stayed or went, After those
// that stayed or came.
type Row struct {
	State  string `json:"state"`
	Before []Word `json:"before"`
	After  []Word `json:"after"`
}

// Word is a run of words.
type Word struct {
	State string `json:"state"`
	Text  string `json:"text"`
}

// WriteDiff writes the comparison as one HTML page that needs nothing else: no
// script, no style sheet, no font from anywhere.
func WriteDiff(w io.Writer, d Diff) error {
	page, err := template.New("diff").Funcs(template.FuncMap{"beijing": beijing}).Parse(diffHTML)
	if err != nil {
		return fmt.Errorf("parse comparison page: %w", err)
	}
	if err := page.Execute(w, d); err != nil {
		return fmt.Errorf("write comparison page: %w", err)
	}
	return nil
}
