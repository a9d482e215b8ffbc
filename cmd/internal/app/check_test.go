package app_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/cmd/internal/app"
	"govwatch/fixtures/site"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
)

// worldOn serves the fixtures world as it stands on a day, behind a handler that
// may change what it says, and returns what a command is told of it.
func worldOn(t *testing.T, at time.Time, around func(http.Handler) http.Handler) (app.Config, app.Options) {
	t.Helper()
	clock := service.NewJump(at)
	world, err := site.New(clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	handler := http.Handler(world)
	if around != nil {
		handler = around(handler)
	}
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	sources, err := schedules.Load(site.Sources())
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]string{}
	for _, h := range world.Hosts() {
		hosts[h] = srv.Listener.Addr().String()
	}
	cfg := app.Default()
	cfg.Data = t.TempDir()
	cfg.Tracker = "sqlite:" + cfg.Data + "/tracker.db"
	return cfg, app.Options{Clock: clock, HostMap: hosts, Sources: sources}
}

var quietDay = time.Date(2024, 4, 26, 18, 0, 0, 0, notice.Beijing())

func TestCheckWholeWorldIsGreen(t *testing.T) {
	t.Parallel()
	cfg, opt := worldOn(t, quietDay, nil)
	calls := 0
	checks, err := app.CheckSources(t.Context(), cfg, opt, nil, func(done, all int, _ app.Check) {
		if calls++; done != calls || all != len(opt.Sources) {
			t.Errorf("progress %d of %d at call %d", done, all, calls)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(checks) != len(opt.Sources) || calls != len(checks) {
		t.Fatalf("%d checks of %d sources, %d calls", len(checks), len(opt.Sources), calls)
	}
	for _, c := range checks {
		for _, l := range c.Lists {
			if !l.OK {
				t.Errorf("%s %s: %+v", c.ID, l.URL, l.Steps[len(l.Steps)-1])
			}
		}
	}
}

// around changes what one host says in its list pages.
func around(host string, change func(path, body string) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			body := rec.Body.String()
			if name, _, _ := strings.Cut(r.Host, ":"); name == host && r.URL.Path != "/robots.txt" {
				body = change(r.URL.Path, body)
			}
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			w.WriteHeader(rec.Code)
			if _, err := io.WriteString(w, body); err != nil {
				return // the client is gone
			}
		})
	}
}

// remember runs one day of one source, so that the tracker knows its titles.
func remember(t *testing.T, cfg app.Config, opt app.Options, id notice.SourceID) {
	t.Helper()
	opt.Sources = slices.DeleteFunc(slices.Clone(opt.Sources), func(s notice.Source) bool { return s.ID != id })
	opt.Channels = []alert.Channel{}
	full := cfg
	full.Bus, full.Archive = "embedded:"+cfg.Data+"/nats", "file:"+cfg.Data+"/archive"
	a, err := app.New(t.Context(), full, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context(), app.RoleRelay, app.RoleAlert, app.RoleExtract, app.RoleCrawl); err != nil {
		t.Fatal(err)
	}
	r, err := a.Once(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sources) != 1 || r.Sources[0].Items == 0 {
		t.Fatalf("nothing was followed: %+v", r)
	}
	if err := a.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// only keeps one source, with its list changed.
func only(opt app.Options, id notice.SourceID, change func(*notice.List)) app.Options {
	i := slices.IndexFunc(opt.Sources, func(s notice.Source) bool { return s.ID == id })
	src := opt.Sources[i]
	l := src.Lists[0]
	if change != nil {
		change(&l)
	}
	src.Lists = []notice.List{l}
	opt.Sources = []notice.Source{src}
	return opt
}

func checkOne(t *testing.T, cfg app.Config, opt app.Options) (app.ListCheck, app.CheckStep) {
	t.Helper()
	checks, err := app.CheckSources(t.Context(), cfg, opt, nil, nil)
	if err != nil || len(checks) != 1 || len(checks[0].Lists) != 1 {
		t.Fatalf("%+v, %v", checks, err)
	}
	if l := checks[0].Lists[0]; checks[0].OK != l.OK {
		t.Errorf("source ok %v, list ok %v", checks[0].OK, l.OK)
	}
	l := checks[0].Lists[0]
	return l, l.Steps[len(l.Steps)-1]
}

// A site whose declaration has selectors is redrawn under our feet: other tags,
// other classes. The tracker knows the titles, so the check finds the list again.
func TestCheckProposesSelectorsFromKnownTitles(t *testing.T) {
	t.Parallel()
	var redrawn atomic.Bool
	cfg, world := worldOn(t, quietDay, around("www.mee.gov.test", func(path, body string) string {
		if redrawn.Load() && !strings.Contains(path, "/t2") {
			body = strings.NewReplacer("<ul", "<section", "</ul>", "</section>", "<li", "<article", "</li>", "</article>", `class="`, `class="neu-`).Replace(body)
		}
		return body
	}))
	opt := only(world, "mee", func(l *notice.List) {
		l.Selectors = map[string]string{"item": "ul.u-list > li", "title": "a", "date": "span"}
	})
	remember(t, cfg, opt, "mee")
	before, last := checkOne(t, cfg, opt)
	if !before.OK {
		t.Fatalf("before the change: %+v", last)
	}
	redrawn.Store(true)
	l, last := checkOne(t, cfg, opt)
	if l.OK || last.Name != "list" || !strings.Contains(last.Detail, `selector item "ul.u-list > li"`) {
		t.Fatalf("what broke is not said: %+v", last)
	}
	if l.Proposal == nil || l.Proposal.Known < 5 || l.Proposal.Selectors["item"] == "" || !strings.Contains(last.Detail, l.Proposal.Selectors["item"]) {
		t.Fatalf("proposal %+v in %q", l.Proposal, last.Detail)
	}
	mended := only(opt, "mee", func(n *notice.List) { n.Family, n.Selectors = l.Proposal.Family, l.Proposal.Selectors })
	after, last := checkOne(t, cfg, mended)
	if !after.OK || after.Items != before.Items {
		t.Errorf("the proposal reads %d items, before the change there were %d: %+v", after.Items, before.Items, last)
	}
}

// Each fault ends the check at its own step.
func TestCheckNamesTheStepThatBroke(t *testing.T) {
	t.Parallel()
	const host = "fgw.shandong.gov.test"
	isList := func(path string) bool { return strings.Contains(path, "/col/") || strings.Contains(path, "dataproxy") }
	visits := atomic.Int64{}
	for _, c := range []struct {
		name, step, says string
		change           func(path, body string) string
	}{
		{"the rows are gone", "list", "", func(path, body string) string {
			if i := strings.Index(body, "totalRecord="); isList(path) && i >= 0 {
				return body[:i] + "</script></div></body></html>"
			}
			return body
		}},
		{"the documents lost their text", "details", "no ", func(path, body string) string {
			if isList(path) {
				return body
			}
			return "<html><head><title></title></head><body><p>" + strings.Repeat("本页正在调整之中，请稍候访问，给您带来不便敬请谅解。", 9) + "</p></body></html>"
		}},
		{"a challenge stands before the list", "fetch", "challenge", func(path, body string) string {
			if isList(path) {
				return "<html><script>$_ts=window['$_ts'];</script><body></body></html>"
			}
			return body
		}},
		{"the list is another one at each visit", "repeat", "", func(path, body string) string {
			if isList(path) {
				return strings.ReplaceAll(body, "art_91082_", "art_"+strconv.FormatInt(visits.Add(1), 10)+"_")
			}
			return body
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg, opt := worldOn(t, quietDay, around(host, c.change))
			l, last := checkOne(t, cfg, only(opt, "sd-fgw", nil))
			if l.OK || last.Name != c.step || last.Detail == "" || !strings.Contains(last.Detail, c.says) {
				t.Errorf("%+v, want a failure at %s that says %q", l.Steps, c.step, c.says)
			}
		})
	}
}

func TestCheckGoesOnPastABrokenDeclaration(t *testing.T) {
	t.Parallel()
	cfg := app.Default()
	cfg.Data, cfg.Sources = t.TempDir(), t.TempDir()
	cfg.Tracker = "sqlite:" + cfg.Data + "/tracker.db"
	if err := os.WriteFile(cfg.Sources+"/bad.yaml", []byte("id: bad\nname_zh: 某委\nlevel: planetary\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	checks, err := app.CheckSources(t.Context(), cfg, app.Options{}, nil, nil)
	if err != nil || len(checks) != 1 || checks[0].OK || !strings.Contains(checks[0].Problem, "bad.yaml") {
		t.Errorf("%+v, %v", checks, err)
	}
	if _, err := app.CheckSources(t.Context(), cfg, app.Options{}, []string{"none"}, nil); !errors.Is(err, app.ErrConfig) {
		t.Errorf("an unknown id: %v", err)
	}
}
