package family_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"govwatch/crawler/family"
	"govwatch/crawler/family/familytest"
	"govwatch/notice"
)

func TestFamilyNamesAreUniqueAndFound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range family.All() {
		if seen[f.Name()] {
			t.Errorf("two families %s", f.Name())
		}
		seen[f.Name()] = true
		if g, ok := family.ByName(f.Name()); !ok || g.Name() != f.Name() {
			t.Errorf("%s is not found by its name", f.Name())
		}
	}
	if _, ok := family.ByName("no-such"); ok {
		t.Error("found a family that does not exist")
	}
}

// TestSchemaNamesEveryFamily keeps the names that declarations may use equal to
// the families there are.
func TestSchemaNamesEveryFamily(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../schedules/source.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Defs struct {
			List struct {
				Properties struct {
					Family struct{ Enum []string }
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range family.All() {
		names = append(names, f.Name())
	}
	enum := s.Defs.List.Properties.Family.Enum
	slices.Sort(names)
	slices.Sort(enum)
	if !slices.Equal(names, enum) {
		t.Errorf("schema %v, families %v", enum, names)
	}
}

// TestGuideNamesEveryFamily keeps docs/SOURCES.md complete.
func TestGuideNamesEveryFamily(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../docs/SOURCES.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range family.All() {
		if !strings.Contains(string(b), "| `"+f.Name()+"` |") {
			t.Errorf("docs/SOURCES.md does not name %s", f.Name())
		}
	}
}

const (
	ta = "关于印发《工业领域碳达峰实施方案》的通知"
	tb = "关于做好2024年节能监察工作的通知"
	tc = "关于公布绿色制造名单的公告"
)

func TestTRSPagersOfEveryForm(t *testing.T) {
	t.Parallel()
	const dir = "https://fgw.example.gov.cn/zcfb/tz/"
	page := func(row, script string) string {
		return `<html><body><div class="nav"><a href="/">首页</a></div><ul class="u-list">` + row + `</ul><script>` + script + `</script></body></html>`
	}
	one := `<li><span>[置顶]</span><a href="./202201/t20220105_11.html" title="` + ta + `">关于印发《工业领域…</a><span>2022/01/05</span></li>` +
		`<li><a href="./202403/t20240312_12.html">` + tb + `</a><span>2024/03/12</span><p class="xgjd"><a href="./202403/t20240313_13.html">《关于做好2024年节能监察工作的通知》政策解读</a></p></li>`
	two := `<li><a href="../../zcfb/tz/202312/t20231201_14.html">` + tc + `</a><span>2023/12/01</span></li>`
	want := []familytest.Want{
		{Title: ta, URL: dir + "202201/t20220105_11.html", Date: "2022-01-05", Pinned: true},
		{Title: tb, URL: dir + "202403/t20240312_12.html", Date: "2024-03-12"},
		{Title: tc, URL: dir + "202312/t20231201_14.html", Date: "2023-12-01"},
	}
	for name, c := range map[string]struct{ first, second, url, next string }{
		"html":    {`createPageHTML(2, 0, "index", "html");`, `createPageHTML(2, 1, "index", "html");`, dir, dir + "index_1.html"},
		"named":   {`createPageHTML('page_div',2, 1,'index','shtml',3);`, `createPageHTML('page_div',2, 2,'index','shtml',3);`, dir, dir + "index_1.shtml"},
		"short":   {`createPage(2,0,"index","html","black2",3);`, `createPage(2,1,"index","html","black2",3);`, dir + "index.html", dir + "index_1.html"},
		"count":   {`var currentPage = 0;//所在页从0开始` + "\n" + `var countPage = 2//共多少页`, "var currentPage = 1;\nvar countPage = 2", dir, dir + "index_1.html"},
		"block":   {`createPageHTML(2, 0, "index_7012", "shtml");`, `createPageHTML(2, 1, "index_7012", "shtml");`, dir + "index.shtml", dir + "index_7012_1.shtml"},
		"counted": {`var n = 2; createPageHTML(n, 0, "index", "html");`, `var n = 2; createPageHTML(n, 1, "index", "html");`, dir, dir + "index_1.html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			familytest.Run(t, familytest.Case{
				Family: "trs", URL: c.url, Next: []string{c.next}, Want: want,
				Answers: map[string]string{c.url: page(one, c.first), c.next: page(two, c.second)},
			})
		})
	}
	familytest.Empty(t, "trs", dir, `<html><body><p>您访问的页面不存在</p></body></html>`, page("", `createPageHTML(1, 0, "index", "html");`))
}

func TestSelectorsOfTheDeclarationWin(t *testing.T) {
	t.Parallel()
	const url = "https://x.example.gov.cn/list/"
	body := `<div class="hot"><p><a href="/hot/20240101.html">` + tc + `</a><b>2024-01-01</b></p></div>
<div class="row"><em>2024年3月12日</em><a class="m" href="/a/1001.html">更多</a><a class="t" href="/a/1001.html">` + ta + `</a></div>
<div class="row"><em>2024年3月11日</em><a class="m" href="/a/1002.html">更多</a><a class="t" href="/a/1002.html">` + tb + `</a></div><a id="n" href="?page=2">more</a>`
	list := notice.List{Selectors: map[string]string{"item": "div.row", "link": "a.t", "date": "em", "next": "#n"}}
	familytest.Run(t, familytest.Case{
		Family: "trs", URL: url, List: list, Next: []string{url + "?page=2"},
		Answers: map[string]string{url: body, url + "?page=2": `<div class="row"><em>2024-01-02</em><a class="t" href="/a/1003.html">` + tc + `</a></div><a id="n" href="/list/?page=2">more</a>`},
		Want: []familytest.Want{
			{Title: ta, URL: "https://x.example.gov.cn/a/1001.html", Date: "2024-03-12"}, {Title: tb, URL: "https://x.example.gov.cn/a/1002.html", Date: "2024-03-11"},
			{Title: tc, URL: "https://x.example.gov.cn/a/1003.html", Date: "2024-01-02"},
		},
	})
	p := family.NewPage(url, "", []byte(body))
	p.List.Selectors = map[string]string{"item": "div.gone"}
	f, _ := family.ByName("auto")
	if _, err := f.List(p); err == nil {
		t.Error("a selector that matches nothing went unnoticed")
	}
}

func TestHanwebParametersInAPost(t *testing.T) {
	t.Parallel()
	const url = "https://fgw.example.gov.cn/col/col91/index.html"
	rec := func(title, u, d string) string {
		return `<record><![CDATA[<li><a href="` + u + `" title="` + title + `">` + title + `</a><span class="bt-right">` + d + `</span></li>]]></record>`
	}
	const body = "columnid=91&path=%2F&permissiontype=0&unitid=452&webid=80"
	const proxy = "https://fgw.example.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=3&endrecord=5&perpage=1"
	familytest.Run(t, familytest.Case{
		Family: "hanweb-jpage", URL: url, Next: []string{proxy + " " + body},
		Answers: map[string]string{
			url: `<html><body><div id="452"><script type="text/xml"><datastore><totalrecord>3</totalrecord><recordset>` + rec(ta, "/art/2024/3/1/art_91_1001.html", "2024-03-01") + rec(tb, "/art/2024/2/1/art_91_1002.html", "2024-02-01") +
				`</recordset></datastore></script></div><script>$('#452').jpage({perPage:1,proxyUrl:'/module/web/jpage/dataproxy.jsp',param:{columnid:91,path:'/',permissiontype:0,unitid:452,webid:80}});</script></body></html>`,
			proxy + " " + body: `<?xml version='1.0' encoding='UTF-8'?><datastore><totalrecord>3</totalrecord><recordset>` + rec(tc, "/art/2023/12/1/art_91_1003.html", "2023-12-01") + `</recordset></datastore>`,
		},
		Want: []familytest.Want{
			{Title: ta, URL: "https://fgw.example.gov.cn/art/2024/3/1/art_91_1001.html", Date: "2024-03-01"},
			{Title: tb, URL: "https://fgw.example.gov.cn/art/2024/2/1/art_91_1002.html", Date: "2024-02-01"},
			{Title: tc, URL: "https://fgw.example.gov.cn/art/2023/12/1/art_91_1003.html", Date: "2023-12-01"},
		},
	})
	familytest.Empty(t, "hanweb-jpage", url, `<html><body>404</body></html>`, `<datastore><totalrecord>0</totalrecord><recordset></recordset></datastore>`)
}

func TestShellsSayWhereTheListIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ family, url, body, first string }{
		"gkmlpt":   {"gkmlpt", "http://www.gz.example.gov.cn/gkmlpt/index", `<script>window._CONFIG={SID:'200001',TREE:[{"id":12,"name":"机构职能","children":[]},{"id":13,"name":"法规公文","children":[{"id":77,"name":"规范性文件","children":[]}]}]}</script>`, "http://www.gz.example.gov.cn/gkmlpt/api/all/77?page=1&sid=200001"},
		"nea":      {"nea", "https://www.nea.example.gov.cn/policy/zxwj.htm", `<ul id="showData0" data="datasource:0123456789abcdef0123456789abcdef"></ul>`, "https://www.nea.example.gov.cn/policy/ds_0123456789abcdef0123456789abcdef.json"},
		"nfra":     {"nfra", "https://www.nfra.example.gov.cn/cn/view/pages/ItemList.html?itemPId=923&itemId=928", `<div ng-app="a"></div>`, "https://www.nfra.example.gov.cn/cn/static/data/DocInfo/SelectDocByItemIdAndChild/data_itemId=928,pageIndex=1,pageSize=18.json"},
		"jpaas":    {"hanweb-jpaas", "https://www.cnca.example.gov.cn/zwxx/gg/index.html", `<script parseType="bulidstatic" url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{'webId':'8','tagId':'列表'}"></script>`, "https://www.cnca.example.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?webId=8&tagId=%E5%88%97%E8%A1%A8"},
		"govcn":    {"govcn", "https://www.gov.example.cn/zhengce/zuixin/", `<div data-json="./ZUIXINZHENGCE.json"></div>`, "https://www.gov.example.cn/zhengce/zuixin/ZUIXINZHENGCE.json"},
		"ucap":     {"ucap", "https://www.hlj.example.gov.cn/hlj/c1/zfxxgk.shtml", `<div id="list"></div><script>var url="/common/search/0f0e0d0c0b0a09080706050403020100?_isAgg=true&_pageSize=20";</script>`, "https://www.hlj.example.gov.cn/common/search/0f0e0d0c0b0a09080706050403020100?_isAgg=true&_pageSize=20&_isJson=true&page=1"},
		"shanghai": {"shanghai", "https://www.sh.example.gov.cn/nw1/index.html", `<ul><li><a href="/nw2022/index.html">2022年</a></li><li><a href="/nw2024/index.html">2024年</a></li></ul>`, "https://www.sh.example.gov.cn/nw2024/index.html"},
	} {
		f, _ := family.ByName(c.family)
		l, err := f.List(family.NewPage(c.url, "", []byte("<html><body>"+c.body+"</body></html>")))
		if err != nil || len(l.First) == 0 || l.First[0].URL != c.first {
			t.Errorf("%s: first %v (%v), want %s", name, l.First, err, c.first)
		}
	}
}

func TestFieldsOfAnswers(t *testing.T) {
	t.Parallel()
	cases := []familytest.Case{
		{Family: "gkmlpt", URL: "http://a.example.gov.cn/gkmlpt/api/all/5?page=1&sid=2",
			Answers: map[string]string{"http://a.example.gov.cn/gkmlpt/api/all/5?page=1&sid=2": `{"articles":[{"title":"` + ta + `","url":"http:\/\/a.example.gov.cn\/gkmlpt\/content\/3\/3643\/post_3643634.html","document_number":"粤府〔2024〕1号","publisher":"某市人民政府","date":1704038400,"display_publish_time":1704902400,"is_abolished":1}],"total":1}`},
			Want:    []familytest.Want{{Title: ta, URL: "http://a.example.gov.cn/gkmlpt/content/3/3643/post_3643634.html", Date: "2024-01-11", Written: "2024-01-01", Number: "粤府〔2024〕1号", Issuer: "某市人民政府", Validity: notice.Repealed}}},
		{Family: "govcn", URL: "https://s.example.gov.cn/search-gov/data?t=zhengcelibrary_gw&p=1&n=1", Next: []string{"https://s.example.gov.cn/search-gov/data?t=zhengcelibrary_gw&p=2&n=1"},
			Answers: map[string]string{
				"https://s.example.gov.cn/search-gov/data?t=zhengcelibrary_gw&p=1&n=1": `{"code":200,"searchVO":{"totalCount":2,"totalpage":2,"listVO":[{"title":"<em>关于</em>印发《工业领域碳达峰实施方案》的通知","url":"https://www.gov.cn/zhengce/content/202403/content_6939232.htm","pcode":"国发〔2024〕7号","puborg":"国务院","pubtime":1710259200000}]}}`,
				"https://s.example.gov.cn/search-gov/data?t=zhengcelibrary_gw&p=2&n=1": `{"code":200,"searchVO":{"totalCount":2,"totalpage":2,"listVO":[{"title":"` + tb + `","url":"https://www.gov.cn/zhengce/content/202402/content_6930000.htm","pcode":"","puborg":"国务院","pubtime":1706803200000}]}}`,
			},
			Want: []familytest.Want{{Title: ta, URL: "https://www.gov.cn/zhengce/content/202403/content_6939232.htm", Date: "2024-03-13", Number: "国发〔2024〕7号", Issuer: "国务院"}, {Title: tb, URL: "https://www.gov.cn/zhengce/content/202402/content_6930000.htm", Date: "2024-02-02"}}},
		{Family: "vsb", URL: "https://d.example.gov.cn/zwgk/tz.htm", Next: []string{"https://d.example.gov.cn/zwgk/tz/2.htm", "https://d.example.gov.cn/zwgk/tz/1.htm"},
			Answers: map[string]string{
				"https://d.example.gov.cn/zwgk/tz.htm":   `<ul><li id="line_u8_0"><a href="../info/1001/3003.htm" title="` + ta + `"><em>2024-03-03</em>关于印发…</a></li></ul><script>_simple_list_gotopage_fun(3,'u8goto',2)</script>`,
				"https://d.example.gov.cn/zwgk/tz/2.htm": `<ul><li id="line_u8_0"><a href="../../info/1001/3002.htm"><em>2024-03-02</em>` + tb + `</a></li></ul><span class="p_next"><a href="1.htm">下页</a></span>`,
				"https://d.example.gov.cn/zwgk/tz/1.htm": `<ul><li id="line_u8_0"><a href="../../info/1001/3001.htm"><em>2024-03-01</em>` + tc + `</a></li></ul><span class="p_next_d">下页</span>`,
			},
			Want: []familytest.Want{{Title: ta, URL: "https://d.example.gov.cn/info/1001/3003.htm", Date: "2024-03-03"}, {Title: tb, URL: "https://d.example.gov.cn/info/1001/3002.htm", Date: "2024-03-02"}, {Title: tc, URL: "https://d.example.gov.cn/info/1001/3001.htm", Date: "2024-03-01"}}},
	}
	for _, c := range cases {
		familytest.Run(t, c)
	}
	familytest.Empty(t, "gkmlpt", "http://a.example.gov.cn/gkmlpt/api/all/5?page=1", `{"error":"no"}`, `{"articles":[],"total":0}`)
	familytest.Empty(t, "ucap", "http://a.example.gov.cn/common/search/1?page=1", `{"code":1}`, `{"code":0,"data":{"results":[]}}`)
	familytest.Empty(t, "hanweb-jpaas", "http://a.example.gov.cn/unit", `{"success":false}`, `{"success":true,"data":{"html":"<ul></ul>"}}`)
}

func FuzzFamilies(f *testing.F) {
	f.Add([]byte(`<ul><li><a href="./202403/t20240312_12.html">`+tb+`</a><span>2024/03/12</span></li></ul><script>createPageHTML(2,0,"index","html")</script>`), "https://a.gov.cn/x/")
	f.Add([]byte(`{"articles":[{"title":"`+ta+`","url":"/a/1.html","date":1}],"total":9}`), "https://a.gov.cn/gkmlpt/api/all/5?page=1")
	f.Add([]byte(`{"data":{"html":"<ul><li><a href='/art/1.html'>`+ta+`</a></li></ul><div class=\"pagination\" rows=\"1\" count=\"9\">"}}`), "https://a.gov.cn/unit?x=1")
	f.Add([]byte(`<datastore><totalrecord>9</totalrecord><record><![CDATA[<li><a href="/art/2024/1/1/art_1_2.html">`+ta+`</a></li>]]></record></datastore>`), "https://a.gov.cn/dataproxy.jsp?startrecord=1&endrecord=3&unitid=1")
	f.Add([]byte(`<ul id="showData0" data="x:0123456789"><script parseType="bulidstatic" url="u" queryData="{'a':'b'}">`), "")
	f.Fuzz(func(t *testing.T, body []byte, url string) {
		for _, fam := range family.All() {
			familytest.Hostile(t, fam, url, body)
		}
	})
}
