package change

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
	"govwatch/internal/urlx"
)

// facts are the labelled facts of the head as key=value, sorted: their order is
// the template's, not the publisher's. Dates have one form and no time of day.
func facts(l *family.Layout, titles []family.Title) []Line {
	var out []Line
	for _, f := range l.HeadTable {
		if f.Value == "" || !headFact(f.Label) {
			continue
		}
		v := squeezed(f.Value)
		if strings.HasPrefix(f.Label, "date") {
			if d := dateOf(v); d != "" {
				v = d
			}
		}
		out = append(out, Line{HeadLine, f.Label + "=" + v})
	}
	out = append(append(out, bareDates(l, titles)...), bareNumbers(l, titles)...)
	slices.SortFunc(out, func(a, b Line) int { return strings.Compare(a.Text, b.Text) })
	return slices.Compact(out)
}

// headFact keeps facts about the document; "other" holds counters, font sizes
// and share buttons as often as facts.
func headFact(label string) bool {
	switch label {
	case "index_no", "category", "issuer", "date_written", "title", "number", "date_published", "date_updated", "date_printed",
		"date_effective", "date_expiry", "validity", "term", "source", "subject_words", "date":
		return true
	}
	return false
}

// bareDates are dates without a label between title and article.
func bareDates(l *family.Layout, titles []family.Title) []Line {
	if len(titles) == 0 {
		return nil
	}
	var out []Line
	for i := titles[0].Line; i < l.From && i < len(l.Lines); i++ {
		if n := l.Lines[i].End - l.Lines[i].Start; n < 8 || n > 60 || linked(&l.Lines[i]) {
			continue
		}
		t := squeezed(l.LineText(i))
		if !strings.ContainsRune(t, '2') && !strings.ContainsRune(t, '1') {
			continue // no year
		}
		if m := bareDate.FindStringSubmatch(t); m != nil {
			out = append(out, Line{HeadLine, "date_shown=" + dateOf(m[1])})
		}
	}
	return out
}

// bareNumbers are numbers (发文字号) that stand alone above the first paragraph.
func bareNumbers(l *family.Layout, titles []family.Title) []Line {
	from := l.Head
	if len(titles) > 0 {
		from = min(from, titles[0].Line)
	}
	var out []Line
	for i := from; i < l.From && i < len(l.Lines); i++ {
		if n := l.Lines[i].End - l.Lines[i].Start; n < 9 || n > 90 || linked(&l.Lines[i]) {
			continue
		}
		if !strings.Contains(l.LineText(i), "号") {
			continue
		}
		if t := squeezed(l.LineText(i)); shownNumber.MatchString(t) {
			out = append(out, Line{HeadLine, "number_shown=" + strings.Trim(t, "()（）")})
		}
	}
	return out
}

var (
	shownNumber = regexp.MustCompile(`^[(（]?[^\s,，。；：:《》]{1,20}(?:[〔\[［(（【]\d{4}[〕\]］)）】]|第|令第|公告第|\d{4}年)第?[\d一二三四五六七八九十]{1,6}号[)）]?$`)
	calendar    = regexp.MustCompile(`(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})`)
	bareDate    = regexp.MustCompile(`^[\[(（【]?(\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2})日?(?:\d{1,2}:\d{2}(?::\d{2})?)?[\])）】]?$`)
)

// dateOf is the first day in a text as 2006-1-2, empty when there is none.
func dateOf(t string) string {
	m := calendar.FindStringSubmatch(t)
	if m == nil {
		return ""
	}
	return m[1] + "-" + strings.TrimLeft(m[2], "0") + "-" + strings.TrimLeft(m[3], "0")
}

// bareLabel is a label of a head table whose value stands elsewhere or nowhere.
var bareLabel = regexp.MustCompile(`^(?:信息)?(?:索引号|索取号|索引编号|主题分类|信息分类|发文机关|发布机构|发布机关|制发机关|成文日期|生成日期|签发日期|标题|名称|发文字号|文号|文件编号|发布日期|公开日期|有效性|时效性|主题词|关键词|内容概述|公文种类|来源|信息来源)[:：]?$`)

// signed reads a line that is nothing but a day in Chinese numerals, so that a
// template's way of writing it is no difference.
func signed(t string) string {
	m := hanDate.FindStringSubmatch(t)
	if m == nil {
		if bareDate.MatchString(t) {
			return dateOf(t)
		}
		return t
	}
	y, ok := textzh.HanYear(m[1])
	month, ok1 := textzh.HanNumber(m[2])
	day, ok2 := textzh.HanNumber(m[3])
	if !ok || !ok1 || !ok2 {
		return t
	}
	return fmt.Sprintf("%d-%d-%d", y, month, day)
}

var hanDate = regexp.MustCompile(`^([〇○零一二三四五六七八九OoО◯]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日$`)

// flags are words on validity that stand outside head table and article: a
// stamp beside the title, a note above it.
func flags(l *family.Layout) []Line {
	var out []Line
	for i := range l.Lines {
		if i >= l.From && i < l.To {
			continue
		}
		n := l.Lines[i].End - l.Lines[i].Start
		if n < 6 || n > 150 || linked(&l.Lines[i]) {
			continue
		}
		t := l.LineText(i)
		if !strings.Contains(t, "效") && !strings.Contains(t, "废") && !strings.Contains(t, "修") {
			continue
		}
		if f := flag(textzh.Squeeze(textzh.Fold(t))); f != "" {
			out = append(out, Line{FlagLine, f})
		}
	}
	slices.SortFunc(out, func(a, b Line) int { return strings.Compare(a.Text, b.Text) })
	return slices.Compact(out)
}

// stampNodes bounds the search for a stamp beside a title.
const stampNodes = 200

// stamps adds the words on validity that pictures beside the title say, by their
// text or their name: a stamp 废止 is drawn as often as it is written.
func stamps(lines []Line, l *family.Layout, titles []family.Title) []Line {
	if len(titles) == 0 || titles[0].Line >= len(l.Lines) {
		return lines
	}
	root := l.Lines[titles[0].Line].Node
	for up := 0; root != nil && root.Parent != nil && root.Parent.Parent != nil && up < 2; up++ {
		root = root.Parent
	}
	left := stampNodes
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil && left > 0; c = c.NextSibling {
			if left--; c == l.Body || c.Type != html.ElementNode {
				continue
			}
			if c.DataAtom == atom.Img {
				if w := stamp(c); w != "" {
					lines = append(lines, Line{FlagLine, w})
				}
				continue
			}
			walk(c)
		}
	}
	if root != nil {
		walk(root)
	}
	return lines
}

// stamp is the word on validity that a picture says.
func stamp(img *html.Node) string {
	for _, key := range []string{"alt", "title"} {
		if w := flag(squeezed(attr(img, key))); w != "" {
			return w
		}
	}
	switch name := strings.ToLower(path.Base(attr(img, "src"))); {
	case strings.Contains(name, "feizhi"):
		return "废止"
	case strings.Contains(name, "shixiao"):
		return "失效"
	}
	return ""
}

// flag returns the word on validity that a short line is, else "".
func flag(t string) string {
	w := strings.Trim(t, "【】[]()（）《》!！*·")
	switch w {
	case "失效", "已失效", "废止", "已废止", "全文失效", "全文废止", "部分失效", "部分废止", "部分条款失效", "已修改", "已修订", "已被修改",
		"现行有效", "继续有效", "尚未生效", "宣布失效", "自行失效", "已被废止", "有效", "部分有效":
		return w
	}
	if remark.MatchString(t) {
		return t
	}
	return ""
}

// remark is a note about this very document: 本文件已于2026年3月1日废止.
var remark = regexp.MustCompile(`^[【\[（(提示注:：]*(?:本|该|此)(?:文件|规范性文件|通知|办法|规定|文|公告|政策)[^。]{0,30}(?:失效|废止|修改|修订|停止执行)`)

// address drops what changes with each visit from the address of a file: for a
// file that stands in the path the whole query.
func address(raw string) string {
	if base, _, ok := strings.Cut(raw, "?"); ok && fileName.MatchString(base) {
		raw = base
	}
	if id, err := urlx.Identity(raw); err == nil {
		return id
	}
	return raw
}

var fileName = regexp.MustCompile(`(?i)/[^/]+\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z|pptx?|txt|ceb|rtf|csv|tif|jpe?g|png|gif)$`)

// images adds the pictures inside an element, by file name. Icons, codes and
// pictures that lead elsewhere are not the publisher's statement.
func images(lines []Line, root *html.Node) []Line {
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != html.ElementNode {
			continue
		}
		if n.DataAtom == atom.Img {
			if w := stamp(n); w != "" {
				lines = append(lines, Line{FlagLine, w})
			} else if name := imageName(n); name != "" {
				lines = append(lines, Line{ImageLine, name})
			}
			continue
		}
		if n.FirstChild == nil || n.DataAtom == atom.Script || n.DataAtom == atom.A && leadsAway(n) {
			continue
		}
		lines = images(lines, n)
	}
	return lines
}

func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val
		}
	}
	return ""
}

// leadsAway says that a link does not open a picture.
func leadsAway(n *html.Node) bool {
	href, _, _ := strings.Cut(strings.ToLower(attr(n, "href")), "?")
	switch path.Ext(href) {
	case ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".webp":
		return false
	}
	return href != "" && !strings.HasPrefix(href, "javascript:")
}

func imageName(n *html.Node) string {
	src := attr(n, "src")
	if src == "" || strings.HasPrefix(src, "data:") || tiny(attr(n, "width")) || tiny(attr(n, "height")) {
		return ""
	}
	src, query, _ := strings.Cut(src, "?")
	name := strings.ToLower(path.Base(src))
	if decoration.MatchString(name) || decoration.MatchString(strings.ToLower(path.Dir(src))) {
		return ""
	}
	switch path.Ext(name) {
	case ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".webp":
		return name
	}
	// A program that sends pictures: what it is asked for tells them apart.
	if id, err := urlx.Identity("http://picture.invalid/" + name + "?" + steadyQuery(query)); err == nil {
		return id
	}
	return name
}

// steadyQuery drops the parameters by which sites keep browsers from remembering
// an answer.
func steadyQuery(query string) string {
	parts := strings.Split(query, "&")
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool {
		key, _, _ := strings.Cut(p, "=")
		switch strings.ToLower(key) {
		case "t", "ts", "time", "timestamp", "r", "rnd", "rand", "random", "v", "ver", "_", "nonce", "token", "itok", "sign", "cache":
			return true
		}
		return false
	}), "&")
}

func tiny(size string) bool {
	size = strings.TrimSuffix(strings.TrimSpace(size), "px")
	return len(size) == 1 || len(size) == 2 && size < "48"
}

var decoration = regexp.MustCompile(`icon|logo|qrcode|^qr\b|barcode|erweima|ewm|share|print|arrow|weixin|wechat|weibo|spacer|blank|dot\.|line\.|loading|captcha|verify|fontsize|\bbg\b|banner|ad\d`)
