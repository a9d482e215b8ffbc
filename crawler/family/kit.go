package family

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// ErrNoMatch is the kind of ErrEmptyList that says: what should hold the list is
// not on the page (a selector or an array is missing), so the page was changed
// or is another one. A plain ErrEmptyList says that it is there and empty.
var ErrNoMatch = fmt.Errorf("%w: nothing matches", ErrEmptyList)

// readMarkup reads a list drawn in markup: by the declaration's selectors where
// it has some, else by shape. Paging is left to the family.
func readMarkup(name string, p Page, containers ...string) (Listing, error) {
	if p.Root == nil {
		return Listing{Family: name}, fmt.Errorf("%w: the answer is not a page", ErrNoMatch)
	}
	if p.List.Selectors["item"] != "" {
		return readSelected(name, p)
	}
	best, fs, ok := bestIn(p)
	if !ok {
		for _, c := range containers {
			if sel, err := compile(c); err == nil && selectFirst(p.Root, sel) != nil {
				return Listing{Family: name}, fmt.Errorf("%w: the list %s is there and has no rows", ErrEmptyList, c)
			}
		}
		return Listing{Family: name, Endpoint: endpointIn(p)}, emptyAuto(p, fs)
	}
	l := listing(name, p, companions(best, fs))
	l.Endpoint = endpointIn(p)
	l.Total = totalPrinted(p)
	return l, nil
}

// readSelected reads rows by the selectors of the declaration: item is needed,
// link, title and date refine what a row's own shape says.
func readSelected(name string, p Page) (Listing, error) {
	l := Listing{Family: name, Page: pageNumber(p)}
	sel := map[string]goquery.Matcher{}
	for k, s := range p.List.Selectors {
		c, err := compile(s)
		if err != nil {
			return l, fmt.Errorf("%w: selector %s %q is not valid CSS: %w", ErrNoMatch, k, s, err)
		}
		sel[k] = c
	}
	rows := selectAll(p.Root, sel["item"])
	if len(rows) == 0 {
		l.Endpoint = endpointIn(p)
		return l, fmt.Errorf("%w: selector item %q", ErrNoMatch, p.List.Selectors["item"])
	}
	a := findAnchors(p.Root, baseOf(p))
	var es []entry
	for _, n := range rows {
		if e, ok := readRow(n, a, sel); ok {
			es = append(es, e)
		}
	}
	if len(es) == 0 {
		l.Endpoint = endpointIn(p)
		return l, fmt.Errorf("%w: selector item %q matches %d elements and none holds a titled link", ErrNoMatch, p.List.Selectors["item"], len(rows))
	}
	l = listing(name, p, es)
	l.Total = totalPrinted(p)
	return l, nil
}

func readRow(n *html.Node, a anchors, sel map[string]goquery.Matcher) (entry, bool) {
	e, ok := readUnit(unit{n}, a, columnHeads(n))
	if s, has := sel["link"]; has {
		link := selectFirst(n, s)
		if link == nil {
			return e, false
		}
		u, fine := linkOf(a.base, link)
		if !fine {
			return e, false
		}
		t, _ := linkTitle(link)
		e.URL = u
		e.Title, e.Pinned, e.Validity, _ = cleanTitle(t)
		e.uploaded, _ = dayInURL(u)
		ok = !dull(e.Title)
	}
	if s, has := sel["title"]; has {
		if t := selectFirst(n, s); t != nil {
			e.Title, _, _, _ = cleanTitle(wholeTitle(nodeText(t), attr(t, "title")))
			ok = e.URL != "" && !dull(e.Title)
		}
	}
	if s, has := sel["date"]; has {
		e.Date, e.short = day{}, day{}
		if d := selectFirst(n, s); d != nil {
			t := nodeText(d)
			v, fine := wholeDay(t)
			if !fine {
				v, fine = firstDay(t)
			}
			switch {
			case fine && v.Year > 0:
				e.Date = v
			case fine:
				e.short = v
			}
		}
	}
	return e, ok
}

// selectedNext is the request that the declaration's next selector points to.
func selectedNext(p Page) []Request {
	s := p.List.Selectors["next"]
	if s == "" || p.Root == nil {
		return nil
	}
	c, err := compile(s)
	if err != nil {
		return nil
	}
	if n := selectFirst(p.Root, c); n != nil {
		if u, ok := linkOf(baseOf(p), n); ok && canonical(u) != canonical(p.URL) {
			return []Request{get(u, pageNumber(p)+1)}
		}
	}
	return nil
}

// api says where the answers of a family hold their rows and how the fields are
// called; several names are tried in turn.
type api struct {
	name   string
	arrays []string
	fields columnNames
}

type columnNames struct{ title, url, date, written, number, issuer []string }

// readAPI reads an answer: the array by its path, the fields by their names,
// what is not named by what its values look like. fix may adapt a record first.
func (a api) readAPI(p Page, fix func(record) record) (Listing, *value, error) {
	l := Listing{Family: a.name, Page: pageNumber(p)}
	vs := literalsIn(p.Text)
	if len(vs) == 0 {
		return l, nil, fmt.Errorf("%w: the answer holds no JSON", ErrNoMatch)
	}
	root, path, arr := vs[0], "", (*value)(nil)
	for _, v := range vs {
		for _, path = range a.arrays {
			if arr = arrayAt(v, path); arr != nil {
				root = v
				break
			}
		}
		if arr != nil {
			break
		}
	}
	if arr == nil {
		return l, root, fmt.Errorf("%w: the answer has no array %s", ErrNoMatch, strings.Join(a.arrays, " or "))
	}
	var rs []record
	for _, e := range arr.items {
		if e.kind == 'o' {
			r := flat(e)
			if fix != nil {
				r = fix(r)
			}
			rs = append(rs, r)
		}
	}
	if len(rs) == 0 {
		return l, root, fmt.Errorf("%w: the array %s is there and empty", ErrEmptyList, path)
	}
	c, _ := findColumns(rs)
	a.fields.apply(&c, rs)
	if c.title == "" || c.url == "" {
		return l, root, fmt.Errorf("%w: the entries of %s have no title and address", ErrNoMatch, path)
	}
	base := baseOf(p)
	var es []entry
	for _, r := range rs {
		if e, ok := readRecord(r, c, base); ok {
			es = append(es, e)
		}
	}
	if len(es) == 0 {
		return l, root, fmt.Errorf("%w: no entry of %s has both a title and an address", ErrNoMatch, path)
	}
	l = listing(a.name, p, es)
	l.Total, l.Pages = totalsInValue(p)
	return l, root, nil
}

func arrayAt(v *value, path string) *value {
	if path != "" {
		v = v.at(strings.Split(path, ".")...)
	}
	if v == nil || v.kind != 'a' {
		return nil
	}
	return v
}

// apply puts the known names over what the values suggest.
func (n columnNames) apply(c *columns, rs []record) {
	set := func(to *string, names []string) {
		for _, want := range names {
			for _, r := range rs {
				if v := r.values[want]; v != nil && strings.TrimSpace(v.str()) != "" {
					*to = want
					return
				}
			}
		}
	}
	set(&c.title, n.title)
	set(&c.url, n.url)
	set(&c.date, n.date)
	set(&c.written, n.written)
	set(&c.number, n.number)
	set(&c.issuer, n.issuer)
}

// following is the next page of an answer with totals, by raising one parameter
// of its address; size is what one page holds, 0 when nothing says it.
func following(p Page, param string, l Listing, size int) []Request {
	cur := num(queryOf(p.URL, param))
	if cur == 0 {
		cur = pageNumber(p)
	}
	held := p.Asked.Before + len(l.Items)
	switch {
	case len(l.Items) == 0:
		return nil
	case l.Pages > 0:
		if cur >= l.Pages {
			return nil
		}
	case size > 0:
		if cur*size >= l.Total {
			return nil
		}
	case held >= l.Total || p.Asked.Before == 0 && cur*len(l.Items) >= l.Total:
		return nil
	}
	r := get(setParam(p.URL, param, fmt.Sprint(cur+1)), cur+1)
	r.Before = held
	return []Request{r}
}
