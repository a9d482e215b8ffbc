package compare_test

import (
	"slices"
	"strings"
	"testing"

	"govwatch/extractor/compare"
	"govwatch/notice"
)

func TestWith(t *testing.T) {
	t.Parallel()
	const clause = "二、完善统计核算体系，加强数据质量管理。"
	for _, c := range []struct {
		name string
		seen []notice.Statement
		want []notice.Meaning
	}{
		{"nothing", nil, nil},
		{"a picture", []notice.Statement{{Come: true, Place: notice.AsPicture, Text: "map.jpg"}}, []notice.Meaning{notice.AnnexAdded}},
		{"a picture goes", []notice.Statement{{Place: notice.AsPicture, Text: "map.jpg"}}, []notice.Meaning{notice.AnnexRemoved}},
		{"a stamp", []notice.Statement{{Come: true, Place: notice.AsFlag, Text: "已废止"}}, []notice.Meaning{notice.ValidityFlag}},
		{"a number that no rule reads", []notice.Statement{{Come: true, Place: notice.InHead, Text: "number_shown=某发〔2026〕1号"}}, []notice.Meaning{notice.NumberAltered}},
		{"a fact of the template", []notice.Statement{{Come: true, Place: notice.InHead, Text: "term=长期"}}, nil},
		{"a sentence of an article that no rule finds", []notice.Statement{{Place: notice.InBody, Text: clause}}, []notice.Meaning{notice.ClauseRemoved}},
		{"a figure of it", []notice.Statement{{Place: notice.InBody, Text: clause}, {Come: true, Place: notice.InBody, Text: strings.Replace(clause, "统计", "12项统计", 1)}}, []notice.Meaning{notice.FigureAltered}},
		{"a remark of the site", []notice.Statement{{Come: true, Place: notice.InBody, Text: "专题专栏"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := compare.Compare(notice.Record{}, notice.Record{}).With(c.seen, notice.Record{}, notice.Record{})
			if !slices.Equal(got.Meaning, c.want) || (got.Diff == "") != (len(c.want) == 0) || (got.Significance == 0) != (len(c.want) == 0) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// What the rules leave out of an article is no part of it.
func TestWithARemark(t *testing.T) {
	t.Parallel()
	r := notice.Record{Body: "一、加强领导。"}
	seen := []notice.Statement{{Place: notice.InBody, Text: "每日一句：低碳生活人人有责。"}, {Come: true, Place: notice.InBody, Text: "每日一句：让天更蓝水更清。"}}
	if got := compare.Compare(r, r).With(seen, r, r); got.Diff != "" {
		t.Errorf("%+v", got)
	}
}

// What the rules read explains a statement of the head; a picture stays besides.
func TestWithWhatIsRead(t *testing.T) {
	t.Parallel()
	b, a := notice.Record{Title: "关于甲的通知", Body: "一、加强领导。"}, notice.Record{Title: "关于乙的通知", Body: "一、加强领导。"}
	seen := []notice.Statement{{Place: notice.InTitle, Text: "关于甲的通知"}, {Come: true, Place: notice.InTitle, Text: "关于乙的通知"}, {Come: true, Place: notice.AsPicture, Text: "m.png"}}
	got := compare.Compare(b, a).With(seen, b, a)
	if len(got.Meaning) != 2 || !slices.Contains(got.Meaning, notice.AnnexAdded) || strings.Count(got.Diff, "关于甲") != 1 {
		t.Errorf("%+v", got)
	}
}

// Lines that a visit knows to move by themselves are no part of an edit.
func TestConfineTo(t *testing.T) {
	t.Parallel()
	b := notice.Record{Body: "每日一句：绿水青山\n一、下降18%。\n二、加强领导。"}
	a := notice.Record{Body: "每日一句：低碳生活\n一、下降20%。\n二、加强领导。"}
	got := compare.Compare(compare.ConfineTo(b, a, []notice.Statement{{Place: notice.InBody, Text: "一、下降18%。"}, {Come: true, Place: notice.InBody, Text: "一、下降20%。"}}))
	if strings.Contains(got.Diff, "每日") || !slices.Equal(got.Meaning, []notice.Meaning{notice.FigureAltered}) {
		t.Errorf("%+v", got)
	}
}

// A field that the new template does not show was not taken back.
func TestConfineToFields(t *testing.T) {
	t.Parallel()
	b := notice.Record{Title: "关于甲的通知", Number: "某发〔2026〕1号", Issuers: []string{"某局"}, Validity: notice.InForce, Written: notice.Date{Year: 2026, Month: 3, Day: 1}, Body: "一、加强领导。"}
	a := notice.Record{Title: "关于甲的通知", Body: "一、加强组织领导和督促检查工作。", Issuers: []string{"另一局"}}
	seen := []notice.Statement{{Place: notice.InBody, Text: "一、加强领导。"}, {Come: true, Place: notice.InBody, Text: "一、加强组织领导和督促检查工作。"}}
	if got := compare.Compare(compare.ConfineTo(b, a, seen)); len(got.Fields) != 0 || got.Diff == "" {
		t.Errorf("%+v", got)
	}
	seen = append(seen, notice.Statement{Place: notice.InHead, Text: "number=某发〔2026〕1号"}, notice.Statement{Place: notice.InHead, Text: "issuer=某局"})
	got := compare.Compare(compare.ConfineTo(b, a, seen))
	if !slices.Contains(got.Meaning, notice.NumberAltered) || !slices.Contains(got.Meaning, notice.IssuerAltered) || slices.Contains(got.Meaning, notice.DateAltered) {
		t.Errorf("%+v", got)
	}
}
