package reader

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium/requests"

	"govwatch/internal/textzh"
)

const (
	// ocrDPI: more dots cost time and memory and read no better.
	ocrDPI = 150
	// ocrPages is the most pages recognised of one file, at about half a second
	// each.
	ocrPages      = 20
	ocrConfidence = 0.4
	ocrTimeout    = 20 * time.Second
)

// recognise reads the pages that have no text. A page with a text layer keeps
// it.
func (r *pdfReader) recognise() {
	t := r.text
	done := 0
	for i, have := range t.Pages {
		if len([]rune(have)) > scannedRunes {
			continue
		}
		if done == ocrPages {
			t.limited("%d scanned pages recognised, the rest left", ocrPages)
			return
		}
		if time.Now().After(r.worker.ocrUntil) {
			t.limited("%d scanned pages recognised in the time there is, the rest left", done)
			return
		}
		text, err := r.recognisePage(i)
		if err != nil {
			t.problem(problemScanned, "page %d: %v", i+1, err)
			return
		}
		t.Pages[i] = text
		t.OCR, t.Confidence = true, ocrConfidence
		done++
	}
}

func (r *pdfReader) recognisePage(i int) (string, error) {
	rendered, err := r.inst.RenderPageInDPI(&requests.RenderPageInDPI{
		DPI:  ocrDPI,
		Page: requests.Page{ByIndex: &requests.PageByIndex{Document: r.doc, Index: i}},
	})
	if err != nil {
		return "", fmt.Errorf("draw for OCR: %w", err)
	}
	defer rendered.Cleanup()
	var picture bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&picture, rendered.Result.RenderedImage); err != nil {
		return "", fmt.Errorf("encode for OCR: %w", err)
	}
	return tesseract(&picture)
}

func (w *worker) recognisePicture(t *Text, b []byte) {
	text, err := tesseract(bytes.NewReader(b))
	if err != nil {
		t.problem(problemScanned, "%v", err)
		return
	}
	t.Text, t.OCR, t.Confidence = text, true, ocrConfidence
}

// tesseract runs the program with the simplified Chinese model. It needs no
// limits of its own beyond time: it works in another process.
func tesseract(picture io.Reader) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), ocrTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tesseract", "stdin", "stdout", "-l", "chi_sim", "--psm", "6")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Stdin = picture
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("OCR needs tesseract with its chi_sim model: %w", err)
	}
	return tidyOCR(string(out)), nil
}

// tidyOCR undoes three habits of tesseract: ASCII punctuation in Chinese
// sentences, blanks between Han characters, and other brackets for the 〔〕 of a
// document number.
func tidyOCR(s string) string {
	lines := strings.Split(s, "\n")
	out := make([]string, 0, len(lines))
	for _, line := range lines {
		if line = joinHan(widen(textzh.Spaces(line))); line != "" {
			out = append(out, strings.ReplaceAll(textzh.Brackets(line), "〕 ", "〕"))
		}
	}
	return strings.Join(out, "\n")
}

// widen makes ASCII punctuation beside a Han character full width; a blank may
// stand between.
func widen(s string) string {
	rs := []rune(s)
	for i, r := range rs {
		at := strings.IndexRune(",;:!?()", r)
		if at < 0 {
			continue
		}
		if isHan(neighbour(rs, i, -1)) || isHan(neighbour(rs, i, 1)) {
			rs[i] = []rune("，；：！？（）")[at]
		}
	}
	return string(rs)
}

func neighbour(rs []rune, i, step int) rune {
	for i += step; i >= 0 && i < len(rs); i += step {
		if rs[i] != ' ' {
			return rs[i]
		}
	}
	return 0
}

func joinHan(s string) string {
	words := strings.Split(s, " ")
	var b strings.Builder
	for i, word := range words {
		if i > 0 && !wide(lastRune(words[i-1])) && !wide(firstRune(word)) {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// wide is true of Han characters and Chinese punctuation.
func wide(r rune) bool { return isHan(r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF }
