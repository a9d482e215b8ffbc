package change_test

import (
	"fmt"
	"strings"
	"testing"

	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/notice"
)

// plot is a page of a site that marks its parts by nothing but their order.
type plot struct {
	doc, top, title, number, meta, body, files, end string
}

func bare() plot {
	return plot{
		doc: "关于下达青山市能耗指标的通知_青山市人民政府", title: "关于下达青山市能耗指标的通知", number: "青发改〔2026〕7号", meta: "发布时间：2026-03-02　来源：青山市发展和改革委员会",
		body: "<p>各县（市、区）人民政府：</p><p>一、加强组织领导，明确责任分工，确保各项任务落到实处。</p><p>二、完善统计核算体系，2027年底前完成12条生产线改造。</p><p>三、各单位应当于每年3月底前报送上一年度工作总结。</p>" +
			"<p>青山市发展和改革委员会</p><p>2026年3月1日</p>",
		files: "<p><a href='/upload/2026/1_a.docx'>附件1：申报表.docx</a></p>",
	}
}

func (p plot) page() family.Page {
	doc := "<html><head><meta charset=utf-8><title>" + p.doc + "</title></head><body><table><tr><td>" + p.top + "</td></tr><tr><td><p align=center><b>" + p.title +
		"</b></p><p align=center>" + p.number + "</p><p align=center>" + p.meta + "</p>" + p.body + p.files + p.end + "</td></tr><tr><td>主办：青山市人民政府办公室　京ICP备05000000号</td></tr></table></body></html>"
	return family.NewPage("http://www.qingshan.gov.cn/art/1.html", "text/html; charset=utf-8", []byte(doc))
}

func ranks(n int) string {
	var b strings.Builder
	for i := range 5 {
		fmt.Fprintf(&b, "<li><a href='/x/%d.html'>全市第%d次工作会议召开情况通报</a></li>", n+i, n+i)
	}
	return "<div>本周热门</div><ul>" + b.String() + "</ul>"
}

// What a site prints around an article is no edit, whatever it is called.
func TestAroundIsNoise(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(p *plot, n int){
		"counter above the title": func(p *plot, n int) { p.top = fmt.Sprintf("当前在线：%d人　总访问量：%d", n, 9000+n) },
		"banner above the title": func(p *plot, n int) {
			p.top = fmt.Sprintf("关于召开第%d次会议的通知　市政府部署防汛工作（%d）", n, n)
		},
		"ranking in the article":    func(p *plot, n int) { p.body += ranks(n) },
		"ranking above the article": func(p *plot, n int) { p.meta += ranks(n) },
		"one link at the end": func(p *plot, n int) {
			p.end = fmt.Sprintf("<p><a href='/zt/%d'>专题专栏：优化营商环境%d</a></p>", n, n)
		},
		"one link before the counters": func(p *plot, n int) {
			p.end = fmt.Sprintf("<p><a href='/zt/%d'>专题%d</a></p><p>阅读 %d.1万</p>", n, n, n)
		},
		"rating": func(p *plot, n int) {
			p.end = fmt.Sprintf("<div>满意度评价：4.%d分（%d人参与）</div>", n, n)
		},
		"comments": func(p *plot, n int) {
			p.end = fmt.Sprintf("<div>共有%d条评论 <a href='/c?n=%d'>查看全部</a></div>", n, n)
		},
		"code to scan":         func(p *plot, n int) { p.body += fmt.Sprintf("<p><img src='/qr?text=x&t=%d' width=120></p>", n) },
		"picture with a token": func(p *plot, n int) { p.body += fmt.Sprintf("<p><img src='/show?id=7&t=%d' width=500></p>", n) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, a := bare(), bare()
			edit(&b, 3)
			edit(&a, 8)
			if c := change.Compare(b.page(), a.page()); c.Kind == notice.ChangeEdited {
				t.Errorf("taken for an edit:\n%s", c.Diff)
			}
		})
	}
}

func TestEditsOfPlainPages(t *testing.T) {
	t.Parallel()
	const first = "<p>一、加强组织领导，明确责任分工，确保各项任务落到实处。</p>"
	for name, c := range map[string]struct {
		edit  func(p *plot)
		place notice.Place
	}{
		"sentence moved":     {func(p *plot) { p.body = strings.Replace(p.body, first, "", 1) + first }, notice.InBody},
		"file uploaded anew": {func(p *plot) { p.files = strings.Replace(p.files, "1_a", "1_b", 1) }, notice.AsFile},
		"file renamed":       {func(p *plot) { p.files = strings.Replace(p.files, "申报表", "申报表（修订版）", 1) }, notice.AsFile},
		"title": {func(p *plot) {
			p.title, p.doc = "关于下达青山市碳排放指标的通知", "关于下达青山市碳排放指标的通知_青山市人民政府"
		}, notice.InTitle},
		"title, nothing but that": {func(p *plot) { p.title = "关于调整下达青山市能耗指标的通知" }, notice.InTitle},
		"stamp":                   {func(p *plot) { p.body = "<div>已废止</div>" + p.body }, notice.AsFlag},
		"stamp drawn":             {func(p *plot) { p.title += "<img src='/images/yi_feizhi.png' width=90>" }, notice.AsFlag},
		"stamp with words":        {func(p *plot) { p.number += "<img src='/images/s3.png' alt='已失效' width=30>" }, notice.AsFlag},
		"stamp in the article":    {func(p *plot) { p.body = "<p><img src='/images/s3.png' title='废止'></p>" + p.body }, notice.AsFlag},
		"picture":                 {func(p *plot) { p.body += "<p><img src='/upload/map.jpg' width=600></p>" }, notice.AsPicture},
		"number":                  {func(p *plot) { p.number = "青发改〔2026〕8号" }, notice.InHead},
		"day":                     {func(p *plot) { p.meta = strings.Replace(p.meta, "03-02", "04-02", 1) }, notice.InHead},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, a := bare(), bare()
			c.edit(&a)
			b.top, a.top = "当前在线：7人　总访问量：100", "当前在线：9人　总访问量：345"
			got := change.Compare(b.page(), a.page())
			seen := change.Statements(got.Gone, got.Come)
			if got.Kind != notice.ChangeEdited || len(seen) == 0 {
				t.Fatalf("not seen: %s", got.Kind)
			}
			for _, s := range seen {
				if s.Place != c.place {
					t.Errorf("seen as %+v, want one %s", seen, c.place)
				}
			}
		})
	}
}

// A number that only the new template prints was not given now.
func TestTemplateShowsMore(t *testing.T) {
	t.Parallel()
	b := bare()
	b.number, b.meta = "", "2026-03-02　青山市发展和改革委员会"
	a := "<html><head><meta charset=utf-8><title>" + b.doc + "</title></head><body><div class=art><h1>" + b.title + "</h1><div><span>时间：2026-03-02</span> <span>文号：青发改〔2026〕7号</span></div><div class=txt>" +
		b.body + "</div>" + b.files + "</div></body></html>"
	if c := change.Compare(b.page(), family.NewPage("http://www.qingshan.gov.cn/art/1.html", "text/html; charset=utf-8", []byte(a))); c.Kind == notice.ChangeEdited {
		t.Errorf("taken for an edit:\n%s", c.Diff)
	}
}

func TestStatementsAreBounded(t *testing.T) {
	t.Parallel()
	many := make([]change.Line, 300)
	if got := change.Statements(many, nil); got != nil {
		t.Errorf("%d statements of too many", len(got))
	}
	if got := change.Statements([]change.Line{{Kind: change.BodyLine, Text: strings.Repeat("长", 30000)}}, nil); got != nil {
		t.Error("a statement of 90 kB is handed on")
	}
	got := change.Statements([]change.Line{{Kind: change.FlagLine, Text: "有效"}}, []change.Line{{Kind: change.FlagLine, Text: "失效"}})
	if len(got) != 2 || got[0].Come || !got[1].Come || got[1].Place != notice.AsFlag {
		t.Errorf("%+v", got)
	}
}
