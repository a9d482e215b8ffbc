package crawler_test

import (
	"fmt"
	"strings"
	"testing"

	"govwatch/notice"
)

// A site that was rebuilt under new addresses is known by its list: what stood at
// the old ones is asked first, and the copies are read the day after.
func TestRebuiltSiteIsKnownByItsList(t *testing.T) {
	t.Parallel()
	b := newBench(t, 12)
	b.day(0)
	b.kinds()
	b.day(1)
	var moved []string
	for i, it := range titles(12) {
		path, title, _ := strings.Cut(it, " ")
		b.set("/n2"+path, b.pages[path])
		delete(b.pages, path)
		moved = append(moved, fmt.Sprintf("/n2%s %s", path, title))
		if i == 0 {
			b.set("/n2/zc/fresh.html", docPage("关于印发新年工作要点的通知公告", "工作要点", ""))
		}
	}
	list := listPage(0, "", moved...)
	fresh := strings.ReplaceAll(listPage(0, "", "/n2/zc/fresh.html 关于印发新年工作要点的通知公告"), "2026-02-28", b.start.AddDate(0, 0, 2).Format("2006-01-02"))
	_, fresh, _ = strings.Cut(fresh, "<ul class=list>")
	fresh, _, _ = strings.Cut(fresh, "</ul>")
	b.set("/zc/", strings.Replace(list, "<ul class=list>", "<ul class=list>"+fresh, 1))
	r := b.day(2)
	if len(r.Incidents) != 1 || r.Incidents[0].Class != notice.MovedSite || r.Incidents[0].Scope != "" {
		t.Errorf("incidents %+v, want that the site moved", r.Incidents)
	}
	if got := b.kinds(); got[notice.ChangeNew] != 1 || got[notice.ChangeGone] > 0 {
		t.Errorf("changes %v, want the notice that is new alone", got)
	}
	b.day(3)
	got := b.kinds()
	if got[notice.ChangeNew] != 12 || got[notice.ChangeGone] > 0 {
		t.Errorf("changes %v, want the copies read", got)
	}
	for d := 4; d < 9; d++ {
		b.day(d)
	}
	if got := b.kinds(); got[notice.ChangeGone] > 0 || got[notice.ChangeNew] > 0 {
		t.Errorf("changes %v, want none to be withdrawn", got)
	}
}

// A site whose notices are all away for two days was ill: what is taken down
// afterwards is withdrawn as anywhere.
func TestSiteThatCameBackWasNotRebuilt(t *testing.T) {
	t.Parallel()
	b := newBench(t, 12)
	b.day(0)
	b.kinds()
	held := map[string]string{}
	for i := range 12 {
		path := fmt.Sprintf("/zc/t%d.html", i)
		held[path] = b.pages[path]
		delete(b.pages, path)
	}
	b.day(1)
	b.day(2)
	for path, page := range held {
		b.set(path, page)
	}
	r := b.day(3)
	if len(r.Incidents) != 1 || r.Incidents[0].Class != notice.MovedSite || r.Incidents[0].State != notice.Resolved {
		t.Errorf("incidents %+v, want it resolved", r.Incidents)
	}
	delete(b.pages, "/zc/t11.html")
	b.set("/zc/", listPage(0, "", titles(11)...))
	for d := 4; d < 9; d++ {
		b.day(d)
	}
	if got := b.kinds(); got[notice.ChangeGone] != 1 {
		t.Errorf("changes %v, want one withdrawn", got)
	}
}
