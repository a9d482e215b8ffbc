package field

import (
	"strings"

	"govwatch/notice"
)

// validityWords are the flags of head tables, lists and titles.
var validityWords = []struct {
	word string
	is   notice.Validity
}{
	{"部分失效", notice.PartlyRepealed}, {"部分废止", notice.PartlyRepealed}, {"部分条款", notice.PartlyRepealed},
	{"尚未生效", notice.NotYetInForce}, {"未生效", notice.NotYetInForce},
	{"已修改", notice.Amended}, {"已修订", notice.Amended}, {"已被修改", notice.Amended}, {"修改", notice.Amended},
	{"全文废止", notice.Repealed}, {"已废止", notice.Repealed}, {"废止", notice.Repealed}, {"失效", notice.Expired}, {"无效", notice.Expired},
	{"现行有效", notice.InForce}, {"继续有效", notice.InForce}, {"有效", notice.InForce}, {"是", notice.InForce},
}

// ValidityWord reads a flag such as 有效, 失效 or 已废止.
func ValidityWord(s string) (notice.Validity, bool) {
	for _, w := range validityWords {
		if strings.Contains(s, w.word) && (w.word != "是" || s == "是") {
			return w.is, true
		}
	}
	return "", false
}

// Validities returns candidates for the validity from the flag of the head
// table, the flags that sites put before or after a title, and the dates.
func Validities(d *Doc, r *notice.Record, today notice.Date) []notice.Candidate {
	var c []notice.Candidate
	for i := range d.Layout.HeadTable {
		if p := &d.Layout.HeadTable[i]; p.Label == "validity" && p.Value != "" {
			if v, ok := ValidityWord(p.Value); ok {
				c = append(c, pairCandidate(string(v), "validity.headtable", 0.93, p))
			}
		}
	}
	for _, flag := range [...]string{"【失效】", "【已失效】", "（失效）", "（已失效）", "[失效]", "【废止】", "【已废止】", "（已废止）", "[已废止]", "（废止）"} {
		if strings.HasPrefix(d.Title, flag) || strings.HasSuffix(d.Title, flag) || strings.Contains(d.Layout.DocTitle, flag) {
			v, _ := ValidityWord(flag)
			c = append(c, notice.Candidate{Value: string(v), Rule: "validity.title", Weight: 0.9, Context: flag})
		}
	}
	if strings.Contains(d.Title, "征求意见稿") || strings.Contains(d.Title, "公开征求") {
		c = append(c, notice.Candidate{Value: string(notice.DraftValidity), Rule: "validity.draft", Weight: 0.85, Context: clip(d.Title, 80)})
	}
	if today.IsZero() {
		return c
	}
	switch {
	case !r.Expires.IsZero() && r.Expires.Compare(today) < 0:
		c = append(c, notice.Candidate{Value: string(notice.Expired), Rule: "validity.expiry", Weight: 0.75, Context: r.Expires.String()})
	case !r.Effective.IsZero() && r.Effective.Compare(today) > 0:
		c = append(c, notice.Candidate{Value: string(notice.NotYetInForce), Rule: "validity.effective", Weight: 0.75, Context: r.Effective.String()})
	case !r.Effective.IsZero():
		c = append(c, notice.Candidate{Value: string(notice.InForce), Rule: "validity.effective", Weight: 0.6, Context: r.Effective.String()})
	}
	return c
}
