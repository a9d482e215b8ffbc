// Package trackertest is the contract of the tracker, as tests that every
// database runs. A change to the contract starts here.
package trackertest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"govwatch/notice"
	"govwatch/store/tracker"
)

// Run holds a database to the contract. Fresh returns the address of a database
// that holds nothing and lives as long as the test.
func Run(t *testing.T, fresh func(t *testing.T) string) {
	for _, group := range []map[string]func(*testing.T, *World){
		documentTests, taskTests, incidentTests, recordTests, workTests, agendaTests, alertTests, outboxTests, reportTests, crashTests,
	} {
		for name, f := range group {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, fresh(t))
				w.Fresh = fresh
				f(t, w)
			})
		}
	}
}

// World is an open tracker with two sources declared, and the means to make
// things that are valid and differ by number.
type World struct {
	*tracker.Tracker
	URL string
	// Fresh makes another database of the same kind.
	Fresh func(t *testing.T) string
}

// start is the first moment of every test.
var start = time.Date(2024, 3, 1, 1, 0, 0, 0, time.UTC)

func open(t testing.TB, url string, options ...tracker.Option) *tracker.Tracker {
	t.Helper()
	tr, err := tracker.Open(t.Context(), url, options...)
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

func newWorld(t testing.TB, url string) *World {
	t.Helper()
	w := &World{Tracker: open(t, url), URL: url}
	must(t, w.PutSources(t.Context(), sources()))
	return w
}

func sources() []notice.Source {
	return []notice.Source{
		{ID: "gd-gov", NameZH: "广东省人民政府", Issuer: "广东省人民政府", Level: notice.Provincial, Region: "440000",
			Lists: []notice.List{{URL: "https://gd.example/zwgk/", Family: "trs"}}, Hosts: []string{"gd.example"}, Cron: "0 * * * *"},
		{ID: "mee", NameZH: "生态环境部", Issuer: "生态环境部", Level: notice.Central, Region: "100000"},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func get[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// same compares as JSON: what is stored is what is written there.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	must(t, err)
	w, err := json.Marshal(want)
	must(t, err)
	var gv, wv any
	must(t, json.Unmarshal(g, &gv))
	must(t, json.Unmarshal(w, &wv))
	if !reflect.DeepEqual(gv, wv) {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// visit makes the first commit of the nth page of a source: a version and two events.
func visit(id notice.SourceID, n int) notice.Visit {
	url := fmt.Sprintf("https://%s.example/t%d.html", id, n)
	d := notice.NewDocumentID(id, url)
	at := start.Add(time.Duration(n) * time.Minute)
	blob := notice.KeyOf([]byte(url))
	v := notice.NewVersionID(d, "", blob)
	c := notice.NewCaptureID(notice.TaskID(fmt.Sprint("task", n)), url, 0)
	e := notice.Event{ID: notice.NewEventID(notice.DocumentNew, string(d), "1"), Kind: notice.DocumentNew, Source: id, Document: d, Version: v, At: at}
	rec := e
	rec.ID, rec.Kind = notice.NewEventID(notice.VersionRecorded, string(d), "1"), notice.VersionRecorded
	return notice.Visit{
		Document: notice.Document{ID: d, Source: id, URL: url, Title: fmt.Sprintf("关于印发碳达峰方案的通知（%d）", n), State: notice.Live, Head: v,
			HeadBlob: blob, FirstSeen: at, LastSeen: at, Fetched: at, NextVisit: at.Add(time.Hour), ListDate: notice.DateOf(at)},
		Version: &notice.Version{ID: v, Document: d, Capture: c, Blob: blob, URL: url, MediaType: "text/html", FetchedAt: at, Kind: notice.ChangeNew},
		Capture: notice.Capture{ID: c, Source: id, Document: d, Role: notice.DetailRole, URL: url, FetchedAt: at, Status: 200, Blob: blob, Size: 100, Outcome: notice.OK},
		Change:  notice.Change{Source: id, Document: d, URL: url, Kind: notice.ChangeNew, To: v, At: at, Event: e.ID},
		Events:  []notice.Event{e, rec},
	}
}

// again makes the next visit of a document that was read from the tracker.
func again(d notice.Document, kind notice.ChangeKind, bytes string) notice.Visit {
	at := d.Fetched.Add(24 * time.Hour)
	occasion := fmt.Sprint(d.Rev + 1)
	v := notice.Visit{Document: d, Change: notice.Change{Source: d.Source, Document: d.ID, URL: d.URL, Kind: kind, From: d.Head, At: at}}
	v.Document.Fetched, v.Document.LastSeen, v.Document.NextVisit = at, at, at.Add(24*time.Hour)
	v.Capture = notice.Capture{ID: notice.NewCaptureID(notice.TaskID("again"+occasion), d.URL, 0), Source: d.Source, Document: d.ID, URL: d.URL, FetchedAt: at, Outcome: notice.OK}
	if bytes == "" {
		return v
	}
	blob := notice.KeyOf([]byte(bytes))
	id := notice.NewVersionID(d.ID, d.Head, blob)
	v.Version = &notice.Version{ID: id, Document: d.ID, Prev: d.Head, Capture: v.Capture.ID, Blob: blob, URL: d.URL, FetchedAt: at, Kind: kind}
	v.Document.Head, v.Document.HeadBlob, v.Change.To, v.Capture.Blob = id, blob, id, blob
	v.Events = []notice.Event{{ID: notice.NewEventID(notice.VersionRecorded, string(d.ID), occasion), Kind: notice.VersionRecorded, Source: d.Source, Document: d.ID, Version: id, At: at}}
	return v
}

func (w *World) document(t testing.TB, id notice.DocumentID) notice.Document {
	t.Helper()
	return get(w.Documents(t.Context(), []notice.DocumentID{id}))(t)[id]
}

// commit stores the nth page of a source and returns it as stored.
func (w *World) commit(t testing.TB, id notice.SourceID, n int) notice.Document {
	t.Helper()
	v := visit(id, n)
	must(t, w.Commit(t.Context(), v))
	return w.document(t, v.Document.ID)
}

func (w *World) pending(t testing.TB) []notice.Outgoing {
	t.Helper()
	return get(w.Pending(t.Context(), 10000))(t)
}

// kinds lists what waits in the outbox, in order.
func (w *World) kinds(t testing.TB) []string {
	t.Helper()
	var ks []string
	for _, o := range w.pending(t) {
		if o.Task != nil {
			ks = append(ks, "task")
		} else {
			ks = append(ks, string(o.Event.Kind))
		}
	}
	return ks
}

// extraction makes the record of a version, by a ruleset.
func extraction(v notice.Version, ruleset int, title string) notice.Extraction {
	w := notice.Work{ID: notice.NewWorkID(title), Key: title, Title: title, Year: 2024, Documents: []notice.DocumentID{v.Document}}
	r := notice.Record{Document: v.Document, Version: v.ID, Work: w.ID, Source: "gd-gov", URL: v.URL, Title: title, Class: notice.Policy,
		Issuers: []string{"广东省人民政府"}, Region: "440000", SubjectRegion: "440000", Level: notice.Provincial, Sectors: []string{"energy"},
		Published: notice.DateOf(v.FetchedAt), Body: title + "\n到2030年，非化石能源消费比重达到25%左右。", Ruleset: ruleset, Cause: notice.Publisher, At: v.FetchedAt}
	e := notice.Event{ID: notice.NewEventID(notice.RecordExtracted, string(v.ID), fmt.Sprint(ruleset)), Kind: notice.RecordExtracted,
		Source: "gd-gov", Document: v.Document, Version: v.ID, Record: v.ID, At: v.FetchedAt}
	return notice.Extraction{Record: r, Work: w, Events: []notice.Event{e}}
}
