package crawler_test

import (
	"errors"
	"fmt"
	"govwatch/notice"
	"strings"
	"testing"
	"time"
)

// firstDay is a Monday in Beijing.
var firstDay = time.Date(2026, 3, 2, 9, 0, 0, 0, notice.Beijing())

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

// Another worker commits between our reading and our writing: we read the head
// again and decide again, and an edit is told by whoever was first.
func TestAnotherWorkerWasFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	b.day(0)
	b.kinds()
	edited := docPage("关于做好第1批碳达峰试点建设工作的通知", "到2030年下降百分之二十", "")
	b.set("/zc/t0.html", edited)
	b.ledger.rival = func(d *notice.Document) { d.Policy = true } // a harmless change
	b.day(1)
	b.want(1, kinds{notice.ChangeEdited: 1})
	if d := b.find("/zc/t0.html"); !d.Policy || d.Rev != 3 {
		t.Errorf("the other worker's word is lost: %+v", d)
	}
	b.set("/zc/t0.html", strings.Replace(edited, "百分之二十", "百分之三十", 1))
	text := b.ledger.versions[b.find("/zc/t0.html").Head].TextHash
	b.ledger.rival = func(d *notice.Document) { d.PrevText, d.HeadBlob = text, "" } // head moved on
	b.day(2)
	b.want(2, kinds{notice.ChangeEdited: 1})
}

// Pages that are closed to everybody must not keep us from the open ones.
func TestClosedPagesDoNotStopTheTask(t *testing.T) {
	t.Parallel()
	b := newBench(t, 9)
	for _, n := range []int{0, 1, 2} {
		b.code[fmt.Sprintf("/zc/t%d.html", n)] = 403
		b.set(fmt.Sprintf("/zc/t%d.html", n), "<html><title>403 Forbidden</title><h1>403 Forbidden</h1></html>")
	}
	r := b.day(0)
	b.want(0, kinds{notice.ChangeNew: 6})
	if !r.PausedUntil.IsZero() || r.Outcome != notice.OK {
		t.Errorf("outcome %s, paused until %v", r.Outcome, r.PausedUntil)
	}
}

// A host that asks for a pause gets it, and is not called ill for our silence.
func TestTaskEndsWhenTheHostRests(t *testing.T) {
	t.Parallel()
	b := newBench(t, 5)
	b.code["/zc/t2.html"] = 429
	r := b.day(0)
	if r.PausedUntil.IsZero() || len(r.Incidents) != 0 || b.held() != 2 || len(b.ledger.docs) != 5 {
		t.Errorf("paused until %v, incidents %+v, %d documents of %d", r.PausedUntil, r.Incidents, b.held(), len(b.ledger.docs))
	}
	delete(b.code, "/zc/t2.html")
	b.day(1)
	if b.held() != 5 {
		t.Errorf("%d documents a day later", b.held())
	}
	for _, d := range b.ledger.docs {
		if !d.Baseline {
			t.Errorf("%s is not baseline: the first walk was cut short", d.URL)
		}
	}
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
