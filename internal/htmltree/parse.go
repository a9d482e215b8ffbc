package htmltree

import (
	"strings"

	"golang.org/x/net/html"
)

// Parse builds the tree of a page in UTF-8. It returns what html.Parse returns,
// its error for pages with more than 512 open elements included. Strings of the
// tree are parts of text and keep it alive.
func Parse(text string) (*html.Node, error) { return new(Arena).Parse(text) }

// Parse is the package's Parse with nodes lent by the arena.
func (a *Arena) Parse(text string) (*html.Node, error) {
	if root, ok := a.parse(text); ok {
		return root, nil
	}
	return html.Parse(strings.NewReader(text))
}

// parse builds the tree; false when the page holds something that it does not know.
func (a *Arena) parse(text string) (*html.Node, bool) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, false
	}
	if strings.IndexByte(text, '\r') >= 0 {
		// Line ends become single line feeds before anything else is read.
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	b := &builder{src: text, arena: a}
	b.oe, b.afe = make([]*html.Node, 0, 64), make([]*html.Node, 0, 16)
	b.doc = b.node(html.DocumentNode)
	b.run()
	if b.hard {
		return nil, false
	}
	return b.doc, true
}

// builder holds the state of one parse.
type builder struct {
	src string
	pos int
	// tag is the start or end tag that was read last.
	tag tag
	doc *html.Node
	// oe are the open elements; afe the active formatting elements, with markers.
	oe, afe    []*html.Node
	marker     html.Node
	head, form *html.Node
	mode       mode
	quirks     bool
	// foster is set while content of a table that does not belong there is placed.
	foster bool
	// hard says that the page is left to html.Parse.
	hard bool
	// paras counts the p elements among the open ones: most tags ask for them.
	paras int
	// merged counts the bytes of texts that were joined one by one.
	merged int

	arena *Arena
	plain strings.Builder // texts that differ from the source: entities are read
}

// mode is the insertion mode.
type mode uint8

const (
	initial mode = iota
	beforeHTML
	beforeHead
	inHead
	afterHead
	inBody
	inTable
	inCaption
	inColumnGroup
	inTableBody
	inRow
	inCell
	afterBody
	afterAfterBody
)

// run reads all tokens.
func (b *builder) run() {
	for b.pos < len(b.src) && !b.hard {
		at := b.pos
		end := b.textEnd()
		if end > at {
			b.text(b.unescape(b.src[at:end]))
		}
		b.pos = end
		if end == len(b.src) {
			break
		}
		if !b.markup() {
			break
		}
	}
	if !b.hard {
		b.finish()
	}
}

// textEnd finds the next < that opens a tag, a comment or a declaration.
func (b *builder) textEnd() int {
	for p := b.pos; ; {
		i := strings.IndexByte(b.src[p:], '<')
		if i < 0 || p+i+1 == len(b.src) {
			return len(b.src)
		}
		p += i
		if c := b.src[p+1]; letter(c) || c == '/' || c == '!' || c == '?' {
			return p
		}
		p++
	}
}

// markup reads what begins with < at pos; false at the end of the page.
func (b *builder) markup() bool {
	switch c := b.src[b.pos+1]; {
	case letter(c):
		b.tag.from = b.pos
		b.pos++
		if !b.readTag(true) {
			return false
		}
		b.start()
	case c == '/':
		if b.pos+2 == len(b.src) {
			b.hard = true
			return false
		}
		if !letter(b.src[b.pos+2]) {
			if b.src[b.pos+2] == '>' {
				b.pos += len("</>")
				b.comment("")
				return true
			}
			return b.bogus(b.pos + 2)
		}
		b.pos += 2
		if !b.readTag(false) {
			return false
		}
		b.end()
	case c == '?':
		return b.bogus(b.pos + 1)
	default:
		return b.declaration()
	}
	return true
}

// finish gives a page that ends early the elements that every page has.
func (b *builder) finish() {
	for b.mode < inBody {
		b.advance()
	}
}
