package family

import (
	"strings"
	"testing"

	"govwatch/notice"
)

// TestListsAmongOtherLists finds the list that a page is about among menus, news,
// downloads and friend links of any size, before it or after it.
func TestListsAmongOtherLists(t *testing.T) {
	t.Parallel()
	rowsOf := map[string]string{
		"li":    `<li><a href="$U">$T</a><span>$D</span></li>`,
		"leaf":  `<li><div class="rq"><b>$E</b><i>$Y-$M</i></div><a href="$U">$T</a></li>`,
		"tr":    `<tr><td>$N</td><td><a href="$U">$T</a></td><td>$D</td></tr>`,
		"cards": `<a href="$U" class="it"><p>$T</p><em>$Y/$M/$E</em></a>`,
	}
	sides := map[string]string{
		"menu":      `<div class="lm"><ul><li><a href="/zwgk/gfxwj/">规范性文件</a></li><li><a href="/zwgk/zcjd/">政策解读</a></li><li><a href="/zwgk/zfxxgk/">政府信息公开指南及目录</a></li></ul></div>`,
		"news":      `<div class="rr"><h3>最新动态</h3><ul>` + sidebar(5, `<li><a href="$U">$T</a><span>$D</span></li>`) + `</ul></div>`,
		"more news": `<div class="qq"><p class="tt">图片新闻</p><ul>` + sidebar(12, `<li><a href="$U">$T</a><em>$D</em></li>`) + `</ul></div>`,
		"topics":    `<div class="kk"><div class="hd">热点专题</div><div class="bd">` + sidebar(14, `<a href="$U">$T</a>`) + `</div></div>`,
		"friends":   `<div class="xx">` + strings.Repeat(`<a href="https://www.x.example/">国家部委网站链接</a> <a href="https://www.y.example/index.html">省级政府门户网站</a> `, 10) + `</div>`,
		"files":     `<div class="dl"><h3>资料下载</h3><a href="/f/1.doc">项目申报书格式文本（2026年版）.doc</a><a href="/f/2.doc">企业基本情况登记表（样表）.doc</a></div>`,
	}
	wrong := 0
	for rn, row := range rowsOf {
		for sn, side := range sides {
			for _, n := range []int{1, 2, 8} {
				wrap := `<ul class="ml">` + fill(papers[:n], row) + `</ul>`
				switch {
				case strings.HasPrefix(row, "<tr"):
					wrap = `<table class="mt">` + fill(papers[:n], row) + `</table>`
				case !strings.HasPrefix(row, "<li"):
					wrap = `<div class="mm">` + fill(papers[:n], row) + `</div>`
				}
				for _, page := range []string{site(side + `<div class="con">` + wrap + `</div>`), olden(`<div class="con">` + wrap + pagerHTML + `</div>` + side)} {
					p := NewPage(formsURL, "", []byte(page))
					p.Today = notice.Date{Year: 2026, Month: 3, Day: 20}
					l, err := ListAny(p)
					if err != nil || len(l.Items) != n || l.Items[0].Title != papers[0].title || l.Items[n-1].Date.String() != papers[n-1].date {
						wrong++
						t.Errorf("%s beside %s: %d of %d items, %v", rn, sn, len(l.Items), n, err)
					}
				}
			}
		}
	}
	if wrong > 0 {
		t.Logf("%d pages were read wrongly", wrong)
	}
}

// A column of news is no less a list for its name, although the page's title
// does not tell it.
func TestColumnsOfNewsAreLists(t *testing.T) {
	t.Parallel()
	row := `<li><a href="$U">$T</a><span>$D</span></li>`
	side := `<div class="gg"><h3>通知公告</h3><ul>` + fill(papers[:5], strings.Replace(row, "$U", "/tz/c$I.html", 1)) + `</ul></div>`
	for name, pager := range map[string]string{"pager": pagerHTML, "no pager": ""} {
		page := `<html><head><title>晴川省发展和改革委员会</title></head><body>` + side + `<div class="main"><h3>工作动态</h3><ul>` + sidebar(14, row) + `</ul>` + pager + `</div></body></html>`
		l, err := ListAny(NewPage("http://fgw.qingchuan.example/col/col88/index.html", "", []byte(page)))
		if err != nil || len(l.Items) != 14 {
			t.Errorf("%s: %d items, %v", name, len(l.Items), err)
		}
	}
}
