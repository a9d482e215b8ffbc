package crawler

import (
	"hash/maphash"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"govwatch/internal/htmltree"
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
	s := &scanner{look: &look{}, z: htmltree.NewTokenizer(text)}
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
	z *htmltree.Tokenizer
	// one is the first text of the open block; text is all of it once there are more.
	one  string
	text strings.Builder
	// hidden and linked count open elements; raw names an open script or style.
	hidden, linked, headed int
	raw                    atom.Atom
	inTitle                bool
}

func (s *scanner) step() bool {
	switch s.z.Next() {
	case htmltree.End:
		return false
	case htmltree.Text:
		s.addText(s.z.Text())
	case htmltree.StartTag:
		s.open()
	case htmltree.EndTag:
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
	case s.one == "" && s.text.Len() == 0:
		s.one = t
	default:
		s.text.WriteString(s.one)
		s.text.WriteString(t)
		s.one = ""
	}
}

func (s *scanner) open() {
	tag, _ := s.z.Tag()
	s.markup = s.markup || tag != 0
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
		if isFileLink(s.z.Attr("href")) {
			s.files++
		}
	case atom.Meta:
		s.meta()
	case atom.Input:
		s.password = s.password || strings.EqualFold(s.z.Attr("type"), "password")
	case atom.Img, atom.Video:
		s.images++
	case atom.Iframe, atom.Frame, atom.Object, atom.Embed:
		s.frames++
		s.viewer = s.viewer || showsFile(s.z.Attr("src")) || showsFile(s.z.Attr("data"))
	case atom.Span, atom.B, atom.Strong, atom.Em, atom.Font, atom.I, atom.U, atom.Sup, atom.Sub:
		return
	case atom.Div, atom.Table, atom.Ul, atom.Body, atom.Html, atom.Form, atom.Section:
		s.opened++
	}
	s.flush()
}

// showsFile says that a frame shows a document, by itself or in a viewer.
func showsFile(src string) bool {
	return isFileLink(src) || strings.Contains(src, "viewer.html") || strings.Contains(strings.ToLower(src), ".pdf")
}

func (s *scanner) end() {
	switch tag, _ := s.z.Tag(); tag {
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
	t := s.one
	switch {
	case s.text.Len() > 0:
		t = s.text.String()
		s.text.Reset()
	case t == "":
		return
	}
	s.one = ""
	t = textzh.Spaces(t)
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
	if !b.link && !s.article && n < 300 && articleLabels.In(t) {
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

func (s *scanner) meta() {
	switch name := strings.ToLower(s.z.Attr("name")); name {
	case "articletitle", "pubdate", "contentsource":
		s.article = s.article || strings.TrimSpace(s.z.Attr("content")) != ""
	}
	if strings.EqualFold(s.z.Attr("http-equiv"), "refresh") {
		delay, to, ok := strings.Cut(s.z.Attr("content"), ";")
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

// countHan counts Han characters; in UTF-8 they are the three bytes from E3 90 80
// (U+3400) to E9 BF BF (U+9FFF).
func countHan(s string) int {
	n := 0
	for i := 0; i+2 < len(s); i++ {
		if c := s[i]; c > 0xE3 && c <= 0xE9 || c == 0xE3 && s[i+1] >= 0x90 {
			n++
			i += 2
		}
	}
	return n
}
