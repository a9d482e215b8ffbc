package extractor

import (
	"govwatch/extractor/field"
	"govwatch/notice"
	"govwatch/notice/authority"
)

type ruleSet struct{}

func tables() (*authority.Book, *ruleSet, error) {
	b, err := authority.Load()
	return b, nil, err
}

// judge lets the classification rules fill their fields.
func judge(r *notice.Record, d *field.Doc, _ *ruleSet, in Input) {
	r.Class = notice.Other
	if r.Kind != "" && (r.Number != "" || len(r.Issuers) > 0 || r.Kind == "办法" || r.Kind == "条例") && r.Kind != "行政处罚信息公开表" {
		r.Class = notice.Policy
	}
}
