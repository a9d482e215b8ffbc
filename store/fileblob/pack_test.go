package fileblob

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"govwatch/notice"
)

// page draws a page of a site: one template of about 20 kB, and a text of its own.
func page(site, n int) []byte {
	template, text := rand.New(rand.NewPCG(uint64(site), 1)), rand.New(rand.NewPCG(uint64(site), uint64(n)+10))
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "<li class=\"nav-%d\"><a href=\"/col/%x/index.html\">栏目%x</a></li>\n", i, template.Uint32(), template.Uint32())
	}
	for range 30 {
		b.WriteString("<p>")
		for range 60 {
			b.WriteRune(rune(0x4e00 + text.IntN(3000)))
		}
		b.WriteString("</p>\n")
	}
	fmt.Fprintf(&b, "<div>访问量：%d</div></html>\n", text.Uint32())
	return []byte(b.String())
}

func address(site, n int) string { return fmt.Sprintf("https://site%d.example/art/%d.html", site, n) }

func fresh(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func keep(t testing.TB, s *Store, body []byte, meta notice.BlobMeta) notice.BlobKey {
	t.Helper()
	key, err := s.Put(t.Context(), body, meta)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sizeOf(t testing.TB, s *Store, key notice.BlobKey) int {
	t.Helper()
	path, err := s.path(key)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

func gzipped(t testing.TB, body []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestPagesOfOneSiteShareTheirBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stored, zipped := 0, 0
	var s *Store
	for n := range 24 {
		// A program that is started anew must find the pages alike too.
		if n%8 == 0 {
			s = fresh(t, dir)
		}
		for site := range 3 {
			body := page(site, n)
			key := keep(t, s, body, notice.BlobMeta{URL: address(site, n), MediaType: "text/html"})
			stored, zipped = stored+sizeOf(t, s, key), zipped+gzipped(t, body)
			if err := check(t.Context(), s, key); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ratio := float64(zipped) / float64(stored); ratio < 1.8 {
		t.Errorf("%.2f times smaller than gzip, want 1.8", ratio)
	}
}

// The goal of 1.8 on pages of real sites, first pages included.
func TestRealPagesShareTheirBytes(t *testing.T) {
	t.Parallel()
	root := os.Getenv("GOVWATCH_CORPUS")
	if root == "" {
		t.Skip("LEFT OUT: real pages: set GOVWATCH_CORPUS to their folder")
	}
	s := fresh(t, t.TempDir())
	stored, zipped, pages := 0, 0, 0
	for _, p := range manifest(t, root) {
		body, err := os.ReadFile(filepath.Join(root, p.file))
		if err != nil {
			t.Fatal(err)
		}
		key := keep(t, s, body, notice.BlobMeta{URL: p.url})
		stored, zipped, pages = stored+sizeOf(t, s, key), zipped+gzipped(t, body), pages+1
		if err := check(t.Context(), s, key); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d pages: %d bytes, gzip %d, %.2f times smaller", pages, stored, zipped, float64(zipped)/float64(stored))
	if pages == 0 || float64(zipped)/float64(stored) < 1.6 {
		t.Errorf("%d pages, %d bytes against %d of gzip", pages, stored, zipped)
	}
}

func TestRecapturesAreDifferences(t *testing.T) {
	t.Parallel()
	s := fresh(t, t.TempDir())
	body := page(1, 1)
	first := keep(t, s, body, notice.BlobMeta{})
	like, total, n := first, 0, 24
	for i := range n {
		body = bytes.Replace(body, []byte("访问量："), fmt.Appendf(nil, "访问量：%d", i), 1)
		like = keep(t, s, body, notice.BlobMeta{URL: address(1, 1), Like: like})
		total += sizeOf(t, s, like)
		if err := check(t.Context(), s, like); err != nil {
			t.Fatalf("capture %d: %v", i, err)
		}
	}
	if mean := total / n; mean > sizeOf(t, s, first)/4 {
		t.Errorf("a capture takes %d bytes, the first one %d", mean, sizeOf(t, s, first))
	}
	if small := sizeOf(t, s, keep(t, s, append(body, '!'), notice.BlobMeta{Like: like})); small > len(body)/50 {
		t.Errorf("one byte more takes %d bytes", small)
	}
}

func TestLikeMayBeAnything(t *testing.T) {
	t.Parallel()
	s := fresh(t, t.TempDir())
	body := page(1, 1)
	empty := keep(t, s, nil, notice.BlobMeta{})
	other := keep(t, s, bytes.Repeat([]byte{0}, 100), notice.BlobMeta{})
	for _, like := range []notice.BlobKey{"x", notice.KeyOf([]byte("not held")), notice.KeyOf(body), empty, other} {
		if err := check(t.Context(), s, keep(t, s, body, notice.BlobMeta{Like: like})); err != nil {
			t.Errorf("like %q: %v", like, err)
		}
		body = append(body, 'x')
	}
}

// spoil makes a file unreadable, or takes it away.
func spoil(t *testing.T, s *Store, key notice.BlobKey, remove bool) {
	t.Helper()
	path, err := s.path(key)
	if err != nil {
		t.Fatal(err)
	}
	if remove {
		err = os.Remove(path)
	} else {
		err = errors.Join(os.Chmod(path, 0o644), os.Truncate(path, 300))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A blob that others lean on is lost and comes back. It must not come back as
// something that leans on them: then none of them could be read.
func TestWhatOthersLeanOnComesBackWhole(t *testing.T) {
	t.Parallel()
	for _, remove := range []bool{false, true} {
		s := fresh(t, t.TempDir())
		a, b := page(1, 1), append(page(1, 1), "<p>b</p>"...)
		meta := notice.BlobMeta{URL: address(1, 1)}
		ka := keep(t, s, a, meta)
		kb := keep(t, s, b, notice.BlobMeta{URL: address(1, 1), Like: ka})
		spoil(t, s, ka, remove)
		if err := check(t.Context(), s, kb); !errors.Is(err, notice.ErrCorrupt) {
			t.Errorf("what leans on a lost blob: %v, want ErrCorrupt", err)
		}
		keep(t, s, a, notice.BlobMeta{URL: address(1, 1), Like: kb})
		for name, key := range map[string]notice.BlobKey{"lost": ka, "leaning": kb} {
			if err := check(t.Context(), s, key); err != nil {
				t.Errorf("removed=%t: %s blob after it came back: %v", remove, name, err)
			}
		}
	}
}

func TestManyWritersOfOneSite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stores := []*Store{fresh(t, dir), fresh(t, dir)}
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for w := range errs {
		wg.Go(func() {
			for n := range 12 {
				key, err := stores[w%2].Put(context.Background(), page(w%3, n), notice.BlobMeta{URL: address(w%3, n)})
				if err == nil {
					err = check(context.Background(), stores[(w+1)%2], key)
				}
				errs[w] = errors.Join(errs[w], err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestUnreadableHintsAreForgotten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := fresh(t, dir)
	site := siteOf(address(1, 1))
	for _, hint := range []string{"", "another host\n", site + "\n../../x\n" + strings.Repeat("0", 64) + "\n", "\x00"} {
		if err := os.WriteFile(s.sitePath(site), []byte(hint), 0o644); err != nil {
			t.Fatal(err)
		}
		again := fresh(t, dir)
		if err := check(t.Context(), again, keep(t, again, page(1, len(hint)), notice.BlobMeta{URL: address(1, 1)})); err != nil {
			t.Errorf("hint %q: %v", hint, err)
		}
		if err := os.Remove(s.sitePath(site)); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzReader(f *testing.F) {
	dir := f.TempDir()
	s := fresh(f, dir)
	key := keep(f, s, page(1, 1), notice.BlobMeta{})
	path, err := s.path(key)
	if err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole[:400])
	f.Add(append(bytes.Clone(whole[:8]), `{"govwatch_blob":2,"like":"`+string(key)+`"}`...))
	if err := os.Chmod(path, 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := s.Open(t.Context(), key)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, io.LimitReader(r, 1<<20)); err == nil && !bytes.Equal(file, whole) {
			t.Errorf("%d odd bytes read without error", len(file))
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkPut(b *testing.B) {
	for name, meta := range map[string]func(n int) notice.BlobMeta{
		"whole": func(int) notice.BlobMeta { return notice.BlobMeta{} },
		"site":  func(n int) notice.BlobMeta { return notice.BlobMeta{URL: address(1, n)} },
	} {
		b.Run(name, func(b *testing.B) {
			s := fresh(b, b.TempDir())
			n := 0
			for b.Loop() {
				n++
				b.StopTimer()
				body := page(1, n)
				b.StartTimer()
				keep(b, s, body, meta(n))
			}
		})
	}
}
