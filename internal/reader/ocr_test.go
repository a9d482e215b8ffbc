package reader

import (
	"os"
	"path/filepath"
	"testing"
)

// pretendTesseract puts a program of that name into a folder; it proves the
// wiring, not the quality of recognition.
func pretendTesseract(t *testing.T, output string) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\ncat >/dev/null\ncat <<'END'\n" + output + "\nEND\n"
	if err := os.WriteFile(filepath.Join(dir, "tesseract"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + dir + ":/usr/bin:/bin"
}

func TestOCR(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{OCR: true, Env: []string{pretendTesseract(t, "国 办 发 [2024] 1 号\n\n各 省 : Carbon Tax ( 试行 ) ,3.5")}})
	scan := pdfFile("", false, []byte(pdfImage), []byte(pdfImage), pdfText(pdfRun{80, 700, "正文内容"}))
	text, err := g.Read(t.Context(), "scan.pdf", scan)
	if err != nil {
		t.Fatal(err)
	}
	const want = "国办发〔2024〕1号\n各省：Carbon Tax（试行）,3.5"
	if !text.OCR || !text.Scanned || text.Confidence >= 0.5 || text.Pages[0] != want {
		t.Errorf("got %+v", text)
	}
	if text.Pages[2] != "正文内容" {
		t.Errorf("the text layer was overridden by %q", text.Pages[2])
	}
	picture, err := g.Read(t.Context(), "page.png", []byte("\x89PNG\r\n\x1A\n...."))
	if err != nil || picture.Text != want || !picture.OCR || picture.Confidence >= 0.5 {
		t.Errorf("picture: got %+v, %v", picture, err)
	}
}

func TestOCRWithoutTesseract(t *testing.T) {
	t.Parallel()
	g := testGuard(t, Options{OCR: true, Env: []string{"PATH=" + t.TempDir()}})
	text, err := g.Read(t.Context(), "scan.pdf", pdfFile("", false, []byte(pdfImage)))
	if err != nil || text.OCR || !text.Scanned || len(text.Problems) != 2 || text.Confidence != 0 {
		t.Errorf("got %+v, %v", text, err)
	}
}
