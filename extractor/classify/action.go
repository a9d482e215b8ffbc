package classify

import (
	"strings"

	"govwatch/notice"
)

// Action is the instrument that a document uses.
type Action struct {
	Type   string
	Word   string
	Weight float64
}

// actions lists the instruments from the most to the least telling word: a plan
// that hands out money is funding, a notice that opens a pilot is a pilot.
var actions = []struct {
	kind  string
	words []string
}{
	{"funding", []string{"专项资金", "中央预算内投资", "奖励", "补贴", "补助", "奖补", "贴息", "资金管理", "资金安排", "资金计划", "财政支持", "金融支持", "金融服务", "绿色金融", "转型金融", "信贷", "投融资", "税收优惠", "补短板试点"}},
	{"market_rule", []string{"碳排放权交易", "碳交易", "碳市场", "配额", "电力市场", "市场交易", "现货", "辅助服务", "绿证", "绿电交易", "自愿减排", "价格机制", "电价", "交易规则", "交易管理", "保障性收购", "市场化"}},
	{"pilot", []string{"试点", "示范区", "试验区", "先行区", "先导区", "试行区"}},
	{"standard", []string{"标准体系", "国家标准", "行业标准", "技术规范", "标准提升", "排放标准", "限额", "导则", "规程", "技术要求", "能效水平", "核算指南", "核算方法", "计量"}},
	{"target", []string{"目标分解", "目标任务", "任务分解", "消纳责任权重", "考核办法", "目标责任", "指标计划", "降低指标"}},
	{"statistics", []string{"统计", "监测", "核算与报告", "数据质量", "普查", "公报", "考核结果", "考核情况", "评价结果"}},
	{"organisation", []string{"领导小组", "联席会议", "机构编制", "组成人员", "协调机制"}},
	{"law", []string{"条例", "法律", "修正案", "立法"}},
	{"project", []string{"核准", "项目清单", "建设方案", "可行性研究", "立项", "规划选址", "建设规模", "项目库"}},
	{"plan", []string{"规划", "行动计划", "行动方案", "实施方案", "工作方案", "总体方案", "纲要", "工作要点", "重点工作", "计划", "方案", "工作安排"}},
	{"measure", []string{"管理办法", "若干措施", "政策措施", "若干政策", "实施细则", "规定", "办法", "细则", "措施", "规则", "制度", "清单", "目录"}},
	{"guidance", []string{"指导意见", "实施意见", "若干意见", "意见", "指南", "指引", "倡议"}},
}

// ActionOf reads the instrument from the inner title, else the title, else the kind;
// empty when none of them names one.
func ActionOf(r notice.Record) Action {
	for i, text := range []string{r.SubjectTitle, r.Title, r.Kind} {
		if text == "" {
			continue
		}
		for _, a := range actions {
			for _, w := range a.words {
				if strings.Contains(text, w) {
					return Action{a.kind, w, 0.9 - 0.15*float64(i)}
				}
			}
		}
	}
	return Action{}
}
