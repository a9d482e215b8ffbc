package family

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// jpaas is Hanweb's newer platform: a script element names a call (build/unit)
// with its query in single quotes; the answer is JSON that holds markup.
type jpaas struct{}

func (jpaas) Name() string { return "hanweb-jpaas" }

func (jpaas) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"page/build/unit", 0.95}, {"bulidstatic", 0.95}, {"buildstatic", 0.9}, {"jpaas-publish-server", 0.9}})
}

// List implements Family.
func (j jpaas) List(p Page) (Listing, error) {
	call, has := jpaasCall(p)
	l, err := j.rows(p)
	if err != nil {
		if has && p.Root != nil {
			return Listing{Family: j.Name(), First: []Request{get(call, 1)}, Endpoint: call}, nil
		}
		return l, err
	}
	if p.Root == nil {
		call, has = p.URL, true
	}
	l.Endpoint = call
	markupText := p.Text
	if p.Root == nil {
		markupText = strings.NewReplacer(`\"`, `"`, `\/`, `/`).Replace(markupText)
	}
	count, size, cur := jpaasPager(markupText)
	if g := num(p.List.Options["page_size"]); size == 0 && g > 0 {
		size = g
	}
	if l.Total = count; cur > 0 {
		l.Page = cur
	}
	if size <= 0 {
		size = len(l.Items)
	}
	l.Pages = (count + size - 1) / size
	if has && l.Page < l.Pages {
		param := url.QueryEscape(fmt.Sprintf(`{"pageNo":%d,"pageSize":%d}`, l.Page+1, size))
		l.Next = []Request{get(setParam(call, "paramJson", param), l.Page+1)}
	}
	if !has && len(l.Next) == 0 {
		l.Next, _, _, _ = pagerOf(p)
	}
	return l, nil
}

// rows reads the markup of a page, or the markup within an answer.
func (j jpaas) rows(p Page) (Listing, error) {
	if p.Root != nil {
		return readMarkup(j.Name(), p, "ul.common_list_ul", ".page-content ul", ".pagination")
	}
	for _, v := range literalsIn(p.Text) {
		ms := markupIn(v, 0)
		if len(ms) == 0 {
			if h := v.at("data", "html"); h != nil {
				return Listing{Family: j.Name()}, fmt.Errorf("%w: data.html is there and holds no row", ErrEmptyList)
			}
			continue
		}
		if best, ok := bestOf(listsInMarkup(p.fragment(strings.Join(ms, "\n")), "data.html")); ok {
			return listing(j.Name(), p, best.entries), nil
		}
		return Listing{Family: j.Name()}, fmt.Errorf("%w: data.html holds links but no rows", ErrNoMatch)
	}
	return Listing{Family: j.Name()}, fmt.Errorf("%w: the answer has no data.html", ErrNoMatch)
}

// jpaasCall builds the call that a page's script element describes. A page
// carries several units (banner, navigation, list): the declaration's tag option
// names the one to read, else the tag that speaks of a list is taken.
func jpaasCall(p Page) (string, bool) {
	out, best := "", -1
	everyScript(p.Root, func(s *html.Node, _ string) {
		kind := strings.ToLower(attr(s, "parsetype"))
		if kind != "bulidstatic" && kind != "buildstatic" {
			return
		}
		u, ok := resolve(p.URL, attr(s, "url"))
		v, _, fine := parseLiteral(attr(s, "querydata"))
		if !ok || !fine || v.kind != 'o' {
			return
		}
		rank := unitRank(v.at("tagId").str(), p.List.Options["tag"])
		if rank <= best {
			return
		}
		var q []string
		for _, k := range v.keys {
			q = append(q, url.QueryEscape(k)+"="+url.QueryEscape(v.fields[k].str()))
		}
		sep := "?"
		if strings.Contains(u, "?") {
			sep = "&"
		}
		out, best = u+sep+strings.Join(q, "&"), rank
	})
	return out, out != ""
}

func unitRank(tag, wanted string) int {
	switch {
	case wanted != "" && tag == wanted:
		return 4
	case strings.Contains(tag, "分页"):
		return 3
	case strings.Contains(tag, "列表"), strings.Contains(strings.ToLower(tag), "list"):
		return 2
	case strings.Contains(tag, "内容"), strings.Contains(tag, "信息"), strings.Contains(tag, "文章"):
		return 1
	}
	return 0
}

var (
	pagination = regexp.MustCompile(`<[^<>]*class=["'][^"'<>]*pagination[^<>]*>`)
	attrNumber = regexp.MustCompile(`\b(rows|count)=["']?(\d+)`)
	paramPage  = regexp.MustCompile(`pageNo["'&quot;\\]*\s*:\s*["']?(\d+)`)
	paramSize  = regexp.MustCompile(`pageSize["'&quot;\\]*\s*:\s*["']?(\d+)`)
)

// jpaasPager reads div.pagination: count entries, rows on a page.
func jpaasPager(text string) (count, size, cur int) {
	tag := pagination.FindString(text)
	for _, g := range attrNumber.FindAllStringSubmatch(tag, 4) {
		if g[1] == "rows" {
			size = num(g[2])
		} else {
			count = num(g[2])
		}
	}
	if g := paramPage.FindStringSubmatch(tag); g != nil {
		cur = num(g[1])
	}
	if g := paramSize.FindStringSubmatch(tag); g != nil && size == 0 {
		size = num(g[1])
	}
	return count, size, cur
}
