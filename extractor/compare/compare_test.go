package compare_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"govwatch/extractor/compare"
	"govwatch/notice"
)

func base() notice.Record {
	return notice.Record{
		Document: "d", Title: "某省人民政府办公厅关于印发节能降碳行动方案的通知", Number: "某政办发〔2024〕8号", Issuers: []string{"某省人民政府办公厅"},
		Written: notice.Date{Year: 2024, Month: 3, Day: 12}, Published: notice.Date{Year: 2024, Month: 3, Day: 15}, Validity: notice.InForce,
		Attachments: []notice.AttachmentRef{{Name: "附件1：任务分工表.pdf", URL: "https://x.gov.cn/P1.pdf", Blob: "aa"}},
		Body: strings.Join([]string{
			"各市人民政府，省政府各部门：", "《节能降碳行动方案》已经省政府同意，现印发给你们，请认真贯彻执行。",
			"一、总体目标", "到2025年，单位地区生产总值能耗下降14%，新能源装机达到3000万千瓦以上。",
			"二、重点任务", "加快推动工业领域节能降碳改造，严格控制高耗能项目建设，推广先进适用技术。", "推进建筑领域绿色低碳发展，新建建筑执行绿色建筑标准。",
			"本方案自2024年4月1日起施行。", "某省人民政府办公厅", "2024年3月12日",
		}, "\n"),
	}
}

func edited(change func(r *notice.Record)) notice.Record {
	r := base()
	r.Issuers, r.Attachments = slices.Clone(r.Issuers), slices.Clone(r.Attachments)
	change(&r)
	return r
}

func replace(old, new string) func(*notice.Record) {
	return func(r *notice.Record) { r.Body = strings.Replace(r.Body, old, new, 1) }
}

func TestMeaningOfAnEdit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(r *notice.Record)
		want   []notice.Meaning
	}{
		"typo":           {replace("推广先进适用技术", "推广先进实用技术"), []notice.Meaning{notice.Typo}},
		"figure":         {replace("14%", "13.5%"), []notice.Meaning{notice.FigureAltered}},
		"decimal point":  {replace("3000万千瓦", "300.0万千瓦"), []notice.Meaning{notice.FigureAltered}},
		"date in text":   {replace("2024年4月1日起施行", "2024年5月1日起施行"), []notice.Meaning{notice.DateAltered}},
		"clause added":   {replace("二、重点任务", "二、重点任务\n建立健全碳排放统计核算体系，完善重点行业碳排放核算机制。"), []notice.Meaning{notice.ClauseAdded}},
		"clause removed": {replace("推进建筑领域绿色低碳发展，新建建筑执行绿色建筑标准。\n", ""), []notice.Meaning{notice.ClauseRemoved}},
		"words added":    {replace("严格控制高耗能项目建设，", "严格控制高耗能项目建设，坚决遏制低水平项目盲目发展，"), []notice.Meaning{notice.ClauseAdded}},
		"reworded":       {replace("严格控制高耗能项目建设", "不再审批高耗能项目"), []notice.Meaning{notice.ClauseReworded}},
		"not is no typo": {replace("新建建筑执行", "新建建筑不执行"), []notice.Meaning{notice.ClauseReworded}},
		"number":         {func(r *notice.Record) { r.Number = "某政办发〔2024〕9号" }, []notice.Meaning{notice.NumberAltered}},
		"issuer":         {func(r *notice.Record) { r.Issuers = append(r.Issuers, "某省发展和改革委员会") }, []notice.Meaning{notice.IssuerAltered}},
		"title": {func(r *notice.Record) {
			r.Title = "某省人民政府办公厅关于印发碳达峰实施方案的通知"
		}, []notice.Meaning{notice.TitleAltered}},
		"written":   {func(r *notice.Record) { r.Written.Day = 13 }, []notice.Meaning{notice.DateAltered}},
		"published": {func(r *notice.Record) { r.Published = notice.Date{Year: 2025, Month: 1, Day: 2} }, []notice.Meaning{notice.ReDated}},
		"repealed":  {func(r *notice.Record) { r.Validity = notice.Repealed }, []notice.Meaning{notice.ValidityFlag}},
		"annex added": {func(r *notice.Record) {
			r.Attachments = append(r.Attachments, notice.AttachmentRef{Name: "附件2.pdf", URL: "https://x.gov.cn/P2.pdf"})
		}, []notice.Meaning{notice.AnnexAdded}},
		"annex removed":   {func(r *notice.Record) { r.Attachments = nil }, []notice.Meaning{notice.AnnexRemoved}},
		"annex replaced":  {func(r *notice.Record) { r.Attachments[0].Blob = "bb" }, []notice.Meaning{notice.AnnexReplaced}},
		"template":        {func(r *notice.Record) { r.Origin = "某省人民政府门户网站" }, []notice.Meaning{notice.ReTemplated}},
		"figure and date": {func(r *notice.Record) { replace("14%", "13%")(r); r.Written.Day = 14 }, []notice.Meaning{notice.DateAltered, notice.FigureAltered}},
	} {
		got := compare.Compare(base(), edited(c.change))
		if !slices.Equal(got.Meaning, c.want) || got.Diff == "" || got.Significance <= 0 || got.Significance > 1 {
			t.Errorf("%s: %v %.2f %q, want %v", name, got.Meaning, got.Significance, got.Diff, c.want)
		}
	}
}

func TestNoMeaningfulDifferenceHasNoMeaning(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(r *notice.Record){
		"same":                         func(*notice.Record) {},
		"breaks":                       func(r *notice.Record) { r.Body = strings.ReplaceAll(r.Body, "，", "，\n") },
		"wide digits":                  func(r *notice.Record) { r.Body = strings.ReplaceAll(r.Body, "14%", "１４％") },
		"spaces":                       func(r *notice.Record) { r.Body = strings.ReplaceAll(r.Body, "。", "。　 ") },
		"counter":                      func(r *notice.Record) { r.Body += "\n浏览次数：1024" },
		"neighbours":                   func(r *notice.Record) { r.Body += "\n上一篇：关于召开会议的通知" },
		"came into force":              func(r *notice.Record) { r.Validity = notice.NotYetInForce },
		"https":                        func(r *notice.Record) { r.Attachments[0].URL = "http://x.gov.cn/P1.pdf" },
		"new address of the same file": func(r *notice.Record) { r.Attachments[0].URL = "https://x.gov.cn/new/P1.pdf" },
		"other brackets":               func(r *notice.Record) { r.Number = "某政办发[2024]8号" },
	} {
		if got := compare.Compare(base(), edited(change)); got.Diff != "" || len(got.Meaning) > 0 || got.Significance != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestDiffShowsWords(t *testing.T) {
	t.Parallel()
	got := compare.Compare(base(), edited(replace("3000万千瓦", "3500万千瓦")))
	if !strings.Contains(got.Diff, "[-3000-]{+3500+}") {
		t.Errorf("diff %q", got.Diff)
	}
}

func TestMovedMatchesNumberTitleText(t *testing.T) {
	t.Parallel()
	var gone, fresh []notice.Record
	for i := range 5 {
		r := base()
		r.Document = notice.DocumentID(fmt.Sprintf("old%d", i))
		r.Number = fmt.Sprintf("某政办发〔2024〕%d号", i+1)
		r.Title = fmt.Sprintf("某省人民政府办公厅关于第%d类设备更新工作的通知", i+1)
		gone = append(gone, r)
		r.Document = notice.DocumentID(fmt.Sprintf("new%d", i))
		if i == 3 {
			r.Number = ""
		}
		fresh = append(fresh, r)
	}
	other := base()
	other.Document, other.Number, other.Title, other.Body = "new9", "某政办发〔2024〕99号", "关于另一件事的通知", "别的内容"
	moves := compare.Moved(gone, append(fresh, other))
	if len(moves) != 5 {
		t.Fatalf("%d moves: %+v", len(moves), moves)
	}
	for _, m := range moves {
		if strings.TrimPrefix(string(m.From), "old") != strings.TrimPrefix(string(m.To), "new") {
			t.Errorf("%s moved to %s by %s", m.From, m.To, m.Why)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("到2025年达到14%。\n二", "到2025年达到13%。")
	f.Add("", "一\n二\n三")
	f.Add("\xff\xfe1.5", "15")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := compare.Compare(notice.Record{Body: a}, notice.Record{Body: b}); got.Diff == "" && len(got.Meaning) > 0 || got.Diff != "" && len(got.Meaning) == 0 {
			t.Errorf("diff %q with meaning %v", got.Diff, got.Meaning)
		}
		if got := compare.Compare(notice.Record{Title: a, Body: b}, notice.Record{Title: a, Body: b}); got.Diff != "" {
			t.Errorf("a record differs from itself: %q", got.Diff)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	before, after := base(), edited(replace("14%", "13%"))
	before.Body, after.Body = strings.Repeat(before.Body+"\n", 40), strings.Repeat(before.Body+"\n", 20)+after.Body+strings.Repeat("\n"+before.Body, 19)
	b.SetBytes(int64(len(before.Body)))
	for b.Loop() {
		compare.Compare(before, after)
	}
}
