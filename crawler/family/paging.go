package family

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// maxPages bounds what a pager may promise; no real list is longer.
const maxPages = 20000

// pagerOf finds how a page says where its next one is: a script's page count, a
// link 下一页 or the next number, or the totals of an API answer.
func pagerOf(p Page) (next []Request, total, pages, page int) {
	page = pageNumber(p)
	if p.Root == nil {
		total, pages = totalsInValue(p)
		return nextByQuery(p, page, total, pages), total, pages, page
	}
	total = totalPrinted(p)
	if r, n, cur, ok := trsPager(p); ok {
		return r, total, n, cur
	}
	next, pages, cur := linkedPager(p)
	if cur > 0 {
		page = cur
	}
	return next, total, pages, page
}

func pageNumber(p Page) int { return max(p.Number, 1) }

func get(u string, page int) Request { return Request{Method: "GET", URL: u, Page: page} }

var nextText = regexp.MustCompile(`^(?:下\s*一?\s*页|下一頁|后一页|下页|next\s*(?:page)?|>|›|»|→|下一页\s*[>›»]*|[>›»]\s*下一页)$`)

// linkedPager reads a pager made of links. The link 下一页 may be a script; a
// link whose text is the next number does as well.
func linkedPager(p Page) (next []Request, pages, cur int) {
	base := baseOf(p)
	self := canonicalOr(p.URL)
	numbers := map[int]string{}
	var byText string
	each(p.Root, func(n *html.Node) bool {
		if n.Type == html.ElementNode {
			if c := currentMark(n); c > 0 && cur == 0 {
				cur = c
			}
		}
		if n.Type != html.ElementNode || n.Data != "a" {
			return n.Type != html.CommentNode
		}
		t := strings.ToLower(textzh.Fold(nodeText(n)))
		if t == "" {
			t = strings.ToLower(attr(n, "title"))
		}
		u, ok := linkOf(base, n)
		if !ok || isIcon.MatchString(u) {
			return false
		}
		if nextText.MatchString(t) && byText == "" && canonicalOr(u) != self {
			byText = u
		}
		if k, err := strconv.Atoi(strings.Trim(t, "[]")); err == nil && k > 0 && k < maxPages && inPager(n) {
			if numbers[k] == "" {
				numbers[k] = u
			}
		}
		return false
	})
	for k := range numbers {
		pages = max(pages, k)
	}
	if cur == 0 {
		cur = pageNumber(p)
	}
	if byText != "" {
		next = append(next, get(byText, cur+1))
	}
	if u := numbers[cur+1]; u != "" && canonicalOr(u) != self && canonicalOr(u) != canonicalOr(byText) && byText == "" {
		next = append(next, get(u, cur+1))
	}
	return next, pages, cur
}

func canonicalOr(u string) string { return canonical(u) }

// currentMark reads the number of the page that a pager marks as shown.
func currentMark(n *html.Node) int {
	s := signs(n)
	if s == " " || !strings.Contains(s, "cur") && !strings.Contains(s, "now") && !strings.Contains(s, "active") && !strings.Contains(s, "thisclass") {
		return 0
	}
	t := strings.Trim(textzh.Fold(nodeText(n)), "[] ")
	if len(t) > 5 || t == "" {
		return 0
	}
	k, err := strconv.Atoi(t)
	if err != nil || k < 1 || !inPager(n) {
		return 0
	}
	return k
}

// inPager is true where numbers are page numbers: a neighbour is a number too
// or says 下一页.
func inPager(n *html.Node) bool {
	top := n.Parent
	for range 2 {
		if top == nil {
			return false
		}
		t := nodeText(top)
		if strings.Contains(t, "下一页") || strings.Contains(t, "上一页") || strings.Contains(t, "尾页") || strings.Contains(t, "末页") || pageRun.MatchString(textzh.Fold(t)) {
			return len(t) < 2000
		}
		top = top.Parent
	}
	return false
}

var pageRun = regexp.MustCompile(`(?:^|\D)1\D{1,6}2(?:\D{1,6}3)?(?:\D|$)`)

var totalText = regexp.MustCompile(`(?:共有?|总共|总计|总数|合计)\s*[:：]?\s*([\d,]{1,9})\s*(?:条|篇|项|个文件|件)`)

// totalPrinted is the number of entries a page says its list holds (共1,234条).
func totalPrinted(p Page) int {
	if g := totalText.FindStringSubmatch(textzh.Fold(nodeText(p.Root))); g != nil {
		return num(strings.ReplaceAll(g[1], ",", ""))
	}
	return 0
}

var totalNames = map[string]bool{"total": true, "totalcount": true, "totalrecord": true, "totalrecords": true, "totalnum": true, "totalelements": true, "rowcount": true, "recordcount": true, "totalhits": true, "totalsize": true, "records_total": true, "rows_total": true}
var pagesNames = map[string]bool{"pages": true, "totalpage": true, "totalpages": true, "pagecount": true, "pagetotal": true, "totalpagecount": true}

// totalsInValue finds the totals of an API answer, the outermost first.
func totalsInValue(p Page) (total, pages int) {
	for _, v := range literalsIn(p.Text) {
		queue := []*value{v}
		for n := 0; n < len(queue) && n < 200; n++ {
			v := queue[n]
			for _, k := range v.keys {
				f := v.fields[k]
				low := strings.ToLower(k)
				switch {
				case f.kind == 'o':
					queue = append(queue, f)
				case totalNames[low] && total == 0:
					total = num(f.str())
				case pagesNames[low] && pages == 0:
					pages = min(num(f.str()), maxPages)
				}
			}
		}
		if total > 0 || pages > 0 {
			return total, pages
		}
	}
	return total, pages
}

// pageParams are the names of the page number in the addresses of APIs; those
// that count from zero are told by the first page.
var pageParams = []string{"page", "p", "pageNo", "pageNum", "pageIndex", "current", "pageNumber", "currentPage", "curPage", "pg", "pageno", "page_no", "cpage", "PageIndex", "currPage", "nowPage"}

// nextByQuery raises the page number in the address of an answer, as long as
// its totals say that more follows.
func nextByQuery(p Page, page, total, pages int) []Request {
	u, err := url.Parse(p.URL)
	if err != nil || u.RawQuery == "" {
		return nil
	}
	size := 0
	for _, k := range []string{"n", "size", "pageSize", "perPage", "perpage", "_pageSize", "rows", "limit", "pagesize", "pageSize", "pg"} {
		if v := num(u.Query().Get(k)); v > 0 {
			size = v
			break
		}
	}
	if pages == 0 && size > 0 {
		pages = (total + size - 1) / size
	}
	for _, k := range pageParams {
		v := u.Query().Get(k)
		n, err := strconv.Atoi(v)
		if v == "" || err != nil || k == "pg" && u.Query().Has("p") {
			continue
		}
		zero := page == n+1
		if pages > 0 && (n >= pages || zero && n+1 >= pages) || pages == 0 && total == 0 {
			return nil
		}
		return []Request{get(setParam(p.URL, k, strconv.Itoa(n+1)), max(page, n)+1)}
	}
	return nil
}

// queryOf is one parameter of an address.
func queryOf(raw, key string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Query().Get(key)
}

// setParam changes one parameter and leaves the rest of an address as it is.
func setParam(raw, key, val string) string {
	at := strings.IndexByte(raw, '?')
	if at < 0 {
		return raw + "?" + key + "=" + val
	}
	parts := strings.Split(raw[at+1:], "&")
	for i, kv := range parts {
		if k, _, _ := strings.Cut(kv, "="); k == key {
			parts[i] = key + "=" + val
			return raw[:at+1] + strings.Join(parts, "&")
		}
	}
	return raw + "&" + key + "=" + val
}

// endpoint finds the addresses of list APIs in scripts.
var endpoint = regexp.MustCompile(`["'(]((?:https?:)?/?[\w./:-]*(?:/common/search/\w+|queryList|/front/page/build/unit|dataproxy\.jsp|/gkmlpt/api/|ds_\w+\.json|SelectDocByItemIdAndChild|/api/[\w/-]*(?:list|query|search|page)[\w/-]*)[^"'\s)]*)["')]`)

// asked finds the addresses that a script asks for by the calls that ask.
var asked = regexp.MustCompile("(?:\\burl\\s*[:=]\\s*|\\bfetch\\(\\s*|\\.get(?:JSON)?\\(\\s*|\\baxios\\(\\s*|\\.open\\(\\s*[\"'](?i:get)[\"']\\s*,\\s*)[\"'`]([^\"'`<>\\s]{4,300})[\"'`]")

// asset is the end of an address that holds no rows.
var asset = regexp.MustCompile(`(?i)\.(?:js|css|html?|shtml|jpe?g|png|gif|svg|ico|woff2?|ttf|mp4|pdf)(?:\?|$)`)

// endpointIn names a list API that a page's scripts ask, empty when none is seen.
func endpointIn(p Page) string {
	if p.Root == nil {
		return ""
	}
	out := ""
	everyScript(p.Root, func(_ *html.Node, text string) {
		if out == "" {
			if g := endpoint.FindStringSubmatch(text); g != nil {
				if u, ok := resolve(baseOf(p), g[1]); ok {
					out = u
				}
			}
			for _, g := range asked.FindAllStringSubmatch(text, 20) {
				if out == "" && addressLike(g[1]) && !asset.MatchString(g[1]) && !strings.Contains(g[1], "${") && strings.ContainsAny(g[1], "./?") {
					if u, ok := resolve(baseOf(p), g[1]); ok {
						out = u
					}
				}
			}
		}
	})
	return out
}
