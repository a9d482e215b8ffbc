package family

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Rows are not always where a reader sees them: a script moves them there from
// a comment, a template, a text area or a string of its own. Such places also
// hold what was taken out of a page, so they are read only when a page shows no
// list by itself.

// hiddenIn reads the places of a page that only its scripts look into.
func hiddenIn(p Page) []found {
	if p.Root == nil {
		return nil
	}
	var fs []found
	left := maxHidden
	read := func(markup, shape string) {
		if left -= len(markup); left >= 0 && worth(markup) {
			fs = append(fs, listsInMarkup(p.fragment(rowsOf(markup)), shape)...)
		}
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.CommentNode:
			read(n.Data, "comment")
			return
		case n.Type == html.ElementNode && n.Data == "script":
			t := innerText(n)
			if kind := strings.ToLower(attr(n, "type")); strings.Contains(kind, "html") || strings.Contains(kind, "template") || strings.Contains(kind, "tmpl") {
				read(t, "template")
			} else {
				read(markupStrings(t), "markup in a script")
			}
			return
		case n.Type == html.ElementNode && (n.Data == "textarea" || n.Data == "noscript" || n.Data == "iframe"):
			read(innerText(n), n.Data)
			return
		case n.Type == html.ElementNode && n.Data == "template":
			read(inside(n), "template")
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(p.Root)
	if xmlish(p.Text) {
		if v := xmlValue(p.Text); v != nil {
			fs = append(fs, listsIn(v, p)...)
		}
	}
	return fs
}

// maxHidden bounds the bytes that are read again in this way.
const maxHidden = 4 << 20

// worth is true of markup that may hold a list.
func worth(s string) bool {
	return len(s) > 60 && (strings.Contains(s, "<a") || strings.Contains(s, "<A") || strings.Contains(s, "data-"))
}

// xmlish is true of markup that is no page.
func xmlish(s string) bool {
	head := strings.ToLower(s[:min(len(s), 3000)])
	return strings.HasPrefix(strings.TrimLeft(head, "\ufeff \t\r\n"), "<") && !strings.Contains(head, "<html") && !strings.Contains(head, "<body") && !strings.Contains(head, "<!doctype") &&
		!strings.Contains(head, "<div") && !strings.Contains(head, "<ul") && !strings.Contains(head, "<table")
}

// innerText is the raw text of an element whose content is not parsed.
func innerText(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// inside is the markup within an element, empty when it cannot be written.
func inside(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return ""
		}
	}
	return b.String()
}

// markupStrings joins the strings of a script that hold whole links.
func markupStrings(script string) string {
	var b strings.Builder
	for i := 0; i < len(script); {
		c := script[i]
		if c != '\'' && c != '"' && c != '`' {
			i++
			continue
		}
		lp := &literalParser{s: script[i:], left: 1}
		t, ok := lp.quoted(c)
		if !ok {
			i++
			continue
		}
		if strings.Contains(t, "<a") && strings.Contains(t, "</a>") && !strings.Contains(t, "${") {
			b.WriteString(t)
			b.WriteByte('\n')
		}
		i += lp.i
	}
	return b.String()
}

var calledWith = regexp.MustCompile(`([A-Za-z_$][\w$.]*)\s*\(\s*['"]`)

// callsIn reads a script that hands each row to a function: addRow('title',
// 'address', '2024-03-12'). Each function called three times or more with the
// same number of values gives an array of rows.
func callsIn(script string) []*value {
	rows := map[string]*value{}
	var order []string
	end := 0
	for _, m := range calledWith.FindAllStringSubmatchIndex(script, maxLinks) {
		if m[0] < end {
			continue
		}
		row, n := arguments(script[m[3]:])
		if row == nil || len(row.items) < 2 {
			continue
		}
		end = m[3] + n
		name := script[m[2]:m[3]]
		if rows[name] == nil {
			rows[name] = &value{kind: 'a'}
			order = append(order, name)
		}
		rows[name].items = append(rows[name].items, row)
	}
	var out []*value
	for _, name := range order {
		if len(rows[name].items) >= 3 {
			out = append(out, rows[name])
		}
	}
	return out
}

// arguments reads plain values between brackets, and says how far they reach.
func arguments(s string) (*value, int) {
	p := &literalParser{s: s, left: 64}
	if p.space(); p.i >= len(s) || s[p.i] != '(' {
		return nil, 0
	}
	row := &value{kind: 'a'}
	for p.i++; ; {
		v, ok := p.value(maxNesting - 2)
		if !ok || !p.separator(')') {
			return nil, 0
		}
		row.items = append(row.items, v)
		if s[p.i] == ')' {
			return row, p.i + 1
		}
		p.i++
	}
}

// grouped joins the single objects and rows of a script, such as those that it
// pushes into an array one by one, by their kind.
func grouped(vs []*value) []*value {
	objects, arrays := &value{kind: 'a'}, &value{kind: 'a'}
	for _, v := range vs {
		switch {
		case v.kind == 'o':
			objects.items = append(objects.items, v)
		case v.kind == 'a' && len(v.items) > 1 && v.items[0].kind == 's':
			arrays.items = append(arrays.items, v)
		}
	}
	var out []*value
	for _, a := range []*value{objects, arrays} {
		if len(a.items) >= 3 {
			out = append(out, a)
		}
	}
	return out
}
