package tracker

import (
	"path/filepath"
	"strings"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
)

func FuzzCursor(f *testing.F) {
	for _, s := range []string{"2024-01-02.7", ".7", "x", "2024-13-01.1", "2024-01-02.99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s)
		if err != nil {
			return
		}
		if again, err := parseCursor(c.String()); err != nil || again != c {
			t.Errorf("%q read as %+v, which reads back as %+v, %v", s, c, again, err)
		}
	})
}

// Whatever people type into a search box is words, never syntax.
func FuzzSearchText(f *testing.F) {
	tr, err := Open(f.Context(), "sqlite:"+filepath.Join(f.TempDir(), "t.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := tr.Close(); err != nil {
			f.Error(err)
		}
	})
	for _, s := range []string{"碳达峰 方案", `" OR words:*`, "NEAR(a b)", "^x AND -y", "\x00\xff", strings.Repeat("长 ", 64), strings.Repeat("长 ", 5000), strings.Repeat("短", 9000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := tr.Records(t.Context(), notice.RecordQuery{Text: text, Title: text, Region: text, Issuer: text})
		if err != nil && (len(strings.Fields(text)) <= maxParts || fault.Of(err) != fault.Permanent) {
			t.Errorf("search %q: %v", text, err)
		}
	})
}
