package family

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"govwatch/notice"

	"golang.org/x/net/html"
)

// auto finds a list by its shape alone: repeated siblings with link and date, an
// array of objects with an address and a title, markup inside either. It serves
// pages of no known family and checks the others.
type auto struct{}

// Name implements Family.
func (auto) Name() string { return "auto" }

// List implements Family.
func (auto) List(p Page) (Listing, error) {
	if l, ok := declaredAPI("auto", p); ok {
		return l, nil
	}
	if p.List.Selectors["item"] != "" && p.Root != nil {
		return markup{name: "auto"}.List(p)
	}
	best, fs, ok := bestIn(p)
	if !ok {
		return Listing{Family: "auto", Endpoint: endpointIn(p)}, emptyAuto(p, fs)
	}
	es := companions(best, fs)
	l := listing("auto", p, es)
	l.Next, l.Total, l.Pages, l.Page = pagerOf(p)
	l.Endpoint = endpointIn(p)
	return l, nil
}

// candidatesOf reads a page in every way that may hold a list.
func candidatesOf(p Page) []found {
	var fs []found
	if p.Root == nil {
		vs := literalsIn(p.Text)
		if len(vs) > 2 {
			// One object a line is an array too.
			vs = append(vs, &value{kind: 'a', items: vs})
		}
		for _, v := range vs {
			fs = append(fs, listsIn(v, p)...)
		}
		return append(fs, recordsIn(p.Text, p)...)
	}
	fs = append(fs, listsInMarkup(p, "")...)
	fs = append(fs, recordsIn(p.Text, p)...)
	if head := strings.TrimSpace(p.Text[:min(len(p.Text), 200)]); strings.HasPrefix(head, "<?xml") || strings.HasPrefix(head, "<rss") || strings.HasPrefix(head, "<feed") {
		if v := xmlValue(p.Text); v != nil {
			fs = append(fs, listsIn(v, p)...)
		}
	}
	var rows strings.Builder
	everyScript(p.Root, func(_ *html.Node, text string) {
		if len(text) < 40 {
			return
		}
		rows.WriteString(written(text))
		vs := literalsIn(text)
		for _, v := range slices.Concat(vs, grouped(vs), callsIn(text)) {
			fs = append(fs, listsIn(v, p)...)
		}
	})
	if rows.Len() > 0 {
		fs = append(fs, listsInMarkup(p.fragment(rows.String()), "document.write")...)
	}
	return fs
}

// bestIn finds the list of a page. What only scripts see counts when the page
// shows none, or none with dates where the other has them.
func bestIn(p Page) (best found, fs []found, ok bool) {
	fs = candidatesOf(p)
	best, ok = bestOf(fs)
	if ok && datedShare(best.entries) > 0.5 {
		return best, fs, ok
	}
	if other, fine := bestOf(hiddenIn(p)); fine && other.score > best.score && (!ok || datedShare(other.entries) > 0.8) {
		return other, fs, true
	}
	return best, fs, ok
}

// listsInMarkup reads every block of a tree.
func listsInMarkup(p Page, shape string) []found {
	if p.Root == nil {
		return nil
	}
	a := findAnchors(p.Root, baseOf(p))
	var fs []found
	for _, b := range findBlocks(p.Root, a) {
		f := readBlock(b, a)
		if len(f.entries) == 0 {
			continue
		}
		if shape != "" {
			f.shape = shape
		}
		f.score *= athome(f.entries, p.URL)
		fs = append(fs, f)
	}
	return fs
}

// athome favours a list whose documents all stand below the folder of the page:
// many systems keep a column's documents in the column's folder, and what stands
// beside it elsewhere.
func athome(es []entry, page string) float64 {
	dir, _, _ := strings.Cut(page, "?")
	if i := strings.Index(dir, "://"); i < 0 || strings.Count(dir[i+3:], "/") < 2 {
		return 1
	}
	dir = dir[:strings.LastIndexByte(dir, '/')+1]
	for _, e := range es {
		if rest, below := strings.CutPrefix(e.URL, dir); !below || rest == "" || linkWeight(e.URL) < 0.6 {
			return 1
		}
	}
	return 3
}

var (
	dataRecord = regexp.MustCompile(`(?s)<record>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</record>`)
	writeCall  = regexp.MustCompile(`document\.write(?:ln)?\s*\(`)
)

// recordsIn reads the records of a Hanweb data store, in an XML answer or in the
// script element of a page.
func recordsIn(text string, p Page) []found {
	if !strings.Contains(text, "<record>") {
		return nil
	}
	var b strings.Builder
	for _, g := range dataRecord.FindAllStringSubmatch(text, maxLinks) {
		b.WriteString(g[1])
		b.WriteByte('\n')
	}
	return listsInMarkup(p.fragment(rowsOf(b.String())), "datastore")
}

// rowsOf wraps loose rows so that the parser keeps them.
func rowsOf(markup string) string {
	t := strings.TrimSpace(strings.ToLower(markup))
	if strings.HasPrefix(t, "<tr") {
		return "<table>" + markup + "</table>"
	}
	return "<ul>" + markup + "</ul>"
}

// written joins the markup that a script writes out; a variable stands for the
// string that the same script gives it.
func written(script string) string {
	var b strings.Builder
	for _, m := range writeCall.FindAllStringIndex(script, maxLinks) {
		rest := script[m[1]:]
		for {
			rest = strings.TrimLeft(rest, " \t\r\n+")
			if rest == "" {
				break
			}
			if c := rest[0]; c == '\'' || c == '"' || c == '`' {
				lp := &literalParser{s: rest, left: 1}
				t, ok := lp.quoted(c)
				if !ok {
					break
				}
				b.WriteString(t)
				rest = rest[lp.i:]
				continue
			}
			name := rest[:len(rest)-len(strings.TrimLeftFunc(rest, wordRune))]
			if name == "" {
				break
			}
			b.WriteString(html.EscapeString(textVariable(script[:m[0]], name)))
			rest = rest[len(name):]
		}
		b.WriteByte('\n')
	}
	if s := b.String(); strings.Contains(s, "<a") {
		return s
	}
	return ""
}

func wordRune(r rune) bool {
	return r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// textVariable is the string last given to a variable before a place in a script.
func textVariable(before, name string) string {
	for end := len(before); end > 0; {
		i := strings.LastIndex(before[:end], name)
		if i < 0 {
			return ""
		}
		t := strings.TrimLeft(before[i+len(name):], " \t")
		if t, ok := strings.CutPrefix(t, "="); ok {
			t = strings.TrimLeft(t, " \t")
			if t != "" && (t[0] == '"' || t[0] == '\'') {
				lp := &literalParser{s: t, left: 1}
				if v, ok := lp.quoted(t[0]); ok {
					return v
				}
			}
		}
		end = i
	}
	return ""
}

// listing makes the public form of entries: pinned marked, years completed,
// one item per address.
func listing(name string, p Page, es []entry) Listing {
	completeYears(es, yearOf(p.URL), visitDay(p))
	markPinned(es)
	l := Listing{Family: name, Page: p.Number}
	seen := map[string]bool{}
	for _, e := range es {
		it := e.Item
		it.Link = e.URL
		it.URL = canonical(e.URL)
		if seen[it.URL] {
			continue
		}
		seen[it.URL] = true
		l.Items = append(l.Items, it)
	}
	return l
}

// emptyAuto says why a page gave no list.
func emptyAuto(p Page, fs []found) error {
	links := 0
	for _, f := range fs {
		links = max(links, len(f.entries))
	}
	switch {
	case strings.TrimSpace(p.Text) == "":
		return fmt.Errorf("%w: the answer is empty", ErrNoMatch)
	case p.Root == nil && len(fs) == 0:
		return fmt.Errorf("%w: the answer holds no array of entries with an address and a title", ErrNoMatch)
	case links == 0:
		return fmt.Errorf("%w: the page holds no repeated links%s", ErrNoMatch, endpointHint(p))
	}
	return fmt.Errorf("%w: links stand only in navigation, none looks like a document%s", ErrNoMatch, endpointHint(p))
}

func endpointHint(p Page) string {
	if e := endpointIn(p); e != "" {
		return "; its script asks " + e
	}
	return ""
}

// ListAny reads a page of any site without a declaration: by the families whose
// fingerprints it shows, checked against its shape. Addresses are as the page
// writes them, made absolute, and where a list shows the written date alone,
// that is the date given.
func ListAny(p Page) (Listing, error) {
	best, err := auto{}.List(p)
	for i, name := range Detect(p) {
		f, ok := ByName(name)
		if !ok || name == "auto" || i > 2 {
			continue
		}
		l, ferr := f.List(p)
		if ferr != nil {
			continue
		}
		// Where no shape shows a list, a family that builds addresses from ids may.
		if agrees(l, best) || len(best.Items) == 0 && len(l.Items) > 0 {
			best, err = l, nil
			break
		}
		if len(l.First) > 0 && len(best.First) == 0 {
			best.First = l.First
		}
	}
	if err != nil && len(best.First) > 0 {
		err = nil
	}
	for i := range best.Items {
		it := &best.Items[i]
		if it.URL = it.Link; it.Date.IsZero() {
			it.Date = it.Written
		}
	}
	return best, err
}

// agrees is true when a family saw at least the entries that stand out by their
// shape: a family whose rules no longer fit a site is not believed.
func agrees(l, shape Listing) bool {
	if len(l.Items) == 0 {
		return false
	}
	have := map[string]bool{}
	for _, it := range l.Items {
		have[it.URL] = true
	}
	n := 0
	for _, it := range shape.Items {
		if have[it.URL] {
			n++
		}
	}
	return n*10 >= len(shape.Items)*8 && len(l.Items)*8 <= max(len(shape.Items), 1)*10
}

// Newest is the latest publication date of a listing.
func (l Listing) Newest() notice.Date {
	var d notice.Date
	for _, it := range l.Items {
		if it.Date.Compare(d) > 0 {
			d = it.Date
		}
	}
	return d
}
