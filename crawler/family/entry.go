package family

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"
	"govwatch/notice"

	"golang.org/x/net/html"
)

// entry is an item under construction.
type entry struct {
	Item
	// short holds month and day of a date that lacks its year.
	short day
	// above and year are what a heading over the row says.
	above day
	year  int
	// uploaded is the day in the address: evidence for the year.
	uploaded day
	weight   float64
	link     *html.Node
}

// take gives an undated entry the day of the heading above it.
func (e *entry) take() bool {
	switch {
	case e.dated() || e.above.IsZero():
		return false
	case e.above.Year > 0:
		e.Date = e.above
	default:
		e.short = e.above
	}
	return true
}

func (e entry) dated() bool { return !e.Date.IsZero() || !e.short.IsZero() || !e.Written.IsZero() }

// fieldKind is what a label or a column heading announces.
type fieldKind int

const (
	noField fieldKind = iota
	publishedField
	writtenField
	otherDateField
	numberField
	issuerField
	validityField
	titleField
	indexField
)

// labels maps printed labels, blanks removed, to fields. 发文日期 is ambiguous
// on details; in lists it stands for the date shown.
var labels = map[string]fieldKind{
	"发布日期": publishedField, "发布时间": publishedField, "公开日期": publishedField, "公布日期": publishedField, "公开时间": publishedField,
	"发文日期": publishedField, "发文时间": publishedField, "日期": publishedField, "时间": publishedField, "发表时间": publishedField, "上网日期": publishedField,
	"公示时间": publishedField, "公布时间": publishedField, "更新时间": publishedField, "更新日期": publishedField, "信息日期": publishedField, "发布": publishedField,
	"成文日期": writtenField, "生成日期": writtenField, "成文时间": writtenField, "制发日期": writtenField, "印发日期": writtenField, "签发日期": writtenField,
	"实施日期": otherDateField, "施行日期": otherDateField, "生效日期": otherDateField, "失效日期": otherDateField, "废止日期": otherDateField,
	"生效时间": otherDateField, "废止时间": otherDateField, "实施时间": otherDateField, "失效时间": otherDateField, "开始时间": otherDateField, "结束时间": otherDateField,
	"有效期": otherDateField, "截止日期": otherDateField, "截止时间": otherDateField, "有效期至": otherDateField,
	"发文字号": numberField, "文号": numberField, "文件编号": numberField, "公文文号": numberField, "发文文号": numberField, "文件号": numberField, "发文号": numberField,
	"发文机关": issuerField, "发布机构": issuerField, "发布机关": issuerField, "制发机关": issuerField, "发文单位": issuerField, "发布单位": issuerField,
	"公开责任部门": issuerField, "来源": issuerField, "制定机关": issuerField, "发布部门": issuerField,
	"有效性": validityField, "时效性": validityField, "效力状态": validityField, "状态": validityField, "时效": validityField, "文件状态": validityField, "是否有效": validityField,
	"标题": titleField, "名称": titleField, "信息名称": titleField, "文件名称": titleField, "公文名称": titleField, "文件标题": titleField, "信息标题": titleField,
	"索引号": indexField, "信息索引": indexField, "关键词": indexField, "内容概述": indexField, "主题词": indexField, "主题分类": indexField, "公开方式": indexField, "索取号": indexField, "信息索引号": indexField,
}

func labelOf(s string) fieldKind {
	if len(s) > 60 {
		return noField
	}
	return labels[strings.Trim(textzh.Squeeze(s), ":：[]【】*·()（）")]
}

var (
	labelled  = regexp.MustCompile(`([\p{Han}\s]{2,10}?)\s*[：:]\s*`)
	numberish = regexp.MustCompile(`^[\p{Han}A-Za-z（）()、\s]{1,24}\s*[〔\[［(（【﹝]\s*(?:19|20)\d{2}\s*[〕\]］)）】﹞]\s*第?\s*\d+\s*号$|^[\p{Han}]{2,24}(?:令|公告)\s*(?:(?:19|20)\d{2}年)?\s*第\s*\d+\s*号$`)
)

// readUnit makes an entry of a unit, false when it names no document. heads are
// the column headings when the unit is a table row.
func readUnit(u unit, a anchors, heads []fieldKind) (entry, bool) {
	link, title := mainLink(u, a, heads)
	holder := link
	if link == nil {
		if link, title, holder = buttonLink(u, a); link == nil {
			return entry{}, false
		}
	} else if _, h := linkTitle(link); h != nil {
		holder = h
	}
	var e entry
	e.link = link
	raw := title
	var shown day
	e.Title, e.Pinned, e.Validity, shown = cleanTitle(raw)
	if dull(e.Title) {
		return entry{}, false
	}
	number := ""
	if plainNumber(e.Title) {
		if t, at := titleBeside(u, link, heads); t != "" {
			number, holder = e.Title, at
			e.Title, e.Pinned, e.Validity, shown = cleanTitle(t)
		}
	}
	e.URL = a.url[link]
	e.uploaded, _ = dayInURL(e.URL)
	readFacts(&e, u, link, holder, heads)
	if e.Date.IsZero() && e.short.IsZero() && !shown.IsZero() {
		e.Date = shown
	}
	if e.Number == "" {
		e.Number = number
	}
	e.weight = titleWeight(e.Title) * linkWeight(e.URL)
	if pinnedBySigns(u) {
		e.Pinned = true
	}
	return e, true
}

// yearNumber is the number of an announcement without its body: 2024年第3号.
var yearNumber = regexp.MustCompile(`^(?:19|20)\d{2}年第?\d+号$`)

// plainNumber is true of a text that is the number (发文字号) of a document and
// nothing else.
func plainNumber(s string) bool {
	if !strings.HasSuffix(strings.TrimRight(s, ")） "), "号") {
		return false
	}
	t := strings.Trim(textzh.Fold(s), "()（） ")
	return numberish.MatchString(t) || yearNumber.MatchString(t)
}

// titleBeside is the title of a row whose link shows the number only: the cell
// that the heading names, else the longest text that is no other field.
func titleBeside(u unit, link *html.Node, heads []fieldKind) (title string, holder *html.Node) {
	for _, l := range leaves(u) {
		if within(l.node, link) {
			continue
		}
		if l.cell >= 0 && l.cell < len(heads) && heads[l.cell] == titleField {
			return l.text, l.node
		}
		_, isDay := wholeDay(l.text)
		if n := utf8.RuneCountInString(l.text); (n >= 14 || titleWeight(l.text) > 1) && n > utf8.RuneCountInString(title) && !isDay && !plainNumber(l.text) &&
			labelOf(l.text) == noField && leadingLabel(l.text) == nil {
			title, holder = l.text, l.node
		}
	}
	return title, holder
}

// mainLink chooses the link that names the document: the first with a title of
// its own that is neither a category nor a nested 解读.
func mainLink(u unit, a anchors, heads []fieldKind) (*html.Node, string) {
	var best *html.Node
	var bestTitle string
	bestScore := -1.0
	order, cell := 0, -1
	for _, top := range u {
		each(top, func(n *html.Node) bool {
			if n.Type != html.ElementNode {
				return n.Type != html.CommentNode
			}
			if n.Data == "td" || n.Data == "th" {
				cell++
			}
			url, ok := a.url[n]
			if !ok {
				return true
			}
			title, _ := linkTitle(n)
			clean, _, _, _ := cleanTitle(title)
			s := titleWeight(clean) * (0.3 + 0.7*linkWeight(url)) / (1 + 0.35*float64(order))
			if dull(clean) {
				s = 0
			}
			if strings.HasSuffix(strings.TrimRight(clean, ")） "), "号") && numberish.MatchString(strings.Trim(textzh.Fold(clean), "()（） ")) {
				s *= 0.3
			}
			if nested(n, top) || asideTitle(clean) && order > 0 {
				s *= 0.2
			}
			if cell >= 0 && cell < len(heads) && heads[cell] == titleField {
				s *= 3
			}
			if order++; s > bestScore {
				best, bestTitle, bestScore = n, title, s
			}
			// A row that opens by a script holds the same link again.
			return n.Data != "a"
		})
	}
	if bestScore <= 0 {
		return nil, ""
	}
	return best, bestTitle
}

// buttonLink reads rows whose title is plain text and whose link is a button
// such as 查看: the longest text of the row names the document.
func buttonLink(u unit, a anchors) (link *html.Node, title string, holder *html.Node) {
	for _, top := range u {
		each(top, func(n *html.Node) bool {
			if _, ok := a.url[n]; ok && link == nil {
				switch strings.Trim(nodeText(n), " []【】()>»") {
				case "查看", "详情", "详细", "查看详情", "点击查看", "阅读全文", "详细信息", "浏览", "下载":
					link = n
				}
			}
			return link == nil && n.Type != html.CommentNode
		})
	}
	if link == nil {
		return nil, "", nil
	}
	for _, l := range leaves(u) {
		_, isDay := wholeDay(l.text)
		if n := utf8.RuneCountInString(l.text); n >= 6 && n > utf8.RuneCountInString(title) && !isDay && labelOf(l.text) == noField && !labelled.MatchString(l.text) {
			title, holder = l.text, l.node
		}
	}
	if title == "" {
		return nil, "", nil
	}
	return link, title, holder
}

// asideTitle is true of a link that explains the entry before it.
func asideTitle(s string) bool {
	t := strings.TrimLeft(s, "[【(（《〈 ")
	for _, p := range []string{"解读", "相关", "图解", "政策解读", "文字解读", "图片解读", "视频解读", "专家解读", "一图", "附件", "原文", "动漫", "媒体解读", "部门解读", "新闻发布会", "答记者问", "关联"} {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return false
}

// nested is true of a link in a list of its own inside a row, or in a part of
// the row whose class says that it is about related things.
func nested(n, top *html.Node) bool {
	for p := n.Parent; p != nil && p != top.Parent; p = p.Parent {
		if p == top {
			return false
		}
		if p.Data == "ul" || p.Data == "ol" || p.Data == "dl" {
			return true
		}
		if s := signs(p); beside.MatchString(s) || strings.Contains(s, "jiedu") || strings.Contains(s, "xgjd") || strings.Contains(s, "popbox") {
			return true
		}
	}
	return false
}

// titleWeight is how far a text looks like the title of a document, 0 to 1.2.
func titleWeight(s string) float64 {
	n := utf8.RuneCountInString(s)
	switch {
	case n < 3:
		return 0.01
	case n < 6:
		return 0.1
	case n < 9:
		return 0.4
	case n < 14:
		return 0.85
	case n > 300:
		return 0.2
	}
	if strings.Contains(s, "关于") || strings.Contains(s, "通知") || strings.Contains(s, "公告") || strings.Contains(s, "《") || strings.Contains(s, "意见") {
		return 1.2
	}
	return 1
}

// readFacts reads dates, number, issuer and validity from the texts of a unit
// outside its title.
func readFacts(e *entry, u unit, link, holder *html.Node, heads []fieldKind) {
	var c candidates
	label := noField
	for _, l := range leaves(u) {
		if within(l.node, holder) && (holder != link || !apart(l, link)) {
			continue
		}
		if k := labelOf(l.text); k != noField {
			label = k
			continue
		}
		// A text that begins with a label of its own is not the value of the one before.
		if m := leadingLabel(l.text); m != nil && m[0] == 0 && labelSuffix(l.text[m[2]:m[3]]) != noField {
			label = noField
		}
		col := noField
		if l.cell >= 0 && l.cell < len(heads) {
			col = heads[l.cell]
		}
		c.read(e, l, label, col)
		label = noField
	}
	c.join(u, link)
	c.decide(e)
}

// apart is true of a text inside the link that is a date of its own.
func apart(l leaf, link *html.Node) bool {
	if l.node == link {
		_, ok := wholeDay(l.text)
		return ok && strings.ContainsAny(l.text, "-/.年")
	}
	for p := l.node; p != nil && p != link; p = p.Parent {
		if _, ok := wholeDay(nodeText(p)); ok || splitDate(p) {
			return true
		}
	}
	_, ok := wholeDay(l.text)
	return ok
}

func leadingLabel(s string) []int {
	if !strings.ContainsAny(s, "：:") {
		return nil
	}
	return labelled.FindStringSubmatchIndex(s)
}

func setValidity(e *entry, v notice.Validity) {
	if v != "" && e.Validity == "" {
		e.Validity = v
	}
}
