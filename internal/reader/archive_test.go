package reader

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

func TestZip(t *testing.T) {
	t.Parallel()
	inner := zipFile(t, "c.txt", "深处")
	got := readHere(zipFile(t, "目录/一.docx", string(docxFile(t, p("附件一"))), "二.txt", "附件二", "三.zip", string(inner), "d/", "", "__MACOSX/x", "no"))
	want := []Part{{"目录/一.docx", KindDocx, "附件一"}, {"二.txt", KindText, "附件二"}, {"三.zip", KindZip, ""}}
	if len(got.Parts) != len(want) {
		t.Fatalf("got %+v", got.Parts)
	}
	for i, w := range want {
		g := got.Parts[i]
		if g.Name != w.Name || g.Kind != w.Kind || strings.TrimSpace(g.Text) != w.Text {
			t.Errorf("part %d: got %+v, want %+v", i, g, w)
		}
	}
	if !strings.Contains(got.Text, "附件一") || !strings.Contains(got.Text, "附件二") || !hasProblem(got, problemUnsupported) {
		t.Errorf("text %q, problems %v", got.Text, got.Problems)
	}
}

func TestZipNamesInGBK(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "\xB8\xBD\xBC\xFE.txt", NonUTF8: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("文")); err != nil {
		t.Fatal(err)
	}
	locked, err := z.CreateHeader(&zip.FileHeader{Name: "locked.doc", Flags: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := locked.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got := readHere(b.Bytes())
	if len(got.Parts) != 2 || got.Parts[0].Name != "附件.txt" || !got.Encrypted || !hasProblem(got, problemEncrypted) {
		t.Errorf("got %+v", got)
	}
}

func TestArchiveLimits(t *testing.T) {
	t.Parallel()
	bomb := readHere(zipFile(t, "a.txt", strings.Repeat("\x00", 64<<20), "b.txt", "after"))
	if !bomb.Truncated || !hasProblem(bomb, problemLimit) || !strings.Contains(bomb.Text, "after") {
		t.Errorf("bomb: %v, %d bytes", bomb.Problems, len(bomb.Text))
	}
	var many []string
	for range maxMembers + 5 {
		many = append(many, "x.txt", "x")
	}
	if got := readHere(zipFile(t, many...)); len(got.Parts) != maxMembers || !got.Truncated {
		t.Errorf("%d members, truncated %v", len(got.Parts), got.Truncated)
	}
	whole := zipFile(t, "a.txt", strings.Repeat("text", 1000))
	if got := readHere(whole[:len(whole)-30]); !got.Truncated || !hasProblem(got, problemDamaged) {
		t.Errorf("cut: %+v", got)
	}
}

func TestRar(t *testing.T) {
	t.Parallel()
	got := readHere(rarFile("a.txt", "附件一", "b/c.rtf", `{\rtf1 two}`))
	if got.Kind != KindRar || len(got.Parts) != 2 || got.Parts[0].Text != "附件一" || got.Parts[1].Text != "two" || len(got.Problems) > 0 {
		t.Errorf("got %+v", got)
	}
	whole := rarFile("a.txt", strings.Repeat("text", 1000))
	if got := readHere(whole[:200]); !got.Truncated || !hasProblem(got, problemDamaged) {
		t.Errorf("cut: %+v", got)
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte("通知全文")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if got := readHere(b.Bytes()); got.Kind != KindGzip || got.Text != "通知全文" || len(got.Parts) != 1 {
		t.Errorf("got %+v", got)
	}
}
