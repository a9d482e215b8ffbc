package backends

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"govwatch/store/s3blob"
)

// serveTLS is the variable with which the test program is an S3 store with TLS.
const serveTLS = "GOVWATCH_TEST_SERVE_S3_TLS"

// tlsSpec is what such a server is told.
type tlsSpec struct {
	Address, Dir string
	Secure       Secured
}

func (spec *tlsSpec) serve() error {
	root, side := filepath.Join(spec.Dir, "objects"), filepath.Join(spec.Dir, "attributes")
	for _, d := range []string{root, side} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return err
		}
	}
	return serveS3(context.Background(), root, side, spec.Address, spec.Secure)
}

// StartSecureS3 starts a store in a process of its own that speaks TLS alone.
func StartSecureS3(t testing.TB, secure Secured) s3blob.Config {
	t.Helper()
	spec := tlsSpec{Address: fmt.Sprintf("127.0.0.1:%d", FreePorts(t, 1)[0]), Dir: t.TempDir(), Secure: secure}
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), self)
	c.Env = append(os.Environ(), serveTLS+"="+string(text))
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		<-ended
	})
	if err := waitFor(ended, func() error {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", spec.Address)
		if err != nil {
			return err
		}
		return conn.Close()
	}); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return s3blob.Config{Endpoint: spec.Address, Bucket: "secure", Region: "us-east-1", AccessKey: accessKey, SecretKey: secretKey}
}
