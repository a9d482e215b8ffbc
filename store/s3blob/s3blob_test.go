package s3blob_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
	"govwatch/store/s3blob"
)

// The contract suite runs against a real store in the module test/; here are
// the answers that a real one does not give on demand.

func TestParse(t *testing.T) {
	t.Parallel()
	c, err := s3blob.Parse("s3://KEY:p%40ss@bucket/a/b/?endpoint=minio:9000&region=cn-north-1&tls=off&sse=kms:k1")
	want := s3blob.Config{Endpoint: "minio:9000", Bucket: "bucket", Prefix: "a/b", Region: "cn-north-1", AccessKey: "KEY", SecretKey: "p@ss", Plain: true, SSE: "kms:k1"}
	if err != nil || c != want {
		t.Errorf("got %+v, %v", c, err)
	}
	for _, bad := range []string{"", "s3://", "file:x", "s3://b", "s3://b?endpoint=http://x", "s3://b?endpoint=x&tls=maybe", "s3://b?endpoint=x&sse=rot13",
		"s3://b?endpoint=x&sse=kms:", "s3://b?endpoint=x&acl=public", "s3://K:sec%ret@b?endpoint=x"} {
		if c, err := s3blob.Parse(bad); err == nil {
			t.Errorf("%q accepted as %+v", bad, c)
		} else if strings.Contains(err.Error(), "sec%ret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error shows the secret or takes two lines: %v", bad, err)
		}
	}
}

func open(t *testing.T, handler http.HandlerFunc, change func(*s3blob.Config)) (*s3blob.Store, error) {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	c := s3blob.Config{Endpoint: strings.TrimPrefix(srv.URL, "http://"), Bucket: "archive", Region: "us-east-1", AccessKey: "key", SecretKey: "top-secret", Plain: true}
	if change != nil {
		change(&c)
	}
	s, err := s3blob.Open(t.Context(), c)
	if err == nil {
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return s, err
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>no</Message></Error>", code)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"SignatureDoesNotMatch": "wrong credentials", "InvalidAccessKeyId": "wrong credentials",
		"AccessDenied": "missing rights", "RequestTimeTooSkewed": "clock", "AuthorizationHeaderMalformed": "region", "Whatever": "Whatever",
	} {
		_, err := open(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusForbidden, code) }, nil)
		checkLine(t, code, err, want)
	}
	_, err := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			refuse(w, http.StatusForbidden, "AccessDenied")
			return
		}
		fmt.Fprint(w, `<ListBucketResult></ListBucketResult>`)
	}, nil)
	checkLine(t, "list only", err, "write to archive")
}

func checkLine(t *testing.T, name string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "s3://archive at 127.0.0.1") ||
		strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "top-secret") || fault.Of(err) != fault.Transient {
		t.Errorf("%s: %v; want one transient line with %q and the archive's name", name, err, want)
	}
}

// shelf is the least store that can be: it keeps objects and knows no conditions.
type shelf struct {
	mu      sync.Mutex
	objects map[string][]byte
	headers map[string]http.Header
	// conditional is the answer to If-None-Match.
	conditional int
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodGet && r.URL.Query().Has("list-type"):
		fmt.Fprint(w, `<ListBucketResult></ListBucketResult>`)
	case r.Method == http.MethodPut && r.Header.Get("If-None-Match") != "" && s.conditional != 0:
		refuse(w, s.conditional, map[int]string{501: "NotImplemented", 412: "PreconditionFailed", 409: "ConditionalRequestConflict"}[s.conditional])
	case r.Method == http.MethodPut:
		b, err := io.ReadAll(r.Body)
		if err != nil {
			refuse(w, http.StatusBadRequest, "IncompleteBody")
			return
		}
		if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING") {
			b = unframe(b)
		}
		s.objects[r.URL.Path], s.headers[r.URL.Path] = b, r.Header.Clone()
		sum := md5.Sum(b)
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	default:
		b, ok := s.objects[r.URL.Path]
		if !ok {
			refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("Content-Encoding", s.headers[r.URL.Path].Get("Content-Encoding"))
		w.Header().Set("X-Amz-Meta-Packed", s.headers[r.URL.Path].Get("X-Amz-Meta-Packed"))
		w.Header().Set("ETag", `"x"`)
		w.Header().Set("Last-Modified", "Fri, 01 Mar 2024 01:00:00 GMT")
		_, err := w.Write(b)
		if err != nil {
			return // The client has gone; its own error tells.
		}
	}
}

// unframe takes the chunk signatures of a streaming upload away.
func unframe(b []byte) []byte {
	var out []byte
	for {
		line, rest, ok := strings.Cut(string(b), "\r\n")
		var n int
		if _, err := fmt.Sscanf(line, "%x;", &n); !ok || err != nil || n == 0 {
			return out
		}
		out = append(out, rest[:n]...)
		b = []byte(rest[n+2:])
	}
}

func newShelf(conditional int) *shelf {
	return &shelf{objects: map[string][]byte{}, headers: map[string]http.Header{}, conditional: conditional}
}

func TestStoresWithoutConditionsWork(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 409, 412, 501} {
		sh := newShelf(status)
		s, err := open(t, sh.ServeHTTP, nil)
		if err != nil {
			t.Fatal(err)
		}
		body := []byte(strings.Repeat("公开目录 ", 400))
		key, err := s.Put(t.Context(), body, notice.BlobMeta{MediaType: "text/html; charset=gbk", URL: "https://例子.cn/a b"})
		if err != nil {
			t.Fatalf("condition answered %d: %v", status, err)
		}
		r, err := s.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != string(body) {
			t.Errorf("condition answered %d: read %d bytes, %v", status, len(got), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if n := len(sh.objects["/archive/sha256/"+string(key[:2])+"/"+string(key[2:4])+"/"+string(key)]); n == 0 || n > len(body)/5 {
			t.Errorf("%d bytes stored of %d: text is not compressed, or not where it should be", n, len(body))
		}
	}
}

func TestEncryptionIsAskedFor(t *testing.T) {
	t.Parallel()
	for sse, want := range map[string]string{"": "", "s3": "AES256", "kms:k1": "aws:kms"} {
		sh := newShelf(0)
		s, err := open(t, sh.ServeHTTP, func(c *s3blob.Config) { c.SSE = sse })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Put(t.Context(), []byte("body"), notice.BlobMeta{}); err != nil {
			t.Fatal(err)
		}
		for path, h := range sh.headers {
			if got := h.Get("X-Amz-Server-Side-Encryption"); got != want {
				t.Errorf("sse=%s: %s written with %q, want %q", sse, path, got, want)
			}
		}
	}
}

func TestLostConnectionIsNotDamage(t *testing.T) {
	t.Parallel()
	sh := newShelf(0)
	cut := false
	s, err := open(t, func(w http.ResponseWriter, r *http.Request) {
		if cut && r.Method == http.MethodGet {
			w.Header().Set("Content-Length", "100000")
			w.Header().Set("Last-Modified", "Fri, 01 Mar 2024 01:00:00 GMT")
			w.Header().Set("ETag", `"x"`)
			fmt.Fprint(w, "half")
			return
		}
		sh.ServeHTTP(w, r)
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.Put(t.Context(), []byte("whole"), notice.BlobMeta{})
	if err != nil {
		t.Fatal(err)
	}
	cut = true
	r, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(r)
	checkLine(t, "cut", err, "no answer")
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"s3://b?endpoint=h:9000", "s3://K:S@b/p/q?endpoint=h&tls=off&sse=kms:x&region=r", "s3://[::1]?endpoint=", "s3://b?%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		c, err := s3blob.Parse(address)
		if err == nil && (c.Bucket == "" || c.Endpoint == "" || strings.HasPrefix(c.Prefix, "/") || strings.HasSuffix(c.Prefix, "/")) {
			t.Errorf("%q read as %+v", address, c)
		}
	})
}
