package crawler

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// What can go wrong with a body. What came before is kept.
var (
	ErrTooLarge  = errors.New("the body is larger than allowed")
	ErrTruncated = errors.New("the body ends before its announced end")
	ErrSlow      = errors.New("the body comes too slowly")
)

// acceptEncoding is what we ask for. What comes is decoded by its own word,
// whatever we asked for: some servers send gzip to everybody.
const acceptEncoding = "gzip, br, zstd"

// wireReader counts bytes as they come and watches their rate.
type wireReader struct {
	r       io.Reader
	n       int64
	limit   int64
	start   time.Time
	minRate int
	grace   time.Duration
	// idle cancels the exchange when one read takes longer than pause; it does
	// not run while we are busy with what came.
	idle  *time.Timer
	pause time.Duration
}

func (w *wireReader) Read(p []byte) (int, error) {
	w.idle.Reset(w.pause)
	n, err := w.r.Read(p)
	w.idle.Stop()
	w.n += int64(n)
	if w.n > w.limit {
		return n, ErrTooLarge
	}
	if t := time.Since(w.start); err == nil && t > w.grace && float64(w.n) < t.Seconds()*float64(w.minRate) {
		return n, fmt.Errorf("%w: %d bytes in %s", ErrSlow, w.n, t.Round(time.Second))
	}
	return n, err
}

// readBody reads all of a body and takes its content codings off. The charset
// is left as it is. On an error the bytes before it are returned too.
func readBody(w *wireReader, h http.Header) ([]byte, error) {
	r := bufio.NewReaderSize(w, 32<<10)
	src := io.Reader(r)
	codings := codingsOf(h)
	if len(codings) > 3 {
		return nil, fmt.Errorf("decode body: %d content codings: %w", len(codings), ErrTooLarge)
	}
	for i := len(codings) - 1; i >= 0; i-- {
		dec, err := decoder(src, codings[i])
		if err != nil {
			return nil, truncation(err)
		}
		defer dec.Close()
		src = dec
	}
	if len(codings) == 0 && unannouncedGzip(r, h) {
		dec, err := gzip.NewReader(r)
		if err != nil {
			return nil, truncation(err)
		}
		src = dec
	}
	body, err := readLimited(src, w.limit)
	if errors.Is(err, gzip.ErrHeader) && len(body) > 0 {
		err = nil // zeros or a comment after the last member
	}
	return body, truncation(err)
}

func readLimited(r io.Reader, limit int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, limit+1))
	if n > limit {
		return nil, ErrTooLarge
	}
	return b.Bytes(), err
}

// truncation names the many ways in which a body can end early.
func truncation(err error) error {
	switch {
	case err == nil || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrSlow):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: %w", ErrTruncated, io.ErrUnexpectedEOF)
	case errors.As(err, new(flate.CorruptInputError)), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zlib.ErrChecksum):
		return fmt.Errorf("%w: its compression is broken: %w", ErrTruncated, err)
	}
	return err
}

func codingsOf(h http.Header) []string {
	var out []string
	for _, c := range strings.Split(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		if c = strings.ToLower(strings.TrimSpace(c)); c != "" && c != "identity" {
			out = append(out, c)
		}
	}
	return out
}

// decoder undoes one coding. A body that does not begin as its coding must is
// taken as it is: some servers announce gzip and send text.
func decoder(r io.Reader, coding string) (io.ReadCloser, error) {
	b := bufio.NewReaderSize(r, 32<<10)
	head, err := b.Peek(4)
	if err != nil && len(head) == 0 {
		if errors.Is(err, io.EOF) {
			return io.NopCloser(b), nil // an empty body, as of a 304
		}
		return nil, err
	}
	switch coding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
			return io.NopCloser(b), nil
		}
		return gzip.NewReader(b)
	case "br":
		return io.NopCloser(brotli.NewReader(b)), nil
	case "zstd":
		if !bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
			return io.NopCloser(b), nil
		}
		d, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(16<<20))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case "deflate":
		// RFC 9110 means zlib; some servers send the bare stream.
		if len(head) > 1 && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
			return zlib.NewReader(b)
		}
		return flate.NewReader(b), nil
	}
	// Codings nobody knows are mostly misplaced charsets: the bytes tell.
	return io.NopCloser(b), nil
}

// unannouncedGzip sees a compressed page whose header forgot to say so.
func unannouncedGzip(r *bufio.Reader, h http.Header) bool {
	ct := strings.ToLower(h.Get("Content-Type"))
	if ct != "" && !strings.HasPrefix(ct, "text/") && !strings.Contains(ct, "json") && !strings.Contains(ct, "xml") {
		return false
	}
	head, err := r.Peek(3)
	return err == nil && bytes.Equal(head, []byte{0x1f, 0x8b, 8})
}

// Inflate takes the content codings off a saved body, at most limit bytes long.
// A body that was saved without them, whatever its header says, is returned as
// it is.
func Inflate(body []byte, h http.Header, limit int64) ([]byte, error) {
	src := io.Reader(bytes.NewReader(body))
	codings := codingsOf(h)
	if len(codings) != 1 {
		return body, nil
	}
	dec, err := decoder(src, codings[0])
	if err != nil {
		return body, nil //nolint:nilerr // saved without its coding
	}
	out, err := readLimited(dec, limit)
	if cerr := dec.Close(); err == nil {
		err = cerr
	}
	switch {
	case errors.Is(err, ErrTooLarge):
		return nil, fmt.Errorf("inflate body: %w", err)
	case err != nil && len(out) == 0:
		return body, nil
	case err != nil:
		return out, truncation(err)
	}
	return out, nil
}
