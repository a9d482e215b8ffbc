package crawler_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"govwatch/crawler"
	china "govwatch/fixtures/site"
	"govwatch/internal/service"
	"govwatch/internal/urlx"
	"govwatch/notice"
	"govwatch/schedules"
)

// worldSources are the sites of the fixtures world on which something happens
// in the days that are played, and some on which nothing does.
var worldSources = []notice.SourceID{
	"ha-gov", "gd-gov", "tj-gxj", "wh-gov", "cq-gov", "hlj-gov", "hb-sthjt", "jx-sthjt", "pudong", "mee", "ndrc", "ah-zjt", "sd-gov", "he-gov",
}

const worldDays = 32

type world struct {
	t       *testing.T
	site    *china.World
	clock   *service.Jump
	sources []notice.Source
	ledgers map[notice.SourceID]*ledger
	workers map[notice.SourceID]*crawler.Worker
	// told are changes other than new, same and cosmetic, by kind and address.
	told      map[string]int
	incidents map[string]bool
	requests  int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	first, err := time.ParseInLocation(time.DateOnly, china.FirstDay, notice.Beijing())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, clock: service.NewJump(first), ledgers: map[notice.SourceID]*ledger{}, workers: map[notice.SourceID]*crawler.Worker{},
		told: map[string]int{}, incidents: map[string]bool{},
	}
	if w.site, err = china.New(w.clock.Now); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.site)
	t.Cleanup(srv.Close)
	o := crawler.DefaultOptions()
	o.Clock, o.HostMap = w.clock, map[string]string{}
	o.RateGrace, o.MinRate = 300*time.Millisecond, 20000
	for _, h := range w.site.Hosts() {
		o.HostMap[h] = srv.Listener.Addr().String()
	}
	f, err := crawler.NewFetcher(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	sources, err := schedules.Load(china.Sources())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		if !slices.Contains(worldSources, s.ID) {
			continue
		}
		a := &archive{t: t, blobs: map[notice.BlobKey][]byte{}, fail: func(string) error { return nil }}
		l := newLedger(t, a)
		l.book.Source = s.ID
		if w.workers[s.ID], err = crawler.New(crawler.Config{Fetcher: f, Sources: []notice.Source{s}, Archive: a, Ledger: l}); err != nil {
			t.Fatal(err)
		}
		w.ledgers[s.ID], w.sources = l, append(w.sources, s)
	}
	return w
}

// day polls every source once and does what the polls leave for other hosts.
func (w *world) day(n int) {
	w.t.Helper()
	first, err := time.ParseInLocation(time.DateOnly, china.FirstDay, notice.Beijing())
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock.Set(first.AddDate(0, 0, n).Add(17 * time.Hour))
	for _, s := range w.sources {
		due := w.clock.Now()
		w.do(notice.Task{ID: notice.NewTaskID(s.ID, notice.Poll, due, ""), Source: s.ID, Mode: notice.Poll, Host: s.Hosts[0], Due: due})
	}
}

func (w *world) do(task notice.Task) {
	w.t.Helper()
	if err := w.workers[task.Source].Handle(w.t.Context(), task); err != nil {
		w.t.Fatalf("%s %s: %v", task.Due.Format(time.DateOnly), task.Source, err)
	}
	l := w.ledgers[task.Source]
	r := l.done[task.ID]
	w.requests += r.Requests
	for _, i := range r.Incidents {
		w.incidents[fmt.Sprintf("%s %s %s", task.Source, i.State, i.Class)] = true
	}
	for _, c := range l.changes {
		switch c.Kind {
		case notice.ChangeNew, notice.ChangeSame, notice.ChangeCosmetic, notice.ChangeMissing:
		default:
			w.told[string(c.Kind)+" "+c.URL]++
		}
	}
	l.changes = nil
	for _, f := range r.Follow {
		w.do(f)
	}
}

// The fixtures world is played for a month with the real fetch layer: what is
// told must be what the script did, no more and no less.
func TestWorld(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a month: left out of -short")
	}
	t.Parallel()
	w := newWorld(t)
	for d := range worldDays {
		w.day(d)
	}
	last := w.clock.Now().Format(time.DateOnly)
	for _, h := range w.site.Script() {
		if !slices.Contains(worldSources, notice.SourceID(h.Source)) || h.Day > last {
			continue
		}
		want := map[string]string{"edit": "edited", "removal": "gone", "soft_404": "gone", "return": "returned"}[h.Kind]
		if key := want + " " + h.URL; want != "" {
			if w.told[key] != 1 {
				t.Errorf("%s of %s on %s: told %d times", h.Kind, h.URL, h.Day, w.told[key])
			}
			delete(w.told, key)
		}
	}
	for key := range w.told {
		t.Errorf("told and never happened: %s", key)
	}
	for _, key := range []string{"hb-sthjt opened block", "hb-sthjt resolved block"} {
		if !w.incidents[key] {
			t.Errorf("no incident: %s", key)
		}
		delete(w.incidents, key)
	}
	for key := range w.incidents {
		t.Errorf("false incident: %s", key)
	}
	held := w.complete(last)
	t.Logf("%d documents, %d requests", held, w.requests)
}

// complete compares what is held with what stood in the world up to a day.
func (w *world) complete(last string) int {
	w.t.Helper()
	held := map[string]notice.Document{}
	for _, l := range w.ledgers {
		for _, d := range l.docs {
			id, err := urlx.Identity(d.URL)
			if err != nil {
				w.t.Fatal(err)
			}
			held[id] = d
		}
	}
	want := func(address, of string) (notice.Document, bool) {
		id, err := urlx.Identity(address)
		if err != nil {
			w.t.Fatal(err)
		}
		d, ok := held[id]
		if !ok || d.Head == "" {
			w.t.Errorf("not held: %s %s", address, of)
		}
		return d, ok
	}
	disallowed := map[string]bool{}
	for _, h := range w.site.Script() {
		disallowed[h.URL] = h.Kind == "robots_disallowed" || h.Kind == "js_shell" || disallowed[h.URL]
	}
	for _, d := range w.site.Truth() {
		if !slices.Contains(worldSources, notice.SourceID(d.Site)) || d.Published >= last || disallowed[d.URL] {
			continue
		}
		h, ok := want(d.URL, d.Title)
		if base := d.Published < china.FirstDay; ok && base != h.Baseline && d.Published != china.FirstDay {
			w.t.Errorf("baseline %v: %s %s", h.Baseline, d.Published, d.URL)
		}
		for _, at := range d.Attachments {
			want(at, d.URL)
		}
	}
	return len(held)
}
