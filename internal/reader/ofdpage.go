package reader

import (
	"encoding/xml"
	"sort"
	"strconv"
	"strings"
)

// ofdPiece is one run of text; x and y are millimetres from the top left.
type ofdPiece struct {
	x, y, right, size float64
	text              string
}

type ofdContent struct {
	pieces    []ofdPiece
	templates []string
	pictures  int
	object    ofdObject
	piece     ofdPiece
	inCode    bool
}

// ofdObject is the TextObject that is open: its place, its matrix (a b c d e f)
// and the size of its characters.
type ofdObject struct {
	box    [4]float64
	matrix [6]float64
	size   float64
}

func (c *ofdContent) start(e xml.StartElement) bool {
	switch e.Name.Local {
	case "TextObject":
		c.object = ofdObject{size: number(attr(e, "Size")), matrix: [6]float64{1, 0, 0, 1, 0, 0}}
		copy(c.object.box[:], numbers(attr(e, "Boundary")))
		if m := numbers(attr(e, "CTM")); len(m) == 6 {
			copy(c.object.matrix[:], m)
		}
	case "TextCode":
		c.code(e)
	case "ImageObject":
		c.pictures++
	case "Template":
		c.templates = append(c.templates, attr(e, "TemplateID"))
	case "Annot", "ClipArea", "Clips":
		return false
	}
	return true
}

func (c *ofdContent) code(e xml.StartElement) {
	x, y, m := number(attr(e, "X")), number(attr(e, "Y")), c.object.matrix
	width := 0.0
	for _, d := range deltas(attr(e, "DeltaX")) {
		width += d
	}
	scale := m[0]
	if scale == 0 {
		scale = 1
	}
	c.piece = ofdPiece{
		x:    c.object.box[0] + m[0]*x + m[2]*y + m[4],
		y:    c.object.box[1] + m[1]*x + m[3]*y + m[5],
		size: c.object.size * scale,
	}
	c.piece.right = c.piece.x + width*scale + c.piece.size
	c.inCode = true
}

func (c *ofdContent) end(name string) {
	if name != "TextCode" {
		return
	}
	c.inCode = false
	if strings.TrimSpace(c.piece.text) != "" {
		c.pieces = append(c.pieces, c.piece)
	}
}

func (c *ofdContent) chars(s string) {
	if c.inCode {
		c.piece.text += s
	}
}

// layOut sorts pieces into lines and joins what belongs together: pieces on one
// base line, with a blank or tab where there is room for one.
func layOut(pieces []ofdPiece) string {
	sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].y < pieces[j].y })
	var b strings.Builder
	for start := 0; start < len(pieces); {
		end := start + 1
		for end < len(pieces) && pieces[end].y-pieces[start].y < max(pieces[start].size, 1)/2 {
			end++
		}
		line := pieces[start:end]
		sort.SliceStable(line, func(i, j int) bool { return line[i].x < line[j].x })
		for i, p := range line {
			if i > 0 {
				b.WriteString(gapText(p.x-line[i-1].right, max(p.size, 1)))
			}
			b.WriteString(strings.TrimRight(p.text, "\r\n"))
		}
		b.WriteByte('\n')
		start = end
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func gapText(gap, size float64) string {
	switch {
	case gap > 3*size:
		return "\t"
	case gap > size/2:
		return " "
	}
	return ""
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil { // a missing attribute means 0 in OFD
		return 0
	}
	return v
}

func numbers(s string) []float64 {
	fields := strings.Fields(s)
	out := make([]float64, 0, min(len(fields), 16))
	for _, f := range fields[:min(len(fields), 16)] {
		out = append(out, number(f))
	}
	return out
}

// deltas reads the advances between characters, where "g 3 4.2" is short for
// 4.2 4.2 4.2.
func deltas(s string) []float64 {
	f := strings.Fields(s)
	var out []float64
	for i := 0; i < len(f); i++ {
		if f[i] != "g" || i+2 >= len(f) {
			out = append(out, number(f[i]))
			continue
		}
		const most = 10_000
		for range min(int(number(f[i+1])), most) {
			out = append(out, number(f[i+2]))
		}
		i += 2
	}
	return out
}
