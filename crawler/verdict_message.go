package crawler

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"govwatch/notice"
)

// judgeServerPage knows the bare pages of web servers, sent as 200.
func judgeServerPage(_ Answer, l *look, _ string) (Verdict, bool) {
	if l.content > 2500 || l.article || l.han > 250 {
		return Verdict{}, false
	}
	heading, m := "", []string(nil)
	for _, h := range append(l.heads(), l.first()) {
		if welcome.MatchString(h) {
			return Verdict{notice.ErrorSink, 0, "the server's welcome page: " + clip(h), ""}, true
		}
		if m = serverTitle.FindStringSubmatch(h); m != nil {
			heading = h
			break
		}
	}
	if m == nil || l.docMarks() > 1 {
		return Verdict{}, false
	}
	code, err := strconv.Atoi(m[1])
	if err != nil {
		return Verdict{}, false
	}
	why := fmt.Sprintf("an error page sent as 200: %s", clip(heading))
	switch {
	case code == 404 || code == 410:
		return Verdict{notice.Soft404, 0, why, ""}, true
	case code >= 500:
		return Verdict{notice.HTTP5xx, 0, why, ""}, true
	}
	return Verdict{notice.BlockedWAF, 0, why, ""}, true
}

// first returns the first text of a page without a title.
func (l *look) first() string {
	if strings.TrimSpace(l.title) != "" || len(l.blocks) == 0 {
		return ""
	}
	return l.blocks[0].text
}

// messageForm is what a page says that stands in the place of the site.
type messageForm struct {
	form *regexp.Regexp
	why  string
}

// sinkForms are messages of those who run the host, the domain or the door.
var sinkForms = []messageForm{
	{regexp.MustCompile(`(?i)网站[^。\n]{0,14}(?:未备案|未进行备案|尚未备案|未取得备案|备案已被?(?:取消|注销))|未根据工信部|未进行备案或未接入备案|non-compliance icp`), "the host withholds the site for want of a licence (备案)"},
	{regexp.MustCompile(`(?i)domain (?:name )?(?:[\w.-]+ )?(?:is|may be) (?:listed )?for sale|buy this domain|domain has expired|域名[^。\n]{0,8}(?:出售|转让|已过期|已到期)`), "the domain is parked"},
	{regexp.MustCompile(`(?i)(?:您|你|对不起|抱歉)[^。\n]{0,8}(?:没有|无|暂无)(?:访问)?权限|^(?:没有|无|暂无)(?:访问)?权限.{0,8}$|权限不足|请(?:您)?(?:先|重新)?登录(?:后|再|$)|(?:登录|会话)(?:已)?(?:过期|超时|失效)|上网认证|认证后上网|unauthorized`), "it asks for a login"},
	{regexp.MustCompile(`(?:机房|网站|系统|平台)[^。\n]{0,16}(?:暂停服务|停止服务|暂停访问|升级中|维护中|改造中|检修)`), "it is under maintenance"},
}

// siteFoot tells the line with a site's own licence from a message about licences.
var siteFoot = regexp.MustCompile(`备案号|备\s?\d|[©]|版权|主办|ICP备`)

// judgeMessage sees a message as the main content of a short page: that the
// document is gone, that the server failed, that the site is closed. A document
// may speak of all this; what it prints about itself tells it apart.
func judgeMessage(a Answer, l *look, _ string) (Verdict, bool) {
	if l.article && l.content > 80 || l.content > 500 && l.han > 100 || l.content > 4000 || l.longest > 200 && l.han > 100 || l.files > 0 && l.longest > 60 {
		return Verdict{}, false
	}
	if a.Role == notice.ListRole && l.dated > 0 {
		return Verdict{}, false
	}
	texts := l.messages()
	v, ok := sayWhat(texts)
	if !ok && l.content < 80 {
		v, ok = turnedAway(texts)
	}
	if !ok || l.docMarks() > 1 {
		return Verdict{}, false
	}
	return v, true
}

// turnedAway sees the site itself refuse us, in its own frame: a short sentence
// with next to nothing beside it.
func turnedAway(texts []string) (Verdict, bool) {
	for _, t := range texts {
		lower := strings.ToLower(t)
		if s, ok := findSign(lower, wordSigns); ok && addressed.MatchString(lower) {
			return blocked(s.outcome, s.who, clip(t))
		}
	}
	return Verdict{}, false
}

// messages returns the title and the short blocks outside links and footers. A
// longer sentence is one only when it speaks to the reader.
func (l *look) messages() []string {
	out := []string{l.title}
	for _, b := range l.blocks {
		licence := strings.Contains(b.text, "备案") && !siteFoot.MatchString(b.text)
		if b.link || b.foot && !licence || b.runes > 400 {
			continue
		}
		if b.runes <= 45 || countHan(b.text) < 10 || b.runes <= 120 && addressed.MatchString(strings.ToLower(b.text)) {
			out = append(out, b.text)
		}
	}
	return out
}

func sayWhat(texts []string) (Verdict, bool) {
	for _, t := range texts {
		for _, f := range sinkForms {
			if f.form.MatchString(t) {
				return Verdict{notice.ErrorSink, 0, f.why + ": " + clip(t), ""}, true
			}
		}
		if goneWords.MatchString(t) {
			return Verdict{notice.Soft404, 0, "it says as its only content: " + clip(t), ""}, true
		}
		if brokenWords.MatchString(t) {
			return Verdict{notice.ErrorSink, 0, "it says as its only content: " + clip(t), ""}, true
		}
	}
	return Verdict{}, false
}
