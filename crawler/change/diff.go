package change

import (
	"slices"
	"strings"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
	"govwatch/notice"
)

// diffRunes bounds a difference in words; the records hold the rest.
const diffRunes = 600

// Diff returns the lines that went (-) and came (+), empty when the two states
// hold the same statements: the same paragraphs broken elsewhere, the same text
// in another template and the same file under another address are no difference.
func Diff(before, after Text) string {
	if before.Hash == after.Hash {
		return ""
	}
	gone, come := Differences(before, after)
	var b strings.Builder
	for _, part := range []struct {
		sign  string
		lines []Line
	}{{"- ", gone}, {"+ ", come}} {
		for _, l := range part.lines {
			if b.Len() < 4*diffRunes {
				b.WriteString(part.sign)
				b.WriteString(l.Text)
				b.WriteByte('\n')
			}
		}
	}
	if r := []rune(b.String()); len(r) > diffRunes {
		return string(r[:diffRunes]) + "…"
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Bounds of the statements that are handed on: past them an edit is a new text.
const (
	maxStatements     = 200
	maxStatementBytes = 64 << 10
)

// Statements are the differences in the form in which they are stored, none when
// there are too many to be of use.
func Statements(gone, come []Line) []notice.Statement {
	out := make([]notice.Statement, 0, len(gone)+len(come))
	size := 0
	for i, l := range slices.Concat(gone, come) {
		out = append(out, notice.Statement{Come: i >= len(gone), Place: places[l.Kind], Text: strings.Clone(l.Text)})
		size += len(l.Text)
	}
	if len(out) > maxStatements || size > maxStatementBytes {
		return nil
	}
	return out
}

var places = map[LineKind]notice.Place{
	TitleLine: notice.InTitle, HeadLine: notice.InHead, BodyLine: notice.InBody, AttachLine: notice.AsFile, ImageLine: notice.AsPicture, FlagLine: notice.AsFlag,
}

// Differences are the statements that went and came between two states.
func Differences(before, after Text) (gone, come []Line) {
	d := difference{b: before, a: after}
	d.title()
	d.facts()
	d.body()
	d.attachments()
	d.sets(FlagLine)
	d.sets(ImageLine)
	return d.gone, d.come
}

type difference struct {
	b, a       Text
	gone, come []Line
}

// title compares the printed titles, place by place. A new template may print
// the same title at another place: then any place of the other page will do.
func (d *difference) title() {
	b, a := d.b.first(TitleLine), d.a.first(TitleLine)
	if b == "" || a == "" {
		return
	}
	if loose(b) == loose(a) {
		for _, tb := range d.b.around.titles {
			i := slices.IndexFunc(d.a.around.titles, func(ta family.Title) bool { return ta.From == tb.From })
			if i >= 0 && loose(d.a.around.titles[i].Text) != loose(tb.Text) && textzh.Similar(tb.Text, d.a.around.titles[i].Text) > 0.6 {
				b, a = tb.Text, d.a.around.titles[i].Text
				break
			}
		}
	}
	if loose(b) == loose(a) || !d.samePlace() && (prints(d.b, a) || prints(d.a, b)) || d.guesses(b, a) {
		return
	}
	d.gone = append(d.gone, Line{TitleLine, b})
	d.come = append(d.come, Line{TitleLine, a})
}

// guesses says that two titles differ because one of them is none: what was taken
// for a title by its shape alone, and shares neither its end nor half of its
// words with the other.
func (d *difference) guesses(b, a string) bool {
	if d.b.around.sure && d.a.around.sure {
		return false
	}
	b, a = loose(b), loose(a)
	if !d.samePlace() && (strings.HasSuffix(b, a) || strings.HasSuffix(a, b)) {
		return true
	}
	tail := d.b.around.tail
	return tail == d.a.around.tail && len(tail) >= fewTitleBytes || textzh.Similar(b, a) < 0.5
}

// sameTemplate says that both articles stand in the same elements.
func (d *difference) sameTemplate() bool { return d.b.around.frame == d.a.around.frame }

// samePlace says that both pages print their title in the same kind of element.
func (d *difference) samePlace() bool {
	return len(d.b.around.titles) > 0 && len(d.a.around.titles) > 0 && d.b.around.titles[0].From == d.a.around.titles[0].From
}

// prints says that one of a page's titles, or a fact of its head, is t.
func prints(page Text, t string) bool {
	t = loose(t)
	for _, c := range page.around.titles {
		if loose(c.Text) == t {
			return true
		}
	}
	return slices.ContainsFunc(page.of(HeadLine), func(f string) bool { return f == "title="+t })
}

// loose leaves out the signs that copies of a title differ in.
func loose(t string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '“', '”', '"', '‘', '’', '\'', '《', '》', '〈', '〉', '<', '>', '（', '）', '(', ')', '，', ',', '—', '-', '－', '–', '·', '.', '。', ':', '：', ';', '；', '、':
			return -1
		}
		return r
	}, t)
}

// templateFacts belong to a site's catalogue more than to the document; that a
// template shows or hides them says nothing.
func templateFact(key string) bool {
	switch key {
	case "index_no", "category", "source", "subject_words", "title", "date_shown", "date_updated", "date_printed", "term":
		return true
	}
	return false
}

// facts compares the head. Where both pages show a fact, its values are
// compared; where one page shows it, it counts in the same template, or when it
// says something that the other page says nowhere.
func (d *difference) facts() {
	b, a := byKey(d.b.of(HeadLine)), byKey(d.a.of(HeadLine))
	odd := 0
	for k := range b {
		if _, ok := a[k]; !ok {
			odd++
		}
	}
	for k := range a {
		if _, ok := b[k]; !ok {
			odd++
		}
	}
	same := odd <= 1+(len(a)+len(b))/8 && d.sameTemplate()
	for _, k := range keys(b, a) {
		vb, okb := b[k]
		va, oka := a[k]
		switch {
		case okb && oka:
			if !sameValues(k, vb, va) {
				d.gone = append(d.gone, Line{HeadLine, k + "=" + strings.Join(vb, ";")})
				d.come = append(d.come, Line{HeadLine, k + "=" + strings.Join(va, ";")})
			}
		case templateFact(k):
		case okb && same && !saidBy(d.a, vb) && k != "issuer":
			d.gone = append(d.gone, Line{HeadLine, k + "=" + strings.Join(vb, ";")})
		case oka && !saidBy(d.b, va) && (same || d.sameTemplate() && d.samePlace() && (k == "number" || k == "number_shown") || k == "validity" && !inForce(va)):
			d.come = append(d.come, Line{HeadLine, k + "=" + strings.Join(va, ";")})
		}
	}
}

// inForce says that a flag only states the ordinary.
func inForce(v []string) bool {
	return slices.ContainsFunc(v, func(s string) bool { return s == "有效" || s == "现行有效" || s == "继续有效" })
}

func byKey(facts []string) map[string][]string {
	out := map[string][]string{}
	for _, f := range facts {
		k, v, _ := strings.Cut(f, "=")
		out[k] = append(out[k], v)
	}
	return out
}

func keys(a, b map[string][]string) []string {
	var out []string
	for k := range a {
		out = append(out, k)
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// sameValues says that two pages tell one fact alike; of several values one in
// common is enough, for templates repeat facts in longer and shorter forms.
func sameValues(key string, b, a []string) bool {
	for _, x := range b {
		for _, y := range a {
			if lx, ly := loose(x), loose(y); lx == ly || key == "issuer" && (strings.Contains(lx, ly) || strings.Contains(ly, lx)) {
				return len(b) != len(a) || len(b) == 1 || slices.EqualFunc(b, a, func(p, q string) bool { return loose(p) == loose(q) })
			}
		}
	}
	return false
}

// saidBy says that a page says one of the values somewhere.
func saidBy(page Text, values []string) bool {
	for _, v := range values {
		q := loose(v)
		for _, l := range page.Lines {
			if l.Kind != AttachLine && strings.Contains(loose(l.Text), q) {
				return true
			}
		}
		for _, l := range page.around.aside {
			if t := squeezed(l); strings.Contains(loose(t), q) || dateOf(t) == v {
				return true
			}
		}
	}
	return false
}

// body compares the articles paragraph by paragraph.
func (d *difference) body() {
	b, a := d.b.of(BodyLine), d.a.of(BodyLine)
	for _, lines := range [][]string{b, a} {
		for i, t := range lines {
			if len(t) < 48 {
				lines[i] = signed(t)
			}
		}
	}
	if strings.Join(b, "") == strings.Join(a, "") {
		return
	}
	gone, come := minus(b, a), minus(a, b)
	gone = slices.DeleteFunc(gone, func(t string) bool { return saysOutside(d.a, t) })
	come = slices.DeleteFunc(come, func(t string) bool { return saysOutside(d.b, t) })
	if !d.sameTemplate() {
		gone, come = slices.DeleteFunc(gone, salutation), slices.DeleteFunc(come, salutation)
	}
	if strings.Join(gone, "") == strings.Join(come, "") {
		d.moved(b, a)
		return
	}
	for _, t := range gone {
		d.gone = append(d.gone, Line{BodyLine, t})
	}
	for _, t := range come {
		d.come = append(d.come, Line{BodyLine, t})
	}
}

// saysOutside says that a page prints a line of the other's article in its head
// or as a file's name: a template's choice.
func saysOutside(page Text, t string) bool {
	q := loose(t)
	if q == "" || slices.ContainsFunc(page.around.aside, func(l string) bool { return loose(squeezed(l)) == q }) {
		return true
	}
	for _, l := range page.Lines {
		switch l.Kind {
		case TitleLine:
			if loose(l.Text) == q {
				return true
			}
		case HeadLine:
			if _, v, _ := strings.Cut(l.Text, "="); loose(v) == q {
				return true
			}
		case AttachLine:
			if name, _, _ := strings.Cut(l.Text, "|"); fileKey(name) == fileKey(t) && fileKey(t) != "" {
				return true
			}
		}
	}
	return q == "附件" || q == "附件下载"
}

// minus returns the lines of x that y does not hold as often.
func minus(x, y []string) []string {
	held := make(map[string]int, len(y))
	for _, t := range y {
		held[t]++
	}
	var out []string
	for _, t := range x {
		if held[t] > 0 {
			held[t]--
			continue
		}
		out = append(out, t)
	}
	return out
}

// sets compares lines of one kind without order.
func (d *difference) sets(k LineKind) {
	b, a := d.b.of(k), d.a.of(k)
	for _, t := range minus(b, a) {
		// A template that no longer prints the ordinary flag says nothing by it.
		if k == FlagLine && (inForce([]string{t}) || saidBy(d.a, []string{t})) {
			continue
		}
		d.gone = append(d.gone, Line{k, t})
	}
	for _, t := range minus(a, b) {
		if k == FlagLine && (inForce([]string{t}) || saidBy(d.b, []string{t})) {
			continue
		}
		d.come = append(d.come, Line{k, t})
	}
}
