package family

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// jpage is Hanweb JCMS with the jpage unit: records as XML in the page
// (<datastore>) or as a script array (dataStore, the old form), further ones
// from dataproxy.jsp by record number.
type jpage struct{}

func (jpage) Name() string { return "hanweb-jpage" }

func (jpage) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"<datastore>", 0.95}, {"dataproxy.jsp", 0.9}, {"dataStore", 0.8}, {"/art/20", 0.3}, {".jpage(", 0.8}})
}

var (
	totalRecord = regexp.MustCompile(`(?i)<totalrecord>\s*(\d+)|totalRecord["']?\s*[:=]\s*["']?(\d+)`)
	proxyURL    = regexp.MustCompile(`(?:dataUrl["']?\s*:\s*|proxyUrl\s*[:=]\s*)["']([^"']*dataproxy\.jsp[^"']*)["']`)
	nextGroup   = regexp.MustCompile(`(?s)<nextgroup>.*?href=["']([^"']*dataproxy\.jsp[^"']*)["']`)
	anyProxy    = regexp.MustCompile(`["']([^"'\s]*/module/web/jpage/dataproxy\.jsp[^"'\s]*)["']`)
	perPage     = regexp.MustCompile(`(?i)perPage["']?\s*[:=]\s*["']?(\d+)`)
	proxyParam  = regexp.MustCompile(`(?s)(?:param|paramData|data)["']?\s*[:=]\s*(\{[^{}]*unitid[^{}]*\})`)
)

// List implements Family.
func (j jpage) List(p Page) (Listing, error) {
	var l Listing
	fs := recordsIn(p.Text, p)
	if !strings.Contains(p.Text, "<record>") {
		for _, f := range candidatesOf(p) {
			if f.shape == "markup in json" || p.Root == nil {
				fs = append(fs, f)
			}
		}
	}
	best, ok := bestOf(fs)
	switch {
	case ok:
		l = listing(j.Name(), p, best.entries)
	case p.Root != nil && !strings.Contains(p.Text, "<datastore>") && !strings.Contains(p.Text, "dataStore"):
		var err error
		if l, err = readMarkup(j.Name(), p, ".default_pgContainer", "#zoom"); err != nil {
			if next := jpageRequest(p, 1); next != nil {
				return Listing{Family: j.Name(), First: next, Endpoint: next[0].URL}, nil
			}
			return l, err
		}
	default:
		return Listing{Family: j.Name()}, fmt.Errorf("%w: the data store is there and holds no record", ErrEmptyList)
	}
	if g := totalRecord.FindStringSubmatch(p.Text); g != nil {
		l.Total = num(g[1] + g[2])
	}
	last := len(l.Items)
	if e := num(queryOf(p.URL, "endrecord")); e > 0 {
		last = e
	} else if best.entries != nil {
		last = len(best.entries)
	}
	if last < l.Total {
		l.Next = jpageRequest(p, last+1)
	}
	if ok && l.Total == 0 {
		l.Next, _, _, _ = pagerOf(p)
	}
	return l, nil
}

// jpageRequest asks for the records from a number on, as many as three pages,
// the size that the platform's own script asks for.
func jpageRequest(p Page, from int) []Request {
	raw := p.List.Options["proxy"]
	switch {
	case strings.Contains(p.URL, "dataproxy.jsp"):
		raw = p.URL
	case raw == "":
		for _, re := range []*regexp.Regexp{proxyURL, nextGroup, anyProxy} {
			if g := re.FindStringSubmatch(p.Text); g != nil {
				raw = strings.ReplaceAll(g[1], "&amp;", "&")
				break
			}
		}
	}
	u, ok := resolve(p.URL, raw)
	if raw == "" || !ok {
		return nil
	}
	per := 15
	if n := num(queryOf(u, "perpage")); n > 0 {
		per = n
	} else if g := perPage.FindStringSubmatch(p.Text); g != nil && num(g[1]) > 0 {
		per = num(g[1])
	}
	u = setParam(u, "startrecord", strconv.Itoa(from))
	u = setParam(u, "endrecord", strconv.Itoa(from+3*per-1))
	u = setParam(u, "perpage", strconv.Itoa(per))
	page := (from-1)/per + 1
	if p.Asked.Method == "POST" {
		next := p.Asked
		next.URL, next.Page = u, page
		return []Request{next}
	}
	// The unit may stand in the parameters of the script's POST instead.
	if queryOf(u, "unitid") == "" {
		if g := proxyParam.FindStringSubmatch(p.Text); g != nil {
			if v, _, fine := parseLiteral(g[1]); fine && v.kind == 'o' {
				form := url.Values{}
				for _, k := range v.keys {
					form.Set(k, v.fields[k].str())
				}
				return []Request{{Method: "POST", URL: u, Body: form.Encode(), ContentType: "application/x-www-form-urlencoded; charset=UTF-8", Page: page}}
			}
		}
	}
	return []Request{get(u, page)}
}
