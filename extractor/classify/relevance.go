package classify

import (
	"math"
	"slices"
	"strings"

	"govwatch/notice"
	"govwatch/notice/authority"
)

// Threshold separates documents that concern the climate from the rest. It was
// chosen on the labelled titles that are not set aside (testdata/labels.tsv).
const Threshold = 0.5

// Relevant is how far a document concerns the climate, 0 to 1, and why.
type Relevant struct {
	Score float64
	Rule  string
	Words []string
}

// The values of words in the climate gate.
const (
	strongWord = iota
	weakWord
	// faintWord is a weak word of ours: it needs the body's support.
	faintWord
	trapWord
)

// moreStrong and moreWeak go on where the shared gate stops: older policies speak of
// the same matters in other words.
var (
	moreStrong = []string{"合同能源管理", "生物柴油", "生物燃料", "沼气", "煤层气", "清洁取暖", "散煤", "电动汽车", "清洁能源", "减污降碳", "煤炭消费", "绿色生态城区", "海绵城市", "气候变化", "能源消费", "能源消耗", "单位GDP能耗", "节约能源", "核电", "热电联产", "太阳能", "生物质", "生物天然气", "电能替代", "岸电", "蓄能", "储能", "充换电", "换电", "热泵", "余热", "碳捕集", "碳普惠", "碳汇", "气候", "固碳", "含氟", "氢氟", "能源转型", "能源结构", "能源革命", "能源发展", "能源规划", "绿色电力", "绿色供电", "绿色产业", "电动化", "禁燃区", "高污染燃料", "焚烧发电", "能源监管", "绿色用电", "能源融合", "绿色航运", "绿色甲醇", "绿氢", "煤电", "抽蓄", "电解铝", "产能置换", "碳足迹", "节煤", "光热", "绿色金融", "绿色信贷", "绿色债券", "绿色贷款", "绿色保险", "绿色基金", "绿色信托", "绿色票据", "碳减排", "环境信息披露", "绿色出行", "公共领域车辆", "虚拟电厂", "源网荷储", "需求响应", "需求侧", "能源管理", "超低能耗", "近零能耗", "能源审计", "智能电网", "微电网", "特高压", "淘汰落后产能", "落后产能", "高耗能", "两高", "资源综合利用", "设备更新", "以旧换新", "绿色算力", "电力市场", "电力现货", "辅助服务", "峰谷", "分时电价", "绿色供应链", "绿色工厂", "绿色园区", "绿色矿山", "零排放", "超低排放"}
	moreWeak   = []string{"生态文明", "林业", "森林", "造林", "湿地", "大气", "锅炉", "煤炭", "燃煤", "天然气", "电价", "输电", "供热", "供暖", "排放", "资源节约", "集约", "清洁生产", "公交", "轨道交通", "铁路", "秸秆", "垃圾", "固体废物", "再生", "生态", "绿化", "气象", "海洋", "农机", "老旧车", "黄标车", "柴油", "水电", "消纳", "地热", "瓦斯", "装配式", "美丽中国", "高质量发展"}
	// traps hold a gate word by chance.
	traps = []string{"能源局", "能源监管局", "绿色通道", "绿色食品", "绿色殡葬", "能源基金会", "血液循环", "煤矿安全", "煤矿瓦斯抽", "水电站移民", "水电移民", "水电工程移民", "充电宝", "填充电", "再生育", "再生医学", "换电话", "换电子", "更换电", "轮换电", "气候宜人", "气候舒适", "气候公报", "气候概况", "气候特征", "气候特点", "低碳钢", "低碳合金", "低碳水", "新能源车主", "充电器", "手机充电", "能效果", "性能效", "职能效", "功能效", "分布式账本", "分布式存储", "分布式计算", "投资环境", "经济发展环境", "营商环境", "氢化可的松", "氢氧化钠", "氢氧化", "盐酸氢", "碳酸氢", "高碳钢"}
)

// always are the words of the exclusion list that hold for official documents
// too; the others (调研, 召开会议) only tell news.
var always = []string{"人事任免", "任免", "招聘", "采购公告", "中标", "成交公告"}

func climateWords(s authority.Scope) *matcher {
	var words []string
	put := func(list []string) {
		for _, w := range list {
			if !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	put(s.Strong)
	put(moreStrong)
	strong := len(words)
	put(s.Weak)
	weak := len(words)
	put(moreWeak)
	faint := len(words)
	put(traps)
	m := newMatcher(words)
	m.class = make([]int8, len(words))
	for i := range words {
		switch {
		case i < strong:
			m.class[i] = strongWord
		case i < weak:
			m.class[i] = weakWord
		case i < faint:
			m.class[i] = faintWord
		default:
			m.class[i] = trapWord
		}
	}
	return m
}

// gateWords are the different gate words of a text, the longest at each place,
// traps left out.
func (u *Rules) gateWords(text string) (strong, weak, faint []string) {
	end := 0
	at, word := -1, -1
	flush := func() {
		if word < 0 {
			return
		}
		w := u.gate.words[word]
		switch u.gate.class[word] {
		case strongWord:
			if !slices.Contains(strong, w) {
				strong = append(strong, w)
			}
		case weakWord:
			if !slices.Contains(weak, w) {
				weak = append(weak, w)
			}
		case faintWord:
			if !slices.Contains(faint, w) {
				faint = append(faint, w)
			}
		}
		end = at + len(w)
	}
	u.gate.each(text, func(w, i int) {
		switch {
		case i < end:
			return
		case i == at:
			if len(u.gate.words[w]) > len(u.gate.words[word]) {
				word = w
			}
		default:
			if at >= 0 && i < at+len(u.gate.words[word]) {
				return
			}
			flush()
			if i >= end {
				at, word = i, w
			}
		}
	})
	flush()
	return strong, weak, faint
}

// gateBytes is how much of a body the gate reads: two thousand signs.
const gateBytes = 6000

// Relevance judges by the words of the title first; the body's opening can lift a
// title that is silent, never one that is about people, tenders or meetings.
func (u *Rules) Relevance(r notice.Record) Relevant {
	title := squeezeTitle(matter(r.Title) + " " + r.SubjectTitle)
	strong, weak, faint := u.gateWords(title)
	body := r.Body
	if len(body) > gateBytes {
		body = body[:gateBytes]
	}
	bs, bw, _ := u.gateWords(body)
	text := math.Min(0.45, 0.06*float64(len(bs))+0.015*float64(len(bw)))
	out := Relevant{Words: slices.Concat(strong, weak, faint)}
	switch {
	case len(strong) > 0:
		out.Score, out.Rule = math.Min(1, 0.8+0.05*float64(len(strong)-1)+0.02*float64(len(weak))+text/4), "relevance.title"
	case len(weak) >= 2:
		out.Score, out.Rule = 0.45+0.05*float64(len(weak)-1)+text/2, "relevance.title.weak"
	case len(weak)+len(faint) >= 2:
		out.Score, out.Rule = 0.35+0.03*float64(len(weak)+len(faint))+text/2, "relevance.title.faint"
	case len(weak)+len(faint) == 1:
		out.Score, out.Rule = 0.25+text, "relevance.title.one"
	default:
		out.Score, out.Rule = text, "relevance.text"
	}
	if out.Rule != "relevance.title" && text > 0.1 {
		out.Words = append(out.Words, bs...)
	}
	official := newTitle(r.Title)
	for _, w := range u.book.Scope().ExcludeTitle {
		if !strings.Contains(title, w) || w == "表彰" || official.formal && isFinal(official.ending) && !slices.Contains(always, w) {
			continue
		}
		out.Score, out.Rule = out.Score*0.4, "relevance.exclude"
		break
	}
	out.Score = math.Round(math.Min(1, out.Score)*100) / 100
	return out
}

func squeezeTitle(s string) string { return strings.Join(strings.Fields(s), "") }
