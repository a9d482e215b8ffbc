package family

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// candidates are the dates that a unit shows, by how plainly they are marked.
type candidates struct {
	published, plain, written, loose, short []day
}

// read takes one text of a unit. label is what the text before announced, col
// what the column heading announces.
func (c *candidates) read(e *entry, l leaf, label, col fieldKind) {
	kind := label
	if kind == noField {
		kind = col
	}
	text := textzh.Fold(l.text)
	switch kind {
	case numberField:
		if v := bare(text); v != "" && v != "无" && v != "-" && e.Number == "" && utf8.RuneCountInString(v) < 60 {
			e.Number = strings.TrimSpace(l.text)
		}
		return
	case issuerField:
		l.text, _, _ = strings.Cut(l.text, "|")
		l.text = strings.TrimSpace(l.text)
		if e.Issuer == "" && l.text != "" && utf8.RuneCountInString(l.text) < 60 && !dull(l.text) {
			e.Issuer = l.text
		}
		return
	case validityField:
		setValidity(e, validityOf(text))
		return
	case titleField, indexField:
		return
	}
	if d, ok := wholeDay(text); ok {
		c.add(d, kind)
		return
	}
	if v := validityOf(text); v != "" && utf8.RuneCountInString(bare(text)) <= 5 {
		setValidity(e, v)
		return
	}
	if e.Number == "" && strings.Contains(text, "号") && numberish.MatchString(strings.Trim(text, "()（） ")) {
		e.Number = strings.Trim(l.text, "()（） ")
		return
	}
	c.split(e, text)
}

// split reads a text that holds labels and values in one: 文号：X 成文日期：Y.
func (c *candidates) split(e *entry, text string) {
	var marks [][]int
	if strings.ContainsAny(text, "：:") {
		marks = labelled.FindAllStringSubmatchIndex(text, -1)
	}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		value := strings.TrimSpace(text[m[1]:end])
		kind := labelSuffix(text[m[2]:m[3]])
		switch kind {
		case noField:
			continue
		case numberField, issuerField, validityField:
			c.read(e, leaf{text: value}, kind, noField)
			continue
		}
		if d, ok := wholeDay(value); ok {
			c.add(d, kind)
		} else if d, ok := firstDay(value); ok {
			c.add(d, kind)
		}
	}
	if len(marks) > 0 && len(c.published)+len(c.written) > 0 {
		return
	}
	// A date within other words counts only when the words are few.
	if utf8.RuneCountInString(text) <= 40 && mayHoldDay(text) {
		if d, ok := firstDay(text); ok {
			c.loose = append(c.loose, d)
		}
	}
}

// labelSuffix finds a label at the end of a text such as 市政府 发布日期.
func labelSuffix(s string) fieldKind {
	s = textzh.Squeeze(s)
	r := []rune(s)
	for n := min(len(r), 6); n >= 2; n-- {
		if k := labels[string(r[len(r)-n:])]; k != noField {
			return k
		}
	}
	return noField
}

func firstDay(s string) (day, bool) {
	if g := fullDay.FindStringSubmatch(s); g != nil {
		d := valid(g[1], g[2], g[3])
		return d, !d.IsZero()
	}
	return hanDate(s)
}

func (c *candidates) add(d day, kind fieldKind) {
	switch {
	case kind == otherDateField:
	case d.Year == 0:
		c.short = append(c.short, d)
	case kind == publishedField:
		c.published = append(c.published, d)
	case kind == writtenField:
		c.written = append(c.written, d)
	default:
		c.plain = append(c.plain, d)
	}
}

// join looks for a date whose parts stand in elements of their own, such as a
// large 12 over a small 2024-03, when no other was found.
func (c *candidates) join(u unit, link *html.Node) {
	if len(c.published)+len(c.plain)+len(c.written)+len(c.loose) > 0 {
		return
	}
	if c.attributes(u); len(c.plain) > 0 {
		return
	}
	for _, top := range u {
		each(top, func(n *html.Node) bool {
			if n.Type != html.ElementNode || len(c.plain) > 0 {
				return n.Type != html.CommentNode && len(c.plain) == 0
			}
			t := shortText(n, 72)
			if t == "" || n == link && !splitDate(n) {
				return true
			}
			if d, ok := wholeDay(t); ok && d.Year > 0 {
				c.plain = append(c.plain, d)
			}
			return true
		})
	}
	if len(c.plain) > 0 {
		return
	}
	// The parts may be neighbours without an element around them both.
	ls := leaves(u)
	for i := 0; i+2 < len(ls) && len(c.plain) == 0; i++ {
		if d, ok := threeParts(ls[i].text, ls[i+1].text, ls[i+2].text); ok {
			c.plain = append(c.plain, d)
		}
	}
	for i := 0; i+1 < len(ls) && len(c.plain) == 0; i++ {
		if utf8.RuneCountInString(ls[i].text)+utf8.RuneCountInString(ls[i+1].text) > 16 {
			continue
		}
		for _, t := range []string{ls[i].text + " " + ls[i+1].text, ls[i].text + ls[i+1].text} {
			if d, ok := wholeDay(t); ok && d.Year > 0 && len(c.plain) == 0 {
				c.plain = append(c.plain, d)
			}
		}
	}
}

// attributes takes the day of a row from where scripts read it: three days ago
// is printed, the day stands in datetime or data-time, or in a script's call.
func (c *candidates) attributes(u unit) {
	if len(c.short) > 0 {
		return
	}
	for _, top := range u {
		each(top, func(n *html.Node) bool {
			if n.Type != html.ElementNode {
				return n.Type != html.CommentNode
			}
			for _, at := range n.Attr {
				if dayKey.MatchString(at.Key) {
					if d, ok := wholeDay(at.Val); ok && d.Year > 0 {
						c.plain = append(c.plain, d)
					}
				}
			}
			return len(c.plain) == 0
		})
		if len(c.plain) == 0 {
			everyScript(top, func(_ *html.Node, text string) {
				if g := quotedDay.FindStringSubmatch(text); g != nil && len(c.plain) == 0 {
					if d, ok := wholeDay(g[1]); ok {
						c.plain = append(c.plain, d)
					}
				}
			})
		}
	}
}

var (
	// dayKey is the name of an attribute that may hold the day of a row.
	dayKey = regexp.MustCompile(`^(?:datetime|data)$|^data-.*(?:date|time|day|pub|rq|riqi|sj)`)
	// quotedDay is a day that a script within the row prints.
	quotedDay = regexp.MustCompile(`["']((?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?["']`)
)

func latest(ds []day) (best day) {
	for _, d := range ds {
		if d.Compare(best) > 0 {
			best = d
		}
	}
	return best
}

// decide fills the dates of an entry: a date marked as publication, else one
// that stands alone (of several the latest: a text is written before it is
// published), else one within few words.
func (c *candidates) decide(e *entry) {
	switch {
	case len(c.published) > 0:
		e.Date = c.published[0]
	case len(c.plain) > 0:
		// The day of the upload stands in many addresses; a deadline is far from it.
		if e.Date = latest(c.plain); e.uploaded.Day > 0 {
			for _, d := range c.plain {
				if abs(d.Days(e.uploaded)) < abs(e.Date.Days(e.uploaded)) {
					e.Date = d
				}
			}
		}
	case len(c.short) > 0:
		e.short = c.short[0]
	case len(c.loose) > 0 && len(c.written) == 0:
		e.Date = c.loose[0]
	}
	if len(c.written) > 0 {
		e.Written = c.written[0]
	}
}

var part = regexp.MustCompile(`^\s*(\d{1,2}|(?:19|20)\d{2})\s*([年月日/.-]?)\s*$`)

// threeParts reads year, month and day that stand apart. Signs 月 and 日 decide;
// without them the day comes first where the year comes last.
func threeParts(a, b, c string) (day, bool) {
	var g [3][]string
	for i, s := range []string{a, b, c} {
		if g[i] = part.FindStringSubmatch(textzh.Fold(s)); g[i] == nil {
			return day{}, false
		}
	}
	var d day
	switch {
	case len(g[0][1]) == 4 && len(g[1][1]) < 3 && len(g[2][1]) < 3:
		d = valid(g[0][1], g[1][1], g[2][1])
	case len(g[2][1]) == 4 && len(g[0][1]) < 3 && len(g[1][1]) < 3:
		if d = valid(g[2][1], g[1][1], g[0][1]); g[0][2] == "月" || g[1][2] == "日" || d.IsZero() {
			d = valid(g[2][1], g[0][1], g[1][1])
		}
	}
	return d, !d.IsZero()
}
