package reader

import (
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"
)

// readOFD reads the pages of an OFD file. Its text comes in pieces with places;
// they are put in reading order, top to bottom and left to right.
func readOFD(t *Text, b []byte, l Limits) error {
	p, err := openPack(b)
	if err != nil {
		t.Truncated = true
		return err
	}
	if p.has("Encryptions.xml") && !p.has("Doc_0/Document.xml") {
		t.Encrypted = true
		t.problem(problemEncrypted, "the OFD file asks for a password")
		return nil
	}
	o := ofd{pack: p, text: t, limits: l}
	root := ofdRoot{}
	if err := o.xml("OFD.xml", &root); err != nil {
		return err
	}
	for _, body := range root.Bodies {
		if t.Title == "" {
			t.Title = strings.TrimSpace(body.Title)
		}
		if err := o.document(body.Root); err != nil {
			t.problem(problemDamaged, "%v", err)
		}
	}
	if o.pictures > 0 && o.texts == 0 {
		t.Scanned = true
		t.problem(problemScanned, "the pages of the OFD file are pictures")
	}
	return nil
}

type ofdRoot struct {
	Bodies []struct {
		Title string `xml:"DocInfo>Title"`
		Root  string `xml:"DocRoot"`
	} `xml:"DocBody"`
}

type ofdDocument struct {
	Templates []ofdPage `xml:"CommonData>TemplatePage"`
	Pages     []ofdPage `xml:"Pages>Page"`
}

type ofdPage struct {
	ID  string `xml:"ID,attr"`
	Loc string `xml:"BaseLoc,attr"`
}

type ofd struct {
	pack     pack
	text     *Text
	limits   Limits
	pictures int
	texts    int
}

func (o *ofd) xml(name string, into any) error {
	b, err := o.member(name)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (o *ofd) member(name string) ([]byte, error) {
	b, err := o.pack.read(name)
	if errors.Is(err, errGrowth) {
		o.text.limited("%s: %v", name, err)
		return b, nil
	}
	return b, err
}

func (o *ofd) document(root string) error {
	doc := ofdDocument{}
	if err := o.xml(root, &doc); err != nil {
		return err
	}
	dir := path.Dir(memberName(root))
	templates := make(map[string]string, len(doc.Templates))
	for _, tpl := range doc.Templates {
		templates[tpl.ID] = locate(dir, tpl.Loc)
	}
	for i, p := range doc.Pages {
		if len(o.text.Pages) == o.limits.Pages {
			o.text.limited("%d of %d pages read", i, len(doc.Pages))
			return nil
		}
		text, err := o.page(locate(dir, p.Loc), templates)
		if err != nil {
			o.text.problem(problemDamaged, "page %d: %v", i+1, err)
		}
		o.text.Pages = append(o.text.Pages, text)
	}
	return nil
}

// locate resolves a location; one with a leading slash starts at the root of
// the file.
func locate(dir, loc string) string {
	if strings.HasPrefix(loc, "/") {
		return loc
	}
	return path.Join(dir, loc)
}

func (o *ofd) page(name string, templates map[string]string) (string, error) {
	c := ofdContent{}
	if err := o.content(name, &c); err != nil {
		return "", err
	}
	for _, id := range c.templates {
		if loc, ok := templates[id]; ok {
			if err := o.content(loc, &c); err != nil {
				return layOut(c.pieces), err
			}
		}
	}
	o.pictures += c.pictures
	o.texts += len(c.pieces)
	return layOut(c.pieces), nil
}

func (o *ofd) content(name string, c *ofdContent) error {
	b, err := o.member(name)
	if err != nil {
		return err
	}
	return walkXML(b, c.start, c.end, c.chars)
}
