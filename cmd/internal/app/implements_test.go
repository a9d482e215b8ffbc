package app_test

import (
	"errors"
	"testing"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
)

const (
	centralTitle  = "国务院关于印发《推动大规模设备更新和消费品以旧换新行动方案》的通知"
	centralNumber = "国发〔2024〕7号"
	ordinary      = "各有关单位要加强组织领导，压实工作责任，确保各项任务落到实处，并于每年年底前报送工作总结。"
)

// Two provinces answer, one of them twice; one only cites, one only reports.
func TestImplementationTable(t *testing.T) {
	t.Parallel()
	s := newStock(t)
	s.put(t, "gov", "http://www.gov.cn/c.htm", policyPage(centralTitle, centralNumber, "国务院", "2024-03-07", ordinary))
	answer := "为贯彻落实《国务院关于印发〈推动大规模设备更新和消费品以旧换新行动方案〉的通知》（国发〔2024〕7号）精神，制定本方案。"
	s.put(t, "sd-gov", "http://sd.gov.cn/late.htm", policyPage("山东省人民政府关于深化设备更新工作的通知", "鲁政发〔2024〕9号", "山东省人民政府", "2024-05-01", answer, ordinary))
	s.put(t, "sd-gov", "http://sd.gov.cn/first.htm", policyPage("山东省人民政府关于印发《山东省推动大规模设备更新实施方案》的通知", "鲁政发〔2024〕6号", "山东省人民政府", "2024-04-04", answer, ordinary))
	s.put(t, "gd-gov", "http://gd.gov.cn/a.htm", policyPage("广东省人民政府关于印发《广东省推动大规模设备更新实施方案》的通知", "粤府〔2024〕22号", "广东省人民政府", "2024-04-10", answer, ordinary))
	s.put(t, "js-gov", "http://js.gov.cn/b.htm", policyPage("江苏省人民政府关于公布先进集体名单的通知", "苏政发〔2024〕30号", "江苏省人民政府", "2024-04-12", ordinary, "有关情况参见《国务院关于加强招商引资工作的意见》（国发〔2024〕8号）。"))
	shelf := openShelf(t, s.cfg)
	for _, name := range []string{"国发[2024] 7号", centralTitle, "http://www.gov.cn/c.htm"} {
		table, err := shelf.Implements(t.Context(), name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(table.Provinces) != 31 || table.Answered != 2 || table.Number != centralNumber {
			t.Fatalf("%s: %d of %d provinces have answered %s", name, table.Answered, len(table.Provinces), table.Number)
		}
		for _, p := range table.Provinces {
			want, ok := map[string]struct {
				number string
				days   int
			}{"370000": {"鲁政发〔2024〕6号", 28}, "440000": {"粤府〔2024〕22号", 34}}[p.Region]
			if p.Answered != ok {
				t.Errorf("%s answered: %v", p.Name, p.Answered)
			}
			if ok && (p.Number != want.number || p.Days == nil || *p.Days != want.days || p.How != notice.Implements || p.URL == "") {
				t.Errorf("%s: %+v", p.Name, p)
			}
		}
	}
	if _, err := shelf.Implements(t.Context(), "粤府〔2024〕22号"); !errors.Is(err, app.ErrConfig) {
		t.Errorf("a provincial document: %v", err)
	}
	if _, err := shelf.Implements(t.Context(), "国发〔2024〕99号"); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("a document that is not held: %v", err)
	}
}
