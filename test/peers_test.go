package test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"govwatch/extractor"

	"github.com/markusmobius/go-htmldate"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// peerPages are the corpus pages where GOVWATCH_CORPUS names them, else the
// project's own synthetic ones.
func peerPages(b *testing.B) [][]byte {
	b.Helper()
	pattern := filepath.Join("..", "extractor", "testdata", "pages", "*.html")
	if root := os.Getenv("GOVWATCH_CORPUS"); root != "" {
		pattern = filepath.Join(root, "detail", "*.html")
	}
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		b.Fatalf("no pages at %s: %v", pattern, err)
	}
	var out [][]byte
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

var errNoRecord = errors.New("no record")

// BenchmarkPeers reads the same pages with each reader. Ours gives every field of
// a record with evidence, class, sectors, targets and relations; the peers give
// title, date and text, or the date alone. Tables are loaded before the clock runs.
// One operation is one page; the pages are taken in turn. docs/cpu-s counts the
// processor time of the whole process, the collector's included, and so holds on
// a machine that is shared.
//
// trafilatura runs with its zero options, which read by its own rules alone, and
// with EnableFallback, which its command sets: it then asks two other readers too.
func BenchmarkPeers(b *testing.B) {
	pages := peerPages(b)
	for _, peer := range []struct {
		name string
		read func(body []byte) error
	}{
		{"htmlparse", func(body []byte) error {
			_, err := html.Parse(bytes.NewReader(body))
			return err
		}},
		{"govwatch", func(body []byte) error {
			if r := extractor.Extract(extractor.Input{URL: "http://www.example.gov.cn/a.html", Body: body}); r.Ruleset == 0 {
				return errNoRecord
			}
			return nil
		}},
		{"trafilatura", func(body []byte) error { return readTrafilatura(body, trafilatura.Options{}) }},
		{"trafilatura-fallback", func(body []byte) error { return readTrafilatura(body, trafilatura.Options{EnableFallback: true}) }},
		{"htmldate", func(body []byte) error {
			_, err := htmldate.FromReader(bytes.NewReader(body), htmldate.Options{})
			return err
		}},
	} {
		b.Run(peer.name, func(b *testing.B) {
			if err := peer.read(pages[0]); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			busy := cpuTime(b)
			for i := 0; b.Loop(); i++ {
				if err := peer.read(pages[i%len(pages)]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
			b.ReportMetric(float64(b.N)/(cpuTime(b)-busy).Seconds(), "docs/cpu-s")
		})
	}
}

// readTrafilatura reads one page. A page without an article is an error there and
// no failure of the benchmark.
func readTrafilatura(body []byte, opts trafilatura.Options) error {
	if _, err := trafilatura.Extract(bytes.NewReader(body), opts); err != nil {
		return nil //nolint:nilerr // the peer reports "no content" for pages without an article
	}
	return nil
}

// cpuTime is the processor time that this process has taken.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
