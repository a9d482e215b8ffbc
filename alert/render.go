package alert

import (
	"fmt"
	"strings"
	"time"

	"govwatch/notice"
)

const (
	// maxSubject keeps a subject within one line of a mail program.
	maxSubject = 120
	maxTargets = 3
	maxDiff    = 600
)

// facts collects labelled facts in order and leaves out empty ones.
type facts []notice.Field

func (f *facts) add(label, value string) {
	if value = strings.TrimSpace(value); value != "" {
		*f = append(*f, notice.Field{Label: label, Value: value})
	}
}

// render writes the message once, in the words of the moment the alert is
// raised. Labels are Chinese and English; facts stand as printed.
func (s Set) render(a notice.Alert, o notice.Occasion, why []string) notice.Message {
	m := notice.Message{ID: a.ID, Rule: a.Rule, At: o.Event.At}
	var f facts
	if o.Incident != nil && o.Event.Incident != "" {
		m.Subject, m.URL = s.aboutIncident(&f, o), incidentURL(o)
	} else {
		m.Subject, m.URL = s.aboutDocument(&f, o)
	}
	rule := a.Rule
	if len(why) > 0 {
		rule += " (" + strings.Join(why, "; ") + ")"
	}
	f.add("规则 Rule", rule)
	f.add("编号 Alert ID", string(a.ID))
	m.Subject, m.Fields, m.Text = cut(oneLine(m.Subject), maxSubject), f, layText(m.Subject, m.URL, f)
	return m
}

// layText is the message where a channel takes plain text only.
func layText(subject, url string, f facts) string {
	var b strings.Builder
	fmt.Fprintln(&b, oneLine(subject))
	if url != "" {
		fmt.Fprintln(&b, url)
	}
	fmt.Fprintln(&b)
	for _, x := range f {
		fmt.Fprintf(&b, "%s: %s\n", x.Label, x.Value)
	}
	return b.String()
}

// headline says what happened to a document.
func headline(k notice.EventKind) string {
	switch k {
	case notice.RecordExtracted, notice.DocumentNew:
		return "新发布 New"
	case notice.DocumentModified:
		return "有改动 Edited"
	case notice.DocumentReverted:
		return "改回 Reverted"
	case notice.DocumentMoved:
		return "网址变更 Moved"
	case notice.DocumentWithdrawalSuspected:
		return "疑似撤下 Maybe withdrawn"
	case notice.DocumentWithdrawn:
		return "已撤下 Withdrawn"
	case notice.DocumentReinstated:
		return "恢复 Reinstated"
	case notice.ValidityChanged:
		return "时效变化 Validity changed"
	}
	return string(k)
}

func (s Set) aboutDocument(f *facts, o notice.Occasion) (subject, url string) {
	r := o.Record
	if r == nil {
		r = &notice.Record{}
	}
	title, url := r.Title, r.URL
	if o.Document != nil {
		title, url = orElse(title, o.Document.Title), orElse(url, o.Document.URL)
	}
	if o.Change != nil {
		title, url = orElse(title, o.Change.Title), orElse(url, o.Change.URL)
	}
	region := orElse(r.Region, o.Source.Region)
	subject = headline(o.Event.Kind) + " · " + orElse(s.region(region), orElse(o.Source.NameZH, string(o.Source.ID))) + " · " + title
	if r.Number != "" {
		subject += "（" + r.Number + "）"
	}
	f.add("标题 Title", title)
	if r.SubjectTitle != r.Title {
		f.add("正题 Inner title", r.SubjectTitle)
	}
	f.add("发文机关 Issuer", strings.Join(r.Issuers, "、"))
	f.add("发文字号 Number", r.Number)
	f.add("成文日期 Written", r.Written.String())
	f.add("发布日期 Published", r.Published.String())
	f.add("施行日期 Effective", r.Effective.String())
	if o.Event.Kind == notice.ValidityChanged {
		f.add("时效 Validity", string(r.Validity))
		f.add("有效期至 Expires", r.Expires.String())
	}
	f.add("地区 Region", s.region(region))
	if r.SubjectRegion != region {
		f.add("涉及地区 About", s.region(r.SubjectRegion))
	}
	f.add("领域 Sectors", strings.Join(r.Sectors, ", "))
	for _, t := range r.Targets[:min(len(r.Targets), maxTargets)] {
		f.add("目标 Target", cut(oneLine(t.Text), 160))
	}
	addChange(f, o.Change)
	f.add("网站 Site", site(o.Source))
	return subject, url
}

func addChange(f *facts, c *notice.Change) {
	if !edit(c) {
		return
	}
	var meaning []string
	for _, m := range c.Meaning {
		meaning = append(meaning, string(m))
	}
	f.add("改动 Change", strings.Join(meaning, ", "))
	f.add("差异 Difference", cut(c.Diff, maxDiff))
}

func (s Set) aboutIncident(f *facts, o notice.Occasion) (subject string) {
	i := o.Incident
	what := "来源异常 Source ill"
	switch o.Event.Kind {
	case notice.IncidentResolved:
		what = "来源恢复 Source well again"
	case notice.IncidentReminded:
		what = "来源仍异常 Source still ill"
	}
	subject = what + " · " + site(o.Source) + " · " + string(i.Class)
	f.add("来源 Source", site(o.Source))
	f.add("类别 Class", string(i.Class))
	f.add("说明 Summary", i.Summary)
	f.add("范围 Scope", i.Scope)
	f.add("开始 Since", stamp(i.Opened))
	if o.Event.Kind == notice.IncidentResolved {
		f.add("结束 Until", stamp(i.Resolved))
	}
	f.add("地区 Region", s.region(o.Source.Region))
	f.add("建议 Proposal", i.Proposal)
	return subject
}

// incidentURL is what a person opens first: the list that is concerned.
func incidentURL(o notice.Occasion) string {
	if strings.HasPrefix(o.Incident.Scope, "http") {
		return o.Incident.Scope
	}
	if len(o.Source.Lists) > 0 {
		return o.Source.Lists[0].URL
	}
	return ""
}

func (s Set) region(code string) string {
	if code == "" || s.RegionName == nil {
		return code
	}
	if name := s.RegionName(code); name != "" {
		return name + " " + code
	}
	return code
}

func site(src notice.Source) string {
	name := orElse(src.NameZH, src.NameEN)
	if name == "" {
		return string(src.ID)
	}
	return name + " (" + string(src.ID) + ")"
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(notice.Beijing()).Format("2006-01-02 15:04") + " (北京 Beijing)"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens to n runes, the mark of the cut included.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
