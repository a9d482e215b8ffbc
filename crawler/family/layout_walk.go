package family

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	layoutDepth = 400
	layoutNodes = 300_000
)

// elem is an open or closed block element with the lines it covers.
type elem struct {
	node   *html.Node
	parent int32
	lo, hi int32
	hint   hint
}

// mark is a stretch of text that an element names as something.
type mark struct {
	lo, hi int
	line   int
	hint   hint
	node   *html.Node
}

// walker turns a tree into lines. One walker serves one page.
type walker struct {
	buf      []byte
	lines    []Line
	elems    []elem
	marks    []mark
	links    []rawLink
	hidden   []*html.Node
	scripts  []*html.Node
	frames   []string
	metas    map[string]string
	unshown  map[string]bool // selectors that a style element hides
	docTitle string

	all        bool // walk hidden elements too
	nodes      int
	truncated  bool
	styles     [32]style // styles seen, by a hash
	open       int       // start of the open line in buf
	cur        int32
	align      byte
	linkDepth  int
	filesDepth int
	linkBytes  int32
	punct      int32
	edge       int32
	cell, row  int32
	cells      int32
	rows       int32
	tableDepth int
	space      byte // pending white space: 0, ' ' or 2 for a wide gap
}

// rawLink is an anchor with the text range it covers.
type rawLink struct {
	node   *html.Node
	href   string
	line   int
	lo, hi int
	// inFiles says that it stands in an element named for attachments.
	inFiles bool
}

func walk(p Page, all bool) *walker {
	w := &walker{all: all, cur: -1, metas: make(map[string]string, 16)}
	p.scratch.lend(w)
	w.children(p.Root, 0)
	w.flush('\n')
	return w
}

func (w *walker) children(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.text(c.Data)
		case html.ElementNode:
			w.element(c, depth+1)
		}
	}
}

// element walks one element. Head elements, scripts and hidden parts leave no text.
func (w *walker) element(n *html.Node, depth int) {
	w.nodes++
	if depth > layoutDepth || w.nodes > layoutNodes {
		w.truncated = true
		return
	}
	switch n.DataAtom {
	case atom.Meta:
		w.meta(n)
		return
	case atom.Title:
		if w.docTitle == "" && n.FirstChild != nil {
			w.docTitle = squeezeEnds(n.FirstChild.Data)
		}
		return
	case atom.Script:
		w.scripts = append(w.scripts, n)
		return
	case atom.Style:
		w.styleSheet(n)
		return
	case atom.Noscript, atom.Template, atom.Select, atom.Textarea, atom.Button,
		atom.Svg, atom.Link, atom.Input, atom.Canvas, atom.Video, atom.Audio:
		return
	case atom.Iframe, atom.Embed, atom.Object:
		w.frame(n)
		return
	case atom.Br, atom.Hr:
		w.flush('\n')
		return
	}
	h, align := w.readHint(n)
	if w.unshown != nil && w.hiddenByName(n) {
		h |= hintHidden
	}
	if h&hintHidden != 0 && n.DataAtom != atom.Body && n.DataAtom != atom.Html {
		// A page that hides its body shows it by script.
		w.hidden = append(w.hidden, n)
		if !w.all {
			return
		}
	}
	if h&hintFile != 0 {
		w.filesDepth++
		defer func() { w.filesDepth-- }()
	}
	if isBlock(n) {
		w.block(n, h, align, depth)
		return
	}
	w.inline(n, h, depth)
}

// inline walks an element that does not break the line.
func (w *walker) inline(n *html.Node, h hint, depth int) {
	at, line := len(w.buf), len(w.lines)
	if n.DataAtom == atom.A {
		w.linkDepth++
		w.children(n, depth)
		w.linkDepth--
		if href := linkTarget(n); href != "" {
			w.links = append(w.links, rawLink{n, href, line, at, len(w.buf), w.filesDepth > 0})
		}
	} else {
		w.children(n, depth)
	}
	if h&hintMark != 0 {
		w.marks = append(w.marks, mark{at, len(w.buf), line, h, n})
	}
	if at == w.open && w.edge == 0 && line == len(w.lines) && len(w.buf)-at <= 3*maxLabel+12 && n.DataAtom != atom.A {
		w.edge = int32(len(w.buf) - at)
	}
}

// block walks an element that stands on lines of its own.
func (w *walker) block(n *html.Node, h hint, align byte, depth int) {
	w.flush('\n')
	lo, at := len(w.lines), len(w.buf)
	saved, parent := w.align, w.cur
	if align != 0 {
		w.align = align
	}
	w.cur = int32(len(w.elems))
	me := w.cur
	w.elems = append(w.elems, elem{n, parent, int32(lo), 0, h})
	switch n.DataAtom {
	case atom.Table:
		w.table(n, depth)
	case atom.Tr:
		row := w.row
		w.rows++
		w.row = w.rows
		w.children(n, depth)
		w.row = row
	case atom.Td, atom.Th:
		cell := w.cell
		w.cells++
		w.cell = w.cells
		w.children(n, depth)
		w.flush('\n')
		if len(w.lines) == lo { // an empty cell keeps its place
			w.lines = append(w.lines, Line{Start: len(w.buf), End: len(w.buf), Sep: '\n', Cell: w.cell, Row: w.row, Node: n})
		}
		w.cell = cell
	default:
		w.children(n, depth)
	}
	w.flush('\n')
	w.elems[me].hi = int32(len(w.lines))
	if h&hintMark != 0 {
		w.marks = append(w.marks, mark{at, len(w.buf), lo, h, n})
	}
	w.cur, w.align = parent, saved
}

// flush ends the open line.
func (w *walker) flush(sep byte) {
	end := len(w.buf)
	w.space = 0
	if end > w.open {
		var node *html.Node
		var h hint
		if w.cur >= 0 {
			node, h = w.elems[w.cur].node, w.elems[w.cur].hint
		}
		w.lines = append(w.lines, Line{Start: w.open, End: end, Sep: sep, Align: w.align, Cell: w.cell,
			Row: w.row, Link: w.linkBytes, Punct: w.punct, Edge: w.edge, Node: node, flags: h & hintLine})
		w.buf = append(w.buf, '\n')
	}
	w.open = len(w.buf)
	w.linkBytes, w.punct, w.edge = 0, 0, 0
}

// meta keeps a named meta element.
func (w *walker) meta(n *html.Node) {
	var name, content string
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "name", "property":
			name = strings.ToLower(strings.TrimSpace(n.Attr[i].Val))
		case "content":
			content = squeezeEnds(n.Attr[i].Val)
		}
	}
	if name != "" && content != "" {
		w.metas[name] = content
	}
}

// frame keeps the address of an embedded document.
func (w *walker) frame(n *html.Node) {
	for _, a := range n.Attr {
		if (a.Key == "src" || a.Key == "data") && a.Val != "" {
			w.frames = append(w.frames, a.Val)
		}
	}
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tbody, atom.Thead,
		atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Section,
		atom.Article, atom.Main, atom.Header, atom.Footer, atom.Nav, atom.Aside, atom.Form, atom.Center, atom.Body,
		atom.Blockquote, atom.Pre, atom.Fieldset, atom.Address, atom.Caption, atom.Figure, atom.Html, atom.Head,
		atom.Dir, atom.Menu, atom.Details, atom.Summary:
		return true
	case 0:
		return n.Data == "ucapcontent" || n.Data == "ucaptitle"
	}
	return false
}
