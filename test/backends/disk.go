package backends

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"govwatch/store/s3blob"
)

// serveDisk is the variable with which the test program is an S3 store on a
// small disk.
const serveDisk = "GOVWATCH_TEST_SERVE_DISK"

// diskSpec is what such a server is told.
type diskSpec struct {
	Address, Dir, Size string
}

// serve mounts a disk of its own, which nobody else sees, and runs the store on
// it. A signal makes the disk larger.
func (spec *diskSpec) serve() error {
	mount := func(options string) error {
		out, err := exec.CommandContext(context.Background(), "mount", "-t", "tmpfs", "-o", options, "tmpfs", spec.Dir).CombinedOutput()
		if err != nil {
			return fmt.Errorf("mount a small disk: %w: %s", err, out)
		}
		return nil
	}
	if err := mount("size=" + spec.Size); err != nil {
		return err
	}
	root, side := filepath.Join(spec.Dir, "objects"), filepath.Join(spec.Dir, "attributes")
	for _, d := range []string{root, side} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return err
		}
	}
	grow := make(chan os.Signal, 1)
	signal.Notify(grow, syscall.SIGUSR1)
	served := make(chan error, 1)
	go func() { served <- serveS3(context.Background(), root, side, spec.Address, Secured{}) }()
	for {
		select {
		case <-grow:
			if err := mount("remount,size=512m"); err != nil {
				return err
			}
		case err := <-served:
			return err
		}
	}
}

// Disk is an S3 store on a disk of its own.
type Disk struct {
	Config s3blob.Config
	cmd    *exec.Cmd
}

// StartS3OnDisk starts a store whose disk has the given size, such as 2m. It
// needs a kernel that lets this user have mounts of its own.
func StartS3OnDisk(t testing.TB, size string) *Disk {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "unshare", "-rm", "true").CombinedOutput(); err != nil {
		s := server{err: fmt.Errorf("%w: unshare -rm: %w: %s", ErrAbsent, err, out)}
		s.once.Do(func() {})
		s.start(t, "a disk of its own", nil)
	}
	spec := diskSpec{Address: fmt.Sprintf("127.0.0.1:%d", FreePorts(t, 1)[0]), Dir: t.TempDir(), Size: size}
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), "unshare", "-rm", self)
	c.Env = append(os.Environ(), serveDisk+"="+string(text))
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
	if err := waitFor(ended, func() error { return answers(context.Background(), spec.Address) }); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return &Disk{cmd: c, Config: s3blob.Config{
		Endpoint: spec.Address, Bucket: "small", Region: "us-east-1", AccessKey: accessKey, SecretKey: secretKey, Plain: true,
	}}
}

// Grow gives the disk space again, as a person would.
func (d *Disk) Grow(t testing.TB) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Error(err)
	}
}

// Full reports that the store refuses to write, and says so itself.
func (d *Disk) Full(ctx context.Context) bool {
	s, err := s3blob.Open(ctx, d.Config)
	if err == nil {
		return s.Close() != nil
	}
	return !strings.Contains(err.Error(), "connect")
}

// diskWait is how long a full disk is looked for.
const diskWait = time.Minute

// AwaitFull waits until the disk is full.
func (d *Disk) AwaitFull(t testing.TB) {
	t.Helper()
	Eventually(t, diskWait, "the disk is full", func() bool { return d.Full(t.Context()) })
}
