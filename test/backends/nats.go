package backends

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
)

// serveNATS is the variable with which the test program is a NATS server.
const serveNATS = "GOVWATCH_TEST_SERVE_NATS"

// natsSpec is what such a server is told.
type natsSpec struct {
	Name         string
	Port, Routes int
	Peers        []int
	Store        string
	// Secure asks for TLS, a user and a password.
	Secure *Secured
}

// Secured is what a server that trusts nobody is told.
type Secured struct {
	Cert, Key, User, Password string
}

// serve runs a NATS server until the process ends.
func (spec *natsSpec) serve() error {
	opts := &natsserver.Options{
		ServerName: spec.Name, Host: "127.0.0.1", Port: spec.Port, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: spec.Store, SyncAlways: true, JetStreamMaxStore: 10 << 30,
		Cluster: natsserver.ClusterOpts{Name: "gov", Host: "127.0.0.1", Port: spec.Routes},
	}
	if spec.Routes == 0 {
		opts.Cluster = natsserver.ClusterOpts{}
	}
	if sec := spec.Secure; sec != nil {
		pair, err := tls.LoadX509KeyPair(sec.Cert, sec.Key)
		if err != nil {
			return err
		}
		opts.Username, opts.Password = sec.User, sec.Password
		opts.TLS, opts.TLSTimeout, opts.TLSConfig = true, 5, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	for _, p := range spec.Peers {
		opts.Routes = append(opts.Routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", p)})
	}
	ns, err := natsserver.NewServer(opts)
	if err != nil {
		return err
	}
	ns.Start()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	<-ctx.Done()
	ns.Shutdown()
	ns.WaitForShutdown()
	return nil
}

// NATS is a cluster of three servers, each a process of its own that can be killed.
type NATS struct {
	specs []natsSpec
	nodes []*exec.Cmd
	out   []*bytes.Buffer
}

// FreePorts returns ports of loopback on which nothing listens.
func FreePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		// All are held until the last is known, so that none comes twice.
		defer func() {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		}()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// StartNATS starts the three servers and ends them with the test.
func StartNATS(t testing.TB) *NATS {
	t.Helper()
	dir := t.TempDir()
	ports := FreePorts(t, 6)
	n := &NATS{nodes: make([]*exec.Cmd, 3), out: make([]*bytes.Buffer, 3)}
	for i := range 3 {
		n.specs = append(n.specs, natsSpec{Name: fmt.Sprint("n", i), Port: ports[i], Routes: ports[3+i], Peers: ports[3:], Store: filepath.Join(dir, fmt.Sprint(i))})
	}
	for i := range 3 {
		n.Start(t, i)
	}
	t.Cleanup(func() {
		for i := range 3 {
			n.Kill(t, i)
		}
	})
	return n
}

// StartSecureNATS starts one server that asks for TLS, a user and a password.
func StartSecureNATS(t testing.TB, secure Secured) *NATS {
	t.Helper()
	n := &NATS{nodes: make([]*exec.Cmd, 1), out: make([]*bytes.Buffer, 1)}
	n.specs = []natsSpec{{Name: "secure", Port: FreePorts(t, 1)[0], Store: t.TempDir(), Secure: &secure}}
	n.Start(t, 0)
	t.Cleanup(func() { n.Kill(t, 0) })
	return n
}

// URL names all servers.
func (n *NATS) URL() string {
	var hosts []string
	for _, s := range n.specs {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", s.Port))
	}
	return "nats://" + strings.Join(hosts, ",")
}

// Node is the HOST:PORT of one server.
func (n *NATS) Node(i int) string { return fmt.Sprintf("127.0.0.1:%d", n.specs[i].Port) }

// Start starts one server on the store that it had.
func (n *NATS) Start(t testing.TB, i int) {
	t.Helper()
	spec, err := json.Marshal(n.specs[i])
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), self)
	c.Env = append(os.Environ(), serveNATS+"="+string(spec))
	n.out[i] = &bytes.Buffer{}
	c.Stdout, c.Stderr = n.out[i], n.out[i]
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	n.nodes[i] = c
	Eventually(t, 10*time.Second, "NATS server listens", func() bool {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", n.specs[i].Port))
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
}

// Kill ends one server as a crash would; nothing is flushed or said.
func (n *NATS) Kill(t testing.TB, i int) {
	t.Helper()
	if n.nodes[i] == nil {
		return
	}
	if err := n.nodes[i].Process.Kill(); err != nil {
		t.Errorf("kill NATS server %d: %v: %s", i, err, n.out[i])
	}
	// A killed process ends with an error, which is what was asked for.
	if err := n.nodes[i].Wait(); err == nil {
		t.Errorf("NATS server %d ended by itself: %s", i, n.out[i])
	}
	n.nodes[i] = nil
}

// Eventually polls until f is true and fails the test when it never is.
func Eventually(t testing.TB, limit time.Duration, what string, f func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(limit)
	for !f() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}
