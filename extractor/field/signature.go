package field

import (
	"strings"

	"govwatch/notice"
)

// Signature is one signature block (发文机关署名 and 成文日期).
type Signature struct {
	Issuers []string
	Date    notice.Date
	// Line is the index of the date's line, First of the block's first line.
	First, Line int
	// From and To bound the date in its line.
	From, To int
	// Right says that the block is aligned right.
	Right bool
}

// maxSigners bounds the lines of one block.
const maxSigners = 40

// signatures finds the blocks that end in a line with nothing but a date, or
// with a body's name and a date.
func signatures(d *Doc) []Signature {
	var out []Signature
	for i := range d.Lines {
		ln := &d.Lines[i]
		if len(ln.Text) < 8 || len(ln.Text) > 180 || ln.Table && i+1 < len(d.Lines) && d.Lines[i+1].Table {
			continue // only the last cell of a table can end a block set in columns
		}
		h, ok := signDate(ln.Text)
		if !ok {
			continue
		}
		s := Signature{Date: h.date, First: i, Line: i, From: h.from, To: h.to, Right: ln.Align == 'r'}
		lead := strings.Trim(ln.Text[:h.from], " （(")
		if lead != "" {
			names := d.names(lead)
			if len(names) == 0 {
				continue
			}
			s.Issuers = names
		}
		s.collect(d, i)
		if len(s.Issuers) == 0 && !ln.Table && i+1 < len(d.Lines) && ln.Align != 'c' {
			// Some sites print the date above the name.
			if next := &d.Lines[i+1]; !next.Table && len(next.Text) < 120 && i > 0 {
				s.Issuers = d.names(next.Text)
			}
		}
		if ln.Table && len(s.Issuers) == 0 {
			continue
		}
		out = append(out, s)
		if len(out) >= 8 {
			break
		}
	}
	return out
}

// signDate reads a date that ends a short line, with a body's name at most before it.
func signDate(t string) (dateHit, bool) {
	t = strings.TrimRight(t, " ")
	if !strings.HasSuffix(t, "日") && !strings.HasSuffix(t, "日）") && !strings.HasSuffix(t, "日)") && (t[len(t)-1] < '0' || t[len(t)-1] > '9') {
		return dateHit{}, false
	}
	h, ok := nextDate(t, 0)
	if !ok || strings.Trim(t[h.to:], " ）)") != "" {
		return dateHit{}, false
	}
	return h, true
}

// collect takes the names from the lines above line i.
func (s *Signature) collect(d *Doc, i int) {
	var above []string
	below := 0 // the names of the line below, at the start of above
	for j := i - 1; j >= 0 && i-j <= maxSigners; j-- {
		ln := &d.Lines[j]
		if ln.Table != d.Lines[i].Table || len(ln.Text) > 400 {
			break
		}
		if ln.Table && strings.TrimSpace(ln.Text) == "" {
			continue // an empty cell of a block set in columns
		}
		names := d.names(ln.Text)
		if len(names) == 0 && below > 0 {
			// A wrapped name between two: 省生态环境厅 省发展和|改革委员会.
			if joined := d.wrapped(ln.Text + d.Lines[j+1].Text); len(joined) > 0 {
				names, above = joined, above[below:]
			}
		}
		if len(names) == 0 && j > 0 && len(ln.Text) < 60 && len(above) == 0 && len(s.Issuers) == 0 {
			// A wrapped name: 国家发展改革|委.
			if joined := d.names(d.Lines[j-1].Text + ln.Text); len(joined) > 0 && len(d.Lines[j-1].Text) < 90 {
				above, s.First = append(joined, above...), j-1
				break
			}
		}
		if len(names) == 0 {
			break
		}
		above, s.First, below = append(names, above...), j, len(names)
		s.Right = s.Right || ln.Align == 'r'
	}
	s.Issuers = append(above, s.Issuers...)
}

// wrapped splits two joined lines into bodies; nil unless each of them is known.
func (d *Doc) wrapped(t string) []string {
	if len(t) > 300 {
		return nil
	}
	names := d.names(t)
	for _, n := range names {
		if _, ok := d.Book.Agency(n, notice.Date{}, d.Region); !ok {
			return nil
		}
	}
	return names
}

// names splits a signature line into bodies; nil when any part is none.
func (d *Doc) names(t string) []string {
	t = strings.Trim(t, " ：:。")
	for _, seal := range [...]string{"（代章）", "(代章)", "（盖章）", "（印章）", "（章）", "(盖章)"} {
		t = strings.TrimSuffix(t, seal)
	}
	if len(t) < 6 || len(t) > 400 || strings.ContainsAny(t, "，。；《》？！0123456789") {
		return nil
	}
	parts := d.Book.Split(t)
	for _, p := range parts {
		if !d.Book.Shape(p) {
			return nil
		}
	}
	return parts
}

// Signed returns the signature of the document itself: the first block that
// names a body, before any text that is attached.
func (d *Doc) Signed() (Signature, bool) {
	for _, s := range d.Signs {
		if len(s.Issuers) > 0 {
			return s, true
		}
	}
	return Signature{}, false
}
