package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"govwatch/bus"
	"govwatch/internal/secret"
	"govwatch/notice"
	"govwatch/store/fileblob"
	"govwatch/store/s3blob"
	"govwatch/store/tracker"
)

// Archive is what every archive backend offers.
type Archive interface {
	Put(ctx context.Context, body []byte, meta notice.BlobMeta) (notice.BlobKey, error)
	Open(ctx context.Context, key notice.BlobKey) (io.ReadCloser, error)
}

// backends are what a process needs before any role can start.
type backends struct {
	archive Archive
	tracker *tracker.Tracker
	bus     *bus.Bus
	// lock is held on the data folder when any of them lives in it.
	lock *folderLock
}

// open turns the three URLs into backends: the only switch on a scheme, and the
// only place that knows whether this process is alone.
func open(ctx context.Context, c Config, now time.Time, log *slog.Logger) (b backends, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close(ctx), b.unlock())
			b = backends{}
		}
	}()
	if c.Embedded() {
		if b.lock, err = lockFolder(c.Data); err != nil {
			return b, err
		}
		if err = checkClock(c.Data, now); err != nil {
			return b, err
		}
	}
	if b.archive, err = openArchive(ctx, c); err != nil {
		return b, err
	}
	switch scheme, _, _ := strings.Cut(c.Tracker, ":"); scheme {
	case "sqlite", "postgres", "postgresql":
		b.tracker, err = tracker.Open(ctx, c.Tracker)
	default:
		err = fmt.Errorf("%w: tracker %q: want sqlite:FILE or postgres://…", ErrConfig, c.Tracker)
	}
	if err != nil {
		return b, err
	}
	if b.lock != nil {
		// Whoever held a claim was the process before, and is dead.
		if err = b.tracker.ForgetClaims(ctx); err != nil {
			return b, err
		}
	}
	switch scheme, _, _ := strings.Cut(c.Bus, ":"); scheme {
	case "embedded", "nats", "tls":
		b.bus, err = bus.Open(ctx, c.Bus, busOptions(c, log))
	default:
		err = fmt.Errorf("%w: bus %q: want embedded:DIR or nats://HOST,HOST", ErrConfig, c.Bus)
	}
	return b, err
}

// Embedded reports whether any backend lives inside this process.
func (c Config) Embedded() bool {
	_, inFile := trackerFile(c)
	return inFile || busInside(c) || strings.HasPrefix(c.Archive, "file:")
}

// busInside reports that the bus lives in the process that owns the data folder.
func busInside(c Config) bool { return strings.HasPrefix(c.Bus, "embedded:") }

// trackerFile is the file of a tracker that is one.
func trackerFile(c Config) (path string, inFile bool) { return strings.CutPrefix(c.Tracker, "sqlite:") }

// stored returns an error when there is no tracker yet: a look must not create one.
func stored(c Config) error {
	path, inFile := trackerFile(c)
	if !inFile {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("%w: no tracker at %s; name the data folder with --data or a configuration with --config", ErrConfig, path)
	}
	return nil
}

// copierOf is how the tracker is backed up and restored.
func copierOf(c Config) copier {
	if path, inFile := trackerFile(c); inFile {
		return fileCopier{path}
	}
	return serverCopier{c.Tracker}
}

// alone takes the data folder for itself where a backend lives in it, until
// release is called; elsewhere nobody has to be alone.
func alone(c Config) (release func() error, err error) {
	if !c.Embedded() {
		return func() error { return nil }, nil
	}
	lock, err := lockFolder(c.Data)
	if err != nil {
		return nil, err
	}
	return lock.Close, nil
}

// addressFile holds the address of the process that owns a data folder.
const addressFile = "address"

// noteAddress tells others where the owner of the data folder answers, until
// forget is called. Who owns none is asked through the servers of the backends.
func (b *backends) noteAddress(dir, address string) (forget func() error, err error) {
	if b.lock == nil {
		return func() error { return nil }, nil
	}
	path := filepath.Join(dir, addressFile)
	if err := os.WriteFile(path, []byte(address+"\n"), 0o644); err != nil {
		return nil, fmt.Errorf("note status address: %w", err)
	}
	return func() error { return os.Remove(path) }, nil
}

// busOwner returns where the process answers that has the bus inside it, empty
// when there is none. A killed one leaves its address behind.
func busOwner(c Config) string {
	if !busInside(c) {
		return ""
	}
	address, err := os.ReadFile(filepath.Join(c.Data, addressFile))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(address))
}

func busOptions(c Config, log *slog.Logger) bus.Options {
	wait := c.NATS.Takeover
	return bus.Options{
		Log: log, Creds: c.NATS.Credentials, CA: c.NATS.CA, Cert: c.NATS.Cert, Key: c.NATS.Key,
		Timing: bus.Timing{TaskAckWait: wait, EventAckWait: wait, PinTTL: wait * 5 / 6, PullExpiry: max(wait/3, time.Second)},
	}
}

func openArchive(ctx context.Context, c Config) (Archive, error) {
	switch scheme, rest, _ := strings.Cut(c.Archive, ":"); scheme {
	case "file":
		return fileblob.Open(rest)
	case "s3":
		return openS3(ctx, c)
	}
	return nil, fmt.Errorf("%w: archive %q: want file:DIR or s3://BUCKET?endpoint=HOST:PORT", ErrConfig, c.Archive)
}

func openS3(ctx context.Context, c Config) (Archive, error) {
	s, err := s3blob.Parse(c.Archive)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	for _, key := range []struct {
		from secret.Text
		to   *string
	}{{c.S3.AccessKey, &s.AccessKey}, {c.S3.SecretKey, &s.SecretKey}} {
		v, err := reveal(key.from)
		if err != nil {
			return nil, err
		}
		if v.Set() {
			*key.to = v.Reveal()
		}
	}
	return s3blob.Open(ctx, s)
}

// close gives back what was opened, last first; what fails to close is lost to
// nobody, because every write was durable when it returned.
func (b backends) close(ctx context.Context) error {
	var err error
	if b.bus != nil {
		err = b.bus.Close(ctx)
	}
	if b.tracker != nil {
		if e := b.tracker.Close(); err == nil {
			err = e
		}
	}
	return err
}

// unlock gives the data folder back, after everything in it is closed.
func (b *backends) unlock() error {
	if b.lock == nil {
		return nil
	}
	err := b.lock.Close()
	b.lock = nil
	return err
}
