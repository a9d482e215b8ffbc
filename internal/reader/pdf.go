package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"govwatch/internal/fault"
)

const (
	// wasmPages is 128 MiB. Twice that let resident memory reach 870 MB on an
	// inflating file, because growing memory is copied.
	wasmPages = 2048
	// scannedRunes is the most characters on a page that is a picture: scanners
	// print page numbers.
	scannedRunes = 3
	// openTimeout covers the compilation of the module without a cache on a
	// busy machine.
	openTimeout = 60 * time.Second
)

// pdfEngine runs PDFium as WebAssembly. It is opened for the first PDF and
// opened anew after a trap, which leaves an instance unusable.
type pdfEngine struct {
	cacheDir string
	pool     pdfium.Pool
	inst     pdfium.Pdfium
}

func newPDFEngine(cacheDir string) *pdfEngine { return &pdfEngine{cacheDir: cacheDir} }

func (e *pdfEngine) open() error {
	if e.inst != nil {
		return nil
	}
	if e.pool == nil {
		pool, err := openPool(e.cacheDir)
		if err != nil {
			return fault.Errorf(fault.Bug, "start the PDF module: %w", err)
		}
		e.pool = pool
	}
	inst, err := e.pool.GetInstance(openTimeout)
	if err != nil {
		return fault.Errorf(fault.Bug, "start the PDF module: %w", err)
	}
	e.inst = inst
	return nil
}

func openPool(cacheDir string) (pdfium.Pool, error) {
	// A custom configuration replaces the library's and must name the exception
	// feature again.
	rc := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(wasmPages)
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("open compilation cache %s: %w", cacheDir, err)
		}
		rc = rc.WithCompilationCache(cache)
	}
	return webassembly.Init(webassembly.Config{
		MinIdle: 1, MaxIdle: 1, MaxTotal: 1,
		RuntimeConfig: rc,
		// No folder of ours is visible to the module; the default is all of them.
		FSConfig: wazero.NewFSConfig(),
		Stdout:   io.Discard,
		Stderr:   os.Stderr,
		Context:  context.Background(),
	})
}

// reset drops the instance; the next file gets another.
func (e *pdfEngine) reset() {
	if e.inst == nil {
		return
	}
	if err := e.inst.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "reader: close PDF instance:", err)
	}
	e.inst = nil
}

func (e *pdfEngine) close() {
	e.reset()
	if e.pool == nil {
		return
	}
	if err := e.pool.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "reader: close PDF module:", err)
	}
	e.pool = nil
}

func (e *pdfEngine) read(t *Text, b []byte, w *worker) (err error) {
	if err := e.open(); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("PDF module: %v", p)
		}
		if err != nil {
			e.reset()
		}
	}()
	doc, err := e.inst.OpenDocument(&requests.OpenDocument{File: &b})
	if err != nil {
		return e.refused(t, b, err)
	}
	r := pdfReader{inst: e.inst, doc: doc.Document, text: t, worker: w}
	if err := e.trapped(t, r.pages()); err != nil || e.inst == nil {
		return err
	}
	if _, cerr := e.inst.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: doc.Document}); cerr != nil {
		e.reset()
	}
	return nil
}

// refused says why a file did not open.
func (e *pdfEngine) refused(t *Text, b []byte, err error) error {
	switch {
	case errors.Is(err, pdferrors.ErrPassword):
		t.Encrypted = true
		t.problem(problemEncrypted, "the PDF asks for a password")
	case errors.Is(err, pdferrors.ErrSecurity):
		t.Encrypted = true
		t.problem(problemEncrypted, "the PDF uses an unknown protection")
	case errors.Is(err, pdferrors.ErrFormat), errors.Is(err, pdferrors.ErrFile):
		if !strings.Contains(string(b[max(0, len(b)-2048):]), "%%EOF") {
			t.Truncated = true
			t.problem(problemDamaged, "the PDF ends early")
			return nil
		}
		t.problem(problemDamaged, "the PDF cannot be opened")
	default:
		return e.trapped(t, err)
	}
	return nil
}

// trapped notes a trap of the module, nearly always memory, as a limit, and
// drops the instance, which cannot be used again. Other errors pass.
func (e *pdfEngine) trapped(t *Text, err error) error {
	if err == nil || !strings.Contains(err.Error(), "wasm") && !strings.Contains(err.Error(), "memory") {
		return err
	}
	t.limited("the file needs more than the %d MiB given to the PDF module, or breaks it: %v", wasmPages/16, err)
	e.reset()
	return nil
}

// pdfReader reads one open document.
type pdfReader struct {
	inst   pdfium.Pdfium
	doc    references.FPDF_DOCUMENT
	text   *Text
	worker *worker
}

func (r *pdfReader) pages() error {
	count, err := r.inst.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.doc})
	if err != nil {
		return err
	}
	r.title()
	n, size, pictures, unmapped := count.PageCount, int64(0), 0, 0
	if limit := r.worker.limits.Pages; n > limit {
		r.text.limited("%d of %d pages read", limit, n)
		n = limit
	}
	for i := range n {
		p, err := r.page(i)
		r.text.Pages = append(r.text.Pages, p.text)
		if err != nil {
			return fmt.Errorf("page %d: %w", i+1, err)
		}
		if p.picture {
			pictures++
		}
		if p.unmapped {
			unmapped++
		}
		if size += int64(len(p.text)); size > r.worker.limits.OutputBytes {
			r.text.limited("%d of %d pages read", i+1, count.PageCount)
			break
		}
	}
	r.judge(pictures, unmapped, n)
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

type pdfPage struct {
	text     string
	picture  bool // next to no text, and an image
	unmapped bool // most characters have no Unicode value
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
	p.text = joinLines(l.lines(), width.Width)
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
