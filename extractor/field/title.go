package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Titles returns candidates for the title as the page prints it.
func Titles(d *Doc) []notice.Candidate {
	var c []notice.Candidate
	l := d.Layout
	site, column := squeezed(l.Metas["sitename"]), squeezed(l.Metas["columnname"])
	crumbs := ""
	for _, p := range l.HeadTable {
		if p.Label == "nav" {
			crumbs += p.Value
		}
	}
	add := func(v, rule string, w float64, cand func(string, string, float64) notice.Candidate) {
		v = CleanTitle(v)
		q := squeezed(v)
		if n := utf8.RuneCountInString(q); n < 4 || n > 220 || q == site || q == column || genericTitle(q) || heading(v) || rule != "title.headtable" && utf8.RuneCountInString(q) < 24 && d.Book.Shape(v) || strings.HasSuffix(v, "令") && d.Book.Shape(strings.TrimSuffix(v, "令")) {
			return
		}
		if utf8.RuneCountInString(q) < 13 && strings.Contains(crumbs, q) {
			w *= 0.5 // the name of the column
		}
		if strings.HasSuffix(v, "…") || strings.HasSuffix(v, "...") {
			w *= 0.5
		}
		c = append(c, cand(v, rule, w))
	}
	for i := range l.HeadTable {
		if p := &l.HeadTable[i]; p.Label == "title" && p.Table && p.Value != "" {
			add(p.Value, "title.headtable", 0.95, func(v, r string, w float64) notice.Candidate { return pairCandidate(v, r, w, p) })
			break
		}
	}
	seen := 0
	for _, t := range l.Titles {
		w, rule := 0.0, "title."+t.From
		switch t.From {
		case "h1":
			w = 0.9
		case "h2":
			w = 0.78
		case "h3":
			w = 0.72
		case "marker":
			w = 0.7
		case "shape":
			w = 0.66
		case "body":
			w = 0.6
		case "place":
			w = 0.52
		}
		if near := l.From - t.Line; near > 25 {
			w *= 0.6
		}
		if t.From != "body" {
			seen++
		}
		line := t.Line
		add(t.Text, rule, w, func(v, r string, w float64) notice.Candidate {
			at := notice.Span{Text: "page"}
			if line < len(l.Lines) {
				at.Start, at.End = l.Lines[line].Start, l.Lines[line].End
			}
			return notice.Candidate{Value: v, Rule: r, Weight: w, Span: at, Context: clip(v, 80)}
		})
	}
	if x, ln, at := orderedTitle(d); x != "" {
		add(x, "title.order", 0.62, func(v, r string, w float64) notice.Candidate { return d.candidate(v, r, w, ln, at, at+len(x)) })
	}
	meta := func(v, r string, w float64) notice.Candidate { return metaCandidate(v, r, w, r) }
	add(l.Metas["articletitle"], "title.meta", 0.84, meta)
	add(withoutSite(l.DocTitle, l.Metas["sitename"]), "title.document", 0.55, meta)
	add(d.ListTitle, "title.list", 0.5, meta)
	return support(c)
}

// orderedTitle reads the text that an order makes public, for pages whose only
// heading is 某某令: 《某条例》已经…通过，现予公布.
func orderedTitle(d *Doc) (title string, ln *Line, at int) {
	for i := range d.Lines {
		if i > 4 {
			break
		}
		t := d.Lines[i].Text
		a := strings.Index(t, "《")
		b := strings.Index(t, "》")
		if a < 0 || b < a || a > 24 || !strings.Contains(t, "公布") {
			continue
		}
		if after := t[b+len("》"):]; strings.HasPrefix(after, "已") || strings.HasPrefix(t, "现公布") || strings.HasPrefix(t, "现将") {
			return t[a+len("《") : b], &d.Lines[i], a + len("《")
		}
	}
	return "", nil, 0
}

// support raises a candidate that others repeat or abbreviate, and makes one
// value of those that differ in blanks only.
func support(c []notice.Candidate) []notice.Candidate {
	keys := make([]string, len(c))
	for i := range c {
		keys[i] = squeezed(c[i].Value)
	}
	base := make([]float64, len(c))
	for i := range c {
		base[i] = c[i].Weight
	}
	for i := range c {
		for j := range c {
			switch {
			case i == j:
			case keys[i] == keys[j]:
				if base[j] > base[i] || base[j] == base[i] && j < i {
					c[i].Value = c[j].Value
				}
				c[i].Weight = max(c[i].Weight, 1-(1-base[i])*(1-base[j]*0.7))
			case strings.HasPrefix(keys[i], strings.TrimRight(keys[j], "….")) && len(keys[j]) > 24:
				// Another place prints the start of this one only.
				c[i].Weight = max(c[i].Weight, min(0.97, base[i]+0.08))
			}
		}
	}
	return c
}

// heading reports headings of a text: 一、项目编号：, 第一章 总则, 附件信息：.
func heading(v string) bool {
	if strings.HasSuffix(v, "：") || strings.HasSuffix(v, ":") {
		return true
	}
	if strings.HasPrefix(v, "第") {
		i := strings.IndexAny(v, "章节条")
		return i > 0 && i < 16 && !strings.Contains(v, "号")
	}
	i := strings.Index(v, "、")
	return i > 0 && i <= 9 && articleDigits(v[:i])
}

func articleDigits(s string) bool {
	for _, r := range s {
		if !strings.ContainsRune("一二三四五六七八九十（）0123456789", r) {
			return false
		}
	}
	return true
}

// genericTitle reports names of columns and pages.
func genericTitle(q string) bool {
	switch q {
	case "通知公告", "政策文件", "信息公开", "政务公开", "政府信息公开", "内容详情", "详情页", "正文", "文章详情", "公告详细页面", "中标公告详细页面", "规范性文件", "法规文件", "首页", "详细内容", "详细页", "工作动态", "政策法规", "相关附件", "相关新闻", "规章库", "公告公示", "最新文件", "政府文件", "附件下载", "相关文档", "索引", "基本信息":
		return true
	}
	return strings.HasSuffix(q, "详细页面") || strings.HasSuffix(q, "门户网站") || strings.HasPrefix(q, "欢迎")
}

func squeezed(s string) string { return textzh.Squeeze(s) }

// SameTitle says that two titles differ in signs and blanks only, or that one is
// the other without its issuers.
func SameTitle(a, b string) bool {
	p, q := bareTitle(a), bareTitle(b)
	return p == q || strings.HasSuffix(p, q) || strings.HasSuffix(q, p) || strings.HasPrefix(p, q) || strings.HasPrefix(q, p)
}

func bareTitle(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
