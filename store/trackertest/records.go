package trackertest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"govwatch/internal/fault"
	"govwatch/notice"
)

var recordTests = map[string]func(*testing.T, *World){
	"ReadingKnowsAll":   readingKnowsAll,
	"SaveTwice":         saveTwice,
	"SaveUnknown":       saveUnknown,
	"CurrentRecord":     currentRecord,
	"ChangeIsExplained": changeIsExplained,
	"Moved":             movedDocument,
	"Stale":             stale,
	"RecordOfAFile":     recordOfAFile,
	"Search":            search,
	"SearchLongText":    searchLongText,
	"Filters":           filters,
	"Paging":            paging,
}

func readingKnowsAll(t *testing.T, w *World) {
	file := visit("gd-gov", 8)
	file.Document.Parent = visit("gd-gov", 1).Document.ID
	file.Version.MediaType = "application/pdf"
	page := visit("gd-gov", 1)
	page.Version.Attachments = []notice.AttachmentRef{{Document: "not held", Name: "附件1"}, {Document: file.Document.ID, Name: "附件2", URL: file.Document.URL}}
	must(t, w.Commit(t.Context(), page))
	must(t, w.Commit(t.Context(), file))
	first := extraction(*page.Version, 3, "碳达峰实施方案")
	must(t, w.Save(t.Context(), first))
	edit := again(w.document(t, page.Document.ID), notice.ChangeEdited, "edited")
	edit.Version.Attachments = page.Version.Attachments
	must(t, w.Commit(t.Context(), edit))
	r := get(w.Reading(t.Context(), edit.Version.ID))(t)
	same(t, "previous", r.Previous, first.Record)
	if r.Current != nil || r.Source.Issuer != "广东省人民政府" || r.Document.ID != page.Document.ID || r.Change.Kind != notice.ChangeEdited {
		t.Errorf("reading %+v", r)
	}
	same(t, "attachments", r.Attachments, []notice.AttachmentRef{{Document: "not held", Name: "附件1"},
		{Document: file.Document.ID, Version: file.Version.ID, Blob: file.Version.Blob, Name: "附件2", URL: file.Document.URL, MediaType: "application/pdf"}})
	if r := get(w.Reading(t.Context(), page.Version.ID))(t); r.Current == nil || r.Previous != nil {
		t.Errorf("reading of the first version: current %v, previous %v", r.Current, r.Previous)
	}
	if _, err := w.Reading(t.Context(), "none"); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("unknown version: %v", err)
	}
}

func saveTwice(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	must(t, w.Commit(t.Context(), v))
	e := extraction(*v.Version, 1, "碳达峰实施方案")
	for range 3 {
		must(t, w.Save(t.Context(), e))
	}
	tally := get(w.Tally(t.Context()))(t)
	if tally.Records != 1 || tally.Works != 1 || len(w.pending(t)) != 3 {
		t.Errorf("%d records, %d works, %d events after three saves", tally.Records, tally.Works, len(w.pending(t)))
	}
	same(t, "record", get(w.Record(t.Context(), v.Version.ID))(t), e.Record)
	if got := get(w.Records(t.Context(), notice.RecordQuery{Text: "碳达峰"}))(t).Records; len(got) != 1 {
		t.Errorf("search finds %d copies of one record", len(got))
	}
}

func saveUnknown(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	if err := w.Save(t.Context(), extraction(*v.Version, 1, "方案")); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("record of a version that is not there: %v", err)
	}
	if tally := get(w.Tally(t.Context()))(t); tally.Records+tally.Works+tally.Outbox != 0 {
		t.Errorf("left behind: %+v", tally)
	}
}

func currentRecord(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	must(t, w.Commit(t.Context(), v))
	edit := again(w.document(t, v.Document.ID), notice.ChangeEdited, "edited")
	must(t, w.Commit(t.Context(), edit))
	news := extraction(*edit.Version, 2, "新标题")
	news.Record.Class = notice.News
	// The later version is read first, the older one afterwards and with newer rules.
	must(t, w.Save(t.Context(), news))
	must(t, w.Save(t.Context(), extraction(*v.Version, 9, "旧标题")))
	page := get(w.Records(t.Context(), notice.RecordQuery{Document: v.Document.ID}))(t)
	if len(page.Records) != 1 || page.Records[0].Title != "新标题" {
		t.Fatalf("current: %+v", page.Records)
	}
	if got := get(w.Records(t.Context(), notice.RecordQuery{Text: "旧标题"}))(t).Records; len(got) != 0 {
		t.Error("search finds the record of an old version")
	}
	if w.document(t, v.Document.ID).Policy {
		t.Error("the document counts as a policy by its old version")
	}
	must(t, w.Save(t.Context(), extraction(*edit.Version, 3, "新标题二")))
	if page := get(w.Records(t.Context(), notice.RecordQuery{Text: "新标题"}))(t); len(page.Records) != 1 || page.Records[0].Ruleset != 3 {
		t.Errorf("after better rules: %+v", page.Records)
	}
	if d := w.document(t, v.Document.ID); !d.Policy {
		t.Error("the document does not count as a policy")
	}
	// A worker that read the document before must not take the mark away.
	read := w.document(t, v.Document.ID)
	read.Policy = false
	must(t, w.Commit(t.Context(), again(read, notice.ChangeSame, "")))
	if d := w.document(t, v.Document.ID); !d.Policy {
		t.Error("a commit took the policy mark away")
	}
	o := get(w.Occasion(t.Context(), notice.Event{ID: "x", Source: "gd-gov", Document: v.Document.ID}))(t)
	if o.Record == nil || o.Record.Ruleset != 3 {
		t.Errorf("occasion without a version: record %+v", o.Record)
	}
}

func changeIsExplained(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	must(t, w.Commit(t.Context(), v))
	edit := again(w.document(t, v.Document.ID), notice.ChangeEdited, "edited")
	must(t, w.Commit(t.Context(), edit))
	e := extraction(*edit.Version, 1, "方案")
	e.Change = &notice.Change{Meaning: []notice.Meaning{notice.FigureAltered}, Significance: 0.9, Diff: "20% → 25%", Event: "modified-1"}
	must(t, w.Save(t.Context(), e))
	c := get(w.ChangeTo(t.Context(), edit.Version.ID))(t)
	if c.Kind != notice.ChangeEdited || c.Diff != "20% → 25%" || len(c.Meaning) != 1 || c.Significance != 0.9 || c.URL != edit.Change.URL {
		t.Errorf("explained change: %+v", c)
	}
	o := get(w.Occasion(t.Context(), notice.Event{ID: "modified-1", Source: "gd-gov", Document: v.Document.ID, Version: edit.Version.ID}))(t)
	same(t, "change of the occasion", o.Change, c)
	same(t, "history", get(w.History(t.Context(), v.Document.ID))(t), []notice.Change{v.Change, c})
}

func movedDocument(t *testing.T, w *World) {
	old, fresh := visit("gd-gov", 1), visit("gd-gov", 2)
	must(t, w.Commit(t.Context(), old))
	must(t, w.Commit(t.Context(), fresh))
	e := extraction(*fresh.Version, 1, "方案")
	e.Change = &notice.Change{Kind: notice.ChangeMoved, From: old.Version.ID, To: fresh.Version.ID}
	must(t, w.Save(t.Context(), e))
	if d := w.document(t, old.Document.ID); d.MovedTo != fresh.Document.ID {
		t.Errorf("old document moved to %q", d.MovedTo)
	}
	same(t, "kinds", get(w.Tally(t.Context()))(t).Documents, map[notice.ChangeKind]int{notice.ChangeNew: 1, notice.ChangeMoved: 1})
}

func stale(t *testing.T, w *World) {
	var want []notice.VersionID
	for n := range 6 {
		v := visit("gd-gov", n)
		must(t, w.Commit(t.Context(), v))
		if n == 5 {
			break
		}
		must(t, w.Save(t.Context(), extraction(*v.Version, 1, fmt.Sprint("方案", n))))
		if n < 3 {
			want = append(want, v.Version.ID)
		} else {
			must(t, w.Save(t.Context(), extraction(*v.Version, 2, fmt.Sprint("方案", n))))
		}
	}
	var got []notice.VersionID
	for after := notice.VersionID(""); ; after = got[len(got)-1] {
		part := get(w.Stale(t.Context(), 2, after, 2))(t)
		if len(part) == 0 {
			break
		}
		got = append(got, part...)
	}
	if len(got) != len(want) {
		t.Fatalf("stale %v, want those of %v", got, want)
	}
	for i := range got[1:] {
		if got[i] >= got[i+1] {
			t.Errorf("not in ID order: %v", got)
		}
	}
}

func recordOfAFile(t *testing.T, w *World) {
	file := visit("gd-gov", 1)
	file.Document.Parent = "page"
	must(t, w.Commit(t.Context(), file))
	e := extraction(*file.Version, 1, "附件")
	e.Work = notice.Work{}
	must(t, w.Save(t.Context(), e))
	same(t, "record", get(w.Record(t.Context(), file.Version.ID))(t), e.Record)
	if n := len(get(w.Records(t.Context(), notice.RecordQuery{}))(t).Records); n != 0 {
		t.Errorf("%d documents listed, want none: a file is not a document of its own", n)
	}
	if ids := get(w.Stale(t.Context(), 9, "", 10))(t); len(ids) != 0 {
		t.Errorf("files are to be read again by themselves: %v", ids)
	}
	if o := get(w.Occasion(t.Context(), e.Events[0]))(t); o.Record == nil {
		t.Error("an event of the file has no record")
	}
}

func (w *World) record(t testing.TB, n int, change func(*notice.Record)) {
	t.Helper()
	v := visit("gd-gov", n)
	must(t, w.Commit(t.Context(), v))
	e := extraction(*v.Version, 1, fmt.Sprintf("第%d号方案", n))
	if change != nil {
		change(&e.Record)
	}
	must(t, w.Save(t.Context(), e))
}

func (w *World) titles(t testing.TB, q notice.RecordQuery) string {
	t.Helper()
	var all []string
	for _, r := range get(w.Records(t.Context(), q))(t).Records {
		all = append(all, r.Title)
	}
	return strings.Join(all, "|")
}

func search(t *testing.T, w *World) {
	w.record(t, 1, func(r *notice.Record) {
		r.Title, r.Body = "关于调整税务优惠的通知", "对CO2减排企业，给予ＣＣＵＳ补贴。税 收。局部地区。"
	})
	w.record(t, 2, func(r *notice.Record) {
		r.Title, r.Number, r.Body = "碳达峰碳中和意见", "粤府〔2024〕1号", "新能源 it's \"quoted\" 100%"
	})
	for text, want := range map[string]string{
		"税务": "关于调整税务优惠的通知", "优惠": "关于调整税务优惠的通知", "税局": "", "税": "关于调整税务优惠的通知", "co2": "关于调整税务优惠的通知",
		"CCUS": "关于调整税务优惠的通知", "税务 ｃｏ2": "关于调整税务优惠的通知", "税务 碳达峰": "", "粤府〔2024〕1号": "碳达峰碳中和意见",
		"碳中和": "碳达峰碳中和意见", "中和碳": "", "。": "", "\"": "", "it's": "碳达峰碳中和意见", "\" OR 1=1 --": "", "NOT": "", "quoted\"": "碳达峰碳中和意见",
		"*": "", "words:税": "",
	} {
		if got := w.titles(t, notice.RecordQuery{Text: text}); got != want {
			t.Errorf("search %q finds %q, want %q", text, got, want)
		}
	}
}

// PostgreSQL knows word positions up to 16383 in one value only.
func searchLongText(t *testing.T, w *World) {
	w.record(t, 1, func(r *notice.Record) {
		r.Body = strings.Repeat("甲乙丙丁戊己庚辛壬癸", 6000) + "末尾的氢能二字" + strings.Repeat("子丑寅卯", 10000) + "最后一句"
	})
	for text, hits := range map[string]int{"氢能": 1, "能氢": 0, "癸末尾": 1, "最后一句": 1, "句最": 0} {
		if got := len(get(w.Records(t.Context(), notice.RecordQuery{Text: text}))(t).Records); got != hits {
			t.Errorf("search %q in a long text: %d hits, want %d", text, got, hits)
		}
	}
}

func filters(t *testing.T, w *World) {
	date := func(s string) notice.Date { return get(notice.ParseDate(s))(t) }
	w.record(t, 1, func(r *notice.Record) { r.Title, r.Published = "省", date("2024-01-10") })
	w.record(t, 2, func(r *notice.Record) {
		r.Title, r.Region, r.Level, r.Published, r.Climate = "市", "440300", notice.Municipal, date("2024-02-10"), true
	})
	w.record(t, 3, func(r *notice.Record) {
		r.Title, r.Region, r.Level, r.Issuers, r.Sectors = "国", "100000", notice.Central, []string{"国务院", "国家发展改革委"}, []string{"transport", "energy"}
		r.Published, r.Number, r.Class, r.Review = notice.Date{}, "国发〔2024〕1号", notice.News, true
	})
	for _, c := range []struct {
		q    notice.RecordQuery
		want string
	}{
		{notice.RecordQuery{}, "市|省|国"}, {notice.RecordQuery{Region: "440000"}, "市|省"}, {notice.RecordQuery{Region: "440300"}, "市"},
		{notice.RecordQuery{Region: "100000"}, "国"}, {notice.RecordQuery{SubjectRegion: "440000"}, "市|省|国"}, {notice.RecordQuery{Region: "450000"}, ""},
		{notice.RecordQuery{Issuer: "国家发展改革委"}, "国"}, {notice.RecordQuery{Sector: "energy"}, "市|省|国"}, {notice.RecordQuery{Sector: "transport"}, "国"},
		{notice.RecordQuery{Level: notice.Municipal}, "市"}, {notice.RecordQuery{Class: notice.News}, "国"}, {notice.RecordQuery{Number: "国发〔2024〕1号"}, "国"},
		{notice.RecordQuery{Title: "《省》 "}, "省"}, {notice.RecordQuery{Climate: true}, "市"}, {notice.RecordQuery{Review: true}, "国"},
		{notice.RecordQuery{Since: date("2024-01-10")}, "市|省"}, {notice.RecordQuery{Since: date("2024-01-11")}, "市"}, {notice.RecordQuery{Until: date("2024-01-10")}, "省"},
		{notice.RecordQuery{Source: "mee"}, ""}, {notice.RecordQuery{Work: notice.NewWorkID("第2号方案")}, "市"},
		{notice.RecordQuery{Region: "440000", Text: "2030", Sector: "energy", Climate: true}, "市"},
	} {
		if got := w.titles(t, c.q); got != c.want {
			t.Errorf("%+v finds %q, want %q", c.q, got, c.want)
		}
	}
}

func paging(t *testing.T, w *World) {
	for n := range 23 {
		w.record(t, n, func(r *notice.Record) {
			if n%5 == 0 {
				r.Published = notice.Date{}
			}
		})
	}
	seen := map[string]bool{}
	q := notice.RecordQuery{Limit: 5}
	pages := 0
	for {
		p := get(w.Records(t.Context(), q))(t)
		for _, r := range p.Records {
			if seen[r.Title] {
				t.Errorf("%s comes twice", r.Title)
			}
			seen[r.Title] = true
		}
		if pages++; p.Next == "" || pages > 10 {
			break
		}
		q.Cursor = p.Next
	}
	if len(seen) != 23 || pages != 5 {
		t.Errorf("%d records on %d pages, want 23 on 5", len(seen), pages)
	}
	for _, c := range []string{"x", "2024-01-01", "2024-13-01.5", "'; DROP TABLE records; --.1"} {
		if _, err := w.Records(t.Context(), notice.RecordQuery{Cursor: c}); fault.Of(err) != fault.Permanent {
			t.Errorf("cursor %q: %v", c, err)
		}
	}
}
