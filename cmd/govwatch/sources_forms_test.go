package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"govwatch/cmd/internal/app"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// column is a site with one list of eight documents; its pages may be redrawn.
type column struct {
	mu    sync.Mutex
	pages map[string]string
	// gbk sends pages in the encoding of older sites, without saying so.
	gbk bool
}

func (c *column) set(path, body string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pages == nil {
		c.pages = map[string]string{}
	}
	c.pages[path] = body
}

func (c *column) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	body, ok := c.pages[r.URL.Path]
	c.mu.Unlock()
	var n int
	switch _, err := fmt.Sscanf(r.URL.Path, "/zwgk/202403/t2024%d.html", &n); {
	case ok:
	case err == nil:
		body = fmt.Sprintf("<!DOCTYPE html><html><head><title>通知</title></head><body><h1>关于做好第%d批节能降碳项目申报工作的通知</h1><p>发布时间：2024-03-%02d</p><div class=content>%s</div></body></html>", n%10, 20-n%10,
			strings.Repeat("<p>各市（州）发展改革委要加强组织领导，认真做好项目申报和审核工作，确保项目质量。</p>", 12))
	default:
		http.NotFound(w, r)
		return
	}
	kind := "text/html"
	switch {
	case strings.HasPrefix(body, "{"):
		kind = "application/json"
	case strings.HasPrefix(body, "<?xml"):
		kind = "text/xml"
	}
	out := []byte(body)
	if c.gbk {
		if b, err := simplifiedchinese.GBK.NewEncoder().Bytes(out); err == nil {
			out = b
		}
	} else {
		kind += "; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	if _, err := w.Write(out); err != nil {
		return // the client is gone
	}
}

// rowsOf fills a row for each document: $T title, $U path, $D date, $N ordinal.
func rowsOf(row string) string {
	var b strings.Builder
	for i := range 8 {
		d := fmt.Sprintf("2024-03-%02d", 20-i)
		b.WriteString(strings.NewReplacer("$T", fmt.Sprintf("关于做好第%d批节能降碳项目申报工作的通知", i), "$U", fmt.Sprintf("/zwgk/202403/t2024%d.html", 100+i), "$D", d,
			"$M", d[5:7], "$E", d[8:], "$N", fmt.Sprint(i+1)).Replace(row))
	}
	return b.String()
}

func columnPage(main string) string {
	return `<!DOCTYPE html><html><head><meta name=SiteName content="青海省能源局"><meta name=SiteIDCode content=6300000012><meta name=ColumnName content=通知公告><title>通知公告-青海省能源局</title></head><body>
<div class=head><ul class=nav><li><a href=/>首页</a></li><li><a href=/jg/>机构概况</a></li><li><a href=/zwgk/tzgg/>通知公告</a></li></ul></div>` + main + `<div class=foot><a href=/map/>网站地图</a><p>主办单位：青海省能源局</p></div></body></html>`
}

// Twelve sites, drawn in twelve ways: one command writes a declaration that
// passes its check.
func TestAddThenCheckManyForms(t *testing.T) {
	t.Parallel()
	li := `<li><a href="$U">$T</a><span>$D</span></li>`
	json1 := `{"code":0,"data":{"total":8,"list":[` + strings.TrimSuffix(rowsOf(`{"title":"$T","url":"$U","publishDate":"$D"},`), ",") + `]}}`
	for name, c := range map[string]struct {
		path, body string
		gbk        bool
		extra      map[string]string
	}{
		"list":        {body: columnPage(`<ul class=l>` + rowsOf(li) + `</ul>`)},
		"table":       {body: columnPage(`<table><tr><th>序号</th><th>标题</th><th>发布日期</th></tr>` + rowsOf(`<tr><td>$N</td><td><a href="$U">$T</a></td><td>$D</td></tr>`) + `</table>`)},
		"old in gbk":  {body: columnPage(`<TABLE>` + rowsOf(`<TR><TD>·<A HREF="$U">$T</A><TD>[$D]`) + `</TABLE>`), gbk: true},
		"dl":          {body: columnPage(`<dl>` + rowsOf(`<dt><a href="$U">$T</a></dt><dd>$D</dd>`) + `</dl>`)},
		"cards":       {body: columnPage(rowsOf(`<a class=card href="$U"><div><em>$E</em>2024-$M</div><h4>$T</h4></a>`))},
		"onclick":     {body: columnPage(`<ul>` + rowsOf(`<li onclick="window.open('$U')">$T<i>$D</i></li>`) + `</ul>`)},
		"data store":  {body: columnPage(`<div id=1><script type="text/xml"><datastore><nextgroup></nextgroup><recordset>` + rowsOf(`<record><![CDATA[<li><a href="$U">$T</a><b>$D</b></li>]]></record>`) + `</recordset></datastore></script></div>`)},
		"script rows": {body: columnPage(`<div id=x></div><script>var rows=[` + rowsOf(`{t:"$T",u:"$U",d:"$D"},`) + `];</script>`)},
		"written":     {body: columnPage(`<script>` + rowsOf(`document.writeln("<li><a href='$U'>$T</a><span>$D</span></li>");`) + `</script>`)},
		"answer":      {path: "/api/doc/list", body: json1},
		"feed":        {path: "/rss.xml", body: `<?xml version="1.0" encoding="utf-8"?><rss><channel><title>通知公告</title>` + rowsOf(`<item><title>$T</title><link>$U</link><pubDate>$D 09:00:00</pubDate></item>`) + `</channel></rss>`},
		"pages":       {body: columnPage(`<ul>` + rowsOf(li) + `</ul><script>createPageHTML(1,0,"index","html");</script>`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := &column{gbk: c.gbk}
			if c.path == "" {
				c.path = "/zwgk/tzgg/"
			}
			site.set(c.path, c.body)
			srv := httptest.NewServer(site)
			t.Cleanup(srv.Close)
			dir := t.TempDir()
			declarations := filepath.Join(dir, "sources")
			if err := os.Mkdir(declarations, 0o755); err != nil {
				t.Fatal(err)
			}
			config := write(t, dir, "config.yaml", fmt.Sprintf("data: %s\nsources: %s\nallow_private: [%q]\npace: 0s\n", filepath.Join(dir, "data"), declarations, strings.TrimPrefix(srv.URL, "http://")))
			if out, exit := call(t, "sources", "add", srv.URL+c.path, "--config", config, "--out", declarations, "--id", "one"); exit != 0 {
				t.Fatalf("add: exit %d: %s", exit, out)
			}
			out, exit := call(t, "sources", "check", "--config", config, "--json")
			var checks []app.Check
			if err := json.Unmarshal([]byte(out[:strings.LastIndex(out, "]")+1]), &checks); err != nil || exit != 0 || len(checks) != 1 || checks[0].Lists[0].Items != 8 {
				t.Errorf("check: exit %d, %v: %s", exit, err, out)
			}
		})
	}
}

// A name in English is taken from the authority files; where they have none the
// host's name stands in and says so.
func TestAddNamesTheSourceInEnglish(t *testing.T) {
	t.Parallel()
	site := &column{}
	site.set("/zwgk/tzgg/", columnPage(`<ul>`+rowsOf(`<li><a href="$U">$T</a><span>$D</span></li>`)+`</ul>`))
	srv := httptest.NewServer(site)
	t.Cleanup(srv.Close)
	config := write(t, t.TempDir(), "config.yaml", fmt.Sprintf("data: %s\nallow_private: [%q]\npace: 0s\n", t.TempDir(), strings.TrimPrefix(srv.URL, "http://")))
	for issuer, want := range map[string]string{
		"": "name_en: Qinghai Energy Bureau notices", "某某合作组织": `name_en: "127.0.0.1`,
	} {
		out, exit := call(t, "sources", "add", srv.URL+"/zwgk/tzgg/", "--config", config, "--issuer", issuer)
		if exit != 0 || !strings.Contains(out, want) || strings.Contains(out, "review: name_en") != (issuer != "") {
			t.Errorf("issuer %q: exit %d, want %s in\n%s", issuer, exit, want, out)
		}
	}
}

// Five ways in which a site breaks a declaration: the check says what broke and
// where, and proposes what reads the list again.
func TestCheckProposesAWayOut(t *testing.T) {
	t.Parallel()
	li := `<li class=it><a href="$U">$T</a><span>$D</span></li>`
	before := columnPage(`<div class=main><ul class=wj>` + rowsOf(li) + `</ul></div>`)
	answer := `{"data":{"rows":[` + strings.TrimSuffix(rowsOf(`{"title":"$T","url":"$U","pubDate":"$D"},`), ",") + `]}}`
	for name, c := range map[string]struct {
		breakage func(*column)
		step     string
		says     []string
	}{
		"class renamed": {func(s *column) {
			s.set("/zwgk/tzgg/", columnPage(`<div class=main><ul class=neu>`+rowsOf(strings.Replace(li, "it", "row", 1))+`</ul></div>`))
		}, "list", []string{`selector item "ul.wj > li.it"`, `item: "ul.neu > li.row"`, "8 of 8 known titles"}},
		"moved to another div": {func(s *column) {
			s.set("/zwgk/tzgg/", columnPage(`<div class=side><p>热点</p></div><section id=rows>`+rowsOf(`<div class=row><a href="$U">$T</a><em>$D</em></div>`)+`</section>`))
		}, "list", []string{`selector item "ul.wj > li.it"`, `section#rows > div.row`, "8 of 8 known titles"}},
		"list became a table": {func(s *column) {
			s.set("/zwgk/tzgg/", columnPage(`<table class=tb><tr><th>标题</th><th>日期</th></tr>`+rowsOf(`<tr><td><a href="$U">$T</a></td><td>$D</td></tr>`)+`</table>`))
		}, "list", []string{"table.tb", "8 of 8 known titles"}},
		"list comes from an interface": {func(s *column) {
			s.set("/api/rows", answer)
			s.set("/zwgk/tzgg/", columnPage(`<div id=app></div><script>$.getJSON('/api/rows?size=20',draw)</script>`))
		}, "list", []string{"options: {api: ", "/api/rows?size=20", "8 of 8 known titles"}},
		"column moved": {func(s *column) {
			s.set("/", columnPage(`<p>省能源局概况</p><a href="/xxgk/tz/">通知公告</a>`))
			s.set("/xxgk/tz/", before)
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.pages, "/zwgk/tzgg/")
		}, "fetch", []string{"gone_404", "/xxgk/tz/", "8 of 8 known titles"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := &column{}
			site.set("/zwgk/tzgg/", before)
			srv := httptest.NewServer(site)
			t.Cleanup(srv.Close)
			dir := t.TempDir()
			declarations := filepath.Join(dir, "sources")
			if err := os.Mkdir(declarations, 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, declarations, "one.yaml", fmt.Sprintf("id: one\nname_zh: 青海省能源局 通知公告\nname_en: Qinghai Energy Bureau notices\nissuer: 青海省能源局\nlevel: provincial\nregion: \"630000\"\ncron: \"0 9 * * *\"\nverified: never\nconfidence: verified\nlists:\n  - url: %s/zwgk/tzgg/\n    column: 通知公告\n    family: auto\n    selectors: {item: \"ul.wj > li.it\", link: a, date: span}\n", srv.URL))
			config := write(t, dir, "config.yaml", fmt.Sprintf("data: %s\nsources: %s\nallow_private: [%q]\npace: 0s\n", filepath.Join(dir, "data"), declarations, strings.TrimPrefix(srv.URL, "http://")))
			if out, exit := call(t, "run", "--config", config, "--once", "--json"); exit != 0 {
				t.Fatalf("run: exit %d: %s", exit, out)
			}
			if out, exit := call(t, "sources", "check", "--config", config); exit != 0 {
				t.Fatalf("before: exit %d: %s", exit, out)
			}
			c.breakage(site)
			out, exit := call(t, "sources", "check", "--config", config)
			if exit != exitFailure || !strings.Contains(out, srv.URL+"/zwgk/tzgg/") || !strings.Contains(out, "FAIL  "+c.step) {
				t.Errorf("after: exit %d, want %s to fail:\n%s", exit, c.step, out)
			}
			for _, w := range c.says {
				if !strings.Contains(out, w) {
					t.Errorf("%q is not said:\n%s", w, out)
				}
			}
		})
	}
}
