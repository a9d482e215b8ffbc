package family

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const tablePage = `<html><head><title>关于做好某事的通知-某某省人民政府</title><meta name="PubDate" content="2024-03-12 10:21"></head><body>
<div class="top-nav"><a href="/">首页</a><a href="/zw/">政务公开</a></div>
<div style="display:none">发布时间：1999-01-01 旧标题</div>
<table><tr><td>索 引 号：</td><td>0001/2024-1</td><td>发文字号：</td><td>某政发〔2024〕6号</td></tr>
<tr><td>发文机关：</td><td>某某省人民政府</td><td>成文日期：</td><td>2024年03月10日</td></tr></table>
<h1>某某省人民政府<br>关于做好某事的通知</h1>
<div>发布时间：2024-03-12 10:21 来源：省政府办公厅浏览次数：<span>12</span></div>
<div id="c1"><p>各市、县人民政府，省政府各部门：</p>
<p>为做好某事，经研究，现就有关事项通知如下，请认真落实，确保取得实效。一是加强领导，二是明确责任，三是强化督查，四是做好总结。</p>
<table><tr><td>序号</td><td>名称</td></tr><tr><td>1</td><td><p>甲</p><p>乙</p></td></tr><tr><td>2</td><td>丙</td></tr></table>
<p align="right">某某省人民政府　　某某军区</p><p align="right">2024年3月10日</p><p>（此件公开发布）</p></div>
<p>附件：<a href="./P0202403.pdf">1.任务分工.pdf</a></p>
<div>上一篇：<a href="a.html">别的通知</a></div>
<div class="footer">主办单位：某某省人民政府办公厅 <a href="x.pdf">网站地图</a> ICP备1号</div></body></html>`

func readPage(t testing.TB, markup string) Layout {
	t.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	return Read(Page{URL: "http://www.example.gov.cn/zw/t20240312_1.html", Text: markup, Root: root})
}

func TestReadPage(t *testing.T) {
	t.Parallel()
	l := readPage(t, tablePage)
	for label, want := range map[string]string{
		"index_no": "0001/2024-1", "number": "某政发〔2024〕6号", "issuer": "某某省人民政府",
		"date_written": "2024年03月10日", "date_published": "2024-03-12 10:21", "source": "省政府办公厅",
	} {
		if got, _ := l.Value(label); got != want {
			t.Errorf("%s = %q, want %q", label, got, want)
		}
	}
	body := l.BodyText()
	if !strings.HasPrefix(body, "各市、县人民政府") || !strings.Contains(body, "1\t甲 乙\n2\t丙\n某某省人民政府  某某军区\n2024年3月10日\n（此件公开发布）") {
		t.Errorf("body = %q", body)
	}
	if strings.Contains(body, "上一篇") || strings.Contains(l.Text, "旧标题") {
		t.Errorf("furniture or hidden text left: %q", body)
	}
	if len(l.Attachments) != 1 || l.Attachments[0].URL != "http://www.example.gov.cn/zw/P0202403.pdf" || l.Attachments[0].Name != "1.任务分工.pdf" {
		t.Errorf("attachments = %v", l.Attachments)
	}
	if len(l.Titles) == 0 || l.Titles[0].Text != "某某省人民政府\n关于做好某事的通知" || l.Titles[0].From != "h1" {
		t.Errorf("titles = %v", l.Titles)
	}
	if l.Metas["pubdate"] != "2024-03-12 10:21" || len(l.Hidden) != 1 || l.Body == nil {
		t.Errorf("metas %v, hidden %d", l.Metas, len(l.Hidden))
	}
}

// TestReadHiddenArticle: an article that only a script would show is read all the same.
func TestReadHiddenArticle(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("为做好某事，经研究，现就有关事项通知如下，请认真落实。", 6)
	l := readPage(t, `<body><h1>关于某事的通知</h1><div style="display: none" id="x"><p>`+text+`</p></div></body>`)
	if !strings.Contains(l.BodyText(), text) {
		t.Errorf("body = %q", l.BodyText())
	}
}

// TestReadHiddenByStyle: rules of a style element hide too, those for print do not.
func TestReadHiddenByStyle(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("为做好某事，经研究，现就有关事项通知如下，请认真落实。", 6)
	l := readPage(t, `<head><style>.a{color:red}.old , #gone{ display : none } @media print{.zw{display:none}} .x .y{display:none}</style></head>
<body><div class="old">旧标题发布时间：2001-01-01</div><div id="gone">旧文</div><div style="position:absolute;left:-9999px">飞出的字</div><div style="height:0;overflow:hidden">无高的字</div>
<h1>关于某事的通知</h1><div class="zw y"><p>`+text+`</p></div></body>`)
	if !strings.Contains(l.BodyText(), text) {
		t.Errorf("body = %q", l.BodyText())
	}
	for _, s := range []string{"旧标题", "旧文", "飞出", "无高"} {
		if strings.Contains(l.Text, s) {
			t.Errorf("hidden %q is read: %q", s, l.Text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(tablePage)
	f.Add("<table><tr><td>文号<td>无<tr><td></table>附件：<a href=a.doc>")
	f.Add("{\"data\":{\"docClob\":\"<p>x</p>\"}}")
	f.Fuzz(func(t *testing.T, s string) {
		root, err := html.Parse(strings.NewReader(s))
		if err != nil {
			t.Skip()
		}
		for _, p := range []Page{{Text: s, Root: root}, {Text: s}} {
			l := Read(p)
			if l.From < 0 || l.To > len(l.Lines) || l.From > l.To && l.To != 0 {
				t.Fatalf("range [%d,%d) of %d lines", l.From, l.To, len(l.Lines))
			}
			for _, ln := range l.Lines {
				_ = l.Text[ln.Start:ln.End]
			}
			for _, p := range l.HeadTable {
				_ = l.Text[p.Start:p.End]
			}
			_ = l.BodyText()
		}
	})
}
