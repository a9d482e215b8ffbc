package family

import (
	"regexp"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"

	"golang.org/x/net/html"
)

// Page is one answer to read. It is made once and passed by value; the parsed
// tree is shared and must not be changed.
type Page struct {
	// URL is the address that answered, for resolving links.
	URL string
	// Text is the body decoded to UTF-8.
	Text string
	// Root is the parsed tree; nil when the body is not markup.
	Root *html.Node
	// List is the declaration of the list; the zero value when there is none.
	List notice.List
	// Number is the number of the page, from 1.
	Number int
	// Asked is the request that brought the answer; a list that pages by POST is
	// continued from its body. The zero value is a GET of URL.
	Asked Request
	// Today is the civil date of the visit: days without a year are completed by it.
	Today notice.Date

	scratch *Scratch // nil when the page has memory of its own
}

// NewPage decodes a body by the evidence (byte order mark, UTF-8, declared
// charset, else GB18030) and parses it when it looks like markup. Bytes of any
// kind give a page; reading it then says what is missing.
func NewPage(rawURL, contentType string, body []byte) Page {
	text, _, _ := textzh.Decode(body, contentType)
	return PageOf(rawURL, text)
}

// PageOf is NewPage for a body that was decoded before.
func PageOf(rawURL, text string) Page { return pageOf(rawURL, text, nil) }

func pageOf(rawURL, text string, s *Scratch) Page {
	p := Page{URL: rawURL, Text: text, Number: 1, scratch: s}
	if looksLikeMarkup(text) {
		p.Root = s.parseMarkup(text)
	}
	return p
}

// looksLikeMarkup tells HTML and XML from JSON, scripts and binary bodies by
// their first sign; JSP remains and comments before the first tag are markup too.
func looksLikeMarkup(s string) bool {
	s = strings.TrimLeft(s, "\ufeff \t\r\n")
	if s == "" {
		return false
	}
	switch s[0] {
	case '<':
		return true
	case '{', '[', '(':
		return false
	}
	return strings.Contains(s, "</") && !script.MatchString(s)
}

// script is the beginning of an answer that calls back or sets a variable.
var script = regexp.MustCompile(`^(?:var\s+|window\.)?[\w.$]+\s*(?:=|\(\s*[\[{"'])`)

// maxDepth is the nesting that the trees keep. The parser refuses more than 512
// open elements and recursive walks must not exhaust the stack.
const maxDepth = 256

// parseMarkup parses text and never fails: a page nested too deep is parsed
// again with the surplus tags removed and all its text kept.
func (s *Scratch) parseMarkup(text string) *html.Node {
	root, err := s.parse(text)
	if err == nil && depthWithin(root, maxDepth) {
		return root
	}
	root, err = s.parse(flatten(text))
	if err != nil || !depthWithin(root, 2*maxDepth) {
		return nil
	}
	return root
}

// depthWithin walks without recursion, so that it may be asked of any tree.
func depthWithin(root *html.Node, limit int) bool {
	depth := 0
	for n := root; n != nil; {
		if n.FirstChild != nil {
			n = n.FirstChild
			if depth++; depth > limit {
				return false
			}
			continue
		}
		for n != nil && n != root && n.NextSibling == nil {
			n = n.Parent
			depth--
		}
		if n == nil || n == root {
			return true
		}
		n = n.NextSibling
	}
	return true
}

// flatten drops start and end tags beyond maxDepth open elements.
func flatten(text string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	open := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken:
			raw := string(z.Raw())
			name, _ := z.TagName()
			if voidElement(string(name)) {
				b.WriteString(raw)
				continue
			}
			if open++; open <= maxDepth/2 {
				b.WriteString(raw)
			}
		case html.EndTagToken:
			if open <= maxDepth/2 {
				b.Write(z.Raw())
			}
			if open > 0 {
				open--
			}
		default:
			b.Write(z.Raw())
		}
	}
}

func voidElement(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr":
		return true
	}
	return false
}

// fragment parses markup found inside a string, as a page of its own at the
// same address.
func (p Page) fragment(markup string) Page {
	q := p
	q.Text = markup
	q.Root = p.scratch.parseMarkup(markup)
	return q
}
