package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// Origins returns candidates for the source as shown (来源).
func Origins(d *Doc) []notice.Candidate {
	var c []notice.Candidate
	for i := range d.Layout.HeadTable {
		p := &d.Layout.HeadTable[i]
		if p.Label != "source" || p.Value == "" {
			continue
		}
		v := cutSource(p.Value)
		if n := utf8.RuneCountInString(v); n < 2 || n > 60 {
			continue
		}
		w := 0.9
		if p.Line > d.Layout.From && p.Line >= d.Layout.To {
			w = 0.6
		}
		c = append(c, pairCandidate(v, "source.label", w, p))
	}
	if v := d.Layout.Metas["contentsource"]; v != "" && utf8.RuneCountInString(v) < 60 {
		c = append(c, metaCandidate(v, "source.meta", 0.55, "contentsource"))
	}
	return c
}

// cutSource ends a source where the line goes on with something else: a date,
// a button, a counter.
func cutSource(v string) string {
	if h, ok := nextDate(v, 0); ok && h.from > 0 {
		v = v[:h.from]
	} else if ok {
		return ""
	}
	for _, stop := range [...]string{"【", "[", "｜", "|", "浏览", "点击", "阅读", "字体", "字号", "打印", "分享", "发布时间", "发布日期", "责任编辑", "编辑：", "作者：", "文章类型", "时间：", "日期：", "字体：", "访问量", "大 中 小", "保护视力", "视力保护", "A+", "收藏"} {
		if i := strings.Index(v, stop); i >= 0 {
			v = v[:i]
		}
	}
	return strings.Trim(v, " ：:;；,，、>-—")
}

// IndexNumbers returns candidates for the 索引号.
func IndexNumbers(d *Doc) []notice.Candidate {
	var c []notice.Candidate
	for i := range d.Layout.HeadTable {
		p := &d.Layout.HeadTable[i]
		if p.Label == "index_no" && p.Value != "" && len(p.Value) < 80 {
			c = append(c, pairCandidate(squeezed(p.Value), "index_no.headtable", 0.95, p))
		}
	}
	return c
}

// SubjectWords returns candidates for the 主题词, joined by a blank.
func SubjectWords(d *Doc) []notice.Candidate {
	for i := range d.Layout.HeadTable {
		p := &d.Layout.HeadTable[i]
		if p.Label == "subject_words" && p.Value != "" && len(p.Value) < 400 {
			words := strings.FieldsFunc(p.Value, func(r rune) bool { return strings.ContainsRune(" ;；,，、|", r) })
			return []notice.Candidate{pairCandidate(strings.Join(words, " "), "subject_words.headtable", 0.9, p)}
		}
	}
	return nil
}
