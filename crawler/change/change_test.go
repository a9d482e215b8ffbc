package change_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/internal/textzh"
	"govwatch/notice"
)

// page draws a document page in a template of its own with noise of its own.
func page(template int, title, number, body string, noise int) change.Text {
	facts := fmt.Sprintf("<tr><td>索引号：</td><td>0001/2026-0%d</td><td>发文字号：</td><td>%s</td></tr><tr><td>发布机构：</td><td>某委员会</td><td>发布日期：</td><td>2026-03-02</td></tr>", 1, number)
	tail := fmt.Sprintf("<div class=count>浏览次数：<span>%d</span></div><div>打印时间：2026-03-%02d 10:%02d</div><div>上一篇：<a href=/t%d.html>关于第%d号的通知</a></div>", noise, noise%28+1, noise%60, noise, noise)
	related := ""
	for i := range 6 {
		related += fmt.Sprintf("<li><a href=/r%d.html>相关文件第%d号关于推进节能降碳工作情况的通报</a></li>", noise+i, noise+i)
	}
	var html string
	if template == 0 {
		html = "<html><head><title>" + title + "_某委员会</title><meta name=ArticleTitle content='" + title + "'></head><body><div class=nav><a href=/>首页</a> <a href=/zc/>政策</a></div><table>" + facts + "</table><h1>" + title + "</h1><div class=TRS_Editor>" + body + "</div>" + tail + "<div class=related><h3>相关文件</h3><ul>" + related + "</ul></div><div class=footer>版权所有 京ICP备00000000号</div></body></html>"
	} else {
		html = "<html><head><title>" + title + "</title></head><body><table>" + facts + "</table><h1>" + title + "</h1><div id=zoom>" + strings.ReplaceAll(body, "</p><p>", "</p>\n\n<p style='text-indent:2em'>") + "</div>" + tail + "</body></html>"
	}
	return change.Normalize(family.NewPage("http://a.gov.cn/zc/t1.html", "text/html; charset=utf-8", []byte(html)))
}

const (
	title  = "关于做好碳达峰试点工作的通知"
	number = "某发〔2026〕3号"
)

func body(percent int) string {
	return fmt.Sprintf("<p>各省、自治区、直辖市有关部门：</p><p>为落实碳达峰部署，到2030年单位能耗下降%d%%，现就试点工作通知如下，请认真组织实施。</p><p>一、明确目标，压实责任，定期调度，确保各项任务按期完成并取得实效。</p><p>二、完善统计核算体系，加强数据质量管理。</p><p>某委员会</p><p>2026年3月1日</p>", percent)
}

func TestNoiseIsNoChange(t *testing.T) {
	t.Parallel()
	a, b := page(0, title, number, body(18), 7), page(0, title, number, body(18), 93)
	if a.Hash != b.Hash {
		t.Errorf("noise changed the text:\n%s", change.Diff(a, b))
	}
}

func TestEditsAreSeen(t *testing.T) {
	t.Parallel()
	a := page(0, title, number, body(18), 7)
	for name, b := range map[string]change.Text{
		"figure": page(0, title, number, body(20), 8),
		"number": page(0, title, "某发〔2026〕4号", body(18), 9),
		"title":  page(0, title+"（试行）", number, body(18), 7),
		"annex":  page(0, title, number, body(18)+"<p>附件：<a href='./P1.pdf'>试点名单.pdf</a></p>", 7),
	} {
		if change.Diff(a, b) == "" {
			t.Errorf("%s: the edit is not seen", name)
		}
	}
}

func doc(head change.Text, blob notice.BlobKey) notice.Document {
	return notice.Document{ID: "d", Head: "v1", HeadBlob: blob, HeadText: head.Hash, State: notice.Live, Quiet: 3}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 9, 9, 0, 0, 0, notice.Beijing())
	a, b := page(0, title, number, body(18), 7), page(0, title, number, body(20), 8)
	pending := doc(a, "A")
	pending.Pending = &notice.Pending{TextHash: b.Hash}
	flipped := doc(b, "B")
	flipped.PrevText = a.Hash
	young := flipped
	young.Quiet = 0
	gone := doc(a, "A")
	gone.State = notice.Gone
	missed := func(n int, since time.Duration) notice.Document {
		d := doc(a, "A")
		d.State, d.Misses, d.MissSince = notice.Missing, n, now.Add(-since)
		return d
	}
	old := doc(a, "A")
	old.HeadText = "by rules of another day"
	cases := []struct {
		name     string
		doc      notice.Document
		seen     change.Seen
		kind     notice.ChangeKind
		announce bool
		confirm  bool
	}{
		{"new", notice.Document{}, change.Seen{Blob: "A", Text: a}, notice.ChangeNew, true, false},
		{"same bytes", doc(a, "A"), change.Seen{Blob: "A", Text: a}, notice.ChangeSame, false, false},
		{"same text", doc(a, "A"), change.Seen{Blob: "X", Text: a}, notice.ChangeCosmetic, false, false},
		{"our rules changed, not the page", old, change.Seen{Blob: "X", Text: a, Before: &a}, notice.ChangeCosmetic, false, false},
		{"edit asks for a second look", doc(a, "A"), change.Seen{Blob: "B", Text: b, Before: &a}, notice.ChangeSame, false, true},
		{"edit seen twice", doc(a, "A"), change.Seen{Blob: "B", Text: b, Before: &a, Again: &b}, notice.ChangeEdited, true, false},
		{"edit seen at the visit before", pending, change.Seen{Blob: "B", Text: b, Before: &a}, notice.ChangeEdited, true, false},
		{"second node still has the old page", doc(a, "A"), change.Seen{Blob: "B", Text: b, Before: &a, Again: &a}, notice.ChangeCosmetic, false, false},
		{"flips back", flipped, change.Seen{Blob: "A", Text: a, Before: &b, Again: &a}, notice.ChangeReverted, true, false},
		{"flips back at once", young, change.Seen{Blob: "A", Text: a, Before: &b, Again: &a}, notice.ChangeSame, false, true},
		{"returns", gone, change.Seen{Blob: "A", Text: a}, notice.ChangeReturned, true, false},
		{"answers after one miss", missed(1, 24*time.Hour), change.Seen{Blob: "A", Text: a}, notice.ChangeSame, false, false},
		{"first miss", doc(a, "A"), change.Seen{Absent: true, Healthy: true, Unlisted: true}, notice.ChangeMissing, false, false},
		{"second miss", missed(1, 24*time.Hour), change.Seen{Absent: true, Healthy: true, Unlisted: true}, notice.ChangeMissing, true, false},
		{"third miss too early", missed(2, 48*time.Hour), change.Seen{Absent: true, Healthy: true, Unlisted: true}, notice.ChangeMissing, false, false},
		{"third miss", missed(2, 72*time.Hour), change.Seen{Absent: true, Healthy: true, Unlisted: true}, notice.ChangeGone, true, false},
		{"still in the list", missed(5, 200*time.Hour), change.Seen{Absent: true, Healthy: true}, notice.ChangeMissing, false, false},
		{"the host is ill", missed(5, 200*time.Hour), change.Seen{Absent: true, Unlisted: true}, notice.ChangeSame, false, false},
		{"gone already", gone, change.Seen{Absent: true, Healthy: true, Unlisted: true}, notice.ChangeSame, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := change.Decide(c.doc, c.seen, now)
			if got.Kind != c.kind || got.Announce != c.announce || got.Confirm != c.confirm {
				t.Errorf("Decide = %+v, want %s, announce %v, confirm %v", got, c.kind, c.announce, c.confirm)
			}
			if got.Announce && c.doc.Head != "" && got.Diff == "" {
				t.Error("an announced change without a difference")
			}
		})
	}
}

// What differs between two answers of one moment counts for nothing, beside a
// real edit too.
func TestVolatileLines(t *testing.T) {
	t.Parallel()
	now := time.Now()
	live := func(n, percent int) change.Text {
		return page(0, title, number, body(percent)+fmt.Sprintf("<p>当前在线申报企业共计%d家，数据实时更新</p>", n), n)
	}
	before := live(11, 18)
	again := live(13, 18)
	if d := change.Decide(doc(before, "A"), change.Seen{Blob: "B", Text: live(12, 18), Before: &before, Again: &again}, now); d.Kind != notice.ChangeCosmetic {
		t.Errorf("a line that moves by itself: %+v", d)
	}
	again = live(13, 20)
	d := change.Decide(doc(before, "A"), change.Seen{Blob: "B", Text: live(12, 20), Before: &before, Again: &again}, now)
	if d.Kind != notice.ChangeEdited || strings.Contains(d.Diff, "在线") || !strings.Contains(d.Diff, "20%") {
		t.Errorf("an edit beside it: %+v", d)
	}
}

// A page that once moved by itself is known by it afterwards.
func TestVolatileIsRemembered(t *testing.T) {
	t.Parallel()
	live := func(n, percent int) change.Text {
		return page(0, title, number, body(percent)+fmt.Sprintf("<p>平台注册企业总量为%d户，数据实时更新</p>", n), n)
	}
	before, again := live(11, 18), live(13, 18)
	first := change.Decide(doc(before, "A"), change.Seen{Blob: "B", Text: live(12, 18), Before: &before, Again: &again}, time.Now())
	if first.Volatile == "" {
		t.Fatal("nothing was learnt")
	}
	later := change.Decide(doc(before, "A"), change.Seen{Blob: "C", Text: live(44, 18), Before: &before, Volatile: first.Volatile}, time.Now())
	if later.Kind != notice.ChangeCosmetic || later.Confirm || later.Volatile != first.Volatile {
		t.Errorf("the next visit: %+v", later)
	}
	edit := change.Decide(doc(before, "A"), change.Seen{Blob: "D", Text: live(50, 20), Before: &before, Volatile: first.Volatile}, time.Now())
	if !edit.Confirm {
		t.Errorf("an edit beside what is known to move: %+v", edit)
	}
}

// What rotates in one place of the article is set aside with what stood there
// before; an edit beside it is not.
func TestRotatingText(t *testing.T) {
	t.Parallel()
	live := func(quote string, percent int) change.Text {
		return page(0, title, number, strings.Replace(body(percent), "</p>", "</p><p>"+quote+"</p>", 1), 7)
	}
	before, again := live("每日一句：绿水青山就是金山银山", 18), live("每日一句：人与自然和谐共生", 18)
	d := doc(before, "A")
	if got := change.Decide(d, change.Seen{Blob: "B", Text: live("每日一句：节约资源从我做起", 18), Before: &before, Again: &again}, time.Now()); got.Kind != notice.ChangeCosmetic {
		t.Errorf("rotation alone: %+v", got)
	}
	again = live("每日一句：人与自然和谐共生", 20)
	if got := change.Decide(d, change.Seen{Blob: "B", Text: live("每日一句：节约资源从我做起", 20), Before: &before, Again: &again}, time.Now()); got.Kind != notice.ChangeEdited || strings.Contains(got.Diff, "每日一句") {
		t.Errorf("an edit beside it: %+v", got)
	}
}

// One of two servers still shows the page before a clause came, and a motto
// rotates besides: the clause is neither believed yet nor taken for noise.
func TestOldNodeBesideNoise(t *testing.T) {
	t.Parallel()
	const clause = "<p>三、各地应当于每年三月底前报送上一年度工作总结。</p>"
	live := func(motto, more string) change.Text {
		return page(0, title, number, body(18)+more+"<p>每日一句："+motto+"</p>", 7)
	}
	before, again := live("绿水青山就是金山银山", ""), live("人与自然和谐共生", "")
	now := live("节约资源从我做起", clause)
	first := change.Decide(doc(before, "A"), change.Seen{Blob: "B", Text: now, Before: &before, Again: &again}, time.Now())
	if first.Kind == notice.ChangeEdited {
		t.Fatalf("believed although the second answer does not show it: %+v", first)
	}
	again = live("低碳生活人人有责", clause)
	both := change.Decide(doc(before, "A"), change.Seen{Blob: "C", Text: live("让天更蓝水更清", clause), Before: &before, Again: &again, Volatile: first.Volatile}, time.Now())
	if both.Kind != notice.ChangeEdited || !strings.Contains(both.Diff, "三、各地") || strings.Contains(both.Diff, "每日一句") {
		t.Errorf("shown by both: %+v", both)
	}
}

func TestNormalizeFile(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("实施方案的正文内容。", 20)
	a := change.NormalizeFile(text, []byte("one"))
	if b := change.NormalizeFile(strings.ReplaceAll(text, "。", "。\n"), []byte("two")); a.Hash != b.Hash {
		t.Error("other bytes and line breaks with the same text are a change")
	}
	if change.NormalizeFile("", []byte("one")).Hash == change.NormalizeFile("", []byte("two")).Hash {
		t.Error("scans with other bytes are the same")
	}
}

func BenchmarkNormalize(b *testing.B) {
	body := []byte("<html><body><h1>" + title + "</h1><div id=zoom>" + strings.Repeat(body(18), 60) + "</div></body></html>")
	for b.Loop() {
		change.Normalize(family.NewPage("http://a.gov.cn/t.html", "text/html; charset=utf-8", body))
	}
}

func FuzzNormalize(f *testing.F) {
	f.Add([]byte("<table><tr><td>索引号<td>1</table><div id=zoom>a<p>b"), []byte("<p>b"))
	f.Fuzz(func(t *testing.T, x, y []byte) {
		a := change.Normalize(family.NewPage("http://a.gov.cn/", "", x))
		b := change.Normalize(family.NewPage("http://a.gov.cn/", "", y))
		if a.Hash == b.Hash && change.Diff(a, b) != "" {
			t.Error("a difference between equal texts")
		}
	})
}

func FuzzSqueezed(f *testing.F) {
	for _, s := range []string{"关于印发《办法》的通知", "１２３　，：“a”—…", "a\u00a0b\u2028c", "\u2f00\uf900\ufe0f", "\xe3\x80", "（2026）〔3〕"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := change.Squeezed(s), textzh.Squeeze(textzh.Fold(s)); utf8.ValidString(s) && got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	})
}
