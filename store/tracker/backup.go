package tracker

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Backup writes a copy of the whole tracker, as of one moment, to a new file,
// while work goes on. To restore, open that file. It is for the embedded
// database; a server has tools of its own, which the error names.
func (t *Tracker) Backup(ctx context.Context, path string) error {
	statement, err := t.dialect.backup()
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up tracker to %s: the file is there already: choose another name", path)
	} else if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("back up tracker to %s: %w", path, err)
	}
	if _, err := t.write.ExecContext(ctx, statement, path); err != nil {
		return errors.Join(t.judge("back up to "+path, err), removeHalf(path))
	}
	return syncFile(path)
}

func removeHalf(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("back up tracker to %s: %w", path, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("back up tracker to %s: %w", path, err)
	}
	return nil
}
