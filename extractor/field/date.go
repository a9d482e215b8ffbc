package field

import (
	"strings"

	"govwatch/crawler/family"
	"govwatch/notice"
)

// dateValues adds a candidate for each head table pair with one of the labels.
func dateValues(d *Doc, c []notice.Candidate, rule string, labels map[string]float64) []notice.Candidate {
	for i := range d.Layout.HeadTable {
		p := &d.Layout.HeadTable[i]
		w, ok := labels[p.Label]
		if !ok || p.Value == "" {
			continue
		}
		if date, ok := ParseDate(p.Value); ok {
			switch {
			case p.RawLabel == "时间":
				w -= 0.1
			case p.RawLabel == "日期" && rule == "date_published.headtable":
				w = 0.8 // 日期 in the line under the title
			case p.RawLabel == "日期":
				w = 0.4
			}
			c = append(c, pairCandidate(date.String(), rule, w, p))
		}
	}
	return c
}

// Written returns candidates for the 成文日期.
func Written(d *Doc) []notice.Candidate {
	var c []notice.Candidate
	signed := false
	for _, s := range d.Signs {
		w := 0.0
		switch {
		case len(s.Issuers) > 0 && !signed:
			w = 0.93
			signed = true
		case len(s.Issuers) > 0:
			w = 0.45
		case signed:
			continue
		case s.Right || d.closing(s.Line):
			w = 0.75
		case d.Kind != "" && s.Line >= len(d.Lines)-3:
			w = 0.6
		default:
			w = 0.4
		}
		if d.annexed(s.First) && !(len(s.Issuers) > 0 && w > 0.9 && d.titled(s)) {
			w = min(w, 0.45)
		}
		if d.Kind == "" && d.Number.Normal == "" && len(s.Issuers) == 0 {
			w = min(w, 0.45) // an article's own last date is not a signature
		}
		c = append(c, d.candidate(s.Date.String(), "date_written.signature", w, &d.Lines[s.Line], s.From, s.To))
	}
	c = dateValues(d, c, "date_written.headtable", map[string]float64{"date_written": 0.88, "date": 0.56})
	if ln, ok := d.promulgation(); ok {
		if h, ok := promulgationDate(ln.Text); ok {
			c = append(c, d.candidate(h.date.String(), "date_written.promulgation", 0.8, ln, h.from, h.to))
		}
	}
	return c
}

// titled says that a signature names a body that the title names.
func (d *Doc) titled(s Signature) bool {
	lead, _ := TitleIssuers(d, d.Title)
	return len(lead) > 0 && overlap(d, lead, s.Issuers)
}

// closing says that the line after i is a note that ends a signature block.
func (d *Doc) closing(i int) bool {
	if i+1 >= len(d.Lines) {
		return false
	}
	t := d.Lines[i+1].Text
	return strings.HasPrefix(t, "（此件") || strings.HasPrefix(t, "(此件") || strings.HasPrefix(t, "（本文") || strings.HasPrefix(t, "（联系")
}

// annexed says that line i stands behind the heading of an annex.
func (d *Doc) annexed(i int) bool {
	for j := 0; j < i && j < len(d.Lines); j++ {
		// 附件： opens the list of annexes above the signature (附件说明); alone it is a heading.
		t := strings.TrimRight(d.Lines[j].Text, " 0123456789一二三四五")
		if t == "附件" || t == "附" || t == "附录" {
			return true
		}
	}
	return false
}

// promulgationDate is the date at which a text was made public, else the first one.
func promulgationDate(t string) (dateHit, bool) {
	first, ok := nextDate(t, 0)
	if !ok {
		return first, false
	}
	h := first
	for {
		rest := t[h.to:]
		next, more := nextDate(t, h.to)
		end := len(t)
		if more {
			end = next.from
		}
		seg := rest[:end-h.to]
		if strings.Contains(seg, "公布") || strings.Contains(seg, "发布") {
			return h, true
		}
		if !more {
			return first, true
		}
		h = next
	}
}

// migrationDays is the delay after signing beyond which a date that stands only
// in a meta element is taken for the stamp of the site's move (DOMAIN §4.1: 95 %
// of documents are on the web within 42 days).
const migrationDays = 400

// Published returns candidates for the day the page was put on the web. written
// is the decided 成文日期, against which the stamps of meta elements are checked.
func Published(d *Doc, written notice.Date) []notice.Candidate {
	c := dateValues(d, nil, "date_published.headtable", map[string]float64{"date_published": 0.93, "date": 0.52, "date_updated": 0.55})
	l := d.Layout
	// A date without a label in the line under the title.
	start, titled := infoStart(l)
	for i := start; i < l.From && i < len(l.Lines); i++ {
		t := l.LineText(i)
		if len(t) > 260 || int(l.Lines[i].Link)*2 > len(t) || labelled(l, i) || strings.Contains(t, "今天") || !titled && strings.Contains(t, "星期") {
			continue
		}
		h, ok := nextDate(t, 0)
		if !ok || strings.Contains(t, "〔") || strings.HasPrefix(t, "（") || strings.Contains(t[:h.from], "印发") {
			continue
		}
		w := 0.78
		if h.from > 60 || d.isTitleLine(t) {
			w = 0.45
		}
		c = append(c, headCandidate(h.date.String(), "date_published.info", w, &Line{Text: t, Start: l.Lines[i].Start}, h.from, h.to))
		if w > 0.7 {
			break
		}
	}
	c = append(c, d.standardDate("发布", "date_published.standard")...)
	for _, name := range [...]string{"pubdate", "publishdate", "article:published_time", "publishtime", "pubtime", "date", "createdate"} {
		if date, ok := ParseDate(l.Metas[name]); ok {
			w := 0.62
			switch {
			case written.IsZero():
			case date.Compare(written.AddDays(-3)) < 0:
				w = 0.3 // nothing is put on the web before it is written
			case date.Days(written) > migrationDays:
				w = 0.45 // more likely the day on which the site moved
			}
			c = append(c, metaCandidate(date.String(), "date_published.meta", w, name))
			break
		}
	}
	if !d.ListDate.IsZero() {
		c = append(c, notice.Candidate{Value: d.ListDate.String(), Rule: "date_published.list", Weight: 0.66, Span: notice.Span{Text: "list"}})
	}
	return c
}

// standardDate reads the line of a standard's cover: 2012-06-29发布 2012-07-01实施.
func (d *Doc) standardDate(verb, rule string) []notice.Candidate {
	for i := range d.Lines {
		if i > 7 {
			break
		}
		ln := &d.Lines[i]
		if len(ln.Text) > 90 || !strings.Contains(ln.Text, "发布") || !strings.Contains(ln.Text, "实施") {
			continue
		}
		for h, ok := nextDate(ln.Text, 0); ok; h, ok = nextDate(ln.Text, h.to) {
			if strings.HasPrefix(strings.TrimLeft(ln.Text[h.to:], " "), verb) {
				return []notice.Candidate{d.candidate(h.date.String(), rule, 0.85, ln, h.from, h.to)}
			}
		}
	}
	return nil
}

// infoStart is the line from which the line under the title (发布时间, 来源) can
// stand; titled says that a title stands right before it, so that no clock of the
// site's head lies in between.
func infoStart(l *family.Layout) (line int, titled bool) {
	best := -1
	for _, t := range l.Titles {
		own := t.From != "shape" && t.From != "body"
		if t.Line < l.From && l.From-t.Line < 25 && (t.Line < l.Head || own && t.Line == l.Head) && t.Line > best {
			best = t.Line
		}
	}
	if best >= 0 {
		return best + 1, true
	}
	return max(l.Head-6, 0), false
}

// isTitleLine says that a line is (part of) the title.
func (d *Doc) isTitleLine(t string) bool {
	return strings.Contains(squeezed(d.Title), squeezed(t))
}

// labelled says that line i carries a labelled fact with a date, so that the
// date belongs to its label.
func labelled(l *family.Layout, i int) bool {
	for k := range l.HeadTable {
		p := &l.HeadTable[k]
		if p.Line != i || p.Label == "source" || p.Label == "noise" || p.Label == "nav" || p.Label == "publisher" {
			continue
		}
		if p.Value == "" || strings.ContainsAny(p.Value, "0123456789") || strings.HasPrefix(p.Label, "date") {
			return true
		}
	}
	return false
}

// Printed returns candidates for the 印发日期 of the tail (版记).
func Printed(d *Doc) []notice.Candidate {
	c := dateValues(d, nil, "date_printed.headtable", map[string]float64{"date_printed": 0.9})
	for i := len(d.Lines) - 1; i >= 0 && len(d.Lines)-i < 40; i-- {
		ln := &d.Lines[i]
		if len(ln.Text) > 200 {
			continue
		}
		t := strings.TrimRight(ln.Text, " 。")
		if !strings.HasSuffix(t, "印发") && !strings.HasSuffix(t, "印") {
			continue
		}
		if h, ok := nextDate(t, 0); ok && len(t)-h.to < 12 {
			return append(c, d.candidate(h.date.String(), "date_printed.tail", 0.9, ln, h.from, h.to))
		}
	}
	return c
}

// BadDates returns the labelled dates of the head that look like dates and cannot be one.
func BadDates(d *Doc) []family.Pair {
	var out []family.Pair
	for _, p := range d.Layout.HeadTable {
		if !strings.HasPrefix(p.Label, "date") || p.Value == "" || len(p.Value) > 60 {
			continue
		}
		digits := 0
		for i := 0; i < len(p.Value); i++ {
			if p.Value[i] >= '0' && p.Value[i] <= '9' {
				digits++
			}
		}
		if _, ok := ParseDate(p.Value); !ok && digits >= 6 {
			out = append(out, p)
		}
	}
	return out
}
