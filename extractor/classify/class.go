package classify

import (
	"regexp"
	"slices"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Judgement is a class with the rule and the words that decided.
type Judgement struct {
	Class  notice.Class
	Rule   string
	Words  string
	Weight float64
}

var (
	numberYear = regexp.MustCompile(`[〔\[（(]?((?:19|20)\d\d)[〕\]）)]?`)
	// mark is a sign before the title proper: 【关注】, [置顶].
	mark = regexp.MustCompile(`^(?:[【\[][^】\]]{1,8}[】\]]\s*)+`)
	// tail is what stands in brackets after the title: （试行）, （2024年版）, （沪府令57号）, （废止）.
	tail = regexp.MustCompile(`[（(][^（）()]{0,40}[）)]\s*$`)
	// numbered ends titles that are nothing but an issuer and a number: 令第15号, 公告2024年第1号.
	numbered = regexp.MustCompile(`(?:\d{4}年)?第?\d+号$`)
	// named are nouns of official texts that may stand inside a title: 核算与报告指南 发电设施.
	named = newPattern("指南|规范|标准|办法|规划|方案|条例|导则|名录|目录|规程|规定|细则", `指南|规范|标准|办法|规划|方案|条例|导则|名录|目录|规程|规定|细则`)
	// quoted is an inner title; its words say nothing of the document that names it.
	quoted = regexp.MustCompile(`《[^《》]*(?:《[^《》]*》[^《》]*)*》?`)

	explains = newPattern("图|漫画|动漫|频|解读|读懂|问|答|速览|一览|吹风会|专家|权威|释义|重点|热点|解析|说明|Q&A", `[一二三四五六七八九十百\d]+[问答](?:[一二三四五六七八九十百\d]+答)?$|一图|图解|图说|图看|看图|长图|漫画|动漫|(?:短|微|音)?视频(?:解读|：|:)|解读|读懂|问答|答问|答记者|答疑|要点速览|要点一览|要点解读|吹风会|专家谈|专家解析|专家观点|权威解析|权威回应|条文释义|划重点|热点回应|政策解析|编制说明|起草说明|修订说明|制定说明|Q&A|常见问题`)
	opinions = newPattern("意见|草案|送审稿|听取|向社会|建议", `征求意见稿|征集.{0,60}意见的?(?:公告|通知|启事|函)?$|征集《[^》]+》.{0,12}建议|公开征求|征求.{0,80}意见|公众意见|征询.{0,20}意见|公开听取|听取(社会)?公众|向社会.{0,10}听取|意见征集|意见征询|草案[）)]|[（(][^（）()]{0,8}草案|草案公示|送审稿|意见稿`)
	feedback = newPattern("采纳|反馈|汇总|收集|情况|结果", `(采纳|反馈|汇总|收集)(情况|结果|的说明)|意见(的)?(采纳|反馈)|征求意见情况|结果反馈`)
	posts    = newPattern("任|免|聘|挂职|晋升|人为", `(任免职?|任职|免职|职务任免|任命|免去|聘任|续聘|解聘|挂职|试用期满|晋升)(职务|职级|有关人员|工作人员|人员)?(的|等)?(通知|决定|批复|函|公告)?$|同志.{0,12}(任|免|职)|等\d*人(为|任)|任免名单|人事任免|干部任免|(解聘|聘任|续聘).{0,24}(通知|决定)$`)
	hearing  = newPattern("处罚|罚决字|许可决定|执法文书", `行政处罚(决定|信息公开|信息公示|听证告知|事先告知)|处罚决定书|罚决字|行政许可决定书|不予处罚决定书|执法文书`)
	tender   = newPattern("采购|招标|中标|成交|比选|询价|竞|流标|废标|公告|单一来源|投标|拍卖|出让", `采购(项目)?(公告|结果|意向|合同|文件|需求)|招标|中标|成交(公告|结果|公示|通知)|比选|询价|竞争性(磋商|谈判)|竞价|流标|废标|遴选公告|更正公告|终止公告|单一来源|投标|拍卖|出让公告|挂牌出让`)
	hiring   = newPattern("招|聘|录用|面试|笔试|体检|资格复审|人才引进|遴选", `招聘|选聘|招录|公开招考|公开遴选|考试录用|录用公示|拟录用|拟聘|面试|笔试|体检|资格复审|人才引进公告`)
	publicly = newPattern("公示|拟", `公示(公告)?(期|表|名单|稿|版|材料)?$|公示（|的公示|拟(认定|入选|支持|推荐|表彰|任|命名|授予|立项|通过|批准|受理|作出).{0,30}(公示|名单|公告)`)
	inspect  = regexp.MustCompile(`抽检|抽查|不合格|核查处置|核查情况|风险控制情况|认证(审查)?公|GSP|GMP|检查结果|监测结果|检验结果|落实情况|监督检查情况|质量公告|质量检|备案名单|批准文件|送达|遗失|注销|吊销|撤销.{0,12}(许可|资质|登记)|听证会|停水|停电|放假|试鸣|系统(升级|维护|切换)|功能的|暂停(服务|办理)|受理(情况|公告)|审批意见|竣工|验收|环境影响评价|环评|中签|摇号|入围|登记情况|点位|举办|作品|征集|领取|报名|缴费|年检|年报|资格审查|结果的?(公告|公示|通告|通报)?$|开通|办公地点|搬迁办公|启用.{0,10}(印章|专用章)|供应.{0,20}房源`)
	results  = regexp.MustCompile(`抽检|抽查|不合格|核查处置|风险控制情况|检查结果|监测结果|检验结果|质量检|中签|摇号|入围|验收结果`)
	yearly   = newPattern("报告|年报|白皮书|统计数据|运行情况|天气|气候", `年度(工作)?报告$|(?:发展|评价|监测|调查|分析|评估)报告$|(?:天气|气候)(?:预报|公报|概况|影响评价)|工作报告$|年报$|情况(的)?报告$|白皮书$|统计数据|运行情况$`)
	guides   = newPattern("指南|指引|须知|流程|简介|手册|说明|攻略|提示", `(办事|申报|申领|申请|服务|操作|使用|填报|办理|报名|查询|缴费|宣传|业务|参保|入户|消费|出行|避险|自助)[^，。]{0,6}(指南|指引|须知|流程|简介|手册|说明|攻略)$|简介$|申报指南$|办理流程|温馨提示|友情提示|消费提示|(?:决算|预算)[^，。]{0,8}公开|公开情况说明$`)
	reported = regexp.MustCompile(`[！!？?]|召开|举行|举办|出席|会见|会谈|调研|考察|座谈|启动仪式|开幕|闭幕|揭牌|签约|赴.{1,12}(检查|指导|慰问)|新闻发布会|发布会|工作动态|创新高|同比|环比|增长\d|突破\d|首(个|批|家|座|台|次).{0,20}(建成|落地|投运|并网|开工|上线|启动|诞生)|媒体|记者|报道|侧记|纪实|综述|观察|评论|社论|您|你|咱|我们|啦|吗|如何|怎么|为什么|来了|请查收|速看|注意|提示|提醒|倡议|直播|回顾|盘点|亮点|成效|迈上|绽放|助力|跑出|按下|擦亮|绘就|谱写|培训班|开班|部署会|推进会|现场会|交流会|正式(发布|施行|实施|启动|印发|投运)|发布实施|出台|获批|上线|亮相|落户|入选|荣获|获评|并网发电|投产|开工|今起|即将|将于|起，|起将|实施！`)
	ordering = regexp.MustCompile(`禁止|限制|实施|执行|施行|调整|规范|标准公告|加强|废止|失效|修改|取消|暂停|停止|授权|委托|推行|开展|明确|公布.{0,30}(目录|标准|清单|名录)|发布.{0,30}(标准|目录|清单|办法|规定|规则|指南|名录)|印发|贯彻|管制|措施|综合执法|保护区|收费标准|范围的|试点|划定|划分|行使|有关事项|有关问题|确定|设立|变更|延长|行政执法`)
)

// pattern is an expression with the words of which a match holds at least one:
// looking for those first spares most titles the expression.
type pattern struct {
	need *textzh.Words
	re   *regexp.Regexp
}

func newPattern(need, expr string) pattern {
	return pattern{textzh.NewWords(strings.Split(need, "|")...), regexp.MustCompile(expr)}
}

// FindString returns the leftmost match, empty when there is none.
func (p pattern) FindString(s string) string {
	if !p.need.In(s) {
		return ""
	}
	return p.re.FindString(s)
}

// endings are the nouns in which titles of official documents end (DOMAIN: 文种 and
// the nouns that fill 《X》), longest first where one ends in another.
var endings = []string{
	"通知", "意见", "决定", "决议", "命令", "公报", "公告", "通告", "通报", "报告", "请示", "批复", "议案", "复函", "函", "纪要", "答复", "令",
	"条例", "规定", "办法", "细则", "规则", "规程", "方案", "计划", "规划", "纲要", "措施", "目录", "名录", "清单", "指南", "指引", "标准", "规范",
	"导则", "要点", "任务分工", "分工", "白皮书", "蓝皮书", "试行", "章程", "制度", "机制", "政策", "若干条", "条", "安排", "法", "预案", "准则", "大纲", "预算", "体系", "路线图", "计划表", "公约", "暂行", "解释", "补充规定", "修正案", "行动计划", "三年行动", "限额", "方法", "程序", "备忘录", "协议", "名单", "组成人员",
}

// covers are the words by which an issuer hands out, relays or ends a text.
var covers = []string{"关于", "印发", "转发", "批转", "下达", "贯彻", "公布", "发布", "废止", "修改", "同意", "制定", "出台"}

// Class decides what kind of thing a record is. The title decides where it can;
// number, head table, column and the body's opening words decide the rest.
func (u *Rules) Class(r notice.Record, in Input) Judgement {
	t := newTitle(r.Title)
	for _, rule := range []func(title, notice.Record, Input) (Judgement, bool){
		interpretationTitle, draftTitle, personnelTitle, proceduralTitle, publicTitle, byColumn, formalTitle, byText,
	} {
		if j, ok := rule(t, r, in); ok {
			return j
		}
	}
	return Judgement{notice.Other, "class.none", "", 0.4}
}

// title is a heading with the parts that the rules ask for.
type title struct {
	// full is the heading without white space and leading marks, outer the same
	// without quoted titles and bracketed tails.
	full, outer string
	// bare says that the heading is one quoted title and nothing else.
	bare bool
	// formal says that it reads like an official document's.
	formal bool
	ending string
	// mark is what was cut off in front: 【图解】.
	mark string
}

func newTitle(s string) title {
	s = strings.Join(strings.Fields(s), "")
	lead := ""
	if strings.HasPrefix(s, "【") || strings.HasPrefix(s, "[") {
		lead = mark.FindString(s)
		s = s[len(lead):]
	}
	s = strings.Trim(s, "\u200b\ufeff\"“”'")
	t := title{full: s, mark: lead}
	body := s
	for range 3 {
		body = withoutTail(body)
	}
	if inner, ok := strings.CutPrefix(body, "《"); ok && strings.HasSuffix(inner, "》") && strings.Count(inner, "《") == 0 {
		t.bare, body = true, strings.TrimSuffix(inner, "》")
	}
	t.outer = body
	if strings.Contains(body, "《") {
		t.outer = quoted.ReplaceAllString(body, "《》")
	}
	t.outer = numbered.ReplaceAllString(t.outer, "")
	t.ending = endingOf(t.outer)
	if t.ending == "" && strings.HasSuffix(t.outer, "《》") {
		t.ending = endingOf(strings.TrimRight(lastQuoted(body), "》"))
	}
	covered := slices.ContainsFunc(covers, func(w string) bool { return strings.Contains(t.outer, w) })
	t.formal = t.ending != "" && covered && !strings.ContainsAny(t.outer, "！？!?") && !strings.Contains(t.outer, "发布会介绍")
	return t
}

// withoutTail cuts one bracket at the end.
func withoutTail(s string) string {
	if !strings.HasSuffix(s, "）") && !strings.HasSuffix(s, ")") {
		return s
	}
	return strings.TrimSpace(tail.ReplaceAllString(s, ""))
}

func lastQuoted(s string) string {
	all := quoted.FindAllString(s, -1)
	if len(all) == 0 {
		return ""
	}
	x := strings.TrimSuffix(all[len(all)-1], "》")
	for range 2 {
		x = withoutTail(x)
	}
	return x
}

func endingOf(s string) string {
	best := ""
	for _, e := range endings {
		if len(e) > len(best) && strings.HasSuffix(s, e) {
			best = e
		}
	}
	return best
}
