package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
	"govwatch/store/tracker"
)

// asWas are the stored records of a source by the address of their document.
func asWas(t *testing.T, cfg app.Config, id notice.SourceID) map[string]notice.Record {
	t.Helper()
	out := map[string]notice.Record{}
	inTracker(t, cfg, func(tr *tracker.Tracker) {
		docs, err := tr.DocumentsOf(t.Context(), id, "", 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			if d.Head == "" || d.Parent != "" {
				continue
			}
			in, err := tr.Reading(t.Context(), d.Head)
			if err != nil || in.Current == nil {
				t.Fatalf("%s: %v", d.URL, err)
			}
			out[d.URL] = *in.Current
		}
	})
	return out
}

func inTracker(t *testing.T, cfg app.Config, f func(*tracker.Tracker)) {
	t.Helper()
	tr, err := tracker.Open(t.Context(), cfg.Tracker)
	if err != nil {
		t.Fatal(err)
	}
	f(tr)
	if err := tr.Close(); err != nil {
		t.Error(err)
	}
}

// The column of a source moves to another address and changes its name and its
// rows. What was archived before is read by the rules of its day: by explain, by
// reextract and by the lab; without the history it would not be.
func TestHistoryReadsTheArchiveByTheRulesOfItsDay(t *testing.T) {
	t.Parallel()
	cfg, world := worldOn(t, quietDay, nil)
	opt := only(world, "mee", func(l *notice.List) { l.Column = "工作动态" })
	remember(t, cfg, opt, "mee")
	cfg.Archive = "file:" + cfg.Data + "/archive"
	before := asWas(t, cfg, "mee")
	old := opt.Sources[0]
	moved := old
	moved.Lists = []notice.List{{URL: "http://www.mee.gov.test/zcwj/neu/", Column: "征求意见", Family: "auto", Selectors: map[string]string{"item": "table.neu tr"}}}
	kept := moved
	kept.History = []notice.Declaration{{ValidUntil: notice.DateOf(quietDay), Lists: old.Lists, Hosts: old.Hosts}}

	differing := func(s notice.Source) (n int) {
		t.Helper()
		inTracker(t, cfg, func(tr *tracker.Tracker) {
			if err := tr.PutSources(t.Context(), []notice.Source{s}); err != nil {
				t.Fatal(err)
			}
		})
		shelf := openShelf(t, cfg)
		for u := range before {
			e, err := shelf.Explain(t.Context(), u)
			if err != nil {
				t.Fatal(err)
			}
			if !e.Replay.Same {
				n++
			}
		}
		return n
	}
	if n := differing(kept); n != 0 {
		t.Errorf("with the history %d of %d documents explain otherwise", n, len(before))
	}
	if n := differing(moved); n == 0 {
		t.Error("without the history nothing differs: the column decides nothing and the test shows nothing")
	}

	differing(kept)
	lower(t, cfg)
	shelf := openShelf(t, cfg)
	if r, err := shelf.Reextract(t.Context(), 0, func(app.Reextraction) {}); err != nil || r.Failed > 0 || r.Done < len(before) {
		t.Fatalf("reextract %+v, %v", r, err)
	}
	for u, r := range asWas(t, cfg, "mee") {
		if was := before[u]; r.Class != was.Class || r.Title != was.Title {
			t.Errorf("%s was %s %q and is %s %q", u, was.Class, was.Title, r.Class, r.Title)
		}
	}

	history := `history:
  - valid_until: "2024-04-26"
    lists:
      - url: "http://www.mee.gov.test/xxgk/xxgk03/"
        column: 工作动态
        family: trs
    hosts: [www.mee.gov.test]
`
	head := `id: mee
name_zh: 生态环境部
issuer: 生态环境部
level: central
region: "100000"
lists:
  - url: "http://www.mee.gov.test/zcwj/neu/"
    column: 征求意见
    family: auto
    selectors: {item: "table.neu tr"}
hosts: [www.mee.gov.test]
cron: "49 9 * * 1-5"
`
	for _, c := range []struct {
		yaml  string
		loses bool
	}{{head + history, false}, {head, true}} {
		file := filepath.Join(t.TempDir(), "mee.yaml")
		if err := os.WriteFile(file, []byte(c.yaml), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := app.Lab(t.Context(), cfg, opt, "mee", file, nil)
		if err := errors.Join(err); err != nil {
			t.Fatal(err)
		}
		if r.Loses() != c.loses || r.Lists[0].Before == 0 || !c.loses && r.Lists[0].After != r.Lists[0].Before {
			t.Errorf("history %v: loses %v, %+v", !c.loses, r.Loses(), r.Lists)
		}
		if !c.loses {
			for _, f := range r.Fields {
				if f.Changed+f.Lost+f.Gained > 0 {
					t.Errorf("field %+v although the rules of the day are the same", f)
				}
			}
		}
	}
}

// The lab reads what the worker read: pages with their files, and documents that
// are files themselves.
func TestLabReadsWhatTheWorkerReads(t *testing.T) {
	t.Parallel()
	cfg, world := worldOn(t, quietDay, nil)
	opt := only(world, "mee", nil)
	remember(t, cfg, opt, "mee")
	cfg.Archive = "file:" + cfg.Data + "/archive"
	file := filepath.Join(t.TempDir(), "mee.yaml")
	if err := os.WriteFile(file, []byte(meeSame), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := app.Lab(t.Context(), cfg, opt, "mee", file, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	records := asWas(t, cfg, "mee")
	for _, rec := range records {
		if rec.Number != "" {
			want["number"]++
		}
		if !rec.Written.IsZero() {
			want["written"]++
		}
		if rec.Body != "" {
			want["body"]++
		}
	}
	if r.Details != len(records) {
		t.Errorf("%d documents in the lab, %d in the tracker", r.Details, len(records))
	}
	for _, f := range r.Fields {
		if n, ok := want[f.Name]; ok && (f.Before != n || f.After != n) {
			t.Errorf("%s: the lab reads %d and %d, the worker read %d", f.Name, f.Before, f.After, n)
		}
	}
}

const meeSame = `id: mee
name_zh: 生态环境部
issuer: 生态环境部
level: central
region: "100000"
lists:
  - url: "http://www.mee.gov.test/xxgk/xxgk03/"
    column: 部文件
    family: trs
hosts: [www.mee.gov.test]
cron: "49 9 * * 1-5"
`
