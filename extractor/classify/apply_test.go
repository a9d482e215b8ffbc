package classify_test

import (
	"strings"
	"testing"

	"govwatch/extractor/classify"
	"govwatch/notice"
)

func TestClassOfTitlesAndTexts(t *testing.T) {
	t.Parallel()
	u := rules(t)
	for _, c := range []struct {
		title, column, number, body string
		want                        notice.Class
	}{
		{title: "某省人民政府办公厅关于印发某省节能降碳行动方案的通知", want: notice.Policy},
		{title: "某省建筑节能管理办法", want: notice.Policy},
		{title: "关于公开征求《某省可再生能源发展条例（征求意见稿）》意见的公告", want: notice.DraftClass},
		{title: "关于《某省节能条例（草案）》公开征求意见采纳情况的反馈", want: notice.Other},
		{title: "《某省碳达峰实施方案》政策解读", want: notice.Interpretation},
		{title: "一图读懂某省碳达峰实施方案", want: notice.Interpretation},
		{title: "某厅负责人就《某办法》答记者问", want: notice.Interpretation},
		{title: "关于张某某同志任职的通知", want: notice.Other},
		{title: "某局行政处罚决定书（某罚决字〔2024〕5号）", number: "某罚决字〔2024〕5号", want: notice.Other},
		{title: "某项目光伏组件采购中标公告", want: notice.NoticeClass},
		{title: "某市2024年新能源汽车充电桩建设项目招标公告", want: notice.NoticeClass},
		{title: "2024年度绿色工厂拟入选名单公示", want: notice.NoticeClass},
		{title: "关于禁止在某水电站淹没区新增建设项目的通告", want: notice.Policy},
		{title: "某局事业单位公开招聘工作人员公告", want: notice.NoticeClass},
		{title: "某省召开全省节能工作会议", want: notice.News},
		{title: "全省新能源装机突破五千万千瓦", column: "工作动态", want: notice.News},
		{title: "灵活就业人员办理指南", want: notice.Other},
		{title: "中华人民共和国国家发展和改革委员会令第15号", number: "国家发展和改革委员会令第15号", want: notice.Policy},
		{title: "国家能源局公告2024年第1号", number: "国家能源局公告2024年第1号", want: notice.Policy},
		{title: "企业温室气体排放核算与报告指南 发电设施", want: notice.Policy},
		{title: "绿色低碳转型产业指导目录（2024年版）", want: notice.Policy},
		{title: "关于在制定文件过程中充分听取企业和行业协会商会意见的通知", want: notice.Policy},
		{title: "关于对《某国家标准（征求意见稿）》公开征求意见的通知", want: notice.DraftClass},
		{title: "关于征求某省能源绿色低碳转型和高质量发展若干政策措施以及配套实施细则修订稿有关意见的函", want: notice.DraftClass},
		{title: "某国家标准《绿色产品评价通则》正式发布", want: notice.News},
		{title: "首个零碳园区建设标准发布实施", want: notice.News},
		{title: "某部6月例行新闻发布会实录", want: notice.News},
		{title: "专家解读｜新版目录怎么看", want: notice.Interpretation},
		{title: "关于拟对某项目环境影响报告书作出审批意见的公示", want: notice.NoticeClass},
		{title: "某市2023年政府信息公开工作年度报告", want: notice.Other},
		{title: "某省建设工程招标投标管理办法", want: notice.Policy},
		{title: "某市交通运输局关于规范网约车招聘用工的通告", want: notice.Policy},
		{title: "某事项", body: "现将《某办法》解读如下：一、出台背景", want: notice.Interpretation},
		{title: "某地风电项目", column: "图片新闻", want: notice.News},
		{title: "", want: notice.Other},
	} {
		got := u.Class(notice.Record{Title: c.title, Number: c.number, Body: c.body}, classify.Input{Column: c.column})
		if got.Class != c.want {
			t.Errorf("%q: %s by %s %q, want %s", c.title, got.Class, got.Rule, got.Words, c.want)
		}
	}
}

func TestApplyFillsARecordAndRepeats(t *testing.T) {
	t.Parallel()
	u := rules(t)
	r := notice.Record{
		Title:   "国家发展改革委等部门关于支持内蒙古绿色低碳高质量发展若干政策措施的通知",
		Issuers: []string{"国家发展和改革委员会"}, Number: "发改环资〔2024〕379号",
		Body: "为贯彻落实《国务院关于推动内蒙古高质量发展的意见》（国发〔2023〕16号），到2025年新能源装机占比超过50%。\n《旧办法》（发改环资〔2010〕1号）同时废止。根据国办发〔2021〕3号文件要求执行。",
	}
	u.Apply(&r, classify.Input{Source: notice.Source{Region: "150000", Level: notice.Provincial}})
	if r.Class != notice.Policy || r.Region != "100000" || r.SubjectRegion != "150000" || r.Level != notice.Central || !r.Climate || r.ActionType == "" || len(r.Sectors) == 0 {
		t.Errorf("class %s region %s subject %s level %s climate %v action %s sectors %v", r.Class, r.Region, r.SubjectRegion, r.Level, r.Climate, r.ActionType, r.Sectors)
	}
	if len(r.Targets) != 1 || r.Body[r.Targets[0].Span.Start:r.Targets[0].Span.End] != r.Targets[0].Text {
		t.Errorf("targets %+v", r.Targets)
	}
	wants := map[notice.RelationType]string{notice.Implements: "国发〔2023〕16号", notice.Repeals: "发改环资〔2010〕1号", notice.Cites: "国办发〔2021〕3号"}
	for _, rel := range r.Relations {
		if wants[rel.Type] != rel.Number {
			t.Errorf("relation %+v", rel)
		}
		delete(wants, rel.Type)
	}
	if len(wants) > 0 {
		t.Errorf("not found: %v", wants)
	}
	for _, field := range []string{"class", "region", "relevance", "targets", "action_type"} {
		if len(r.Evidence[field]) == 0 {
			t.Errorf("no evidence for %s", field)
		}
	}
	n := len(r.Evidence["targets"])
	u.Apply(&r, classify.Input{Source: notice.Source{Region: "150000"}})
	if len(r.Evidence["targets"]) != n {
		t.Error("a second run adds evidence")
	}
}

func TestRelationsOfTitles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		title string
		class notice.Class
		kind  notice.RelationType
		other string
	}{
		{"《某省碳达峰实施方案》政策解读", notice.Interpretation, notice.Interprets, "某省碳达峰实施方案"},
		{"关于公开征求《某省节能条例（征求意见稿）》意见的公告", notice.DraftClass, notice.DraftOf, "某省节能条例"},
		{"国务院办公厅关于转发国家发展改革委、住房城乡建设部《加快推动建筑领域节能降碳工作方案》的通知", notice.Policy, notice.Relays, "加快推动建筑领域节能降碳工作方案"},
		{"关于修改《某省节能办法》的决定", notice.Policy, notice.Amends, "某省节能办法"},
		{"某省人民政府关于废止《某省排污办法》的决定", notice.Policy, notice.Repeals, "某省排污办法"},
		{"转发国务院办公厅关于深入开展全民节能行动的通知", notice.Policy, notice.Relays, "国务院办公厅关于深入开展全民节能行动"},
	} {
		got := classify.Relations(notice.Record{Title: c.title, Class: c.class})
		if len(got) != 1 || got[0].Type != c.kind || got[0].Title != c.other {
			t.Errorf("%s: %+v, want %s %s", c.title, got, c.kind, c.other)
		}
	}
}

func TestRelationsOfRunsOfTitles(t *testing.T) {
	t.Parallel()
	got := classify.Relations(notice.Record{Class: notice.Policy, Body: "为贯彻落实《甲意见》（国发〔2021〕1号）、《乙方案》和《丙规划》精神，制定本办法。\n《丁办法》（某发〔2010〕2号）、《戊规定》同时废止。参照《己类设计标准》执行，并见 发改能源[2024]3 号。"})
	want := map[string]notice.RelationType{"甲意见": notice.Implements, "乙方案": notice.Implements, "丙规划": notice.Implements, "丁办法": notice.Repeals, "戊规定": notice.Repeals, "己类设计标准": notice.Cites, "": notice.Cites}
	if len(got) != len(want) {
		t.Errorf("%d relations: %+v", len(got), got)
	}
	for _, x := range got {
		if want[x.Title] != x.Type || x.Title == "" && x.Number != "发改能源〔2024〕3号" {
			t.Errorf("%+v, want %s", x, want[x.Title])
		}
	}
}

func FuzzApply(f *testing.F) {
	f.Add("关于印发《某》的通知", "为贯彻落实《甲》（乙〔2024〕3号）、《丙》同时废止。")
	f.Add("《", "《》《（〔")
	f.Add("\xff转发", "\xe3\x80\x8a")
	u := rules(f)
	f.Fuzz(func(t *testing.T, title, body string) {
		r := notice.Record{Title: title, Body: body, Issuers: []string{title}, Number: title}
		u.Apply(&r, classify.Input{})
		for _, x := range r.Relations {
			if x.Span.Text == "body" && (x.Span.Start < 0 || x.Span.End > len(body)) {
				t.Errorf("span %+v", x.Span)
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	u := rules(b)
	body := strings.Repeat("到2025年，建筑用能中电力占比超过55%，可再生能源替代率达到8%。各省、自治区、直辖市要贯彻落实《某某意见》（国发〔2021〕23号），推动新型储能、光伏、风电发展。\n", 40)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r := notice.Record{Title: "某省人民政府关于印发某省节能降碳行动方案的通知", Body: body, Issuers: []string{"山东省人民政府"}}
		u.Apply(&r, classify.Input{})
	}
}
