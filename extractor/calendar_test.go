package extractor_test

import (
	"slices"
	"testing"
	"time"

	"govwatch/extractor"
	"govwatch/notice"
)

func (w *world) on(year, month, day int) {
	w.now = time.Date(year, time.Month(month), day, 6, 0, 0, 0, notice.Beijing())
	w.Clock = fixed(w.now)
}

// changes are the validity.changed events that were told.
func (w *world) changes() []notice.Event {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	var out []notice.Event
	for _, e := range w.ledger.order {
		if e.Kind == notice.ValidityChanged {
			out = append(out, e)
		}
	}
	return out
}

func (w *world) turn(t testing.TB, want int) {
	t.Helper()
	n, err := w.Turn(t.Context())
	if err != nil || n != want {
		t.Errorf("on %s: %d records turned, want %d: %v", notice.DateOf(w.now), n, want, err)
	}
}

// replays holds a stored record to its bytes.
func (w *world) replays(t testing.TB, e notice.Event) {
	t.Helper()
	in, err := w.ledger.Reading(t.Context(), e.Version)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Replay(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if diff, err := extractor.Differing(*in.Current, again); err != nil || len(diff) > 0 {
		t.Errorf("the replay differs in %v (%v): %+v and %+v", diff, err, in.Current.Evidence["validity"], again.Evidence["validity"])
	}
}

// A repeal after the calendar's turn keeps both in the evidence.
func TestRepealAfterATurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, term), notice.ChangeNew, "")
	w.handle(t, e)
	w.on(2024, 4, 2)
	w.turn(t, 1)
	list := w.commit(t, "https://sd.gov.cn/list.html", html("山东省人民政府办公厅关于废止部分文件的通知", "鲁政办发〔2024〕30号",
		"经省政府同意，决定废止下列文件：", "《"+policyTitle+"》（"+policyNumber+"）予以废止。"), notice.ChangeNew, "")
	w.handle(t, list)
	if r := w.ledger.records[e.Version]; r.Validity != notice.Repealed {
		t.Errorf("validity %s", r.Validity)
	}
	w.replays(t, e)
	w.handle(t, e)
	w.replays(t, e)
	w.on(2025, 1, 1)
	w.turn(t, 0)
}

const term = "本方案自2024年4月1日起施行，有效期至2024年12月31日。"

func TestValidityFollowsTheCalendar(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, term), notice.ChangeNew, "")
	v := w.ledger.versions[e.Version]
	v.Baseline = true
	w.ledger.versions[e.Version] = v
	w.handle(t, e)
	validity := func(want notice.Validity) {
		t.Helper()
		if got := w.ledger.records[e.Version].Validity; got != want {
			t.Errorf("on %s: %s, want %s", notice.DateOf(w.now), got, want)
		}
	}
	validity(notice.NotYetInForce)
	w.turn(t, 0)
	w.on(2024, 3, 31)
	w.turn(t, 0)
	w.on(2024, 4, 1)
	w.turn(t, 1)
	validity(notice.InForce)
	w.turn(t, 0)
	w.handle(t, e)
	validity(notice.InForce)
	w.on(2024, 12, 31)
	w.turn(t, 0)
	w.on(2025, 1, 1)
	w.turn(t, 1)
	validity(notice.Expired)
	w.turn(t, 0)
	w.replays(t, e)
	told := w.changes()
	if len(told) != 2 || told[0].ID == told[1].ID {
		t.Fatalf("events %+v", told)
	}
	for _, x := range told {
		if x.Cause != notice.Calendar || x.Baseline || x.Record != e.Version || x.Document != e.Document {
			t.Errorf("event %+v", x)
		}
	}
	if ev := w.ledger.records[e.Version].Evidence["validity"]; ev[0].Rule != "validity.calendar" || ev[0].Context != "2025-01-01" || !ev[0].Won {
		t.Errorf("evidence %+v", ev)
	}
}

func TestValidityAfterALongStopIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, term), notice.ChangeNew, "")
	w.handle(t, e)
	w.on(2026, 1, 1)
	w.turn(t, 1)
	if got := w.ledger.records[e.Version].Validity; got != notice.Expired || len(w.changes()) != 1 {
		t.Errorf("%s with %d events", got, len(w.changes()))
	}
}

// A flag that was printed before the day does not undo it when the same bytes are
// read again; one that a later state of the page prints does.
func TestCalendarAndFlag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	table := "<table><tr><td>索引号</td><td>1/2</td><td>有效性</td><td>有效</td></tr><tr><td>发文机关</td><td>山东省人民政府办公厅</td><td>失效日期</td><td>2024-12-31</td></tr></table>"
	body := "<html><body>" + table + html(policyTitle, policyNumber, policyText)[len("<html>"):]
	e := w.commit(t, "https://sd.gov.cn/a.html", body, notice.ChangeNew, "")
	w.handle(t, e)
	if r := w.ledger.records[e.Version]; r.Validity != notice.InForce || r.Expires.String() != "2024-12-31" {
		t.Fatalf("validity %s, expires %s", r.Validity, r.Expires)
	}
	w.on(2025, 1, 2)
	w.turn(t, 1)
	w.handle(t, e)
	if got := w.ledger.records[e.Version].Validity; got != notice.Expired {
		t.Errorf("read again: %s", got)
	}
	later := w.commit(t, "https://sd.gov.cn/a.html", body+"<p>更新</p>", notice.ChangeEdited, "")
	w.handle(t, later)
	w.turn(t, 0)
	if got := w.ledger.records[later.Version].Validity; got != notice.InForce {
		t.Errorf("a page that calls itself in force after the day: %s", got)
	}
}

func TestEarlierRecordsAreLinkedToLaterDocuments(t *testing.T) {
	t.Parallel()
	const final = "山东省生态环境厅关于印发《山东省碳普惠体系建设方案》的通知"
	pages := map[string]struct {
		title string
		want  notice.RelationType
	}{
		"https://sd.gov.cn/draft.html":   {"关于公开征求《山东省碳普惠体系建设方案（征求意见稿）》意见的公告", notice.DraftOf},
		"https://sd.gov.cn/reading.html": {"《山东省碳普惠体系建设方案》政策解读", notice.Interprets},
	}
	for _, finalFirst := range []bool{false, true} {
		w := newWorld(t)
		events := map[string]notice.Event{}
		read := func(url, title, number string) notice.Event {
			e := w.commit(t, url, html(title, number, policyText), notice.ChangeNew, "")
			w.handle(t, e)
			return e
		}
		var done notice.Event
		if finalFirst {
			done = read("https://sd.gov.cn/final.html", final, "鲁环发〔2024〕6号")
		}
		for url, p := range pages {
			events[url] = read(url, p.title, "")
		}
		before := len(w.ledger.order)
		if !finalFirst {
			done = read("https://sd.gov.cn/final.html", final, "鲁环发〔2024〕6号")
			if n := len(w.ledger.order); n != before+1 {
				t.Errorf("linking told %d events", n-before-1)
			}
		}
		work := w.ledger.records[done.Version].Work
		for url, p := range pages {
			rels := w.ledger.records[events[url].Version].Relations
			if !slices.ContainsFunc(rels, func(r notice.Relation) bool { return r.Type == p.want && r.Work == work && work != "" }) {
				t.Errorf("final first %v: %s is not linked: %+v", finalFirst, p.title, rels)
			}
		}
	}
}
