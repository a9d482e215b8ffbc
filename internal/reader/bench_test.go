package reader

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func BenchmarkSniff(b *testing.B) {
	file := docxFile(b, p(strings.Repeat("正文", 1000)))
	b.ReportAllocs()
	for b.Loop() {
		Sniff(file)
	}
}

func BenchmarkInProcess(b *testing.B) {
	for name, file := range map[string][]byte{
		"docx": docxFile(b, strings.Repeat(p("为贯彻落实有关要求，现就有关事项通知如下。"), 200)),
		"doc":  wordFile(strings.Repeat("为贯彻落实有关要求，现就有关事项通知如下。\r", 200), "end\r", 0),
		"html": []byte("<html><body>" + strings.Repeat("<p>为贯彻落实有关要求，现就有关事项通知如下。</p>", 200)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if x := readHere(file); len(x.Problems) > 0 || x.Text == "" {
					b.Fatal(x.Problems)
				}
			}
		})
	}
}

// BenchmarkGuard counts the way to the child and back.
func BenchmarkGuard(b *testing.B) {
	files := map[string][]byte{
		"text":     []byte("通知"),
		"pdf page": pdfFile("", false, pdfText(pdfRun{80, 700, strings.Repeat("正文", 15)})),
	}
	if dir := os.Getenv("GOVWATCH_CORPUS"); dir != "" {
		law, err := os.ReadFile(filepath.Join(dir, "pdf/005.pdf"))
		if err != nil {
			b.Fatal(err)
		}
		files["pdf of 12 pages"] = law
	}
	for name, file := range files {
		b.Run(name, func(b *testing.B) {
			g := testGuard(b, Options{})
			if _, err := g.Read(b.Context(), name, file); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := g.Read(b.Context(), name, file); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkColdChild is the price of a crash: a new process and module.
func BenchmarkColdChild(b *testing.B) {
	file := pdfFile("", false, pdfText(pdfRun{80, 700, "正文"}))
	for b.Loop() {
		g := testGuard(b, Options{})
		if _, err := g.Read(b.Context(), "x", file); err != nil {
			b.Fatal(err)
		}
		if err := g.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
