package test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/notice"
	"govwatch/store/blobtest"
	"govwatch/store/s3blob"
)

// bucket is an archive with what a test needs to go behind its back.
type bucket struct {
	*s3blob.Store
	config s3blob.Config
	folder string
}

func openBucket(t *testing.T, c s3blob.Config, folder string) bucket {
	t.Helper()
	s, err := s3blob.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return bucket{s, c, folder}
}

func TestArchiveContractOnS3(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "a/b"} {
		t.Run("prefix="+prefix, func(t *testing.T) {
			t.Parallel()
			blobtest.Run(t, blobtest.Backend{
				Open: func(t *testing.T) blobtest.Archive {
					c, folder := servers.S3(t)
					c.Prefix = prefix
					return openBucket(t, c, filepath.Join(folder, prefix))
				},
				Reopen: func(t *testing.T, a blobtest.Archive) blobtest.Archive {
					b := a.(bucket)
					return openBucket(t, b.config, b.folder)
				},
				Damage: func(t *testing.T, a blobtest.Archive, key notice.BlobKey) { damageObject(t, a.(bucket), key) },
			})
		})
	}
}

// damageObject flips a bit in the file that the store keeps the object in.
func damageObject(t *testing.T, b bucket, key notice.BlobKey) {
	t.Helper()
	path := filepath.Join(b.folder, "sha256", string(key[:2]), string(key[2:4]), string(key))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)*3/4] ^= 0x40
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWrongCredentialsAreOneLine(t *testing.T) {
	t.Parallel()
	c, _ := servers.S3(t)
	for name, change := range map[string]func(*s3blob.Config){
		"secret": func(c *s3blob.Config) { c.SecretKey = "wrong-secret" },
		"key":    func(c *s3blob.Config) { c.AccessKey = "nobody" },
	} {
		bad := c
		change(&bad)
		_, err := s3blob.Open(t.Context(), bad)
		if err == nil || !strings.Contains(err.Error(), "wrong credentials") || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), bad.SecretKey) {
			t.Errorf("wrong %s: %v", name, err)
		}
	}
}
