package family

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// unit is the part of a tree that draws one entry: a row element, or a run of
// siblings that begins at a link where a list has no row elements.
type unit []*html.Node

// maxRowLinks is more than any row holds; what holds more is a section.
const maxRowLinks = 15

func (u unit) links(a anchors) int {
	n := 0
	for _, c := range u {
		n += a.count[c]
	}
	return n
}

// block is a set of units that look alike, in document order.
type block struct {
	key   string
	units []unit
	// parents are the containers the units stand in; lists are often cut into
	// several containers of the same look.
	parents []*html.Node
	depth   int
	area    float64
}

var trailing = regexp.MustCompile(`\d+`)

// lookOf is a path of tags and classes from the root to n, without numbers, so
// that list1 and list2 look alike.
func lookOf(n *html.Node) string {
	var parts []string
	for ; n != nil && n.Type == html.ElementNode; n = n.Parent {
		s := n.Data
		if c := strings.Fields(signs(n)); len(c) > 0 {
			s += "." + trailing.ReplaceAllString(strings.Join(c, "."), "")
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "<")
}

// anchors counts, for each element, the links that may name a document.
type anchors struct {
	base  string
	count map[*html.Node]int
	url   map[*html.Node]string
}

// maxLinks bounds the work on a page; no list page prints more.
const maxLinks = 20000

func findAnchors(root *html.Node, base string) anchors {
	a := anchors{base: base, count: map[*html.Node]int{}, url: map[*html.Node]string{}}
	each(root, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return n.Type != html.CommentNode
		}
		clickable := n.Data == "a" || attr(n, "onclick") != "" && (n.Data == "li" || n.Data == "tr" || n.Data == "div" || n.Data == "span" || n.Data == "td" || n.Data == "p") || dataAddress(n)
		if !clickable || len(a.url) >= maxLinks {
			return true
		}
		if u, ok := linkOf(base, n); ok {
			a.url[n] = u
			for p := n; p != nil; p = p.Parent {
				a.count[p]++
			}
		}
		return true
	})
	return a
}

// dataAddress is true of an element with an address in a data attribute.
func dataAddress(n *html.Node) bool {
	if n.Data == "img" {
		return false
	}
	for _, at := range n.Attr {
		if strings.HasPrefix(at.Key, "data-") && addressLike(at.Val) && !isIcon.MatchString(at.Val) {
			return true
		}
	}
	return false
}

// findBlocks lists every set of repeated siblings that holds links, in three
// readings: each sibling is a row; a row runs from one link to the next; a row
// runs from the end of one link to the end of the next (dates stand first).
func findBlocks(root *html.Node, a anchors) []*block {
	byKey := map[string]*block{}
	_, column, _ := labelsOf(Page{Root: root})
	column = textzh.Squeeze(column)
	var order []*block
	add := func(key string, parent *html.Node, units []unit) {
		if len(units) == 0 {
			return
		}
		b := byKey[key]
		if b == nil {
			b = &block{key: key, area: areaWeight(parent) * standing(parent, column, a)}
			for p := parent; p != nil; p = p.Parent {
				b.depth++
			}
			byKey[key] = b
			order = append(order, b)
		}
		b.parents = append(b.parents, parent)
		b.units = append(b.units, units...)
	}
	each(root, func(n *html.Node) bool {
		if n.Type == html.CommentNode || n.Type == html.ElementNode && a.count[n] == 0 {
			return false
		}
		if n.Type != html.ElementNode {
			return true
		}
		look := lookOf(n)
		for tag, rows := range childRows(n, a) {
			add(look+">"+tag, n, rows)
		}
		add(look+">after", n, runs(n, a, false))
		add(look+">before", n, runs(n, a, true))
		return true
	})
	return order
}

// childRows groups the element children of n that hold links by their tag.
func childRows(n *html.Node, a anchors) map[string][]unit {
	out := map[string][]unit{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && a.count[c] > 0 && !unseen(c) {
			out[c.Data] = append(out[c.Data], unit{c})
		}
	}
	return out
}

// runs cuts the children of n at those that hold a link. It gives nothing when
// there is nothing between the links, for then the rows themselves say all.
func runs(n *html.Node, a anchors, before bool) []unit {
	var out []unit
	var cur unit
	links, between := 0, 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.CommentNode || c.Type == html.ElementNode && unseen(c) {
			continue
		}
		has := c.Type == html.ElementNode && a.count[c] > 0
		switch {
		case has:
			links++
		case c.Type == html.TextNode && strings.TrimSpace(c.Data) != "", c.Type == html.ElementNode && c.Data != "br" && c.Data != "hr":
			between++
		}
		if before {
			if cur = append(cur, c); has {
				out, cur = append(out, cur), nil
			}
			continue
		}
		if has {
			if cur != nil {
				out = append(out, cur)
			}
			cur = unit{}
		}
		if cur != nil {
			cur = append(cur, c)
		}
	}
	if !before && cur != nil {
		out = append(out, cur)
	}
	if links == 0 || between == 0 {
		return nil
	}
	return out
}

var (
	furniture = regexp.MustCompile(`(?:^|[\s_-])(?:nav|navi|navbar|menu|submenu|topnav|mainnav|sidenav|header|hd|top-?bar|footer?|foot-?\w*|bottom|crumbs?|breadcrumb|bread|location|position|dqwz|wz|friend-?links?|yqlj|links?|search|share|pages?|pager|pagination|paging|banner|logo|login|copyright|lan|language)(?:[\s_\d-]|$)`)
	furnished = regexp.MustCompile(`nav(?:bar|list|box)|breadcrumb|footer|friendlink|copyright|sitemap`)
	beside    = regexp.MustCompile(`related|relate|recommend|tuijian|xgyd|xgjd|xgwj|xiangguan|hot(?:news|list|word|article)|rdtj|rank|paihang|guess|like-list|sidebar|side-?(?:bar|menu|nav|box)|aside`)
)

// areaWeight is how likely a list stands where n stands: 1 in the open, near 0
// in navigation, footers, breadcrumbs, pagers and friend links.
func areaWeight(n *html.Node) float64 {
	w := 1.0
	for ; n != nil && n.Type == html.ElementNode; n = n.Parent {
		if n.Data == "body" || n.Data == "html" {
			break
		}
		s := signs(n)
		switch {
		case n.Data == "nav" || n.Data == "footer" || n.Data == "header" || furniture.MatchString(s) || furnished.MatchString(s):
			w = min(w, 0.15)
		case n.Data == "aside" || beside.MatchString(s):
			w = min(w, 0.3)
		}
	}
	return w
}

// besidePager favours the list that a pager stands under: a page may show other
// dated lists at its side, but it turns the pages of one.
func besidePager(parent *html.Node, a anchors) float64 {
	n := parent
	for steps := 0; steps < 3; n = n.Parent {
		if n == nil || n.Type != html.ElementNode || n.Data == "body" {
			break
		}
		// Cells of layout tables are no levels of their own.
		if n.Data != "tr" && n.Data != "tbody" && n.Data != "td" && n.Data != "table" {
			steps++
		}
		if n != parent || n.Data != "li" && n.Data != "tr" {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if isPager(c) && !within(parent, c) {
					return 1.5
				}
			}
		}
	}
	return 1
}

// pagerWords takes out of a pager all that it prints.
var pagerWords = strings.NewReplacer(pairs("首页", "第一页", "上一页", "下一页", "上页", "下页", "尾页", "末页", "最后一页", "跳转", "转到", "确定", "总计", "合计", "显示", "页码", "数据", "前往", "请选择", "选择", "输入", "每页", "当前", "总共", "共", "第", "页", "条", "记录", "到", "去",
	"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "/", ".", "…", "[", "]", "<", ">", "«", "»", "‹", "›", "|", "：", ":", "，", ",", "GO", "go", "Go")...)

// isPager is true of the element that turns pages.
func isPager(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	if n.Data == "script" && n.FirstChild != nil {
		return strings.Contains(n.FirstChild.Data, "createPage") || strings.Contains(n.FirstChild.Data, "countPage")
	}
	if unseen(n) {
		return false
	}
	t := shortText(n, 600)
	if t != "" && (strings.Contains(t, "下一页") || strings.Contains(t, "下页") || strings.Contains(t, "尾页")) {
		return utf8.RuneCountInString(strings.Trim(pagerWords.Replace(textzh.Squeeze(t)), "0123456789")) <= 8
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == "script" && isPager(c) {
			return true
		}
	}
	return false
}
