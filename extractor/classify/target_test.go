package classify_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"govwatch/extractor/classify"
	"govwatch/fixtures/site"
	"govwatch/notice"
)

// want is a target as a test states it: value, unit, year, comparator; base and hedge where they matter.
type want struct {
	value  float64
	unit   string
	year   int
	sign   notice.Comparator
	base   int
	hedged bool
}

func same(got notice.QuantTarget, w want) bool {
	sign := got.Comparator == w.sign || w.sign == notice.EQ && got.Comparator == notice.GE || w.sign == notice.GE && got.Comparator == notice.EQ
	return got.Value == w.value && got.Unit == w.unit && got.Year == w.year && got.BaseYear == w.base && sign && got.Hedged == w.hedged
}

func TestThirtyFacts(t *testing.T) {
	t.Parallel()
	for text, w := range map[string]want{
		"2025年建筑用能中电力占比超过55%":              {55, "%", 2025, notice.GT, 0, false},
		"2025年城镇建筑可再生能源替代率达到8%":            {8, "%", 2025, notice.EQ, 0, false},
		"2025年新建超低能耗建筑面积比2023年增长0.2亿平方米以上": {0.2, "亿平方米", 2025, notice.GE, 2023, false},
		"2025年既有建筑节能改造面积比2023年增长2亿平方米以上":   {2, "亿平方米", 2025, notice.GE, 2023, false},
		"2025年城镇新建建筑全面执行绿色建筑标准":            {100, "%", 2025, notice.EQ, 0, false},
		"2025年配电网具备5亿千瓦左右分布式新能源接入能力":       {5, "亿千瓦", 2025, notice.Approx, 0, false},
		"2025年具备1200万台左右充电桩接入能力":           {1200, "万台", 2025, notice.Approx, 0, false},
		"2025年在运高效节能变压器占比较2021年提高超过10个百分点": {10, "百分点", 2025, notice.GT, 2021, false},
		"2027年抽水蓄能投运规模达到8000万千瓦以上":         {8000, "万千瓦", 2027, notice.GE, 0, false},
		"2027年需求侧响应能力达到最大负荷的5%以上":          {5, "%", 2027, notice.GE, 0, false},
		"2027年新能源发电量占比达到20%以上":             {20, "%", 2027, notice.GE, 0, false},
		"单个项目支持资金原则上不超过1亿元":                {1, "亿元", 0, notice.LE, 0, false},
		"每个行政村不超过20兆瓦":                     {20, "兆瓦", 0, notice.LE, 0, false},
		"2025年重点消费品国家标准与国际标准一致性达到96%以上":    {96, "%", 2025, notice.GE, 0, false},
		"2024年首批安排70个试点县":                  {70, "个", 2024, notice.EQ, 0, false},
		"2024—2026年每年最高奖励4500万元":           {4500, "万元", 2026, notice.LE, 0, false},
		"绿色算力用能中绿电占比80%以上":                 {80, "%", 0, notice.GE, 0, false},
		"2026年底绿色贷款余额超过2.5万亿元":             {2.5, "万亿元", 2026, notice.GT, 0, false},
		"2026年底绿色金融网点超过100家":               {100, "家", 2026, notice.GT, 0, false},
		"2026年新增转型金融超过3000亿元":              {3000, "亿元", 2026, notice.GT, 0, false},
		"按节能量奖励不超过1200元/吨标准煤":              {1200, "元/吨标准煤", 0, notice.LE, 0, false},
		"奖励不超过总投资的25%":                     {25, "%", 0, notice.LE, 0, false},
		"力争到2025年数据中心绿电占比达到50%":            {50, "%", 2025, notice.EQ, 0, true},
		"2025年能效标杆水平产能比例达到35%":             {35, "%", 2025, notice.EQ, 0, false},
		"2025年新能源汽车保有量超过300万辆":             {300, "万辆", 2025, notice.GT, 0, false},
		"2027年设备投资规模较2023年增长25%以上":         {25, "%", 2027, notice.GE, 2023, false},
		"2027年报废汽车回收拆解量80万辆左右":             {80, "万辆", 2027, notice.Approx, 0, false},
		"2025年完成400个产品碳足迹核算":               {400, "个", 2025, notice.EQ, 0, false},
		"2027年光伏建筑一体化累计装机力争超过40万千瓦":        {40, "万千瓦", 2027, notice.GT, 0, true},
		"抵销比例不超过当年核定排放量的5%":                {5, "%", 0, notice.LE, 0, false},
	} {
		got := classify.Targets(text+"。", 2024)
		if len(got) != 1 || !same(got[0], w) {
			t.Errorf("%s: got %+v, want %+v", text, got, w)
		}
	}
}

func TestFiguresThatAreNoTargets(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"2024年第15号", "国能发科技规〔2024〕26号", "根据第3条规定", "附件1", "联系电话：010-68505555", "“十四五”规划", "落实“30·60”目标", "温升控制在1.5℃以内的努力",
		"2024年3月12日", "一期工程", "入选全国100强", "截至2023年底，全省新能源装机达到3000万千瓦", "2023年全省绿色贷款余额达到1.2万亿元", "目前已建成充电桩20万台", "同比增长12.5%",
		"处1万元以上5万元以下罚款", "自收到材料之日起15个工作日内办结", "市场监管总局等7个部门", "分为3个阶段", "有效期5年", "提出5个方面18项措施", "国家发展改革委等六部门", "《广东省规划（2021—2025年）》",
		"到2025年，重点任务有3个", "本方案共12条", "涉及2个以上部门的事项", "至少3个工作日前告知", "近3个年度未受处分",
	} {
		if got := classify.Targets(text+"。", 2024); len(got) != 0 {
			t.Errorf("%s: read %+v", text, got)
		}
	}
}

func TestYearIsInheritedByLaterClauses(t *testing.T) {
	t.Parallel()
	got := classify.Targets("到2025年，建筑用能中电力占比超过55%，可再生能源替代率达到8%；新增改造面积2亿平方米以上。到2030年，占比达到60%以上。\n单个项目支持资金不超过1亿元。", 2024)
	var years []int
	for _, g := range got {
		years = append(years, g.Year)
		if g.Span.End <= g.Span.Start || g.Text == "" {
			t.Errorf("no span or text: %+v", g)
		}
	}
	if fmt.Sprint(years) != "[2025 2025 2025 2030 0]" {
		t.Errorf("years %v of %+v", years, got)
	}
}

func TestYearOfAListHoldsForItsItems(t *testing.T) {
	t.Parallel()
	got := classify.Targets("到2025年，主要目标如下：\n——能源消费强度下降13.5%。\n——非化石能源消费占比达到20%；到2030年达到25%。\n——装机规模达到3000万千瓦以上。\n单个项目补助不超过500万元。", 2024)
	var years []int
	for _, g := range got {
		years = append(years, g.Year)
	}
	if fmt.Sprint(years) != "[2025 2025 2030 2025 0]" {
		t.Errorf("years %v of %+v", years, got)
	}
}

func TestBaseUnitsAndWords(t *testing.T) {
	t.Parallel()
	for text, w := range map[string]struct {
		base float64
		unit string
	}{
		"到2027年装机达到8000万千瓦": {80, "GW"}, "到2027年装机达到0.8亿千瓦": {80, "GW"}, "到2027年不超过20兆瓦": {0.02, "GW"},
		"到2025年节能量达到100万吨标准煤": {1e6, "tce"}, "到2025年余额超过2.5万亿元": {2.5e12, "CNY"}, "到2025年面积达到1.5亿平方米": {1.5e8, "m2"},
		"到2025年产量翻一番": {2, "times"}, "到2025年绿电占一半以上": {50, "%"}, "到2025年占比达到三成以上": {30, "%"}, "到2025年储能规模超过１２００万千瓦": {12, "GW"},
		"到2025年完成改造1,200万平方米": {1.2e7, "m2"},
	} {
		got := classify.Targets(text, 2024)
		if len(got) != 1 || math.Abs(got[0].Base-w.base) > w.base*1e-9 || got[0].BaseUnit != w.unit {
			t.Errorf("%s: got %+v, want %g %s", text, got, w.base, w.unit)
		}
	}
	if got := classify.Targets("到2025年占比达到5%-10%", 2024); len(got) != 2 || got[0].Value != 5 || got[1].Value != 10 {
		t.Errorf("range: %+v", got)
	}
}

// seedPolicy is one policy of the newsletter that the project started from.
type seedPolicy struct {
	N       int
	Section string
	Title   string   `json:"zh_title"`
	English string   `json:"en_title"`
	Issuers []string `json:"issuers_zh"`
	Targets []struct {
		Text       string `json:"text_zh"`
		Value      any
		Unit       string
		Year       int
		BaseYear   int `json:"base_year"`
		Comparator string
	} `json:"key_targets"`
}

func seeds(t *testing.T) []seedPolicy {
	t.Helper()
	var f struct{ Policies []seedPolicy }
	if err := json.Unmarshal(site.SeedPolicies(), &f); err != nil {
		t.Fatal(err)
	}
	return f.Policies
}

// distractors stand around the sentences of the newsletter: figures that are no targets.
var distractors = []string{
	"2023年，全省新能源装机达到3000万千瓦，占比提高到45%。", "本方案共5章18条。", "联系电话：010-68505555。", "根据国办发〔2023〕19号文件精神，召开3次专题会议。", "截至2023年底，已建成充电桩20万台。",
}

func TestKeyTargetsOfTheSeed(t *testing.T) {
	t.Parallel()
	found, all, wrong := 0, 0, 0
	for _, p := range seeds(t) {
		for _, k := range p.Targets {
			v, ok := k.Value.(float64)
			if !ok {
				continue
			}
			all++
			w := want{value: v, unit: strings.TrimSuffix(k.Unit, "/年"), year: k.Year, base: k.BaseYear, sign: notice.Comparator(k.Comparator)}
			if k.Comparator == "target" {
				w.hedged, w.sign = true, notice.EQ
				if strings.Contains(k.Text, "超过") {
					w.sign = notice.GT
				}
			}
			text := k.Text
			if k.Year > 0 && !strings.Contains(text, fmt.Sprint(k.Year)) {
				text = fmt.Sprintf("到%d年，%s", k.Year, text)
			}
			body := distractors[0] + "\n" + distractors[1] + "\n" + text + "。\n" + strings.Join(distractors[2:], "\n")
			hit := false
			for _, got := range classify.Targets(body, 2024) {
				if same(got, w) {
					hit = true
					continue
				}
				wrong++
				t.Errorf("seed %d %s: false target %+v", p.N, k.Text, got)
			}
			if hit {
				found++
			} else {
				t.Logf("seed %d: missed %s (%+v)", p.N, k.Text, w)
			}
		}
	}
	t.Logf("%d of %d key targets, %d false", found, all, wrong)
	if all != 47 || found*10 < all*9 {
		t.Errorf("%d of %d key targets, want at least 90 %% of 47", found, all)
	}
}

func FuzzTargets(f *testing.F) {
	f.Add("到2025年，占比超过55%")
	f.Add("（（（，5%-")
	f.Add("\xff20\xe5年，１２%")
	f.Add("一百二十三万亿元以上，〔2024〕")
	f.Fuzz(func(t *testing.T, s string) {
		for _, g := range classify.Targets(s, 2024) {
			if g.Span.Start < 0 || g.Span.End > len(s) || g.Span.Start > g.Span.End {
				t.Errorf("span %+v outside %d bytes", g.Span, len(s))
			}
		}
	})
}
