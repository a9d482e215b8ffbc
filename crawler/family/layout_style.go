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
	for p := 0; ; {
		i := strings.Index(css[p:], "display")
		if i < 0 {
			return
		}
		i += p
		p = i + len("display")
		rest := strings.TrimLeft(css[p:], " :")
		if !strings.HasPrefix(rest, "none") {
			continue
		}
		open := strings.LastIndexByte(css[:i], '{')
		if open < 0 || strings.Count(css[:i], "{")-strings.Count(css[:i], "}") != 1 {
			continue
		}
		from := strings.LastIndexAny(css[:open], "}/;") + 1
		for sel := range strings.SplitSeq(css[from:open], ",") {
			sel = strings.TrimSpace(sel)
			if len(sel) > 1 && (sel[0] == '.' || sel[0] == '#') && !strings.ContainsAny(sel[1:], " .#:>+[~@") {
				if w.unshown == nil {
					w.unshown = make(map[string]bool)
				}
				w.unshown[sel] = true
			}
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
