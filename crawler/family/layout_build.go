package family

import (
	"strings"

	"golang.org/x/net/html"
)

// layout shapes the walked lines.
func (w *walker) layout(p Page) Layout {
	s := &shaper{walker: w, text: string(w.buf)}
	s.weighAll()
	l := Layout{Text: s.text, Metas: w.metas, DocTitle: w.docTitle, Hidden: w.hidden, Truncated: w.truncated}
	at := s.article()
	if at >= 0 {
		l.Body = s.elems[at].node
		l.From, l.To = int(s.elems[at].lo), int(s.elems[at].hi)
	}
	l.To += s.tail(l.To, len(s.lines))
	head := min(l.From+14, l.To)
	s.readPairs(0, head)
	s.readPairs(max(head, l.To-6), len(s.lines))
	s.lateHead(head, l.To)
	s.groupPairs()
	l.HeadTable = s.pairs
	l.Titles = s.titles(&l)
	s.knowTitles(&l)
	s.shapeTitle(&l)
	s.trim(&l)
	kept := l.Titles[:0]
	for _, t := range l.Titles {
		if t.Line < l.From+3 || at < 0 {
			kept = append(kept, t)
		}
	}
	l.Titles = kept
	s.bodyTitle(&l)
	s.placeTitle(&l)
	s.headStart(&l)
	l.Attachments = s.attachments(p, &l)
	s.trimFiles(&l)
	l.Lines = s.lines
	l.Furniture = s.furniture()
	l.BodyURL = s.embedded(p, &l)
	return l
}

// headStart moves Head up to a title that stands close before the article's element.
func (s *shaper) headStart(l *Layout) {
	if l.Body == nil {
		return
	}
	at := -1
	for _, t := range l.Titles {
		if t.Line < l.Head && l.Head-t.Line <= 20 && t.Line > at {
			at = t.Line
		}
	}
	if at >= 0 {
		l.Head = at
	}
}

// lateHead reads a head table that stands behind the article but in the same
// element: it opens with an index number (索引号).
func (s *shaper) lateHead(from, to int) {
	for i := from; i < to; i++ {
		if ln := &s.lines[i]; ln.End-ln.Start > 40 || ln.flags&hintPair != 0 || !strings.Contains(s.lineText(i), "索") || !s.isLabel(i) {
			continue
		}
		s.readPairs(max(from, i-4), min(to, i+36))
		return
	}
}

// tablePair says that line i is a label or value of a head table inside the article's range.
func (s *shaper) tablePair(i int) bool {
	if s.lines[i].flags&hintPair == 0 || s.lines[i].Cell == 0 {
		return false
	}
	for k := range s.pairs {
		if p := &s.pairs[k]; p.Table && p.Label != "noise" && p.Line >= i-2 && p.Line <= i+2 {
			return true
		}
	}
	return false
}

// groupPairs marks pairs that stand in a group of three or more: a head table.
func (s *shaper) groupPairs() {
	for i := range s.pairs {
		n := 0
		for j := max(0, i-4); j < len(s.pairs) && j < i+5; j++ {
			d := s.pairs[j].Line - s.pairs[i].Line
			if d >= -8 && d <= 8 && s.pairs[j].Label != "noise" && s.pairs[j].Label != "nav" {
				n++
			}
		}
		s.pairs[i].Table = n >= 4
	}
}

// titles collects the candidates for the printed title before and at the start
// of the article.
func (s *shaper) titles(l *Layout) []Title {
	var out []Title
	limit := min(l.From+40, l.To)
	if l.Body == nil {
		limit = len(s.lines)
	}
	for _, m := range s.marks {
		if m.hint&(hintTitle|hintHead) == 0 || m.line > limit || m.line < len(s.lines) && s.lines[m.line].flags&hintFoot != 0 {
			continue
		}
		t := s.titleText(m.lo, m.hi)
		if len(t) < 6 || len(t) > 900 {
			continue
		}
		from := "marker"
		if m.hint&hintHead != 0 {
			from = m.node.Data
		}
		out = append(out, Title{t, from, m.line})
	}
	return out
}

// titleText returns text between two bytes with its line ends.
func (s *shaper) titleText(lo, hi int) string {
	hi = min(hi, len(s.text))
	if lo >= hi {
		return ""
	}
	return strings.Trim(s.text[lo:hi], " \n")
}

// rangeText returns text between two bytes, line ends as single blanks.
func (s *shaper) rangeText(lo, hi int) string {
	hi = min(hi, len(s.text))
	if lo >= hi {
		return ""
	}
	t := strings.Trim(s.text[lo:hi], " \n")
	if strings.IndexByte(t, '\n') >= 0 {
		t = strings.Join(strings.FieldsFunc(t, func(r rune) bool { return r == '\n' }), " ")
	}
	return t
}

// trim moves the start of the article past repeated heads and marks furniture inside.
func (s *shaper) trim(l *Layout) {
	s.trimFrom(l)
	for i := l.From; i < l.To; i++ {
		if s.isNoise(i) || s.lines[i].flags&hintFoot != 0 || s.tablePair(i) {
			s.lines[i].Cut = true
		}
	}
	for l.To > l.From && (s.lines[l.To-1].Cut || s.lines[l.To-1].Start == s.lines[l.To-1].End) {
		l.To--
	}
}

// trimFiles takes the list of files off the end of an article that goes on
// without it: they are attachments, not text.
func (s *shaper) trimFiles(l *Layout) {
	to := l.To
	for to > l.From {
		ln := &s.lines[to-1]
		t := strings.Trim(s.lineText(to-1), "：: ")
		switch {
		case ln.Cut || t == "" || t == "附件" || t == "相关附件" || t == "附件下载" || t == "附件列表" || t == "附件信息" || t == "文件下载":
		case ln.flags&hintData == 0 && int(ln.Link)*10 > (ln.End-ln.Start)*5 && s.fileLine(to-1):
		default:
			l.To = to
			return
		}
		to--
	}
}

// knowTitles collects the spellings of the title by which repeats are found.
func (s *shaper) knowTitles(l *Layout) {
	for _, t := range l.Titles {
		s.title = append(s.title, squeeze(t.Text))
	}
	s.title = append(s.title, squeeze(l.Metas["articletitle"]), squeeze(l.DocTitle))
	for _, p := range s.pairs {
		if p.Label == "title" {
			s.title = append(s.title, squeeze(p.Value))
		}
	}
}

// trimFrom moves the start of the article behind its head: the last repeated
// title, number or labelled fact before the first paragraph or address.
func (s *shaper) trimFrom(l *Layout) {
	l.Head = l.From
	p := s.firstPara(l.From, l.To)
	last := l.From - 1
	for i := l.From; i < p && i < l.From+80; i++ {
		if t := s.lineText(i); t != "" && s.headLine(i, t) {
			last = i
		}
	}
	l.From = last + 1
	for l.From < p && (s.lines[l.From].Start == s.lines[l.From].End || s.isLink(l.From)) {
		l.From++
	}
	if l.From >= l.To && l.Head < l.To {
		l.From = l.Head
	}
}

// firstPara returns the first line of [lo, hi) that can only be the article's
// own: an address, a paragraph, a cell of a table of data.
func (s *shaper) firstPara(lo, hi int) int {
	for i := lo; i < hi; i++ {
		ln := &s.lines[i]
		t := s.lineText(i)
		switch {
		case t == "" || ln.flags&(hintPair|hintFoot) != 0 || s.isLink(i):
			continue
		case ln.flags&hintData != 0, salutation(t), ln.Punct > 0 && len(t) > 75 && !s.isTitle(t), strings.HasSuffix(t, "。") && len(t) > 24:
			return i
		}
	}
	return hi
}

// isLink says that line i is hardly more than link text.
func (s *shaper) isLink(i int) bool {
	ln := &s.lines[i]
	return ln.End > ln.Start && int(ln.Link)*10 > (ln.End-ln.Start)*7 && !s.fileLine(i)
}

// isTitle says that t is one of the known spellings of the title.
func (s *shaper) isTitle(t string) bool {
	q := squeeze(t)
	for _, k := range s.title {
		if k == q {
			return true
		}
	}
	return false
}

// headLine reports a line at the start of the article that only repeats the
// head: labelled facts, title, number, furniture.
func (s *shaper) headLine(i int, t string) bool {
	ln := &s.lines[i]
	if ln.flags&(hintPair|hintFoot) != 0 || s.isNoise(i) {
		return true
	}
	if len(t) > 420 {
		return false
	}
	if numberLine(t) {
		return true
	}
	q := squeeze(t)
	if len(q) >= 6 && !salutation(t) {
		for _, title := range s.title {
			if len(q) <= len(title) && strings.Contains(title, q) && (len(q) >= 12 || ln.Align == 'c') {
				ln.flags |= hintRepeat
				return true
			}
		}
	}
	return false
}

// numberLine reports a short line that is nothing but a document number.
func numberLine(t string) bool {
	t = strings.Trim(t, " （）()")
	if len(t) > 90 || len(t) < 9 || !strings.HasSuffix(t, "号") {
		return false
	}
	if strings.ContainsAny(t, "，。；：《") {
		return false
	}
	for _, b := range [...]string{"〔", "[", "［", "(", "（", "【", "﹝", "令第", "令 第", "公告第", "年第", "{", "〕", "第"} {
		if strings.Contains(t, b) {
			return true
		}
	}
	return false
}

// bodyTitle adds the centred first lines of an article that prints its title inside.
func (s *shaper) bodyTitle(l *Layout) {
	var parts []string
	first := -1
	for i := l.Head; i < l.To && i < l.Head+14 && len(parts) < 6; i++ {
		t := s.lineText(i)
		if t == "" || s.lines[i].flags&(hintPair|hintData) != 0 {
			continue
		}
		if s.lines[i].Align != 'c' || numberLine(t) || dateLine(t) || len(t) > 240 || s.lines[i].Punct > 1 {
			if len(parts) > 0 || s.lines[i].Align != 'c' {
				break
			}
			continue
		}
		if first < 0 {
			first = i
		}
		parts = append(parts, t)
	}
	if len(parts) > 0 {
		l.Titles = append(l.Titles, Title{strings.Join(parts, "\n"), "body", first})
	}
}

// noisePrefixes begin short lines that belong to the page and not to the
// article, by their first character.
var noisePrefixes = map[string][]string{
	"上": {"上一篇", "上一条", "上篇："},
	"下": {"下一篇", "下一条", "下篇：", "下载文字版", "下载图片版"},
	"前": {"前一篇"},
	"后": {"后一篇"},
	"扫": {"扫一扫", "扫码"},
	"手": {"手机扫一扫"},
	"用": {"用手机", "用微信"},
	"微": {"微信扫一扫"},
	"分": {"分享到", "分享：", "分享至"},
	"【": {"【打印", "【关闭", "【字体", "【字号", "【责任编辑", "【返回", "【收藏", "【我要纠错", "【大 中 小】", "【大中小】"},
	"[": {"[打印", "[关闭", "[字体", "[责任编辑"},
	"打": {"打印本页", "打印", "打开微信"},
	"关": {"关闭窗口"},
	"字": {"字体：", "字体大小", "字号："},
	"浏": {"浏览次数", "浏览量"},
	"访": {"访问量"},
	"点": {"点击数", "点击播报"},
	"阅": {"阅读次数"},
	"当": {"当前位置"},
	"您": {"您当前", "您的位置", "您所在", "您现在"},
	"责": {"责任编辑"},
	"保": {"保存本页", "保护视力色"},
	"返": {"返回顶部"},
	"加": {"加入收藏"},
	"我": {"我要纠错"},
	"视": {"视力保护色"},
	"语": {"语音播报"},
	"相": {"相关稿件"},
	"大": {"大 中 小"},
	"无": {"无障碍"},
	"背": {"背景色"},
	"默": {"默认 大 特大"},
}

// isNoise reports a short line of page furniture by its words.
func (s *shaper) isNoise(i int) bool {
	ln := &s.lines[i]
	if n := ln.End - ln.Start; n > 180 || n < 6 {
		return false
	}
	t := s.text[ln.Start:ln.End]
	first := 3
	if t[0] < 0x80 {
		first = 1
	}
	for _, p := range noisePrefixes[t[:first]] {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return strings.Contains(t, "浏览次数") || strings.Contains(t, "打印本页") || strings.Contains(t, "关闭窗口") || strings.Contains(t, "扫一扫在手机") || strings.Contains(t, "分享到")
}

// furniture lists the elements named as such that hold no line of the article.
func (s *shaper) furniture() []*html.Node {
	var out []*html.Node
	for k := range s.elems {
		e := &s.elems[k]
		if e.hint&(hintFoot|hintNav|hintNoise) != 0 && e.lo < e.hi && s.lines[e.lo].flags&hintFoot != 0 {
			out = append(out, e.node)
		}
	}
	return out
}

// squeeze removes all blanks and quote or bracket variants that copies of a title differ in.
func squeeze(t string) string {
	if !strings.ContainsAny(t, " \n\t“”\"‘’'《》〈〉<>（）()，,—-－–") {
		return t
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\n', '\t', '\r', '\u3000', '\u00a0', '“', '”', '"', '‘', '’', '\'', '《', '》', '〈', '〉', '<', '>', '（', '）', '(', ')', '，', ',', '—', '-', '－', '–':
			return -1
		}
		return r
	}, t)
}
