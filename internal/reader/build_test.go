package reader

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"unicode/utf16"
)

// The builders below write the smallest files that hold what a test is about.

// pdfFile builds a PDF whose pages have the given content streams. The font /F1
// takes UTF-16BE and is not embedded. extra goes into the trailer.
func pdfFile(extra string, compressed bool, contents ...[]byte) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(body string, stream []byte) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\n", len(offsets), body)
		if stream != nil {
			b.WriteString("stream\n")
			b.Write(stream)
			b.WriteString("\nendstream\n")
		}
		b.WriteString("endobj\n")
	}
	b.WriteString("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n")
	object("<</Type/Catalog/Pages 2 0 R>>", nil)
	var kids strings.Builder
	const first = 8
	for i := range contents {
		fmt.Fprintf(&kids, "%d 0 R ", first+2*i)
	}
	object(fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(contents), kids.String()), nil)
	object("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>", nil)
	object("<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 5 0 R/DW 1000>>", nil)
	object("<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 800/StemV 80>>", nil)
	object("<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>", []byte{0x80})
	object("<</Title(Sample)>>", nil)
	for i, c := range contents {
		object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>/XObject<</Im 6 0 R>>>>>>", first+2*i+1), nil)
		filter := ""
		if compressed {
			filter = "/Filter/FlateDecode"
		}
		object(fmt.Sprintf("<</Length %d%s>>", len(c), filter), c)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R/Info 7 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, extra, start)
	return b.Bytes()
}

// pdfText shows lines of 12-point text at a left edge each, 20 points apart.
func pdfText(lines ...pdfRun) []byte {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "BT /F1 12 Tf 1 0 0 1 %g %g Tm <", l.x, l.y)
		for _, u := range utf16.Encode([]rune(l.text)) {
			fmt.Fprintf(&b, "%04X", u)
		}
		b.WriteString("> Tj ET\n")
	}
	return []byte(b.String())
}

type pdfRun struct {
	x, y float64
	text string
}

const pdfImage = "q 500 0 0 700 40 60 cm /Im Do Q\n"

// inflatingStream is about 1 MB of zlib data that becomes n MiB of pattern. Its
// checksum is wrong, which PDF readers ignore.
func inflatingStream(t testing.TB, n int, pattern string) []byte {
	t.Helper()
	block := bytes.Repeat([]byte(pattern), 1<<20/len(pattern))
	var once bytes.Buffer
	w, err := flate.NewWriter(&once, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(block); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if err := z.Flush(); err != nil {
		t.Fatal(err)
	}
	for range n {
		out.Write(once.Bytes())
	}
	out.Write([]byte{1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0})
	return out.Bytes()
}

// zipFile builds a zip from pairs of name and body.
func zipFile(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// docxFile wraps the body of a Word document.
func docxFile(t testing.TB, body string) []byte {
	t.Helper()
	return zipFile(t, "[Content_Types].xml", "<Types/>", "word/document.xml",
		`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body>`+body+`</w:body></w:document>`,
		"docProps/core.xml", `<cp:coreProperties xmlns:cp="cp" xmlns:dc="dc"><dc:title> 关于 题目 </dc:title></cp:coreProperties>`)
}

// oleFile builds a compound file with the given streams at its root.
func oleFile(streams ...oleStream) []byte {
	const sector, free, end, fatSector = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
	fat := []uint32{fatSector, end} // sector 0 is the table, 1 the directory
	var data bytes.Buffer
	dir := oleEntry("Root Entry", 5, 1, end, 0)
	for i, s := range streams {
		body := make([]byte, max(4096, (len(s.body)+sector-1)/sector*sector))
		copy(body, s.body)
		start := uint32(len(fat))
		for range len(body)/sector - 1 {
			fat = append(fat, uint32(len(fat)+1))
		}
		fat = append(fat, end)
		data.Write(body)
		next := uint32(free)
		if i+1 < len(streams) {
			next = uint32(i + 2)
		}
		e := oleEntry(s.name, 2, free, start, len(body))
		binary.LittleEndian.PutUint32(e[72:], next) // right sibling
		dir = append(dir, e...)
	}
	for len(dir) < sector {
		dir = append(dir, make([]byte, 128)...)
	}
	var b bytes.Buffer
	head := make([]byte, sector)
	copy(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	put := binary.LittleEndian
	put.PutUint16(head[24:], 0x3E)
	put.PutUint16(head[26:], 3)
	put.PutUint16(head[28:], 0xFFFE)
	put.PutUint16(head[30:], 9)
	put.PutUint16(head[32:], 6)
	put.PutUint32(head[44:], 1)    // sectors of the table
	put.PutUint32(head[48:], 1)    // first sector of the directory
	put.PutUint32(head[56:], 4096) // smaller streams would be mini streams
	put.PutUint32(head[60:], end)
	put.PutUint32(head[68:], end)
	for i := 76; i < sector; i += 4 {
		put.PutUint32(head[i:], free)
	}
	put.PutUint32(head[76:], 0)
	b.Write(head)
	table := make([]byte, sector)
	for i := range sector / 4 {
		v := uint32(free)
		if i < len(fat) {
			v = fat[i]
		}
		put.PutUint32(table[4*i:], v)
	}
	b.Write(table)
	b.Write(dir[:sector])
	b.Write(data.Bytes())
	return b.Bytes()
}

type oleStream struct {
	name string
	body []byte
}

func oleEntry(name string, kind byte, child, start uint32, size int) []byte {
	e := make([]byte, 128)
	for i, r := range name {
		e[2*i] = byte(r)
	}
	binary.LittleEndian.PutUint16(e[64:], uint16(2*len(name)+2))
	e[66], e[67] = kind, 1
	binary.LittleEndian.PutUint32(e[68:], 0xFFFFFFFF)
	binary.LittleEndian.PutUint32(e[72:], 0xFFFFFFFF)
	binary.LittleEndian.PutUint32(e[76:], child)
	binary.LittleEndian.PutUint32(e[116:], start)
	binary.LittleEndian.PutUint32(e[120:], uint32(size))
	return e
}

// wordFile builds a Word 97 file with one piece of UTF-16 and one of Latin text.
func wordFile(wide, narrow string, flags uint16) []byte {
	return wordParts(wide, narrow, flags, utf16Len(wide)+len(narrow), 0, 0)
}

// wordStories builds a Word 97 file of a main story, footnotes and text boxes.
func wordStories(main, notes, boxes string) []byte {
	return wordParts(main+notes+boxes, "", 0, utf16Len(main), utf16Len(notes), utf16Len(boxes))
}

func utf16Len(s string) int { return len(utf16.Encode([]rune(s))) }

func wordParts(wide, narrow string, flags uint16, main, notes, boxes int) []byte {
	units := utf16.Encode([]rune(wide))
	doc := make([]byte, 2048)
	put := binary.LittleEndian
	put.PutUint16(doc, fibMagic)
	put.PutUint16(doc[fibVersion:], firstWord97)
	put.PutUint16(doc[fibFlags:], flags)
	put.PutUint32(doc[fibMainChars:], uint32(main))
	put.PutUint32(doc[fibMainChars+4:], uint32(notes))
	put.PutUint32(doc[fibBoxChars:], uint32(boxes))
	start := len(doc)
	for _, u := range units {
		doc = put.AppendUint16(doc, u)
	}
	second := len(doc)
	doc = append(doc, narrow...)
	plc := put.AppendUint32(nil, 0)
	plc = put.AppendUint32(plc, uint32(len(units)))
	plc = put.AppendUint32(plc, uint32(len(units)+len(narrow)))
	plc = append(plc, 0, 0)
	plc = put.AppendUint32(plc, uint32(start))
	plc = append(plc, 0, 0, 0, 0)
	plc = put.AppendUint32(plc, uint32(second*2)|compressedText)
	plc = append(plc, 0, 0)
	clx := append([]byte{1, 2, 0, 0xAA, 0xBB, 2}, put.AppendUint32(nil, uint32(len(plc)))...)
	clx = append(clx, plc...)
	put.PutUint32(doc[fibPieceTable:], 0)
	put.PutUint32(doc[fibPieceTable+4:], uint32(len(clx)))
	return oleFile(oleStream{"WordDocument", doc}, oleStream{"0Table", clx})
}

// biff appends one record.
func biff(b []byte, kind int, body ...byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(kind))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(body)))
	return append(b, body...)
}

// rarFile builds a RAR 4 archive whose members are stored, not packed.
func rarFile(pairs ...string) []byte {
	b := []byte("Rar!\x1A\x07\x00")
	block := func(kind byte, flags uint16, rest []byte) {
		head := []byte{kind}
		head = binary.LittleEndian.AppendUint16(head, flags)
		head = binary.LittleEndian.AppendUint16(head, uint16(7+len(rest)))
		head = append(head, rest...)
		b = binary.LittleEndian.AppendUint16(b, uint16(crc32.ChecksumIEEE(head)))
		b = append(b, head...)
	}
	block(0x73, 0, make([]byte, 6))
	for i := 0; i < len(pairs); i += 2 {
		name, body := pairs[i], pairs[i+1]
		rest := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
		rest = binary.LittleEndian.AppendUint32(rest, uint32(len(body)))
		rest = append(rest, 3) // made on Unix
		rest = binary.LittleEndian.AppendUint32(rest, crc32.ChecksumIEEE([]byte(body)))
		rest = append(rest, 0, 0, 0, 0, 20, 0x30)
		rest = binary.LittleEndian.AppendUint16(rest, uint16(len(name)))
		rest = append(rest, 0xA4, 0x81, 0, 0)
		rest = append(rest, name...)
		block(0x74, 0x8000, rest)
		b = append(b, body...)
	}
	block(0x7B, 0, nil)
	return b
}
