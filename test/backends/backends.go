// Package backends starts the servers that tests run against: one of each in a
// test process, on loopback or a socket, in a temporary folder, ended by Main.
package backends

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// required is the variable with which an absent server is a failure, not a skip.
const required = "GOVWATCH_REQUIRE_BACKENDS"

// ErrAbsent says that this machine lacks the programs of a server.
var ErrAbsent = errors.New("not installed")

// server is started by the first test that asks for it.
type server struct {
	once sync.Once
	err  error
	stop func() error
}

// Set is the servers of one test process.
type Set struct {
	dir string
	s3  struct {
		server
		endpoint string
	}
	postgres struct {
		server
		socket, user string
		databases    int
		secure       *Secured
		port         int
		run          func() *exec.Cmd
		process      *os.Process
		ended        chan error
		mu           sync.Mutex
	}
}

// Main runs the tests of a package and ends the servers that they started; call
// it from TestMain with the set that the tests use.
func (s *Set) Main(m *testing.M) (code int) {
	if spec := os.Getenv(serveNATS); spec != "" {
		return asServer(spec, &natsSpec{})
	}
	if spec := os.Getenv(serveDisk); spec != "" {
		return asServer(spec, &diskSpec{})
	}
	if spec := os.Getenv(serveTLS); spec != "" {
		return asServer(spec, &tlsSpec{})
	}
	dir, err := os.MkdirTemp("", "govwatch-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the servers:", err)
		return 1
	}
	s.dir = dir
	code = m.Run()
	if err := s.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop a server:", err)
		code = max(code, 1)
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, "clear away:", err)
		code = max(code, 1)
	}
	return code
}

func (s *Set) stop() (err error) {
	for _, srv := range []*server{&s.s3.server, &s.postgres.server} {
		if srv.stop != nil {
			err = errors.Join(err, srv.stop())
		}
	}
	return err
}

// Stop ends the servers of a set that one test has for itself.
func (s *Set) Stop(t testing.TB) {
	t.Helper()
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

// start runs f once; what it lacks skips the test aloud, or fails it when the
// backends are required.
func (s *server) start(t testing.TB, what string, f func() (func() error, error)) {
	t.Helper()
	s.once.Do(func() { s.stop, s.err = f() })
	switch {
	case s.err == nil:
	case errors.Is(s.err, ErrAbsent) && os.Getenv(required) == "":
		t.Skipf("LEFT OUT: %s: %v (with %s=1 this is a failure)", what, s.err, required)
	default:
		t.Fatalf("%s: %v", what, s.err)
	}
}

// asServer is this program in the part of a server that its parent describes.
func asServer(text string, spec interface{ serve() error }) int {
	err := json.Unmarshal([]byte(text), spec)
	if err == nil {
		err = spec.serve()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		return 1
	}
	return 0
}

// IsServer reports that this program was started to be a server.
func IsServer() bool { return os.Getenv(serveNATS)+os.Getenv(serveDisk)+os.Getenv(serveTLS) != "" }
