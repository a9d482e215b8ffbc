package family

import "strings"

// ReadText lays out the text of a file (PDF, Word) that has no tree: lines are
// paragraphs, tabs separate the cells of a row. Its first lines give the title
// and the labelled facts as far as they look like a document's head.
func ReadText(text string) Layout {
	w := &walker{metas: map[string]string{}, cur: -1}
	for line := range strings.SplitSeq(text, "\n") {
		w.flush('\n')
		cells := strings.Split(strings.Trim(line, " \r"), "\t")
		if len(cells) == 1 {
			w.align = 0
			if n := len(line) - len(strings.TrimLeft(line, " \u3000")); n > 24 {
				w.align = 'r'
			}
			w.text(cells[0])
			continue
		}
		w.rows++
		w.row = w.rows
		for i, c := range cells {
			w.cells++
			w.cell = w.cells
			at := len(w.lines)
			w.text(c)
			w.flush('\t')
			if len(w.lines) == at {
				w.lines = append(w.lines, Line{Start: len(w.buf), End: len(w.buf), Sep: '\t', Cell: w.cell, Row: w.row})
			}
			w.lines[at].flags |= hintData
			if i == len(cells)-1 {
				w.lines[at].Sep = '\n'
			}
		}
		w.cell, w.row = 0, 0
	}
	w.flush('\n')
	s := &shaper{walker: w, text: string(w.buf)}
	s.addUp()
	l := Layout{Text: s.text, Metas: w.metas, To: len(s.lines), Lines: s.lines}
	s.plainHead(&l)
	l.HeadTable = s.pairs
	return l
}

// plainHead finds the title of a plain text among its first lines: the lines up
// to the one that ends in a document kind or is followed by number or address.
func (s *shaper) plainHead(l *Layout) {
	i := 0
	for i < len(s.lines) && i < 12 && (s.lines[i].Start == s.lines[i].End || headerWords(s.lineText(i)) || numberLine(s.lineText(i))) {
		i++
	}
	first := i
	var parts []string
	for ; i < len(s.lines) && i < first+5; i++ {
		t := s.lineText(i)
		if t == "" || len(t) > 150 || s.lines[i].Punct > 0 || salutation(t) || numberLine(t) || dateLine(t) || s.lines[i].flags&hintData != 0 || strings.HasPrefix(t, "第一") || strings.HasPrefix(t, "一、") || t == "目录" || t == "目 录" || t == "目  录" {
			break
		}
		parts = append(parts, t)
		if endsTitle(t) {
			i++
			break
		}
	}
	if len(parts) == 0 {
		return
	}
	l.Titles = append(l.Titles, Title{strings.Join(parts, "\n"), "h2", first})
	l.Head, l.From = 0, i
	s.title = []string{squeeze(strings.Join(parts, ""))}
	for l.From < l.To && (s.lineText(l.From) == "" || numberLine(s.lineText(l.From))) {
		l.From++
	}
}

// headerWords reports lines above a title: the red letters of the issuer, 附件 1, page numbers.
func headerWords(t string) bool {
	q := squeeze(t)
	return strings.HasSuffix(q, "文件") && len(q) < 90 || strings.HasPrefix(q, "附件") && len(q) < 15 || len(q) < 7 || strings.HasPrefix(q, "ICS") || strings.HasPrefix(q, "CCS") ||
		strings.HasSuffix(q, "国家标准") || strings.HasSuffix(q, "行业标准") || strings.HasSuffix(q, "地方标准") ||
		len(q) < 9 && q[0] < 0x80 || strings.HasPrefix(q, "GB") || strings.HasPrefix(q, "DB") || strings.HasPrefix(q, "代替")
}

// endsTitle says that a line ends like the title of a document.
func endsTitle(t string) bool {
	t = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(t, "）"), ")"), " ")
	for _, k := range [...]string{"通知", "意见", "决定", "方案", "办法", "规定", "条例", "细则", "公告", "通告", "批复", "函", "计划", "规划", "纲要", "指南", "目录", "法", "试行", "征求意见稿", "通报", "报告", "标准", "规范", "格式", "措施", "清单", "规则", "规程", "要点"} {
		if strings.HasSuffix(t, k) {
			return true
		}
	}
	return false
}
