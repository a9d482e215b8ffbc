package fileblob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// Put stores the bytes and returns their key. On return they are on disk, not
// in a cache. Putting the same bytes again writes nothing, unless the stored
// file is damaged: then it is replaced. A full disk or a folder without rights
// is a Transient fault, and leaves nothing that Walk or Open would show.
func (s *Store) Put(ctx context.Context, body []byte, meta notice.BlobMeta) (notice.BlobKey, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	key := notice.KeyOf(body)
	path, err := s.path(key)
	if err != nil {
		return "", err
	}
	held, err := s.holds(key, path)
	if err != nil {
		return "", explain("store in", s.dir, err)
	}
	if held == whole {
		// The other writer may not have come to its fsync of the folder yet.
		if err := s.settle(filepath.Dir(path)); err != nil {
			return "", explain("store in", s.dir, err)
		}
		return key, nil
	}
	data, err := s.pack(key, body, meta, held == damaged)
	if err != nil {
		return "", explain("store in", s.dir, err)
	}
	if err := s.write(path, data, held == damaged); err != nil {
		return "", explain("store in", s.dir, err)
	}
	return key, nil
}

type holding int

const (
	absent holding = iota
	whole
	damaged
)

func (s *Store) holds(key notice.BlobKey, path string) (holding, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return absent, nil
	}
	r, err := s.reader(key, 0)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
		err = errors.Join(err, r.Close())
	}
	switch {
	case err == nil:
		return whole, nil
	case errors.Is(err, notice.ErrCorrupt):
		return damaged, nil
	default:
		return absent, err
	}
}

// write makes the file appear under its name whole or not at all. A crash
// before link leaves a file in the temporary folder, which Open sweeps; a crash
// after it leaves the blob in place, which the next Put finds.
func (s *Store) write(path string, data []byte, replace bool) error {
	dir := filepath.Dir(path)
	if err := s.prepare(dir); err != nil {
		return err
	}
	tmp, err := s.disk.writeTemp(filepath.Join(s.dir, tempDir), data)
	if err != nil {
		return err
	}
	if replace {
		if err := os.Rename(tmp, path); err != nil {
			return errors.Join(err, os.Remove(tmp))
		}
		return s.settle(dir)
	}
	err = s.disk.link(tmp, path)
	if rmErr := os.Remove(tmp); rmErr != nil && err == nil && !errors.Is(rmErr, fs.ErrNotExist) {
		err = rmErr
	}
	// Another writer of the same bytes was first: the name holds what we hold.
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return s.settle(dir)
}

// settle makes the entries of a folder durable.
func (s *Store) settle(dir string) error { return s.disk.syncDir(dir) }

// prepare creates a folder and makes its entry in its parent durable, and so up
// to the archive's own; without that a power cut can lose a blob together with
// the folder it stands in. Each folder is looked after once a process.
func (s *Store) prepare(dir string) error {
	s.mu.Lock()
	known := s.durable[dir]
	s.mu.Unlock()
	if known {
		return nil
	}
	parent := filepath.Dir(dir)
	if dir == s.dir {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	} else {
		if err := s.prepare(parent); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := s.disk.syncDir(parent); err != nil {
		return err
	}
	s.mu.Lock()
	s.durable[dir] = true
	s.mu.Unlock()
	return nil
}

// disk is the part of the file system whose failures the tests play.
type disk interface {
	// writeTemp writes a new file, makes it durable and returns its path; on
	// error no file is left.
	writeTemp(dir string, data []byte) (string, error)
	// link gives the file a second name and refuses to overwrite (fs.ErrExist).
	link(from, to string) error
	syncDir(dir string) error
}

type osDisk struct{}

func (osDisk) writeTemp(dir string, data []byte) (_ string, err error) {
	f, err := os.CreateTemp(dir, "put-*")
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if _, err := f.Write(data); err != nil {
		return "", err
	}
	if err := f.Chmod(0o444); err != nil {
		return "", err
	}
	return f.Name(), f.Sync()
}

func (osDisk) link(from, to string) error {
	err := os.Link(from, to)
	// Some mounted file systems have no hard links. Rename overwrites, but what
	// it may overwrite has the same key and so the same bytes.
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) {
		return os.Rename(from, to)
	}
	return err
}

func (osDisk) syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}

// explain turns a failure of the file system into one line that says what to do.
func explain(what, path string, err error) error {
	var mend string
	switch {
	case errors.Is(err, notice.ErrUnknown), errors.Is(err, notice.ErrCorrupt):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		mend = "the disk is full: free some space, work goes on by itself"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		mend = "the folder cannot be written: give this user the right to write there"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		mend = "a file stands where a folder is needed: move it away or choose another folder"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		mend = "too many open files: raise the limit (ulimit -n)"
	default:
		mend = "check the folder and the disk"
	}
	return fault.Errorf(fault.Transient, "%s archive %s: %s (%w)", what, path, mend, first(err))
}

// first keeps the message to one line: joined clean-up errors follow on lines of their own.
func first(err error) error {
	var joined interface{ Unwrap() []error }
	for errors.As(err, &joined) {
		err = joined.Unwrap()[0]
		joined = nil
	}
	return err
}
