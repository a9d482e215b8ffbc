package tracker_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"govwatch/notice"
	"govwatch/store/tracker"
)

func newFile(t *testing.T) (string, *tracker.Tracker) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tracker.db")
	return path, openAt(t, path)
}

func openAt(t *testing.T, path string) *tracker.Tracker {
	t.Helper()
	tr, err := tracker.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	})
	return tr
}

// raw gives access behind the tracker's back.
func raw(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), statement)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, url, want string) {
	t.Helper()
	tr, err := tracker.Open(t.Context(), url)
	if err == nil {
		t.Errorf("%s opens", url)
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
		return
	}
	if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v; want one line with %q", url, err, want)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	path, tr := newFile(t)
	if err := tr.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	refused(t, "sqlite:"+path, "schema 9999")
}

func TestBadAddressesAreOneLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 300)), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"": "sqlite:PATH", "sqlite:": "sqlite:PATH", "mysql://x": "sqlite:PATH", "sqlite:" + dir: dir,
		"sqlite:" + text: "no SQLite file", "sqlite:" + filepath.Join(text, "x.db"): text,
		"postgres://u:hunter2@127.0.0.1:1/x": "127.0.0.1:1", "postgres://u:hunt%er2@h/x": "%XX",
	} {
		refused(t, url, want)
	}
	_, err := tracker.Open(t.Context(), "postgres://u:hunter2@127.0.0.1:1/x")
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the password is shown: %v", err)
	}
}

func TestBackupIsATrackerOfItsOwn(t *testing.T) {
	t.Parallel()
	_, tr := newFile(t)
	if err := tr.PutSources(t.Context(), []notice.Source{{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "back up's.db")
	if err := tr.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := tr.Backup(t.Context(), copied); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("an older back-up is written over: %v", err)
	}
	if err := tr.SetState(t.Context(), "a", notice.Paused, "", time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	s, err := openAt(t, copied).Source(t.Context(), "a")
	if err != nil || s.State != notice.Active {
		t.Errorf("restored source %+v, %v; want the state as of the back-up", s, err)
	}
	if err := tr.Backup(t.Context(), filepath.Join(t.TempDir(), "none", "x.db")); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("back-up into a folder that is not there: %v", err)
	}
}

func TestMemoryOfAnOlderSchemaIsKept(t *testing.T) {
	t.Parallel()
	path, tr := newFile(t)
	if err := tr.PutSources(t.Context(), []notice.Source{{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		again := openAt(t, path)
		if all, err := again.Sources(t.Context()); err != nil || len(all) != 1 {
			t.Fatalf("after opening again: %v, %v", all, err)
		}
	}
}
