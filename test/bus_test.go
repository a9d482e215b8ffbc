package test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"govwatch/bus"
	"govwatch/bus/bustest"
	"govwatch/notice"
)

// natsNode is one external server: it listens on loopback, and govwatch
// reaches it by its URL alone.
type natsNode struct {
	opts server.Options
	ns   *server.Server
}

func (n *natsNode) start(t *testing.T) {
	t.Helper()
	opts := n.opts
	ns, err := server.NewServer(&opts)
	if err != nil {
		t.Fatal(err)
	}
	ns.Start()
	if !ns.ReadyForConnections(bustest.Limit) {
		t.Fatal("the NATS server does not get ready")
	}
	n.ns = ns
}

func (n *natsNode) stop() {
	n.ns.Shutdown()
	n.ns.WaitForShutdown()
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func node(t *testing.T, name string, change func(*server.Options)) *natsNode {
	t.Helper()
	n := &natsNode{opts: server.Options{ServerName: name, Host: "127.0.0.1", Port: freePort(t), JetStream: true, StoreDir: t.TempDir(),
		SyncAlways: true, NoSigs: true, NoLog: true, JetStreamMaxStore: 10 << 30}}
	if change != nil {
		change(&n.opts)
	}
	return n
}

func single(t *testing.T, change func(*server.Options)) *natsNode {
	t.Helper()
	n := node(t, "one", change)
	n.start(t)
	t.Cleanup(func() { n.stop() })
	return n
}

func (n *natsNode) url() string { return fmt.Sprintf("nats://127.0.0.1:%d", n.opts.Port) }

// natsCluster is three servers that keep three copies of everything.
type natsCluster []*natsNode

func cluster(t *testing.T) natsCluster {
	t.Helper()
	ports := []int{freePort(t), freePort(t), freePort(t)}
	var routes []*url.URL
	for _, p := range ports {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", p)})
	}
	var c natsCluster
	for i, p := range ports {
		c = append(c, node(t, fmt.Sprint("n", i), func(o *server.Options) {
			o.Cluster = server.ClusterOpts{Name: "gov", Host: "127.0.0.1", Port: p}
			o.Routes = routes
		}))
	}
	c.start(t)
	t.Cleanup(c.stop)
	return c
}

func (c natsCluster) start(t *testing.T) {
	t.Helper()
	for _, n := range c {
		opts := n.opts
		ns, err := server.NewServer(&opts)
		if err != nil {
			t.Fatal(err)
		}
		n.ns = ns
		ns.Start()
	}
	for _, n := range c {
		if !n.ns.ReadyForConnections(bustest.Limit) {
			t.Fatal("a NATS server does not get ready")
		}
	}
}

func (c natsCluster) stop() {
	for _, n := range c {
		n.stop()
	}
}

func (c natsCluster) url() string {
	var hosts []string
	for _, n := range c {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", n.opts.Port))
	}
	return "nats://" + strings.Join(hosts, ",")
}

func TestBusContractOnOneServer(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(t *testing.T) bustest.Server { return bustest.Server{URL: single(t, nil).url(), Shared: true} })
}

// TestBusContractOnACluster shares the machine with other tests: its parts run
// two at a time, for each has three servers of its own.
func TestBusContractOnACluster(t *testing.T) {
	t.Parallel()
	slots := make(chan struct{}, 2)
	bustest.Run(t, func(t *testing.T) bustest.Server {
		slots <- struct{}{}
		t.Cleanup(func() { <-slots })
		return bustest.Server{URL: cluster(t).url(), Shared: true}
	})
}

// memoryOutbox is an outbox whose rows vanish when they are marked.
type memoryOutbox struct {
	mu   sync.Mutex
	rows []notice.Outgoing
}

func (o *memoryOutbox) Pending(_ context.Context, n int) ([]notice.Outgoing, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.rows[:min(n, len(o.rows))]), nil
}

func (o *memoryOutbox) MarkSent(_ context.Context, seqs []int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = slices.DeleteFunc(o.rows, func(r notice.Outgoing) bool { return slices.Contains(seqs, r.Seq) })
	return nil
}

func (o *memoryOutbox) left() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.rows)
}

// TestBusLosesANode stops one server, later all three, while the outbox moves,
// tasks run and events are handled: nothing is lost, no host sees two tasks.
func TestBusLosesANode(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	open := func() *bus.Bus { return bustest.Open(t, bustest.Server{URL: c.url(), Shared: true}) }
	one, two := open(), open()

	const events, tasks = 300, 60
	var box memoryOutbox
	for n := range events {
		e := bustest.NewEvent(notice.DocumentNew, fmt.Sprint("d", n%20), n)
		box.rows = append(box.rows, notice.Outgoing{Seq: int64(n + 1), Event: &e})
	}
	var mu sync.Mutex
	seen := map[notice.EventID]int{}
	runs := map[notice.SourceID]int{}
	onHost := map[string]int{}
	var overlap atomic.Int32
	work := func(ctx context.Context, task notice.Task) error {
		mu.Lock()
		runs[task.Source]++
		if onHost[task.Host]++; onHost[task.Host] > 1 {
			overlap.Add(1)
		}
		mu.Unlock()
		defer func() { mu.Lock(); onHost[task.Host]--; mu.Unlock() }()
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	for i, b := range []*bus.Bus{one, two} {
		bustest.Go(t, func(ctx context.Context) error { return b.ConsumeTasks(ctx, fmt.Sprint("w", i), work) })
		bustest.Go(t, func(ctx context.Context) error {
			return b.ConsumeEvents(ctx, "extract", []notice.EventKind{notice.DocumentNew}, 4, func(_ context.Context, e notice.Event) error {
				mu.Lock()
				defer mu.Unlock()
				seen[e.ID]++
				return nil
			})
		})
	}
	for n := range tasks {
		task := bustest.NewTask(fmt.Sprint("s", n), fmt.Sprint("host", n%6), 1)
		bustest.Eventually(t, "a task is published", func() bool { return one.PublishTask(t.Context(), task) == nil })
	}
	bustest.Go(t, func(ctx context.Context) error { return one.Relay(ctx, &box, nil) })
	c[0].stop()
	bustest.Eventually(t, "the outbox moves with two servers", func() bool { return box.left() < events })
	c[0].start(t)
	bustest.Eventually(t, "the outbox is empty", func() bool { return box.left() == 0 })
	c.stop()
	c.start(t)
	bustest.Eventually(t, "everything is handled", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) == events && len(runs) == tasks
	})
	bustest.Eventually(t, "the bus is idle", func() bool {
		ok, err := two.Idle(t.Context())
		return ok && err == nil
	})
	if overlap.Load() != 0 {
		t.Errorf("%d tasks overlapped on a host", overlap.Load())
	}
	dead, err := two.Dead(t.Context())
	if err != nil || len(dead) != 0 {
		t.Errorf("dead letters %v (%v)", dead, err)
	}
}

// TestBusStartsBeforeItsServers: in a cluster of processes nobody starts last.
func TestBusStartsBeforeItsServers(t *testing.T) {
	t.Parallel()
	n := node(t, "late", nil)
	opened := make(chan error, 1)
	go func() {
		b, err := bus.Open(context.Background(), n.url(), bus.Options{})
		if err == nil {
			err = b.Close(context.Background())
		}
		opened <- err
	}()
	n.start(t)
	t.Cleanup(func() { n.stop() })
	select {
	case err := <-opened:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(bustest.Limit):
		t.Error("the bus does not open")
	}
}

func TestBusRefusals(t *testing.T) {
	t.Parallel()
	refused := func(name, url string, o bus.Options, parts ...string) {
		t.Helper()
		o.OpenTimeout = 5 * time.Second
		start := time.Now()
		_, err := bus.Open(t.Context(), url, o)
		if err == nil {
			t.Fatalf("%s: it opened", name)
		}
		for _, p := range parts {
			if !strings.Contains(err.Error(), p) {
				t.Errorf("%s: %v, want %q in it", name, err, p)
			}
		}
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") || time.Since(start) > 10*time.Second {
			t.Errorf("%s: a secret, two lines or too late: %v", name, err)
		}
	}
	guarded := single(t, func(o *server.Options) { o.Username, o.Password = "watch", "right" })
	host := strings.TrimPrefix(guarded.url(), "nats://")
	refused("wrong password", "nats://watch:hunter2@"+host, bus.Options{}, "check user, password", "***@127.0.0.1")
	refused("no password", guarded.url(), bus.Options{}, "check user, password")
	bustest.Open(t, bustest.Server{URL: "nats://watch:right@" + host})

	plain := single(t, func(o *server.Options) { o.JetStream = false })
	refused("no JetStream", plain.url(), bus.Options{}, "without JetStream")

	small := single(t, func(o *server.Options) { o.JetStreamMaxStore = 1 << 20 })
	refused("store too small", small.url(), bus.Options{}, "create stream TASKS", "insufficient storage")
}

// TestBusCredentials uses an nkey user by credentials-like means of the server:
// the file must be readable and the right one.
func TestBusCredentials(t *testing.T) {
	t.Parallel()
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	seed, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	s := single(t, nil)
	file := filepath.Join(t.TempDir(), "user.creds")
	creds := "-----BEGIN NATS USER JWT-----\nnot.a.jwt\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n" + string(seed) + "\n------END USER NKEY SEED------\n"
	if err := os.WriteFile(file, []byte(creds), 0o600); err != nil {
		t.Fatal(err)
	}
	// A server that asks for nothing takes anybody; what is tested is that the file is used.
	bustest.Open(t, bustest.Server{URL: s.url(), Options: bus.Options{Creds: file}})
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.Open(t.Context(), s.url(), bus.Options{Creds: file, OpenTimeout: time.Second}); err == nil {
		t.Error("a credentials file without credentials was accepted")
	}
}
