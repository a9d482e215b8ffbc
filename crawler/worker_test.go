package crawler_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/crawler"
	"govwatch/internal/service"
	"govwatch/notice"
)

// archive keeps blobs in memory; it fails the test when a key is put with other bytes.
type archive struct {
	t     *testing.T
	mu    sync.Mutex
	blobs map[notice.BlobKey][]byte
	fail  func(op string) error
}

func (a *archive) Put(_ context.Context, body []byte, _ notice.BlobMeta) (notice.BlobKey, error) {
	if err := a.fail("put before"); err != nil {
		return "", err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	k := notice.KeyOf(body)
	if old, ok := a.blobs[k]; ok && !bytes.Equal(old, body) {
		a.t.Errorf("blob %s rewritten", k)
	}
	a.blobs[k] = bytes.Clone(body)
	return k, a.fail("put after")
}

func (a *archive) Open(_ context.Context, k notice.BlobKey) (io.ReadCloser, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b, ok := a.blobs[k]
	if !ok {
		return nil, notice.ErrUnknown
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// ledger keeps the contract of crawler.Ledger in memory.
type ledger struct {
	t        *testing.T
	mu       sync.Mutex
	archive  *archive
	docs     map[notice.DocumentID]notice.Document
	versions map[notice.VersionID]notice.Version
	changes  []notice.Change
	captures map[notice.CaptureID]notice.Capture
	events   map[notice.EventID]notice.Event
	book     notice.Book
	done     map[notice.TaskID]notice.TaskReport
	fail     func(op string) error
}

func newLedger(t *testing.T, a *archive) *ledger {
	return &ledger{
		t: t, archive: a, docs: map[notice.DocumentID]notice.Document{}, versions: map[notice.VersionID]notice.Version{},
		captures: map[notice.CaptureID]notice.Capture{}, events: map[notice.EventID]notice.Event{}, done: map[notice.TaskID]notice.TaskReport{},
		book: notice.Book{Source: "a", Lists: map[string]notice.ListState{}}, fail: a.fail,
	}
}

func (l *ledger) Book(_ context.Context, _ notice.SourceID, now time.Time) (notice.Book, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.book
	b.Due, b.Missing = nil, nil
	for _, d := range l.docs {
		b.Held++
		switch {
		case d.NextVisit.After(now):
		case d.State == notice.Live:
			b.Due = append(b.Due, d)
		default:
			b.Missing = append(b.Missing, d)
		}
	}
	return b, nil
}

func (l *ledger) Documents(_ context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.Document, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[notice.DocumentID]notice.Document{}
	for _, id := range ids {
		if d, ok := l.docs[id]; ok {
			out[id] = d
		}
	}
	return out, nil
}

func (l *ledger) Commit(_ context.Context, v notice.Visit) error {
	if err := l.fail("commit before"); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.docs[v.Document.ID].Rev != v.Document.Rev {
		return notice.ErrMoved
	}
	if v.Version != nil {
		if _, ok := l.archive.blobs[v.Version.Blob]; !ok {
			l.t.Errorf("version of %s names bytes that are not archived", v.Document.URL)
		}
		l.versions[v.Version.ID] = *v.Version
	}
	v.Document.Rev++
	l.docs[v.Document.ID] = v.Document
	if v.Change.Kind != "" {
		l.changes = append(l.changes, v.Change)
	}
	if v.Capture.ID != "" {
		l.captures[v.Capture.ID] = v.Capture
	}
	for _, e := range v.Events {
		l.events[e.ID] = e
	}
	return l.fail("commit after")
}

func (l *ledger) FinishTask(_ context.Context, r notice.TaskReport) error {
	if err := l.fail("finish before"); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.done[r.Task.ID]; ok {
		return nil
	}
	l.done[r.Task.ID] = r
	l.book.Runs = append(slices.Clone(r.Runs), l.book.Runs...)
	for _, s := range r.Lists {
		l.book.Lists[s.URL] = s
	}
	for _, c := range r.Captures {
		l.captures[c.ID] = c
	}
	for _, i := range r.Incidents {
		l.book.Health.Incidents = slices.DeleteFunc(l.book.Health.Incidents, func(o notice.Incident) bool { return o.ID == i.ID })
		if i.State != notice.Resolved {
			l.book.Health.Incidents = append(l.book.Health.Incidents, i)
		}
	}
	l.book.Health.PausedUntil = r.PausedUntil
	return l.fail("finish after")
}

// ministry is a small site that a test changes between days.
type ministry struct {
	mu    sync.Mutex
	pages map[string]string // by path, without noise
	code  map[string]int
	loads int
	flip  map[string][]string // answers in turn
}

func (m *ministry) set(path, body string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pages[path] = body
}

func (m *ministry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loads++
	path := r.URL.Path
	if turn := m.flip[path]; len(turn) > 0 {
		m.flip[path] = append(turn[1:], turn[0])
		fmt.Fprint(w, turn[0])
		return
	}
	body, ok := m.pages[path]
	if code := m.code[path]; code != 0 {
		w.WriteHeader(code)
	} else if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, strings.ReplaceAll(body, "VISITS", fmt.Sprint(m.loads)))
}

func listPage(n int, next string, items ...string) string {
	var b strings.Builder
	b.WriteString("<html><head><title>通知公告</title></head><body><ul class=list>")
	for i, it := range items {
		href, title, _ := strings.Cut(it, " ")
		fmt.Fprintf(&b, "<li><a href='%s' title='%s'>%s</a><span>2026-0%d-%02d</span></li>", href, title, title, 2, 28-(n*10+i)%28)
	}
	b.WriteString("</ul>")
	if next != "" {
		fmt.Fprintf(&b, "<div class=page><a href='%s'>下一页</a></div>", next)
	}
	return b.String() + "</body></html>"
}

func docPage(title, body, extra string) string {
	return "<html><head><title>" + title + "</title><meta name=ArticleTitle content='" + title + "'></head><body><div class=nav><a href=/>首页</a></div><h1>" + title +
		"</h1><p>发布日期：2026-02-20 浏览次数：VISITS</p><div class=TRS_Editor><p>各省、自治区、直辖市：</p><p>" + body +
		"，现将有关事项通知如下，请结合实际认真贯彻执行，并将落实情况及时报送。</p><p>某委员会</p><p>2026年2月18日</p>" + extra + "</div></body></html>"
}

func titles(n int) (items []string) {
	for i := range n {
		items = append(items, fmt.Sprintf("/zc/t%d.html 关于做好第%d批碳达峰试点建设工作的通知", i, i+1))
	}
	return items
}

type bench struct {
	*ministry
	t       *testing.T
	archive *archive
	ledger  *ledger
	clock   *service.Jump
	worker  *crawler.Worker
	start   time.Time
	crash   string
}

const listURL = "http://a.gov.test/zc/"

func newBench(t *testing.T, docs int) *bench {
	t.Helper()
	m := &ministry{pages: map[string]string{}, code: map[string]int{}, flip: map[string][]string{}}
	for _, it := range titles(docs) {
		path, title, _ := strings.Cut(it, " ")
		m.set(path, docPage(title, "为落实碳达峰部署"+path, ""))
	}
	m.set("/zc/", listPage(0, "", titles(docs)...))
	s := newSite(t, m, nil)
	b := &bench{ministry: m, t: t, clock: s.clock, start: s.clock.Now()}
	b.archive = &archive{t: t, blobs: map[notice.BlobKey][]byte{}, fail: b.failing}
	b.ledger = newLedger(t, b.archive)
	b.worker = b.newWorker(s.fetcher)
	return b
}

func (b *bench) newWorker(f *crawler.Fetcher) *crawler.Worker {
	b.t.Helper()
	w, err := crawler.New(crawler.Config{
		Fetcher: f, Archive: b.archive, Ledger: b.ledger,
		Sources: []notice.Source{{ID: "a", Level: notice.Central, Region: "100000", Hosts: []string{"a.gov.test"}, Lists: []notice.List{{URL: listURL}}}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return w
}

var errCrash = errors.New("crash")

func (b *bench) failing(op string) error {
	if b.crash == op {
		b.crash = ""
		return errCrash
	}
	return nil
}

// day runs the poll of a day after the start.
func (b *bench) day(n int) notice.TaskReport {
	b.t.Helper()
	r, err := b.try(n)
	if err != nil {
		b.t.Fatalf("day %d: %v", n, err)
	}
	return r
}

func (b *bench) try(n int) (notice.TaskReport, error) {
	due := b.start.AddDate(0, 0, n)
	b.clock.Set(due)
	task := notice.Task{ID: notice.NewTaskID("a", notice.Poll, due, ""), Source: "a", Mode: notice.Poll, Host: "a.gov.test", Due: due}
	err := b.worker.Handle(b.t.Context(), task)
	return b.ledger.done[task.ID], err
}

// kinds counts the changes since the last call, "same" left out.
func (b *bench) kinds() map[notice.ChangeKind]int {
	out := map[notice.ChangeKind]int{}
	for _, c := range b.ledger.changes {
		if c.Kind != notice.ChangeSame && c.Kind != notice.ChangeCosmetic {
			out[c.Kind]++
		}
	}
	b.ledger.changes = nil
	return out
}

func (b *bench) want(day int, want map[notice.ChangeKind]int) {
	b.t.Helper()
	if got := b.kinds(); fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("day %d: changes %v, want %v", day, got, want)
	}
}

type kinds = map[notice.ChangeKind]int

func TestLifeOfDocuments(t *testing.T) {
	t.Parallel()
	b := newBench(t, 6)
	b.day(0)
	b.want(0, kinds{notice.ChangeNew: 6})
	for _, d := range b.ledger.docs {
		if !d.Baseline || d.Head == "" {
			t.Errorf("%s: baseline %v, head %q", d.URL, d.Baseline, d.Head)
		}
	}
	// A new notice, and nothing else although every page counts its visits.
	b.set("/zc/n.html", docPage("关于发布节能降碳专项行动计划的通知", "为推进节能降碳", "<p>附件：<a href='/zc/P1.pdf'>行动计划.pdf</a> <a href='http://b.gov.test/x.pdf'>外站附件.pdf</a></p>"))
	b.set("/zc/P1.pdf", "%PDF-1.4 plan\n%%EOF\n")
	b.set("/zc/", listPage(0, "", append([]string{"/zc/n.html 关于发布节能降碳专项行动计划的通知"}, titles(6)...)...))
	r := b.day(1)
	b.want(1, kinds{notice.ChangeNew: 2})
	page := b.find("/zc/n.html")
	if page.Baseline {
		t.Error("a new notice counts as baseline")
	}
	v := b.ledger.versions[page.Head]
	if len(v.Attachments) != 2 || v.Attachments[0].Version == "" || v.Attachments[0].MediaType != "application/pdf" || v.Attachments[1].Problem == "" {
		t.Errorf("attachments %+v", v.Attachments)
	}
	if len(r.Follow) != 1 || r.Follow[0].Host != "b.gov.test" || r.Follow[0].Target.Parent != page.ID {
		t.Errorf("follow %+v", r.Follow)
	}
	// An edit, confirmed by a second fetch of the same task.
	b.set("/zc/t1.html", docPage("关于做好第2批碳达峰试点建设工作的通知", "到2030年单位能耗下降百分之二十", ""))
	b.day(2)
	b.want(2, kinds{notice.ChangeEdited: 1})
	b.day(3)
	b.want(3, kinds{})
	// It flips back.
	b.set("/zc/t1.html", docPage("关于做好第2批碳达峰试点建设工作的通知", "为落实碳达峰部署/zc/t1.html", ""))
	b.day(4)
	b.want(4, kinds{notice.ChangeReverted: 1})
	if n := b.count(notice.VersionRecorded); n != 6+1+2 {
		t.Errorf("%d versions told, want 9", n)
	}
	if n := b.count(notice.DocumentNew); n != 7 {
		t.Errorf("%d documents told as new, want 7", n)
	}
}

func (b *bench) find(path string) notice.Document {
	b.t.Helper()
	for _, d := range b.ledger.docs {
		if strings.HasSuffix(d.URL, path) {
			return d
		}
	}
	b.t.Fatalf("no document %s", path)
	return notice.Document{}
}

func (b *bench) count(k notice.EventKind) (n int) {
	for _, e := range b.ledger.events {
		if e.Kind == k {
			n++
		}
	}
	return n
}

func TestWithdrawalAndReturn(t *testing.T) {
	t.Parallel()
	b := newBench(t, 8)
	b.day(0)
	b.kinds()
	page := b.pages["/zc/t7.html"]
	delete(b.pages, "/zc/t7.html")
	b.set("/zc/", listPage(0, "", titles(7)...))
	want := []kinds{{notice.ChangeMissing: 1}, {notice.ChangeMissing: 1}, {notice.ChangeMissing: 1}, {notice.ChangeGone: 1}}
	for i, w := range want {
		b.day(i + 1)
		b.want(i+1, w)
	}
	if b.count(notice.DocumentWithdrawalSuspected) != 1 || b.count(notice.DocumentWithdrawn) != 1 {
		t.Errorf("suspected %d times, withdrawn %d times", b.count(notice.DocumentWithdrawalSuspected), b.count(notice.DocumentWithdrawn))
	}
	b.set("/zc/t7.html", page)
	b.set("/zc/", listPage(0, "", titles(8)...))
	b.day(5)
	b.want(5, kinds{notice.ChangeReturned: 1})
}

// A site that loses everything at once was rebuilt or is ill.
func TestRevampIsNoWithdrawal(t *testing.T) {
	t.Parallel()
	b := newBench(t, 12)
	b.day(0)
	b.kinds()
	for i := range 12 {
		delete(b.pages, fmt.Sprintf("/zc/t%d.html", i))
	}
	b.set("/zc/", listPage(0, "", "/new/1.html 关于另一件事情的通知公告", "/new/2.html 关于又一件事情的通知公告", "/new/3.html 关于第三件事情的通知公告"))
	for n := range 3 {
		b.set(fmt.Sprintf("/new/%d.html", n+1), docPage("关于另一件事情的通知公告", fmt.Sprint("新内容", n), ""))
	}
	for d := 1; d < 6; d++ {
		b.day(d)
	}
	if got := b.kinds(); got[notice.ChangeGone] != 0 || got[notice.ChangeMissing] != 0 {
		t.Errorf("changes %v", got)
	}
	if len(b.ledger.book.Health.Incidents) != 1 || b.ledger.book.Health.Incidents[0].Class != notice.MovedSite {
		t.Errorf("incidents %+v", b.ledger.book.Health.Incidents)
	}
}

func TestOutageAndChallengeAreNoWithdrawal(t *testing.T) {
	t.Parallel()
	b := newBench(t, 5)
	b.day(0)
	b.kinds()
	good := b.pages["/zc/"]
	b.set("/zc/", "<html><head><script>$_ts=window['$_ts'];</script></head><body></body></html>")
	b.code["/zc/"] = 412
	r := b.day(1)
	if r.Outcome != notice.ChallengeJS || !r.PausedUntil.After(b.start.AddDate(0, 0, 1)) || len(r.Incidents) != 1 || r.Incidents[0].Class != notice.Block {
		t.Fatalf("outcome %s, paused until %v, incidents %+v", r.Outcome, r.PausedUntil, r.Incidents)
	}
	if len(r.Incidents[0].Evidence) != 1 || b.ledger.captures[r.Incidents[0].Evidence[0]].Blob == "" {
		t.Error("the challenge is not kept as evidence")
	}
	loads := b.loads
	if r := b.day(1); r.Requests != 0 && b.loads != loads {
		t.Error("a paused host was visited")
	}
	b.set("/zc/", good)
	delete(b.code, "/zc/")
	r = b.day(3)
	b.want(3, kinds{})
	if len(r.Incidents) != 1 || r.Incidents[0].State != notice.Resolved {
		t.Errorf("incidents %+v, want it resolved", r.Incidents)
	}
	b.set("/zc/", listPage(0, ""))
	if r := b.day(4); len(r.Incidents) != 1 || r.Incidents[0].Class != notice.ListEmpty {
		t.Errorf("incidents %+v, want list_empty", r.Incidents)
	}
	b.want(4, kinds{})
}

// Two nodes that answer in turn: one still has yesterday's page.
func TestFlappingNodes(t *testing.T) {
	t.Parallel()
	b := newBench(t, 4)
	b.day(0)
	b.kinds()
	old := b.pages["/zc/t0.html"]
	other := docPage("关于做好第1批碳达峰试点建设工作的通知", "到2030年下降百分之二十", "")
	b.flip["/zc/t0.html"] = []string{other, old}
	for d := 1; d < 6; d++ {
		b.day(d)
	}
	if got := b.kinds(); got[notice.ChangeEdited]+got[notice.ChangeReverted] != 0 {
		t.Errorf("changes %v", got)
	}
}

func TestWalkStopsAndResumes(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	var all []string
	for p := range 6 {
		var items []string
		for i := range 5 {
			path := fmt.Sprintf("/zc/p%d_%d.html", p, i)
			title := fmt.Sprintf("关于开展第%d类第%d项节能工作的通知", p+1, i+1)
			b.set(path, docPage(title, path, ""))
			items = append(items, path+" "+title)
		}
		next, path := fmt.Sprintf("/zc/index_%d.html", p+1), fmt.Sprintf("/zc/index_%d.html", p)
		if p == 0 {
			path = "/zc/"
		}
		if p == 5 {
			next = ""
		}
		b.set(path, listPage(p, next, items...))
		all = append(all, items...)
	}
	r := b.day(0)
	if r.Runs[0].Pages != 6 || !r.Runs[0].ToEnd || !r.Runs[0].Baseline || r.Runs[0].Items != len(all) {
		t.Fatalf("first walk %+v", r.Runs[0])
	}
	b.kinds()
	// The same evening: two clean pages are enough.
	b.start = b.start.Add(6 * time.Hour)
	if r := b.day(0); r.Runs[0].Pages != 2 || !r.Runs[0].Complete || r.Runs[0].ToEnd {
		t.Errorf("second walk %+v", r.Runs[0])
	}
}

func TestStuckPageIsNoticed(t *testing.T) {
	t.Parallel()
	b := newBench(t, 5)
	b.set("/zc/", listPage(0, "/zc/index_1.html", titles(5)...))
	b.set("/zc/index_1.html", listPage(0, "/zc/index_2.html", titles(5)...))
	r := b.day(0)
	if !r.Runs[0].Stuck || r.Runs[0].Complete || len(r.Incidents) != 1 || r.Incidents[0].Class != notice.PageStuck {
		t.Errorf("run %+v, incidents %+v", r.Runs[0], r.Incidents)
	}
}

func TestOtherHostsAreNotVisited(t *testing.T) {
	t.Parallel()
	b := newBench(t, 3)
	b.set("/zc/", listPage(0, "", append(titles(3), "http://b.gov.test/x.html 关于转发另一家单位文件的通知")...))
	r := b.day(0)
	if len(r.Follow) != 1 || r.Follow[0].Mode != notice.Fetch || r.Follow[0].Target.Title != "关于转发另一家单位文件的通知" {
		t.Fatalf("follow %+v", r.Follow)
	}
	b.set("/x.html", docPage("关于转发另一家单位文件的通知", "转发", ""))
	if err := b.worker.Handle(t.Context(), r.Follow[0]); err != nil {
		t.Fatal(err)
	}
	if d := b.find("b.gov.test/x.html"); d.Head == "" || !d.Baseline {
		t.Errorf("document %+v", d)
	}
}

// Each write fails before and after it took effect; done again, the end is that
// of a clean run and no event is told twice.
func TestCrashTable(t *testing.T) {
	t.Parallel()
	clean := newBench(t, 3)
	withFile(clean)
	clean.day(0)
	for _, op := range []string{"put before", "put after", "commit before", "commit after", "finish before", "finish after"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, 3)
			withFile(b)
			b.crash = op
			if _, err := b.try(0); !errors.Is(err, errCrash) {
				t.Fatalf("the crash was lost: %v", err)
			}
			b.day(0)
			if len(b.ledger.docs) != len(clean.ledger.docs) || len(b.ledger.versions) != len(clean.ledger.versions) || len(b.ledger.events) != len(clean.ledger.events) {
				t.Errorf("%d documents, %d versions, %d events; want %d, %d, %d", len(b.ledger.docs), len(b.ledger.versions), len(b.ledger.events),
					len(clean.ledger.docs), len(clean.ledger.versions), len(clean.ledger.events))
			}
			for id := range clean.ledger.events {
				if _, ok := b.ledger.events[id]; !ok {
					t.Errorf("event %s is missing", id)
				}
			}
			for _, d := range b.ledger.docs {
				if !d.Baseline {
					t.Errorf("%s is not baseline after the crash", d.URL)
				}
			}
		})
	}
}

func withFile(b *bench) {
	b.set("/zc/t0.html", docPage("关于做好第1批碳达峰试点建设工作的通知", "见附件", "<p>附件：<a href='/zc/P1.pdf'>名单.pdf</a></p>"))
	b.set("/zc/P1.pdf", "%PDF-1.4 list\n%%EOF\n")
}

func TestTryStoresNothing(t *testing.T) {
	t.Parallel()
	m := &ministry{pages: map[string]string{"/zc/": listPage(0, "", titles(5)...)}, code: map[string]int{}, flip: map[string][]string{}}
	s := newSite(t, m, nil)
	got, err := s.fetcher.Try(t.Context(), notice.Source{ID: "a", Lists: []notice.List{{URL: listURL}}}, 1)
	if err != nil || len(got) != 1 || len(got[0].Items) != 5 || got[0].Verdict.Outcome != notice.OK {
		t.Errorf("%+v, %v", got, err)
	}
}
