package family

import "strings"

// markup is a family whose lists are drawn in the page: its marks, the elements
// that hold its rows, and its way of paging.
type markup struct {
	name string
	// marks are texts that only pages of this family hold, with how sure they make us.
	marks []fingerprint
	// containers are the elements that hold rows; they serve to tell an emptied
	// list from a page that was changed.
	containers []string
	// shell finds the requests that bring the list, for pages without rows.
	shell func(Page) []Request
	// next finds the following page; nil takes what the page's own pager says.
	next func(Page, *Listing) []Request
}

type fingerprint struct {
	text string
	sure float64
}

// Name implements Family.
func (m markup) Name() string { return m.name }

// List implements Family.
func (m markup) List(p Page) (Listing, error) {
	if l, ok := declaredAPI(m.name, p); ok {
		return l, nil
	}
	l, err := readMarkup(m.name, p, m.containers...)
	if err != nil {
		if m.shell != nil && p.Root != nil {
			if l.First = m.shell(p); len(l.First) > 0 {
				return l, nil
			}
		}
		return l, err
	}
	var total int
	l.Next, total, l.Pages, l.Page = pagerOf(p)
	if l.Total == 0 {
		l.Total = total
	}
	if m.next != nil {
		l.Next = m.next(p, &l)
	}
	if n := selectedNext(p); n != nil {
		l.Next = n
	}
	return l, nil
}

func (m markup) mark(p Page) float64 { return sureness(p, m.marks) }

// sureness is the strongest mark that a page shows.
func sureness(p Page, marks []fingerprint) float64 {
	best := 0.0
	for _, m := range marks {
		if m.sure > best && (strings.Contains(p.Text, m.text) || strings.Contains(p.URL, m.text)) {
			best = m.sure
		}
	}
	return best
}

// declaredAPI sends the first visit of a list whose declaration names an API
// (option api) there instead of reading a page that a script fills.
func declaredAPI(name string, p Page) (Listing, bool) {
	to := p.List.Options["api"]
	if to == "" || p.Root == nil || name == "hanweb-querylist" {
		return Listing{}, false
	}
	u, ok := resolve(p.URL, to)
	if !ok || canonical(u) == canonical(p.URL) {
		return Listing{}, false
	}
	return Listing{Family: name, First: []Request{get(u, 1)}, Endpoint: u}, true
}
