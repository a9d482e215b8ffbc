package fileblob

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/klauspost/compress/zstd"

	"govwatch/notice"
)

// skippable is the magic number of a zstd skippable frame (RFC 8878 section
// 3.1.2), the sixth of sixteen; maxHeader bounds what a damaged length can claim.
const (
	skippable = 0x184D2A55
	maxHeader = 64 << 10
)

// header stands in front of the compressed bytes, for people and for repair.
type header struct {
	Format    int       `json:"govwatch_blob"`
	Size      int64     `json:"size"`
	MediaType string    `json:"media_type,omitempty"`
	URL       string    `json:"url,omitempty"`
	FetchedAt time.Time `json:"fetched_at,omitzero"`
	// Like is the blob that serves as raw dictionary, Depth how many blobs must be
	// read before this one. Media type and address are that blob's when left out.
	Like  notice.BlobKey `json:"like,omitempty"`
	Depth int            `json:"depth,omitempty"`
}

// Format 1 is whole, format 2 needs the blob in Like. A program that knows only
// the first refuses the second instead of misreading it.
const (
	formatWhole = 1
	formatLike  = 2
)

// inherit leaves out what the header of the other blob says already: in the
// difference to an earlier state of a page the header would be the larger part.
func (h *header) inherit(from header) {
	if h.URL == from.URL {
		h.URL = ""
	}
	if h.MediaType == from.MediaType {
		h.MediaType = ""
	}
}

func appendHeader(out []byte, h header) ([]byte, error) {
	// An address of any length is legal on the wire; the header keeps its start.
	if len(h.URL) > maxHeader/8 {
		h.URL = h.URL[:maxHeader/8]
	}
	j, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("write blob header: %w", err)
	}
	out = binary.LittleEndian.AppendUint32(out, skippable)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(j)))
	return append(out, j...), nil
}

// readHeader leaves r at the first byte of the compressed data.
func readHeader(r io.Reader) (header, error) {
	var lead [8]byte
	if _, err := io.ReadFull(r, lead[:]); err != nil {
		return header{}, err
	}
	n := binary.LittleEndian.Uint32(lead[4:])
	if binary.LittleEndian.Uint32(lead[:4]) != skippable || n > maxHeader {
		return header{}, errors.New("no blob header")
	}
	j := make([]byte, n)
	if _, err := io.ReadFull(r, j); err != nil {
		return header{}, err
	}
	var h header
	if err := json.Unmarshal(j, &h); err != nil {
		return header{}, fmt.Errorf("read blob header: %w", err)
	}
	return h, nil
}

// reader opens a blob; depth counts the blobs that need it.
func (s *Store) reader(key notice.BlobKey, depth int) (io.ReadCloser, error) {
	f, h, src, err := s.openFile(key)
	if err != nil {
		return nil, err
	}
	options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true)}
	if h.Like != "" {
		base, err := s.base(h.Like, depth+1)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("archive %s: blob %s is kept as the difference to another: %w", s.dir, key, err), f.Close())
		}
		options = append(options, zstd.WithDecoderDictRaw(0, base))
	}
	dec, err := zstd.NewReader(src, options...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("archive %s: blob %s: %w (%w)", s.dir, key, notice.ErrCorrupt, err), f.Close())
	}
	return &verified{key: key, dir: s.dir, file: f, dec: dec, left: h.Size, sum: sha256.New()}, nil
}

// openFile opens the file of a blob and reads its header; src goes on after it.
func (s *Store) openFile(key notice.BlobKey) (*os.File, header, io.Reader, error) {
	path, err := s.path(key)
	if err != nil {
		return nil, header{}, nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, header{}, nil, fmt.Errorf("archive %s: blob %s: %w", s.dir, key, notice.ErrUnknown)
	}
	if err != nil {
		return nil, header{}, nil, explain("read from", s.dir, err)
	}
	src := bufio.NewReader(f)
	h, err := readHeader(src)
	switch {
	case err != nil:
		err = fmt.Errorf("archive %s: blob %s: %w (%w)", s.dir, key, notice.ErrCorrupt, err)
	case h.Format > formatLike:
		err = fmt.Errorf("archive %s: blob %s has format %d, this program reads up to %d: use the newer program", s.dir, key, h.Format, formatLike)
	default:
		return f, h, src, nil
	}
	return nil, h, nil, errors.Join(err, f.Close())
}

// base reads the whole blob that another one needs. That it is not there means
// that the other one is damaged, not that it is unknown.
func (s *Store) base(key notice.BlobKey, depth int) (_ []byte, err error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d blobs deep: %w", maxDepth, notice.ErrCorrupt)
	}
	r, err := s.reader(key, depth)
	if errors.Is(err, notice.ErrUnknown) {
		return nil, fmt.Errorf("blob %s is missing: %w", key, notice.ErrCorrupt)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(r)
}

// verified passes bytes on and judges them when the last one has gone through.
type verified struct {
	key  notice.BlobKey
	dir  string
	file *os.File
	dec  *zstd.Decoder
	left int64
	sum  hash.Hash
	err  error
}

func (v *verified) Read(p []byte) (int, error) {
	if v.err != nil {
		return 0, v.err
	}
	n, err := v.dec.Read(p)
	v.sum.Write(p[:n])
	v.left -= int64(n)
	switch {
	case v.left < 0:
		err = errors.New("more bytes than the header says")
	case errors.Is(err, io.EOF) && v.left > 0:
		err = io.ErrUnexpectedEOF
	case errors.Is(err, io.EOF) && hex.EncodeToString(v.sum.Sum(nil)) == string(v.key):
		v.err = io.EOF
		return n, v.err
	case errors.Is(err, io.EOF):
		err = errors.New("hash differs")
	case err == nil:
		return n, nil
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		v.err = explain("read from", v.dir, err)
	} else {
		v.err = fmt.Errorf("archive %s: blob %s: %w (%w)", v.dir, v.key, notice.ErrCorrupt, err)
	}
	return n, v.err
}

func (v *verified) Close() error {
	v.dec.Close()
	return v.file.Close()
}
