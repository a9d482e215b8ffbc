package tracker

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// A full disk, played by a database that may not grow: one line that says so, to
// be tried again, and nothing of the write that failed.
func TestFullDiskIsOneLineAndLosesNothing(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	tr, err := Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := tr.PutSources(ctx, []notice.Source{{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	// The writer has one connection, so the limit holds for every write.
	var pages int
	if err := tr.write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		var is int
		if err := tr.write.QueryRowContext(ctx, "PRAGMA max_page_count = "+places(n, 1)[1:]).Scan(&is); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages)
	letter := notice.DeadLetter{ID: "big", Data: make([]byte, 1<<20)}
	err = tr.SaveDead(ctx, letter)
	if err == nil || !strings.Contains(err.Error(), "disk is full") || strings.Contains(err.Error(), "\n") || fault.Of(err) != fault.Transient {
		t.Errorf("write to a full disk: %v", err)
	}
	if all, err := tr.Dead(ctx); err != nil || len(all) != 0 {
		t.Errorf("left behind: %d letters, %v", len(all), err)
	}
	limit(1 << 20)
	if err := tr.SaveDead(ctx, letter); err != nil {
		t.Errorf("write after space was freed: %v", err)
	}
	if _, err := tr.Sources(ctx); err != nil {
		t.Error(err)
	}
}

func TestUnwritableValueIsPermanent(t *testing.T) {
	t.Parallel()
	tr, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	})
	zero := 0.0
	v := notice.Visit{Document: notice.Document{ID: "d"}, Capture: notice.Capture{ID: "c", Quality: zero / zero}}
	if err := tr.Commit(t.Context(), v); fault.Of(err) != fault.Permanent || !errors.Is(err, errBroken) {
		t.Errorf("a quality that is not a number: %v, kind %s", err, fault.Of(err))
	}
}
