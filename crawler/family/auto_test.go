package family

import (
	"fmt"
	"strings"
	"testing"

	"govwatch/notice"
)

// want is an expected item: title, last part of the address, date.
type want struct{ title, tail, date string }

func check(t *testing.T, name string, l Listing, err error, wants []want) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if len(l.Items) != len(wants) {
		t.Errorf("%s: %d items, want %d: %v", name, len(l.Items), len(wants), l.Items)
		return
	}
	for i, w := range wants {
		it := l.Items[i]
		if it.Title != w.title || !strings.HasSuffix(it.URL, w.tail) || it.Date.String() != w.date {
			t.Errorf("%s item %d: %q %s %s, want %q …%s %s", name, i, it.Title, it.URL, it.Date, w.title, w.tail, w.date)
		}
	}
}

// shell draws a page around a list: navigation, a sidebar, a footer.
func shell(list string) string {
	return `<html><head><title>政策文件</title></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/zwfw/">政务服务</a></li><li><a href="/hdjl/">互动交流</a></li></ul></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/zwgk/zcwj/">政策文件</a></div>
<div class="main"><div class="left"><ul><li><a href="/zwgk/zcwj/szfwj/">市政府文件</a></li><li><a href="/zwgk/zcwj/bmwj/">部门规范性文件</a></li><li><a href="/zwgk/zcwj/jd/">政策解读栏目</a></li></ul></div>
<div class="con">` + list + `</div></div>
<div class="footer"><a href="/wzdt/">网站地图</a> <a href="/lxwm/">联系我们</a><a href="http://www.gov.cn/">中国政府网</a><p>主办：某某市人民政府办公室 2024-01-01</p></div></body></html>`
}

const (
	titleA = "关于印发《可再生能源消纳实施方案》的通知"
	titleB = "关于加快推进工业节能降碳改造的若干意见"
	titleC = "市发展改革委 市生态环境局关于开展碳排放核算工作的通知"
)

var abc = []want{{titleA, "t20240312_1001.html", "2024-03-12"}, {titleB, "t20240301_1002.html", "2024-03-01"}, {titleC, "t20231228_1003.html", "2023-12-28"}}

// rows fills a row template ($T title, $U address, $D date) for the three documents.
func rows(tmpl string, dates ...string) string {
	var b strings.Builder
	for i, w := range abc {
		d := w.date
		if dates != nil {
			d = dates[i]
		}
		u := fmt.Sprintf("./%s/%s", w.tail[1:7], w.tail)
		b.WriteString(strings.NewReplacer("$T", w.title, "$U", u, "$D", d).Replace(tmpl))
	}
	return b.String()
}

// triple fills a template with year, month, day, address and title.
func triple(tmpl string) string {
	var b strings.Builder
	for _, w := range abc {
		fmt.Fprintf(&b, tmpl, w.date[:4], w.date[5:7], w.date[8:], "./"+w.tail[1:7]+"/"+w.tail, w.title)
	}
	return b.String()
}

func TestAutoReadsEveryWayToDrawAList(t *testing.T) {
	t.Parallel()
	slash, chinese := []string{"2024/03/12", "2024/03/01", "2023/12/28"}, []string{"2024年3月12日", "2024年3月1日", "2023年12月28日"}
	short := []string{"03-12", "03-01", "12-28"}
	cases := map[string]string{
		"li with span":            "<ul>" + rows(`<li><a href="$U">$T</a><span>$D</span></li>`) + "</ul>",
		"date before the link":    "<ul>" + rows(`<li><span class="date">$D</span><a href="$U">$T</a></li>`, slash...) + "</ul>",
		"bracketed date":          "<ul>" + rows(`<li><a href="$U">$T</a>[$D]</li>`) + "</ul>",
		"date within the link":    "<ul>" + rows(`<li><a href="$U"><span>$T</span><span>$D</span></a></li>`) + "</ul>",
		"bare date in the link":   "<ul>" + rows(`<li><a href="$U" title="$T">$T <i>$D</i></a></li>`) + "</ul>",
		"date ends the title":     "<ul>" + rows(`<li><a href="$U">$T [$D]</a></li>`) + "</ul>",
		"short days":              "<ul>" + rows(`<li><a href="$U">$T</a><span>($D)</span></li>`, short...) + "</ul>",
		"chinese dates":           "<div>" + rows(`<p><a href="$U">$T</a>　$D</p>`, chinese...) + "</div>",
		"dl":                      "<dl>" + rows(`<dt><a href="$U">$T</a></dt><dd>$D</dd>`) + "</dl>",
		"dl each":                 rows(`<dl><dt><a href="$U">$T</a></dt><dd>发布时间：$D</dd></dl>`),
		"flow with br":            "<td>" + rows(`<a href="$U">$T</a> $D<br>`) + "</td>",
		"dates before in flow":    "<div class=x>" + rows(`<span>$D</span><a href="$U">$T</a><br>`) + "</div>",
		"div cells":               rows(`<div class="row"><div class="t"><a href="$U">$T</a></div><div class="d">$D</div></div>`),
		"a table a row":           rows(`<table><tr><td>·</td><td><a href="$U">$T</a></td><td>$D</td></tr></table>`),
		"table":                   "<table><tr><th>标题</th><th>文号</th><th>发布日期</th></tr>" + rows(`<tr><td><a href="$U">$T</a></td><td>京发〔2024〕6号</td><td>$D</td></tr>`) + "</table>",
		"two dates with heads":    "<table><tr><td>名称</td><td>发布日期</td><td>成文日期</td></tr>" + rows(`<tr><td><a href="$U">$T</a></td><td>$D</td><td>2020-01-02</td></tr>`) + "</table>",
		"label in one text":       "<ul>" + rows(`<li><a href="$U">$T</a><p>发文字号：京发〔2024〕6号　成文日期：2020-01-02　发布日期：$D</p></li>`) + "</ul>",
		"cut text":                "<ul>" + rows(`<li><a href="$U" title="$T">关于…</a><span>$D</span></li>`) + "</ul>",
		"old tip":                 "<ul>" + rows(`<li><a href="$U" title="文章标题：$T&#10;作者：佚名&#10;更新时间：2001-1-1">$T</a><span>$D</span></li>`) + "</ul>",
		"marks":                   "<ul>" + rows(`<li><a href="$U"><font>·</font> $T NEW</a><img src="new.gif"><span>$D 10:21</span></li>`) + "</ul>",
		"card":                    rows(`<div class="card"><a href="$U"><div class="pic"><img src="/a.jpg"></div><h3>$T</h3><p>各区人民政府，市政府各委、办、局，各市属机构：现将方案印发给你们，请认真贯彻执行。</p><span>$D</span></a></div>`),
		"nested interpretation":   "<ul>" + rows(`<li><a href="$U">$T</a><span>$D</span><ul class="xg"><li><a href="./jd/t20240402_77.html">相关解读：《方案》政策解读</a></li></ul></li>`) + "</ul>",
		"second link":             "<ul>" + rows(`<li><a href="$U">$T</a> <a href="./jd/t20240402_78.html">图文解读材料一览</a><span>$D</span></li>`) + "</ul>",
		"category first":          "<ul>" + rows(`<li><a href="/zwgk/tz/">[通知公告]</a><a href="$U">$T</a><span>$D</span></li>`) + "</ul>",
		"row by script":           "<ul>" + rows(`<li onclick="window.open('$U')"><b>$T</b><span>$D</span></li>`) + "</ul>",
		"link by script":          "<ul>" + rows(`<li><a href="javascript:void(0)" onclick="isDownLoad('$U')">$T</a><span>$D</span></li>`) + "</ul>",
		"written by script":       `<script>` + rows(`document.writeln("<li><a href='$U'>$T</a><span>$D</span></li>");`+"\n") + `</script>`,
		"data store":              `<script type="text/xml"><datastore><totalrecord>3</totalrecord><recordset>` + rows(`<record><![CDATA[<li><a href="$U" title="$T">$T</a><span>$D</span></li>]]></record>`) + `</recordset></datastore></script>`,
		"old data store":          `<script>var totalRecord=3;var dataStore=[` + rows(`"<li><a href='$U'>$T</a><span>$D</span></li>",`) + `];</script>`,
		"literal in a script":     `<script>var rows = [` + rows(`{title:'$T', link:'$U', time:'$D', hits: 3},`) + `];render(rows);</script>`,
		"three parts of a date":   "<ul>" + triple(`<li><i>%[3]s日</i><i>%[2]s月</i><i>%[1]s</i><a href="%[4]s">%[5]s</a></li>`) + "</ul>",
		"hidden sheet":            "<ul>" + rows(`<li><a href="$U">$T</a><b>$D</b><div style="display:none"><table><tr><td>索 引 号：</td><td>000014349/2020-00110</td><td>生成日期：</td><td>2020-01-01</td></tr><tr><td>名　　称：</td><td>$T</td><td>废止时间：</td><td>2030-01-01</td></tr></table></div></li>`) + "</ul>",
		"link around the row":     "<ul>" + rows(`<a href="$U"><li>$T<span>$D</span></li></a>`) + "</ul>",
		"number links too":        "<table>" + rows(`<tr><td>1</td><td><a href="$U">京政发〔2024〕6号</a></td><td><a href="$U">$T</a></td><td>$D</td></tr>`) + "</table>",
		"summary and source":      rows(`<div class="item"><h3><a href="$U">$T</a></h3><p>各区人民政府，市政府各委、办、局：现将方案印发给你们，2019年1月1日起执行，请认真贯彻落实。</p><p class="info">发布时间：$D 来源：市发展改革委 | 浏览次数：12</p></div>`),
		"two columns of rows":     "<table><tr>" + rows(`<td><a href="$U">$T</a></td><td>$D</td>`) + "</tr></table>",
		"highlighted words":       "<ul>" + strings.ReplaceAll(rows(`<li><a href="$U"><em>1</em>$T</a><span>$D</span></li>`), "关于", "<em>关于</em>") + "</ul>",
		"other dated list beside": "<div class=r><ul>" + strings.Repeat(`<li><a href="/xw/202401/t20240101_9.html">市领导调研重点项目建设情况并召开座谈会</a><span>2024-01-01</span></li>`, 1) + `<li><a href="/xw/202401/t20240102_8.html">全市经济运行形势分析会议今日上午召开</a><span>2024-01-02</span></li><li><a href="/xw/202401/t20240103_7.html">全市重点工程集中开工仪式隆重举行了</a><span>2024-01-03</span></li></ul></div><div class=l><ul>` + rows(`<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul><div class="pg"><a href="index_1.html">下一页</a></div></div>`,
		"a button is the link":    "<table>" + rows(`<tr><td>1</td><td>$T</td><td>$D</td><td><a href="$U">查看</a></td></tr>`) + "</table>",
		"deadline beside":         "<ul>" + rows(`<li><a href="$U">$T</a><span>$D</span><span>2029-12-31</span></li>`) + "</ul>",
		"split lists":             rows(`<ul class="l"><li><a href="$U">$T</a><span>$D</span></li></ul><div class="line"></div>`),
		"comments":                "<ul>" + rows(`<li><a href="$U">$T</a><span>$D</span><!-- <a href="./x/t20200101_9.html">旧的链接不应当出现在列表里</a> --></li>`) + "</ul>",
	}
	for name, list := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := NewPage("https://www.example.gov.cn/zwgk/zcwj/index.html", "text/html; charset=utf-8", []byte(shell(list)))
			l, err := auto{}.List(p)
			check(t, name, l, err, abc)
		})
	}
}

func TestAutoReadsSplitCalendarDates(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]string{
		"day over month": `<li><div class="date"><b>%[3]s</b><span>%[1]s-%[2]s</span></div><a href="%[4]s">%[5]s</a></li>`,
		"within a link":  `<li><a href="%[4]s"><div class="d"><h4>%[3]s</h4><p>%[1]s.%[2]s</p></div><div><h5>%[5]s</h5></div></a></li>`,
		"year below":     `<li><i>%[2]s-%[3]s</i><em>%[1]s</em><a href="%[4]s">%[5]s</a></li>`,
		"with a slash":   `<li><span>%[3]s / %[1]s-%[2]s</span><a href="%[4]s">%[5]s</a></li>`,
	} {
		var b strings.Builder
		for _, w := range abc {
			fmt.Fprintf(&b, row, w.date[:4], w.date[5:7], w.date[8:], "./"+w.tail[1:7]+"/"+w.tail, w.title)
		}
		l, err := auto{}.List(NewPage("https://www.example.gov.cn/zcwj/", "", []byte(shell("<ul>"+b.String()+"</ul>"))))
		check(t, name, l, err, abc)
	}
}

func TestShortDaysTakeTheYearOfTheirNeighbours(t *testing.T) {
	t.Parallel()
	row := `<li><a href="/info/%d.htm">关于开展第%d批节能审查工作的通知</a><span>%s</span></li>`
	var b strings.Builder
	for i, d := range []string{"01-25", "01-03", "12-30", "06-01", "12-01"} {
		fmt.Fprintf(&b, row, 1000+i, i, d)
	}
	p := NewPage("https://www.example.gov.cn/tz/list.htm", "", []byte("<ul>"+b.String()+"</ul>"))
	p.Today = notice.Date{Year: 2024, Month: 2, Day: 1}
	l, err := auto{}.List(p)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, it := range l.Items {
		got = append(got, it.Date.String())
	}
	if s := strings.Join(got, " "); s != "2024-01-25 2024-01-03 2023-12-30 2023-06-01 2022-12-01" {
		t.Errorf("dates %s", s)
	}
	p.Today = notice.Date{}
	l, err = auto{}.List(p)
	if err != nil || !l.Items[0].Date.IsZero() {
		t.Errorf("a day without a year and without evidence became %v (%v)", l.Items[0].Date, err)
	}
}

func TestPinnedItems(t *testing.T) {
	t.Parallel()
	row := `<li>%s<a href="/art/2024/3/1/art_1_%d.html">%s关于第%d号节能技术改造项目的公示</a><span>%s</span></li>`
	var b strings.Builder
	marks := []string{"", "<em>置顶</em>", "", "", "", ""}
	prefix := []string{"[置顶]", "", "", "", "", ""}
	for i, d := range []string{"2021-05-01", "2024-03-20", "2022-01-01", "2024-03-25", "2024-03-22", "2024-03-01"} {
		fmt.Fprintf(&b, row, marks[i], i+100, prefix[i], i, d)
	}
	l, err := auto{}.List(NewPage("https://www.example.gov.cn/", "", []byte("<ul>"+b.String()+"</ul>")))
	if err != nil || len(l.Items) != 6 {
		t.Fatal(err, l.Items)
	}
	for i, it := range l.Items {
		if it.Pinned != (i < 3) {
			t.Errorf("item %d pinned %v", i, it.Pinned)
		}
		if strings.Contains(it.Title, "置顶") {
			t.Errorf("title %q", it.Title)
		}
	}
}

func TestAutoReadsAnswersOfAPIs(t *testing.T) {
	t.Parallel()
	urls := func(i int) string { return "/zwgk/" + abc[i].tail[1:7] + "/" + abc[i].tail }
	// Moments late in the day in UTC belong to the next day in China.
	utc := []string{"2024-03-11T17:30:00.000Z", "2024-02-29T16:00:00Z", "2023-12-28T03:00:00.000Z"}
	for name, row := range map[string]func(i int) string{
		"plain": func(i int) string {
			return fmt.Sprintf(`{"id":%d,"title":%q,"url":%q,"publishTime":"%s 10:11:12","createTime":"2019-01-01","author":"办公室"}`, i, abc[i].title, urls(i), abc[i].date)
		},
		"pinyin": func(i int) string {
			return fmt.Sprintf(`{"BT":%q,"DOCPUBURL":%q,"FBRQ":"%sT00:00:00.000+0800","CWRQ":"2023-01-01T00:00:00.000+0800","FWZH":"京政发〔2024〕%d号","ZW":"%s"}`, abc[i].title, urls(i), abc[i].date, i+1, strings.Repeat("正文内容", 100))
		},
		"utc": func(i int) string {
			return fmt.Sprintf(`{"FileName":%q,"link":%q,"PUBDATE":%q}`, abc[i].title, urls(i), utc[i])
		},
		"opaque": func(i int) string {
			return fmt.Sprintf(`{"f_1":"市政府","f_2":%q,"f_3":"2019-05-05 00:00:00","f_4":%q,"f_5":"%s 00:00:00","f_6":"%s"}`, abc[i].title, urls(i), abc[i].date, strings.Repeat(abc[i].title, 9))
		},
		"highlighted": func(i int) string {
			return fmt.Sprintf(`{"title":%q,"url":%q,"pubdate":%q,"img":"/a/%d.png"}`, "<em>"+abc[i].title[:6]+"</em>"+abc[i].title[6:], urls(i), abc[i].date, i)
		},
		"nested": func(i int) string {
			return fmt.Sprintf(`{"score":1.5,"source":{"title":%q,"urls":"{\"pc\":\"%s\"}","pubDate":"%s 09:00","topStatus":0}}`, abc[i].title, urls(i), abc[i].date)
		},
		"java": func(i int) string {
			d, _ := notice.ParseDate(abc[i].date)
			return fmt.Sprintf(`{"subject":%q,"href":%q,"time":%q}`, abc[i].title, urls(i), d.Time().Format("Jan 2, 2006 3:04:05 PM"))
		},
		"seconds": func(i int) string {
			d, _ := notice.ParseDate(abc[i].date)
			return fmt.Sprintf(`{"title":%q,"url":%q,"display_publish_time":%d,"date":1577808000}`, abc[i].title, urls(i), d.Time().Unix()+3600)
		},
		"milliseconds": func(i int) string {
			d, _ := notice.ParseDate(abc[i].date)
			return fmt.Sprintf(`{"title":%q,"url":%q,"pubtime":"%d","pcode":"国发〔2024〕1号"}`, abc[i].title, urls(i), d.Time().UnixMilli())
		},
	} {
		list := "[" + row(0) + "," + row(1) + "," + row(2) + "]"
		for wrap, body := range map[string]string{
			"bare":    list,
			"wrapped": `{"code":200,"data":{"pager":{"total":3,"pageNo":1},"menu":[{"name":"首页","url":"/"}],"list":` + list + `}}`,
			"jsonp":   `callback({"rows":` + list + `});`,
			"script":  `<html><body><div id="app"></div><script>window.__DATA__ = {"page":{"content":` + list + `}};</script></body></html>`,
		} {
			l, err := auto{}.List(NewPage("https://www.example.gov.cn/api/list?page=1", "application/json", []byte(body)))
			check(t, name+" "+wrap, l, err, abc)
		}
	}
	html := `{"success":true,"data":{"html":"<ul>` + strings.ReplaceAll(rows(`<li><a href='$U'>$T</a><span>$D</span></li>`), `"`, `\"`) + `</ul>"}}`
	l, err := auto{}.List(NewPage("https://www.example.gov.cn/unit", "", []byte(html)))
	check(t, "markup in json", l, err, abc)
}

func FuzzAuto(f *testing.F) {
	f.Add([]byte(shell("<ul>"+rows(`<li><a href="$U">$T</a><span>$D</span></li>`)+"</ul>")), "https://www.example.gov.cn/a/")
	f.Add([]byte(`{"data":[{"title":"关于印发方案的通知","url":"/a/1.html","date":"2024-01-01"}]}`), "https://x.gov.cn/?page=1")
	f.Add([]byte(`<script>createPageHTML(5,0,"index","html");var d=[{a:'\u4e2d`), "")
	f.Add([]byte(strings.Repeat("<div>", 3000)), "http://a/")
	f.Fuzz(func(t *testing.T, body []byte, url string) {
		p := NewPage(url, "", body)
		l, err := ListAny(p)
		if err == nil && len(l.Items) == 0 && len(l.First) == 0 {
			t.Error("an empty list without a reason")
		}
		for _, it := range l.Items {
			if it.Title == "" || it.URL == "" {
				t.Errorf("item without title or address: %+v", it)
			}
			if !it.Date.IsZero() && !it.Date.Valid() {
				t.Errorf("date %v", it.Date)
			}
		}
	})
}
