package reader

import (
	"fmt"
	"strings"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// pdfReader reads one document, in several attempts if need be.
type pdfReader struct {
	inst   pdfium.Pdfium
	doc    references.FPDF_DOCUMENT
	text   *Text
	worker *worker
	read   []pdfPage
	joins  []bool // page i goes on in the middle of a paragraph of page i-1
	next   int    // page to go on with
	traps  int
	size   int64
	// Pages without text and pages whose text cannot be told.
	pictures, unmapped int
}

func (r *pdfReader) pages() error {
	count, err := r.inst.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.doc})
	if err != nil {
		return err
	}
	n := count.PageCount
	if limit := r.worker.limits.Pages; n > limit {
		n = limit
	}
	if r.next == 0 {
		r.title()
		if n < count.PageCount {
			r.text.limited("%d of %d pages read", n, count.PageCount)
		}
	}
	for r.next < n {
		i := r.next
		r.next++
		p, err := r.page(i)
		r.read = append(r.read, p)
		if err != nil {
			return fmt.Errorf("page %d: %w", i+1, err)
		}
		if p.picture {
			r.pictures++
		}
		if p.unmapped {
			r.unmapped++
		}
		for _, l := range p.lines {
			r.size += int64(len(l.text))
		}
		if r.size > r.worker.limits.OutputBytes {
			r.text.limited("%d of %d pages read", i+1, count.PageCount)
			break
		}
	}
	r.assemble()
	r.judge(r.pictures, r.unmapped, n)
	return nil
}

// judge says what kind of document the pages make together.
func (r *pdfReader) judge(pictures, unmapped, pages int) {
	t := r.text
	switch {
	case unmapped*2 > pages:
		t.Scanned = true
		t.problem(problemScanned, "the fonts of %d of %d pages do not say which characters they draw", unmapped, pages)
	case pictures*2 > pages || pictures > 0 && pictures == pages:
		t.Scanned = true
		t.problem(problemScanned, "%d of %d pages are pictures", pictures, pages)
	case pictures > 0:
		t.problem(problemScanned, "%d of %d pages are pictures", pictures, pages)
	}
	if t.Scanned && r.worker.ocr {
		r.recognise()
	}
}

func (r *pdfReader) title() {
	meta, err := r.inst.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: r.doc, Tag: "Title"})
	if err == nil { // a file without properties is no damage
		r.text.Title = strings.TrimSpace(meta.Value)
	}
}

// assemble makes text of the lines of all pages that were read.
func (r *pdfReader) assemble() {
	dropRunningHeads(r.read)
	open := false
	for _, p := range r.read {
		text, edge := joinLines(p.lines, p.width)
		r.joins = append(r.joins, open && edge.flush)
		open = edge.full
		r.text.Pages = append(r.text.Pages, text)
	}
}

// join writes all pages as one text, with paragraphs whole that a page break
// divides.
func (r *pdfReader) join() {
	var b strings.Builder
	for i, page := range r.text.Pages {
		if page == "" {
			continue
		}
		if b.Len() > 0 && !r.joins[i] {
			b.WriteByte('\n')
		}
		b.WriteString(page)
	}
	r.text.Text = b.String()
}

type pdfPage struct {
	lines    []pdfLine
	width    float64 // in points
	picture  bool    // next to no text, and an image
	unmapped bool    // most characters have no Unicode value
}

func (r *pdfReader) page(i int) (p pdfPage, err error) {
	loaded, err := r.inst.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.doc, Index: i})
	if err != nil {
		// One bad page does not spoil the others, unless the module trapped.
		if strings.Contains(err.Error(), "wasm") {
			return p, err
		}
		r.text.problem(problemDamaged, "page %d cannot be read", i+1)
		return p, nil
	}
	page := requests.Page{ByReference: &loaded.Page}
	layer, err := r.inst.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return p, err
	}
	l := pdfLayer{inst: r.inst, ref: layer.TextPage}
	if err := l.load(r.worker.limits.OutputBytes); err != nil {
		return p, err
	}
	width, err := r.inst.FPDF_GetPageWidth(&requests.FPDF_GetPageWidth{Page: page})
	if err != nil {
		return p, err
	}
	p.lines, p.width = dropPageNumbers(l.lines()), width.Width
	p.unmapped = l.unmapped*2 > len(l.chars) && l.unmapped > scannedRunes
	if l.visible() <= scannedRunes {
		p.picture = r.hasImage(loaded.Page)
	}
	if _, err := r.inst.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: layer.TextPage}); err != nil {
		return p, err
	}
	_, err = r.inst.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	return p, err
}
