package crawler_test

import (
	"errors"
	"fmt"
	"govwatch/crawler"
	"govwatch/internal/service"
	"govwatch/notice"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

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
