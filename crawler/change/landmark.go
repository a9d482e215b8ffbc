package change

import (
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
)

// foreign says that a page holds next to no Chinese: the labels and furniture
// words of Chinese sites say nothing about it.
func foreign(l *family.Layout) bool {
	han, latin := 0, 0
	for i := 0; i < len(l.Text); i++ {
		switch c := l.Text[i]; {
		case c >= 0xE4 && c <= 0xE9:
			han++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			latin++
		}
	}
	return latin > 100 && han*20 < latin
}

// landmarks reads a page by the landmarks of HTML (main, navigation, banner) and
// by the names that sites give their parts. It reports false for a page without
// a tree.
func landmarks(l *family.Layout) (Text, bool) {
	root := treeOf(l)
	if root == nil {
		return Text{}, false
	}
	region, named := mainRegion(root), true
	if region == nil {
		region, named = root, false
	}
	r := &reader{named: named}
	r.children(region, 0)
	r.flush()
	var lines []Line
	title := r.title
	if title == "" {
		title = l.DocTitle
	}
	if t := textzh.Spaces(textzh.Fold(title)); t != "" {
		lines = append(lines, Line{TitleLine, t})
	}
	lines = append(append(lines, r.lines...), r.files...)
	t := finish(append(lines, r.pictures...))
	t.around.sure = true
	return t, true
}

// treeOf finds the root of the tree that a layout was read from.
func treeOf(l *family.Layout) *html.Node {
	n := l.Body
	for i := 0; n == nil && i < len(l.Lines); i++ {
		n = l.Lines[i].Node
	}
	for n != nil && n.Parent != nil {
		n = n.Parent
	}
	return n
}

// regionRank orders the ways in which a page names its content.
func regionRank(n *html.Node) int {
	switch {
	case n.DataAtom == atom.Main, attr(n, "role") == "main":
		return 4
	}
	switch strings.ToLower(attr(n, "id")) {
	case "main-content", "maincontent", "main_content":
		return 3
	case "content", "page-content", "main", "article":
		return 2
	}
	return 0
}

// regionBytes is the least text of a region that is believed.
const regionBytes = 150

// mainRegion returns the element that a page names as its content, by the best
// name and then the most text; nil when none has any text to speak of.
func mainRegion(root *html.Node) *html.Node {
	var best *html.Node
	rank, size := 0, 0
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if depth > maxDepth {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			if k := regionRank(c); k > 0 {
				if s := textBytes(c, depth); s >= regionBytes && (k > rank || k == rank && s > size) {
					best, rank, size = c, k, s
				}
			}
			walk(c, depth+1)
		}
	}
	walk(root, 0)
	return best
}

const maxDepth = 300

func textBytes(n *html.Node, depth int) int {
	total := 0
	for c := n.FirstChild; c != nil && depth < maxDepth; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			total += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode && !part(c):
			total += textBytes(c, depth+1)
		}
	}
	return total
}

// reader turns a region into statements.
type reader struct {
	named    bool // the region is named as content: links in it are content
	title    string
	lines    []Line
	pictures []Line
	files    []Line
	buf      strings.Builder
	link     int
	inLink   int
}

func (r *reader) children(n *html.Node, depth int) {
	if depth > maxDepth {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			r.buf.WriteString(c.Data)
			if r.inLink > 0 {
				r.link += len(strings.TrimSpace(c.Data))
			}
		case html.ElementNode:
			r.element(c, depth)
		}
	}
}

func (r *reader) element(n *html.Node, depth int) {
	if part(n) {
		return
	}
	switch n.DataAtom {
	case atom.Br:
		r.flush()
	case atom.Img:
		if name := imageName(n); name != "" {
			r.pictures = append(r.pictures, Line{ImageLine, name})
		}
	case atom.A:
		at := r.buf.Len()
		r.inLink++
		r.children(n, depth+1)
		r.inLink--
		if href, _, _ := strings.Cut(attr(n, "href"), "?"); fileName.MatchString("/"+href) && r.buf.Len() > at {
			name := textzh.Spaces(textzh.Fold(r.buf.String()[at:]))
			r.files = append(r.files, Line{AttachLine, name + "|" + path.Base(href)})
		}
	case atom.H1:
		r.flush()
		r.children(n, depth+1)
		if t := textzh.Spaces(textzh.Fold(r.buf.String())); r.title == "" && r.link == 0 {
			r.title = t
			r.buf.Reset()
		}
		r.flush()
	default:
		if inline(n) {
			r.children(n, depth+1)
			return
		}
		r.flush()
		r.children(n, depth+1)
		r.flush()
	}
}

func inline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Span, atom.B, atom.I, atom.Em, atom.Strong, atom.U, atom.Sub, atom.Sup, atom.Font, atom.Small, atom.Big, atom.Abbr, atom.Cite, atom.Code, atom.Q, atom.Ins, atom.Del, atom.Mark, atom.Label, atom.Time, atom.Acronym, atom.Tt:
		return true
	}
	return false
}

// flush ends a statement. Where no region is named, a line that is only a link
// is navigation.
func (r *reader) flush() {
	t := textzh.Spaces(tally.ReplaceAllString(textzh.Fold(r.buf.String()), ""))
	link := r.link
	r.buf.Reset()
	r.link = 0
	if t == "" || foreignNoise(t) || !r.named && link*10 >= len(t)*8 {
		return
	}
	r.lines = append(r.lines, Line{BodyLine, t})
}

// part reports an element that carries no statement of this page: script, form
// control, navigation, banner, feed, hidden.
func part(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Select, atom.Option, atom.Textarea, atom.Button, atom.Input, atom.Svg,
		atom.Iframe, atom.Nav, atom.Footer, atom.Aside, atom.Head, atom.Object, atom.Embed, atom.Canvas:
		return true
	case atom.Body, atom.Html, atom.Main, atom.Article, atom.P, atom.Li, atom.Td, atom.Tr, atom.Tbody:
		return false
	case atom.Header:
		return n.Parent == nil || n.Parent.DataAtom != atom.Article && n.Parent.DataAtom != atom.Main && n.Parent.DataAtom != atom.Section && !within(n, atom.Main)
	}
	for i := range n.Attr {
		a := &n.Attr[i]
		switch a.Key {
		case "role":
			switch a.Val {
			case "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar", "timer", "log", "marquee", "status", "alert":
				return true
			}
		case "hidden":
			return true
		case "aria-live":
			if a.Val == "polite" || a.Val == "assertive" {
				return true
			}
		case "style":
			v := strings.ReplaceAll(a.Val, " ", "")
			if strings.Contains(v, "display:none") || strings.Contains(v, "visibility:hidden") {
				return true
			}
		case "class", "id":
			for name := range strings.FieldsSeq(a.Val) {
				if partName.MatchString(name) && !bodyName.MatchString(name) {
					return true
				}
			}
		}
	}
	return false
}

func within(n *html.Node, a atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == a {
			return true
		}
	}
	return false
}

// partName are words by which sites name what surrounds an article: parts of a
// class or id between hyphens, underscores and blanks.
var partName = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:nav(?:bar|igation|igator)?|[a-z]*nav|menu|breadcrumbs?|footer|masthead|sidebar|sidenav|share|sharing|social|addthis|twitter|tweets?|facebook|instagram|feeds?|timeline|carousel|slider|slideshow|slides|flexslider|rotator|ticker|related|recommended|popular|trending|latest|login|search|searchbar|toolbar|page-?tools|feedback|comments?|cookie|survey|widget|advert|ads?|skip-?link|sr-only|element-invisible|visually-hidden|off-canvas|utility|pager|pagination|views?-count|hit-?counter|counter|weather|clock|countdown|last-?(?:updated|modified|reviewed)|date-?stamp)(?:$|[\s_-])`)

// bodyName are names that hold such a word and yet name what holds the article:
// a layout with or without a sidebar, a wrapper around both.
var bodyName = regexp.MustCompile(`(?i)^(?:no|not|has|with|without|one|two|both)[_-]|content|main|body|article|wrapper|layout|column|entry`)

// foreignNoise reports a line that counts visits or tells a date and nothing else.
func foreignNoise(t string) bool {
	if len(t) > 160 {
		return false
	}
	return counted.MatchString(t) || dated.MatchString(t) || strings.Trim(t, " \t|·•»›>-–—:.,/0123456789") == ""
}

var (
	// tally is a labelled count inside a line.
	tally   = regexp.MustCompile(`(?i)\b(?:(?:total |page )?number of )?(?:page )?(?:views?|visits?|visitors?|hits?|downloads?|reads?|likes?|shares?|comments?|retweets?)\s*(?:\(\s*[\d,]+\s*\)|:\s*[\d,]+)|\b[\d,]+\s+(?:page )?(?:views|visits|hits|downloads|reads|retweets|likes)\b`)
	counted = regexp.MustCompile(`(?i)^\W*(?:(?:(?:total |page |site )?(?:number of )?(?:page )?(?:views?|visits?|visitors?|hits?|downloads?|reads?|likes?|shares?|comments?|retweets?|favorites?|followers?)(?: count| today| so far)?\s*[:(=]?\s*[\d,.]+[km]?\W*)|(?:(?:viewed|read|downloaded|visited|shared)\s+[\d,.]+[km]?(?:\s+times?)?\W*)|(?:[\d,.]+[km]?\s+(?:page )?(?:views?|visits?|visitors?|hits?|downloads?|reads?|likes?|shares?|comments?|retweets?|followers?|people (?:like|viewed|have)[^.]*)(?: today| so far)?\W*)|(?:you are (?:the )?visitor (?:number|no\.?|#)?\s*[\d,.]+\W*))+$`)
	dated   = regexp.MustCompile(`(?i)^\W*(?:(?:this )?(?:page |site |web ?page |content |document )?(?:was )?(?:last |date )?(?:updated|modified|reviewed|revised|changed|generated|accessed|printed|refreshed|today is|current (?:date|time)|as of)(?: on| at| by| date)?\W*)?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\W*)?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?,?\s+\d{4}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d+ (?:seconds?|minutes?|hours?|days?|weeks?|months?) ago)(?:\W*(?:at\s*)?\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?(?:\s*[a-z]{2,4})?)?\W*$`)
)
