package reader

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// fuzzKind feeds mutated files to one reader. A panic shows as a damaged
// problem in production; here it must not happen at all.
func fuzzKind(f *testing.F, read func(*Text, []byte) error, seeds ...[]byte) {
	f.Helper()
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text := Text{Kind: Sniff(b)}
		if err := read(&text, b); err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Error("an error without text")
		}
		text.finish(Limits{OutputBytes: 1 << 20})
		if int64(len(text.Text)) > 1<<20 {
			t.Errorf("%d bytes of text", len(text.Text))
		}
	})
}

func FuzzWord97(f *testing.F) {
	fuzzKind(f, readWord97, wordFile("国办发\x13x\x14〔2024〕\x15\r\a\a", "latin\r", 0), wordFile("密", "", flagEncrypted))
}

func FuzzXls(f *testing.F) {
	var b []byte
	b = biff(b, recBOF, 0, 6, 5, 0)
	b = biff(b, recSST, append([]byte{1, 0, 0, 0, 2, 0, 0, 0}, xlsString("共享", true)...)...)
	b = biff(b, recContinue, append([]byte{1}, xlsString("字", true)...)...)
	b = biff(b, recBOF, 0, 6, 0x10, 0)
	b = biff(b, recLabelSST, xlsCell(0, 0, 0, 0, 0, 0, 0)...)
	b = biff(b, recNumber, xlsCell(1, 1, 1, xlsFloat(46331)...)...)
	b = biff(b, recEOF)
	fuzzKind(f, func(t *Text, b []byte) error {
		x := xls{text: t, data: b, limits: Default(), row: -1}
		x.scan()
		x.endSheet()
		return readXls(t, b, Default())
	}, b, oleFile(oleStream{"Workbook", b}))
}

func FuzzDocx(f *testing.F) {
	fuzzKind(f, func(t *Text, b []byte) error {
		w := wordXML{}
		return walkXML(b, w.start, w.end, w.chars)
	}, []byte(`<w:p><w:r><w:t>文</w:t></w:r></w:p>`), []byte(`<w:tbl><w:tr><w:tc></w:tr></w:tbl></w:tc></w:t>`))
}

func FuzzOFDPage(f *testing.F) {
	fuzzKind(f, func(t *Text, b []byte) error {
		c := ofdContent{}
		err := walkXML(b, c.start, c.end, c.chars)
		t.Text = layOut(c.pieces)
		return err
	}, []byte(`<a><TextObject Boundary="1 2 3 4" CTM="1 0 0 1 0 0" Size="5"><TextCode X="1" Y="2" DeltaX="g 3 4">文</TextCode></TextObject></a>`),
		[]byte(`<TextCode X="NaN" DeltaX="g 99999999999 Inf">x</TextCode>`))
}

func FuzzRTF(f *testing.F) {
	fuzzKind(f, readRTF, []byte(`{\rtf1\ansi\uc2 \u22269??\'d6\'d0{\*\x y}\bin3 abc\par}`), []byte(`{\rtf1\u-9999999999{{{\bin-5}`))
}

func FuzzHTML(f *testing.F) {
	fuzzKind(f, readHTML, []byte("<html><title>t</title><table><td>a<td>b</table><script>x</html>"))
}

func FuzzArchive(f *testing.F) {
	fuzzKind(f, func(t *Text, b []byte) error {
		w := worker{limits: Default(), pdf: newPDFEngine("")}
		switch t.Kind {
		case KindZip, KindRar, KindGzip:
			return w.readArchive(t, "x", b)
		}
		return nil
	}, zipFile(f, "a.txt", "text"), rarFile("a.txt", "text"))
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add(oleFile(oleStream{"WordDocument", nil}))
	f.Add([]byte("<?xml version='1.0'?><html"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if Sniff(b) == "" {
			t.Error("no kind")
		}
	})
}

func FuzzJoinLines(f *testing.F) {
	f.Add("第一条 为了", "二〇二四年", 10.0, 500.0, 300.0)
	f.Fuzz(func(t *testing.T, a, b string, left, right, y float64) {
		lines := []pdfLine{
			{text: a, runes: utf8.RuneCountInString(a), first: box{left, left + 12, y, y + 12}, last: box{right - 12, right, y, y + 12}},
			{text: b, runes: utf8.RuneCountInString(b), first: box{left, left + 12, y - 20, y - 8}, last: box{right - 12, right, y - 20, y - 8}},
		}
		joined, _ := joinLines(dropPageNumbers(lines), 595)
		if len(joined) > len(a)+len(b)+1 {
			t.Errorf("%q and %q became %q", a, b, joined)
		}
	})
}
