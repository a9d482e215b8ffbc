package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
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
	// maxCopied is the largest file that is copied into the memory of the module;
	// larger ones, scans mostly, are read from outside piece by piece.
	maxCopied = 16 << 20
	// maxTraps is how many pages of a file may break the module before the rest is
	// left alone.
	maxTraps = 3
	// openTimeout bounds the wait for an instance of the module. The parent's
	// limit for compiling it is shorter.
	openTimeout = 15 * time.Minute
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

func (e *pdfEngine) read(t *Text, b []byte, w *worker) error {
	r := pdfReader{text: t, worker: w}
	again, err := true, error(nil)
	for again && err == nil {
		again, err = e.attempt(&r, b)
	}
	if len(t.Pages) == 0 {
		r.assemble()
	}
	r.join()
	return err
}

// attempt opens the file and reads from where the last attempt ended. again is
// true when a page broke the module and others may follow.
func (e *pdfEngine) attempt(r *pdfReader, b []byte) (again bool, err error) {
	if err := e.open(); err != nil {
		return false, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("PDF module: %v", p)
		}
		if err != nil {
			e.reset()
		}
	}()
	open := requests.OpenDocument{File: &b}
	if len(b) > maxCopied {
		open = requests.OpenDocument{FileReader: bytes.NewReader(b), FileReaderSize: int64(len(b))}
	}
	doc, err := e.inst.OpenDocument(&open)
	if err != nil {
		return false, e.refused(r.text, b, err)
	}
	r.inst, r.doc = e.inst, doc.Document
	if err := r.pages(); err != nil {
		if err = e.trapped(r.text, err); err != nil {
			return false, err
		}
		r.traps++
		return r.traps < maxTraps && r.next > 0, nil
	}
	if _, err := e.inst.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: doc.Document}); err != nil {
		e.reset() // its memory is not free; the text is complete all the same
	}
	return false, nil
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
