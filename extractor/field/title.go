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
	add := func(v, rule string, w float64, cand func(string, string, float64) notice.Candidate) {
		v = CleanTitle(v)
		q := squeezed(v)
		if n := utf8.RuneCountInString(q); n < 4 || n > 220 || q == site || q == column || genericTitle(q) || heading(v) || rule == "title.document" && d.Book.Shape(v) {
			return
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
	meta := func(v, r string, w float64) notice.Candidate { return metaCandidate(v, r, w, r) }
	add(l.Metas["articletitle"], "title.meta", 0.84, meta)
	add(withoutSite(l.DocTitle, l.Metas["sitename"]), "title.document", 0.55, meta)
	add(d.ListTitle, "title.list", 0.5, meta)
	return support(c)
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

// CleanTitle removes what sites add to a title: flags of the list, markup left
// as text, line ends, blanks that only stretch a word.
func CleanTitle(s string) string {
	for _, tag := range [...]string{"<br>", "<br/>", "<br />", "&lt;br&gt;", "<BR>", "\\n"} {
		if strings.Contains(s, tag) {
			s = strings.ReplaceAll(s, tag, "\n")
		}
	}
	s = dropTags(strings.ReplaceAll(s, "&nbsp;", " "))
	for _, flag := range [...]string{"[置顶]", "【置顶】", "[热点]", "[图文]", "NEW", "new", "[推荐]", "标题：", "标题:", "名称：", "公文名称："} {
		s = strings.TrimSpace(strings.TrimPrefix(s, flag))
	}
	for _, flag := range [...]string{"[图]", "（图）", "NEW!", "NEW"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, flag))
	}
	if strings.IndexByte(s, '\n') >= 0 {
		s = joinLines(s)
	}
	return tidyBlanks(textzh.Spaces(s))
}

// dropTags removes markup that a site stored as the text of a title. A lone <
// stays, as does 〈〉.
func dropTags(s string) string {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 {
			return s
		}
		i += from
		j := strings.IndexByte(s[i:], '>')
		if j < 0 || i+1 >= len(s) || s[i+1] != '/' && (s[i+1]|0x20 < 'a' || s[i+1]|0x20 > 'z') {
			from = i + 1
			continue
		}
		s = s[:i] + s[i+j+1:]
		from = i
	}
}

// joinLines puts a wrapped title on one line. A line end is a blank only between
// two issuers: 国家发展改革委 | 国家能源局关于….
func joinLines(s string) string {
	parts := strings.Split(s, "\n")
	out := strings.TrimSpace(parts[0])
	for i, p := range parts[1:] {
		p = strings.TrimSpace(p)
		left, _ := utf8.DecodeLastRuneInString(out)
		rest := strings.Join(parts[i+1:], "")
		subject := strings.HasPrefix(p, "关于") || strings.HasPrefix(p, "印发") || strings.HasPrefix(p, "转发")
		issuers := strings.ContainsRune("部委局厅会院办室府行署", left) && (strings.Contains(rest, "关于") || strings.Contains(rest, "印发"))
		if issuers && !subject || left < 0x80 && left > ' ' && p != "" && p[0] < 0x80 {
			out += " "
		}
		out += p
	}
	return out
}

// tidyBlanks drops the blanks that stretch single characters (公 告, 通 知) or
// stand beside digits and brackets; others, as between two issuers, stay.
func tidyBlanks(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	parts := strings.Split(s, " ")
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(parts[0])
	for i := 1; i < len(parts); i++ {
		left, _ := utf8.DecodeLastRuneInString(parts[i-1])
		right, _ := utf8.DecodeRuneInString(parts[i])
		hanL, hanR := unicode.Is(unicode.Han, left), unicode.Is(unicode.Han, right)
		long := utf8.RuneCountInString(parts[i-1]) > 1 && utf8.RuneCountInString(parts[i]) > 1
		subject := strings.HasPrefix(parts[i], "关于") || strings.HasPrefix(parts[i], "印发") || strings.HasPrefix(parts[i], "转发")
		if hanL && hanR && long && !subject || left < 0x80 && right < 0x80 {
			b.WriteByte(' ')
		}
		b.WriteString(parts[i])
	}
	return b.String()
}

// withoutSite cuts the site's name off the text of the title element.
func withoutSite(s, site string) string {
	s = strings.TrimSpace(s)
	if site != "" {
		for _, sep := range [...]string{"-", "_", "|", " ", "－", "—"} {
			if t, ok := strings.CutSuffix(s, sep+site); ok {
				return strings.TrimRight(t, " -_|－—")
			}
			s = strings.TrimPrefix(s, site+sep)
		}
	}
	for _, sep := range [...]string{" - ", "_", "-", "－", "|", "—"} {
		i := strings.LastIndex(s, sep)
		if i < 12 {
			continue
		}
		tail := s[i+len(sep):]
		for _, w := range [...]string{"政府", "网", "厅", "局", "委员会", "部", "门户", "平台", "频道", "专栏", "公开", "文件", "公告", "通知"} {
			if strings.HasSuffix(strings.TrimSpace(tail), w) && utf8.RuneCountInString(tail) < 26 {
				return withoutSite(s[:i], "")
			}
		}
	}
	return s
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
