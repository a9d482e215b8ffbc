package field

import (
	"strings"

	"govwatch/notice"
)

// Numbers returns candidates for the document's own number. Values are normal
// forms; the printed form stands in the context. Cited numbers are left out: a
// number counts only in the places where a document prints its own.
func Numbers(d *Doc) []notice.Candidate {
	var c []notice.Candidate
	for i := range d.Layout.HeadTable {
		p := &d.Layout.HeadTable[i]
		if p.Label != "number" && p.Label != "number?" || p.Value == "" {
			continue
		}
		if n, ok := ParseNumber(p.Value); ok {
			w := 0.95
			if !p.Table {
				w = 0.85
			}
			c = append(c, pairCandidate(n.Normal, "number.headtable", w, p))
		}
	}
	for i := range d.Head {
		ln := &d.Head[i]
		if n, ok := lineNumber(ln.Text); ok {
			c = append(c, headCandidate(n.Normal, "number.head", 0.92, ln, 0, len(ln.Text)))
			break
		}
	}
	for i := range d.Lines {
		if i > 4 {
			break
		}
		ln := &d.Lines[i]
		if n, ok := lineNumber(ln.Text); ok {
			w := 0.86
			if ln.Align == 'l' && i > 2 {
				w = 0.6
			}
			c = append(c, d.candidate(n.Normal, "number.line", w, ln, 0, len(ln.Text)))
			break
		}
	}
	if x := d.wrappedNumber(); x != nil {
		c = append(c, *x)
	}
	if n, raw, ok := titleNumber(d.Title); ok {
		c = append(c, notice.Candidate{Value: n.Normal, Rule: "number.title", Weight: 0.8, Context: raw})
	}
	if len(c) == 0 {
		c = d.numberAbove()
	}
	if ln, ok := d.promulgation(); ok {
		if n, from, to, ok := orderIn(ln.Text); ok {
			c = append(c, d.candidate(n.Normal, "number.promulgation", 0.78, ln, from, to))
		}
	}
	return c
}

// numberAbove reads the number that stands between the red letters (某厅文件) and
// the title.
func (d *Doc) numberAbove() []notice.Candidate {
	l := d.Layout
	for i := l.Head - 1; i >= 0 && i >= l.Head-4; i-- {
		if t := l.LineText(i); t != "" {
			if n, ok := lineNumber(t); ok {
				ln := Line{Text: t, Start: l.Lines[i].Start}
				return []notice.Candidate{headCandidate(n.Normal, "number.above", 0.74, &ln, 0, len(t))}
			}
		}
	}
	return nil
}

// wrappedNumber reads the number of an order or announcement that is printed on
// two or three lines: 某省人民政府令 | 第309号, 某部 | 公告 | 2024年第5号.
func (d *Doc) wrappedNumber() *notice.Candidate {
	lines := append(append([]Line(nil), d.Head...), d.Lines[:min(6, len(d.Lines))]...)
	for i := 1; i < len(lines) && i < 16; i++ {
		t := lines[i].Text
		if len(t) > 48 || !strings.HasSuffix(t, "号") || !strings.Contains(t, "第") {
			continue
		}
		joined, from := t, i
		for from > 0 && i-from < 2 {
			up := squeezed(lines[from-1].Text)
			if len(up) > 60 && !(len(up) < 180 && strings.HasSuffix(up, "令")) || strings.ContainsAny(up, "，。：；") {
				break
			}
			joined, from = up+joined, from-1
			if !strings.HasSuffix(up, "公告") && !strings.HasSuffix(up, "令") && !strings.HasSuffix(up, "通告") || len(up) > 9 {
				break
			}
		}
		if from == i || !strings.Contains(joined, "令") && !strings.Contains(joined, "公告") && !strings.Contains(joined, "通告") {
			continue
		}
		if n, ok := ParseNumber(joined); ok && n.Kind != Plain {
			return &notice.Candidate{Value: n.Normal, Rule: "number.wrapped", Weight: 0.9, Span: notice.Span{Text: "page"}, Context: joined}
		}
	}
	return nil
}

// lineNumber reads a short line that prints nothing but a number.
func lineNumber(t string) (Number, bool) {
	if len(t) > 110 || strings.ContainsAny(t, "，。；《") {
		return Number{}, false
	}
	if !strings.Contains(t, "号") && !strings.ContainsAny(t, "〔［[") {
		return Number{}, false
	}
	n, ok := ParseNumber(t)
	if ok && n.Kind != Plain || ok && strings.Contains(t, "号") {
		return n, true
	}
	return Number{}, false
}

// titleNumber reads the bracketed number that ends a title: …的通知（发改办投资〔2026〕88号）.
func titleNumber(title string) (n Number, raw string, ok bool) {
	t := strings.TrimSpace(title)
	for _, pair := range [...][2]string{{"（", "）"}, {"(", ")"}} {
		if !strings.HasSuffix(t, pair[1]) {
			continue
		}
		if i := strings.LastIndex(t, pair[0]); i > 0 {
			raw = t[i+len(pair[0]) : len(t)-len(pair[1])]
			if n, ok = ParseNumber(raw); ok {
				return n, raw, true
			}
			// Round brackets also stand around the year: （发改投资(2026)88号）.
			if j := strings.LastIndex(t[:i], pair[0]); j > 0 {
				raw = t[j+len(pair[0]) : len(t)-len(pair[1])]
				if n, ok = ParseNumber(raw); ok {
					return n, raw, true
				}
			}
		}
	}
	return Number{}, "", false
}

// orderIn finds the decree that a promulgation line names.
func orderIn(t string) (n Number, from, to int, ok bool) {
	i := strings.Index(t, "令第")
	if i < 0 {
		i = strings.Index(t, "令 第")
	}
	if i < 0 {
		return Number{}, 0, 0, false
	}
	from = i
	for _, stop := range [...]string{"日", "，", "（", "(", " ", "由", "以", "根据"} {
		if j := strings.LastIndex(t[:i], stop); j >= 0 {
			cut := j + len(stop)
			if from == i || cut > from {
				from = cut
			}
		}
	}
	j := strings.Index(t[i:], "号")
	if j < 0 || j > 40 {
		return Number{}, 0, 0, false
	}
	to = i + j + len("号")
	n, ok = ParseNumber(t[from:to])
	return n, from, to, ok
}
