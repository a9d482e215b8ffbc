package reader

import (
	"strings"
	"testing"
	"time"
)

// A scan of 500 pages is named as one, page by page, and costs no more than its pages.
func TestScanOf500Pages(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{})
	pages := make([][]byte, 500)
	for i := range pages {
		pages[i] = []byte(pdfImage)
	}
	begin := time.Now()
	text, err := g.Read(t.Context(), "scan.pdf", pdfFile("", true, pages...))
	if err != nil || !text.Scanned || text.Text != "" || !hasProblem(text, problemScanned) {
		t.Errorf("scanned %v, %d bytes of text, problems %v, %v", text.Scanned, len(text.Text), text.Problems, err)
	}
	if len(text.Pages) != 500 && !hasProblem(text, problemLimit) {
		t.Errorf("%d of 500 pages and no word of a limit", len(text.Pages))
	}
	t.Logf("%d pages in %v, problems %v", len(text.Pages), time.Since(begin), text.Problems)
	if text, err := g.Read(t.Context(), "after", pdfFile("", false, pdfText(pdfRun{80, 700, "正文内容"}))); err != nil || text.Text != "正文内容" {
		t.Errorf("after the scan: %q, %v", text.Text, err)
	}
}

// Archives are opened one level deep: what lies deeper is named, not opened, and
// what lies beside it is read.
func TestArchiveInsideArchive(t *testing.T) {
	t.Parallel()
	deep := string(zipFile(t, "正文.txt", "第三层"))
	for range 40 {
		deep = string(zipFile(t, "more.zip", deep))
	}
	for name, inner := range map[string]string{
		"zip":  string(zipFile(t, "a.txt", "里面")),
		"rar":  string(rarFile("a.txt", "里面")),
		"deep": deep,
	} {
		got := readHere(zipFile(t, "inner."+name, inner, "附件.txt", "外面"))
		if strings.TrimSpace(got.Text) != "外面" || len(got.Parts) != 2 || !hasProblem(got, problemUnsupported) {
			t.Errorf("%s: text %q, %d parts, problems %v", name, got.Text, len(got.Parts), got.Problems)
		}
	}
}
