// Package blobtest is the contract of an archive, as tests that every backend
// runs. A change to the contract starts here.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/notice"
)

// Archive is the union of what crawler, extractor and the archive commands use.
type Archive interface {
	Put(ctx context.Context, body []byte, meta notice.BlobMeta) (notice.BlobKey, error)
	Open(ctx context.Context, key notice.BlobKey) (io.ReadCloser, error)
	Walk(ctx context.Context, f func(key notice.BlobKey, size int64) error) error
}

// Backend says how to make one kind of archive.
type Backend struct {
	// Open returns an empty archive that lives as long as the test.
	Open func(t *testing.T) Archive
	// Reopen opens the same data again, as another process would.
	Reopen func(t *testing.T, a Archive) Archive
	// Damage changes some of the stored bytes of a blob behind the archive's back.
	Damage func(t *testing.T, a Archive, key notice.BlobKey)
}

// Run holds a backend to the contract.
func Run(t *testing.T, b Backend) {
	for name, f := range map[string]func(*testing.T, Backend){
		"RoundTrip": roundTrip, "Durable": durable, "Idempotent": idempotent, "Unknown": unknown,
		"Corrupt": corrupt, "Heals": heals, "Walk": walk, "WalkStops": walkStops,
		"Race": race, "Cancelled": cancelled, "Meta": anyMeta,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, b)
		})
	}
}

// bodies covers what a government site serves: text in two charsets, nothing at
// all, one byte, bytes that look compressed, and a file of several megabytes.
func bodies() map[string][]byte {
	r := rand.NewChaCha8([32]byte{7})
	noise := make([]byte, 3<<20+17)
	if _, err := r.Read(noise); err != nil {
		panic(err) // ChaCha8 never fails
	}
	return map[string][]byte{
		"empty": {}, "byte": {0}, "utf8": []byte(strings.Repeat("关于印发碳达峰实施方案的通知\n", 400)),
		"gbk": {0xb9, 0xd8, 0xd3, 0xda, 0xd3, 0xa1, 0xb7, 0xa2}, "noise": noise,
		"zstd":   {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x01, 0x00},
		"zeroes": make([]byte, 1<<20),
	}
}

func meta() notice.BlobMeta {
	return notice.BlobMeta{MediaType: "text/html", URL: "https://www.example.gov.cn/2024/t1.html", FetchedAt: time.Date(2024, 3, 1, 1, 2, 3, 0, time.UTC)}
}

func put(t *testing.T, a Archive, body []byte) notice.BlobKey {
	t.Helper()
	key, err := a.Put(t.Context(), body, meta())
	if err != nil {
		t.Fatalf("put %d bytes: %v", len(body), err)
	}
	if want := notice.KeyOf(body); key != want {
		t.Fatalf("key %s, want the hash of the raw bytes %s", key, want)
	}
	return key
}

func read(ctx context.Context, a Archive, key notice.BlobKey) (_ []byte, err error) {
	r, err := a.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(r)
}

func expect(t *testing.T, a Archive, key notice.BlobKey, want []byte) {
	t.Helper()
	got, err := read(t.Context(), a, key)
	if err != nil {
		t.Fatalf("open %s: %v", key, err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("read %d bytes that differ from the %d put", len(got), len(want))
	}
}

func roundTrip(t *testing.T, b Backend) {
	a := b.Open(t)
	for name, body := range bodies() {
		t.Run(name, func(t *testing.T) { expect(t, a, put(t, a, body), body) })
	}
}

func durable(t *testing.T, b Backend) {
	a := b.Open(t)
	body := []byte("kept over a restart")
	key := put(t, a, body)
	expect(t, b.Reopen(t, a), key, body)
}

func idempotent(t *testing.T, b Backend) {
	a := b.Open(t)
	body := []byte(strings.Repeat("the same again", 50))
	for range 3 {
		put(t, a, body)
	}
	expect(t, a, notice.KeyOf(body), body)
	if n := len(keys(t, a)); n != 1 {
		t.Errorf("%d blobs after the same bytes thrice, want 1", n)
	}
}

func unknown(t *testing.T, b Backend) {
	a := b.Open(t)
	for _, key := range []notice.BlobKey{notice.KeyOf([]byte("never put")), "", "short", notice.BlobKey(strings.Repeat("g", 64)), "../../../../etc/passwd"} {
		if _, err := read(t.Context(), a, key); !errors.Is(err, notice.ErrUnknown) {
			t.Errorf("open %q: %v, want ErrUnknown", key, err)
		}
	}
}

func corrupt(t *testing.T, b Backend) {
	a := b.Open(t)
	for i, body := range [][]byte{[]byte("x"), bytes.Repeat([]byte("公开"), 9000), make([]byte, 1<<20)} {
		key := put(t, a, body)
		b.Damage(t, a, key)
		if got, err := read(t.Context(), a, key); !errors.Is(err, notice.ErrCorrupt) {
			t.Errorf("body %d: read %d damaged bytes with error %v, want ErrCorrupt", i, len(got), err)
		}
	}
}

func heals(t *testing.T, b Backend) {
	a := b.Open(t)
	body := bytes.Repeat([]byte("repair "), 500)
	key := put(t, a, body)
	b.Damage(t, a, key)
	put(t, a, body)
	expect(t, a, key, body)
}

func keys(t *testing.T, a Archive) []notice.BlobKey {
	t.Helper()
	var all []notice.BlobKey
	err := a.Walk(t.Context(), func(key notice.BlobKey, size int64) error {
		if size <= 0 {
			return fmt.Errorf("%s takes %d bytes", key, size)
		}
		all = append(all, key)
		return nil
	})
	if err != nil {
		t.Fatalf("walk: %v", err)
	}
	return all
}

func walk(t *testing.T, b Backend) {
	a := b.Open(t)
	if n := len(keys(t, a)); n != 0 {
		t.Fatalf("%d blobs in a fresh archive", n)
	}
	want := map[notice.BlobKey]bool{}
	for i := range 40 {
		want[put(t, a, fmt.Appendf(nil, "blob %d", i))] = true
	}
	got := keys(t, a)
	for i, key := range got {
		if !want[key] || (i > 0 && got[i-1] >= key) {
			t.Errorf("blob %d is %s: not put, or out of order", i, key)
		}
	}
	if len(got) != len(want) {
		t.Errorf("walked %d blobs, want %d", len(got), len(want))
	}
}

func walkStops(t *testing.T, b Backend) {
	a := b.Open(t)
	put(t, a, []byte("one"))
	put(t, a, []byte("two"))
	stop, n := errors.New("stop"), 0
	err := a.Walk(t.Context(), func(notice.BlobKey, int64) error { n++; return stop })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("walk called %d times and returned %v; want once, and the callback's error", n, err)
	}
}

func race(t *testing.T, b Backend) {
	a := b.Open(t)
	other := b.Reopen(t, a)
	body := bytes.Repeat([]byte("many writers, one blob. "), 2000)
	errs := make([]error, 16)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			w := a
			if i%2 == 1 {
				w = other
			}
			_, errs[i] = w.Put(t.Context(), body, meta())
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	expect(t, a, notice.KeyOf(body), body)
	if n := len(keys(t, a)); n != 1 {
		t.Errorf("%d blobs after a race for one", n)
	}
}

func cancelled(t *testing.T, b Backend) {
	a := b.Open(t)
	body := []byte("too late")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Put(ctx, body, meta()); !errors.Is(err, context.Canceled) {
		t.Errorf("put after cancel: %v", err)
	}
	if n := len(keys(t, a)); n != 0 {
		t.Errorf("%d blobs after a cancelled put", n)
	}
}

// anyMeta: what a site says about its bytes must never stop them from being kept.
func anyMeta(t *testing.T, b Backend) {
	a := b.Open(t)
	for i, m := range []notice.BlobMeta{
		{}, {URL: "https://例子.政务.cn/通知 (1).html?a=b&c=\x01\xff\r\nX: y", MediaType: "text/html\r\nEvil: 1"},
		{URL: "http://a/" + strings.Repeat("长", 30000)}, {MediaType: strings.Repeat("x", 5000)},
		{FetchedAt: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)},
	} {
		body := fmt.Appendf(nil, "meta %d", i)
		key, err := a.Put(t.Context(), body, m)
		if err != nil {
			t.Errorf("meta %d: %v", i, err)
			continue
		}
		expect(t, a, key, body)
	}
}
