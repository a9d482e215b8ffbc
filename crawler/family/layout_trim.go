package family

import "strings"

// trim moves the start of the article past repeated heads and marks furniture inside.
func (s *shaper) trim(l *Layout) {
	s.trimFrom(l)
	for i := l.From; i < l.To; i++ {
		if s.isNoise(i) || s.lines[i].flags&hintFoot != 0 || s.tablePair(i) {
			s.lines[i].Cut = true
		}
	}
	s.trimRelated(l)
	for l.To > l.From && (s.lines[l.To-1].Cut || s.lines[l.To-1].Start == s.lines[l.To-1].End) {
		l.To--
	}
}

// relatedNear is how many lines before the end a list of other pages can begin.
const relatedNear = 16

// trimRelated takes the list of other pages (相关链接) off the end of an article.
func (s *shaper) trimRelated(l *Layout) {
	for i := l.To - 1; i > l.From && i > l.To-relatedNear; i-- {
		ln := &s.lines[i]
		if ln.Cut || ln.Start == ln.End {
			continue
		}
		if t := s.lineText(i); relatedHead(t) && (len(t) < 40 || ln.Link > 0) {
			l.To = i
			return
		}
		if !s.isLink(i) {
			return
		}
	}
}

// relatedHead reports the heading of a list of other pages.
func relatedHead(t string) bool {
	t = strings.TrimLeft(t, "【[ ")
	for _, w := range [...]string{"相关链接", "相关解读", "相关信息", "相关阅读", "相关新闻", "相关文件", "相关文档", "相关政策", "相关文章", "相关报道", "延伸阅读", "解读材料", "关联文件", "关联解读", "推荐阅读", "政策解读："} {
		if strings.HasPrefix(t, w) {
			return true
		}
	}
	return false
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
