package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
)

// leaf draws a notice as a site prints it; noise differs with each call's n.
func leaf(n int, change func(string) string) app.Saved {
	page := `<html><head><title>关于做好碳达峰试点工作的通知_某省发展和改革委员会</title><meta name="ArticleTitle" content="关于做好碳达峰试点工作的通知"></head><body>
<div class="top">今天是2026年3月DAY日</div><div class="nav"><a href="/">首页</a> <a href="/zc/">政策</a></div>
<table class="xxgk"><tr><td>索引号：</td><td>0001/2026-001</td><td>发文字号：</td><td>某发改〔2026〕3号</td></tr>
<tr><td>发布机构：</td><td>某省发展和改革委员会</td><td>成文日期：</td><td>2026年3月1日</td></tr><tr><td>发布日期：</td><td>2026年3月2日</td><td>有效性：</td><td>有效</td></tr></table>
<h1>关于做好碳达峰试点工作的通知</h1><div class="info">发布时间：2026-03-02　来源：某省发展和改革委员会　浏览次数：HITS</div>
<div class="TRS_Editor" id="zoom"><p>各市发展改革委：</p>
<p>为落实碳达峰部署，到2030年全省单位能耗下降18%，现就做好试点工作通知如下，请认真组织实施。</p>
<p>一、明确目标，压实责任，定期调度，确保各项任务按期完成并取得实效。</p><p>二、完善统计核算体系，加强数据质量管理，健全工作台账。</p>
<p>附件：<a href="./P020260302.pdf">试点城市名单.pdf</a></p><p style="text-align:right">某省发展和改革委员会</p><p style="text-align:right">2026年3月1日</p></div>
<div class="xg"><h3>相关文件</h3><ul><li><a href="/rHITS.html">关于印发第HITS批重点任务的通知</a></li><li><a href="/qHITS.html">关于公布第HITS批名单的公告</a></li></ul></div>
<div class="footer">主办：某省发展和改革委员会 网站标识码：1300000001</div></body></html>`
	if change != nil {
		page = change(page)
	}
	page = strings.NewReplacer("HITS", fmt.Sprint(n), "DAY", fmt.Sprint(n%28+1)).Replace(page)
	return app.Saved{Name: "page.html", URL: "http://fgw.example.gov.cn/zc/t20260302_1.html", Body: []byte(page)}
}

func TestComparePages(t *testing.T) {
	t.Parallel()
	swap := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	for _, c := range []struct {
		name    string
		change  func(string) string
		kind    notice.ChangeKind
		meaning notice.Meaning
	}{
		{"noise", nil, notice.ChangeCosmetic, ""},
		{"number", swap("某发改〔2026〕3号", "某发改〔2026〕5号"), notice.ChangeEdited, notice.NumberAltered},
		{"figure", swap("18%", "20%"), notice.ChangeEdited, notice.FigureAltered},
		{"flag in the head", swap("<td>有效</td>", "<td>失效</td>"), notice.ChangeEdited, notice.ValidityFlag},
		{"flag beside the title", swap("<h1>", "<span class=zt>已废止</span><h1>"), notice.ChangeEdited, notice.ValidityFlag},
		{"written date", swap("2026年3月1日", "2026年2月27日"), notice.ChangeEdited, notice.DateAltered},
		{"clause added", swap("健全工作台账。</p>", "健全工作台账。</p><p>三、各地应当于每年三月底前报送上一年度工作总结和下一年度计划。</p>"), notice.ChangeEdited, notice.ClauseAdded},
		{"clause removed", swap("<p>二、完善统计核算体系，加强数据质量管理，健全工作台账。</p>", ""), notice.ChangeEdited, notice.ClauseRemoved},
		{"typo", swap("压实责任", "压紧责任"), notice.ChangeEdited, notice.Typo},
		{"annex added", swap("试点城市名单.pdf</a>", `试点城市名单.pdf</a> <a href="./P020260303.docx">申报表.docx</a>`), notice.ChangeEdited, notice.AnnexAdded},
		{"annex removed", swap(`<p>附件：<a href="./P020260302.pdf">试点城市名单.pdf</a></p>`, ""), notice.ChangeEdited, notice.AnnexRemoved},
		{"picture added", swap("健全工作台账。</p>", "健全工作台账。</p><p><img src='./W020260302_1.jpg' width=800></p>"), notice.ChangeEdited, notice.AnnexAdded},
		{"template", swap("class=\"TRS_Editor\" id=\"zoom\"", "class=\"article\" id=\"UCAP-CONTENT\"", "class=\"xxgk\"", "class=\"head\"", "class=\"info\"", "class=\"sub\"", "class=\"xg\"", "class=\"more\"", "class=\"top\"", "class=\"bar\"", "class=\"footer\"", "class=\"bottomline\"", "class=\"nav\"", "class=\"menu\""), notice.ChangeCosmetic, notice.ReTemplated},
		{"withdrawn", func(string) string {
			return "<html><head><title>404</title></head><body><h2>您访问的页面不存在或已删除</h2><a href=/>返回首页</a></body></html>"
		}, notice.ChangeMissing, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := app.ComparePages(t.Context(), nil, leaf(12, nil), leaf(9041, c.change))
			if err != nil {
				t.Fatal(err)
			}
			if got.Change != c.kind || c.meaning != "" && !slices.Contains(got.Meaning, c.meaning) || c.meaning == "" && len(got.Meaning) > 0 {
				t.Errorf("%+v, want %s %s", got, c.kind, c.meaning)
			}
			if (got.Change == notice.ChangeEdited) != (got.Diff != "") && got.Change != notice.ChangeMissing {
				t.Errorf("%s with difference %q", got.Change, got.Diff)
			}
		})
	}
	if same, err := app.ComparePages(t.Context(), nil, leaf(1, nil), leaf(1, nil)); err != nil || same.Change != notice.ChangeSame {
		t.Errorf("equal bytes: %+v, %v", same, err)
	}
}

// A page without Chinese: what rotates in its banner is nothing, a sentence and a
// picture of its content are something.
func TestCompareForeignPages(t *testing.T) {
	t.Parallel()
	page := func(banner, text, picture, date string) app.Saved {
		return app.Saved{Name: "p.html", URL: "https://www.office.example/mission", Body: []byte(`<!DOCTYPE html><html lang="en"><head><title>Mission | Office</title></head><body class="not-front one-sidebar">
<header class="l-header" role="banner"><div class="flexslider"><article><p>` + banner + `</p></article></div><span>` + date + `</span></header>
<div class="l-main"><div class="l-content" role="main"><a id="main-content"></a><div class="two-column panels-container no-sidebar"><h1 class="title">Mission</h1>
<div class="field"><p><strong>Protecting the great outdoors</strong></p><p>` + text + `</p>` + picture + `</div></div></div></div>
<footer role="contentinfo"><p>All rights reserved. ` + date + `</p></footer></body></html>`)}
	}
	const text = "The office protects and manages natural resources and cultural heritage, and provides scientific information about those resources to the people."
	before := page("Workers scale the dam with ropes and reach its old valves.", text, "<img src=/a/dam.jpg width=800>", "Wednesday, February 01, 2017")
	for _, c := range []struct {
		name  string
		after app.Saved
		want  notice.ChangeKind
	}{
		{"banner, date, footer", page("Visitors watch the sunrise over the valley.", text, "<img src=/a/dam.jpg width=800>", "Thursday, March 02, 2017"), notice.ChangeCosmetic},
		{"a sentence", page("x", strings.Replace(text, "protects and manages", "manages", 1), "<img src=/a/dam.jpg width=800>", "Thursday, March 02, 2017"), notice.ChangeEdited},
		{"a picture", page("x", text, "", "Thursday, March 02, 2017"), notice.ChangeEdited},
	} {
		got, err := app.ComparePages(t.Context(), nil, before, c.after)
		if err != nil || got.Change != c.want || (got.Change == notice.ChangeEdited) != (got.Diff != "" && len(got.Meaning) > 0) {
			t.Errorf("%s: %+v, %v, want %s", c.name, got, err, c.want)
		}
	}
}
