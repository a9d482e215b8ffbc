package reader

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"govwatch/internal/fault"
)

// Environment of a child. The parent sets all of them; nothing else of the
// parent's environment reaches the child, secrets in particular.
const (
	envChild = "GOVWATCH_READER_CHILD"
	envCache = "GOVWATCH_READER_CACHE"
)

// ChildMain serves files over standard input and output when the process was
// started by a Guard, and then returns true: the caller must end the process.
// In any other process it returns false at once.
func ChildMain() bool {
	if os.Getenv(envChild) == "" {
		return false
	}
	out := os.Stdout
	// Whatever a library prints must not get between the frames.
	os.Stdout = os.Stderr
	if err := serve(bufio.NewReader(os.Stdin), out, os.Getenv(envCache)); err != nil {
		fmt.Fprintln(os.Stderr, "reader child:", err)
		os.Exit(1)
	}
	return true
}

func serve(in io.Reader, out io.Writer, cacheDir string) error {
	pdf := newPDFEngine(cacheDir)
	defer pdf.close()
	buffered := bufio.NewWriter(out)
	for {
		q, file, err := readRequest(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read request: %w", err)
		}
		limits := q.Limits.withDefaults()
		// The collector works harder well before the parent ends this process.
		debug.SetMemoryLimit(limits.MemoryBytes / 2)
		// Half of the time is left for the page that is being recognised then.
		w := worker{limits: limits, pdf: pdf, ocr: q.OCR, ocrUntil: time.Now().Add(limits.Timeout / 2)}
		if err := writeAnswer(buffered, w.answer(q, file)); err != nil {
			return fmt.Errorf("write answer: %w", err)
		}
		if err := buffered.Flush(); err != nil {
			return fmt.Errorf("write answer: %w", err)
		}
	}
}

// worker reads one file, with its members.
type worker struct {
	limits   Limits
	pdf      *pdfEngine
	ocr      bool
	ocrUntil time.Time // no page is begun after it
	depth    int       // of archives that are open
}

func (w *worker) answer(q request, file []byte) Text {
	if !q.Warm {
		return w.read(q.Name, file)
	}
	var t Text
	if err := w.pdf.open(); err != nil {
		t.problem(problemDamaged, "%v", err)
	}
	return t
}

// read never fails: what goes wrong becomes a Problem.
func (w *worker) read(name string, b []byte) Text {
	t := Text{Kind: Sniff(b)}
	if err := w.parse(&t, name, b); err != nil {
		if fault.Of(err) == fault.Bug {
			fmt.Fprintf(os.Stderr, "reader: %v\n%s\n", err, fault.Stack(err))
		}
		t.problem(problemDamaged, "%s: %v", t.Kind, err)
	}
	t.finish(w.limits)
	return t
}

func (w *worker) parse(t *Text, name string, b []byte) (err error) {
	defer fault.Recover(&err)
	switch t.Kind {
	case KindPDF:
		return w.pdf.read(t, b, w)
	case KindDocx:
		return readDocx(t, b)
	case KindPptx:
		return readPptx(t, b, w.limits)
	case KindDoc, KindWPS:
		return readWord97(t, b)
	case KindXlsx:
		return readXlsx(t, b, w.limits)
	case KindXls:
		return readXls(t, b, w.limits)
	case KindOFD:
		return readOFD(t, b, w.limits)
	case KindRTF:
		return readRTF(t, b)
	case KindZip, KindRar, KindGzip:
		return w.readArchive(t, name, b)
	case KindXML:
		return readXML(t, b)
	case KindHTML:
		if isMHT(b) {
			return readMHT(t, b)
		}
		return readHTML(t, b)
	case KindText, KindJSON:
		if isMHT(b) {
			return readMHT(t, b)
		}
		readPlain(t, b)
		return nil
	case KindJPEG, KindPNG, KindTIFF, KindGIF:
		w.readPicture(t, b)
		return nil
	}
	t.problem(problemUnsupported, "no reader for this format")
	return nil
}
