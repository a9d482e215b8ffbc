package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
)

const meeYAML = `id: mee
name_zh: 生态环境部
issuer: 生态环境部
level: central
region: "REGION"
lists:
  - url: "http://www.mee.gov.test/xxgk/xxgk03/"
    column: 部文件
    family: trs
SELECTORS
hosts: [www.mee.gov.test]
cron: "49 9 * * 1-5"
`

func TestLabShowsWhatAChangeGainsAndLoses(t *testing.T) {
	t.Parallel()
	cfg, world := worldOn(t, quietDay, nil)
	opt := only(world, "mee", nil)
	remember(t, cfg, opt, "mee")
	cfg.Archive = "file:" + cfg.Data + "/archive"
	lab := func(region, selectors string) app.LabReport {
		t.Helper()
		file := filepath.Join(t.TempDir(), "mee.yaml")
		text := strings.NewReplacer("REGION", region, "SELECTORS", selectors).Replace(meeYAML)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		calls := 0
		r, err := app.Lab(t.Context(), cfg, opt, "mee", file, func(done int) { calls = done })
		if err != nil {
			t.Fatal(err)
		}
		if calls != r.Captures || r.Captures == 0 || len(r.Lists) != 1 || r.Details == 0 {
			t.Fatalf("%d calls, report %+v", calls, r)
		}
		return r
	}
	same := lab("100000", "")
	if l := same.Lists[0]; same.Loses() || l.Before < 10 || l.After != l.Before || len(l.Gained)+len(l.Changed) > 0 {
		t.Errorf("the same declaration: %+v", l)
	}
	narrow := lab("100000", "    selectors: {item: \"ul.u-list > li:nth-child(-n+4)\"}")
	if l := narrow.Lists[0]; !narrow.Loses() || l.After == 0 || len(l.Lost) != l.Before-l.After || l.Lost[0].Title == "" {
		t.Errorf("a narrower selector: %d before, %d after, %d lost", l.Before, l.After, len(l.Lost))
	}
	moved := lab("370000", "")
	differs := 0
	for _, f := range moved.Fields {
		differs += f.Gained + f.Lost + f.Changed
		if f.Name == "title" && (f.Before != moved.Details || f.After != f.Before) {
			t.Errorf("titles: %+v of %d documents", f, moved.Details)
		}
	}
	if differs == 0 {
		t.Error("another region changes no field of any document")
	}
}

func TestLabRefusesWhatItCannotCompare(t *testing.T) {
	t.Parallel()
	cfg, opt := worldOn(t, quietDay, nil)
	file := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(file, []byte(strings.NewReplacer("REGION", "100000", "SELECTORS", "").Replace(meeYAML)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ id, file, says string }{
		{"none", file, "not declared"}, {"nea", file, "ids never change"}, {"mee", file + ".no", "read declaration"},
	} {
		if _, err := app.Lab(t.Context(), cfg, opt, c.id, c.file, nil); !errors.Is(err, app.ErrConfig) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s: %v", c.id, c.file, err)
		}
	}
}
