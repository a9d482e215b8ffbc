package reader

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"govwatch/internal/textzh"
)

// readDocx reads the main story of a Word document: paragraphs, tables, text
// boxes. Headers, footnotes, deleted text and field codes are left out;
// numbers that Word generates for lists are not in the file.
func readDocx(t *Text, b []byte) error {
	if bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")) {
		t.Encrypted = true
		t.problem(problemEncrypted, "the Office file asks for a password")
		return nil
	}
	p, err := openPack(b)
	if err != nil {
		t.Truncated = true
		return err
	}
	t.Title = coreTitle(p)
	if p.has("word/vbaProject.bin") {
		t.problem(problemMacros, "the file carries macros; they were not run")
	}
	body, err := p.read(mainPart(p))
	if errors.Is(err, errGrowth) {
		t.limited("%v", err)
	} else if err != nil {
		t.Truncated = true
		if len(body) == 0 {
			return err
		}
		t.problem(problemDamaged, "%v", err)
	}
	w := wordXML{}
	err = walkXML(body, w.start, w.end, w.chars)
	t.Text, t.Tables = strings.Trim(w.out.String(), "\n"), w.tables
	if err != nil && !t.Truncated {
		t.Truncated = true
		return fmt.Errorf("document.xml: %w", err)
	}
	return nil
}

func mainPart(p pack) string {
	if p.has("word/document.xml") {
		return "word/document.xml"
	}
	return "word/document2.xml" // the name that the Office web service uses
}

func coreTitle(p pack) string {
	b, err := p.read("docProps/core.xml")
	if err != nil { // an optional part
		return ""
	}
	var core struct {
		Title string `xml:"title"`
	}
	if err := xml.Unmarshal(b, &core); err != nil {
		return ""
	}
	return textzh.Spaces(core.Title)
}

// walkXML calls the functions for each token; start returns false to skip the
// element with all it contains.
func walkXML(b []byte, start func(xml.StartElement) bool, end func(string), chars func(string)) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		raw, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		text, _, _ := textzh.Decode(raw, "text/xml; charset="+label)
		return strings.NewReader(text), nil
	}
	for depth := 0; ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch v := tok.(type) {
		case xml.StartElement:
			const deepest = 2000
			if depth++; depth > deepest {
				return fmt.Errorf("elements are nested more than %d deep", deepest)
			}
			if !start(v) {
				if err := d.Skip(); err != nil {
					return err
				}
				depth--
			}
		case xml.EndElement:
			depth--
			end(v.Name.Local)
		case xml.CharData:
			chars(string(v))
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// wordXML gathers text from WordprocessingML.
type wordXML struct {
	out    bytes.Buffer
	tables int
	cells  []int // cells seen in the current row of each open table
	inText int
	hidden bool // the current run is hidden text
}

func (w *wordXML) start(e xml.StartElement) bool {
	switch e.Name.Local {
	case "del", "moveFrom", "instrText", "delText", "sectPr", "pPrChange", "rPrChange":
		return false
	case "Fallback": // the same text box again for old versions of Word
		return false
	case "t":
		w.inText++
	case "tab", "ptab":
		w.write("\t")
	case "br", "cr":
		w.write("\n")
	case "noBreakHyphen":
		w.write("-")
	case "vanish":
		v := attr(e, "val")
		w.hidden = v != "0" && v != "false"
	case "r":
		w.hidden = false
	case "tbl":
		w.tables++
		w.line()
		w.cells = append(w.cells, 0)
	case "tr":
		if n := len(w.cells); n > 0 {
			w.cells[n-1] = 0
		}
	case "tc":
		if n := len(w.cells); n > 0 {
			if w.cells[n-1] > 0 {
				w.trimBlank()
				w.out.WriteByte('\t')
			}
			w.cells[n-1]++
		}
	case "txbxContent":
		w.line()
	}
	return true
}

func (w *wordXML) end(name string) {
	switch name {
	case "t":
		w.inText--
	case "p":
		if len(w.cells) > 0 {
			w.write(" ") // paragraphs of a cell share its line
			return
		}
		w.out.WriteByte('\n')
	case "tr":
		w.trimBlank()
		if len(w.cells) > 1 {
			w.write(" ") // a table inside a cell
			return
		}
		w.out.WriteByte('\n')
	case "tbl":
		if n := len(w.cells); n > 0 {
			w.cells = w.cells[:n-1]
		}
	}
}

func (w *wordXML) chars(s string) {
	if w.inText > 0 && !w.hidden {
		w.out.WriteString(s)
	}
}

func (w *wordXML) write(s string) {
	if w.hidden {
		return
	}
	if len(w.cells) > 0 && s != " " {
		s = " " // tabs and breaks inside a cell must not look like cells and rows
	}
	if s == " " {
		if last := w.lastByte(); last == ' ' || last == '\t' || last == '\n' || last == 0 {
			return
		}
	}
	w.out.WriteString(s)
}

func (w *wordXML) lastByte() byte {
	if n := w.out.Len(); n > 0 {
		return w.out.Bytes()[n-1]
	}
	return 0
}

// trimBlank removes the blank after the last paragraph of a cell.
func (w *wordXML) trimBlank() {
	if w.lastByte() == ' ' {
		w.out.Truncate(w.out.Len() - 1)
	}
}

func (w *wordXML) line() {
	if last := w.lastByte(); last != '\n' && last != 0 && len(w.cells) == 0 {
		w.out.WriteByte('\n')
	}
}
