package crawler

import (
	"hash/maphash"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"govwatch/internal/textzh"
)

// Shape is what a page looks like from afar: its blocks of text, by hash, with
// their length. Digits are folded, so that counters and dates do not tell two
// answers apart. Shapes are compared within one process only.
type Shape struct {
	blocks map[uint64]int
	runes  int
}

// shapeSeed makes hashes comparable within the process; it is never changed.
var shapeSeed = maphash.MakeSeed()

// ShapeOf reads the shape of a page of any bytes.
func ShapeOf(body []byte, contentType string) *Shape {
	text, _, _ := textzh.Decode(body, contentType)
	return scan(text).shape()
}

// Within returns how much of the page is found in another, by length of text: 1
// when nothing stands here that does not stand there.
func (s *Shape) Within(other *Shape) float64 {
	if s == nil || other == nil || s.runes == 0 || other.runes == 0 {
		return 0
	}
	common := 0
	for h, n := range s.blocks {
		if _, ok := other.blocks[h]; ok {
			common += n
		}
	}
	return float64(common) / float64(s.runes)
}

// block is one run of visible text.
type block struct {
	text  string
	runes int
	link  bool
	foot  bool
	head  bool // a headline
}

// look is what one pass over the markup of a page tells, without a tree.
type look struct {
	title   string
	blocks  []block
	visible int // runes of visible text
	han     int
	content int // runes outside links and footer
	longest int // longest block outside links and footer
	said    int // blocks outside links and footer that end a sentence
	links   int
	titles  int // links as long as the title of a document
	dated   int // links with a date beside or inside them
	files   int // links to documents
	script  int // bytes of script
	hanCode int // Han characters inside scripts, escaped ones too
	images  int
	frames  int
	viewer  bool // a frame shows a document

	password bool
	article  bool // metas or labels that only an article has
	refresh  string
	markup   bool
	opened   int // structural elements left open
	closed   bool
	midTag   bool
}

// scan reads a page by its tokens; it is linear in the size of the page.
func scan(text string) *look {
	s := &scanner{look: &look{}, z: html.NewTokenizer(strings.NewReader(text))}
	s.z.SetMaxBuf(4 << 20)
	for s.step() {
	}
	s.flush()
	tail := text[max(0, len(text)-4096):]
	if i := strings.LastIndexByte(tail, '<'); i >= 0 && !strings.Contains(tail[i:], ">") && s.markup {
		s.midTag = true
	}
	return s.look
}

type scanner struct {
	*look
	z    *html.Tokenizer
	text strings.Builder
	// hidden and linked count open elements; raw names an open script or style.
	hidden, linked, headed int
	raw                    atom.Atom
	inTitle                bool
}

func (s *scanner) step() bool {
	switch s.z.Next() {
	case html.ErrorToken:
		return false
	case html.TextToken:
		s.addText(string(s.z.Text()))
	case html.StartTagToken, html.SelfClosingTagToken:
		s.open()
	case html.EndTagToken:
		s.end()
	}
	return true
}

func (s *scanner) addText(t string) {
	switch {
	case s.inTitle:
		s.title += t
	case s.raw == atom.Script:
		s.script += len(t)
		s.hanCode += countHan(t) + strings.Count(t, `\u`)
	case s.raw != 0 || s.hidden > 0:
	default:
		s.text.WriteString(t)
	}
}

func (s *scanner) open() {
	name, more := s.z.TagName()
	tag := atom.Lookup(name)
	s.markup = s.markup || tag != 0
	attrs := map[string]string{}
	if more && wantsAttrs(tag) {
		for more {
			var k, v []byte
			k, v, more = s.z.TagAttr()
			attrs[string(k)] = string(v)
		}
	}
	switch tag {
	case atom.Script, atom.Style:
		s.raw = tag
	case atom.Title:
		s.inTitle = s.title == ""
	case atom.Noscript, atom.Template, atom.Textarea, atom.Select:
		s.hidden++
	case atom.H1, atom.H2, atom.H3:
		s.flush()
		s.headed++
	case atom.A:
		s.flush()
		s.linked++
		s.links++
		if isFileLink(attrs["href"]) {
			s.files++
		}
	case atom.Meta:
		s.meta(attrs)
	case atom.Input:
		s.password = s.password || strings.EqualFold(attrs["type"], "password")
	case atom.Img, atom.Video:
		s.images++
	case atom.Iframe, atom.Frame, atom.Object, atom.Embed:
		s.frames++
		s.viewer = s.viewer || showsFile(attrs["src"]) || showsFile(attrs["data"])
	case atom.Span, atom.B, atom.Strong, atom.Em, atom.Font, atom.I, atom.U, atom.Sup, atom.Sub:
		return
	case atom.Div, atom.Table, atom.Ul, atom.Body, atom.Html, atom.Form, atom.Section:
		s.opened++
	}
	s.flush()
}

func wantsAttrs(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.Meta, atom.Input, atom.Iframe, atom.Frame, atom.Object, atom.Embed:
		return true
	}
	return false
}

// showsFile says that a frame shows a document, by itself or in a viewer.
func showsFile(src string) bool {
	return isFileLink(src) || strings.Contains(src, "viewer.html") || strings.Contains(strings.ToLower(src), ".pdf")
}

func (s *scanner) end() {
	name, _ := s.z.TagName()
	switch tag := atom.Lookup(name); tag {
	case atom.Script, atom.Style:
		s.raw = 0
	case atom.Title:
		s.inTitle = false
	case atom.Noscript, atom.Template, atom.Textarea, atom.Select:
		s.hidden = max(0, s.hidden-1)
	case atom.H1, atom.H2, atom.H3:
		s.flush()
		s.headed = max(0, s.headed-1)
	case atom.A:
		s.flush()
		s.linked = max(0, s.linked-1)
	case atom.Span, atom.B, atom.Strong, atom.Em, atom.Font, atom.I, atom.U, atom.Sup, atom.Sub:
		return
	case atom.Html, atom.Body:
		s.closed = true
		s.opened--
	case atom.Div, atom.Table, atom.Ul, atom.Form, atom.Section:
		s.opened--
	}
	s.flush()
}

// flush ends a block of visible text.
func (s *scanner) flush() {
	if s.text.Len() == 0 {
		return
	}
	t := textzh.Spaces(s.text.String())
	s.text.Reset()
	if t == "" {
		return
	}
	n := utf8.RuneCountInString(t)
	b := block{text: t, runes: n, link: s.linked > 0, head: s.headed > 0}
	s.visible += n
	s.han += countHan(t)
	if n < 40 && holdsDate(t) {
		s.dated++
	}
	if !b.link && !s.article && n < 300 && containsAny(t, articleLabels) {
		s.article = true
	}
	if b.link && n >= 9 {
		s.titles++
	}
	b.foot = !b.link && n < 300 && footer(t)
	if !b.link && !b.foot {
		s.content += n
		s.longest = max(s.longest, n)
		if n >= 12 && strings.HasSuffix(t, "。") {
			s.said++
		}
	}
	s.blocks = append(s.blocks, b)
}

func (s *scanner) meta(a map[string]string) {
	switch name := strings.ToLower(a["name"]); name {
	case "articletitle", "pubdate", "contentsource":
		s.article = s.article || strings.TrimSpace(a["content"]) != ""
	}
	if strings.EqualFold(a["http-equiv"], "refresh") {
		delay, to, ok := strings.Cut(a["content"], ";")
		to = strings.TrimSpace(to)
		if len(to) > 4 && strings.EqualFold(to[:4], "url=") && ok && len(strings.TrimSpace(delay)) < 3 {
			s.refresh = strings.Trim(to[4:], `'" `)
		}
	}
}

func (l *look) shape() *Shape {
	s := &Shape{blocks: make(map[uint64]int, len(l.blocks))}
	for _, b := range l.blocks {
		h := blockHash(b.text)
		if _, again := s.blocks[h]; again {
			continue
		}
		s.blocks[h] = b.runes
		s.runes += b.runes
	}
	return s
}

func blockHash(text string) uint64 { return maphash.String(shapeSeed, strings.Map(foldDigit, text)) }

// holds says that a block of text stands on the page, whatever its digits.
func (s *Shape) holds(text string) bool {
	_, ok := s.blocks[blockHash(text)]
	return ok
}

func foldDigit(r rune) rune {
	if unicode.IsDigit(r) {
		return '0'
	}
	return r
}

func countHan(s string) int {
	n := 0
	for _, r := range s {
		if r >= 0x3400 && r < 0xA000 {
			n++
		}
	}
	return n
}
