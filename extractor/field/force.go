package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Effective returns candidates for the 施行日期. written and published are the
// dates already decided: 自印发之日起 is the written date, 自公布之日起 the published
// one when it is known.
func Effective(d *Doc, written, published notice.Date) []notice.Candidate {
	c := dateValues(d, nil, "date_effective.headtable", map[string]float64{"date_effective": 0.93})
	c = append(c, d.standardDate("实施", "date_effective.standard")...)
	for i := range d.Lines {
		ln := &d.Lines[i]
		if ln.Table {
			continue
		}
		if strings.Contains(ln.Text, "起") {
			c = effectiveIn(d, c, ln, written, published)
		}
		if !strings.Contains(ln.Text, "自") {
			continue
		}
		if strings.Contains(ln.Text, "日实施") || strings.Contains(ln.Text, "日施行") || strings.Contains(ln.Text, "日生效") || strings.Contains(ln.Text, "日执行") {
			c = effectiveOn(d, c, ln)
		}
	}
	return c
}

// effectiveOn reads clauses without 起: 本办法自2019年2月1日实施.
func effectiveOn(d *Doc, c []notice.Candidate, ln *Line) []notice.Candidate {
	t := ln.Text
	for _, verb := range [...]string{"日实施", "日施行", "日生效", "日执行"} {
		i := strings.Index(t, verb)
		if i < 0 {
			continue
		}
		end := i + len("日")
		lo := clauseStart(t, end)
		h, ok := nextDate(t[lo:end], 0)
		if !ok || lo+h.to != end {
			continue
		}
		if w := clauseWeight(t[:lo], t[lo:end], d.Title); w > 0 {
			c = append(c, d.candidate(h.date.String(), "date_effective.clause", w-0.05, ln, lo, end))
		}
	}
	return c
}

// effectiveIn reads the clauses 自…起施行 of one line.
func effectiveIn(d *Doc, c []notice.Candidate, ln *Line, written, published notice.Date) []notice.Candidate {
	t := ln.Text
	for p := 0; ; {
		i := strings.Index(t[p:], "起")
		if i < 0 || len(c) >= MaxCandidates {
			return c
		}
		i += p
		p = i + len("起")
		later, ok := forceVerb(t[p:])
		if !ok {
			continue
		}
		lo := clauseStart(t, i)
		clause := t[lo:i]
		w := clauseWeight(t[:lo], clause, d.Title)
		if w == 0 {
			continue
		}
		date, rule := clauseDate(clause, written, published)
		if !date.IsZero() {
			if later > 0 {
				date, rule = date.AddDays(later), "date_effective.days_after"
			}
			c = append(c, d.candidate(date.String(), rule, w, ln, lo, p))
		}
	}
}

// forceVerb says that 起 is followed by a verb of entry into force; later counts
// the days of 起30日后施行.
func forceVerb(s string) (later int, ok bool) {
	s = strings.TrimLeft(s, " ，,")
	if i := strings.Index(s, "日后"); i > 0 && i < 16 {
		if v, ok := textzh.HanNumber(strings.TrimSpace(strings.TrimPrefix(s[:i], "满"))); ok && v > 0 && v < 400 {
			later, s = int(v), strings.TrimLeft(s[i+len("日后"):], " ，")
		}
	}
	s = strings.TrimPrefix(s, "正式")
	s = strings.TrimPrefix(s, "开始")
	for _, v := range [...]string{"施行", "实施", "执行", "生效", "试行"} {
		if strings.HasPrefix(s, v) {
			return later, true
		}
	}
	return 0, false
}

// clauseStart goes back from 起 to the sign that opens the clause.
func clauseStart(t string, i int) int {
	// No clause of this kind is longer than 80 characters.
	lo := max(0, i-240)
	for lo > 0 && !utf8.RuneStart(t[lo]) {
		lo--
	}
	from := lo
	for _, stop := range [...]string{"。", "；", "，", ",", "\t", "、"} {
		if j := strings.LastIndex(t[from:i], stop); j >= 0 && from+j+len(stop) > lo {
			lo = from + j + len(stop)
		}
	}
	return lo
}

// clauseWeight says how surely a clause speaks of the document itself.
func clauseWeight(before, clause, title string) float64 {
	at := strings.Index(clause, "自")
	if at < 0 {
		if at = strings.Index(clause, "从"); at < 0 {
			at = strings.Index(clause, "于")
		}
	}
	if at < 0 {
		return 0
	}
	subject := strings.TrimSpace(clause[:at])
	subject = strings.TrimLeft(subject, "0123456789.、（）() ")
	switch {
	case subject == "" || articleNumber(subject):
		if before == "" || strings.HasSuffix(before, "。") || strings.HasSuffix(before, "，") {
			return 0.8
		}
		return 0.6
	case strings.Contains(subject, "本") || strings.HasSuffix(subject, "通知") || strings.Contains(subject, "以上"):
		return 0.9
	case strings.Contains(subject, "《"):
		name := strings.Trim(subject, "《》 ")
		if strings.Contains(title, name) {
			return 0.85
		}
		return 0
	case utf8.RuneCountInString(subject) <= 6 && !strings.Contains(subject, "第"):
		return 0.6
	}
	return 0
}

// articleNumber reports 第二十三条 and the like before the clause.
func articleNumber(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "第") && (strings.HasSuffix(s, "条") || strings.HasSuffix(s, "款")) || strings.HasSuffix(s, "、") || strings.HasSuffix(s, "）")
}

// clauseDate reads the day of a clause 自…起.
func clauseDate(clause string, written, published notice.Date) (notice.Date, string) {
	if h, ok := nextDate(clause, 0); ok {
		return h.date, "date_effective.clause"
	}
	base := notice.Date{}
	switch {
	case strings.Contains(clause, "印发之日"), strings.Contains(clause, "下发之日"), strings.Contains(clause, "签发之日"), strings.Contains(clause, "发文之日"), strings.Contains(clause, "通过之日"), strings.Contains(clause, "印发日"):
		base = written
	case strings.Contains(clause, "发布之日"), strings.Contains(clause, "公布之日"), strings.Contains(clause, "公告之日"), strings.Contains(clause, "颁布之日"), strings.Contains(clause, "发布日"):
		base = written
		if !published.IsZero() && (written.IsZero() || published.Compare(written) >= 0 && published.Days(written) < 60) {
			base = published
		}
	}
	if base.IsZero() {
		return base, ""
	}
	return base, "date_effective.on_issue"
}

// Expiry returns candidates for the day after which the document no longer
// holds: 有效期至…, or 有效期5年 counted from effective.
func Expiry(d *Doc, effective notice.Date) []notice.Candidate {
	c := dateValues(d, nil, "date_expiry.headtable", map[string]float64{"date_expiry": 0.93})
	for i := range d.Layout.HeadTable {
		if p := &d.Layout.HeadTable[i]; p.Label == "term" && p.Value != "" {
			if h, ok := nextDate(p.Value, 0); ok {
				c = append(c, pairCandidate(h.date.String(), "date_expiry.headtable", 0.85, p))
			}
		}
	}
	for i := range d.Lines {
		ln := &d.Lines[i]
		j := strings.Index(ln.Text, "有效期")
		if j < 0 || ln.Table {
			continue
		}
		rest := ln.Text[j+len("有效期"):]
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "限"), "截至")
		if h, ok := nextDate(rest, 0); ok && h.from < 24 && (strings.Contains(rest[:h.from], "至") || strings.Contains(rest[:h.from], "到") || strings.HasPrefix(rest, "截")) {
			from := len(ln.Text) - len(rest) + h.from
			c = append(c, d.candidate(h.date.String(), "date_expiry.until", 0.88, ln, from, from+h.to-h.from))
			continue
		}
		if n := years(rest); n > 0 && !effective.IsZero() && ownTerm(ln.Text[:j]) {
			date := notice.Date{Year: effective.Year + n, Month: effective.Month, Day: effective.Day}.AddDays(-1)
			c = append(c, d.candidate(date.String(), "date_expiry.term", 0.8, ln, j, len(ln.Text)-len(rest)+strings.Index(rest, "年")+len("年")))
		}
	}
	return c
}

// ownTerm says that the words before 有效期 speak of the document: 本办法自…起施行，.
func ownTerm(before string) bool {
	i := strings.LastIndexAny(before, "。；")
	s := before[i+1:]
	return strings.Contains(s, "起") || strings.Contains(s, "本") || strings.TrimSpace(s) == ""
}

// years reads 5年, 为五年, 五年 at the start of a text.
func years(s string) int {
	s = strings.TrimLeft(s, " 为是：:")
	i := strings.Index(s, "年")
	if i <= 0 || i > 12 {
		return 0
	}
	v, ok := textzh.HanNumber(strings.TrimSpace(s[:i]))
	if !ok || v < 1 || v > 30 {
		return 0
	}
	return int(v)
}
