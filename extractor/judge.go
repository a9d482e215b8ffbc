package extractor

import (
	"sync"

	"govwatch/extractor/classify"
	"govwatch/extractor/field"
	"govwatch/notice"
	"govwatch/notice/authority"
)

// prepared holds the word lists in searchable form. They come from embedded
// tables that never change, so one read-only copy serves the whole process.
var prepared = sync.OnceValues(func() (*classify.Rules, error) {
	b, err := authority.Load()
	if err != nil {
		return nil, err
	}
	return classify.New(b), nil
})

func tables() (*authority.Book, *classify.Rules, error) {
	u, err := prepared()
	if err != nil {
		return nil, nil, err
	}
	b, err := authority.Load()
	return b, u, err
}

// judge lets the classification rules fill their fields.
func judge(r *notice.Record, d *field.Doc, u *classify.Rules, in Input) {
	c := classify.Input{Column: in.Column}
	if in.Source != nil {
		c.Source = *in.Source
	}
	if c.Source.Region == "" {
		c.Source.Region = d.Region
	}
	if c.Column == "" {
		c.Column = d.Layout.Metas["columnname"]
	}
	c.Category, _ = d.Layout.Value("category")
	u.Apply(r, c)
}
