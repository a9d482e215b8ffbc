package family

import (
	"strings"
	"testing"
)

func TestProposeFindsKnownTitlesInARedrawnPage(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]string{
		"classes":   `<div class="news-wrap"><div class="it"><p class="tt"><a href="/zwgk/">[文件]</a><a class="go" href="./202403/t20240312_1001.html">` + titleA + `</a></p><em class="rq">2024-03-12</em></div><div class="it"><p class="tt"><a href="/zwgk/">[文件]</a><a class="go" href="./202403/t20240301_1002.html">` + titleB + `</a></p><em class="rq">2024-03-01</em></div><div class="it"><p class="tt"><a href="/zwgk/">[文件]</a><a class="go" href="./202312/t20231228_1003.html">` + titleC + `</a></p><em class="rq">2023-12-28</em></div></div>`,
		"bare tags": "<table><tbody>" + rows(`<tr><td><a href="$U">$T</a></td><td>$D</td></tr>`) + "</tbody></table>",
		"by id":     `<ul id="listing">` + rows(`<li><span>$D</span><a href="$U">$T</a></li>`) + "</ul>",
	} {
		p := NewPage("https://www.example.gov.cn/zwgk/zcwj/index.html", "", []byte(shell(list)))
		got, ok := Propose(p, []string{titleA, titleC, "一份已经不在列表里的文件"})
		if !ok || got.Known != 2 || got.Of != 3 {
			t.Errorf("%s: %+v %v", name, got, ok)
			continue
		}
		// The proposal must read the page through the declaration's own way.
		p.List.Selectors = got.Selectors
		l, err := auto{}.List(p)
		check(t, name, l, err, abc)
	}
	p := NewPage("https://www.example.gov.cn/", "", []byte(shell("<ul>"+rows(`<li><a href="$U">$T</a></li>`)+"</ul>")))
	if got, ok := Propose(p, []string{"没有这样一份文件"}); ok {
		t.Errorf("proposed %+v for titles that are not there", got)
	}
	if _, ok := Propose(NewPage("", "", []byte("{}")), []string{titleA}); ok {
		t.Error("proposed selectors for JSON")
	}
}

func TestProbeNamesTheFamily(t *testing.T) {
	t.Parallel()
	head := `<html><head><meta name="SiteName" content="某某市人民政府"><meta name="SiteIDCode" content="3212000001"><meta name="ColumnName" content="政策文件"><title>政策文件_某某市人民政府</title></head><body>`
	list := "<ul>" + rows(`<li><a href="$U">$T</a><span>$D</span></li>`) + "</ul>"
	for want, body := range map[string]string{
		"trs":          list + `<script>createPageHTML(5,0,"index","html");</script>`,
		"vsb":          list + `<div class="pb_sys_common"></div>`,
		"auto":         strings.ReplaceAll(list, "/t20", "/a20"),
		"hanweb-jpaas": `<script parseType="bulidstatic" url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{'webId':'8'}"></script>`,
		"nea":          `<ul id="showData0" data="datasource:0123456789abcdef0123456789abcdef"></ul>`,
	} {
		got, err := Probe(NewPage("https://www.example.gov.cn/zwgk/zcwj/", "", []byte(head+body)))
		if err != nil || got.List.Family != want || got.Site != "某某市人民政府" || got.List.Column != "政策文件" || got.Code != "3212000001" {
			t.Errorf("%s: %+v (%v)", want, got.List, err)
		}
	}
	if _, err := Probe(NewPage("https://www.example.gov.cn/", "", []byte("<p>没有列表</p>"))); err == nil {
		t.Error("a page without a list was probed as one")
	}
}
