package crawler

import (
	"regexp"

	"govwatch/notice"
)

// wordRule is a form that many protections share in their own words. It counts
// in pages with less text than most.
type wordRule struct {
	form    *regexp.Regexp
	outcome notice.Outcome
	// most is the longest content, in characters, in which the form is believed.
	most int
	// marked asks for a trace beside it that only a machine prints: an address, an
	// identifier of the event, the name of a product.
	marked bool
}

// wordRules are asked when no fixed sign was found: products differ in their
// nouns and agree in saying that a request was stopped, by whom, and where to complain.
var wordRules = []wordRule{
	{regexp.MustCompile(`(?:访问|请求|提交|行为|连接|ip|url)[^。！!?\n]{0,24}(?:被|自动|予以)[^。！!\n]{0,16}(?:拦截|阻断|阻止|拒绝|屏蔽|封禁|封锁)`), notice.BlockedWAF, 300, false},
	{regexp.MustCompile(`(?:拦截|阻断|屏蔽|阻止)了?(?:本次|此次|您的|该|当前|这次)[^。\n]{0,4}(?:访问|请求)|拦截(?:上报|提示|页面|时间|详情|原因)`), notice.BlockedWAF, 300, false},
	{regexp.MustCompile(`如果?您是(?:网站|站点)?管理员[^。\n]{0,6}请?[^。\n]{0,4}登录`), notice.BlockedWAF, 400, false},
	{regexp.MustCompile(`触发[^。\n]{0,8}(?:waf|防火墙|防护)|(?:网防g01|护卫神|d盾|安全狗|云锁|创宇盾|玄武盾|堡塔云waf|宝塔|加速乐|网站卫士|深信服|天融信|绿盟|启明星辰)[^。\n]{0,30}(?:拦截|阻断|阻止|风险|危险)`), notice.BlockedWAF, 160, false},
	{regexp.MustCompile(`(?:非法|恶意|危险|不合法|可疑)的?(?:参数|内容|请求|攻击|字符)|存在(?:安全)?风险|存在异常`), notice.BlockedWAF, 160, true},
	{regexp.MustCompile(`(?:正在|需要|请)[^。\n]{0,12}(?:人机|真人|浏览器)[^。\n]{0,8}(?:识别|校验|验证|检查)|验证您?是否是?真人|检查您的连接的安全性|按住滑块|拖动(?:到|至)最右`), notice.ChallengeJS, 300, false},
	{regexp.MustCompile(`\b(?:your|this|the)\s+(?:request|access|connection|visit|(?:web )?page|activity|ip(?: address)?)\b[^.\n]{0,60}\b(?:is|was|been|are)\s+(?:temporarily |automatically )?(?:blocked|denied|rejected|forbidden|intercepted)\b|\baccess to (?:this|the) (?:site|service|page|website|web page|resource)\b[^.\n]{0,60}\b(?:blocked|denied|forbidden|restricted|limited)\b`), notice.BlockedWAF, 700, false},
	{regexp.MustCompile(`\b(?:access denied|access blocked|request (?:blocked|denied|rejected)|unauthorized (?:request|activity)|error code: 10\d\d)\b`), notice.BlockedWAF, 2500, false},
	{regexp.MustCompile(`请(?:您)?(?:正确)?输入[^。\n]{0,10}验证码`), notice.ChallengeJS, 160, false},
	{regexp.MustCompile(`\b(?:crawlers?|bots?|spiders?|robots?|scraping) (?:is|are) not (?:allowed|permitted|welcome)`), notice.BlockedWAF, 160, false},
}

// geoRules say in a sentence that visitors from abroad are not served.
var geoRules = regexp.MustCompile(`(?:境外|海外|国外|中国大陆以外|港澳台)的?(?:用户|ip|地区|网络|访问|请求)[^。\n]{0,12}(?:禁止|限制|拒绝|无法访问|不能访问|暂不|不予|屏蔽)|(?:禁止|限制|不对|拒绝|屏蔽|不支持)[^。\n]{0,6}(?:境外|海外|国外)的?(?:用户|ip|地区|网络|访问|请求|流量)|归属地[^。\n]{0,8}(?:不在|限制|不允许)|(?:仅|只)(?:限|允许|对)(?:中国)?(?:境内|大陆|国内)的?(?:访问|用户|ip)|access from your country|your country (?:is|has been) (?:blocked|not)`)

// machineMark is what block pages print for the complaint.
var machineMark = regexp.MustCompile(`(?:事件|请求|拦截|防护|trace|event|request|incident|ray)\s*(?:id|编号|标识|ref)|\b(?:\d{1,3}\.){3}\d{1,3}\b|请联系(?:网站)?管理员|网站(?:安全|管理员)|防火墙|防护系统|网防|waf`)

// findRule asks the forms for a page of some length.
func findRule(lower string, l *look) (wordRule, string, bool) {
	for _, r := range wordRules {
		if l.content > r.most {
			continue
		}
		if m := r.form.FindString(lower); m != "" && (!r.marked || machineMark.MatchString(lower)) {
			return r, m, true
		}
	}
	return wordRule{}, "", false
}
