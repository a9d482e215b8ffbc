package family

import (
	"strconv"
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
		if a := numbered(v); a != nil {
			visit(path, a)
		}
		for _, k := range v.keys {
			f := v.fields[k]
			if in := quotedValue(f); in != nil {
				f = in
			}
			arraysOf(f, path+"."+k, depth+1, visit)
		}
	}
}

// quotedValue is the value that a string holds as JSON of its own, nil for others.
func quotedValue(f *value) *value {
	t := strings.TrimSpace(f.text)
	if f.kind != 's' || len(t) < 60 || t[0] != '{' && t[0] != '[' {
		return nil
	}
	if in, _, ok := parseLiteral(t); ok && (in.kind == 'o' || in.kind == 'a') {
		return in
	}
	return nil
}

// numbered is an object whose fields are objects of one kind, such as
// {"0":{…},"1":{…}}, as an array; nil for any other.
func numbered(v *value) *value {
	a := &value{kind: 'a'}
	for _, k := range v.keys {
		if f := v.fields[k]; f.kind == 'o' && len(f.keys) > 1 {
			a.items = append(a.items, f)
		}
	}
	if len(a.items) < 3 || len(a.items)*10 < len(v.keys)*8 {
		return nil
	}
	for _, e := range a.items[1:] {
		if !alike(flat(a.items[0]), flat(e)) {
			return nil
		}
	}
	return a
}

// byPosition is a row of plain values with their places as names.
func byPosition(a *value) record {
	r := record{values: map[string]*value{}}
	for i, e := range a.items[:min(len(a.items), 40)] {
		if e.kind == 's' || e.kind == 'n' {
			k := "#" + strconv.Itoa(i)
			r.keys = append(r.keys, k)
			r.values[k] = e
		}
	}
	return r
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
			case e.kind == 'a' && len(e.items) >= 2:
				if _, ok := byPath[path]; !ok {
					order = append(order, path)
				}
				byPath[path] = append(byPath[path], byPosition(e))
			case e.kind == 's' && strings.Contains(strings.ToLower(e.text), "<a"):
				markup = append(markup, e.text)
			}
		}
	})
	order = mergeAlike(byPath, order)
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

// mergeAlike joins arrays of the same name and fields that stand side by side,
// such as one array for each category of an answer.
func mergeAlike(byPath map[string][]record, order []string) []string {
	var kept []string
	for _, path := range order {
		into := ""
		for _, k := range kept {
			if lastName(k) == lastName(path) && alike(byPath[k][0], byPath[path][0]) {
				into = k
				break
			}
		}
		if into == "" {
			kept = append(kept, path)
			continue
		}
		byPath[into] = append(byPath[into], byPath[path]...)
	}
	return kept
}

func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// alike is true of records that share most of their fields.
func alike(a, b record) bool {
	both := 0
	for _, k := range a.keys {
		if b.values[k] != nil {
			both++
		}
	}
	return both >= 2 && both*10 >= 6*min(len(a.keys), len(b.keys))
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
	} else if d, ok := c.otherDay(r); ok {
		e.Date = d
	} else if !shown.IsZero() {
		e.Date = shown
	} else if d, ok := r.shortDay(c.date); ok {
		e.short, e.year = d, r.yearField()
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

// shortDay is a day without its year, from a field or from the first that has one.
func (r record) shortDay(key string) (day, bool) {
	if d, ok := wholeDay(r.values[key].str()); ok && d.Year == 0 {
		return d, true
	}
	for _, k := range r.keys {
		if kind, _ := named(k); kind != publishedField {
			continue
		}
		if d, ok := wholeDay(r.values[k].str()); ok && d.Year == 0 {
			return d, true
		}
	}
	return day{}, false
}

// yearField is the year that a record keeps in a field of its own, zero when it does not.
func (r record) yearField() int {
	for _, k := range r.keys {
		low := strings.ToLower(k)
		if !strings.Contains(low, "year") && !strings.Contains(low, "nian") {
			continue
		}
		if g := headingYear.FindStringSubmatch(strings.TrimSpace(r.values[k].str())); g != nil {
			return num(g[1])
		}
	}
	return 0
}

// otherDay reads the next best field that holds the publication date.
func (c columns) otherDay(r record) (day, bool) {
	for _, k := range c.dates {
		if kind, _ := named(k); kind != publishedField {
			continue
		}
		if d, ok := valueDay(r.values[k]); ok {
			return d, true
		}
	}
	return day{}, false
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
