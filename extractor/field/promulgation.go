package field

import (
	"strings"

	"govwatch/notice"
)

// promulgated reads the line under the title of laws and decrees: （2021年7月27日
// 中华人民共和国国务院令第746号公布）, （…常务委员会第三十次会议通过）.
func promulgated(d *Doc) *notice.Candidate {
	ln, _ := d.promulgation()
	if ln == nil {
		return nil
	}
	h, ok := nextDate(ln.Text, 0)
	if !ok {
		return nil
	}
	rest := assembly(strings.Trim(ln.Text[h.to:], " ，,由经以"))
	for _, stop := range [...]string{"令", "公告", "第", "通过", "批准", "发布", "公布"} {
		if i := strings.Index(rest, stop); i > 0 {
			rest = rest[:i]
		}
	}
	rest = strings.Trim(rest, " ，,由经以")
	if !d.Book.Shape(rest) && rest != "国务院" {
		return nil
	}
	if name, ok := strings.CutPrefix(rest, "中华人民共和国"); ok && d.Book.Shape(name) || ok && name == "国务院" {
		rest = name
	}
	from := strings.Index(ln.Text, rest)
	c := d.candidate(rest, "issuers.promulgation", 0.85, ln, max(from, 0), max(from, 0)+len(rest))
	return &c
}

// assembly drops the term of a congress: 第十三届全国人民代表大会 → 全国人民代表大会.
func assembly(s string) string {
	if strings.HasPrefix(s, "第") {
		if i := strings.Index(s, "届"); i > 0 && i < 24 {
			return s[i+len("届"):]
		}
	}
	if i := strings.Index(s, "第"); i > 0 {
		if j := strings.Index(s[i:], "届"); j > 0 && j < 24 {
			return s[:i] + s[i+j+len("届"):]
		}
	}
	return s
}

// adopted reports the same line without brackets: 2021年8月20日…会议通过.
func adopted(t string) bool {
	h, ok := nextDate(t, 0)
	return ok && h.from == 0 && len(t) < 300 && (strings.HasSuffix(t, "会议通过") || strings.HasSuffix(t, "公布") || strings.HasSuffix(t, "修订") || strings.HasSuffix(t, "修正")) && !strings.Contains(t, "。")
}

// promulgation returns the bracketed line at the start of the article that tells
// when and by whom the text was made.
func (d *Doc) promulgation() (*Line, bool) {
	for _, lines := range [...][]Line{d.Head, d.Lines} {
		for i := range lines {
			if i > 3 {
				break
			}
			t := lines[i].Text
			if !strings.HasPrefix(t, "（") && !strings.HasPrefix(t, "(") && !adopted(t) || len(t) > 1500 {
				continue
			}
			for _, w := range [...]string{"公布", "通过", "发布", "颁布", "修订", "修正", "批准"} {
				if strings.Contains(t, w) {
					return &lines[i], true
				}
			}
		}
	}
	return nil, false
}

// orderIssuer takes the body of a decree from its number: 某某省人民政府令第5号.
func (d *Doc) orderIssuer() *notice.Candidate {
	n := d.Number
	if n.Kind == Plain || n.Prefix == "" {
		return nil
	}
	name := strings.TrimSuffix(strings.TrimSuffix(n.Prefix, "公告"), "通告")
	name = strings.TrimPrefix(name, "中华人民共和国")
	if name == "国" {
		name = "国务院"
	}
	names := d.Book.Split(name)
	for _, x := range names {
		if x == "主席" || !d.Book.Shape(x) && x != "国务院" {
			return nil
		}
	}
	if len(names) == 0 {
		return nil
	}
	return &notice.Candidate{Value: strings.Join(names, NameSep), Rule: "issuers.number", Weight: 0.66, Context: n.Normal}
}
