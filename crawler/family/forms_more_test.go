package family

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"govwatch/notice"
)

// answerForms are answers of search and list interfaces of no known family.
func answerForms() []form {
	obj := func(row string) string { return "[" + strings.TrimSuffix(fill(papers, row), ",") + "]" }
	js := "application/json;charset=utf-8"
	return []form{
		{name: "named pairs beside", kind: js, page: `{"data":{"total":8,"page":1,"results":` + obj(`{"title":"$T","publishedTimeStr":"$D 10:21:00","publishedTime":"2019-01-01","url":"$U","content":"各有关单位：为贯彻落实有关要求，现就有关事项通知如下。","channelName":"规范性文件","memo":null,"domainMetaList":[{"domainMetaName":"公文","resultList":[{"key":"wh","name":"文号","value":"$W"},{"key":"fbrq","name":"发布日期","value":"$D"}]}]},`) + `}}`},
		{name: "data within data", kind: js, page: `{"infolist":{"page":1,"dataresults":` + obj(`{"groupId":"g$I","data":{"vc_title":"$T","url":"$U","deploytime":"$Y-$M-$E","vc_abstract":"","columnname":"规范性文件","webname":"晴川省发展和改革委员会网站"}},`) + `}}`},
		{name: "search engine", kind: js, page: `{"took":3,"hits":{"total":{"value":8},"hits":` + obj(`{"_index":"doc","_id":"$I","_score":1.2,"_source":{"docTitle":"$T","docAbstract":"摘要文字","pubUrl":"$A","pubTime":"$DT08:00:00+08:00","crTime":"2020-01-01T00:00:00+08:00"},"highlight":{"docTitle":["<em>通知</em>"]}},`) + `}}`},
		{name: "empty link beside", kind: js, page: `{"list":` + obj(`{"id":$I,"title":"$T","subTitle":"","linkUrl":"","shareUrl":"http://share.qingchuan.example/s","url":"$U","thumb":"/img/$I.jpg","publishTime":"$Y/$M/$E","updateTime":"2026/03/19"},`) + `}`},
		{name: "cut title beside", kind: js, page: `{"rows":` + obj(`{"shortTitle":"$C","fullTitle":"$T","href":"$U","rq":"$Y年$M月$E日"},`) + `}`},
		{name: "day in two fields", kind: js, page: `{"rows":` + obj(`{"title":"$T","url":"$U","year":"$Y","date":"$M-$E"},`) + `}`},
		{name: "keyed by id", kind: js, page: `{"state":1,"items":{` + strings.TrimSuffix(fill(papers, `"k$I":{"bt":"$T","dz":"$U","sj":"$D"},`), ",") + `}}`},
		{name: "groups by category", kind: js, page: `{"searchVO":{"catMap":{"a":{"total":5,"listVO":[` + strings.TrimSuffix(fill(papers[:5], `{"title":"<em>关于</em>$T","url":"$A","pubtimeStr":"$Y.$M.$E","childtype":"环保"},`), ",") + `]},"b":{"total":3,"listVO":[` + strings.TrimSuffix(fill(papers[5:], `{"title":"<em>关于</em>$T","url":"$A","pubtimeStr":"$Y.$M.$E","childtype":"能源"},`), ",") + `]}}}}`, want: prefixed(papers, "关于")},
		{name: "escaped twice", kind: js, page: `{"success":true,"data":"` + strings.NewReplacer(`"`, `\"`).Replace(`{"list":`+obj(`{"title":"$T","url":"$U","date":"$D"},`)+`}`) + `"}`},
		{name: "list and hot list", kind: js, page: `{"hot":` + hotRows() + `,"data":{"records":` + obj(`{"title":"$T","url":"$U","publishDate":"$D"},`) + `,"total":128}}`},
		{name: "one object a line", kind: "application/x-ndjson", page: fill(papers, `{"t":"$T","u":"$U","d":"$D"}`+"\n")},
	}
}

func hotRows() string {
	var rows []string
	for i, n := range news[:5] {
		rows = append(rows, fmt.Sprintf(`{"title":%q,"url":"/xw/%d.html"}`, n, 100+i))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// pageForms are further ways to draw a page.
func pageForms() []form {
	li := `<li><a href="$U">$T</a><span>$D</span></li>`
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９")
	han := []paper{papers[0], papers[2], papers[7]}
	return []form{
		{name: "summary links too", page: site(fill(papers, `<div class="it"><h3><a href="$U">$T</a></h3><p><a href="$U">各市、县发展改革委，省级有关单位，各有关企业：为深入贯彻落实国家有关部署要求，进一步做好有关工作，现将有关事项通知如下。</a></p><span>$D</span></div>`))},
		{name: "department links first", page: site(`<table>` + fill(papers, `<tr><td><a href="/jgsz/fgc/">晴川省发展和改革委员会法规处</a></td><td><a href="$U">$T</a></td><td>$D</td></tr>`) + `</table>`)},
		{name: "list for phones before", page: site(`<ul class="wap-l">` + fill(papers, `<li><a href="$U"><p>$C</p><em>$D</em></a></li>`) + `</ul><ul class="pc-l">` + fill(papers, li) + `</ul>`)},
		{name: "slides above", page: site(`<div class="swiper"><div class="swiper-slide"><a href="/xwdt/tp/202603/t20260318_9101.html"><img src="/a.jpg"><p>` + news[2] + `</p></a></div><div class="swiper-slide"><a href="/xwdt/tp/202603/t20260317_9102.html"><img src="/b.jpg"><p>` + news[5] + `</p></a></div></div><ul>` + fill(papers, li) + `</ul>`)},
		{name: "full-width digits", page: site(`<ul>` + fill(han, `<li><a href="$U">$T</a><span>`+wide.Replace("2026")+`－`+`$M－$E</span></li>`) + `</ul>`), want: sameYear(han, "2026")},
		{name: "two-digit year", page: olden(`<table>` + strings.NewReplacer("(2026-", "(26-", "(2025-", "(25-").Replace(fill(papers, `<tr><td>·<a href="$U">$T</a></td><td>($D)</td></tr>`)) + `</table>`)},
		{name: "unpadded", page: site(`<ul>` + strings.NewReplacer("-0", "-").Replace(fill(short(papers), `<li><a href="$U">$T</a><span>$D</span></li>`)) + `</ul>`), want: short(papers)},
		{name: "base address", page: strings.Replace(site(`<ul>`+fill(papers, `<li><a href="gfxwj/`+`$I.html">$T</a><span>$D</span></li>`)+`</ul>`), "<head>", `<head><base href="http://fgw.qingchuan.example/web/">`, 1), want: based(papers)},
		{name: "pager as a list", page: site(`<ul>` + fill(papers, li) + `</ul><ul class="pagination"><li><a href="?page=1">1</a></li><li><a href="?page=2">2</a></li><li><a href="?page=3">3</a></li><li><a href="?page=2">下一页</a></li></ul>`)},
		{name: "hot list with ordinals", page: site(`<div class="zz"><ul>` + fill(papers[:5], li) + `</ul></div><div class="rd"><h4>热点排行</h4><ol>` + sidebar(10, `<li><i>1</i><a href="$U">$T</a><em>$D</em></li>`) + `</ol></div>`), want: papers[:5]},
		{name: "search form and filters", page: site(`<div class="sx"><a href="?y=2026">2026年</a><a href="?y=2025">2025年</a><a href="?y=2024">2024年</a><a href="?k=tz">通知类文件</a><a href="?k=gg">公告类文件</a></div><ul>` + fill(papers, li) + `</ul>`)},
		{name: "year links as headings", page: site(byDay(papers, `<div class="yy"><h3><a href="#y$Y">$Y年</a></h3><ul>`, `<li><a href="/zwgk/gfxwj/c$I.html">$T</a><i>$M月$E日</i></li>`, `</ul></div>`, 4)), want: short(papers)},
		{name: "month and day in boxes", page: site(`<ul>` + fill(papers, `<li><div class="date"><p class="day">$E</p><p class="ym">$Y.$M</p></div><div class="info"><a href="$U" title="$T"><h4>$C</h4></a><p>来源：省发展改革委</p></div></li>`) + `</ul>`)},
		{name: "month day over year", page: site(`<div>` + fill(papers, `<div class="n"><a href="$U"><div class="l"><b>$M-$E</b><br>$Y</div><div class="r">$T</div></a></div>`) + `</div>`)},
		{name: "dots and ranks in the link", page: site(`<ul>` + fill(papers, `<li><a href="$U"><i class="dot">•</i><em>$N.</em>$T</a><span>$D</span></li>`) + `</ul>`)},
		{name: "status flags", page: site(`<ul>` + fill(papers, `<li><span class="flag">有效</span><a href="$U">$T</a><span class="wh">$W</span><b>$D</b></li>`) + `</ul>`)},
		{name: "deadlines too", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><p><span>征集时间：$D 至 2026-12-31</span><span>状态：已结束</span></p></li>`) + `</ul>`)},
		{name: "links to pdf files", page: site(`<ul>` + fill(papers, `<li><a href="/files/$I.pdf">$T.pdf</a><span>$D</span></li>`) + `</ul>`), want: filed(papers)},
		{name: "no classes at all", page: "<html><body><h2>规范性文件</h2>" + fill(papers, `<div><a href="$U">$T</a> <span>$D</span></div>`) + `<div><a href="index_1.html">下一页</a></div></body></html>`},
		{name: "custom elements", page: site(`<news-list>` + fill(papers, `<news-item><a href="$U">$T</a><date>$D</date></news-item>`) + `</news-list>`)},
		{name: "article elements", page: site(`<main>` + fill(papers, `<article><header><h2><a href="$U" rel="bookmark">$T</a></h2></header><footer><time datetime="$D">$D</time></footer></article>`) + `</main>`)},
		{name: "section in a nav class", page: site(`<div class="list-nav-box"><ul class="news-menu-list">` + fill(papers, li) + `</ul></div>`)},
		{name: "footer of each row", page: site(`<div>` + fill(papers, `<div class="box"><a href="$U">$T</a><div class="footer"><span>$D</span></div></div>`) + `</div>`)},
	}
}

// oddForms are rows whose parts stand where nobody looks for them.
func oddForms() []form {
	return []form{
		{name: "number links, title beside", page: site(`<table><tr><th>文号</th><th>标题</th><th>发布日期</th></tr>` + fill(papers, `<tr><td><a href="$U">$W</a></td><td>$T</td><td>$D</td></tr>`) + `</table>`)},
		{name: "number links without headings", page: site(`<ul>` + fill(papers, `<li><a href="$U">$W</a><span class="t">$T</span><i>$D</i></li>`) + `</ul>`)},
		{name: "button with the title as its tip", page: site(`<table>` + fill(papers, `<tr><td>$N</td><td>$C</td><td>$D</td><td><a href="$U" title="$T">查看</a></td></tr>`) + `</table>`)},
		{name: "short titles", page: site(`<ul>` + fill(ordered(papers), `<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul>`), want: ordered(papers)},
		{name: "equal titles", page: site(`<ul>` + fill(equal(papers), `<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul>`), want: equal(papers)},
		{name: "date by script", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><span><script>document.write(formatDate("$D 10:21:33"));</script></span></li>`) + `</ul>`)},
		{name: "date in an attribute", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><span class="date" data-pub="$Y$M$E"></span></li>`) + `</ul>`)},
		{name: "year in an element of its own", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><p><span>$Y-</span><span>$M-$E</span></p></li>`) + `</ul>`)},
		{name: "published on", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><p>发布于 $D</p></li>`) + `</ul>`)},
		{name: "department and day", page: olden(`<table>` + fill(papers, `<tr><td><a href="$U">$T</a></td><td>资源节约处（$D）</td></tr>`) + `</table>`)},
		{name: "dot at the end", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><em>$Y.$M.$E.</em></li>`) + `</ul>`)},
		{name: "atom with two links", kind: "application/atom+xml", page: `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>规范性文件</title>` + fill(papers, `<entry><title type="text">$T</title><link rel="self" href="http://fgw.qingchuan.example/feed/$I"/><link rel="alternate" type="text/html" href="$A"/><updated>$DT08:00:00+08:00</updated></entry>`) + `</feed>`},
		{name: "title with a date of its own", page: site(`<ul>` + fill(dated(papers), `<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul>`), want: dated(papers)},
	}
}

func ordered(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i := range out {
		out[i].title = fmt.Sprintf("令第%d号", 31-i)
	}
	return out
}

func equal(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i := range out {
		out[i].title = "重要商品价格监测周报"
	}
	return out
}

func dated(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i := range out {
		out[i].title = fmt.Sprintf("2026年1月%d日成品油价格按机制上调", i+1)
	}
	return out
}

func based(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i, p := range out {
		out[i].path = "/web/gfxwj/" + p.path[len(p.path)-10:len(p.path)-5] + ".html"
	}
	return out
}

func filed(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i, p := range out {
		out[i].path, out[i].title = "/files/"+p.path[len(p.path)-10:len(p.path)-5]+".pdf", p.title+".pdf"
	}
	return out
}

func sameYear(ps []paper, y string) []paper {
	out := append([]paper(nil), ps...)
	for i, p := range out {
		out[i].date = y + p.date[4:]
	}
	return out
}

func TestUnknownSitesFurther(t *testing.T) {
	t.Parallel()
	for _, f := range slices.Concat(answerForms(), pageForms(), oddForms()) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			checkForm(t, f, []byte(f.page))
		})
	}
}

// TestYearsWithoutTheDayOfTheVisit completes short days of a saved page by what
// the page says: a heading, its own address, the day it was made.
func TestYearsWithoutTheDayOfTheVisit(t *testing.T) {
	t.Parallel()
	row := `<li><a href="/zwgk/gfxwj/c$I.html">$T</a><span>$M-$E</span></li>`
	plain := site(`<ul>` + fill(papers, row) + `</ul>`)
	for name, c := range map[string]struct{ url, page string }{
		"headings":  {formsURL, site(byDay(papers, `<h3>$Y年</h3><ul>`, row, `</ul>`, 4))},
		"made on":   {formsURL, strings.Replace(plain, "<title>", `<meta name="HtmlGenerateTime" content="2026-03-13 11:38:50"><title>`, 1)},
		"clock":     {formsURL, strings.Replace(plain, `<div class="wrap">`, `<div>今天是2026年3月18日 星期三</div><div class="wrap">`, 1)},
		"its title": {formsURL, strings.Replace(plain, `<div class="wrap">`, `<div>2026年03月18日　星期三</div><div class="wrap">`, 1)},
	} {
		l, err := ListAny(NewPage(c.url, "", []byte(c.page)))
		if err != nil || len(l.Items) != len(papers) {
			t.Errorf("%s: %d items, %v", name, len(l.Items), err)
			continue
		}
		for i, it := range l.Items {
			if it.Date.String() != papers[i].date {
				t.Errorf("%s item %d: %s, want %s", name, i, it.Date, papers[i].date)
			}
		}
	}
	old := NewPage("http://fgw.qingchuan.example/zwgk/gfxwj/2023/index.html", "", []byte(plain))
	old.Today = notice.Date{Year: 2026, Month: 3, Day: 20}
	l, err := ListAny(old)
	if err != nil || l.Items[0].Date.Year != 2023 {
		t.Errorf("a list of 2023 shows %v (%v)", l.Items, err)
	}
}
