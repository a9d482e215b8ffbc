package reader

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// A frame is a four-byte big-endian length and that many bytes. A request is
// two frames, a JSON request and the file; the answer is one, a JSON Text.

// errFrame means that the other side broke the protocol.
var errFrame = errors.New("reader child sent an impossible frame")

type request struct {
	Name   string
	Limits Limits
	OCR    bool
	// Warm asks for the PDF module to be loaded; no file is read.
	Warm bool
}

const maxFrame = 1 << 30

func writeFrame(w io.Writer, b []byte) error {
	if len(b) > maxFrame {
		return fmt.Errorf("%d bytes are too many for one frame", len(b))
	}
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(b)))
	if _, err := w.Write(size[:]); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// readFrame returns io.EOF only at a clean end between two frames.
func readFrame(r io.Reader, limit int64) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(size[:]))
	if n > limit {
		return nil, errFrame
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return b, nil
}

func writeRequest(w io.Writer, q request, file []byte) error {
	head, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if err := writeFrame(w, head); err != nil {
		return err
	}
	return writeFrame(w, file)
}

func readRequest(r io.Reader) (q request, file []byte, err error) {
	head, err := readFrame(r, 1<<20)
	if err != nil {
		return q, nil, err
	}
	if err := json.Unmarshal(head, &q); err != nil {
		return q, nil, err
	}
	file, err = readFrame(r, maxFrame)
	return q, file, err
}

func writeAnswer(w io.Writer, t Text) error {
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return writeFrame(w, b)
}

// answerLimit leaves room for six bytes of JSON a byte of text at worst, which
// is a control character; ordinary text needs one. The text comes twice, as one
// and by pages.
func answerLimit(l Limits) int64 { return min(12*l.OutputBytes+1<<20, maxFrame) }

func readAnswer(r io.Reader, l Limits) (t Text, err error) {
	b, err := readFrame(r, answerLimit(l))
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return t, fmt.Errorf("%w: %w", errFrame, err)
	}
	t.finish(l)
	return t, nil
}
