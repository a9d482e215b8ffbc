package classify

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// unit is a printed unit with its factor to the base unit.
type unit struct {
	name   string
	factor float64
	base   string
}

// units, longest first where one begins another. Power is counted in GW, energy in
// TWh, coal equivalent in tce, areas in square metres.
var units = []unit{
	{"克标准煤/千瓦时", 1, "gce/kWh"}, {"元/吨标准煤", 1, "CNY/tce"}, {"元/千瓦时", 1, "CNY/kWh"}, {"元/千瓦", 1, "CNY/kW"}, {"元/吨", 1, "CNY/t"}, {"元/平方米", 1, "CNY/m2"},
	{"万亿元", 1e12, "CNY"}, {"亿元", 1e8, "CNY"}, {"万元", 1e4, "CNY"}, {"元", 1, "CNY"},
	{"亿千瓦时", 0.1, "TWh"}, {"亿度", 0.1, "TWh"}, {"万千瓦时", 1e-5, "TWh"}, {"千瓦时", 1e-9, "TWh"},
	{"亿千瓦", 100, "GW"}, {"万千瓦", 0.01, "GW"}, {"吉瓦时", 1e-3, "TWh"}, {"吉瓦", 1, "GW"}, {"兆瓦时", 1e-6, "TWh"}, {"兆瓦", 1e-3, "GW"}, {"千瓦", 1e-6, "GW"},
	{"亿吨标准煤", 1e8, "tce"}, {"亿吨标煤", 1e8, "tce"}, {"万吨标准煤", 1e4, "tce"}, {"万吨标煤", 1e4, "tce"}, {"吨标准煤", 1, "tce"}, {"吨标煤", 1, "tce"},
	{"亿吨", 1e8, "t"}, {"万吨", 1e4, "t"}, {"吨", 1, "t"},
	{"亿平方米", 1e8, "m2"}, {"万平方米", 1e4, "m2"}, {"平方米", 1, "m2"}, {"万平方公里", 1e10, "m2"}, {"平方公里", 1e6, "m2"}, {"亿亩", 1e8 * 10000 / 15, "m2"}, {"万亩", 1e4 * 10000 / 15, "m2"}, {"亩", 10000.0 / 15, "m2"}, {"万公顷", 1e8, "m2"}, {"公顷", 1e4, "m2"},
	{"亿立方米", 1e8, "m3"}, {"万立方米", 1e4, "m3"}, {"立方米", 1, "m3"},
	{"万公里", 1e7, "m"}, {"公里", 1e3, "m"},
	{"万台（套）", 1e4, "台"}, {"万台(套)", 1e4, "台"}, {"万台套", 1e4, "台"}, {"万台", 1e4, "台"}, {"台（套）", 1, "台"}, {"台(套)", 1, "台"}, {"台套", 1, "台"}, {"台", 1, "台"},
	{"万辆", 1e4, "辆"}, {"辆", 1, "辆"}, {"万艘", 1e4, "艘"}, {"艘", 1, "艘"}, {"万套", 1e4, "套"}, {"套", 1, "套"},
	{"万户", 1e4, "户"}, {"户", 1, "户"}, {"万家", 1e4, "家"}, {"家", 1, "家"}, {"万个", 1e4, "个"}, {"个百分点", 1, "percentage point"}, {"百分点", 1, "percentage point"}, {"个", 1, "个"},
	{"项", 1, "项"}, {"座", 1, "座"}, {"万人次", 1e4, "人次"}, {"万人", 1e4, "人"}, {"条", 1, "条"}, {"处", 1, "处"}, {"种", 1, "种"}, {"件", 1, "件"},
	{"％", 1, "%"}, {"%", 1, "%"}, {"倍", 1, "times"}, {"成", 10, "%"},
}

// unitsBy holds the units by their first character.
var unitsBy = func() map[rune][]unit {
	by := map[rune][]unit{}
	for _, u := range units {
		r, _ := utf8.DecodeRuneInString(u.name)
		by[r] = append(by[r], u)
	}
	return by
}()

// counting units name things; without a comparator they need a verb that makes them.
var counting = map[string]bool{"个": true, "项": true, "家": true, "座": true, "条": true, "处": true, "种": true, "件": true, "套": true, "台": true, "户": true, "人": true, "人次": true, "辆": true, "艘": true, "m": true}

// notCounted are nouns after 个 that make a span of time, or a list, and no goal.
var notCounted = []string{"月", "工作日", "纳税年度", "年度", "自然年", "会计年度", "季度", "日历", "批次", "小时", "自然日", "方面", "部门", "环节", "章", "附件", "年", "周", "交易日", "领域", "类别", "步骤", "阶段", "原则", "等级", "重点领域", "组成部分"}

// clause reads the figures of one clause.
func (c *context) clause(s string) []notice.QuantTarget {
	var out []notice.QuantTarget
	for a, more := nextAmount(s, 0); more; a, more = nextAmount(s, a.to) {
		u, ok := unitAt(s[a.to:])
		if !ok || (a.from > 0 && (isDigit(s[a.from-1]) || s[a.from-1] == '.')) {
			continue
		}
		digits := s[a.low[0]:a.low[1]]
		low, ok := number(digits)
		if !ok || !c.wanted(s, a.from, a.to+len(u.name), u, digits) {
			continue
		}
		end := a.to + len(u.name)
		t := notice.QuantTarget{Unit: u.name, BaseUnit: u.base, Year: c.year, Hedged: c.hedged, Indicator: indicator(s[:a.from]), Scope: scope.FindString(s[:a.from])}
		switch u.name {
		case "个百分点":
			t.Unit = "百分点"
		case "％":
			t.Unit = "%"
		}
		if u.name == "成" {
			low, u.factor, t.Unit = low*10, 1, "%"
		}
		t.BaseYear = baseYear(s)
		t.Comparator = comparator(s, a.from, end)
		t.Value, t.Base = low, round(low*u.factor)
		if a.span {
			high, okHigh := number(s[a.high[0]:a.high[1]])
			if !okHigh {
				continue
			}
			t.Comparator = notice.GE
			upper := t
			upper.Value, upper.Base, upper.Comparator = high, round(high*u.factor), notice.LE
			out = append(out, t, upper)
			continue
		}
		out = append(out, t)
	}
	return append(out, c.worded(s)...)
}

// round takes the dust off binary fractions: 0.2 × 1e8 is 2e7.
func round(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return v
	}
	return r
}

func unitAt(s string) (unit, bool) {
	s2 := strings.TrimLeft(s, " ")
	if len(s2) != len(s) {
		return unit{}, false
	}
	r, _ := utf8.DecodeRuneInString(s)
	best := unit{}
	for _, u := range unitsBy[r] {
		if len(u.name) > len(best.name) && strings.HasPrefix(s, u.name) {
			best = u
		}
	}
	if best.name == "" {
		return unit{}, false
	}
	rest := s[len(best.name):]
	if best.base == "个" {
		counted := strings.TrimPrefix(strings.TrimPrefix(rest, "及"), "以上")
		for _, n := range notCounted {
			if strings.HasPrefix(counted, n) {
				return unit{}, false
			}
		}
	}
	if best.name == "元" && strings.HasPrefix(rest, "/") || best.name == "条" && strings.HasPrefix(rest, "规定") || best.name == "成" && !strings.HasPrefix(rest, "以上") && !strings.HasPrefix(rest, "左右") && rest != "" {
		return unit{}, false
	}
	return best, true
}

var hanDigits = map[rune]float64{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// number reads ASCII and full-width digits with separators, and Chinese numerals below ten thousand.
func number(s string) (float64, bool) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．':
			return '.'
		case r == ',':
			return -1
		}
		return r
	}, s)
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		return v, true
	}
	total, digit := 0.0, 0.0
	for _, r := range s {
		if d, ok := hanDigits[r]; ok {
			digit = d
			continue
		}
		scale := map[rune]float64{'十': 10, '百': 100, '千': 1000}[r]
		if scale == 0 {
			return 0, false
		}
		if digit == 0 {
			digit = 1
		}
		total, digit = total+digit*scale, 0
	}
	return total + digit, total+digit > 0
}

// baseYear is the year that a change is measured against: 较2023年, 比2020年, or 2021年 before 提高.
func baseYear(s string) int {
	if m := baseIn.FindStringSubmatch(s); m != nil {
		return atoi(m[1])
	}
	return 0
}

// scope is whom a figure binds, as far as its clause says; a record's subject region stands in otherwise.
var scope = regexp.MustCompile(`全国|全省|全市|全区|全自治区|本市|我省|城镇|农村|单个项目|每个\p{Han}{1,4}|每家企业|试点县|试点城市|重点工业领域|重点行业|重点领域|规模以上工业|公共机构|新建及改扩建\p{Han}{0,4}|新建建筑|既有建筑`)

// indicator is what the figure measures: the words before it without years and verbs.
func indicator(before string) string {
	s := indicatorNoise.ReplaceAllString(before, "")
	s = strings.Trim(s, " 　、")
	if utf8.RuneCountInString(s) > 30 {
		r := []rune(s)
		s = string(r[len(r)-30:])
	}
	return s
}

var indicatorNoise = regexp.MustCompile(`(?:到|至|力争|争取|确保|努力)*20\d\d年(?:底|末|前|初|度)*|(?:较|比|与)20\d\d年(?:相比)?|力争|争取|原则上|分别|累计|达到?了?|实现|不低于|不少于|不超过|不高于|控制在|超过|突破|提高|增长|下降|降低|左右|至少|最多|最高|每年|保持在?|完成`)
