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

// readXML reads Word's single-file XML formats as documents and every other XML
// as markup.
func readXML(t *Text, b []byte) error {
	head := b[:min(len(b), 4<<10)]
	if !bytes.Contains(head, []byte("<w:wordDocument")) && !bytes.Contains(head, []byte("<pkg:package")) {
		return readHTML(t, b)
	}
	w := wordXML{}
	err := walkXML(b, w.start, w.end, w.chars)
	t.Text, t.Tables = strings.Trim(w.out.String(), "\n"), w.tables
	t.Truncated = err != nil
	return err
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
