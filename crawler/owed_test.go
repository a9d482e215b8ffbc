package crawler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"govwatch/notice"
)

// held counts documents that are there.
func (b *bench) held() (n int) {
	for _, d := range b.ledger.docs {
		if d.Head != "" {
			n++
		}
	}
	return n
}

// tries lists the days on which an address was asked for.
func (b *bench) tries(path string, days int) (out []int) {
	b.t.Helper()
	for n := range days {
		before := b.asked(path)
		b.day(n)
		if b.asked(path) > before {
			out = append(out, n)
		}
	}
	return out
}

func (b *bench) asked(path string) (n int) {
	for _, c := range b.ledger.captures {
		if strings.HasSuffix(c.URL, path) {
			n++
		}
	}
	return n
}

// What cannot be had is asked for after growing pauses, never given up, and
// counts as a new document when it comes.
func TestOwedDocumentsBackOff(t *testing.T) {
	t.Parallel()
	b := newBench(t, 6)
	b.code["/zc/t3.html"] = http.StatusInternalServerError
	days := b.tries("/zc/t3.html", 120)
	for i := 2; i < len(days); i++ {
		if gap, before := days[i]-days[i-1], days[i-1]-days[i-2]; gap < before || gap > 31 {
			t.Errorf("asked on days %v: pauses must grow, to a month at most", days)
			break
		}
	}
	if len(days) < 9 || len(days) > 16 {
		t.Errorf("asked on %d days of 120: %v", len(days), days)
	}
	d := b.find("/zc/t3.html")
	if d.State != notice.Owed || d.Tries != len(days) || !strings.Contains(d.Trouble, "http_5xx") || d.Head != "" {
		t.Errorf("the ledger says %+v", d)
	}
	b.kinds()
	// The list no longer shows it, and it can be had at last.
	b.set("/zc/", listPage(0, "", titles(3)...))
	delete(b.code, "/zc/t3.html")
	for n := 120; n < 152; n++ {
		b.day(n)
	}
	if d := b.find("/zc/t3.html"); d.State != notice.Live || d.Head == "" || d.Tries != 0 || d.Trouble != "" {
		t.Errorf("after its first good answer: %+v", d)
	}
	if b.kinds()[notice.ChangeNew] != 1 {
		t.Error("it was not told as new")
	}
}

// A file that its page names and that cannot be had at first comes later,
// although the page itself does not change.
func TestOwedFilesComeLater(t *testing.T) {
	t.Parallel()
	b := newBench(t, 4)
	b.set("/zc/t1.html", docPage("关于做好第2批碳达峰试点建设工作的通知", "为落实碳达峰部署", "<p>附件：<a href='/zc/P9.pdf'>实施方案.pdf</a></p>"))
	b.set("/zc/P9.pdf", "%PDF-1.4 plan\n%%EOF\n")
	b.code["/zc/P9.pdf"] = http.StatusServiceUnavailable
	b.day(0)
	if d := b.find("/zc/P9.pdf"); d.State != notice.Owed || d.Parent != b.find("/zc/t1.html").ID {
		t.Fatalf("the file is %+v", d)
	}
	delete(b.code, "/zc/P9.pdf")
	b.day(1)
	if d := b.find("/zc/P9.pdf"); d.State != notice.Live || d.Head == "" || b.count(notice.AttachmentAdded) != 1 {
		t.Errorf("a day later the file is %+v, told %d times", d, b.count(notice.AttachmentAdded))
	}
}

// A list of thousands of links to another host is ordered in parts; nothing is
// dropped and nothing ordered twice before all was ordered once.
func TestLinksBeyondTheLimitAreCarriedOn(t *testing.T) {
	t.Parallel()
	const links = 10000
	b := newBench(t, 3)
	var rows []string
	for i := range links {
		rows = append(rows, fmt.Sprintf("http://b.gov.test/art/2026/art_%06d.html 关于开展第%d次节能监察工作的通知", i, i))
	}
	b.set("/zc/", listPage(0, "", rows...))
	ordered := map[string]int{}
	for n := range 20 {
		// Each poll comes before the fetch queue has brought anything: the worst case.
		b.clock.Set(b.start.Add(time.Duration(n) * 10 * time.Minute))
		due := b.clock.Now()
		task := notice.Task{ID: notice.NewTaskID("a", notice.Poll, due, ""), Source: "a", Mode: notice.Poll, Host: "a.gov.test", Due: due}
		if err := b.worker.Handle(t.Context(), task); err != nil {
			t.Fatal(err)
		}
		r := b.ledger.done[task.ID]
		if len(r.Follow) > 500 {
			t.Errorf("task %d orders %d visits", n, len(r.Follow))
		}
		for _, f := range r.Follow {
			ordered[f.Target.URL]++
		}
		if n == 0 && len(r.Owed) != links {
			t.Errorf("the first task keeps %d of %d links", len(r.Owed), links)
		}
	}
	if len(ordered) != links {
		t.Errorf("%d of %d links were ordered", len(ordered), links)
	}
	for u, n := range ordered {
		if n != 1 {
			t.Errorf("%s was ordered %d times", u, n)
			break
		}
	}
}

// A page that leads to another host is ordered there; the fetch that fails there
// backs off too.
func TestFetchTasksBackOff(t *testing.T) {
	t.Parallel()
	b := newBench(t, 3)
	b.set("/zc/", listPage(0, "", append([]string{"http://b.gov.test/x.html 关于另一台主机上的一份文件的通知"}, titles(3)...)...))
	r := b.day(0)
	if len(r.Follow) != 1 {
		t.Fatalf("follow %+v", r.Follow)
	}
	if err := b.worker.Handle(t.Context(), r.Follow[0]); err != nil {
		t.Fatal(err)
	}
	d := b.find("/x.html")
	if d.State != notice.Owed || d.Tries != 1 || d.Trouble == "" {
		t.Errorf("after a fetch in vain: %+v", d)
	}
	for n := 1; n < 12; n++ {
		for _, f := range b.day(n).Follow {
			if err := b.worker.Handle(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
	}
	if d := b.find("/x.html"); d.Tries < 5 || d.Tries > 8 {
		t.Errorf("%d tries in twelve days, want them to thin out", d.Tries)
	}
}

// A document that was held and whose pages are refused or fail is asked for after
// growing pauses; its list shows it, so nothing is withdrawn.
func TestHeldDocumentsBackOffToo(t *testing.T) {
	t.Parallel()
	b := newBench(t, 6)
	b.day(0)
	b.kinds()
	b.code["/zc/t2.html"] = http.StatusServiceUnavailable
	days := b.tries("/zc/t2.html", 40)
	if len(days) < 8 || len(days) > 14 {
		t.Errorf("asked on %d days of 40: %v", len(days), days)
	}
	d := b.find("/zc/t2.html")
	if d.State != notice.Live || d.Tries == 0 || !strings.Contains(d.Trouble, "http_5xx") {
		t.Errorf("the ledger says %+v", d)
	}
	delete(b.code, "/zc/t2.html")
	for n := 40; n < 46; n++ {
		b.day(n)
	}
	if d := b.find("/zc/t2.html"); d.Tries != 0 || d.Trouble != "" {
		t.Errorf("after an answer: %+v", d)
	}
	if k := b.kinds(); k[notice.ChangeMissing]+k[notice.ChangeGone] != 0 {
		t.Errorf("changes %v", k)
	}
}
