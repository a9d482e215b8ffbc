package fileblob_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
	"govwatch/store/blobtest"
	"govwatch/store/fileblob"
)

type folder struct {
	*fileblob.Store
	dir string
}

func openIn(t *testing.T, dir string) folder {
	t.Helper()
	s, err := fileblob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return folder{s, dir}
}

func TestContract(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, blobtest.Backend{
		Open:   func(t *testing.T) blobtest.Archive { return openIn(t, t.TempDir()) },
		Reopen: func(t *testing.T, a blobtest.Archive) blobtest.Archive { return openIn(t, a.(folder).dir) },
		Damage: func(t *testing.T, a blobtest.Archive, key notice.BlobKey) { damage(t, file(a.(folder).dir, key)) },
	})
}

func file(dir string, key notice.BlobKey) string {
	return filepath.Join(dir, "sha256", string(key[:2]), string(key[2:4]), string(key)+".zst")
}

// damage flips a bit near the end, where the compressed data stands.
func damage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-5] ^= 0x40
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFolderThatCannotBeUsedIsOneLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := fileblob.Open(path)
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), path) || fault.Of(err) != fault.Transient {
		t.Errorf("open a file as a folder: %v", err)
	}
}

func TestCutOffFileIsCorrupt(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	body := []byte(strings.Repeat("cut ", 4000))
	key, err := s.Put(t.Context(), body, notice.BlobMeta{})
	if err != nil {
		t.Fatal(err)
	}
	path := file(s.dir, key)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) {
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if err := readAll(t, s, key); err == nil {
			t.Fatalf("file cut to %d of %d bytes reads without error", n, len(whole))
		}
	}
}

func readAll(t *testing.T, s folder, key notice.BlobKey) (err error) {
	t.Helper()
	r, err := s.Open(t.Context(), key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.Copy(io.Discard, r)
	return err
}
