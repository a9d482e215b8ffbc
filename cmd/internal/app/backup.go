package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/store/fileblob"
	"govwatch/store/tracker"
)

// Names inside the folder of a back-up.
const (
	backupSQLite   = "tracker.db"
	backupPostgres = "tracker.dump"
	backupArchive  = "archive"
	// backupUnfinished stands there while a back-up is written, and stays when it
	// is cut off: its tracker may name bodies that were not copied.
	backupUnfinished = "unfinished"
)

// CopyReport says what a back-up or a restore moved.
type CopyReport = ArchiveReport

// Backup copies the tracker and then every body that the tracker names: in this
// order, because a body is durable before a row names it. A body that is missing
// or damaged is reported and does not stop the rest.
func Backup(ctx context.Context, cfg Config, dir string) (r CopyReport, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return r, fmt.Errorf("make back-up folder: %w", err)
	}
	mark := filepath.Join(dir, backupUnfinished)
	if err := os.WriteFile(mark, nil, 0o640); err != nil {
		return r, fmt.Errorf("begin back-up: %w", err)
	}
	defer func() {
		if err == nil {
			err = os.Remove(mark)
		}
	}()
	if err := copierOf(cfg).backup(ctx, dir); err != nil {
		return r, err
	}
	from, err := openArchive(ctx, cfg)
	if err != nil {
		return r, err
	}
	to, err := fileblob.Open(filepath.Join(dir, backupArchive))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, tr.Close()) }()
	return copyBodies(ctx, tr, from, to)
}

// Restore is the way back, into backends that are empty. The bodies come first,
// so that no row ever names a body that is not there.
func Restore(ctx context.Context, cfg Config, dir string) (r CopyReport, err error) {
	if mark := filepath.Join(dir, backupUnfinished); fileExists(mark) {
		return r, fmt.Errorf("%w: the back-up in %s was cut off: run govwatch backup into it again, or delete %s to restore what there is", ErrConfig, dir, mark)
	}
	from, err := fileblob.Open(filepath.Join(dir, backupArchive))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := openArchive(ctx, cfg)
	if err != nil {
		return r, err
	}
	r.Bad = []BadBlob{}
	err = from.Walk(ctx, func(key notice.BlobKey, _ int64) error {
		return copyBody(ctx, &r, from, to, notice.BlobUse{Key: key})
	})
	if err != nil {
		return r, fmt.Errorf("restore archive: %w", err)
	}
	if err := copierOf(cfg).restore(ctx, dir); err != nil {
		return r, err
	}
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return r, err
	}
	_, err = tr.Unsend(ctx, unhandled)
	return r, errors.Join(err, tr.Close())
}

func fileExists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// unhandled is how old an event may have been when the back-up was made and not
// be handled yet: the bus itself is in no back-up, so these are announced again.
const unhandled = 7 * 24 * time.Hour

func copyBodies(ctx context.Context, tr *tracker.Tracker, from, to Archive) (r CopyReport, err error) {
	r.Bad = []BadBlob{}
	seen := map[notice.BlobKey]bool{}
	err = tr.Blobs(ctx, func(use notice.BlobUse) error {
		if seen[use.Key] {
			return nil
		}
		seen[use.Key] = true
		return copyBody(ctx, &r, from, to, use)
	})
	return r, err
}

func copyBody(ctx context.Context, r *CopyReport, from, to Archive, use notice.BlobUse) error {
	var body bytes.Buffer
	n, err := readBlob(ctx, from, use.Key, &body)
	switch {
	case errors.Is(err, notice.ErrUnknown), errors.Is(err, notice.ErrCorrupt):
		r.Bad = append(r.Bad, BadBlob{use.Key, use.URL, err.Error()})
		return nil
	case err != nil:
		return err
	}
	if _, err := to.Put(ctx, body.Bytes(), notice.BlobMeta{URL: use.URL, FetchedAt: service.Real().Now()}); err != nil {
		return err
	}
	r.Blobs++
	r.Bytes += n
	return nil
}

// copier saves the tracker in a folder and brings it back into one that is empty.
type copier interface {
	// backup writes a new copy beside the last one and then takes its place: a
	// crash leaves the last one.
	backup(ctx context.Context, dir string) error
	restore(ctx context.Context, dir string) error
}

// fileCopier copies a tracker that is a file.
type fileCopier struct{ path string }

func (c fileCopier) backup(ctx context.Context, dir string) error {
	part := filepath.Join(dir, backupSQLite+".part")
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("clear half a back-up: %w", err)
	}
	tr, err := tracker.Open(ctx, "sqlite:"+c.path)
	if err != nil {
		return err
	}
	if err := errors.Join(tr.Backup(ctx, part), tr.Close()); err != nil {
		return err
	}
	return os.Rename(part, filepath.Join(dir, backupSQLite))
}

func (c fileCopier) restore(ctx context.Context, dir string) error {
	if _, err := os.Lstat(c.path); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: restore tracker: %s is there already; move it away first", ErrConfig, c.path)
	}
	tr, err := tracker.Open(ctx, "sqlite:"+filepath.Join(dir, backupSQLite))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o750); err != nil {
		return errors.Join(fmt.Errorf("make tracker folder: %w", err), tr.Close())
	}
	return errors.Join(tr.Backup(ctx, c.path), tr.Close())
}

// serverCopier copies a tracker on a PostgreSQL server with that server's tools.
type serverCopier struct{ address string }

func (c serverCopier) backup(ctx context.Context, dir string) error {
	return postgresTool(ctx, c.address, "pg_dump", filepath.Join(dir, backupPostgres), "--format=custom", "--no-owner", "--file="+filepath.Join(dir, backupPostgres+".part"))
}

func (c serverCopier) restore(ctx context.Context, dir string) error {
	return postgresTool(ctx, c.address, "pg_restore", "", "--exit-on-error", "--single-transaction", "--no-owner", filepath.Join(dir, backupPostgres))
}

// postgresTool runs a program of PostgreSQL's. The password goes through the
// environment: arguments can be seen by everybody on the machine. With done, the
// program writes done.part, which takes its place when it is whole.
func postgresTool(ctx context.Context, address, name, done string, args ...string) error {
	address, password, err := withoutPassword(address)
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, name, append([]string{"--dbname=" + address}, args...)...)
	c.Env = os.Environ()
	if password != "" {
		c.Env = append(c.Env, "PGPASSWORD="+password)
	}
	out, err := c.CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%s is not installed; install the client programs of PostgreSQL (postgresql-client)", name)
	case err != nil:
		return fmt.Errorf("%s: %w: %s", name, err, firstLine(string(out)))
	}
	if done == "" {
		return nil
	}
	return os.Rename(done+".part", done)
}
