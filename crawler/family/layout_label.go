package family

import "strings"

// labelKeys are the labels of head tables and info lines on government sites,
// without spaces (DOMAIN: 表头), and what each means. Keys of noise are there to
// end the value before them.
var labelKeys = map[string]string{
	"索引号": "index_no", "信息索引号": "index_no", "索取号": "index_no", "信息索取号": "index_no", "索引编号": "index_no",
	"统一编号": "other", "规范性文件统一编号": "other", "统一登记号": "other", "登记号": "other", "信息编号": "other",
	"主题分类": "category", "主题信息": "category", "公文种类分类": "category", "信息分类": "category", "分类": "category", "组配分类": "category", "体裁分类": "category", "公文种类": "category",
	"文种": "category", "信息类别": "category", "信息类型": "category", "文件类型": "category", "主题类别": "category", "所属主题": "category", "文件分类": "category", "法规类型": "category",
	"发文机关": "issuer", "发文单位": "issuer", "发文部门": "issuer", "发文机构": "issuer", "发布机构": "issuer", "发布机关": "issuer", "发布单位": "issuer",
	"发布部门": "issuer", "制发机关": "issuer", "制定机关": "issuer", "颁布单位": "issuer", "颁布机关": "issuer", "印发机关": "issuer", "印发单位": "issuer", "公开责任部门": "publisher", "主办单位": "publisher", "办文部门": "publisher", "责任部门": "publisher",
	"公开机构": "publisher", "公开单位": "publisher", "生成机构": "issuer", "信息提供单位": "publisher", "起草单位": "publisher", "所属机构": "publisher", "联合发文单位": "issuer_more", "联合发文": "issuer_more",
	"成文日期": "date_written", "生成日期": "date_written", "制发日期": "date_written", "签发日期": "date_written", "成文时间": "date_written", "签署日期": "date_written", "印发日期": "date_printed", "印发时间": "date_printed", "制定日期": "date_written",
	"发文日期": "date", "发文时间": "date", "日期": "date", "生成时间": "date", "公布日期": "date", "颁布日期": "date", "颁布时间": "date",
	"标题": "title", "名称": "title", "信息名称": "title", "公文名称": "title", "文件名称": "title", "文件标题": "title", "信息标题": "title", "公文标题": "title",
	"发文字号": "number", "文号": "number", "文件编号": "number", "公文文号": "number", "发文文号": "number", "文件字号": "number", "文件文号": "number", "发布文号": "number", "公文字号": "number", "公告文号": "number", "字号": "number?", "制发文号": "number",
	"发布日期": "date_published", "发布时间": "date_published", "公开日期": "date_published", "公开时间": "date_published", "发表时间": "date_published", "发表日期": "date_published", "更新时间": "date_updated", "更新日期": "date_updated", "时间": "date_published", "公告时间": "date_published", "信息时间": "date_published", "信息日期": "date_published", "发稿时间": "date_published", "上传时间": "date_published", "录入时间": "date_published", "公示时间": "other", "发布于": "date_published", "网站发布时间": "date_published", "发布日期时间": "date_published", "公布时间": "date_published", "上网时间": "date_published", "上网日期": "date_published", "添加时间": "date_published", "提交时间": "date_published", "日期时间": "date_published", "挂网时间": "date_published", "发稿日期": "date_published",
	"实施日期": "date_effective", "施行日期": "date_effective", "生效日期": "date_effective", "实施时间": "date_effective", "生效时间": "date_effective", "施行时间": "date_effective", "执行日期": "date_effective", "开始实施日期": "date_effective",
	"失效日期": "date_expiry", "废止日期": "date_expiry", "有效期至": "date_expiry", "失效时间": "date_expiry", "废止时间": "date_expiry", "终止日期": "date_expiry", "截止日期": "other", "有效期限": "term", "有效期": "term",
	"有效性": "validity", "时效": "validity", "时效性": "validity", "效力状态": "validity", "文件状态": "validity", "是否有效": "validity", "效力": "validity", "时效状态": "validity", "公文时效": "validity", "公文状态": "validity", "文件时效": "validity", "状态": "validity", "信息有效性": "validity", "政策时效": "validity",
	"来源": "source", "信息来源": "source", "文章来源": "source", "稿件来源": "source", "信息源": "source", "文章出处": "source", "出处": "source", "供稿单位": "source", "资料来源": "source", "稿源": "source", "发布来源": "source", "新闻来源": "source",
	"主题词": "subject_words", "关键词": "subject_words", "关键字": "subject_words", "关键词语": "subject_words",
	"公开方式": "other", "公开类别": "other", "公开范围": "other", "公开时限": "other", "公开形式": "other", "公开属性": "other", "公开程序": "other", "内容概述": "other", "内容摘要": "other", "服务对象": "other", "所属地区": "other", "文件格式": "other", "语种": "other",
	"审核": "noise", "浏览次数": "noise", "浏览量": "noise", "浏览": "noise", "点击数": "noise", "点击量": "noise", "点击次数": "noise", "点击率": "noise", "访问量": "noise", "访问次数": "noise", "阅读次数": "noise", "阅读量": "noise", "阅读": "noise", "阅读数": "noise", "人气": "noise", "点击": "noise",
	"字体": "noise", "字体大小": "noise", "文字大小": "noise", "字号大小": "noise", "打印": "noise", "分享": "noise", "分享到": "noise", "分享至": "noise", "作者": "noise", "编辑": "noise", "责任编辑": "noise", "责编": "noise", "撰稿": "noise", "审核人": "noise", "摄影": "noise", "通讯员": "noise", "一审": "noise", "视力保护色": "noise", "保护视力色": "noise", "背景颜色": "noise", "语音播报": "noise", "收藏": "noise", "下载": "noise", "扫一扫": "noise", "发布人": "noise", "发布者": "noise", "录入者": "noise", "录入": "noise", "当前位置": "nav", "您当前位置": "nav", "您的位置": "nav", "您当前的位置": "nav", "您现在的位置": "nav", "您当前所在位置": "nav", "您所在的位置": "nav", "你的位置": "nav", "所在位置": "nav", "您当前所在的位置": "nav", "您现在所在的位置": "nav", "你当前的位置": "nav", "当前所在位置": "nav", "您目前的位置": "nav", "现在的位置": "nav", "上一篇": "noise", "下一篇": "noise", "上一条": "noise", "下一条": "noise", "上篇": "noise", "下篇": "noise", "前一篇": "noise", "后一篇": "noise",
}

// maxLabel is the longest label in runes.
const maxLabel = 9

// squeezeLabel removes blanks, colons and ornaments from a label as printed.
func squeezeLabel(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if s[i] < 0x80 {
			clean = false
			break
		}
	}
	if clean && !strings.Contains(s, "：") && !strings.ContainsRune(s, '【') && !strings.ContainsRune(s, '】') && !strings.ContainsRune(s, '·') {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', ':', '：', '*', ',', '【', '】', '[', ']', '·', '|', '＊', '◆', '■', '●', '﹕', '∶':
			return -1
		}
		return r
	}, s)
}

// labelBefore finds the longest label that ends at the end of s, and where it
// starts.
func labelBefore(s string) (key, raw string, start int) {
	runes := 0
	var word [64]byte
	at := len(word)
	for i := len(s); i > 0 && runes < maxLabel; {
		j := i - 1
		for j > 0 && s[j]&0xC0 == 0x80 {
			j--
		}
		c := s[j:i]
		i = j
		if c == " " || c == "*" {
			continue
		}
		if len(c) < 3 || at < len(c) {
			break
		}
		at -= len(c)
		copy(word[at:], c)
		runes++
		if k, ok := labelKeys[string(word[at:])]; ok {
			key, raw, start = k, string(word[at:]), j
		}
	}
	return key, raw, start
}

// noValue reports signs that stand for "none".
func noValue(s string) bool {
	switch strings.Trim(s, " -—－–_/、.。") {
	case "", "无", "暂无", "空", "null", "NULL", "undefined", "无文号":
		return true
	}
	return false
}
