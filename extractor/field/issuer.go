package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// NameSep joins several issuers in the value of one candidate.
const NameSep = "、"

// Issuers returns candidates for the list of issuers, names as printed, lead
// first, joined by NameSep.
func Issuers(d *Doc) []notice.Candidate {
	var c []notice.Candidate
	lead, more := TitleIssuers(d, d.Title)
	promoted := promulgated(d)
	sign, signed := d.Signed()
	if signed && !d.plausibleSign(sign, lead) {
		signed = false
	}
	switch {
	case signed:
		names := merge(lead, sign.Issuers, more)
		w := 0.92
		if len(lead) > 0 && !overlap(d, lead, sign.Issuers) {
			w = 0.6
		}
		ln := &d.Lines[sign.First]
		c = append(c, d.candidate(strings.Join(names, NameSep), "issuers.signature", w, ln, 0, len(ln.Text)))
	}
	if len(lead) > 0 {
		w := 0.9
		if more {
			w = 0.7 // 等七部门: the rest is missing
		}
		c = append(c, notice.Candidate{Value: strings.Join(lead, NameSep), Rule: "issuers.title", Weight: w, Context: clip(d.Title, 80)})
	}
	if promoted != nil {
		c = append(c, *promoted)
	}
	if p := d.orderIssuer(); p != nil {
		c = append(c, *p)
	}
	return append(c, d.tableIssuers(len(lead) > 0 || signed)...)
}

// tableIssuers reads the labels 发文机关, 发布机构 and 联合发文单位.
func (d *Doc) tableIssuers(known bool) []notice.Candidate {
	var c []notice.Candidate
	for i := range d.Layout.HeadTable {
		p := &d.Layout.HeadTable[i]
		if p.Label != "issuer" || p.Value == "" || len(p.Value) > 600 {
			continue
		}
		var names []string
		for _, n := range d.Book.Split(p.Value) {
			if utf8.RuneCountInString(n) >= 2 {
				names = append(names, cutOffice(n))
			}
		}
		if len(names) == 0 {
			continue
		}
		w := 0.55 // 发布机构 is often the body that runs the site
		if strings.HasPrefix(p.RawLabel, "发文") || strings.HasPrefix(p.RawLabel, "制") || strings.HasPrefix(p.RawLabel, "颁布") || strings.HasPrefix(p.RawLabel, "印发") {
			w = 0.72
		}
		if !p.Table {
			w -= 0.15
		}
		if !known && d.Kind == "" && d.Number.Normal == "" {
			w = 0.4 // an article that nobody signed has a publisher, no issuer
		}
		for _, n := range names {
			if !d.Book.Shape(n) && n != "国务院" {
				w = min(w, 0.45)
			}
		}
		c = append(c, pairCandidate(strings.Join(names, NameSep), "issuers.headtable", w, p))
	}
	return c
}

// cutOffice drops what a body's page name adds in brackets: 民政局（社会组织管理局）.
func cutOffice(n string) string {
	for _, open := range [...]string{"（", "("} {
		if i := strings.Index(n, open); i > 6 {
			return n[:i]
		}
	}
	return n
}

// merge combines the title's names and the signature's: the signature prints
// them in full, the title keeps the order when it names all.
func merge(lead, sign []string, more bool) []string {
	if more || len(sign) >= len(lead) {
		return sign
	}
	out := append([]string(nil), sign...)
	for _, l := range lead {
		found := false
		for _, s := range sign {
			found = found || s == l || strings.HasPrefix(s, l) || strings.HasSuffix(s, l) || strings.HasSuffix(l, s)
		}
		if !found {
			out = append(out, l)
		}
	}
	return out
}

// overlap says that two lists share a body under its official name.
func overlap(d *Doc, a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if d.same(x, y) {
				return true
			}
		}
	}
	return false
}

func (d *Doc) same(x, y string) bool {
	if x == y || strings.HasSuffix(x, y) || strings.HasSuffix(y, x) {
		return true
	}
	p, _ := d.Book.Agency(x, notice.Date{}, d.Region)
	q, _ := d.Book.Agency(y, notice.Date{}, d.Region)
	return p.Name == q.Name || strings.HasSuffix(p.Name, q.Name) || strings.HasSuffix(q.Name, p.Name)
}

// plausibleSign refuses blocks that belong to an attached text.
func (d *Doc) plausibleSign(s Signature, lead []string) bool {
	if len(lead) == 0 {
		return true
	}
	if overlap(d, lead, s.Issuers) {
		return true
	}
	for i := 0; i < s.First && i < len(d.Lines); i++ {
		if t := d.Lines[i].Text; strings.HasPrefix(t, "附件") && len(t) < 20 || t == "附录" {
			return false
		}
	}
	return s.First > 1
}

// TitleIssuers reads the bodies before 关于, 印发, 转发 … at the start of a title.
// more says that the title hides some (A等七部门).
func TitleIssuers(d *Doc, title string) (names []string, more bool) {
	head := titleHead(title)
	if head == "" {
		return nil, false
	}
	if i := strings.LastIndex(head, "等"); i > 0 {
		tail := head[i+len("等"):]
		if strings.HasSuffix(tail, "部门") || strings.HasSuffix(tail, "单位") || strings.HasSuffix(tail, "部委") || strings.HasSuffix(tail, "机构") || strings.HasSuffix(tail, "厅局") || strings.HasSuffix(tail, "委办局") || tail == "" || strings.HasSuffix(tail, "委") {
			head, more = head[:i], true
		}
	}
	for _, n := range d.Book.Split(head) {
		if !d.Book.Shape(n) {
			if _, ok := d.Book.Agency(n, notice.Date{}, d.Region); !ok {
				return nil, more
			}
		}
		names = append(names, n)
	}
	return names, more
}

// SignerCount is the number in 等七部门, zero when the title names none.
func SignerCount(title string) int {
	head := titleHead(title)
	i := strings.LastIndex(head, "等")
	if i < 0 {
		return 0
	}
	tail := strings.TrimLeft(head[i+len("等"):], " ")
	n, rest, ok := leadSerial(tail)
	if !ok || n < 2 || n > 60 {
		return 0
	}
	for _, w := range [...]string{"部门", "单位", "部委", "机构", "厅局", "委办局", "个部门", "个单位"} {
		if strings.HasPrefix(rest, w) {
			return n
		}
	}
	return 0
}

// headEnds are the words that end the part of a title that names issuers. The
// first strongEnds of them do so in every title; after the others the title must
// end in a document's kind, for 某局发布… is also how news begin.
var headEnds = [...]string{"关于", "印发", "转发", "批转", "《", "令", "行政处罚", "公告", "通告", "发布", "公布", "对", "办理", "决定", "答复", "公示", "通报", "批复", "贯彻"}

const strongEnds = 9

// titleHead returns the part of a title that can name issuers.
func titleHead(title string) string {
	t := strings.TrimSpace(title)
	for strings.HasPrefix(t, "【") || strings.HasPrefix(t, "[") {
		i := strings.IndexAny(t, "】]")
		if i < 0 || i > 40 {
			break
		}
		_, n := utf8.DecodeRuneInString(t[i:])
		t = strings.TrimSpace(t[i+n:])
	}
	end, strong := len(t), false
	for i, w := range headEnds {
		if at := strings.Index(t, w); at > 0 && at < end {
			end, strong = at, i < strongEnds
		}
	}
	if end == len(t) || end < 6 || end > 420 || !strong && KindOf(t) == "" {
		return ""
	}
	return strings.TrimSpace(strings.TrimSuffix(t[:end], "办公厅（室）"))
}

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
	if name == "主席" || !d.Book.Shape(name) && name != "国务院" {
		return nil
	}
	return &notice.Candidate{Value: name, Rule: "issuers.number", Weight: 0.66, Context: n.Normal}
}

// SameBodies says that two lists of names, joined by NameSep, share a body.
func SameBodies(d *Doc, a, b string) bool {
	return overlap(d, strings.Split(a, NameSep), strings.Split(b, NameSep))
}
