package extractor_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"govwatch/extractor"
	"govwatch/internal/fault"
	"govwatch/notice"
)

// world is a worker over fakes, with one source.
type world struct {
	*extractor.Worker
	archive *memory
	ledger  *ledger
	now     time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	now := time.Date(2024, 3, 20, 9, 0, 0, 0, notice.Beijing())
	w := &world{archive: &memory{t: t, blobs: map[notice.BlobKey][]byte{}}, now: now}
	w.ledger = &ledger{
		docs: map[notice.DocumentID]notice.Document{}, versions: map[notice.VersionID]notice.Version{}, changes: map[notice.VersionID]notice.Change{},
		records: map[notice.VersionID]notice.Record{}, works: map[notice.WorkID]notice.Work{}, events: map[notice.EventID]notice.Event{},
		source: notice.Source{ID: "sd", Region: "370000", Level: notice.Provincial, Lists: []notice.List{{URL: "https://sd.gov.cn/list", Column: "政策文件"}}},
	}
	w.Worker = &extractor.Worker{Archive: w.archive, Records: w.ledger, Files: plain{}, Clock: fixed(now), Agenda: w.ledger}
	return w
}

// commit stores a state of a document as the crawler would, and returns its event.
func (w *world) commit(t testing.TB, url string, body string, kind notice.ChangeKind, parent notice.DocumentID, files ...notice.AttachmentRef) notice.Event {
	t.Helper()
	key, err := w.archive.Put(t.Context(), []byte(body), notice.BlobMeta{})
	if err != nil {
		t.Fatal(err)
	}
	id := notice.NewDocumentID("sd", url)
	d := w.ledger.docs[id]
	v := notice.Version{ID: notice.NewVersionID(id, d.Head, key), Document: id, Prev: d.Head, Blob: key, URL: url, MediaType: "text/html", Kind: kind, Attachments: files}
	if d.ID == "" {
		d = notice.Document{ID: id, Source: "sd", URL: url, List: "https://sd.gov.cn/list", FirstSeen: w.now, LastSeen: w.now, State: notice.Live, Parent: parent}
	}
	d.Head = v.ID
	w.ledger.docs[id], w.ledger.versions[v.ID] = d, v
	w.ledger.changes[v.ID] = notice.Change{Source: "sd", Document: id, URL: url, Kind: kind, From: v.Prev, To: v.ID, At: w.now}
	return notice.Event{ID: "e", Kind: notice.VersionRecorded, Source: "sd", Document: id, Version: v.ID}
}

func (w *world) handle(t testing.TB, e notice.Event) {
	t.Helper()
	if err := w.Handle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

const policyText = "各市人民政府，各县（市、区）人民政府，省政府各部门、各直属机构：现将《山东省建筑节能降碳行动方案》印发给你们，请认真贯彻执行。加快推动建筑领域绿色低碳发展，提高新建建筑节能水平，推进既有建筑节能改造，推广可再生能源建筑应用。"

// html draws a page of a policy in our own words.
func html(title, number string, paragraphs ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<html><head><meta charset="utf-8"><title>%s</title><meta name="ArticleTitle" content="%s"><meta name="PubDate" content="2024-03-15 10:00"></head><body><h1>%s</h1><div id="zoom"><p style="text-align:center">%s</p>`, title, title, title, number)
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>", p)
	}
	b.WriteString(`<p style="text-align:right">山东省人民政府办公厅</p><p style="text-align:right">2024年3月12日</p></div></body></html>`)
	return b.String()
}

const (
	policyTitle  = "山东省人民政府办公厅关于印发山东省建筑节能降碳行动方案的通知"
	policyNumber = "鲁政办发〔2024〕8号"
	target       = "到2025年，城镇新建建筑可再生能源替代率达到8%，建筑用能中电力消费占比超过55%。"
)

func TestNewPageBecomesARecordOfAWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, target), notice.ChangeNew, "")
	w.handle(t, e)
	r := w.ledger.records[e.Version]
	if r.Title != policyTitle || r.Number != policyNumber || r.Region != "370000" || !r.Climate || r.Class != notice.Policy || len(r.Targets) != 2 || r.Work == "" || r.Cause != notice.Publisher || r.At != w.now {
		t.Errorf("record %+v", r)
	}
	first := w.ledger.told()
	w.handle(t, e)
	if got := w.ledger.told(); !slices.Equal(got, first) || !slices.Equal(got, []notice.EventKind{notice.RecordExtracted}) {
		t.Errorf("events %v, then %v", first, got)
	}
	if len(w.ledger.works) != 1 {
		t.Errorf("%d works", len(w.ledger.works))
	}
	if want := notice.NewEventID(notice.RecordExtracted, string(e.Version), fmt.Sprint(extractor.Ruleset)); w.ledger.events[want].Kind != notice.RecordExtracted {
		t.Error("the event's ID is not that of version and ruleset")
	}
}

func TestEditIsAnnouncedWithItsMeaning(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want []notice.Meaning
		kind notice.ChangeKind
	}{
		"figure":   {html(policyTitle, policyNumber, policyText, strings.Replace(target, "55%", "60%", 1)), []notice.Meaning{notice.FigureAltered}, notice.ChangeEdited},
		"nothing":  {strings.Replace(html(policyTitle, policyNumber, policyText, target), "<body>", "<body><div class=\"weather\">今天是晴天</div>", 1), nil, notice.ChangeCosmetic},
		"repealed": {html(policyTitle+"（已废止）", policyNumber, policyText, target), nil, notice.ChangeEdited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.handle(t, w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, target), notice.ChangeNew, ""))
			e := w.commit(t, "https://sd.gov.cn/a.html", c.body, notice.ChangeEdited, "")
			w.handle(t, e)
			got := w.ledger.changes[e.Version]
			announced := slices.Contains(w.ledger.told(), notice.DocumentModified)
			if got.Kind != c.kind || announced != (got.Diff != "") || announced != (c.kind == notice.ChangeEdited) || announced != (got.Event != "") {
				t.Errorf("change %+v, announced %v", got, announced)
			}
			if c.want != nil && !slices.Equal(got.Meaning, c.want) {
				t.Errorf("meaning %v, want %v; %s", got.Meaning, c.want, got.Diff)
			}
			if name == "repealed" && (!slices.Contains(got.Meaning, notice.ValidityFlag) || !slices.Contains(w.ledger.told(), notice.ValidityChanged)) {
				t.Errorf("meaning %v, events %v", got.Meaning, w.ledger.told())
			}
		})
	}
}

func TestFileThatArrivesLaterCompletesItsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cover := `<html><body><h1>关于印发节能降碳行动方案的通知</h1><div id="zoom"><p>现印发给你们，请遵照执行。</p><p>附件：<a href="/P1.pdf">行动方案.pdf</a></p></div></body></html>`
	file := notice.AttachmentRef{Document: notice.NewDocumentID("sd", "https://sd.gov.cn/P1.pdf"), Name: "行动方案.pdf", URL: "https://sd.gov.cn/P1.pdf"}
	page := w.commit(t, "https://sd.gov.cn/a.html", cover, notice.ChangeNew, "", file)
	w.handle(t, page)
	before := w.ledger.records[page.Version]
	annex := w.commit(t, file.URL, "%PDF-1.7\n山东省节能降碳行动方案\n鲁政办发〔2024〕9号\n"+target+"\n山东省人民政府办公厅\n2024年3月12日\n", notice.ChangeNew, page.Document)
	annex.Kind = notice.AttachmentAdded
	w.handle(t, annex)
	after := w.ledger.records[page.Version]
	if len(after.Attachments) != 1 || after.Attachments[0].Blob == "" || len(after.Targets) <= len(before.Targets) && after.Number == before.Number {
		t.Errorf("the file added nothing: before %q %d targets, after %q %d targets, files %+v", before.Number, len(before.Targets), after.Number, len(after.Targets), after.Attachments)
	}
	saves := w.ledger.saves
	w.handle(t, annex)
	if w.ledger.saves != saves {
		t.Error("a repeated event reads the page again")
	}
	edit := w.commit(t, file.URL, "%PDF-1.7\n山东省节能降碳行动方案\n鲁政办发〔2024〕9号\n"+strings.Replace(target, "55%", "60%", 1)+"\n山东省人民政府办公厅\n2024年3月12日\n", notice.ChangeEdited, page.Document)
	w.handle(t, edit)
	if got := w.ledger.changes[edit.Version]; !slices.Contains(got.Meaning, notice.AnnexReplaced) || !slices.Contains(got.Meaning, notice.FigureAltered) {
		t.Errorf("edited file: %+v", got)
	} else if e := w.ledger.events[got.Event]; e.Kind != notice.DocumentModified || e.Document != page.Document || e.Record != page.Version || e.Version != edit.Version {
		t.Errorf("event of an edited file: %+v", e)
	}
	if got := w.ledger.changes[page.Version]; got.Kind != notice.ChangeNew {
		t.Errorf("the page's own change became %+v", got)
	}
}

func TestNewAddressOfAGoneDocumentIsAMove(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		w := newWorld(t)
		body := html(policyTitle, policyNumber, policyText, target)
		old := w.commit(t, "https://sd.gov.cn/old.html", body, notice.ChangeNew, "")
		w.handle(t, old)
		miss := func() {
			d := w.ledger.docs[old.Document]
			d.State = notice.Missing
			w.ledger.docs[old.Document] = d
		}
		if !late {
			miss()
		}
		w.now = w.now.Add(24 * time.Hour)
		fresh := w.commit(t, "https://sd.gov.cn/new.html", body+"<!-- new template -->", notice.ChangeNew, "")
		w.handle(t, fresh)
		if late {
			miss()
			w.handle(t, notice.Event{Kind: notice.DocumentWithdrawalSuspected, Document: old.Document})
		}
		got := w.ledger.changes[fresh.Version]
		if got.Kind != notice.ChangeMoved || got.From != old.Version || !slices.Contains(w.ledger.told(), notice.DocumentMoved) {
			t.Errorf("late %v: change %+v, events %v", late, got, w.ledger.told())
		}
		if len(w.ledger.works) != 1 {
			t.Errorf("late %v: %d works", late, len(w.ledger.works))
		}
	}
}

func TestSecondCopyOnOneSiteIsNoMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := html(policyTitle, policyNumber, policyText, target)
	a := w.commit(t, "https://sd.gov.cn/a.html", body, notice.ChangeNew, "")
	b := w.commit(t, "https://sd.gov.cn/b.html", body, notice.ChangeNew, "")
	w.handle(t, a)
	w.handle(t, b)
	if slices.Contains(w.ledger.told(), notice.DocumentMoved) {
		t.Error("a copy under a second column is taken for a move")
	}
}

func TestCopiesReadAtOnceAreOneWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, target), notice.ChangeNew, "")
	b := w.commit(t, "https://sd.gov.cn/b.html", html(policyTitle, "", policyText, target), notice.ChangeNew, "")
	w.ledger.late = func() { w.handle(t, b) }
	w.handle(t, a)
	if len(w.ledger.works) != 1 || w.ledger.records[a.Version].Work != w.ledger.records[b.Version].Work {
		t.Errorf("%d works: %s and %s", len(w.ledger.works), w.ledger.records[a.Version].Work, w.ledger.records[b.Version].Work)
	}
}

func TestRepealListEndsTheDocumentsItNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, target), notice.ChangeNew, "")
	w.handle(t, old)
	list := w.commit(t, "https://sd.gov.cn/list.html", html("山东省人民政府办公厅关于废止部分文件的通知", "鲁政办发〔2024〕30号",
		"经省政府同意，决定废止下列文件：", "《"+policyTitle+"》（"+policyNumber+"）予以废止。", "《另一个没有收录的文件的通知》（鲁政办发〔2001〕1号）予以废止。"), notice.ChangeNew, "")
	w.handle(t, list)
	r := w.ledger.records[old.Version]
	if r.Validity != notice.Repealed || r.Evidence["validity"][0].Rule != "validity.repealed_by" || !strings.Contains(r.Evidence["validity"][0].Context, "30号") {
		t.Errorf("validity %s by %+v", r.Validity, r.Evidence["validity"])
	}
	told := w.ledger.told()
	if !slices.Contains(told, notice.ValidityChanged) {
		t.Errorf("events %v", told)
	}
	w.handle(t, list)
	w.handle(t, old)
	if got := w.ledger.told(); !slices.Equal(got, told) || w.ledger.records[old.Version].Validity != notice.Repealed {
		t.Errorf("repeated: events %v, validity %s", got, w.ledger.records[old.Version].Validity)
	}
	edit := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText, strings.Replace(target, "55%", "60%", 1)), notice.ChangeEdited, "")
	w.handle(t, edit)
	if c := w.ledger.changes[edit.Version]; w.ledger.records[edit.Version].Validity != notice.Repealed || !slices.Equal(c.Meaning, []notice.Meaning{notice.FigureAltered}) {
		t.Errorf("after an edit: validity %s, meaning %v", w.ledger.records[edit.Version].Validity, c.Meaning)
	}
}

func TestFailuresKeepTheirKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.commit(t, "https://sd.gov.cn/a.html", html(policyTitle, policyNumber, policyText), notice.ChangeNew, "")
	w.ledger.fail = errors.New("database is locked")
	if err := w.Handle(t.Context(), e); fault.Of(err) != fault.Transient || err == nil {
		t.Errorf("failed save: %v is %v", err, fault.Of(err))
	}
	w.handle(t, e)
	key := w.ledger.versions[e.Version].Blob
	w.archive.blobs[key] = []byte("damaged")
	if err := w.Handle(t.Context(), e); fault.Of(err) != fault.Permanent || !errors.Is(err, notice.ErrCorrupt) {
		t.Errorf("damaged blob: %v is %v", err, fault.Of(err))
	}
	if err := w.Handle(t.Context(), notice.Event{Kind: notice.VersionRecorded, Version: "none"}); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("unknown version: %v", err)
	}
	if err := w.Handle(t.Context(), notice.Event{Kind: notice.RunCompleted}); err != nil {
		t.Errorf("event of another kind: %v", err)
	}
}

func TestBrokenFileDoesNotStopItsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Files = plain{err: fault.Errorf(fault.Permanent, "child killed at the memory limit")}
	file := notice.AttachmentRef{Document: notice.NewDocumentID("sd", "https://sd.gov.cn/P1.pdf"), Name: "附件.pdf", URL: "https://sd.gov.cn/P1.pdf"}
	w.commit(t, file.URL, "%PDF-1.7\nbomb", notice.ChangeNew, "page")
	e := w.commit(t, "https://sd.gov.cn/a.html", strings.Replace(html(policyTitle, policyNumber, policyText), "</div>", `<a href="/P1.pdf">附件.pdf</a></div>`, 1), notice.ChangeNew, "", file)
	w.handle(t, e)
	if r := w.ledger.records[e.Version]; !slices.ContainsFunc(r.Problems, func(p notice.Problem) bool { return p.Code == "unreadable" }) {
		t.Errorf("problems %+v", r.Problems)
	}
	w.Files = plain{err: fault.Errorf(fault.Transient, "no child could be started")}
	if err := w.Handle(t.Context(), e); fault.Of(err) != fault.Transient || err == nil {
		t.Errorf("reader out of order: %v", err)
	}
}

func TestReextractIsResumableAndNobodysNews(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		e := w.commit(t, fmt.Sprintf("https://sd.gov.cn/%d.html", i), html(policyTitle, fmt.Sprintf("鲁政办发〔2024〕%d号", i+1), policyText), notice.ChangeNew, "")
		w.handle(t, e)
		r := w.ledger.records[e.Version]
		r.Ruleset, r.Title = 0, "read wrongly"
		w.ledger.records[e.Version] = r
	}
	ctx, stop := context.WithCancel(t.Context())
	p, err := w.Reextract(ctx, extractor.Ruleset, func(p extractor.Progress) {
		if p.Done == 2 {
			stop()
		}
	})
	if err == nil || p.Done != 2 {
		t.Fatalf("stopped: %+v %v", p, err)
	}
	p, err = w.Reextract(t.Context(), extractor.Ruleset, nil)
	if err != nil || p.Done != 3 || p.Failed != 0 {
		t.Fatalf("resumed: %+v %v", p, err)
	}
	for _, r := range w.ledger.records {
		if r.Title != policyTitle || r.Cause != notice.Reextract || r.Ruleset != extractor.Ruleset {
			t.Errorf("record %s %s %d", r.Title, r.Cause, r.Ruleset)
		}
	}
	for _, e := range w.ledger.order {
		if e.Kind == notice.DocumentModified || e.Kind == notice.ValidityChanged {
			t.Errorf("our own improvement is told as %s", e.Kind)
		}
	}
}
