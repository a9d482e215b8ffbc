package family

import (
	"strings"
)

// arraysOf visits every array of objects and every array of markup strings in a
// value, with the path that leads to it.
func arraysOf(v *value, path string, depth int, visit func(path string, v *value)) {
	if v == nil || depth > maxNesting {
		return
	}
	switch v.kind {
	case 'a':
		if len(v.items) > 0 {
			visit(path, v)
		}
		for _, e := range v.items {
			arraysOf(e, path+"[]", depth+1, visit)
		}
	case 'o':
		for _, k := range v.keys {
			arraysOf(v.fields[k], path+"."+k, depth+1, visit)
		}
	}
}

// listsIn reads every array of a value that could be a list; arrays of the same
// path are one list.
func listsIn(v *value, p Page) []found {
	byPath := map[string][]record{}
	var order []string
	var markup []string
	arraysOf(v, "", 0, func(path string, a *value) {
		for _, e := range a.items {
			switch {
			case e.kind == 'o':
				if _, ok := byPath[path]; !ok {
					order = append(order, path)
				}
				byPath[path] = append(byPath[path], flat(e))
			case e.kind == 's' && strings.Contains(e.text, "<a"):
				markup = append(markup, e.text)
			}
		}
	})
	var out []found
	for _, path := range order {
		if f, ok := readRecords(byPath[path], p); ok {
			f.shape = "json " + path
			f.depth = strings.Count(path, ".") + strings.Count(path, "[]")
			out = append(out, f)
		}
	}
	markup = append(markup, markupIn(v, 0)...)
	if len(markup) > 0 {
		out = append(out, listsInMarkup(p.fragment(strings.Join(markup, "\n")), "markup in json")...)
	}
	return out
}

// markupIn lists strings of an answer that are markup with links, such as the
// data.html of jpaas.
func markupIn(v *value, depth int) []string {
	var out []string
	if v == nil || depth > maxNesting || v.kind != 'o' {
		return nil
	}
	for _, k := range v.keys {
		f := v.fields[k]
		switch {
		case f.kind == 'o':
			out = append(out, markupIn(f, depth+1)...)
		case f.kind == 's' && strings.Contains(f.text, "<a") && strings.Count(f.text, "<") >= 4:
			out = append(out, f.text)
		}
	}
	return out
}

// readRecords makes entries of the objects of one array.
func readRecords(rs []record, p Page) (found, bool) {
	if len(rs) > maxLinks {
		rs = rs[:maxLinks]
	}
	c, ok := findColumns(rs)
	if !ok {
		return found{}, false
	}
	base := baseOf(p)
	var f found
	for _, r := range rs {
		if e, ok := readRecord(r, c, base); ok {
			f.entries = append(f.entries, e)
		}
	}
	f.score = judge(f.entries)
	return f, len(f.entries) > 0
}

func readRecord(r record, c columns, base string) (entry, bool) {
	var e entry
	var shown day
	var flag bool
	e.Title, flag, e.Validity, shown = cleanTitle(r.values[c.title].str())
	u, ok := resolve(base, r.values[c.url].str())
	if !ok || dull(e.Title) {
		return e, false
	}
	e.URL, e.Pinned = u, flag
	e.uploaded, _ = dayInURL(u)
	if d, ok := valueDay(r.values[c.date]); ok {
		e.Date = d
	} else if !shown.IsZero() {
		e.Date = shown
	} else if d, ok := wholeDay(r.values[c.date].str()); ok && d.Year == 0 {
		e.short = d
	}
	if d, ok := valueDay(r.values[c.written]); ok {
		e.Written = d
	}
	e.Number = plainValue(r.values[c.number])
	e.Issuer = plainValue(r.values[c.issuer])
	if e.Validity == "" {
		for _, k := range r.keys {
			if kind, _ := named(k); kind == validityField && e.Validity == "" {
				e.Validity = flagOf(k, r.values[k])
			}
		}
	}
	if v := r.values[c.pinned]; v != nil && v.text != "" && v.text != "0" && v.text != "false" && v.text != "否" {
		e.Pinned = true
	}
	e.weight = titleWeight(e.Title) * linkWeight(u)
	return e, true
}

// plainValue is a field's text without highlight tags; signs for "none" are empty.
func plainValue(v *value) string {
	s, _, _, _ := cleanTitle(v.str())
	switch s {
	case "无", "-", "—", "--", "/", "null", "——":
		return ""
	}
	return s
}
