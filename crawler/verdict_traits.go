package crawler

import (
	"regexp"
	"strings"
)

// These forms tell a document from the message of a machine. They are asked of
// short pages only: a long one is a document anyway.
var (
	// docTitle is the name of an official document: 关于…, or a kind of document at
	// its end. A kind alone, 公告, may stand over anything.
	docTitle = regexp.MustCompile(`^关于.{4,}|^.{5,}(?:通知|公告|通告|公示|意见|办法|规定|细则|条例|方案|规划|计划|批复|决定|通报|目录|名单|解读|公报|复函|第?\d+号令|令|纲要|标准|指南|倡议书|说明)(?:[（(][^）)]{0,20}[)）])?$`)
	// dateLine ends a document, with or without the name of who signs.
	dateLine = regexp.MustCompile(`^[^，。！]{0,30}(?:20\d\d|19\d\d|二[〇○零Oo][〇○零Oo一二三四五六七八九]{2})\s?年\s?[\d一二三四五六七八九十]{1,3}\s?月\s?[\d一二三四五六七八九十]{1,3}\s?日$|^(?:20|19)\d\d-\d\d-\d\d$`)
	// salutation names those a document is for.
	salutation = regexp.MustCompile(`^(?:各|有关|相关|市|省|区|县)[^。！]{1,60}[：:]$|^各[^。！]{2,20}，`)
	// sourceLine stands under a headline.
	sourceLine = regexp.MustCompile(`(?:来源|作者|发布人|发布单位|编辑|日期|时间)\s?[：:].{0,30}(?:20|19)\d\d[-/.年]\d{1,2}|(?:20|19)\d\d[-/.年]\d{1,2}.{0,40}(?:来源|作者|发布人|发布单位|浏览次数|字号|点击)`)
	// sourceName is the same without a date.
	sourceName = regexp.MustCompile(`^(?:信息)?来源\s?[：:]\s?\p{Han}{4}`)
	// numbered opens a section or an item of a document.
	numbered = regexp.MustCompile(`^(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百]{1,4}[条章节])`)
	// exchange is a letter and its answer.
	exchange = regexp.MustCompile(`^(?:问|答|来信|回复|答复|留言|咨询|网友|来信内容|回复内容|答复内容|留言内容|咨询内容|受理单位)[^：:]{0,6}[：:]`)
	// trouble is what the headline of a message is about.
	trouble = regexp.MustCompile(`拦截|错误|异常|阻断|对象引用`)
	// addressed speaks to whoever looks at the page, or of this very request.
	addressed = regexp.MustCompile(`您|你|请(?:[^求示托假广各市社有相]|$)|抱歉|对不起|当前|本次|此次|已被|系统检测|\byour?\b|sorry`)
)

// heads returns what the page calls itself: its title without the name of the
// site, and its headlines.
func (l *look) heads() []string {
	var out []string
	title := strings.TrimSpace(l.title)
	if i := strings.IndexAny(title, "_|—–"); i > 0 {
		title = strings.TrimSpace(title[:i])
	}
	if title != "" {
		out = append(out, title)
	}
	for _, b := range l.blocks {
		if b.head && !b.link {
			out = append(out, b.text)
		}
	}
	return out
}

// docMarks weighs what only a document prints about itself: from two on it is
// one, whatever words stand in it.
func (l *look) docMarks() int {
	n := 0
	for _, h := range l.heads() {
		switch {
		case docTitle.MatchString(h) && !addressed.MatchString(h):
			n = max(n, 2)
		case countHan(h) >= 10 && !addressed.MatchString(h) && !trouble.MatchString(h):
			n = max(n, countHan(h)/10)
		}
	}
	dates, items := 0, 0
	var named, sourced, credited, asked, told bool
	for _, b := range l.blocks {
		if b.link || b.foot {
			continue
		}
		told = told || b.runes >= 320 && countHan(b.text) < 10 || b.runes >= 60 && countHan(b.text) >= 50 && !strings.ContainsAny(b.text, "您你")
		if b.runes > 120 {
			continue
		}
		if b.runes < 50 && dateLine.MatchString(b.text) {
			dates++
		}
		if numbered.MatchString(b.text) {
			items++
		}
		credited = credited || sourceName.MatchString(b.text)
		named = named || salutation.MatchString(b.text)
		sourced = sourced || sourceLine.MatchString(b.text)
		asked = asked || exchange.MatchString(b.text)
	}
	for _, m := range []struct {
		seen   bool
		weight int
	}{{dates == 1 || dates == 2, 2}, {named, 1}, {sourced, 2}, {credited && !sourced, 1}, {items > 1, 2}, {asked, 2}, {told, 1}, {l.files > 0, 1}, {l.images > 1 && !l.framed(), 1}} {
		if m.seen {
			n += m.weight
		}
	}
	return n
}

// says reports that there is a sentence to read, not only a title.
func (l *look) says() bool {
	return l.content >= 40 || l.han >= 15 && strings.Contains(l.words(), "。")
}

// framed says that the site's own menu and foot stand around the text. The pages
// of a protection have neither; those of a site that misses a document do.
func (l *look) framed() bool {
	menu, foot := 0, false
	for _, b := range l.blocks {
		if b.link && b.runes <= 8 {
			menu++
		}
		foot = foot || b.foot
	}
	return menu >= 6 && foot
}
