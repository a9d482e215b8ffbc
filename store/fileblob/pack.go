package fileblob

import (
	"bytes"
	"container/list"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"govwatch/notice"
)

const (
	// maxDepth bounds how many blobs must be read for one, and so what one
	// damaged file can take with it.
	maxDepth = 3
	// maxBase bounds what is held in memory as a dictionary.
	maxBase = 8 << 20
	// minPacked is the compressed size from which a difference is tried: a smaller
	// file fills no more than one block of the disk either way.
	minPacked = 2 << 10
	// heldBases bounds the encoders that are kept with their dictionary loaded, at
	// about 4 MB each; loading one takes as long as compressing ten pages.
	heldBases = 8
)

// packer compresses, whole or as the difference to another blob.
type packer struct {
	whole *zstd.Encoder

	mu    sync.Mutex
	bases map[notice.BlobKey]*list.Element
	// recent holds *base, the latest used in front.
	recent *list.List
	sites  map[string][]anchor
}

// base is a blob that serves as dictionary.
type base struct {
	key notice.BlobKey
	enc *zstd.Encoder
	// body is what the encoder was loaded with.
	body []byte
}

func newPacker() (*packer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("start compressor: %w", err)
	}
	return &packer{whole: enc, bases: map[notice.BlobKey]*list.Element{}, recent: list.New(), sites: map[string][]anchor{}}, nil
}

func (p *packer) close() error { return p.whole.Close() }

// pack returns the file of a blob. A damaged blob is replaced by a whole one:
// others may be kept as differences to it.
func (s *Store) pack(key notice.BlobKey, body []byte, meta notice.BlobMeta, wasDamaged bool) ([]byte, error) {
	h := header{Format: formatWhole, Size: int64(len(body)), MediaType: meta.MediaType, URL: meta.URL, FetchedAt: meta.FetchedAt}
	whole := s.packer.whole.EncodeAll(body, make([]byte, 0, 512+len(body)/3))
	if !wasDamaged && len(whole) >= minPacked && len(body) <= maxBase {
		like, packed, err := s.packLike(key, body, whole, meta)
		if err != nil {
			return nil, err
		}
		if packed != nil {
			h.Format, h.Like, h.Depth = formatLike, like.key, like.depth+1
			h.inherit(like.header)
			whole = packed
		}
	}
	out, err := appendHeader(make([]byte, 0, 512+len(whole)), h)
	if err != nil {
		return nil, err
	}
	return append(out, whole...), nil
}

// candidate is a blob that a new one may be kept as the difference to.
type candidate struct {
	key    notice.BlobKey
	depth  int
	header header
}

// packLike tries the blob that the caller names, else the page of the same site
// that is most alike. It returns nothing when the difference is not much smaller.
func (s *Store) packLike(key notice.BlobKey, body, whole []byte, meta notice.BlobMeta) (candidate, []byte, error) {
	if c, ok := s.usable(meta.Like, key); ok {
		packed, err := s.difference(c, body)
		if err != nil {
			return c, nil, err
		}
		if packed != nil && len(packed) < len(whole)*6/10 {
			return c, packed, nil
		}
	}
	site, sketch := siteOf(meta.URL), sketchOf(body)
	if site == "" || len(whole) > len(body)*7/10 || len(sketch) < minSketch {
		return candidate{}, nil, nil
	}
	var packed []byte
	c, ok := s.usable(s.nearest(site, sketch), key)
	if ok {
		var err error
		if packed, err = s.difference(c, body); err != nil {
			return c, nil, err
		}
	}
	if packed == nil || len(packed) > len(whole)*6/10 {
		if err := s.remember(site, anchor{key, sketch}); err != nil {
			return c, nil, err
		}
	}
	if packed == nil || len(packed) > len(whole)*9/10 {
		return c, nil, nil
	}
	return c, packed, nil
}

// usable follows a blob's own dictionaries on disk. For one that is too deep it
// gives the whole blob at the bottom, an earlier state of the same page. It
// refuses what is not there or needs the new blob itself: a lost file that comes
// back must not lean on what leans on it.
func (s *Store) usable(like, forKey notice.BlobKey) (candidate, bool) {
	top := candidate{key: like}
	for at, depth := like, 0; valid(at) && at != forKey && depth <= maxDepth; depth++ {
		f, h, _, err := s.openFile(at)
		if err != nil {
			return top, false
		}
		if err := f.Close(); err != nil || h.Size > maxBase {
			return top, false
		}
		if depth == 0 {
			top.header = h
		}
		if h.Like == "" {
			if depth == maxDepth {
				return candidate{key: at, header: h}, true
			}
			top.depth = depth
			return top, true
		}
		at = h.Like
	}
	return top, false
}

// difference compresses against a blob, and makes sure that the result can be
// read: a blob that cannot be used for any reason gives nothing.
func (s *Store) difference(c candidate, body []byte) ([]byte, error) {
	b, err := s.load(c.key)
	if err != nil || b == nil {
		return nil, err
	}
	packed := b.enc.EncodeAll(body, make([]byte, 0, 512+len(body)/8))
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderDictRaw(0, b.body))
	if err != nil {
		return nil, fmt.Errorf("start decompressor: %w", err)
	}
	defer dec.Close()
	back, err := dec.DecodeAll(packed, make([]byte, 0, len(body)))
	if err != nil || !bytes.Equal(back, body) {
		return nil, nil
	}
	return packed, nil
}

// load returns nil for a blob that cannot be read; that is verify's to report.
func (s *Store) load(key notice.BlobKey) (*base, error) {
	p := s.packer
	p.mu.Lock()
	if e, ok := p.bases[key]; ok {
		p.recent.MoveToFront(e)
		p.mu.Unlock()
		return e.Value.(*base), nil
	}
	p.mu.Unlock()
	body, err := s.base(key, 0)
	if err != nil || len(body) == 0 {
		return nil, nil // The new blob is then kept whole.
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(windowFor(len(body))), zstd.WithEncoderDictRaw(0, body))
	if err != nil {
		return nil, fmt.Errorf("start compressor: %w", err)
	}
	b := &base{key: key, enc: enc, body: body}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.bases[key]; ok {
		return e.Value.(*base), nil
	}
	p.bases[key] = p.recent.PushFront(b)
	for p.recent.Len() > heldBases {
		last := p.recent.Back()
		delete(p.bases, p.recent.Remove(last).(*base).key)
	}
	return b, nil
}

// windowFor is a power of two that spans the dictionary and a page like it.
func windowFor(n int) int {
	w := 1 << 18
	for w < 2*n {
		w <<= 1
	}
	return w
}
