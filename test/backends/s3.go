package backends

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"

	"govwatch/store/s3blob"
)

const (
	accessKey = "test-access"
	secretKey = "test-secret-key"
)

// S3 returns a bucket of its own in a store that runs in this process, and the
// folder in which the store keeps the bucket's objects as files.
func (s *Set) S3(t testing.TB) (config s3blob.Config, folder string) {
	t.Helper()
	s.s3.start(t, "S3 store in process", s.startS3)
	bucket := "t-" + strings.ToLower(strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, t.Name()), "-"))
	if len(bucket) > 40 {
		bucket = bucket[len(bucket)-40:]
	}
	bucket = strings.Trim(bucket, "-") + fmt.Sprintf("-%d", time.Now().UnixNano()%1e9)
	return s3blob.Config{Endpoint: s.s3.endpoint, Bucket: bucket, Region: "us-east-1", AccessKey: accessKey, SecretKey: secretKey, Plain: true},
		filepath.Join(s.dir, "s3", bucket)
}

// startS3 runs the gateway on folders; it cannot choose a free port itself.
func (s *Set) startS3() (func() error, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.s3.endpoint = l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	root, side := filepath.Join(s.dir, "s3"), filepath.Join(s.dir, "attributes")
	for _, d := range []string{root, side} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serveS3(ctx, root, side, s.s3.endpoint, Secured{}) }()
	stop := func() error {
		cancel()
		return <-done
	}
	return stop, waitFor(done, func() error { return answers(ctx, s.s3.endpoint) })
}

// serveS3 runs the gateway on two folders until the context ends, with TLS when it
// is given a certificate.
func serveS3(ctx context.Context, root, side, address string, secure Secured) error {
	// Not every file system keeps extended attributes; files beside the data always work.
	storer, err := meta.NewSideCar(side)
	if err != nil {
		return err
	}
	be, err := posix.New(root, storer, posix.PosixOpts{SideCarDir: side, Concurrency: 64})
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(ctx, be, &embedgw.Config{
		CertFile: secure.Cert, KeyFile: secure.Key, RootUserAccess: accessKey, RootUserSecret: secretKey, Region: "us-east-1", Ports: []string{address},
		MaxConnections: 1024, MaxRequests: 512, MultipartMaxParts: 10000, Quiet: true, HealthPath: "/healthz",
	})
}

func answers(ctx context.Context, endpoint string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+endpoint+"/healthz", nil)
	if err != nil {
		return err
	}
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return r.Body.Close()
}

// waitFor tries until it succeeds, the server ends, or ten seconds have passed.
func waitFor(ended <-chan error, try func() error) error {
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case end := <-ended:
			return fmt.Errorf("the server ended: %v", end)
		case <-deadline:
			return fmt.Errorf("no answer in ten seconds: %w", err)
		case <-tick.C:
		}
	}
}
