package reader

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestPDFText(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	full := strings.Repeat("新", 40) // 480 points: reaches the right margin
	page := pdfText(
		pdfRun{200, 780, "关于印发办法的通知"},
		pdfRun{80, 740, strings.Repeat("发", 38)},
		pdfRun{56, 720, full},
		pdfRun{56, 700, "能源汽车推广。"},
		pdfRun{80, 680, "二〇二四年"},
		pdfRun{280, 40, "— 1 —"},
	)
	text, err := g.Read(t.Context(), "a.pdf", pdfFile("", false, page))
	if err != nil {
		t.Fatal(err)
	}
	want := "关于印发办法的通知\n" + strings.Repeat("发", 38) + full + "能源汽车推广。\n二〇二四年"
	if text.Text != want || len(text.Pages) != 1 || text.Scanned || len(text.Problems) != 0 {
		t.Errorf("got %q\nwant %q\n%v", text.Text, want, text.Problems)
	}
	if text.Title != "Sample" || text.Kind != KindPDF {
		t.Errorf("title %q, kind %s", text.Title, text.Kind)
	}
}

func TestPDFKeepsRareCharacters(t *testing.T) {
	t.Parallel()
	l := pdfLayer{}
	for i, u := range []rune{0xD842, 0xDFB7, 'a', 0xD842, '\r', '\n', 0xFFFE, 0xAD} {
		l.add(u, i)
	}
	var got []rune
	for _, c := range l.chars {
		got = append(got, c.r)
	}
	if string(got[:2]) != "𠮷a" || got[len(got)-1] != '\n' {
		t.Errorf("got %q", string(got))
	}
}

func TestPDFThatIsWrong(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	good := pdfFile("", false, pdfText(pdfRun{80, 700, "正文内容"}))
	locked := pdfFile("/Encrypt<</Filter/Standard/V 1/R 2/P -4/O("+strings.Repeat("o", 32)+")/U("+strings.Repeat("u", 32)+
		")>>/ID[<00><00>]", false, pdfText(pdfRun{80, 700, "秘密"}))
	cases := map[string]struct {
		file    []byte
		problem string
		check   func(Text) bool
	}{
		"encrypted": {locked, problemEncrypted, func(x Text) bool { return x.Encrypted && x.Text == "" }},
		"junk":      {[]byte("%PDF-1.4\n" + strings.Repeat("junk ", 500) + "%%EOF"), problemDamaged, func(x Text) bool { return x.Text == "" }},
		"cut":       {[]byte("%PDF-1.4\n1 0 obj <</Type/Catalog"), problemDamaged, func(x Text) bool { return x.Truncated }},
		"scan":      {pdfFile("", false, []byte(pdfImage)), problemScanned, func(x Text) bool { return x.Scanned && !x.OCR }},
		"some scans": {pdfFile("", false, []byte(pdfImage), pdfText(pdfRun{80, 700, "正文内容"}), pdfText(pdfRun{80, 700, "正文内容"})),
			problemScanned, func(x Text) bool { return !x.Scanned && len(x.Pages) == 3 }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := g.Read(t.Context(), name, c.file)
			if err != nil {
				t.Fatal(err)
			}
			if !hasProblem(text, c.problem) || !c.check(text) || text.Kind != KindPDF {
				t.Errorf("got %+v", text)
			}
		})
	}
	t.Run("junk before the header", func(t *testing.T) {
		t.Parallel()
		text, err := g.Read(t.Context(), "x", append(bytes.Repeat([]byte("\r\n"), 200), good...))
		if err != nil || text.Text != "正文内容" {
			t.Errorf("got %+v, %v", text, err)
		}
	})
}

// A file that inflates a thousandfold must neither take long nor memory, and
// the child must go on to read others.
func TestPDFThatInflates(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	good := pdfFile("", false, pdfText(pdfRun{80, 700, "正文内容"}))
	if _, err := g.Read(t.Context(), "warm", good); err != nil {
		t.Fatal(err)
	}
	for name, pattern := range map[string]string{"blanks": "                ", "operators": "BT (aaaa) Tj ET\n"} {
		bomb := pdfFile("", true, inflatingStream(t, 1024, pattern))
		begin := time.Now()
		text, err := g.Read(t.Context(), name, bomb)
		took := time.Since(begin)
		t.Logf("%s: %d bytes, %v, %v, %d bytes of text, %v", name, len(bomb), took, err, len(text.Text), text.Problems)
		if err == nil && (!text.Truncated || !hasProblem(text, problemLimit)) {
			t.Errorf("%s: read as if nothing was wrong", name)
		}
		const most = 10 * time.Second // below one second on an idle machine
		if took > most {
			t.Errorf("%s: took %v", name, took)
		}
		if text, err := g.Read(t.Context(), "after", good); err != nil || text.Text != "正文内容" {
			t.Errorf("after %s: %q, %v", name, text.Text, err)
		}
	}
}

// Scans are larger than the memory of the module.
func TestPDFLargerThanTheModule(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{Limits: Limits{MemoryBytes: 1 << 30}}) // the race detector doubles what it takes
	page := pdfText(pdfRun{80, 700, "正文内容"})
	ballast := append([]byte("% "), bytes.Repeat([]byte("x"), 140<<20)...)
	text, err := g.Read(t.Context(), "x", pdfFile("", false, page, append(ballast, '\n'), page))
	if err != nil || len(text.Pages) != 3 || text.Pages[0] != "正文内容" || text.Pages[2] != "正文内容" {
		t.Errorf("got %q %v, %v", text.Pages, text.Problems, err)
	}
	if !hasProblem(text, problemLimit) || !text.Truncated { // the second page alone is too much
		t.Errorf("problems %v", text.Problems)
	}
}

func TestPDFPageLimit(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{Limits: Limits{Pages: 2}})
	page := pdfText(pdfRun{80, 700, "正文内容"})
	text, err := g.Read(t.Context(), "x", pdfFile("", false, page, page, page))
	if err != nil || len(text.Pages) != 2 || !text.Truncated || !hasProblem(text, problemLimit) {
		t.Errorf("got %+v, %v", text, err)
	}
}

func TestPDFCorpus(t *testing.T) {
	t.Parallel()
	b := corpus(t, "pdf/005.pdf")
	text, err := testGuard(t, Options{}).Read(t.Context(), "005", b)
	if err != nil || len(text.Problems) > 0 {
		t.Fatal(err, text.Problems)
	}
	lines := strings.Split(text.Text, "\n")
	if len(text.Pages) != 12 || len(lines) < 150 || len(lines) > 320 {
		t.Errorf("%d pages, %d paragraphs", len(text.Pages), len(lines))
	}
	articles := 0
	for _, l := range lines {
		if startsItem(l) && strings.HasPrefix(l, "第") && strings.Contains(l[:min(40, len(l))], "条") {
			articles++
		}
	}
	if articles != 74 { // the law has 74 articles
		t.Errorf("%d articles begin a paragraph", articles)
	}
}

func TestJoinLines(t *testing.T) {
	t.Parallel()
	at := func(left, right, y float64, s string) pdfLine {
		return pdfLine{text: s, runes: len([]rune(s)),
			first: box{left, left + 12, y, y + 12}, last: box{right - 12, right, y, y + 12}}
	}
	cases := map[string]struct {
		lines []pdfLine
		want  string
	}{
		"cells": {[]pdfLine{at(56, 100, 700, "甲"), at(300, 400, 700, "乙")}, "甲\n乙"},
		"row of a full page": {[]pdfLine{at(56, 540, 720, "一行文字写到右边为止"), at(56, 540, 700, "二行文字写到右边为止"),
			at(56, 100, 660, "甲"), at(300, 400, 660, "乙")}, "一行文字写到右边为止二行文字写到右边为止\n甲\t乙"},
		"article": {[]pdfLine{at(56, 540, 720, "一行文字写到右边为止"), at(56, 540, 700, "第三条 文字写到右边为止")},
			"一行文字写到右边为止\n第三条 文字写到右边为止"},
		"signature": {[]pdfLine{at(56, 540, 720, "一行文字写到右边为止"), at(400, 540, 700, "2026年3月12日"), at(56, 200, 680, "（此件公开发布）")},
			"一行文字写到右边为止\n2026年3月12日\n（此件公开发布）"},
		"Latin": {[]pdfLine{at(56, 540, 720, "carbon neutral"), at(56, 540, 700, "city of the year")}, "carbon neutral city of the year"},
		"page numbers": {[]pdfLine{at(280, 300, 800, "- 3 -"), at(56, 200, 700, "正文"), at(56, 100, 680, "2024"), at(280, 300, 30, "3")},
			"正文\n2024"},
	}
	for name, c := range cases {
		if got, _ := joinLines(dropPageNumbers(c.lines), 595); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestPDFParagraphAcrossPages(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	row := func(y float64, s string) pdfRun { return pdfRun{56, y, strings.Repeat(s, 40)} }
	head := pdfRun{200, 800, "某某规划 第3章"}
	pages := [][]byte{
		pdfText(head, row(760, "甲"), row(740, "乙"), pdfRun{290, 30, "1"}),
		pdfText(head, row(760, "丙"), pdfRun{56, 740, "终。"}, pdfRun{80, 720, strings.Repeat("丁", 38)}, row(700, "戊"), pdfRun{290, 30, "2"}),
		pdfText(head, pdfRun{80, 760, strings.Repeat("己", 38)}, row(740, "庚"), pdfRun{290, 30, "3"}),
	}
	text, err := g.Read(t.Context(), "x", pdfFile("", false, pages...))
	if err != nil {
		t.Fatal(err)
	}
	n := func(s string, n int) string { return strings.Repeat(s, n) }
	want := "某某规划 第3章\n" + n("甲", 40) + n("乙", 40) + n("丙", 40) + "终。\n" + n("丁", 38) + n("戊", 40) + "\n" + n("己", 38) + n("庚", 40)
	if text.Text != want || len(text.Pages) != 3 {
		t.Errorf("got  %q\nwant %q", text.Text, want)
	}
}

func TestVerticalTextKeepsItsLines(t *testing.T) {
	t.Parallel()
	column := func(x float64, s string) pdfLine {
		n := len([]rune(s))
		return pdfLine{text: s, runes: n,
			first: box{x, x + 12, 760, 772}, last: box{x, x + 12, 772 - 15*float64(n), 784 - 15*float64(n)}}
	}
	lines := []pdfLine{column(500, "竖排的第一行文字很长很长"), column(480, "竖排的第二行文字很长很长"), column(460, "第三行")}
	got, edge := joinLines(lines, 595)
	if want := "竖排的第一行文字很长很长\n竖排的第二行文字很长很长\n第三行"; got != want || edge.full || edge.flush {
		t.Errorf("got %q %+v, want %q", got, edge, want)
	}
}
