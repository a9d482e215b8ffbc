package family

import (
	"fmt"
	"strings"
	"testing"

	"govwatch/notice"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// paper is a document as a list may show it.
type paper struct{ title, path, date, number string }

var papers = []paper{
	{"关于印发《省级碳达峰试点园区建设方案》的通知", "/zwgk/gfxwj/202603/t20260312_88101.html", "2026-03-12", "晴发改环资〔2026〕88号"},
	{"晴川省发展和改革委员会 晴川省财政厅关于下达2026年节能降碳专项资金计划的通知", "/zwgk/gfxwj/202603/t20260312_88094.html", "2026-03-12", "晴发改投资〔2026〕84号"},
	{"关于公开征求《绿色电力交易实施细则（征求意见稿）》意见的公告", "/zwgk/gfxwj/202603/t20260309_87990.html", "2026-03-09", "2026年第3号"},
	{"关于调整分时电价机制有关事项的函", "/zwgk/gfxwj/202603/t20260302_87711.html", "2026-03-02", "晴发改价格函〔2026〕12号"},
	{"2025年度重点用能单位节能目标责任评价考核结果公示", "/zwgk/gfxwj/202602/t20260224_87650.html", "2026-02-24", "晴发改公示〔2026〕5号"},
	{"转发国家发展改革委关于做好新能源消纳工作保障新能源高质量发展的通知", "/zwgk/gfxwj/202601/t20260115_86502.html", "2026-01-15", "晴发改能源〔2026〕9号"},
	{"关于废止部分行政规范性文件的决定", "/zwgk/gfxwj/202512/t20251230_86001.html", "2025-12-30", "晴发改规〔2025〕7号"},
	{"关于做好冬季清洁取暖保供工作的紧急通知", "/zwgk/gfxwj/202511/t20251103_85123.html", "2025-11-03", "晴发改运行〔2025〕611号"},
}

// news is the list at a page's side that must not be taken.
var news = []string{
	"省委常委会召开会议研究部署一季度经济工作", "全省发展改革系统工作会议在晴川召开", "省领导赴重点项目建设现场调研", "我省新能源汽车产量同比增长两成", "专家谈如何理解新型能源体系建设",
	"全省举行重大项目集中开工活动", "省发展改革委开展主题党日活动", "晴川新区建设迈出坚实步伐", "一图读懂全省国民经济运行情况", "我省优化营商环境经验获全国推广",
	"全省能源保供专题会议召开", "省政府新闻办举行新闻发布会", "中央媒体聚焦我省绿色转型", "省发展改革委领导赴基层接访",
}

const formsURL = "http://fgw.qingchuan.example/zwgk/gfxwj/"

// fill draws a row for each document: $N ordinal, $T title, $C title cut short,
// $U path, $A whole address, $R relative path, $I number in the path, $D date,
// $Y $M $E year, month and day, $W number of the document.
func fill(ps []paper, row string) string {
	var b strings.Builder
	for i, p := range ps {
		cut := []rune(p.title)
		cut = cut[:min(len(cut), 16)]
		b.WriteString(strings.NewReplacer("$N", fmt.Sprint(i+1), "$T", p.title, "$C", string(cut)+"...", "$U", p.path,
			"$A", "http://fgw.qingchuan.example"+p.path, "$R", "."+strings.TrimPrefix(p.path, "/zwgk/gfxwj"), "$I", p.path[len(p.path)-10:len(p.path)-5],
			"$D", p.date, "$Y", p.date[:4], "$M", p.date[5:7], "$E", p.date[8:], "$W", p.number).Replace(row))
	}
	return b.String()
}

// byDay draws documents under headings of their day, or of their year.
func byDay(ps []paper, head, row, tail string, width int) string {
	var b strings.Builder
	for i, p := range ps {
		if i == 0 || p.date[:width] != ps[i-1].date[:width] {
			if i > 0 {
				b.WriteString(tail)
			}
			b.WriteString(fill([]paper{p}, head))
		}
		b.WriteString(fill([]paper{p}, row))
	}
	return b.String() + tail
}

// sidebar is a list of news with n rows.
func sidebar(n int, row string) string {
	var b strings.Builder
	for i, t := range news[:n] {
		b.WriteString(strings.NewReplacer("$T", t, "$U", fmt.Sprintf("/xwdt/yw/202603/t202603%02d_9%03d.html", 20-i, i), "$D", fmt.Sprintf("2026-03-%02d", 20-i)).Replace(row))
	}
	return b.String()
}

// site draws a whole page: modern, with much around the list.
func site(main string) string {
	return `<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>规范性文件_晴川省发展和改革委员会</title><meta name="ColumnName" content="规范性文件"></head><body>
<div class="top-bar"><a href="https://www.gov.example/">中国政府网</a><a href="/wzaa/">无障碍阅读</a><a href="javascript:;" onclick="login()">登录</a></div>
<div class="head"><h1><a href="/">晴川省发展和改革委员会</a></h1><ul class="nav-list"><li><a href="/">首页</a></li><li><a href="/xwdt/">新闻动态</a><ul><li><a href="/xwdt/yw/">要闻</a></li><li><a href="/xwdt/mtbd/">媒体报道</a></li></ul></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/hdjl/">互动交流</a></li></ul></div>
<div class="wrap"><div class="dqwz">您当前的位置：<a href="/">首页</a>&gt;<a href="/zwgk/">政务公开</a>&gt;<a href="/zwgk/gfxwj/">规范性文件</a></div>
<div class="w-left"><h2>政务公开</h2><ul><li class="on"><a href="/zwgk/gfxwj/">规范性文件</a></li><li><a href="/zwgk/qtwj/">其他文件</a></li><li><a href="/zwgk/zcjd/">政策解读</a></li><li><a href="/zwgk/ndbg/">政府信息公开年度报告</a></li><li><a href="/zwgk/zfxxgkzn/">政府信息公开指南</a></li></ul></div>
<div class="w-right"><div class="bt"><span>规范性文件</span></div>` + main + `</div></div>
<div class="foot"><select onchange="go(this.value)"><option value="http://a.example/">国家发展改革委网站</option></select><a href="/gywm/">关于我们</a><a href="/wzdt/">站点地图</a><p>主办：晴川省发展和改革委员会　政府网站标识码：9900000012　晴ICP备19000000号</p></div></body></html>`
}

// olden draws a page of the time of layout tables.
func olden(main string) string {
	return `<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset=utf-8"><TITLE>规范性文件</TITLE></HEAD><BODY><TABLE width=1000 align=center><TR><TD colspan=2><IMG src="/img/top.jpg"></TD></TR>
<TR><TD colspan=2><A href="/">首　页</A> | <A href="/jggk/">机构概况</A> | <A href="/zwgk/">政务公开</A> | <A href="/wsbs/">网上办事</A></TD></TR>
<TR><TD width=200 valign=top><TABLE><TR><TD><A href="/zwgk/fg/">法律法规</A></TD></TR><TR><TD><A href="/zwgk/gfxwj/">规范性文件</A></TD></TR><TR><TD><A href="/zwgk/gh/">发展规划</A></TD></TR></TABLE></TD>
<TD valign=top>` + main + `</TD></TR><TR><TD colspan=2 align=center>版权所有：晴川省发展和改革委员会　技术支持：晴川省信息中心</TD></TR></TABLE></BODY></HTML>`
}

// form is a way to draw the papers; want is nil for all of them as they are.
type form struct {
	name, page string
	// url is formsURL when empty; kind is the content type.
	url, kind string
	want      []paper
}

func undated(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i := range out {
		out[i].date = ""
	}
	return out
}

func elsewhere(ps []paper, at map[int]string) []paper {
	out := append([]paper(nil), ps...)
	for i, u := range at {
		out[i].path = u
	}
	return out
}

const pagerHTML = `<div class="fy"><span>共128条</span> <a href="index.html">首页</a> <b>1</b> <a href="index_1.html">2</a> <a href="index_2.html">3</a> <a href="index_1.html">下一页</a> <a href="index_15.html">尾页</a></div>`

func tableForms() []form {
	thead := `<table class="tb"><thead><tr><th>序号</th><th>标题</th><th>文号</th><th>成文日期</th><th>发布日期</th></tr></thead><tbody>`
	return []form{
		{name: "ordinal title date", page: site(`<table><tr><th>序号</th><th>标题</th><th>发布日期</th></tr>` + fill(papers, `<tr><td>$N</td><td><a href="$U">$T</a></td><td>$D</td></tr>`) + `</table>` + pagerHTML)},
		{name: "five columns", page: site(thead + fill(papers, `<tr><td>$N</td><td><a href="$R" title="$T">$C</a></td><td>$W</td><td>2020年1月2日</td><td>$Y年$M月$E日</td></tr>`) + `</tbody></table>`)},
		{name: "number column links too", page: site(thead + fill(papers, `<tr><td>$N</td><td><a href="$U">$T</a></td><td><a href="$U">$W</a></td><td>2020-01-02</td><td>$D</td></tr>`) + `</tbody></table>`)},
		{name: "validity column", page: site(`<table><tr><td>名称</td><td>发文字号</td><td>有效性</td><td>发布时间</td></tr>` + fill(papers, `<tr><td><a href="$U">$T</a></td><td>$W</td><td>有效</td><td>$D</td></tr>`) + `</table>`)},
		{name: "download column", page: site(`<table><tr><td>序号</td><td>文件名称</td><td>日期</td><td>操作</td></tr>` + fill(papers, `<tr><td>$N</td><td><a href="$U">$T</a></td><td>$D</td><td><a href="/files/$I.pdf">下载</a> <a href="$U">查看</a></td></tr>`) + `</table>`)},
		{name: "unclosed upper case", page: olden(`<TABLE width="100%">` + fill(papers, `<TR><TD width=10><IMG src="/img/dot.gif"><TD><A HREF="$U" TARGET=_blank>$T</A><TD align=right>[$Y-$M-$E]`) + `</TABLE>`)},
		{name: "row in a table of its own", page: olden(fill(papers, `<table width=98%><tr><td width=20><img src=/i.gif></td><td><a href=$U>$T</a></td><td width=90>$Y/$M/$E</td></tr><tr><td colspan=3 background=/line.gif></td></tr></table>`))},
		{name: "lines between rows", page: olden(`<table>` + fill(papers, `<tr><td>·<a href="$U">$T</a></td><td>$Y.$M.$E</td></tr><tr><td colspan=2 height=1 bgcolor=#ccc></td></tr>`) + `</table>`)},
		{name: "day spans rows", page: site(`<table class="gk">` + byDayTable(papers) + `</table>`)},
		{name: "br and dots", page: olden(fill(papers, `·<a href="$U">$T</a>&nbsp;&nbsp;<font color=gray>($Y-$M-$E)</font><br>`))},
		{name: "two a row", page: site(`<table>` + twoARow(papers) + `</table>`)},
	}
}

func byDayTable(ps []paper) string {
	var b strings.Builder
	for i := 0; i < len(ps); {
		n := i
		for n < len(ps) && ps[n].date == ps[i].date {
			n++
		}
		for k := i; k < n; k++ {
			b.WriteString("<tr>")
			if k == i {
				fmt.Fprintf(&b, `<td rowspan="%d">%s</td>`, n-i, ps[i].date)
			}
			b.WriteString(fill(ps[k:k+1], `<td><a href="$U">$T</a></td></tr>`))
		}
		i = n
	}
	return b.String()
}

func twoARow(ps []paper) string {
	var b strings.Builder
	for i := 0; i < len(ps); i += 2 {
		b.WriteString("<tr>" + fill(ps[i:min(i+2, len(ps))], `<td><a href="$U">$T</a></td><td>$D</td>`) + "</tr>")
	}
	return b.String()
}

func dateForms() []form {
	return []form{
		{name: "days as headings over lists", page: site(byDay(papers, `<div class="day-box"><h3>$D</h3><ul>`, `<li><a href="$U">$T</a></li>`, `</ul></div>`, 10))},
		{name: "days as headings in one flow", page: site(`<div class="flow">` + byDay(papers, `<h4>$Y年$M月$E日</h4>`, `<p><a href="$U">$T</a></p>`, "", 10) + `</div>`)},
		{name: "days as dt", page: site(`<dl class="dd-list">` + byDay(papers, `<dt>$D</dt>`, `<dd><a href="$U">$T</a></dd>`, "", 10) + `</dl>`)},
		{name: "years as headings", page: site(byDay(papers, `<div class="yr"><h3>$Y年</h3><ul>`, `<li><a href="/zwgk/gfxwj/c$I.html">$T</a><span>$M-$E</span></li>`, `</ul></div>`, 4)), want: short(papers)},
		{name: "year in the address of the list", url: "http://fgw.qingchuan.example/zwgk/gfxwj/2026/", page: site(`<ul>` + fill(papers[:6], `<li><a href="/zwgk/gfxwj/c$I.html">$T</a><span>$M-$E</span></li>`) + `</ul>`), want: short(papers[:6])},
		{name: "large day small month", page: site(`<ul class="cards">` + fill(papers, `<li><div class="rl"><em>$E</em>$Y-$M</div><div class="nr"><a href="$U" title="$T">$C</a><p>各市、县发展改革委，省级有关单位：现将有关事项通知如下，请结合实际认真贯彻落实。</p></div></li>`) + `</ul>`)},
		{name: "large day after", page: site(`<div class="lb">` + fill(papers, `<div class="lb-i"><a href="$U"><h5>$T</h5></a><div class="sj"><b>$E</b><i>$Y.$M</i></div></div>`) + `</div>`)},
		{name: "year above month and day", page: site(`<ul>` + fill(papers, `<li><div class="time"><span>$Y</span><strong>$M/$E</strong></div><a href="$U">$T</a></li>`) + `</ul>`)},
		{name: "bracketed before", page: site(`<ul>` + fill(papers, `<li>[$Y-$M-$E] <a href="$U">$T</a></li>`) + `</ul>`)},
		{name: "bracketed within the link", page: site(`<ul>` + fill(papers, `<li><a href="$U">[$Y-$M-$E]$T</a></li>`) + `</ul>`)},
		{name: "date after the title within the link", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T（$Y-$M-$E）</a></li>`) + `</ul>`)},
		{name: "moment", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><small>$Y-$M-$E 17:05:33</small></li>`) + `</ul>`)},
		{name: "time element", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><time datetime="$D">三天前</time></li>`) + `</ul>`)},
		{name: "source and clicks", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><p class="xx">来源：省发展改革委　时间：$D　点击：1205</p></li>`) + `</ul>`)},
		{name: "no date", page: site(`<ul class="wj">` + fill(papers, `<li><a href="$U">$T</a></li>`) + `</ul>` + pagerHTML), want: undated(papers)},
		{name: "interpretation in the date", page: site(`<ul>` + fill(papers, `<li><p><a href="$U" title="$T">$T</a><span>$D<font class="jd">解读</font></span></p></li>`) + `</ul>`)},
		{name: "numbers and dates in a line", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><div><span>$W</span> <span>$Y-$M-$E</span></div></li>`) + `</ul>`)},
		{name: "english month", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><i>$Y年$M月$E日 星期四</i></li>`) + `</ul>`)},
	}
}

// short gives papers the addresses of lists that say nothing of the year.
func short(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i, p := range out {
		out[i].path = "/zwgk/gfxwj/c" + p.path[len(p.path)-10:len(p.path)-5] + ".html"
	}
	return out
}

func linkForms() []form {
	away := map[int]string{1: "https://mp.weixin.example/s?__biz=MzA&mid=1&sn=abc", 4: "https://fgw.qingchuan.example/zwgk/gfxwj/202602/t20260224_87650.html", 5: "https://www.gov.example/zhengce/content/202601/content_700.htm"}
	mixed := strings.NewReplacer(`href="`+papers[1].path, `href="`+away[1], `href="`+papers[4].path, `href="`+away[4], `href="`+papers[5].path, `href="`+away[5], `href="`+papers[6].path, `href="//fgw.qingchuan.example`+papers[6].path, `href="`+papers[7].path, `href="HTTP://FGW.QINGCHUAN.EXAMPLE`+papers[7].path)
	return []form{
		{name: "link around li", page: site(`<ul>` + fill(papers, `<a href="$U" target="_blank"><li><span class="t">$T</span><span class="d">$D</span></li></a>`) + `</ul>`)},
		{name: "link around cells", page: site(`<div class="gl">` + fill(papers, `<a class="it" href="$U"><div class="bt1">$T</div><div class="wh">$W</div><div class="rq">$D</div></a>`) + `</div>`)},
		{name: "onclick", page: site(`<ul>` + fill(papers, `<li><a href="javascript:void(0);" onclick="openDoc('$U','_blank')">$T</a><em>$D</em></li>`) + `</ul>`)},
		{name: "script link", page: site(`<ul>` + fill(papers, `<li><a href="javascript:viewDoc('$A')">$T</a><em>$D</em></li>`) + `</ul>`)},
		{name: "address as id", page: site(`<table>` + fill(papers, `<tr><td><a href="javascript:void(0);" id="$U" class="toView" title="$T">$C</a></td><td>$D</td></tr>`) + `</table>`)},
		{name: "data attribute", page: site(`<div class="v">` + fill(papers, `<div class="row" data-url="$U"><p>$T</p><span>$D</span></div>`) + `</div>`)},
		{name: "data-src attribute of a link", page: site(`<ul>` + fill(papers, `<li><a href="#" data-src="$U">$T</a><span>$D</span></li>`) + `</ul>`)},
		{name: "query addresses", page: site(`<ul>` + fill(papers, `<li><a href="ShowInfo.asp?ID=$I">$T</a><span>$D</span></li>`) + `</ul>`), want: queried(papers)},
		{name: "mixed schemes and hosts", page: mixed.Replace(site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul>`)), want: elsewhere(papers, away)},
		{name: "title quotes do not match", page: site(`<ul>` + fill(papers, `<li><a href="$U" title="$T ' target="_blank">$T</a><span>$D</span></li>`) + `</ul>`)},
		{name: "blanks in links", page: site(`<ul>` + fill(papers, "<li>\n <a\n  href=\"\n$U \"\n >\n  $T\n </a>\n <span>\n $D\n </span></li>") + `</ul>`)},
		{name: "pictures", page: site(fill(papers, `<div class="pic-card"><a href="$U"><img src="/img/$I.jpg" alt=""></a><div class="txt"><a href="$U">$T</a><p>$D</p></div></div>`))},
		{name: "category and source", page: site(`<ul>` + fill(papers, `<li><a href="/zwgk/gfxwj/tz/" class="fl">[通知]</a> <a href="$U">$T</a> <a href="/jgsz/zhc/" class="ly">综合处</a><span>$D</span></li>`) + `</ul>`)},
		{name: "related beside", page: site(`<ul>` + fill(papers, `<li><div><a href="$U">$T</a><span>$D</span></div><div class="fj"><a href="/zwgk/zcjd/202603/t20260313_$I.html">《有关文件》政策解读</a><a href="/zwgk/zcjd/202603/t20260314_$I.html">一图读懂有关文件主要内容</a></div></li>`) + `</ul>`)},
		{name: "files beside", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><span>$D</span><p>附件：<a href="/P0$I.pdf">项目申报指南及申报书格式（2026年版）.pdf</a></p></li>`) + `</ul>`)},
		{name: "pinned by a picture", page: site(`<ul>` + fill(papers[:1], `<li class="top"><img src="/img/zhiding.png"><a href="$U">$T</a><span>$D</span></li>`) + fill(papers[1:], `<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul>`)},
		{name: "pinned by a word", page: site(`<ul>` + fill(papers[:2], `<li><a href="$U" title="$T">【置顶】 $T</a><span>$D</span></li>`) + fill(papers[2:], `<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul>`)},
		{name: "definition lists", page: site(`<div>` + fill(papers, `<dl><dt><a href="$U">$T</a></dt><dd class="zy">现将有关事项通知如下，自2020年1月1日起施行。</dd><dd class="sj">发布日期：$D</dd></dl>`) + `</div>`)},
		{name: "deep rows", page: site(`<div class="a"><div class="b">` + fill(papers, `<div class="r"><div class="c"><div class="n">$N</div><div class="m"><h3><a href="$U">$T</a></h3></div></div><div class="x"><i class="ic"></i><span>$D</span></div></div>`) + `</div></div>`)},
		{name: "sheet beside each", page: site(`<ul>` + fill(papers, `<li><a href="$U">$T</a><b>$D</b><div class="xxgk-box"><p>索引号：9900-$I</p><p>标题：$T</p><p>文号：$W</p><p>发布日期：$D</p><p>生效日期：2026-05-01</p></div></li>`) + `</ul>`)},
	}
}

func queried(ps []paper) []paper {
	out := append([]paper(nil), ps...)
	for i, p := range out {
		out[i].path = "/zwgk/gfxwj/ShowInfo.asp?ID=" + p.path[len(p.path)-10:len(p.path)-5]
	}
	return out
}

func wholeForms() []form {
	li := `<li><a href="$U">$T</a><span>$D</span></li>`
	list := func(ps []paper) string { return `<ul class="gl">` + fill(ps, li) + `</ul>` }
	side := `<div class="rmxw"><h3>要闻速递</h3><ul>` + sidebar(14, li) + `</ul></div>`
	bare := `<div class="kk"><h3>要闻速递</h3><ul>` + sidebar(14, `<li><a href="$U">$T</a></li>`) + `</ul></div>`
	return []form{
		{name: "one row", page: site(list(papers[:1])), want: papers[:1]},
		{name: "two rows", page: site(list(papers[:2])), want: papers[:2]},
		{name: "three rows in old tables", page: olden(`<table>` + fill(papers[:3], `<tr><td><a href="$U">$T</a></td><td>$D</td></tr>`) + `</table>`), want: papers[:3]},
		{name: "larger dated list before, pager under ours", page: site(side + `<div class="zz">` + list(papers[:4]) + pagerHTML + `</div>`), want: papers[:4]},
		{name: "larger dated list after, no pager", page: site(`<div class="zz">` + list(papers[:6]) + `</div>` + side), want: papers[:6]},
		{name: "larger undated list", page: site(bare + `<div class="zz">` + list(papers[:3]) + `</div>`), want: papers[:3]},
		{name: "undated list and larger undated list", page: site(bare + `<div class="zz"><ul>` + fill(papers, `<li><a href="$U">$T</a></li>`) + `</ul>` + pagerHTML + `</div>`), want: undated(papers)},
		{name: "ticker above", page: site(`<marquee><a href="/xwdt/yw/202603/t20260320_9000.html">` + news[0] + `</a><a href="/xwdt/yw/202603/t20260319_9001.html">` + news[1] + `</a></marquee>` + list(papers))},
		{name: "empty rows every five", page: site(`<ul>` + fill(papers[:5], li) + `<li class="line"></li><li>&nbsp;</li>` + fill(papers[5:], li) + `</ul>`)},
		{name: "cut in boxes", page: site(`<ul class="l1">` + fill(papers[:5], li) + `</ul><ul class="l2">` + fill(papers[5:], li) + `</ul>`)},
		{name: "alternate classes", page: site(`<ul>` + fill(papers[:1], `<li class="odd first"><a href="$U">$T</a><span>$D</span></li>`) + fill(papers[1:2], `<li class="even"><a href="$U">$T</a><span>$D</span></li>`) + fill(papers[2:], `<li class="odd"><a href="$U">$T</a><span>$D</span></li>`) + `</ul>`)},
		{name: "unclosed li", page: olden(`<UL>` + fill(papers, `<LI><A HREF='$U'>$T</A> $Y-$M-$E`) + `</UL>`)},
		{name: "rows in a comment", page: site(`<div id="list"><!--` + fill(papers, li) + `--></div><script>document.getElementById('list').innerHTML=draw()</script>`)},
		{name: "rows in a textarea", page: site(`<textarea id="tpl" style="display:none"><ul>` + fill(papers, li) + `</ul></textarea>`)},
		{name: "rows in a script of html", page: site(`<script type="text/html" id="rows"><ul>` + fill(papers, li) + `</ul></script>`)},
		{name: "rows in a template", page: site(`<template><ul>` + fill(papers, li) + `</ul></template>`)},
		{name: "rows for readers without scripts", page: site(`<div id="app"></div><noscript><ul>` + fill(papers, li) + `</ul></noscript>`)},
		{name: "old rows in a comment", page: site(list(papers) + `<!-- <ul>` + sidebar(14, li) + `</ul> -->`)},
		{name: "byte order mark", page: "\ufeff" + site(list(papers))},
		{name: "tabs of which one is shown", page: site(`<div class="tab">` + list(papers) + `</div><div class="tab" style="display:none"><ul class="gl">` + sidebar(5, `<li><a href="$U">$T</a></li>`) + `</ul></div>`)},
	}
}

func dataForms() []form {
	obj := func(row string) string { return "[" + strings.TrimSuffix(fill(papers, row), ",") + "]" }
	js := "application/json"
	return []form{
		{name: "groups of a year", kind: js, page: `{"ret":0,"body":{"groups":[{"label":"2026","docs":[` + strings.TrimSuffix(fill(papers[:6], `{"docTitle":"$T","docUrl":"$U","docDate":"$D"},`), ",") + `]},{"label":"2025","docs":[` + strings.TrimSuffix(fill(papers[6:], `{"docTitle":"$T","docUrl":"$U","docDate":"$D"},`), ",") + `]}]}}`},
		{name: "jsonp with noise", kind: "text/javascript", page: `jQuery1123_99({"status":"ok","nav":[{"name":"首页","url":"/index.html"},{"name":"政务公开","url":"/zwgk/index.html"},{"name":"互动交流","url":"/hdjl/index.html"}],"result":{"items":` + obj(`{"infoId":"$I","subject":"$T","infoUrl":"$A","releaseTime":"$D 09:00:00","createTime":"2019-09-09 00:00:00","clicks":12},`) + `}});`},
		{name: "days as numbers", kind: js, page: `{"content":` + strings.NewReplacer(",0", ",").Replace(obj(`{"headline":"$T","path":"$U","publishDate":[$Y,$M,$E]},`)) + `}`},
		{name: "compact days", kind: js, page: `{"rows":` + obj(`{"a1":"$T","a2":"$U","a3":"$Y$M$E101010","a4":"20190101000000"},`) + `,"total":8}`},
		{name: "addresses as an array", kind: js, page: `{"list":` + obj(`{"title":"$T","urls":["$U"],"pubDate":"$D"},`) + `}`},
		{name: "marked words", kind: js, page: `{"d":{"list":` + obj(`{"TITLE":"<font color='red'>关于</font>$T","URL":"$U","TIME":"$Y.$M.$E"},`) + `}}`, want: prefixed(papers, "关于")},
		{name: "xml rows", kind: "text/xml", page: `<?xml version="1.0" encoding="utf-8"?><result><count>8</count><rows>` + fill(papers, `<row><bt>$T</bt><lj>$U</lj><fbsj>$D</fbsj></row>`) + `</rows></result>`},
		{name: "xml cdata", kind: "text/xml", page: `<?xml version="1.0" encoding="utf-8"?><DATA>` + fill(papers, `<ITEM><TITLE><![CDATA[$T]]></TITLE><URL><![CDATA[$U]]></URL><PUBDATE><![CDATA[$D 10:00]]></PUBDATE><SUMMARY><![CDATA[<p>各有关单位：</p>]]></SUMMARY></ITEM>`) + `</DATA>`},
		{name: "xml attributes", kind: "text/xml", page: `<list>` + fill(papers, `<doc title="$T" url="$U" time="$D"/>`) + `</list>`},
		{name: "feed", kind: "application/rss+xml", page: `<?xml version="1.0"?><rss version="2.0"><channel><title>规范性文件</title><link>http://fgw.qingchuan.example/</link>` + fill(papers, `<item><title>$T</title><link>$A</link><pubDate>$D 08:00:00</pubDate><description>摘要</description></item>`) + `</channel></rss>`},
		{name: "atom", kind: "application/atom+xml", page: `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>规范性文件</title>` + fill(papers, `<entry><title>$T</title><link href="$A"/><updated>$DT08:00:00+08:00</updated></entry>`) + `</feed>`},
		{name: "array of arrays in a script", page: site(`<div id=x></div><script>var arr=new Array();` + fill(papers, `arr[arr.length]=["$T","$U","$D"];`) + `show(arr);</script>`)},
		{name: "pushed rows", page: site(`<div id=x></div><script>var rows=[];` + fill(papers, `rows.push({t:"$T",u:"$U",d:"$D"});`) + `</script>`)},
		{name: "calls", page: site(`<div id=x></div><script>` + fill(papers, `addRow('$T','$U','$D');`+"\n") + `</script>`)},
		{name: "written in pieces", page: site(`<script>` + fill(papers, `document.write('<li><a href="' + '$U' + '" title="$T">' + '$C' + '</a>');document.write("<span>$D</span></li>");`+"\n") + `</script>`)},
		{name: "template literal", page: site("<script>document.getElementById('l').innerHTML = `<ul>" + fill(papers, `<li><a href="$U">$T</a><span>$D</span></li>`) + "</ul>`;</script>")},
		{name: "markup in a field", kind: js, page: `{"code":0,"msg":"","data":{"page":1,"html":"<div>` + strings.ReplaceAll(fill(papers, `<p><a href='$U'>$T</a><i>$D</i></p>`), `"`, `\"`) + `<\/div>"}}`},
		{name: "framework state", page: site(`<div id="__nuxt"></div><script>window.__INITIAL_STATE__={"menu":[{"t":"首页","u":"/"}],"list":{"records":` + obj(`{"articleTitle":"$T","articleUrl":"$U","publishDate":"$DT00:00:00"},`) + `,"total":8}};</script>`)},
		{name: "state as text", page: site(`<script type="application/json" id="__NEXT_DATA__">{"props":{"pageProps":{"data":{"list":` + obj(`{"name":"$T","href":"$U","time":"$D"},`) + `}}}}</script>`)},
	}
}

func prefixed(ps []paper, with string) []paper {
	out := append([]paper(nil), ps...)
	for i := range out {
		out[i].title = with + out[i].title
	}
	return out
}

// TestUnknownSites reads lists of sites that no family knows, drawn in the ways
// in which such sites draw them: every item, no other, with its whole title and
// its date.
func TestUnknownSites(t *testing.T) {
	t.Parallel()
	var all []form
	for _, fs := range [][]form{tableForms(), dateForms(), linkForms(), wholeForms(), dataForms()} {
		all = append(all, fs...)
	}
	for _, f := range all {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			checkForm(t, f, []byte(f.page))
		})
	}
}

// TestUnknownSitesInGBK reads the same pages in the encoding of older sites,
// declared or not.
func TestUnknownSitesInGBK(t *testing.T) {
	t.Parallel()
	for _, f := range append(tableForms(), wholeForms()[:3]...) {
		page := strings.NewReplacer(`<meta charset="utf-8">`, "", "charset=utf-8", "charset=gb2312").Replace(f.page)
		body, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(page))
		if err != nil {
			t.Fatal(err)
		}
		checkForm(t, f, body)
	}
}

func checkForm(t *testing.T, f form, body []byte) {
	t.Helper()
	if f.url == "" {
		f.url = formsURL
	}
	p := NewPage(f.url, f.kind, body)
	p.Today = notice.Date{Year: 2026, Month: 3, Day: 20}
	l, err := ListAny(p)
	if err != nil {
		t.Errorf("%s: %v", f.name, err)
		return
	}
	want := f.want
	if want == nil {
		want = papers
	}
	if len(l.Items) != len(want) {
		t.Errorf("%s: %d items, want %d", f.name, len(l.Items), len(want))
		for _, it := range l.Items {
			t.Logf("  %s %s %s", it.Date, it.URL, it.Title)
		}
		return
	}
	for i, w := range want {
		it := l.Items[i]
		u := w.path
		if strings.HasPrefix(u, "/") {
			u = "http://fgw.qingchuan.example" + u
		}
		if it.Title != w.title || it.URL != u || it.Date.String() != w.date {
			t.Errorf("%s item %d: %q %s %s, want %q %s %s", f.name, i, it.Title, it.URL, it.Date, w.title, u, w.date)
		}
	}
}
