package extractor

import (
	"slices"
	"strings"
	"testing"

	"govwatch/notice"
)

const filler = `<p>为深入贯彻落实国家关于推进能源绿色低碳转型的决策部署，加快构建新型电力系统，现就有关事项通知如下，请认真落实。</p><p>各地要按照统一部署，明确责任分工，细化工作措施，加强统筹协调，及时研究解决推进过程中遇到的困难和问题。</p>`

// TestHabits reads single habits of real pages; TITLE, then markup before and after the text.
func TestHabits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		title, before, after string
		issuers              []string
		number               string
		written, published   string
		source               string
	}{
		"signature in a table": {
			title: "关于做好清洁取暖工作的通知", before: "<p>发布时间：2023-10-09</p>",
			after:   `<table><tr><td>山西省发展和改革委员会</td><td>山西省财政厅</td></tr><tr><td colspan=2>2023年9月28日</td></tr></table>`,
			issuers: []string{"山西省发展和改革委员会", "山西省财政厅"}, written: "2023-09-28", published: "2023-10-09"},
		"person signs an order": {
			title: "江西省人民政府关于修改部分规章的决定", before: "<p align=center>江西省人民政府令</p><p align=center>第258号</p>",
			after:   `<p align=right>省长　　　</p><p align=right>2023年1月5日</p>`,
			issuers: []string{"江西省人民政府"}, number: "江西省人民政府令第258号", written: "2023-01-05"},
		"date above the name": {
			title: "关于开展能耗监察的通知", after: `<p align=right>二〇二二年 三 月 四 日</p><p align=right>甘肃省工业和信息化厅</p>`,
			issuers: []string{"甘肃省工业和信息化厅"}, written: "2022-03-04"},
		"party and government": {
			title: "中共中央办公厅 国务院办公厅印发《关于加快推进生态环境分区管控的意见》", before: "<p>2024-03-17 18:00 来源：新华社 【字体：大 中 小】打印</p>",
			issuers: []string{"中共中央办公厅", "国务院办公厅"}, published: "2024-03-17", source: "新华社"},
		"drafters in the title": {
			title: "国务院办公厅关于转发国家发展改革委、住房城乡建设部《加快推动建筑领域节能降碳工作方案》的通知", before: "<p align=center>国办函〔2024〕20号</p>",
			after:   `<p align=right>国务院办公厅</p><p align=right>2024年3月12日</p><p>（此件公开发布）</p><p align=center>加快推动建筑领域节能降碳工作方案</p><p align=center>国家发展改革委　住房城乡建设部</p><p>一、总体要求。认真落实各项任务，确保取得实效。</p>`,
			issuers: []string{"国务院办公厅"}, number: "国办函〔2024〕20号", written: "2024-03-12"},
		"number before the title": {
			title: "关于调整电价有关事项的通知", before: "<p>发改价格〔2023〕526号</p>",
			after:   `<p>国家发展改革委</p><p>2023年5月9日</p>`,
			issuers: []string{"国家发展和改革委员会"}, number: "发改价格〔2023〕526号", written: "2023-05-09"},
		"number ends the title": {
			title: "国家发展改革委办公厅关于组织申报项目的通知（发改办投资〔2023〕88号）", before: "<p>发布日期：2023/02/01</p>",
			issuers: []string{"国家发展和改革委员会办公厅"}, number: "发改办投资〔2023〕88号", published: "2023-02-01"},
		"cited number only": {
			title: "关于公布试点名单的通知", before: "<p>时间：2023年2月1日 11:20　信息来源：能源处　访问量：</p>",
			after:  `<p>根据《国家能源局关于试点的通知》（国能发新能〔2022〕1号）要求，现予公布。</p>`,
			number: "", published: "2023-02-01", source: "能源处"},
		"print note and copies": {
			title: "广西壮族自治区人民政府办公厅关于印发某方案的通知", before: "<p>桂政办发〔2022〕12号</p>",
			after:   `<p>广西壮族自治区人民政府办公厅</p><p>2022年2月18日</p><p>抄送：自治区党委各部门。</p><p>广西壮族自治区人民政府办公厅　　2022年2月20日印发</p>`,
			issuers: []string{"广西壮族自治区人民政府办公厅"}, number: "桂政办发〔2022〕12号", written: "2022-02-18"},
		"annex with a date": {
			title: "黑龙江省生态环境厅关于开展碳排放核查的通知", after: `<p>附件：1.核查指南　2.工作计划</p><p align=right>黑龙江省生态环境厅</p><p align=right>2021年3月26日</p><p>附件1</p><p align=center>核查指南</p><p>核查工作应当按期完成，如实填报数据。</p><p align=right>编制单位：某某公司</p><p align=right>2020年12月31日</p>`,
			issuers: []string{"黑龙江省生态环境厅"}, written: "2021-03-26"},
		"five bodies": {
			title: "教育部等五部门关于某事的通知", after: `<p align=right>教育部　国家发展改革委　财政部</p><p align=right>人力资源社会保障部　国家税务总局</p><p align=right>2021年7月8日</p>`,
			issuers: []string{"教育部", "国家发展和改革委员会", "财政部", "人力资源和社会保障部", "国家税务总局"}, written: "2021-07-08"},
		"wrapped body name": {
			title: "关于某项工作的通知", after: `<p align=right>西藏自治区发展和改革委员</p><p align=right>会</p><p align=right>2022年8月1日</p>`,
			issuers: []string{"西藏自治区发展和改革委员会"}, written: "2022-08-01"},
		"list of related links with dates": {
			title: "宁夏回族自治区发展改革委关于某事的通知", before: "<p>2022年5月6日</p>",
			after:   `<p align=right>宁夏回族自治区发展改革委</p><p align=right>2022年4月30日</p></div><div><ul><li><a href="/a">旧通知一</a> 2020-01-01</li><li><a href="/b">旧通知二</a> 2020-02-01</li></ul>`,
			issuers: []string{"宁夏回族自治区发展和改革委员会"}, written: "2022-04-30", published: "2022-05-06"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := "<html><head><title>" + c.title + "</title></head><body><div><a href=/>首页</a> <a href=/b>公开</a></div><div><h1>" + c.title + "</h1>" + c.before +
				"<div><p>各有关单位：</p>" + filler + c.after + "</div></div><div>版权所有 冀ICP备05000000号</div></body></html>"
			r := Extract(Input{URL: "http://www.example.gov.cn/a.html", Body: []byte(page)})
			check := func(field, got, want string) {
				if got != want {
					t.Errorf("%s = %q, want %q\n%s", field, got, want, Explain(r, field))
				}
			}
			check("title", strings.ReplaceAll(r.Title, " ", ""), strings.ReplaceAll(c.title, " ", ""))
			check("number", r.Number, c.number)
			check("date_written", r.Written.String(), c.written)
			check("date_published", r.Published.String(), c.published)
			check("source", r.Origin, c.source)
			if c.issuers != nil && !slices.Equal(r.Issuers, c.issuers) {
				t.Errorf("issuers = %q, want %q\n%s", r.Issuers, c.issuers, Explain(r, "issuers"))
			}
			if c.issuers == nil && len(r.Issuers) > 0 {
				t.Errorf("issuers = %q, want none\n%s", r.Issuers, Explain(r, "issuers"))
			}
		})
	}
}

// TestMetaDates: a visible date wins over the meta element; a stamp from before the
// text or long after it is left out when it stands alone.
func TestMetaDates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ meta, visible, want string }{
		"agree":       {"2019-03-05 10:00", "2019-03-05", "2019-03-05"},
		"moved later": {"2022-11-01 00:00", "2019-03-05", "2019-03-05"},
		"meta alone":  {"2019-03-07 09:00", "", "2019-03-07"},
		"stamp alone": {"2022-11-01 00:00", "", ""},
		"before":      {"2010-01-01 00:00", "", ""},
	} {
		info := ""
		if c.visible != "" {
			info = "<p>发布日期：" + c.visible + "</p>"
		}
		page := `<html><head><meta name="PubDate" content="` + c.meta + `"></head><body><h1 class="logo">河北省人民政府</h1><p>当前位置：首页 &gt; 规范性文件</p><h2>规范性文件</h2><h1>河北省人民政府关于某事的通知</h1>` + info +
			`<div><p>各市人民政府：</p>` + filler + `<p align=right>河北省人民政府</p><p align=right>2019年3月1日</p></div></body></html>`
		r := Extract(Input{Body: []byte(page)})
		if r.Published.String() != c.want || r.Title != "河北省人民政府关于某事的通知" {
			t.Errorf("%s: %q, want %q; title %q\n%s", name, r.Published, c.want, r.Title, Explain(r, "date_published"))
		}
		if c.want == "" && !r.Review {
			t.Errorf("%s: nobody is asked to look", name)
		}
	}
}

// TestImpossibleDates: dates that systems print for none are left out and reported.
func TestImpossibleDates(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"1900-01-01", "2099-12-31", "2023-02-30", "0000-00-00"} {
		page := `<html><body><table><tr><td>索引号</td><td>1/2</td><td>成文日期</td><td>` + date + `</td></tr><tr><td>发布日期</td><td>` + date + `</td><td>发文字号</td><td></td></tr></table><h1>河北省人民政府关于某事的通知</h1><div>` + filler + `</div></body></html>`
		r := Extract(Input{Body: []byte(page)})
		if !r.Written.IsZero() || !r.Published.IsZero() || !slices.ContainsFunc(r.Problems, func(p notice.Problem) bool { return p.Code == "implausible" }) {
			t.Errorf("%s: written %q, published %q, problems %v", date, r.Written, r.Published, r.Problems)
		}
	}
}

// TestForce reads when texts enter into force and end.
func TestForce(t *testing.T) {
	t.Parallel()
	for clause, want := range map[string][2]string{
		"本办法自2024年4月1日起施行，有效期5年。":       {"2024-04-01", "2029-03-31"},
		"本通知自印发之日起执行，有效期至2027年12月31日。":  {"2024-03-12", "2027-12-31"},
		"本规定自发布之日起30日后施行。":              {"2024-04-14", ""},
		"第二十条　本细则自印发之日起施行，有效期三年。":       {"2024-03-12", "2027-03-11"},
		"《某旧办法》自2019年1月1日起施行。":          {"", ""},
		"电价自2024年1月1日起按新标准执行。":          {"", ""},
		"本办法由省发展改革委负责解释，自2024年5月1日起施行。": {"2024-05-01", ""},
		"第二十三条　本办法自2019年2月1日实施，有效期5年。":  {"2019-02-01", "2024-01-31"},
		"以上规定自二〇二四年六月一日起实施。":            {"2024-06-01", ""},
	} {
		page := `<html><body><h1>某省管理办法</h1><p>发布时间：2024-03-15</p><div><p>各有关单位：</p>` + filler + `<p>` + clause + `</p><p align=right>河北省人民政府</p><p align=right>2024年3月12日</p></div></body></html>`
		r := Extract(Input{Body: []byte(page)})
		if r.Effective.String() != want[0] || r.Expires.String() != want[1] {
			t.Errorf("%s: effective %q, expires %q, want %q\n%s%s", clause, r.Effective, r.Expires, want, Explain(r, "date_effective"), Explain(r, "date_expiry"))
		}
	}
}

// TestValidityByDay: a computed validity depends on the day of the reading only.
func TestValidityByDay(t *testing.T) {
	t.Parallel()
	page := []byte(`<html><body><h1>河北省管理办法</h1><div>` + filler + `<p>本办法自2024年4月1日起施行，有效期5年。</p></div></body></html>`)
	for day, want := range map[notice.Date]notice.Validity{
		{Year: 2024, Month: 3, Day: 1}: notice.NotYetInForce, {Year: 2025, Month: 1, Day: 1}: notice.InForce, {Year: 2030, Month: 1, Day: 1}: notice.Expired,
	} {
		if r := Extract(Input{Body: page, Today: day}); r.Validity != want {
			t.Errorf("%s: %q, want %q", day, r.Validity, want)
		}
	}
}
