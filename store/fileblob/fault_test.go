package fileblob

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// failing plays a disk that refuses its nth action, before or after doing it.
type failing struct {
	osDisk
	left  int
	after bool
	err   error
}

func (d *failing) try(do func() error) error {
	d.left--
	if d.left != 0 {
		return do()
	}
	if !d.after {
		return d.err
	}
	return errors.Join(do(), d.err)
}

func (d *failing) writeTemp(dir string, data []byte) (name string, err error) {
	err = d.try(func() error { name, err = d.osDisk.writeTemp(dir, data); return err })
	return name, err
}
func (d *failing) link(from, to string) error {
	return d.try(func() error { return d.osDisk.link(from, to) })
}
func (d *failing) syncDir(dir string) error {
	return d.try(func() error { return d.osDisk.syncDir(dir) })
}

// Every step of Put fails once, before it takes effect and after; the next Put
// must leave what a clean run leaves, and nothing half-written may ever be seen.
func TestPutSurvivesAFailureAtEveryStep(t *testing.T) {
	t.Parallel()
	body := []byte(strings.Repeat("step ", 300))
	for _, after := range []bool{false, true} {
		for step := 1; ; step++ {
			dir := t.TempDir()
			d := &failing{err: syscall.ENOSPC, after: after}
			s, err := open(dir, d)
			if err != nil {
				t.Fatal(err)
			}
			d.left = step
			_, err = s.Put(t.Context(), body, notice.BlobMeta{})
			if err == nil && d.left > 0 {
				if step < 5 {
					t.Fatalf("only %d steps seen", step)
				}
				break
			}
			if err == nil || fault.Of(err) != fault.Transient || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "full") {
				t.Fatalf("step %d: %v; want one line that says the disk is full, transient", step, err)
			}
			if err := s.Walk(t.Context(), func(key notice.BlobKey, _ int64) error { return check(t.Context(), s, key) }); err != nil {
				t.Fatalf("step %d: half-written blob is visible: %v", step, err)
			}
			key, err := s.Put(t.Context(), body, notice.BlobMeta{})
			if err != nil {
				t.Fatalf("step %d: put again: %v", step, err)
			}
			if err := check(t.Context(), s, key); err != nil {
				t.Fatalf("step %d: %v", step, err)
			}
		}
	}
}

func check(ctx context.Context, s *Store, key notice.BlobKey) error {
	r, err := s.Open(ctx, key)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

func TestOldTemporaryFilesAreSwept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(dir, tempDir, "put-old"), filepath.Join(dir, tempDir, "put-young")
	for _, p := range []string{old, young} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}
	past := info.ModTime().Add(-2 * staleTemp)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file of a dead process is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("a file that may still be written is gone: %v", err)
	}
}
