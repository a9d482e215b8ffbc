package family

import (
	"strings"
	"testing"
)

// frames are pages around a list ($L), from bare tables of the nineties to cards.
var frames = map[string]string{
	"tables": `<html><body><table width=1000><tr><td><a href="/">首页</a> | <a href="/zwgk/">政务公开</a> | <a href="/fw/">办事服务</a></td></tr></table>
<table width=1000><tr><td width=200 valign=top><table><tr><td><a href="list.asp?cid=1">市政府文件</a></td></tr><tr><td><a href="list.asp?cid=2">市政府办公室文件</a></td></tr><tr><td><a href="list.asp?cid=3">部门规范性文件汇编</a></td></tr></table></td>
<td valign=top>$L</td></tr></table><table><tr><td align=center>版权所有 <a href="http://www.miitbeian.gov.cn/">苏ICP备05000000号</a> 2024年3月1日</td></tr></table></body></html>`,
	"hot articles beside":      `<body><div class="wrap"><div class="fl"><h3>热点文章</h3><ul>` + strings.Repeat(`<li><a href="/xw/2023/1234567.html">市委理论学习中心组举行专题学习会研究部署重点工作</a></li><li><a href="/xw/2023/1234568.html">我市召开优化营商环境大会推动高质量发展取得新成效</a></li><li><a href="/xw/2023/1234569.html">全市安全生产电视电话会议强调压实责任防范重大风险</a></li>`, 1) + `</ul></div><div class="fr">$L</div></div></body>`,
	"friend links":             `<body><div id="main">$L</div><div class="yqlj"><ul><li><a href="http://www.ndrc.gov.cn/">国家发展和改革委员会官方网站</a></li><li><a href="http://www.mee.gov.cn/">生态环境部官方网站首页</a></li><li><a href="http://www.miit.gov.cn/">工业和信息化部官方网站</a></li><li><a href="http://www.nea.gov.cn/">国家能源局官方网站首页</a></li></ul></div></body>`,
	"a form around":            `<body><form id="form1" action="list.aspx"><div class="aspNetHidden"><input type="hidden" name="__VIEWSTATE" value="abc"></div><div class="nav1"><a href="a.aspx">机构职能</a><a href="b.aspx">政策法规</a></div>$L<div>共3条 第1/1页 <a href="javascript:__doPostBack('next','')">下一页</a></div></form></body>`,
	"breadcrumb and tabs":      `<body><div class="container"><div class="bread">您的位置：<a href="/">首页</a>&gt;<a href="/a/">信息公开</a>&gt;<a href="/a/b/">法定主动公开内容</a></div><ul class="tab"><li><a href="/a/b/1/">行政规范性文件</a></li><li><a href="/a/b/2/">其他政策文件</a></li><li><a href="/a/b/3/">政策解读与回应</a></li></ul><section>$L</section></div></body>`,
	"other news beside, dated": `<body><div class="cont"><div class="l">$L<div class="page"><a href="index_2.html">下一页</a></div></div><div class="r"><h4>要闻</h4><ul><li><a href="/yw/20240401/a1b2c3d4e5f60718.html">全省经济工作推进会召开</a><i>2024-04-01</i></li><li><a href="/yw/20240402/a1b2c3d4e5f60719.html">省长主持召开省政府常务会议</a><i>2024-04-02</i></li><li><a href="/yw/20240403/a1b2c3d4e5f60720.html">重大项目观摩活动举行</a><i>2024-04-03</i></li></ul></div></div></body>`,
	"open tags":                `<body><div class=m>$L`,
}

// drawings are lists of three documents, two of them without any date.
var drawings = map[string]string{
	"li":              "<ul>" + rows(`<li><a href="$U">$T</a><span>$D</span></li>`) + "</ul>",
	"td":              "<table>" + rows(`<tr><td><img src="d.gif"></td><td><a href="$U" target=_blank>$T</a></td><td>$D</td></tr>`) + "</table>",
	"flow":            "<div>" + rows(`·<a href="$U">$T</a>　($D)<br/>`) + "</div>",
	"tables in cells": "<table><tr><td>" + rows(`<table width="98%"><tr><td><a href="$U" title="$T">$T</a></td><td width=80>[$D]</td></tr></table>`) + "</td></tr></table>",
	"dl":              "<dl>" + rows(`<dd><a href="$U">$T</a><em>$D</em></dd>`) + "</dl>",
	"card":            "<div>" + rows(`<a class="c" href="$U"><h4>$T</h4><p>$D</p></a>`) + "</div>",
	"date first":      "<ul>" + rows(`<li><em>$D</em><a href="$U">$T</a></li>`) + "</ul>",
}

func TestEveryDrawingInEveryFrame(t *testing.T) {
	t.Parallel()
	for frame, page := range frames {
		for name, list := range drawings {
			t.Run(frame+"/"+name, func(t *testing.T) {
				t.Parallel()
				body := strings.ReplaceAll(page, "$L", list)
				l, err := auto{}.List(NewPage("https://www.example.gov.cn/zwgk/zcwj/", "", []byte(body)))
				check(t, frame+"/"+name, l, err, abc)
			})
		}
	}
}

// TestListsWithoutDates are found by their titles.
func TestListsWithoutDates(t *testing.T) {
	t.Parallel()
	bare := []want{{abc[0].title, abc[0].tail, ""}, {abc[1].title, abc[1].tail, ""}, {abc[2].title, abc[2].tail, ""}}
	for frame, page := range frames {
		if strings.Contains(frame, "beside") {
			continue // two undated lists of titles: nothing tells which is meant
		}
		list := "<ul>" + rows(`<li><a href="$U">$T</a></li>`) + "</ul>"
		l, err := auto{}.List(NewPage("https://www.example.gov.cn/zwgk/zcwj/", "", []byte(strings.ReplaceAll(page, "$L", list))))
		check(t, frame, l, err, bare)
	}
}

// TestShortLists have one or two rows.
func TestShortLists(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 2; n++ {
		for name, row := range map[string]string{
			"li": `<li><a href="$U">$T</a><span>$D</span></li>`, "tr": `<tr><td><a href="$U">$T</a></td><td>$D</td></tr>`, "p": `<p><a href="$U">$T</a> <span>[$D]</span></p>`,
			"card": `<div class="item"><a href="$U"><h3>$T</h3><span class="date">$D</span></a></div>`,
		} {
			for frame, page := range frames {
				if strings.Contains(frame, "dated") {
					continue
				}
				var b strings.Builder
				for _, w := range abc[:n] {
					b.WriteString(strings.NewReplacer("$T", w.title, "$U", "./"+w.tail[1:7]+"/"+w.tail, "$D", w.date).Replace(row))
				}
				list := map[string]string{"li": "<ul>", "tr": "<table>"}[name] + b.String() + map[string]string{"li": "</ul>", "tr": "</table>"}[name]
				l, err := auto{}.List(NewPage("https://www.example.gov.cn/zwgk/zcwj/", "", []byte(strings.ReplaceAll(page, "$L", list))))
				check(t, frame+"/"+name, l, err, abc[:n])
			}
		}
	}
}
