package classify

import (
	"strings"

	"govwatch/notice"
)

// interpretationTitle finds texts that explain a policy. A formal title may hold
// the same words as its matter (政策解读工作细则的通知): there only a word before the
// first cover word, or one at the very end, counts.
func interpretationTitle(t title, _ notice.Record, _ Input) (Judgement, bool) {
	if word := explains.FindString(t.mark); word != "" {
		return Judgement{notice.Interpretation, "class.title.mark", word, 0.9}, true
	}
	word := explains.FindString(t.outer)
	if word == "" {
		if strings.Contains(t.outer, "发布会") && strings.Contains(t.full, "《") {
			return Judgement{notice.Interpretation, "class.title.briefing", t.full, 0.8}, true
		}
		return Judgement{}, false
	}
	if !strings.HasPrefix(t.outer, word) && isFinal(t.ending) {
		return Judgement{}, false
	}
	return Judgement{notice.Interpretation, "class.title.explains", word, 0.95}, true
}

// isFinal reports an ending that only an official document's own title has.
func isFinal(ending string) bool {
	switch ending {
	case "通知", "意见", "决定", "批复", "复函", "函", "通报", "办法", "规定", "条例", "规则", "细则", "方案", "计划", "规划":
		return true
	}
	return false
}

// draftTitle finds texts out for comment, and not reports on what came of it.
func draftTitle(t title, _ notice.Record, _ Input) (Judgement, bool) {
	if w := feedback.FindString(t.full); w != "" {
		return Judgement{notice.Other, "class.title.feedback", w, 0.8}, true
	}
	if w := opinions.FindString(t.full); w != "" {
		return Judgement{notice.DraftClass, "class.title.opinions", w, 0.95}, true
	}
	return Judgement{}, false
}

// personnelTitle finds appointments, penalties, and guides to a counter's service.
func personnelTitle(t title, _ notice.Record, _ Input) (Judgement, bool) {
	for _, x := range []struct {
		rule string
		find func(string) string
	}{{"class.title.personnel", posts.FindString}, {"class.title.penalty", hearing.FindString}} {
		if w := x.find(t.outer); w != "" {
			return Judgement{notice.Other, x.rule, w, 0.9}, true
		}
	}
	if w := yearly.FindString(t.outer); w != "" && !(t.formal && isFinal(t.ending)) && !headline(t) {
		return Judgement{notice.Other, "class.title.report", w, 0.75}, true
	}
	if w := guides.FindString(t.outer); w != "" && !t.formal {
		return Judgement{notice.Other, "class.title.guide", w, 0.8}, true
	}
	return Judgement{}, false
}

// proceduralTitle finds tenders and hiring, which are no policy whatever they are called.
func proceduralTitle(t title, _ notice.Record, _ Input) (Judgement, bool) {
	announces := strings.HasSuffix(t.outer, "公告") || strings.HasSuffix(t.outer, "通告")
	covering := isFinal(t.ending) || announces && ordering.MatchString(t.outer) && t.formal && tender.FindString(t.outer) == ""
	if w := tender.FindString(t.outer); w != "" && !covering {
		return Judgement{notice.NoticeClass, "class.title.tender", w, 0.9}, true
	}
	if w := hiring.FindString(t.outer); w != "" && !covering && !headline(t) {
		return Judgement{notice.NoticeClass, "class.title.hiring", w, 0.85}, true
	}
	if w := publicly.FindString(t.outer); w != "" && !covering {
		return Judgement{notice.NoticeClass, "class.title.public", w, 0.9}, true
	}
	return Judgement{}, false
}

// headline reports a title that is written as a sentence, as news are.
func headline(t title) bool {
	return strings.ContainsAny(t.outer, "，！？!?") || strings.Contains(t.outer, "发布会")
}

// publicTitle separates 公告 and 通告 that order something from those that only announce.
func publicTitle(t title, r notice.Record, _ Input) (Judgement, bool) {
	announces := strings.HasSuffix(t.outer, "公告") || strings.HasSuffix(t.outer, "通告")
	w := ""
	switch {
	case announces:
		w = inspect.FindString(t.outer)
	case t.ending == "":
		w = results.FindString(t.outer)
	}
	if w != "" && (announces || t.ending == "" && !headline(t)) && !(t.formal && isFinal(t.ending)) {
		return Judgement{notice.NoticeClass, "class.title.announces", w, 0.8}, true
	}
	if !announces {
		return Judgement{}, false
	}
	if w := ordering.FindString(t.outer); w != "" || r.Number != "" || strings.Contains(t.full, "《") {
		return Judgement{notice.Policy, "class.title.orders", w, 0.75}, true
	}
	return Judgement{notice.NoticeClass, "class.title.announcement", t.outer, 0.6}, true
}

// byColumn lets the column decide when the title does not read like a document's.
func byColumn(t title, r notice.Record, in Input) (Judgement, bool) {
	if t.formal || r.Number != "" {
		return Judgement{}, false
	}
	for _, c := range []struct {
		words []string
		class notice.Class
	}{
		{[]string{"解读", "图解", "问答", "回应关切"}, notice.Interpretation},
		{[]string{"征求意见", "意见征集", "意见征求", "民意征集"}, notice.DraftClass},
		{[]string{"人事", "任免"}, notice.Other},
		{[]string{"采购", "招标", "公示", "招考", "招聘"}, notice.NoticeClass},
		{[]string{"新闻", "动态", "要闻", "资讯", "媒体", "播报", "时政", "工作进展"}, notice.News},
	} {
		for _, w := range c.words {
			if strings.Contains(in.Column, w) && (t.ending == "" || c.class != notice.News) {
				return Judgement{c.class, "class.column", in.Column, 0.7}, true
			}
		}
	}
	return Judgement{}, false
}

// formalTitle takes titles of the form issuer + 关于 + matter + kind, and bare titles of legal texts.
func formalTitle(t title, r notice.Record, _ Input) (Judgement, bool) {
	switch {
	case t.formal:
		return Judgement{notice.Policy, "class.title.formal", t.ending, 0.9}, true
	case r.Number != "" && !reported.MatchString(t.outer):
		return Judgement{notice.Policy, "class.number", r.Number, 0.85}, true
	case t.ending != "" && !reported.MatchString(t.outer) && !strings.Contains(t.outer, "情况"):
		return Judgement{notice.Policy, "class.title.ending", t.ending, 0.75}, true
	case named.FindString(t.outer) != "" && !reported.MatchString(t.outer) && !headline(t) && !containsAny(t.outer, []string{"发布", "印发", "情况"}):
		return Judgement{notice.Policy, "class.title.named", named.FindString(t.outer), 0.5}, true
	}
	return Judgement{}, false
}

// openingBytes is how much of a body counts as its opening.
const openingBytes = 900

// byText reads the opening words of titles that say nothing themselves.
func byText(t title, r notice.Record, _ Input) (Judgement, bool) {
	open := r.Body
	if len(open) > openingBytes {
		open = open[:openingBytes]
	}
	switch {
	case strings.Contains(open, "公开征求意见") && strings.Contains(open, "征求意见稿"):
		return Judgement{notice.DraftClass, "class.text.opinions", "公开征求意见", 0.7}, true
	case strings.Contains(open, "解读如下") || strings.Contains(open, "问：") && strings.Contains(open, "答："):
		return Judgement{notice.Interpretation, "class.text.explains", "解读", 0.7}, true
	case reported.MatchString(t.outer):
		return Judgement{notice.News, "class.title.reported", reported.FindString(t.outer), 0.7}, true
	case strings.Contains(open, "记者") || strings.Contains(open, "本报讯") || strings.Contains(open, "日电"):
		return Judgement{notice.News, "class.text.reported", "记者", 0.7}, true
	case t.outer == "":
		return Judgement{}, false
	case strings.Contains(t.outer, "，") || strings.Contains(t.outer, "介绍") || len(t.outer) > 30:
		return Judgement{notice.News, "class.title.sentence", t.outer, 0.5}, true
	}
	return Judgement{}, false
}
