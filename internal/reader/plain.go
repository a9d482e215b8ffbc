package reader

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"govwatch/internal/textzh"
)

func readPlain(t *Text, b []byte) {
	text, charset, replaced := textzh.Decode(b, "")
	if replaced > 0 {
		t.problem(problemCharset, "%d places cannot be read as %s", replaced, charset)
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	t.Text = strings.Trim(strings.ReplaceAll(text, "\r", "\n"), "\n\x1A\x00")
}

// readHTML gives the visible text without judging what is article and what is
// frame; many attachments called doc or xls are HTML.
func readHTML(t *Text, b []byte) error {
	text, charset, replaced := textzh.Decode(b, "")
	if replaced > 0 {
		t.problem(problemCharset, "%d places cannot be read as %s", replaced, charset)
	}
	z := html.NewTokenizer(strings.NewReader(text))
	h := htmlText{}
	for {
		switch z.Next() {
		case html.ErrorToken:
			t.Text, t.Title, t.Tables = strings.TrimSpace(h.out.String()), textzh.Spaces(h.title.String()), h.tables
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return err
			}
			return nil
		case html.TextToken:
			h.text(z.Token().Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			h.start(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			h.end(atom.Lookup(name))
		}
	}
}

type htmlText struct {
	out     bytes.Buffer
	title   strings.Builder
	tables  int
	silent  atom.Atom // the element whose text is not shown, while in it
	inTitle bool
	firstTD bool
	inCell  bool
}

func (h *htmlText) text(s string) {
	switch {
	case h.silent != 0:
	case h.inTitle:
		h.title.WriteString(s)
	default:
		if s = textzh.Spaces(s); s != "" {
			h.out.WriteString(s)
		}
	}
}

func (h *htmlText) start(a atom.Atom) {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Textarea, atom.Select:
		if h.silent == 0 {
			h.silent = a
		}
	case atom.Title:
		h.inTitle = true
	case atom.Table:
		h.tables++
		h.row()
	case atom.Tr:
		h.row()
		h.firstTD = true
	case atom.Td, atom.Th:
		if !h.firstTD {
			h.trimBlank()
			h.out.WriteByte('\t')
		}
		h.firstTD = false
		h.inCell = true
	case atom.Br:
		h.line()
	default:
		if isBlock(a) {
			h.line()
		}
	}
}

func (h *htmlText) end(a atom.Atom) {
	switch {
	case a == h.silent:
		h.silent = 0
	case a == atom.Title:
		h.inTitle = false
	case a == atom.Tr, a == atom.Table:
		h.row()
	case isBlock(a):
		h.line()
	}
}

// row ends a row of a table, also one whose last cells are empty.
func (h *htmlText) row() {
	h.inCell = false
	h.trimBlank()
	if last := h.last(); last != 0 && last != '\n' {
		h.out.WriteByte('\n')
	}
}

// line ends the line unless it is empty. Inside a cell it makes a blank, so that
// a row stays one line.
func (h *htmlText) line() {
	switch last := h.last(); {
	case last == 0 || last == '\n' || h.inCell && (last == '\t' || last == ' '):
	case h.inCell:
		h.out.WriteByte(' ')
	default:
		h.out.WriteByte('\n')
	}
}

func (h *htmlText) last() byte {
	if n := h.out.Len(); n > 0 {
		return h.out.Bytes()[n-1]
	}
	return 0
}

func (h *htmlText) trimBlank() {
	if h.last() == ' ' {
		h.out.Truncate(h.out.Len() - 1)
	}
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.H1, atom.H2, atom.H3,
		atom.H4, atom.H5, atom.H6, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Body, atom.Head, atom.Center, atom.Pre:
		return true
	}
	return false
}
