package reader

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// readHere reads in this process, as a child would.
func readHere(b []byte) Text {
	w := worker{limits: Default(), pdf: newPDFEngine("")}
	return w.read("test", b)
}

func p(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }

func TestDocx(t *testing.T) {
	t.Parallel()
	cell := func(s string) string { return "<w:tc>" + s + "</w:tc>" }
	cases := map[string]struct{ body, want string }{
		"paragraphs": {p("第一段") + p("") + p("第二段"), "第一段\n\n第二段"},
		"runs":       {"<w:p><w:r><w:t>国办</w:t></w:r><w:r><w:t>发</w:t><w:tab/><w:t>〔2024〕</w:t><w:br/><w:t>1号</w:t></w:r></w:p>", "国办发\t〔2024〕\n1号"},
		"table": {p("表") + "<w:tbl><w:tr>" + cell(p("甲")+p("乙")) + cell(p("")) + cell(p("丙")) + "</w:tr><w:tr>" + cell(p("丁")) + "</w:tr></w:tbl>" + p("后"),
			"表\n甲 乙\t\t丙\n丁\n后"},
		"nested table": {"<w:tbl><w:tr>" + cell("<w:tbl><w:tr>"+cell(p("内"))+cell(p("里"))+"</w:tr></w:tbl>"+p("")) + cell(p("外")) + "</w:tr></w:tbl>",
			"内\t里\t外"},
		"deleted":  {"<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>", "新"},
		"field":    {"<w:p><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>目录</w:t></w:r></w:p>", "目录"},
		"hidden":   {"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r></w:p>", "显"},
		"text box": {"<w:p><w:r><AlternateContent><Choice><txbxContent>" + p("红头") + "</txbxContent></Choice><Fallback>" + p("红头") + "</Fallback></AlternateContent></w:r></w:p>", "红头"},
	}
	for name, c := range cases {
		got := readHere(docxFile(t, c.body))
		if strings.Trim(got.Text, "\n") != c.want || got.Kind != KindDocx || len(got.Problems) > 0 {
			t.Errorf("%s: got %q (%s) %v, want %q", name, got.Text, got.Kind, got.Problems, c.want)
		}
		if got.Title != "关于 题目" {
			t.Errorf("%s: title %q", name, got.Title)
		}
	}
	if n := readHere(docxFile(t, cases["table"].body)).Tables; n != 1 {
		t.Errorf("%d tables", n)
	}
}

func TestOfficeThatIsWrong(t *testing.T) {
	t.Parallel()
	good := docxFile(t, p(strings.Repeat("正文", 3000)))
	cases := map[string]struct {
		file    []byte
		problem string
		check   func(Text) bool
	}{
		"docx cut":       {good[:len(good)/2], problemDamaged, func(x Text) bool { return x.Truncated }},
		"docx bomb":      {docxFile(t, "<w:p><w:r><w:t>"+strings.Repeat("A", 40<<20)+"</w:t></w:r></w:p>"), problemLimit, func(x Text) bool { return x.Truncated }},
		"docx encrypted": {oleFile(oleStream{"EncryptedPackage", nil}), problemEncrypted, func(x Text) bool { return x.Encrypted }},
		"docx macros":    {zipFile(t, "word/document.xml", "<d>"+p("文")+"</d>", "word/vbaProject.bin", "x"), problemMacros, func(x Text) bool { return strings.TrimSpace(x.Text) == "文" }},
		"deep XML":       {zipFile(t, "word/document.xml", strings.Repeat("<a>", 5000)), problemDamaged, func(x Text) bool { return x.Truncated }},
		"doc encrypted":  {wordFile("密", "x", flagEncrypted), problemEncrypted, func(x Text) bool { return x.Encrypted && x.Text == "" }},
		"doc cut":        {wordFile("正文", "abc", 0)[:2048], problemDamaged, func(x Text) bool { return x.Text == "" }},
		"xls encrypted":  {oleFile(oleStream{"Workbook", biff(biff(nil, recBOF, 0, 6, 5, 0), recFilePass, 0, 0)}), problemEncrypted, func(x Text) bool { return x.Encrypted }},
		"xlsx junk":      {zipFile(t, "xl/workbook.xml", "<a"), problemDamaged, func(x Text) bool { return x.Text == "" }},
		"ofd junk":       {zipFile(t, "OFD.xml", "no xml"), problemDamaged, func(x Text) bool { return x.Text == "" }},
		"rtf cut":        {[]byte(`{\rtf1\ansi text {\b`), problemDamaged, func(x Text) bool { return x.Truncated && x.Text == "text" }},
		"empty":          {nil, problemUnsupported, func(x Text) bool { return x.Kind == KindUnknown }},
		"binary":         {[]byte("\x00\x01\x02\x03\xFF\xFE\x00\x00"), problemUnsupported, func(x Text) bool { return x.Kind == KindUnknown }},
		"picture":        {[]byte("\x89PNG\r\n\x1A\n...."), problemScanned, func(x Text) bool { return x.Scanned && x.Kind == KindPNG }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := readHere(c.file); !hasProblem(got, c.problem) || !c.check(got) {
				got.Text = got.Text[:min(len(got.Text), 200)]
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestWord97(t *testing.T) {
	t.Parallel()
	got := readHere(wordFile("\x13 HYPERLINK \"http://x\" \x14国办发\x15〔2024〕1号\r\x01正\u00ad文\r", "25\x96 kW\x1E\r\x0Cend\r", 0))
	if want := "国办发〔2024〕1号\n正文\n25– kW-\n\nend"; got.Text != want || got.Kind != KindDoc || len(got.Problems) > 0 {
		t.Errorf("got %q %v, want %q", got.Text, got.Problems, want)
	}
}

// Text boxes stand where the first drawing is anchored, and notes are left out.
func TestWord97TextBoxes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ main, want string }{
		"anchored": {"附注\r\x08关于某事的通知\r正文\r", "附注\n山东省文件\n鲁政发〔2026〕8号\n关于某事的通知\n正文"},
		"nowhere":  {"关于某事的通知\r正文\r", "关于某事的通知\n正文\n\n山东省文件\n鲁政发〔2026〕8号"},
	} {
		notes, boxes := "脚注\r", "山东省文件\r鲁政发〔2026〕8号\r"
		file := wordStories(c.main, notes, boxes)
		if got := readHere(file); got.Text != c.want || len(got.Problems) > 0 {
			t.Errorf("%s: got %q %v, want %q", name, got.Text, got.Problems, c.want)
		}
	}
}

func TestWord97Tables(t *testing.T) {
	t.Parallel()
	w := wordChars{}
	for _, c := range []struct {
		r rune
		m mark
	}{{'甲', 0}, {'\r', inTable}, {'乙', 0}, {7, inTable}, {7, inTable}, {7, inTable | endOfRow}, {'丙', 0}, {7, inTable}, {7, endOfRow}, {'后', 0}, {'\r', 0}} {
		w.add(c.r, c.m)
	}
	if got := w.String(); got != "甲 乙\t\n丙\n后" || w.tables != 1 {
		t.Errorf("got %q, %d tables", got, w.tables)
	}
	tabs := append([]byte{0x15, 0xC6, 2, 0, 0}, 0x17, 0x24, 1)
	huge := []byte{0x46, 0x66, 4, 0, 0, 0}
	data := append([]byte{9, 9, 9, 9, 6, 0, 0x16, 0x24, 1, 0x17, 0x24, 1}, 0)
	if marksIn(tabs, nil) != endOfRow || marksIn(huge, data) != inTable|endOfRow || marksIn(huge, nil) != 0 {
		t.Error("paragraph properties are misread")
	}
}

func TestWord97Corpus(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ rows, columns int }{
		"attach/billni_50688.doc": {40, 3}, "attach/billni_63488.doc": {40, 5},
	} {
		got := readHere(corpus(t, name))
		rows := strings.Split(got.Text, "\n")
		even := 0
		for _, r := range rows {
			if strings.Count(r, "\t") == want.columns-1 {
				even++
			}
		}
		if len(rows) < want.rows || even < len(rows)*9/10 || len(got.Problems) > 0 {
			t.Errorf("%s: %d rows, %d with %d columns, %v", name, len(rows), even, want.columns, got.Problems)
		}
	}
}

func TestXlsx(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	rows := [][]any{{"地区", "目标", nil, "日期"}, {"甲省", 0.25, nil, 46331}, {}, {"含\n换行", 12345.67}}
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
			t.Fatal(err)
		}
	}
	for cell, id := range map[string]int{"B2": 9, "D2": 14} {
		style, err := f.NewStyle(&excelize.Style{NumFmt: id})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	got := readHere(b.Bytes())
	want := "地区\t目标\t\t日期\n甲省\t25%\t\t2026-11-05\n含 换行\t12345.67"
	if got.Text != want || got.Kind != KindXlsx || got.Tables != 1 || len(got.Problems) > 0 {
		t.Errorf("got %q %s %v, want %q", got.Text, got.Kind, got.Problems, want)
	}
}

// xlsString is a string of a BIFF8 record with a two-byte length.
func xlsString(s string, wide bool) []byte {
	units := utf16.Encode([]rune(s))
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(units)))
	if !wide {
		return append(append(b, 0), s...)
	}
	b = append(b, 1)
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func xlsCell(row, col, style int, rest ...byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, uint16(row))
	b = binary.LittleEndian.AppendUint16(b, uint16(col))
	b = binary.LittleEndian.AppendUint16(b, uint16(style))
	return append(b, rest...)
}

func xlsFloat(v float64) []byte {
	return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))
}

func TestXls(t *testing.T) {
	t.Parallel()
	var b []byte
	b = biff(b, recBOF, 0, 6, 5, 0)
	b = biff(b, recFormat, append([]byte{164, 0}, xlsString(`yyyy"年"m"月"d"日"`, true)...)...)
	for _, format := range []byte{0, 14, 10, 164} { // styles 0 to 3
		b = biff(b, recXF, append([]byte{0, 0, format, 0}, make([]byte, 16)...)...)
	}
	// The second string crosses into a Continue record and turns narrow there.
	long := xlsString("全国碳市场", true)
	sst := append([]byte{3, 0, 0, 0, 3, 0, 0, 0}, xlsString("region", false)...)
	split := 3 + 2*2 // after two of the five characters
	b = biff(b, recSST, append(sst, long[:split]...)...)
	b = biff(b, recContinue, append(append([]byte{1}, long[split:]...), xlsString("末", true)...)...)
	b = biff(b, recEOF)
	b = biff(b, recBOF, 0, 6, 0x10, 0)
	b = biff(b, recLabelSST, xlsCell(0, 0, 0, 0, 0, 0, 0)...)
	b = biff(b, recLabelSST, xlsCell(0, 2, 0, 1, 0, 0, 0)...)
	b = biff(b, recNumber, xlsCell(1, 0, 0, xlsFloat(12345.67)...)...)
	b = biff(b, recNumber, xlsCell(1, 1, 1, xlsFloat(46331)...)...)
	b = biff(b, recNumber, xlsCell(1, 2, 2, xlsFloat(0.1234)...)...)
	b = biff(b, recRK, xlsCell(1, 3, 3, binary.LittleEndian.AppendUint32(nil, 45292<<2|2)...)...)
	mul := xlsCell(2, 0, 0)[:4]
	mul = append(mul, 0, 0)
	mul = binary.LittleEndian.AppendUint32(mul, 7<<2|2)
	mul = append(mul, 0, 0)
	mul = binary.LittleEndian.AppendUint32(mul, 150<<2|3) // 150/100
	b = biff(b, recMulRK, append(mul, 1, 0)...)
	b = biff(b, recFormula, xlsCell(3, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF)...)
	b = biff(b, recString, xlsString("合计", true)...)
	b = biff(b, recFormula, xlsCell(3, 1, 0, xlsFloat(-2.5)...)...)
	b = biff(b, recBoolErr, xlsCell(3, 2, 0, 1, 0)...)
	b = biff(b, recLabelSST, xlsCell(4, 0, 0, 2, 0, 0, 0)...)
	b = biff(b, recEOF)
	got := readHere(oleFile(oleStream{"Workbook", b}))
	want := "region\t\t全国碳市场\n12345.67\t2026-11-05\t12.34%\t2024-01-01\n7\t1.5\n合计\t-2.5\tTRUE\n末"
	if got.Text != want || got.Kind != KindXls || got.Tables != 1 || len(got.Problems) > 0 {
		t.Errorf("got %q (%s) %v\nwant %q", got.Text, got.Kind, got.Problems, want)
	}
}

func TestXlsDates(t *testing.T) {
	t.Parallel()
	cases := []struct {
		v        float64
		from1904 bool
		code     string
		want     string
	}{
		{1, false, "yyyy-mm-dd", "1900-01-01"},
		{61, false, "yyyy-mm-dd", "1900-03-01"},
		{73050, false, "yyyy/m/d", "2099-12-31"},
		{0, true, "yyyy/m/d", "1904-01-01"},
		{45292.5, false, "yyyy-m-d h:mm", "2024-01-01 12:00:00"},
		{0.75, false, "h:mm", "18:00:00"},
		{45292, false, `yyyy"年"m"月"`, "2024-01"},
	}
	for _, c := range cases {
		if got, ok := dateText(c.v, c.from1904, c.code); !ok || got != c.want {
			t.Errorf("dateText(%v, %q) = %q, %v, want %q", c.v, c.code, got, ok, c.want)
		}
	}
	for code, want := range map[string]bool{
		"yyyy-mm-dd": true, `0"days"`: false, "[Red]0.00": false, "General": false, "#,##0_);(#,##0)": false, `\d0`: false, "h:mm": true,
	} {
		if isDateFormat(code) != want {
			t.Errorf("isDateFormat(%q) = %v", code, !want)
		}
	}
}

func TestOFD(t *testing.T) {
	t.Parallel()
	object := func(boundary, ctm, code string) string {
		return `<ofd:TextObject Boundary="` + boundary + `" Size="5" ` + ctm + `>` + code + `</ofd:TextObject>`
	}
	page := `<ofd:Page xmlns:ofd="o"><ofd:Template TemplateID="9"/><ofd:Content><ofd:Layer>` +
		object("20 60 100 5", "", `<ofd:TextCode X="0" Y="4" DeltaX="g 3 5">第二行字</ofd:TextCode>`) +
		object("60 40 100 5", "", `<ofd:TextCode X="0" Y="4" DeltaX="5">右边</ofd:TextCode>`) +
		object("20 40 100 5", "", `<ofd:TextCode X="0" Y="4" DeltaX="5">左边</ofd:TextCode>`) +
		object("30 40 100 5", "", `<ofd:TextCode X="0" Y="4" DeltaX="5">相连</ofd:TextCode>`) +
		object("0 0 200 100", `CTM="2 0 0 2 20 0"`, `<ofd:TextCode X="0" Y="40">末行</ofd:TextCode>`) +
		`</ofd:Layer></ofd:Content></ofd:Page>`
	template := `<ofd:Page xmlns:ofd="o"><ofd:Content>` + object("20 5 100 5", "", `<ofd:TextCode X="0" Y="4">某某市人民政府文件</ofd:TextCode>`) + `</ofd:Content></ofd:Page>`
	doc := `<ofd:Document xmlns:ofd="o"><ofd:CommonData><ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/P/Content.xml"/></ofd:Pages></ofd:Document>`
	root := `<ofd:OFD xmlns:ofd="o"><ofd:DocBody><ofd:DocInfo><ofd:Title>通知</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`
	got := readHere(zipFile(t, "OFD.xml", root, "Doc_0/Document.xml", doc, "Doc_0/Pages/P/Content.xml", page, "Doc_0/Tpls/T.xml", template))
	want := "某某市人民政府文件\n左边相连\t右边\n第二行字\n末行"
	if got.Text != want || got.Kind != KindOFD || got.Title != "通知" || len(got.Pages) != 1 || len(got.Problems) > 0 {
		t.Errorf("got %q %v (%s), want %q", got.Text, got.Problems, got.Kind, want)
	}
	scan := `<ofd:Page xmlns:ofd="o"><ofd:Content><ofd:ImageObject/></ofd:Content></ofd:Page>`
	got = readHere(zipFile(t, "OFD.xml", root, "Doc_0/Document.xml", doc, "Doc_0/Pages/P/Content.xml", scan))
	if !got.Scanned || !hasProblem(got, problemScanned) {
		t.Errorf("scan: got %+v", got)
	}
}

func TestRTF(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		`{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce\'cc\'e5;}}\f0 \'b9\'fa\'b0\'ec\'b7\'a2\par 2024}`: "国办发\n2024",
		`{\rtf1\ansi\uc1 \u22269?\u21150?\u-10174?\u-8265? end}`:                                                    "国办\U00020bb7 end",
		`{\rtf1 {\*\generator x;}{\field{\*\fldinst HYPERLINK "u"}{\fldrslt \'d6\'d0}}\~a\_b\{c\}}`:                 "中 a-b{c}",
		`{\rtf1 \trowd\intbl a\cell b\cell\row\pard c}`:                                                             "a\tb\nc",
		`{\rtf1\ansi\ansicpg1252 caf\'e9}`:                                                                          "café",
	}
	for in, want := range cases {
		if got := readHere([]byte(in)); got.Text != want || got.Kind != KindRTF || len(got.Problems) > 0 {
			t.Errorf("%s\n got %q %v, want %q", in, got.Text, got.Problems, want)
		}
	}
}

func TestWebArchive(t *testing.T) {
	t.Parallel()
	archive := func(encoding, body string) string {
		return "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: image/png\r\n\r\nno\r\n" +
			"--x\r\nContent-Type: text/html; charset=\"gb2312\"\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body + "\r\n--x--\r\n"
	}
	for encoding, body := range map[string]string{
		"quoted-printable": "<html><p class=3D1>=B9=FA=B0=\r\n=EC=B7=A2</p></html>",
		"base64":           "PGh0bWw+PHA+ufqw7Lei\r\nPC9wPjwvaHRtbD4=",
		"8bit":             "<html><p>\xB9\xFA\xB0\xEC\xB7\xA2</p></html>",
	} {
		got := readHere([]byte(archive(encoding, body)))
		if !strings.HasPrefix(got.Text, "国办发") || len(got.Problems) > 0 {
			t.Errorf("%s: got %+v", encoding, got)
		}
	}
	if got := readHere([]byte(archive("8bit", "")[:100])); !hasProblem(got, problemDamaged) {
		t.Errorf("cut: got %+v", got)
	}
}

func TestWordXML2003(t *testing.T) {
	t.Parallel()
	got := readHere([]byte(`<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="w"><w:body>` + p("第一") + p("第二") + `</w:body></w:wordDocument>`))
	if got.Text != "第一\n第二" || got.Kind != KindXML || len(got.Problems) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestPptx(t *testing.T) {
	t.Parallel()
	slide := `<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>标题</a:t></a:r></a:p><a:p><a:r><a:t>内</a:t></a:r><a:r><a:t>容</a:t></a:r></a:p></p:sld>`
	got := readHere(zipFile(t, "ppt/presentation.xml", "<p/>", "ppt/slides/slide1.xml", slide, "ppt/slides/slide2.xml", slide))
	if got.Kind != KindPptx || len(got.Pages) != 2 || got.Pages[0] != "标题\n内容" || len(got.Problems) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestHTMLAndText(t *testing.T) {
	t.Parallel()
	got := readHere([]byte(`<html><head><title> 题 </title><style>x{}</style></head><body><script>var a="<p>no</p>"</script>
<h1>标题</h1><p>正&nbsp;文<br>二</p><table><tr><td>甲</td><td>乙</td></tr><tr><td></td><td><p>丁</p><p>戊</p></td><td></td></tr><tr><td>己</td></tr></table>后</body></html>`))
	if want := "标题\n正 文\n二\n甲\t乙\n\t丁 戊\t\n己\n后"; got.Text != want || got.Title != "题" || got.Tables != 1 || got.Kind != KindHTML {
		t.Errorf("got %+v, want %q", got, want)
	}
	got = readHere([]byte("\xB9\xFA\xB0\xEC\r\n\xB7\xA2"))
	if got.Text != "国办\n发" || got.Kind != KindText {
		t.Errorf("got %+v", got)
	}
}
