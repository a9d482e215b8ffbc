package test

import (
	"errors"
	"strings"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
	"govwatch/store/s3blob"
	"govwatch/store/tracker"
	"govwatch/test/backends"
)

// The server crashes and comes back. No tracker is opened again: every call says
// that it may be repeated, nothing is lost, nothing doubled.
func TestPostgresRestart(t *testing.T) { // Not parallel: others share the server.
	tr, err := tracker.Open(t.Context(), servers.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	})
	alerts := []notice.Alert{{ID: "a", Rule: "r", Channel: "c", Event: "e"}}
	if _, err := tr.Raise(t.Context(), alerts); err != nil {
		t.Fatal(err)
	}
	servers.RestartPostgres(t, func() {
		for range 3 {
			_, err := tr.Raise(t.Context(), alerts)
			if err == nil || fault.Of(err) != fault.Transient || strings.Contains(err.Error(), "\n") {
				t.Errorf("write while the server is away: %v, kind %s", err, fault.Of(err))
			}
		}
	})
	for range 2 {
		if n, err := tr.Raise(t.Context(), alerts); err != nil || n != 0 {
			t.Errorf("after the restart: %d added, %v", n, err)
		}
	}
	if tally, err := tr.Tally(t.Context()); err != nil || tally.AlertsRaised != 1 {
		t.Errorf("tally %+v, %v", tally, err)
	}
}

// The store is away, and comes back: a put that did not happen says so, and no
// key is known whose bytes are not there.
func TestS3Away(t *testing.T) {
	t.Parallel()
	c, _ := servers.S3(t)
	g := backends.NewGate(t, c.Endpoint)
	c.Endpoint = g.Address()
	s, err := s3blob.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	before, err := s.Put(t.Context(), []byte("before"), notice.BlobMeta{})
	if err != nil {
		t.Fatal(err)
	}
	g.Shut(true)
	if _, err := s.Put(t.Context(), []byte("while away"), notice.BlobMeta{}); err == nil || fault.Of(err) != fault.Transient || strings.Contains(err.Error(), "\n") {
		t.Errorf("put while the store is away: %v", err)
	}
	if _, err := s.Open(t.Context(), before); err == nil || errors.Is(err, notice.ErrUnknown) || errors.Is(err, notice.ErrCorrupt) {
		t.Errorf("open while the store is away: %v; it must not look like a loss", err)
	}
	g.Shut(false)
	if _, err := s.Open(t.Context(), notice.KeyOf([]byte("while away"))); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("a put that failed is there: %v", err)
	}
	if _, err := s.Put(t.Context(), []byte("while away"), notice.BlobMeta{}); err != nil {
		t.Errorf("put after the store came back: %v", err)
	}
}
