package reader

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Options say how a Guard starts its child. The zero value is usable.
type Options struct {
	// Exe is the program to start as a child; it must call ChildMain. Empty
	// means the running program.
	Exe string
	// Env is added to the environment of the child, as NAME=value.
	Env []string
	// CacheDir keeps the compiled PDF module (about 20 MB), without which each
	// child needs three seconds to start. Empty means the user's cache folder,
	// or a temporary one when there is none.
	CacheDir string
	// Limits has Default for each field that is zero.
	Limits Limits
	// OCR reads scanned pages with the tesseract program when it is installed.
	OCR bool
}

// Guard reads files in a child process that it watches. It is safe for
// concurrent use; files are read one after the other.
type Guard struct {
	opts Options
	// turn holds one token: who has it owns child, warmed and closed.
	turn   chan struct{}
	child  *child
	warmed bool // the PDF module stands compiled in the cache folder
	closed bool
	// tempCache is removed on Close.
	tempCache string
}

var errClosed = errors.New("the reader is closed")

// NewGuard checks that a child can be started later; it starts none. Close
// frees what it holds.
func NewGuard(opts Options) (*Guard, error) {
	if opts.Exe == "" {
		exe, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find own program for the reader child: %w", err)
		}
		opts.Exe = exe
	}
	opts.Limits = opts.Limits.withDefaults()
	g := &Guard{opts: opts, turn: make(chan struct{}, 1)}
	if err := g.openCache(); err != nil {
		return nil, err
	}
	g.turn <- struct{}{}
	return g, nil
}

func (g *Guard) openCache() error {
	dir := g.opts.CacheDir
	if dir == "" {
		if user, err := os.UserCacheDir(); err == nil {
			dir = filepath.Join(user, "govwatch")
		}
	}
	if dir != "" && writable(dir) {
		g.opts.CacheDir = dir
		return nil
	}
	if g.opts.CacheDir != "" {
		return fmt.Errorf("the reader cannot write to its cache folder %s: make it writable or name another", dir)
	}
	temp, err := os.MkdirTemp("", "govwatch-reader-")
	if err != nil {
		return fmt.Errorf("make a cache folder for the reader: %w", err)
	}
	g.opts.CacheDir, g.tempCache = temp, temp
	return nil
}

func writable(dir string) bool {
	if os.MkdirAll(dir, 0o700) != nil {
		return false
	}
	f, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return false
	}
	return errors.Join(f.Close(), os.Remove(f.Name())) == nil
}

// Read returns the text of a file. name is used in messages only. What is wrong
// with the file (encrypted, damaged, too long) is in Text.Problems with a nil
// error. The error is fault.Permanent when this file broke a limit of the child
// or ended it, and fault.Transient when the context ended or no child could be
// started; Text.Kind is set even then. The caller decides about a retry.
func (g *Guard) Read(ctx context.Context, name string, b []byte) (Text, error) {
	none := Text{Kind: Sniff(b)}
	select {
	case <-g.turn:
	case <-ctx.Done():
		return none, fmt.Errorf("read %s: %w", name, ctx.Err())
	}
	defer func() { g.turn <- struct{}{} }()
	if g.closed {
		return none, fmt.Errorf("read %s: %w", name, errClosed)
	}
	t, err := g.readOnce(ctx, name, b)
	if errors.Is(err, errStale) {
		// The child had served other files, so its end may not be this one's
		// fault: try once in a fresh one.
		t, err = g.readOnce(ctx, name, b)
	}
	if err != nil {
		return none, fmt.Errorf("read %s (%s, %d bytes): %w", name, none.Kind, len(b), err)
	}
	return t, nil
}

// readOnce must be called with the turn.
func (g *Guard) readOnce(ctx context.Context, name string, b []byte) (Text, error) {
	if needsPDF(Sniff(b)) {
		if err := g.warm(ctx); err != nil {
			return Text{}, err
		}
	}
	if err := g.needChild(); err != nil {
		return Text{}, err
	}
	c := g.child
	t, err := c.read(ctx, request{Name: name, Limits: g.opts.Limits, OCR: g.opts.OCR}, b)
	if err != nil {
		g.child = nil
		return Text{}, errors.Join(err, c.kill())
	}
	g.retire()
	return t, nil
}

// Close ends the child and waits for it. Read fails afterwards. It is safe to
// call more than once.
func (g *Guard) Close() error {
	<-g.turn
	defer func() { g.turn <- struct{}{} }()
	g.closed = true
	if g.child != nil {
		g.child.stop()
		g.child = nil
	}
	if g.tempCache == "" {
		return nil
	}
	if err := os.RemoveAll(g.tempCache); err != nil {
		return fmt.Errorf("remove the reader's temporary cache: %w", err)
	}
	g.tempCache = ""
	return nil
}

// stopTimeout is how long a child without work may take to end by itself.
const stopTimeout = 2 * time.Second
