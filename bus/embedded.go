package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sys/unix"
)

// embedded is a server in this process. It owns its folder by a file lock, for
// two servers on one store would destroy it and the server does not check.
type embedded struct {
	ns    *server.Server
	lock  *os.File
	words *serverLog
}

// startEmbedded takes DIR or DIR?listen=127.0.0.1:4222. Without listen the
// server opens no port; with it other programs on this machine can follow events.
func startEmbedded(spec string, log *slog.Logger) (*embedded, error) {
	dir, query, _ := strings.Cut(spec, "?")
	if dir == "" {
		return nil, errors.New("open bus embedded: no folder; write embedded:DIR")
	}
	opts := &server.Options{
		// Without NoSigs the server takes over SIGINT; without SyncAlways an acked
		// message waits up to two minutes for the disk.
		ServerName: "embedded", DontListen: true, JetStream: true, StoreDir: dir, SyncAlways: true, NoSigs: true,
		JetStreamMaxStore: 10 << 30, JetStreamMaxMemory: 256 << 20,
	}
	if err := listen(opts, query); err != nil {
		return nil, fmt.Errorf("open bus embedded:%s: %w", spec, err)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open bus folder %s: %w; choose a folder that can be written", dir, err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	e := &embedded{lock: lock}
	e.ns, err = server.NewServer(opts)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start bus in %s: %w", dir, err), e.stop())
	}
	e.words = &serverLog{log: log}
	e.ns.SetLoggerV2(e.words, false, false, false)
	e.ns.Start()
	if !e.ns.ReadyForConnections(20*time.Second) || !e.ns.JetStreamEnabled() {
		why := e.words.last()
		if why == "" {
			why = "the server did not get ready in 20 s"
		}
		return nil, errors.Join(fmt.Errorf("start bus in %s: %s; free space on the disk or make the folder writable", dir, why), e.stop())
	}
	return e, nil
}

// listen opens a port on this machine only: the embedded server knows no users.
func listen(opts *server.Options, query string) error {
	if query == "" {
		return nil
	}
	v, err := url.ParseQuery(query)
	addr := v.Get("listen")
	if err != nil || addr == "" || len(v) != 1 {
		return fmt.Errorf("unknown option %q; the only one is listen=127.0.0.1:PORT", query)
	}
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("listen=%s: want a loopback address such as 127.0.0.1:4222; it has no users and must not be reached from outside", addr)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("listen=%s: %q is not a port", addr, port)
	}
	probe, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return fmt.Errorf("%w; choose another port", err)
	}
	opts.DontListen, opts.Host, opts.Port = false, host, n
	return probe.Close()
}

func lockFolder(dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open bus folder %s: %w; choose a folder that can be written", dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = errors.New("another process is using it; stop that one or choose another folder")
		}
		return nil, errors.Join(fmt.Errorf("open bus folder %s: %w", dir, err), f.Close())
	}
	return f, nil
}

func (e *embedded) stop() error {
	if e.ns != nil {
		e.ns.Shutdown()
		e.ns.WaitForShutdown()
	}
	// Closing the file drops the lock, after the streams are closed.
	return e.lock.Close()
}

// serverLog hands the server's complaints to our log and remembers the worst,
// which is the reason when the server does not start.
type serverLog struct {
	log *slog.Logger
	mu  sync.Mutex
	why string
	at  time.Time
}

// last is the latest complaint of the last minute.
func (l *serverLog) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.at) > time.Minute {
		return ""
	}
	return l.why
}

func (l *serverLog) Errorf(format string, v ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(format, v...), "\n", " ")
	l.mu.Lock()
	l.why, l.at = text, time.Now()
	l.mu.Unlock()
	l.log.Error("bus server reports an error", "err", text)
}

func (l *serverLog) Fatalf(format string, v ...any) { l.Errorf(format, v...) }

func (l *serverLog) Warnf(format string, v ...any) {
	l.log.Debug("bus server warns", "err", fmt.Sprintf(format, v...))
}

func (*serverLog) Noticef(string, ...any) {}
func (*serverLog) Debugf(string, ...any)  {}
func (*serverLog) Tracef(string, ...any)  {}

// wakeOrphans gives back what was in the hands of the process before, in its
// name: this process holds the folder's lock, so nobody is working on it, and
// without this a restart would wait for AckWait. The count of deliveries stays,
// so a message that kills each process is still given up.
func (b *Bus) wakeOrphans(ctx context.Context) error {
	for _, name := range []string{Tasks, Events} {
		s, err := b.js.Stream(ctx, name)
		if err != nil {
			return fmt.Errorf("look for interrupted work on %s: %w", name, err)
		}
		var left []*jetstream.ConsumerInfo
		err = eachConsumer(ctx, s, func(c *jetstream.ConsumerInfo) {
			if c.NumAckPending > 0 {
				left = append(left, c)
			}
		})
		if err != nil {
			return fmt.Errorf("look for interrupted work: %w", err)
		}
		for _, c := range left {
			if err := b.giveBackAll(c); err != nil {
				return fmt.Errorf("take up interrupted work: %w", err)
			}
		}
	}
	if err := b.nc.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("take up interrupted work: %w", err)
	}
	return nil
}

// giveBackAll refuses every delivery that a consumer may still wait for. The
// server takes no notice of a word about a message that was acked, so the whole
// range since the last gap is named rather than searched.
func (b *Bus) giveBackAll(c *jetstream.ConsumerInfo) error {
	for seq := c.AckFloor.Stream + 1; seq <= c.Delivered.Stream; seq++ {
		// $JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>
		subject := fmt.Sprintf("$JS.ACK.%s.%s.1.%d.%d.%d.0", c.Stream, c.Name, seq, c.Delivered.Consumer, time.Now().UnixNano())
		if err := b.nc.Publish(subject, []byte("-NAK")); err != nil {
			return fmt.Errorf("give back message %d of %s: %w", seq, c.Name, err)
		}
	}
	return nil
}
