package reader

import (
	"strings"
	"testing"

	"govwatch/internal/textzh"
)

func TestDocxNumbering(t *testing.T) {
	t.Parallel()
	level := func(i, format, text, more string) string {
		return `<w:lvl w:ilvl="` + i + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="` + text + `"/>` + more + `</w:lvl>`
	}
	numbering := `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">` +
		level("0", "chineseCountingThousand", "第%1条", "") + level("1", "chineseCounting", "（%2）", "") + level("2", "decimal", "%3.", `<w:suff w:val="nothing"/>`) +
		`</w:abstractNum><w:abstractNum w:abstractNumId="8">` + level("0", "bullet", "•", "") + `</w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>`
	styles := `<w:styles xmlns:w="w"><w:style w:styleId="Art"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>`
	par := func(props, text string) string {
		return "<w:p><w:pPr>" + props + "</w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>"
	}
	list := func(num, level string) string {
		return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + num + `"/></w:numPr>`
	}
	body := par(`<w:pStyle w:val="Art"/>`, "甲") + par(list("1", "1"), "乙") + par(list("1", "2"), "丙") + par(list("1", "2"), "丁") +
		par(list("1", "1"), "戊") + par(list("2", "0"), "己") + par(`<w:pStyle w:val="Art"/>`, "庚") + par(list("1", "1"), "辛") +
		par(`<w:pStyle w:val="Art"/>`+list("0", "0"), "壬") + par("", "癸")
	got := readHere(zipFile(t, "word/document.xml", `<w:document xmlns:w="w"><w:body>`+body+`</w:body></w:document>`,
		"word/numbering.xml", numbering, "word/styles.xml", styles))
	want := "第一条 甲\n（一）乙\n1.丙\n2.丁\n（二）戊\n己\n第二条 庚\n（一）辛\n壬\n癸"
	if got.Text != want {
		t.Errorf("got  %q\nwant %q", got.Text, want)
	}
}

func TestHanCount(t *testing.T) {
	t.Parallel()
	for v := 1; v <= 9999; v++ {
		s := hanCount(v)
		if back, ok := textzh.HanNumber(s); !ok || back != int64(v) {
			t.Fatalf("hanCount(%d) = %q, read back as %d, %v", v, s, back, ok)
		}
		if strings.HasPrefix(s, "零") || strings.Contains(s, "零零") || strings.HasSuffix(s, "零") {
			t.Fatalf("hanCount(%d) = %q", v, s)
		}
	}
	for v, want := range map[int]string{10: "十", 12: "十二", 20: "二十", 101: "一百零一", 110: "一百一十", 1005: "一千零五"} {
		if got := hanCount(v); got != want {
			t.Errorf("hanCount(%d) = %q, want %q", v, got, want)
		}
	}
}

func TestCountText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v            int
		format, want string
	}{
		{3, "decimal", "3"}, {3, "decimalEnclosedCircle", "③"}, {21, "decimalEnclosedCircle", "21"}, {12, "decimalFullWidth", "１２"},
		{2, "lowerLetter", "b"}, {2, "upperLetter", "B"}, {14, "lowerRoman", "xiv"}, {4, "upperRoman", "IV"}, {3, "ideographTraditional", "丙"}, {5, "unheard", "5"},
	} {
		if got := countText(c.v, c.format); got != c.want {
			t.Errorf("countText(%d, %s) = %q, want %q", c.v, c.format, got, c.want)
		}
	}
}
