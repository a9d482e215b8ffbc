package family

import (
	"strings"

	"govwatch/internal/textzh"
	"govwatch/internal/urlx"

	"golang.org/x/net/html"
)

// attr returns an attribute's value, empty when it is missing.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// each visits n and all below it in document order, and stays out of what no
// reader sees; visit returns false to skip what is below.
func each(n *html.Node, visit func(*html.Node) bool) {
	if n.Type == html.ElementNode && unseen(n) {
		return
	}
	if !visit(n) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, visit)
	}
}

// everyScript visits the text of each script of a page.
func everyScript(root *html.Node, visit func(script *html.Node, text string)) {
	if root == nil {
		return
	}
	if root.Type == html.ElementNode && root.Data == "script" {
		var b strings.Builder
		for c := root.FirstChild; c != nil; c = c.NextSibling {
			b.WriteString(c.Data)
		}
		visit(root, b.String())
		return
	}
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		everyScript(c, visit)
	}
}

func unseen(n *html.Node) bool {
	switch n.Data {
	case "script", "style", "noscript", "template", "textarea", "select", "iframe", "svg", "head", "object":
		return true
	}
	return false
}

// nodeText is the text of a node as one line.
func nodeText(n *html.Node) string {
	var b strings.Builder
	each(n, func(c *html.Node) bool {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Type == html.ElementNode && breaksLine(c.Data):
			b.WriteByte(' ')
		}
		return c.Type != html.CommentNode
	})
	return textzh.Spaces(b.String())
}

// shortText is nodeText where it is at most limit bytes, else empty: rows are
// looked through for dates, which are short.
func shortText(n *html.Node, limit int) string {
	left := 3 * limit
	var fits func(n *html.Node) bool
	fits = func(n *html.Node) bool {
		if n.Type == html.ElementNode && unseen(n) {
			return true
		}
		if n.Type == html.TextNode {
			left -= len(strings.TrimSpace(n.Data))
		}
		for c := n.FirstChild; c != nil && left >= 0; c = c.NextSibling {
			if !fits(c) {
				return false
			}
		}
		return left >= 0
	}
	if !fits(n) {
		return ""
	}
	if t := nodeText(n); len(t) <= limit {
		return t
	}
	return ""
}

func breaksLine(tag string) bool {
	switch tag {
	case "br", "p", "div", "li", "ul", "td", "th", "tr", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6":
		return true
	}
	return false
}

// leaf is one run of text of a row with the element that holds it.
type leaf struct {
	text string
	node *html.Node
	cell int
}

// leaves lists the texts of a row, each on its own; cell counts td and th
// elements from zero, -1 before the first.
func leaves(nodes []*html.Node) []leaf {
	var out []leaf
	cell := -1
	for _, n := range nodes {
		each(n, func(c *html.Node) bool {
			if c.Type == html.ElementNode && (c.Data == "td" || c.Data == "th") {
				cell++
			}
			if c.Type == html.TextNode {
				if t := textzh.Spaces(c.Data); t != "" {
					out = append(out, leaf{t, c.Parent, cell})
				}
			}
			return c.Type != html.CommentNode
		})
	}
	return out
}

// within reports that n lies in top or is it.
func within(n, top *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == top {
			return true
		}
	}
	return false
}

// signs are class and id in lower case, for judging what a part of a page is.
func signs(n *html.Node) string {
	return strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
}

// baseOf is the address that relative links start from.
func baseOf(p Page) string {
	if p.Root == nil {
		return p.URL
	}
	base := p.URL
	var find func(n *html.Node) bool
	find = func(n *html.Node) bool {
		if n.Type == html.ElementNode && n.Data == "base" {
			if b, err := urlx.Resolve(p.URL, attr(n, "href")); err == nil && attr(n, "href") != "" {
				base = b
			}
			return true
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if find(c) {
				return true
			}
		}
		return false
	}
	find(p.Root)
	return base
}
