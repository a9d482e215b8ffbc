package family

import (
	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// compile reads a CSS selector. Unlike goquery's Find, which matches nothing for
// an invalid one, it says so: a declaration's mistake must not look like an empty list.
func compile(css string) (goquery.Matcher, error) { return cascadia.Compile(css) }

// selectAll returns the elements below a node that match, in document order.
func selectAll(n *html.Node, m goquery.Matcher) []*html.Node {
	return goquery.NewDocumentFromNode(n).FindMatcher(m).Nodes
}

// selectFirst returns the first element below a node that matches, nil for none.
func selectFirst(n *html.Node, m goquery.Matcher) *html.Node {
	if found := goquery.NewDocumentFromNode(n).FindMatcher(goquery.SingleMatcher(m)).Nodes; len(found) > 0 {
		return found[0]
	}
	return nil
}
