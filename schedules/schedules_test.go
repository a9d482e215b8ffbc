package schedules_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
)

const good = `id: nea
name_zh: 国家能源局
issuer: 国家能源局
level: central
region: "100000"
lists:
  - url: https://www.nea.gov.cn/zcfb/
cron: "30 9 * * *"
`

func load(t *testing.T, files map[string]string) ([]notice.Source, error) {
	t.Helper()
	dir := fstest.MapFS{}
	for name, body := range files {
		dir[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return schedules.Load(dir)
}

func TestShortDeclarationIsFilled(t *testing.T) {
	t.Parallel()
	got, err := load(t, map[string]string{"100000/nea.yaml": good, "README.md": "not a declaration"})
	if err != nil {
		t.Fatal(err)
	}
	s := got[0]
	if len(got) != 1 || s.Lists[0].Family != "auto" || s.Hosts[0] != "www.nea.gov.cn" || s.State != notice.Active || s.Verified != "never" {
		t.Errorf("got %+v", got)
	}
}

func TestBadDeclarationsSayFileAndFix(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"unknown key":     {"cron:", "crom:", "crom"},
		"not a slug":      {"id: nea", "id: NEA.gov", "hyphens"},
		"no list":         {"lists:\n  - url: https://www.nea.gov.cn/zcfb/\n", "", "lists is empty"},
		"bad cron":        {"30 9 * * *", "30 25 * * *", "five fields"},
		"level":           {"central", "zentral", "use one of"},
		"unquoted region": {`"100000"`, `"1000"`, "six-digit"},
		"foreign host":    {"cron:", "hosts: [other.gov.cn]\ncron:", "not among hosts"},
		"relative list":   {"https://www.nea.gov.cn/zcfb/", "/zcfb/", "whole http"},
		"unknown family":  {"zcfb/", "zcfb/\n    family: trz", "a.yaml:8: lists[0]: family"},
		"bad selector":    {"zcfb/", "zcfb/\n    selectors: {row: li}", "unknown key \"row\""},
		"line of a cron":  {"30 9 * * *", "hourly", "a.yaml:8: cron"},
		"not YAML":        {"id: nea", "id: [nea", "a.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, map[string]string{"a.yaml": strings.Replace(good, c.from, c.to, 1)})
			if err == nil || !strings.Contains(err.Error(), "a.yaml") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want one line with a.yaml and %q", err, c.want)
			}
		})
	}
	if _, err := load(t, map[string]string{"a.yaml": good, "b/c.yaml": good}); err == nil || !strings.Contains(err.Error(), "a.yaml") {
		t.Errorf("a repeated id says %v", err)
	}
}

func at(s string) time.Time {
	v, err := time.ParseInLocation("2006-01-02 15:04", s, notice.Beijing())
	if err != nil {
		panic(err)
	}
	return v
}

func TestDue(t *testing.T) {
	t.Parallel()
	sources, err := load(t, map[string]string{"nea.yaml": good})
	if err != nil {
		t.Fatal(err)
	}
	now := at("2024-03-12 10:00")
	for name, c := range map[string]struct {
		health notice.Health
		want   string // due time, empty for none
	}{
		"never run":           {notice.Health{}, "2024-03-12 09:30"},
		"ran this morning":    {notice.Health{LastDue: at("2024-03-12 09:30")}, ""},
		"ran yesterday":       {notice.Health{LastDue: at("2024-03-11 09:30")}, "2024-03-12 09:30"},
		"stopped for a month": {notice.Health{LastDue: at("2024-02-12 09:30")}, "2024-03-12 09:30"},
		"paused by a person":  {notice.Health{State: notice.Paused}, ""},
		"asked to wait":       {notice.Health{PausedUntil: now.Add(time.Hour)}, ""},
		"broken is tried":     {notice.Health{State: notice.Broken, LastDue: at("2024-03-11 09:30")}, "2024-03-12 09:30"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.health.Source = "nea"
			got := ""
			if tasks := schedules.Due(sources, []notice.Health{c.health}, now); len(tasks) > 0 {
				got = tasks[0].Due.In(notice.Beijing()).Format("2006-01-02 15:04")
			}
			if got != c.want {
				t.Errorf("due %q, want %q", got, c.want)
			}
		})
	}
}

// Two schedulers that start together see a source that has never run a moment
// apart: their tasks must bear one ID, or the source is polled twice.
func TestFirstTaskIsTheSameForTwoClocks(t *testing.T) {
	t.Parallel()
	sources, err := load(t, map[string]string{"nea.yaml": good})
	if err != nil {
		t.Fatal(err)
	}
	for _, now := range []string{"2024-03-12 00:00", "2024-03-12 06:10", "2024-03-12 09:30", "2024-03-12 23:59"} {
		first, second := schedules.Due(sources, nil, at(now)), schedules.Due(sources, nil, at(now).Add(7*time.Second))
		if len(first) != 1 || len(second) != 1 || first[0].ID != second[0].ID || first[0].Due.After(at(now)) {
			t.Errorf("%s: %+v and %+v", now, first, second)
		}
	}
}

type book struct{ last time.Time }

func (b *book) Healths(context.Context) ([]notice.Health, error) {
	return []notice.Health{{Source: "nea", LastDue: b.last}}, nil
}

func (b *book) ListStates(context.Context, []notice.SourceID) (map[notice.SourceID][]notice.ListState, error) {
	return nil, errors.New("asked for lists although no source is adaptive")
}

func TestRunOffersATaskUntilItIsDone(t *testing.T) {
	t.Parallel()
	sources, err := load(t, map[string]string{"nea.yaml": good})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		b := &book{last: at("2024-03-11 09:30")}
		clock := service.Offset(at("2024-03-12 09:29"))
		var offered []notice.TaskID
		done := errors.New("done")
		err := schedules.Run(t.Context(), clock, b, sources, schedules.Limits{}, func(_ context.Context, task notice.Task) error {
			if clock.Now().Before(at("2024-03-12 09:30")) {
				t.Errorf("offered early, at %s", clock.Now())
			}
			if offered = append(offered, task.ID); len(offered) == 3 {
				return done
			}
			return nil
		})
		if !errors.Is(err, done) || offered[0] != offered[2] {
			t.Errorf("err %v, offered %v", err, offered)
		}
	})
}
