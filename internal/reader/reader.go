package reader

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is the format of a file, told from its bytes and never from its name.
type Kind string

// The kinds that Sniff tells apart. Word and Excel files behind a password look
// alike and are KindDocx.
const (
	KindHTML    Kind = "html"
	KindPDF     Kind = "pdf"
	KindDocx    Kind = "docx"
	KindDoc     Kind = "doc"
	KindWPS     Kind = "wps" // the Word 97 format as WPS Office writes it
	KindXlsx    Kind = "xlsx"
	KindXls     Kind = "xls"
	KindPptx    Kind = "pptx"
	KindOFD     Kind = "ofd" // GB/T 33190, the national layout format
	KindZip     Kind = "zip"
	KindRar     Kind = "rar"
	KindRTF     Kind = "rtf"
	KindJPEG    Kind = "jpeg"
	KindPNG     Kind = "png"
	KindTIFF    Kind = "tiff"
	KindGIF     Kind = "gif"
	KindGzip    Kind = "gzip"
	KindXML     Kind = "xml"
	KindJSON    Kind = "json"
	KindText    Kind = "text"
	KindUnknown Kind = "unknown"
)

// Text is what could be read from one file. It is useful even with Problems.
type Text struct {
	Kind Kind
	// Pages holds the text of each page, sheet or slide; empty for formats
	// without pages. A page may be empty.
	Pages []string
	// Text is all of it: paragraphs end with a line feed, cells of a table row
	// are separated by tabs. Pages end a line too, unless a paragraph of a PDF
	// goes on on the next one.
	Text string
	// Title is the file's own property; often empty, stale or a file name.
	Title  string
	Tables int
	// Scanned means that the file is pictures of pages: without OCR there is
	// little or no text.
	Scanned   bool
	Encrypted bool
	// Truncated means that a limit ended the reading or that the file itself
	// ends early: Text is only the beginning.
	Truncated bool
	// Parts are the members of an archive, opened one level deep.
	Parts    []Part
	Problems []string
	// OCR means that Text was recognised from pictures and may be wrong
	// anywhere, above all in document numbers.
	OCR bool
	// Confidence is 1 for a text layer, below 0.5 for OCR, 0 without text.
	Confidence float64
}

// Part is a member of an archive. Name is its path inside, in UTF-8.
type Part struct {
	Name string
	Kind Kind
	Text string
}

// Limits bound the reading of one file.
type Limits struct {
	// MemoryBytes is the most resident memory of the child process.
	MemoryBytes int64
	// Timeout is wall time for one file. Compiling the PDF module, which a
	// machine does once, does not count.
	Timeout time.Duration
	// OutputBytes is the most text; the rest is cut off.
	OutputBytes int64
	// Pages is the most pages, sheets or slides.
	Pages int
}

// Default returns limits that let a 500-page document pass and end a bomb.
func Default() Limits {
	return Limits{MemoryBytes: 512 << 20, Timeout: 30 * time.Second, OutputBytes: 32 << 20, Pages: 2000}
}

func (l Limits) withDefaults() Limits {
	d := Default()
	if l.MemoryBytes <= 0 {
		l.MemoryBytes = d.MemoryBytes
	}
	if l.Timeout <= 0 {
		l.Timeout = d.Timeout
	}
	if l.OutputBytes <= 0 {
		l.OutputBytes = d.OutputBytes
	}
	if l.Pages <= 0 {
		l.Pages = d.Pages
	}
	return l
}

// Problem codes: the first word of each of Text.Problems.
const (
	problemEncrypted   = "encrypted"
	problemDamaged     = "damaged"
	problemLimit       = "limit"
	problemScanned     = "scanned"
	problemUnsupported = "unsupported"
	problemMacros      = "macros"
	problemCharset     = "charset"
)

func (t *Text) problem(code, format string, a ...any) {
	const most = 20
	if len(t.Problems) < most {
		line, _, _ := strings.Cut(fmt.Sprintf(format, a...), "\n")
		t.Problems = append(t.Problems, code+": "+line)
	}
}

// limited notes that a limit cut the text.
func (t *Text) limited(format string, a ...any) {
	t.Truncated = true
	t.problem(problemLimit, format, a...)
}

// finish joins the pages and enforces the limit on output.
func (t *Text) finish(l Limits) {
	if t.Text == "" {
		filled := make([]string, 0, len(t.Pages))
		for _, p := range t.Pages {
			if p != "" {
				filled = append(filled, p)
			}
		}
		t.Text = strings.Join(filled, "\n")
	}
	if int64(len(t.Text)) > l.OutputBytes {
		t.Text = cut(t.Text, l.OutputBytes)
		t.Pages = nil
		t.limited("text cut after %d bytes", l.OutputBytes)
	}
	if t.Confidence == 0 && t.Text != "" {
		t.Confidence = 1
	}
}

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int64) string {
	if int64(len(s)) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
