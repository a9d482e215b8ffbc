package family

import (
	"strings"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// LinksNamed are the addresses of a page's links with that text, in document
// order, each once: where a column of that name stands. An empty name has none.
func LinksNamed(p Page, name string) []string {
	want := textzh.Squeeze(textzh.Fold(name))
	if p.Root == nil || want == "" {
		return nil
	}
	base := baseOf(p)
	var out []string
	seen := map[string]bool{}
	each(p.Root, func(n *html.Node) bool {
		if n.Type != html.ElementNode || n.Data != "a" {
			return n.Type != html.CommentNode
		}
		t := textzh.Squeeze(textzh.Fold(strings.Trim(shortText(n, 120), " >»·•[]")))
		if t != want && textzh.Squeeze(textzh.Fold(attr(n, "title"))) != want {
			return false
		}
		if u, ok := linkOf(base, n); ok && !seen[canonical(u)] {
			seen[canonical(u)] = true
			out = append(out, u)
		}
		return false
	})
	return out
}
