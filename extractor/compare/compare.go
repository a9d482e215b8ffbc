package compare

import (
	"math"
	"slices"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Result is what an edit comes to. An empty Diff means that nothing of meaning
// changed: Meaning is then empty and Significance zero.
type Result struct {
	Meaning []notice.Meaning
	// Significance is 0 to 1: 0.1 a slip of the pen, 0.9 a figure or a flag of validity.
	Significance float64
	// Diff is the difference in words, one line a field or passage: [-gone-]{+come+}.
	Diff   string
	Fields []FieldChange
}

// FieldChange is one field with its values before and after.
type FieldChange struct {
	Field  string
	Before string
	After  string
}

// weight is how much a meaning matters at its plainest.
var weight = map[notice.Meaning]float64{
	notice.Typo: 0.1, notice.ReTemplated: 0.05, notice.ReDated: 0.15, notice.TitleAltered: 0.6, notice.ClauseReworded: 0.6,
	notice.NumberAltered: 0.7, notice.DateAltered: 0.7, notice.IssuerAltered: 0.7, notice.AnnexReplaced: 0.7, notice.AnnexAdded: 0.65,
	notice.AnnexRemoved: 0.75, notice.ClauseAdded: 0.8, notice.ClauseRemoved: 0.85, notice.FigureAltered: 0.9, notice.ValidityFlag: 0.95,
}

// Compare tells what the publisher changed between two readings of one document.
// Both must be readings by one ruleset, else our own improvement shows as their
// edit. Space, width of signs, paragraph breaks and page furniture are no change.
func Compare(before, after notice.Record) Result {
	c := comparison{}
	c.fields(before, after)
	c.annexes(before.Attachments, after.Attachments)
	c.body(unsigned(before.Body, before, after), unsigned(after.Body, before, after))
	if len(c.meaning) == 0 {
		c.furniture(before, after)
	}
	return c.result()
}

// unsigned is a body without the lines that are nothing but the name of an issuer
// whose change is told as a field's.
func unsigned(body string, b, a notice.Record) string {
	if strings.Join(b.Issuers, "、") == strings.Join(a.Issuers, "、") {
		return body
	}
	names := map[string]bool{}
	for _, n := range slices.Concat(b.Issuers, a.Issuers) {
		names[keyOf(n)] = true
	}
	lines := strings.Split(body, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return len(l) < 150 && names[keyOf(l)] }), "\n")
}

type comparison struct {
	meaning []notice.Meaning
	fieldCh []FieldChange
	lines   []string
}

func (c *comparison) mean(m notice.Meaning) {
	if !slices.Contains(c.meaning, m) {
		c.meaning = append(c.meaning, m)
	}
}

// field notes a changed field; name is the English name, label what people read.
func (c *comparison) field(name, label, before, after string, m notice.Meaning) bool {
	if keyOf(before) == keyOf(after) {
		return false
	}
	c.mean(m)
	c.fieldCh = append(c.fieldCh, FieldChange{name, before, after})
	c.lines = append(c.lines, label+": "+shown(before)+" → "+shown(after))
	return true
}

func shown(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func (c *comparison) fields(b, a notice.Record) {
	if c.field("title", "标题", b.Title, a.Title, notice.TitleAltered) && slip(b.Title, a.Title) && len(keyOf(b.Title)) == len(keyOf(a.Title)) {
		c.meaning[len(c.meaning)-1] = notice.Typo
	}
	c.field("number", "文号", b.Number, a.Number, notice.NumberAltered)
	c.field("issuers", "发文机关", strings.Join(b.Issuers, "、"), strings.Join(a.Issuers, "、"), notice.IssuerAltered)
	for _, d := range []struct {
		name, label   string
		before, after notice.Date
		meaning       notice.Meaning
	}{
		{"date_written", "成文日期", b.Written, a.Written, notice.DateAltered},
		{"date_effective", "施行日期", b.Effective, a.Effective, notice.DateAltered},
		{"date_expires", "失效日期", b.Expires, a.Expires, notice.DateAltered},
		{"date_published", "发布日期", b.Published, a.Published, notice.ReDated},
	} {
		c.field(d.name, d.label, d.before.String(), d.after.String(), d.meaning)
	}
	if b.Validity != a.Validity && flagged(b, a) {
		c.field("validity", "时效性", string(b.Validity), string(a.Validity), notice.ValidityFlag)
	}
}

// flagged reports that a validity comes from the page and not from the calendar: a
// document that has come into force meanwhile was not edited.
func flagged(records ...notice.Record) bool {
	for _, r := range records {
		if ev := r.Evidence["validity"]; len(ev) > 0 {
			if rule := ev[0].Rule; rule != "validity.effective" && rule != "validity.expiry" {
				return true
			}
			continue
		}
		switch r.Validity {
		case notice.Repealed, notice.PartlyRepealed, notice.Amended:
			return true
		}
	}
	return false
}

// furniture notes fields that only a page's template carries; they mean a change
// of template and nothing more.
func (c *comparison) furniture(b, a notice.Record) {
	for _, f := range []struct{ name, label, before, after string }{
		{"index_no", "索引号", b.IndexNo, a.IndexNo}, {"source", "来源", b.Origin, a.Origin},
		{"subject_words", "主题词", strings.Join(b.SubjectWords, " "), strings.Join(a.SubjectWords, " ")},
	} {
		c.field(f.name, f.label, f.before, f.after, notice.ReTemplated)
	}
}

func (c *comparison) result() Result {
	r := Result{Fields: c.fieldCh, Diff: strings.Join(c.lines, "\n")}
	if r.Diff == "" {
		return Result{}
	}
	r.Meaning = c.meaning
	for _, m := range c.meaning {
		r.Significance = math.Max(r.Significance, weight[m])
	}
	// Several meanings together weigh a little more than the heaviest alone.
	r.Significance = math.Round(math.Min(1, r.Significance+0.02*float64(len(c.meaning)-1))*100) / 100
	return r
}

// keyOf is a text as it is compared: letters and digits, and the signs that change
// a figure. Space, quotes, brackets and the width of signs are left out.
func keyOf(s string) string {
	s = textzh.Fold(s)
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		// A point inside a figure is part of it: 1.5 is not 15.
		if sounds(r) || r == '.' && i > 0 && i+1 < len(s) && digit(s[i-1]) && digit(s[i+1]) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
