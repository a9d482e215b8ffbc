package family

import (
	"strings"

	"golang.org/x/net/html"
)

// styleSheet notes the classes and ids that a style element of the page hides
// by a rule of its own: .old{display:none}. Rules for print or small screens
// (@media) and longer selectors say nothing about what a reader sees.
func (w *walker) styleSheet(n *html.Node) {
	if n.FirstChild == nil {
		return
	}
	css := n.FirstChild.Data
	if !strings.Contains(css, "none") {
		return
	}
	depth, from, rule := 0, 0, 0
	for i := 0; i < len(css); i++ {
		switch css[i] {
		case '{':
			if depth++; depth == 1 {
				rule = i + 1
			}
		case '}':
			if depth == 1 {
				w.styleRule(css[from:rule-1], css[rule:i])
			}
			depth = max(depth-1, 0)
			if depth == 0 {
				from = i + 1
			}
		}
	}
}

// styleRule notes the simple selectors of one rule when it hides them.
func (w *walker) styleRule(selectors, rule string) {
	i := strings.Index(rule, "display")
	if i < 0 || !strings.HasPrefix(strings.TrimLeft(rule[i+len("display"):], " :"), "none") {
		return
	}
	if j := strings.LastIndexAny(selectors, ";/"); j >= 0 {
		selectors = selectors[j+1:]
	}
	for sel := range strings.SplitSeq(selectors, ",") {
		sel = strings.TrimSpace(sel)
		if len(sel) > 1 && (sel[0] == '.' || sel[0] == '#') && !strings.ContainsAny(sel[1:], " .#:>+[~@") {
			if w.unshown == nil {
				w.unshown = make(map[string]bool)
			}
			w.unshown[sel] = true
		}
	}
}

// hiddenByName says that a style element of the page hides the element and that
// no style of its own shows it again.
func (w *walker) hiddenByName(n *html.Node) bool {
	hide := false
	for i := range n.Attr {
		switch v := n.Attr[i].Val; n.Attr[i].Key {
		case "id":
			hide = hide || w.unshown["#"+v]
		case "class":
			for c := range strings.FieldsSeq(v) {
				hide = hide || w.unshown["."+c]
			}
		case "style":
			if strings.Contains(v, "display") {
				return false // readHint judges it
			}
		}
	}
	return hide
}
