package tracker_test

import (
	"path/filepath"
	"testing"

	"govwatch/store/trackertest"
)

func TestContractOnSQLite(t *testing.T) {
	t.Parallel()
	trackertest.Run(t, func(t *testing.T) string {
		return "sqlite:" + filepath.Join(t.TempDir(), "碳 100%?#", "tracker.db")
	})
}

func BenchmarkSQLite(b *testing.B) {
	trackertest.Bench(b, "sqlite:"+filepath.Join(b.TempDir(), "tracker.db"))
}
