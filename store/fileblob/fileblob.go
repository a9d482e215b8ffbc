// Package fileblob keeps archived bytes in a folder, one file a blob, named by
// the SHA-256 of the raw bytes: DIR/sha256/ab/cd/<key>.zst. Nothing is ever
// rewritten or deleted. A file is a zstd skippable frame with a small JSON
// header, then ordinary zstd, so that `zstd -dc` reads an archive without this
// program. Pages of one site share most of their bytes: a blob may be kept as the
// difference to one that the header names (`zstd -d --patch-from=` reads it). It
// knows nothing of documents. Start at Put, then pack.go.
package fileblob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"govwatch/notice"
)

const (
	suffix    = ".zst"
	algorithm = "sha256"
	tempDir   = "tmp"
	// staleTemp is the age at which a temporary file can only be the leaving of
	// a process that died: writing one blob takes seconds at most.
	staleTemp = time.Hour
)

// Store is an archive in a folder. All methods may be called concurrently, also
// by several processes on one folder: a key is only ever linked whole.
type Store struct {
	dir    string
	packer *packer
	disk   disk

	mu sync.Mutex
	// durable holds the folders whose own entries are known to be on disk.
	durable map[string]bool
}

// Open uses the folder, creating it when it is not there, and clears away
// temporary files of processes that died. The error says which folder and why.
func Open(dir string) (*Store, error) { return open(dir, osDisk{}) }

func open(dir string, d disk) (*Store, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", dir, err)
	}
	p, err := newPacker()
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", dir, err)
	}
	s := &Store{dir: abs, packer: p, disk: d, durable: map[string]bool{}}
	if err := s.prepare(filepath.Join(abs, tempDir)); err != nil {
		return nil, explain("open", abs, err)
	}
	for _, d := range []string{algorithm, siteDir} {
		if err := s.prepare(filepath.Join(abs, d)); err != nil {
			return nil, explain("open", abs, err)
		}
	}
	if err := s.sweep(); err != nil {
		return nil, explain("open", abs, err)
	}
	return s, nil
}

// Close releases the compressor's memory. The store must not be used after it.
func (s *Store) Close() error { return s.packer.close() }

func (s *Store) path(key notice.BlobKey) (string, error) {
	if !valid(key) {
		return "", fmt.Errorf("archive %s: %q is not a blob key (want 64 hex digits): %w", s.dir, key, notice.ErrUnknown)
	}
	k := string(key)
	return filepath.Join(s.dir, algorithm, k[:2], k[2:4], k+suffix), nil
}

func valid(key notice.BlobKey) bool {
	if len(key) != 64 {
		return false
	}
	for _, c := range key {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Open returns a reader of the raw bytes. The reader checks the hash: on a
// mismatch it returns notice.ErrCorrupt where io.EOF would stand, so bytes must
// not be trusted before EOF. A key that is not held is notice.ErrUnknown.
func (s *Store) Open(ctx context.Context, key notice.BlobKey) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.reader(key, 0)
}

// Walk calls f for every blob, in key order, with the bytes it takes on disk.
// An error of f ends the walk and is returned.
func (s *Store) Walk(ctx context.Context, f func(key notice.BlobKey, size int64) error) error {
	root := filepath.Join(s.dir, algorithm)
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return explain("walk", path, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		name, ok := e.Name(), filepath.Ext(e.Name()) == suffix
		if e.IsDir() || !ok {
			return nil
		}
		key := notice.BlobKey(name[:len(name)-len(suffix)])
		if !valid(key) {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return explain("walk", path, err)
		}
		return f(key, info.Size())
	})
}

// sweep removes temporary files that no living process can still be writing.
func (s *Store) sweep() error {
	dir := filepath.Join(s.dir, tempDir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if time.Since(info.ModTime()) < staleTemp {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
