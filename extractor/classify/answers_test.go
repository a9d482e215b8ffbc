package classify_test

import (
	"testing"

	"govwatch/extractor/classify"
	"govwatch/notice"
	"govwatch/notice/authority"
)

func TestAnswersIsTheImplementationTable(t *testing.T) {
	t.Parallel()
	b, err := authority.Load()
	if err != nil {
		t.Fatal(err)
	}
	day := func(m, d int) notice.Date { return notice.Date{Year: 2024, Month: m, Day: d} }
	central := notice.Record{Document: "c", Work: "w", Title: "国务院关于印发推动大规模设备更新行动方案的通知", SubjectTitle: "推动大规模设备更新行动方案", Number: "国发〔2024〕7号", Written: day(3, 7), Region: "100000", Level: notice.Central}
	policy := func(id notice.DocumentID, region string, written notice.Date, rel notice.Relation) notice.Record {
		return notice.Record{Document: id, Region: region, Level: notice.Provincial, Class: notice.Policy, Written: written, Relations: []notice.Relation{rel}}
	}
	records := []notice.Record{
		central,
		policy("late", "370000", day(5, 1), notice.Relation{Type: notice.Implements, Work: "w"}),
		policy("sd", "370000", day(4, 4), notice.Relation{Type: notice.Implements, Number: "国发〔2024〕7号"}),
		policy("gd", "440000", day(4, 10), notice.Relation{Type: notice.Relays, Title: "推动大规模设备更新行动方案"}),
		policy("cited", "320000", day(4, 10), notice.Relation{Type: notice.Cites, Number: "国发〔2024〕7号"}),
		policy("other", "330000", day(4, 10), notice.Relation{Type: notice.Implements, Number: "国发〔2024〕8号"}),
	}
	news := policy("news", "310000", day(4, 1), notice.Relation{Type: notice.Implements, Work: "w"})
	news.Class = notice.News
	got := classify.Answers(central, append(records, news), b.Provinces())
	if len(got) != 31 {
		t.Fatalf("%d rows, want 31", len(got))
	}
	answered := 0
	for _, a := range got {
		if a.Document == "" {
			continue
		}
		answered++
		switch {
		case a.Region == "370000" && a.Document == "sd" && a.Days == 28 && a.How == notice.Implements:
		case a.Region == "440000" && a.Document == "gd" && a.Days == 34 && a.How == notice.Relays:
		default:
			t.Errorf("row %+v", a)
		}
	}
	if answered != 2 {
		t.Errorf("%d provinces answered, want 2", answered)
	}
}
