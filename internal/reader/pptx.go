package reader

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// readPptx reads the text of each slide; notes and master slides are left out.
func readPptx(t *Text, b []byte, l Limits) error {
	p, err := openPack(b)
	if err != nil {
		t.Truncated = true
		return err
	}
	t.Title = coreTitle(p)
	for i := 1; ; i++ {
		name := fmt.Sprintf("ppt/slides/slide%d.xml", i)
		if !p.has(name) {
			return nil
		}
		if i > l.Pages {
			t.limited("%d slides read", l.Pages)
			return nil
		}
		body, err := p.read(name)
		if errors.Is(err, errGrowth) {
			t.limited("%v", err)
		} else if err != nil {
			t.problem(problemDamaged, "%v", err)
			continue
		}
		s := slideXML{}
		if err := walkXML(body, s.start, s.end, s.chars); err != nil {
			t.problem(problemDamaged, "slide %d: %v", i, err)
		}
		t.Pages = append(t.Pages, strings.TrimSpace(s.out.String()))
	}
}

type slideXML struct {
	out    strings.Builder
	inText int
}

func (s *slideXML) start(e xml.StartElement) bool {
	switch e.Name.Local {
	case "t":
		s.inText++
	case "br":
		s.out.WriteByte('\n')
	case "Fallback":
		return false
	}
	return true
}

func (s *slideXML) end(name string) {
	switch name {
	case "t":
		s.inText--
	case "p":
		s.out.WriteByte('\n')
	}
}

func (s *slideXML) chars(c string) {
	if s.inText > 0 {
		s.out.WriteString(c)
	}
}
