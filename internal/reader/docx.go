package reader

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"govwatch/internal/textzh"
)

// readDocx reads the main story of a Word document: paragraphs, tables, text
// boxes, and the numbers that Word generates for lists. Headers, footnotes,
// deleted text and field codes are left out.
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
	w := wordXML{numbers: readNumbering(p)}
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
