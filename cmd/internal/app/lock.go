package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// errInUse says that another process has the data folder.
var errInUse = errors.New("is in use")

// folderLock keeps a data folder to one process. The kernel drops it when the
// process ends, however it ends, so a stale lock cannot exist.
type folderLock struct{ f *os.File }

// lockFolder makes the folder and takes its lock, or says who has it.
func lockFolder(dir string) (*folderLock, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open data folder: %w; choose another with data: or --data", err)
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w; choose another with data: or --data", err)
	}
	if err := waitLock(f); err != nil {
		owner, readErr := io.ReadAll(io.LimitReader(f, 32))
		closeErr := f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("data folder %s %w by process %s; stop it or choose another with data: or --data",
				dir, errInUse, strings.TrimSpace(string(owner))), readErr, closeErr)
		}
		return nil, errors.Join(fmt.Errorf("lock data folder %s: %w", dir, err), closeErr)
	}
	if err := f.Truncate(0); err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock data folder %s: %w", dir, err), f.Close())
		}
	}
	return &folderLock{f}, nil
}

// dying is how long a process that was killed may still hold what it had.
const dying = 3 * time.Second

// waitLock takes the lock, or gives up when another process keeps it.
func waitLock(f *os.File) error {
	deadline := time.NewTimer(dying)
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		select {
		case <-deadline.C:
			return err
		case <-look.C:
		}
	}
}

// Close gives the folder back.
func (l *folderLock) Close() error { return l.f.Close() }

// clockFile holds the latest moment at which a round of the data folder began.
const clockFile = "clock"

// lastMoment is the zero time when the folder has seen none.
func lastMoment(dir string) (time.Time, error) {
	b, err := os.ReadFile(filepath.Join(dir, clockFile))
	if errors.Is(err, os.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read clock of data folder: %w", err)
	}
	last, err := time.Parse(time.RFC3339, strings.TrimSpace(string(b)))
	if err != nil {
		return time.Time{}, nil //nolint:nilerr // an unreadable moment bounds nothing
	}
	return last, nil
}

// checkClock refuses a moment earlier than one the folder has seen, and
// remembers this one: schedules and ages would lie on a clock that goes back.
func checkClock(dir string, now time.Time) error {
	last, err := lastMoment(dir)
	if err != nil {
		return err
	}
	if now.Before(last) {
		return fmt.Errorf("%w: --now %s is before %s, which data folder %s has seen; give a later moment or another folder",
			ErrConfig, now.Format(time.RFC3339), last.Format(time.RFC3339), dir)
	}
	path := filepath.Join(dir, clockFile)
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, []byte(now.UTC().Format(time.RFC3339)+"\n"), 0o644); err != nil {
		return fmt.Errorf("write clock of data folder: %w", err)
	}
	return os.Rename(tmp, path)
}
