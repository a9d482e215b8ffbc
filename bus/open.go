package bus

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options are what a URL does not say. The zero value is ready to use.
type Options struct {
	// Name shows in the server's list of connections.
	Name string
	// Creds is the path of a NATS credentials file, CA of a PEM file with the
	// authority of the servers' certificates, Cert and Key of a client certificate.
	Creds, CA, Cert, Key string
	// Parallel bounds the tasks that run at once in this process; zero means 16.
	Parallel int
	Timing   Timing
	Log      *slog.Logger
	// OpenTimeout bounds the wait for servers that are still starting; zero means 30 s.
	OpenTimeout time.Duration
}

// Bus is a connection to JetStream with the streams in place. All methods may
// be called concurrently.
type Bus struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	srv      *embedded
	log      *slog.Logger
	timing   Timing
	parallel int
	refused  atomic.Int64
	buried   atomic.Int64
	closing  sync.Once
}

// Open connects to embedded:DIR, a server inside this process that keeps its
// streams in DIR and opens no port, or to nats://a,b,c (tls://… with TLS). It
// creates the streams, and repairs limits that were changed by hand, with a log
// line. Errors are one line that says what to do.
func Open(ctx context.Context, url string, opts Options) (*Bus, error) {
	b := &Bus{log: opts.Log, timing: opts.Timing.withDefaults(), parallel: opts.Parallel}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.parallel <= 0 {
		b.parallel = 16
	}
	if opts.OpenTimeout <= 0 {
		opts.OpenTimeout = openTimeout
	}
	if err := b.open(ctx, url, opts); err != nil {
		return nil, errors.Join(err, b.Close(context.WithoutCancel(ctx)))
	}
	return b, nil
}

func (b *Bus) open(ctx context.Context, url string, opts Options) error {
	ctx, cancel := context.WithTimeout(ctx, opts.OpenTimeout)
	defer cancel()
	var err error
	if dir, ok := strings.CutPrefix(url, "embedded:"); ok {
		if b.srv, err = startEmbedded(dir, b.log); err != nil {
			return err
		}
		b.nc, err = nats.Connect("", append(b.common(opts), nats.InProcessServer(b.srv.ns))...)
	} else {
		b.nc, err = b.dial(ctx, url, opts)
	}
	if err != nil {
		return fmt.Errorf("open bus %s: %w", redact(url), err)
	}
	if b.js, err = jetstream.New(b.nc, jetstream.WithDefaultTimeout(5*time.Second)); err != nil {
		return fmt.Errorf("open bus %s: %w", redact(url), err)
	}
	if err := b.prepare(ctx); err != nil {
		return fmt.Errorf("open bus %s: %w", redact(url), err)
	}
	if b.srv != nil {
		return b.wakeOrphans(ctx)
	}
	return nil
}

func (b *Bus) common(opts Options) []nats.Option {
	name := opts.Name
	if name == "" {
		name = "govwatch"
	}
	return []nats.Option{
		nats.Name(name), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond),
		// Nothing is buffered while the line is down: a stale ack or publish that
		// arrives later would lie. Callers see the error and try again.
		nats.ReconnectBufSize(-1), nats.PingInterval(10 * time.Second), nats.MaxPingsOutstanding(2),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("bus reports an error", "err", err)
		}),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("bus is disconnected", "err", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) { b.log.Info("bus is connected again", "host", nc.ConnectedAddr()) }),
	}
}

// dial waits for servers that are still starting, but not for a refusal.
func (b *Bus) dial(ctx context.Context, url string, opts Options) (*nats.Conn, error) {
	o := b.common(opts)
	if opts.Creds != "" {
		if _, err := os.ReadFile(opts.Creds); err != nil {
			return nil, fmt.Errorf("read credentials: %w; name a readable file", err)
		}
		o = append(o, nats.UserCredentials(opts.Creds))
	}
	if opts.CA != "" || opts.Cert != "" {
		cfg, err := tlsConfig(opts)
		if err != nil {
			return nil, err
		}
		o = append(o, nats.Secure(cfg))
	}
	for {
		nc, err := nats.Connect(url, o...)
		if err == nil {
			return nc, nil
		}
		if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) || strings.Contains(err.Error(), "Authorization") {
			return nil, fmt.Errorf("%w; check user, password or credentials file", err)
		}
		if cert := (*tls.CertificateVerificationError)(nil); errors.As(err, &cert) {
			return nil, fmt.Errorf("%w; check the file of the certificate authority, and the name in the address", err)
		}
		if pause(ctx, 250*time.Millisecond) != nil {
			return nil, fmt.Errorf("%w; is a NATS server with JetStream running there?", err)
		}
	}
}

func tlsConfig(opts Options) (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if opts.CA != "" {
		pem, err := os.ReadFile(opts.CA)
		if err != nil {
			return nil, fmt.Errorf("read certificate authority: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read certificate authority %s: no PEM certificate in it", opts.CA)
		}
	}
	if opts.Cert != "" {
		pair, err := tls.LoadX509KeyPair(opts.Cert, opts.Key)
		if err != nil {
			return nil, fmt.Errorf("read client certificate: %w", err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

// redact hides what stands before the @ of each server of a URL.
func redact(url string) string {
	parts := strings.Split(url, ",")
	for i, p := range parts {
		if at := strings.LastIndex(p, "@"); at >= 0 {
			scheme := ""
			if j := strings.Index(p, "://"); j >= 0 {
				scheme = p[:j+3]
			}
			parts[i] = scheme + "***@" + p[at+1:]
		}
	}
	return strings.Join(parts, ",")
}

// Close ends the connection, and the embedded server after its streams are on
// disk. End the Consume and Relay calls first: what they still hold is
// delivered again at the next start.
// A second call does nothing.
func (b *Bus) Close(context.Context) (err error) {
	b.closing.Do(func() {
		if b.nc != nil {
			b.nc.Close()
		}
		if b.srv != nil {
			err = b.srv.stop()
		}
	})
	return err
}

// pause waits by the machine's clock: the bus talks to servers, not to the world.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
