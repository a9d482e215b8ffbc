package classify

import (
	"regexp"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Words of comparison. Before the figure the nearest one counts; after it only
// what follows at once. A bound after the figure (以上) wins over 达到 before it.
var (
	before = []struct {
		words []string
		sign  notice.Comparator
	}{
		{[]string{"不低于", "不少于", "不小于", "不得低于", "不得少于", "至少", "最低"}, notice.GE},
		{[]string{"不超过", "不高于", "不大于", "不得超过", "不得高于", "不多于", "控制在", "限制在", "最多", "最高", "至多", "上限为", "上限"}, notice.LE},
		{[]string{"超过", "突破", "高于", "大于", "多于"}, notice.GT},
		{[]string{"低于", "小于", "少于"}, notice.LT},
		{[]string{"达到", "实现", "为"}, notice.EQ},
	}
	after = []struct {
		word string
		sign notice.Comparator
	}{
		{"及以上", notice.GE}, {"（含）以上", notice.GE}, {"以上", notice.GE}, {"以下", notice.LE}, {"以内", notice.LE}, {"之内", notice.LE}, {"及以下", notice.LE},
		{"左右", notice.Approx}, {"上下", notice.Approx}, {"的目标", notice.EQ},
	}
	// adjoining words count only right before the figure: 超额, 节约 and 近零 are other words.
	adjoining = []struct {
		word string
		sign notice.Comparator
	}{{"超", notice.GT}, {"大约", notice.Approx}, {"约", notice.Approx}, {"约为", notice.Approx}, {"接近", notice.Approx}, {"近", notice.Approx}}
	// makes are verbs that turn a counted thing into a goal.
	makes = textzh.NewWords(strings.Split("完成|建成|建设|打造|培育|制定|制修订|修订|创建|推广|改造|新增|安排|名额|遴选|支持|形成|覆盖|淘汰|实施|布局|认定|发展|引进|达到|实现|增加|保有量|建立|推动|评选|公布|推出|落地|更新|报废|回收", "|")...)
	// reaches are verbs and nouns beside a measured figure.
	reaches = textzh.NewWords(strings.Split("达到|达|实现|为|提高|提升|增长|下降|降低|减少|增加|新增|完成|建成|占|比例|率|保持|控制|改造|推广|力争|争取|奖励|补助|补贴|支持|给予|按|具备|形成|规模|装机|能力|总量|消费|产量|面积|投资|资金|标准", "|")...)
	// listing are words that make a count a mere enumeration.
	listing = textzh.NewWords(strings.Split("共|等|以下|下列|上述|前款|提出|包括|分为|其中|第|这|那|该|各|有|成立|设|明确|聚焦|围绕|坚持|每|一是|某", "|")...)
)

// superlativeBytes is how far before a figure 最高 and 最多 still bound it; further
// away they belong to another noun (最高目标).
const superlativeBytes = 36

// comparator reads the relation of a figure s[from:to] to its goal.
func comparator(s string, from, to int) notice.Comparator {
	rest := s[to:]
	for _, a := range after {
		if strings.HasPrefix(rest, a.word) {
			return a.sign
		}
	}
	for _, a := range adjoining {
		if strings.HasSuffix(s[:from], a.word) {
			return a.sign
		}
	}
	best, at, size := notice.EQ, -1, 0
	for _, b := range before {
		for _, w := range b.words {
			i := strings.LastIndex(s[:from], w)
			if i >= 0 && strings.HasPrefix(w, "最") && (from-i > superlativeBytes || !bounds(s[i+len(w):])) {
				continue
			}
			// 不超过 ends where 超过 ends: the longer one was meant.
			if i >= 0 && (i+len(w) > at+size || i+len(w) == at+size && len(w) > size) {
				best, at, size = b.sign, i, len(w)
			}
		}
	}
	return best
}

// bounds reports that 最高 or 最低 limits what follows and is not part of a name (最低生活保障标准).
func bounds(rest string) bool {
	for _, w := range []string{"不", "可", "奖", "给", "达", "为", "补", "资", "支", "约", "贴", "按", "享"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return rest != "" && isDigit(rest[0])
}

// condition reports a figure that only says who is meant: 500万元以下的企业, 达到60%以上的，.
func condition(s string, from, to int) bool {
	rest := s[to:]
	for _, a := range after {
		if r, ok := strings.CutPrefix(rest, a.word); ok {
			return strings.HasPrefix(r, "的") && !containsAny(near(s[:from], 45), aims)
		}
	}
	return false
}

// aims are verbs that make even 80%以上的… a goal.
var aims = []string{"完成", "建成", "打造", "培育", "力争", "形成", "推广", "新增", "实现", "保持", "确保"}

// wanted reports that a figure is asked for and not only told.
func (c *context) wanted(s string, from, to int, u unit, digits string) bool {
	left := s[:from]
	compared := comparator(s, from, to) != notice.EQ
	han := digits[0] > 0x7f && !strings.ContainsAny(digits, "０１２３４５６７８９")
	switch {
	case strings.HasSuffix(left, "第") || strings.HasSuffix(left, "十四五") || strings.HasSuffix(left, "附件"):
		return false
	case han && counting[u.base] || strings.HasSuffix(left, "近") && counting[u.base]:
		return false
	case u.base != "%" && condition(s, from, to) || c.year == 0 && strings.HasSuffix(strings.TrimSpace(s), "的"):
		return false
	case counting[u.base] && compared:
		return true
	case counting[u.base]:
		return c.year > 0 && makes.In(near(left, 60)) && !listing.In(near(left, 12))
	case compared:
		return true
	case u.base == "%" && (strings.HasSuffix(left, "按") || strings.Contains(near(left, 30), "按")):
		return true
	}
	return c.year > 0 && reaches.In(near(left, 60))
}

// near is the end of s, about n bytes, on a rune's border.
func near(s string, n int) string {
	if len(s) <= n {
		return s
	}
	i := len(s) - n
	for i < len(s) && s[i]&0xC0 == 0x80 {
		i++
	}
	return s[i:]
}

var (
	doubled  = regexp.MustCompile(`翻([一两])番`)
	majority = regexp.MustCompile(`(一半|半数|过半)(以上)?`)
	// entire are the contexts in which 全面 and 全部 mean the whole of something counted.
	entire = regexp.MustCompile(`(?:新建|新增|既有|产能|建筑|车辆|机组|锅炉|企业|项目|园区|机关)[^，。]{0,24}?(?:全面(?:执行|达到|实现)[^，。]{0,14}标准|全部(?:完成|达到|实现|采用|执行|更新|淘汰)[^，。]{0,12})`)
)

// worded reads figures said in words: 翻一番, 一半以上, 全面执行…标准. They need a year.
func (c *context) worded(s string) []notice.QuantTarget {
	if c.year == 0 || !figureWords.In(s) {
		return nil
	}
	make := func(value float64, u, base string, sign notice.Comparator, at int) notice.QuantTarget {
		return notice.QuantTarget{Indicator: indicator(s[:at]), Value: value, Unit: u, Base: value, BaseUnit: base, Year: c.year, BaseYear: baseYear(s), Comparator: sign, Hedged: c.hedged}
	}
	var out []notice.QuantTarget
	if m := doubled.FindStringSubmatchIndex(s); m != nil {
		times := 2.0
		if s[m[2]:m[3]] == "两" {
			times = 4
		}
		out = append(out, make(times, "倍", "times", notice.EQ, m[0]))
	}
	if m := majority.FindStringIndex(s); m != nil && strings.Contains(s, "占") {
		out = append(out, make(50, "%", "%", notice.GE, m[0]))
	}
	if m := entire.FindStringIndex(s); m != nil && !strings.Contains(s, "%") {
		out = append(out, make(100, "%", "%", notice.EQ, m[1]))
	}
	return out
}
