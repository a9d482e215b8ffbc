package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// kinds are the statutory kinds of documents and the nouns that fill 《》 (DOMAIN
// §1.2), longest first where one ends with another.
var kinds = []string{
	"行政处罚信息公开表", "三年行动计划", "五年行动计划", "行动计划", "行动方案", "实施方案", "工作方案", "总体方案", "试点方案", "建设方案", "指导意见", "实施意见", "若干意见", "若干政策措施", "政策措施", "若干措施", "实施细则", "实施办法", "管理办法", "暂行办法",
	"任务分工", "工作要点", "白皮书", "蓝皮书", "复函", "批复", "答复", "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "议案", "纪要", "公示", "条例", "规定", "办法", "细则", "规则", "规程",
	"方案", "计划", "规划", "纲要", "措施", "目录", "名录", "清单", "指南", "指引", "标准", "规范", "导则", "要点", "章程", "预案", "政策", "制度", "准则", "大纲", "解释", "倡议书", "声明", "明电", "法", "令", "函",
}

// coverVerbs are the verbs of a cover title: 关于印发《X》的通知.
var coverVerbs = []string{"印发", "转发", "批转", "发布", "公布", "下发", "颁发", "颁布", "下达", "修订", "修改", "报送", "公开征求", "征求", "批准发布"}

// KindOf reads the kind (文种) from the end of a title. Remarks in brackets are
// taken off: （试行）, （2024年版）, （征求意见稿）, （发改办投资〔2026〕88号）.
func KindOf(title string) string {
	s := stripRemarks(title)
	for _, k := range kinds {
		if strings.HasSuffix(s, k) && len(s) > len(k) {
			if (k == "法" || k == "令" || k == "函") && !singleKind(s, k) {
				return ""
			}
			return k
		}
	}
	return ""
}

// singleKind says whether a kind of one character is meant as such.
func singleKind(s, k string) bool {
	switch k {
	case "法":
		return strings.HasPrefix(s, "中华人民共和国") || strings.HasSuffix(s, "的办法")
	case "函":
		return strings.Contains(s, "的函") || strings.HasSuffix(s, "公函") || strings.HasSuffix(s, "便函")
	}
	return !strings.HasSuffix(s, "司令") && !strings.HasSuffix(s, "夏令")
}

// stripRemarks removes bracketed remarks and quotes from the end of a title.
func stripRemarks(s string) string {
	s = strings.TrimSpace(s)
	for {
		t := strings.TrimRight(s, " 。；、》〉\"”")
		for _, pair := range [...][2]string{{"（", "）"}, {"(", ")"}, {"【", "】"}, {"[", "]"}, {"〔", "〕"}, {"（", ")"}, {"(", "）"}} {
			if strings.HasSuffix(t, pair[1]) {
				if i := strings.LastIndex(t, pair[0]); i > 0 {
					t = t[:i]
				}
			}
		}
		if t == s {
			break
		}
		s = t
	}
	if i := strings.IndexByte(s, ' '); i > 0 && strings.HasSuffix(s[:i], "的通知") {
		s = s[:i]
	}
	return s
}

// Kinds returns the kind of the decided title.
func Kinds(d *Doc) []notice.Candidate {
	k := KindOf(d.Title)
	if k == "" {
		return nil
	}
	return []notice.Candidate{{Value: k, Rule: "kind.title", Weight: 0.9, Context: clip(d.Title, 80)}}
}

// SubjectTitle returns the policy inside a cover title: the 《X》 of
// 关于印发《X》的通知, also where the brackets were left out; empty when the title
// is no cover. Inner 〈〉 stay.
func SubjectTitle(title string) string {
	s := stripRemarks(title)
	if strings.HasSuffix(s, "批复") || strings.HasSuffix(s, "解读") || strings.HasSuffix(s, "答记者问") {
		return ""
	}
	if i := strings.Index(s, "《"); i >= 0 && !citing(s[:i]) {
		if !coverBefore(s[:i]) {
			return ""
		}
		depth := 0
		for j, r := range s[i:] {
			switch r {
			case '《':
				depth++
			case '》':
				if depth--; depth == 0 {
					return strings.TrimSpace(s[i+len("《") : i+j])
				}
			}
		}
		return ""
	}
	for _, verb := range [...]string{"关于印发", "关于转发", "关于批转", "关于重新印发", "关于重新发布", "关于修订印发", "关于发布", "关于公布", "关于下发", "关于颁布", "关于印发修订后的", "印发"} {
		i := strings.Index(s, verb)
		if i < 0 {
			continue
		}
		x := s[i+len(verb):]
		for _, end := range [...]string{"的通知", "的公告", "的决定", "的函", "的通告", "的令"} {
			if t, ok := strings.CutSuffix(x, end); ok && utf8.RuneCountInString(t) > 4 {
				if KindOf(t) != "" {
					return strings.TrimSpace(withoutDrafters(t))
				}
				return ""
			}
		}
	}
	return ""
}

// citing says that a title inside the handed-out text's own title is only cited:
// 印发关于贯彻《X》实施意见的通知.
func citing(s string) bool {
	for _, w := range [...]string{"贯彻", "落实", "实施", "执行"} {
		if strings.HasSuffix(s, w) {
			return strings.Contains(s, "印发") || strings.Contains(s, "转发")
		}
	}
	return false
}

// withoutDrafters drops who drafted a relayed text: 省公安厅等部门制定的….
func withoutDrafters(s string) string {
	for _, w := range [...]string{"制定的", "制订的", "拟订的", "拟定的"} {
		if i := strings.Index(s, w); i > 0 && i < 120 {
			return s[i+len(w):]
		}
	}
	return s
}

// coverBefore says whether the words before 《 make the title a cover.
func coverBefore(s string) bool {
	s = strings.TrimRight(s, " ")
	for _, v := range coverVerbs {
		if strings.HasSuffix(s, v) {
			return true
		}
	}
	for _, w := range [...]string{"印发", "转发", "批转"} {
		if i := strings.LastIndex(s, w); i >= 0 && !strings.Contains(s[i:], "通知") {
			return true
		}
	}
	return false
}
