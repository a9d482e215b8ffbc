package family

import (
	"regexp"
	"strings"
)

// Noise reports a line that counts, tells the time or the weather of the visit,
// or names a neighbour. t has no white space and no full-width digits. What
// decides is that nothing else is left in the line: a sentence about visits is
// text.
func Noise(t string) bool {
	if len(t) > 240 {
		return false
	}
	if neighbourLine(t) {
		return true
	}
	if !hasDigit(t) && !strings.Contains(t, "星期") {
		return false
	}
	switch {
	case !triggered(t):
		return false
	case visitor.MatchString(t):
		return true
	case strings.Contains(t, "℃") && len(t) < 120 && !strings.ContainsAny(t, "。；") && strings.ContainsAny(t, "晴云雨雪阴雾霾风"):
		return true
	}
	return measured.Replace(t) == ""
}

// triggered reports one of the words without which no line is measured any further.
func triggered(t string) bool {
	for i := 0; i+3 <= len(t); i++ {
		if c := t[i]; c < 0xE2 || c > 0xE9 {
			continue
		}
		if t[i:i+3] == "℃" {
			return true
		}
		if i+6 > len(t) {
			return false
		}
		switch t[i : i+6] {
		case "浏览", "阅读", "点击", "访问", "查看", "人气", "访客", "访者", "打印", "时间", "今天", "今日", "现在", "星期", "下载", "热度", "在线", "点赞", "转发", "评论", "浏覽", "次数", "满意", "评分", "投票", "参与":
			return true
		}
		i += 2
	}
	return false
}

// measured takes out of a line all that counters, clocks and calendars print.
// Longer words come before the words inside them.
var measured = strings.NewReplacer(pairs(
	"浏览次数", "阅读次数", "点击次数", "访问次数", "下载次数", "查看次数", "打印次数", "打印时间", "打印日期", "当前时间", "现在时间", "北京时间", "系统时间", "页面生成时间", "生成时间", "访问时间",
	"今天是", "现在是", "今天", "今日", "当前", "现在", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日", "星期天", "农历", "本文已被", "本页已被", "该文已被", "已被", "被", "您是", "本文", "本页面", "本页", "文章", "页面", "信息",
	"字体", "字号", "超大", "默认", "关闭", "大", "中", "小", "满意度评价", "满意度", "评价", "评分", "得分", "参与", "投票", "网友", "用户", "查看全部", "查看更多", "查看详情", "浏览", "阅读", "点击", "访问", "查看", "人气", "访客", "下载", "热度", "在线", "点赞", "转发", "评论", "打印", "分享", "收藏", "累计", "总", "共计", "共", "本日", "昨日", "人数", "次数", "人次", "篇数", "数量", "数", "量", "次", "人", "条", "万", "余", "分", "票", "赞", "踩", "第", "位", "了", "已", "有",
	"年", "月", "日", "时", "分", "秒", "上午", "下午", "早上", "晚上", "中午",
	"0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
	":", "：", "-", "/", ".", ",", "，", "。", "[", "]", "【", "】", "(", ")", "（", "）", "|", "｜", "<", ">", "+", "~", "—", "·", "!", "！",
)...)

func pairs(words ...string) []string {
	out := make([]string, 0, 2*len(words))
	for _, w := range words {
		out = append(out, w, "")
	}
	return out
}

// Uncounted takes labelled counts out of a line that says something besides:
// 来源：本网 浏览次数：12.
func Uncounted(t string) string {
	if len(t) > 300 || !hasDigit(t) || strings.Contains(t, "。") || strings.Contains(t, "；") || !triggered(t) {
		return t
	}
	return count.ReplaceAllString(t, "")
}

var count = regexp.MustCompile(`[\[(（【|]?(?:浏览|阅读|点击|访问|查看)(?:次数|人数|量|数)?[:：]\d[\d,]*(?:人次|次)?[\])）】]?`)

// visitor is a greeting that counts: 您是第123位访客.
var visitor = regexp.MustCompile(`第\d[\d,]*(?:位|名|个)(?:访问者|访客|浏览者|来访者|读者|用户|网友|参观者|来访)`)

// neighbourWords begin lines about other documents.
var neighbourWords = []string{"上一篇", "下一篇", "上一条", "下一条", "前一篇", "后一篇", "上篇", "下篇", "上一页", "下一页"}

// neighbourLine reports a line that names the previous or next document.
func neighbourLine(t string) bool {
	if len(t) < 6 {
		return false
	}
	t = strings.TrimLeft(t, "[【<")
	for _, w := range neighbourWords {
		if rest, ok := strings.CutPrefix(t, w); ok {
			return rest == "" || rest[0] == ':' || rest[0] == ']' || rest[0] == '>' || strings.HasPrefix(rest, "：") || strings.HasPrefix(rest, "】")
		}
	}
	return false
}

func hasDigit(t string) bool {
	for i := range len(t) {
		if t[i] >= '0' && t[i] <= '9' {
			return true
		}
	}
	return false
}
