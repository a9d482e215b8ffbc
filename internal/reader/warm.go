package reader

import (
	"context"
	"errors"
	"time"

	"govwatch/internal/fault"
)

// warmLimits bound the compilation of the PDF module, which a machine does once:
// three seconds and half a gigabyte where it is idle, minutes where it is slow
// or busy. No file may be blamed for it.
func warmLimits() Limits {
	return Limits{MemoryBytes: 2 << 30, Timeout: 10 * time.Minute}.withDefaults()
}

// needsPDF is true for files that are PDFs or may hold one.
func needsPDF(k Kind) bool {
	switch k {
	case KindPDF, KindZip, KindRar, KindGzip:
		return true
	}
	return false
}

// warm lets a child load the PDF module, and compile it into the cache folder
// first when it is not there. It must be called with the turn; its errors are
// fault.Transient, because they say nothing about a file.
func (g *Guard) warm(ctx context.Context) error {
	if g.warmed {
		return nil
	}
	if err := g.needChild(); err != nil {
		return err
	}
	c := g.child
	t, err := c.read(ctx, request{Warm: true, Limits: warmLimits()}, nil)
	if err == nil && len(t.Problems) > 0 {
		err = errors.New(t.Problems[0])
	}
	if err != nil {
		g.child = nil
		return fault.Errorf(fault.Transient, "load the PDF module: %w", errors.Join(err, c.kill()))
	}
	g.warmed = true
	g.retire()
	return nil
}

// needChild starts a child when none is there.
func (g *Guard) needChild() error {
	if g.child != nil {
		return nil
	}
	c, err := startChild(g.opts)
	if err != nil {
		return fault.Errorf(fault.Transient, "start reader child %s: %w", g.opts.Exe, err)
	}
	g.child = c
	return nil
}

// retire ends a child that has served enough or grown too large.
func (g *Guard) retire() {
	if c := g.child; c.worn(g.opts.Limits) {
		g.child = nil
		c.stop()
	}
}
