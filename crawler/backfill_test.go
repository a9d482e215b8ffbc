package crawler_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"govwatch/crawler"
	"govwatch/notice"
)

// A back-fill walks a long list in parts. A part that is killed before its report
// is stored is done again from where it began; nothing is recorded twice.
func TestBackfillGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	const pages, each = 14, 4
	for p := range pages {
		var items []string
		for i := range each {
			path := fmt.Sprintf("/zc/p%d_%d.html", p, i)
			title := fmt.Sprintf("关于开展第%d类第%d项节能工作的通知", p+1, i+1)
			b.set(path, docPage(title, path, ""))
			items = append(items, path+" "+title)
		}
		next, path := fmt.Sprintf("/zc/index_%d.html", p+1), fmt.Sprintf("/zc/index_%d.html", p)
		if p == 0 {
			path = "/zc/"
		}
		if p == pages-1 {
			next = ""
		}
		b.set(path, listPage(p, next, items...))
	}
	s := newSite(t, b.ministry, nil)
	worker, err := crawler.New(crawler.Config{
		Fetcher: s.fetcher, Archive: b.archive, Ledger: b.ledger,
		Limits:  crawler.Limits{Requests: 600, Revisits: 1, PollPages: 5, BackfillPages: 5, Follow: 1},
		Sources: []notice.Source{{ID: "a", Level: notice.Central, Region: "100000", Hosts: []string{"a.gov.test"}, Lists: []notice.List{{URL: listURL}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	part := func(n int) (notice.ListState, error) {
		due := b.start.Add(time.Duration(n) * time.Hour)
		task := notice.Task{ID: notice.NewTaskID("a", notice.Backfill, due, ""), Source: "a", Mode: notice.Backfill, Host: "a.gov.test", Due: due}
		err := worker.Handle(t.Context(), task)
		return b.ledger.book.Lists[listURL], err
	}
	first, err := part(0)
	if err != nil || first.Resume == "" || first.Baseline || len(b.ledger.docs) != 5*each {
		t.Fatalf("part 1: %+v, %d documents, %v", first, len(b.ledger.docs), err)
	}
	b.crash = "finish before"
	killed, err := part(1)
	if !errors.Is(err, errCrash) || killed.Resume != first.Resume {
		t.Fatalf("the killed part: %v, resume %q, want %q", err, killed.Resume, first.Resume)
	}
	seen := len(b.ledger.docs)
	again, err := part(1)
	if err != nil || again.Resume == first.Resume || len(b.ledger.docs) != seen || seen <= 5*each {
		t.Fatalf("the part again: %v, resume %q, %d documents after %d", err, again.Resume, len(b.ledger.docs), seen)
	}
	last := again
	for n := 2; n < 8 && last.Resume != ""; n++ {
		if last, err = part(n); err != nil {
			t.Fatal(err)
		}
	}
	if last.Resume != "" || !last.Baseline || len(b.ledger.docs) != pages*each {
		t.Errorf("the end: %+v, %d documents, want %d", last, len(b.ledger.docs), pages*each)
	}
	if news := b.kinds()[notice.ChangeNew]; news != pages*each {
		t.Errorf("%d documents are new, want each once: %d", news, pages*each)
	}
}
