package reader

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/nwaples/rardecode/v2"

	"govwatch/internal/textzh"
)

const (
	maxMembers = 200
	// maxUnpacked bounds all members of one archive together.
	maxUnpacked = 256 << 20
	// rarDictionary is what WinRAR offers at most by default.
	rarDictionary = 64 << 20
)

// readArchive opens an archive one level deep: archives inside of it are named
// and not opened.
func (w *worker) readArchive(t *Text, name string, b []byte) error {
	if w.depth > 0 {
		t.problem(problemUnsupported, "an archive inside an archive is not opened")
		return nil
	}
	a := unpacker{worker: *w, text: t}
	a.worker.depth++
	var err error
	switch t.Kind {
	case KindZip:
		err = a.zip(b)
	case KindRar:
		err = a.rar(b)
	default:
		err = a.gzip(b, name)
	}
	var all []string
	for _, p := range t.Parts {
		if p.Text != "" {
			all = append(all, p.Text)
		}
	}
	t.Text = strings.Join(all, "\n")
	return err
}

type unpacker struct {
	worker   worker
	text     *Text
	unpacked int64
	written  int64
}

// full notes once that a limit ends the archive.
func (a *unpacker) full() bool {
	switch {
	case len(a.text.Parts) >= maxMembers:
		a.text.limited("%d members read, the rest left", maxMembers)
	case a.unpacked > maxUnpacked:
		a.text.limited("%d MiB unpacked, the rest left", maxUnpacked>>20)
	case a.written > a.worker.limits.OutputBytes:
		a.text.limited("%d bytes of text read, the rest left", a.written)
	default:
		return false
	}
	return true
}

func (a *unpacker) add(name string, b []byte) {
	a.unpacked += int64(len(b))
	inner := a.worker.read(name, b)
	a.written += int64(len(inner.Text))
	a.text.Parts = append(a.text.Parts, Part{Name: name, Kind: inner.Kind, Text: inner.Text})
	a.text.Tables += inner.Tables
	a.text.Scanned = a.text.Scanned || inner.Scanned
	a.text.Encrypted = a.text.Encrypted || inner.Encrypted
	a.text.Truncated = a.text.Truncated || inner.Truncated
	a.text.OCR = a.text.OCR || inner.OCR
	for _, p := range inner.Problems {
		code, rest, _ := strings.Cut(p, ": ")
		a.text.problem(code, "%s: %s", name, rest)
	}
}

func (a *unpacker) zip(b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		a.text.Truncated = true
		return err
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") || isLitter(f.Name) {
			continue
		}
		if a.full() {
			return nil
		}
		name := f.Name
		if f.NonUTF8 { // archivers in Chinese Windows write GBK
			name, _, _ = textzh.Decode([]byte(f.Name), "")
		}
		const encryptedFlag = 1
		if f.Flags&encryptedFlag != 0 {
			a.locked(name)
			continue
		}
		body, err := inflate(f)
		switch {
		case errors.Is(err, errGrowth):
			a.text.limited("%s: %v", name, err)
			a.unpacked += int64(len(body))
			continue
		case err != nil:
			a.text.problem(problemDamaged, "%s: %v", name, err)
			continue
		}
		a.add(name, body)
	}
	return nil
}

func (a *unpacker) locked(name string) {
	a.text.Encrypted = true
	a.text.problem(problemEncrypted, "%s asks for a password", name)
	a.text.Parts = append(a.text.Parts, Part{Name: name, Kind: KindUnknown})
}

func (a *unpacker) rar(b []byte) error {
	r, err := rardecode.NewReader(bytes.NewReader(b), rardecode.MaxDictionarySize(rarDictionary))
	if err != nil {
		return a.rarError(err)
	}
	for !a.full() {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return a.rarError(err)
		}
		if h.IsDir || isLitter(h.Name) {
			continue
		}
		if h.Encrypted {
			a.locked(h.Name)
			continue
		}
		limit := inflatedLimit(h.PackedSize)
		body, err := io.ReadAll(io.LimitReader(r, limit+1))
		switch {
		case int64(len(body)) > limit:
			a.text.limited("%s: %v", h.Name, errGrowth)
			a.unpacked += limit
			return nil // going on would inflate the rest of it
		case err != nil:
			return a.rarError(fmt.Errorf("%s: %w", h.Name, err))
		}
		a.add(h.Name, body)
	}
	return nil
}

func (a *unpacker) rarError(err error) error {
	if errors.Is(err, rardecode.ErrArchiveEncrypted) || errors.Is(err, rardecode.ErrArchivedFileEncrypted) {
		a.text.Encrypted = true
		a.text.problem(problemEncrypted, "the archive asks for a password")
		return nil
	}
	a.text.Truncated = true
	return err
}

func (a *unpacker) gzip(b []byte, name string) error {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return err
	}
	limit := inflatedLimit(int64(len(b)))
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(body)) > limit {
		a.text.limited("%v", errGrowth)
		return nil
	}
	if err != nil {
		a.text.Truncated = true
		a.text.problem(problemDamaged, "%v", err)
	}
	inner := r.Name
	if inner == "" {
		inner = strings.TrimSuffix(path.Base(name), ".gz")
	}
	a.add(inner, body)
	return nil
}

// isLitter is true of what operating systems add to archives.
func isLitter(name string) bool {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || strings.EqualFold(base, "thumbs.db")
}
