package crawler

import (
	"regexp"
	"slices"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// articleLabels are facts that only an article prints about itself.
var articleLabels = textzh.NewWords(
	"发布时间", "发布日期", "发文日期", "成文日期", "生成日期", "索引号", "索 引 号", "发文字号", "文　　号", "发布机构", "信息来源",
)

// footerWords stand in the lines at the foot of a site.
var footerWords = textzh.NewWords(
	"版权所有", "©", "备案", "主办单位", "承办单位", "主办：", "主办:", "承办：", "承办:", "标识码", "技术支持", "建议使用", "邮政编码", "联系电话",
	"Copyright", "copyright", "COPYRIGHT",
)

// fileTypes are the endings of files that belong to documents.
var fileTypes = []string{
	".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ofd", ".wps", ".et", ".ceb", ".zip", ".rar", ".7z", ".ppt", ".pptx", ".txt", ".jpg", ".jpeg", ".png", ".tif", ".tiff",
}

// browserAdvice is the line on what a site is best looked at with. That a page
// checks the browser is another matter.
var browserAdvice = regexp.MustCompile(`(?:推荐|分辨率|版本|兼容|升级|IE|ie|Chrome|谷歌)[^。]{0,20}浏览器|浏览器[^。]{0,20}(?:推荐|分辨率|版本|兼容|IE|Chrome|访问本)`)

func footer(t string) bool {
	return footerWords.In(t) || strings.Contains(t, "浏览器") && browserAdvice.MatchString(t)
}

func isFileLink(href string) bool {
	if i := strings.IndexAny(href, "?#"); i >= 0 {
		href = href[:i]
	}
	if i := strings.LastIndexByte(href, '.'); i >= 0 && len(href)-i <= 5 {
		return slices.Contains(fileTypes, strings.ToLower(href[i:]))
	}
	return false
}

// holdsDate finds a year of this or the last century that a month follows.
func holdsDate(s string) bool {
	for i := 0; i+6 <= len(s); i++ {
		if (s[i] != '1' || s[i+1] != '9') && (s[i] != '2' || s[i+1] != '0') || !isDigit(s[i+2]) || !isDigit(s[i+3]) {
			continue
		}
		rest := strings.TrimLeft(s[i+4:], " ")
		for _, sep := range []string{"-", "/", ".", "年"} {
			if m, ok := strings.CutPrefix(rest, sep); ok && m != "" && startsDigit(m) {
				return true
			}
		}
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// sign is one trace that a block, challenge or error page leaves.
type sign struct {
	needle  string // in lower case
	outcome notice.Outcome
	who     string
}

// codeSigns stand in markup and scripts. Pages that a protection lets through
// may hold them too, so they count only where hardly any text is to be read.
// Sources: the vendors' public pages and DOMAIN.md §4.7.
var codeSigns = []sign{
	{"$_ts", notice.ChallengeJS, "Ruishu (瑞数)"},
	{"__jsl_clearance", notice.ChallengeJS, "Jiasule (加速乐)"},
	{"__jsluid", notice.ChallengeJS, "Jiasule (加速乐)"},
	{"acw_sc__v", notice.ChallengeJS, "Alibaba Cloud WAF"},
	{"_____tmd_____", notice.ChallengeJS, "Alibaba Cloud WAF"},
	{"aliyun_waf", notice.ChallengeJS, "Alibaba Cloud WAF"},
	{"aliyuncaptcha", notice.ChallengeJS, "slider (滑块验证)"},
	{"eo_bot_ssid", notice.ChallengeJS, "EdgeOne"},
	{"__tst_status", notice.ChallengeJS, "EdgeOne"},
	{"edgeone", notice.BlockedWAF, "EdgeOne"},
	{"wzws_confirm", notice.ChallengeJS, "WZWS (网站卫士)"},
	{"wzws_sessionid", notice.ChallengeJS, "WZWS (网站卫士)"},
	{"wzws", notice.BlockedWAF, "WZWS (网站卫士)"},
	{"x5secdata", notice.ChallengeJS, "Alibaba Cloud WAF"},
	{"bm-verify", notice.ChallengeJS, "Akamai"},
	{"sec-if-cpt", notice.ChallengeJS, "Akamai"},
	{"/_sec/cp_challenge", notice.ChallengeJS, "Akamai"},
	{"/tspd/", notice.ChallengeJS, "F5"},
	{"bobcmn", notice.ChallengeJS, "F5"},
	{"/_fs-ch-", notice.ChallengeJS, "Fastly"},
	{"azwaf", notice.ChallengeJS, "Azure"},
	{"internet-rimon", notice.BlockedWAF, "Rimon"},
	{"perfdrive.com", notice.ChallengeJS, "Radware"},
	{"shieldsquare", notice.ChallengeJS, "Radware"},
	{"sgcaptcha", notice.ChallengeJS, "SiteGround"},
	{"rbzns", notice.ChallengeJS, "Reblaze"},
	{"__qrator", notice.ChallengeJS, "Qrator"},
	{"/huadong_", notice.ChallengeJS, "BT WAF (宝塔)"},
	{"yunsuologo", notice.BlockedWAF, "Yunsuo (云锁)"},
	{"security_verify_data", notice.ChallengeJS, "Yunsuo (云锁)"},
	{"safedog", notice.BlockedWAF, "Safedog (安全狗)"},
	{"aqb_cc", notice.BlockedWAF, "Anquanbao (安全宝)"},
	{"websaas.cn", notice.BlockedWAF, "DBAPP (安恒)"},
	{"ks-waf", notice.BlockedWAF, "Knownsec (知道创宇)"},
	{"yd_cookie", notice.ChallengeJS, "Yundun (云盾)"},
	{"yundun.com", notice.BlockedWAF, "Yundun (云盾)"},
	{"waf_captcha", notice.ChallengeJS, "slider (滑块验证)"},
	{"slidercaptcha", notice.ChallengeJS, "slider (滑块验证)"},
	{"slideverify", notice.ChallengeJS, "slider (滑块验证)"},
	{"geetest", notice.ChallengeJS, "slider (滑块验证)"},
	{"tcaptcha", notice.ChallengeJS, "slider (滑块验证)"},
	{"_cf_chl_opt", notice.ChallengeJS, "Cloudflare"},
	{"cf-browser-verification", notice.ChallengeJS, "Cloudflare"},
	{"cf-error-details", notice.BlockedWAF, "Cloudflare"},
	{"_incapsula_resource", notice.ChallengeJS, "Imperva"},
	{"captcha-delivery.com", notice.ChallengeJS, "DataDome"},
	{"px-captcha", notice.ChallengeJS, "PerimeterX"},
	{"awswafintegration", notice.ChallengeJS, "AWS WAF"},
	{"awswaf.com", notice.ChallengeJS, "AWS WAF"},
	{"gokuprops", notice.ChallengeJS, "AWS WAF"},
	{"sl-challenge", notice.ChallengeJS, "SafeLine (雷池)"},
	{"/.safeline/static", notice.BlockedWAF, "SafeLine (雷池)"},
	{"safeline", notice.BlockedWAF, "SafeLine (雷池)"},
	{"chaitin", notice.BlockedWAF, "SafeLine (雷池)"},
	{"btwaf", notice.BlockedWAF, "BT WAF (宝塔)"},
	{"yunsuo", notice.ChallengeJS, "Yunsuo (云锁)"},
	{"/_guard/", notice.ChallengeJS, "Guard (自研盾)"},
	{"ddos-guard", notice.ChallengeJS, "DDoS-Guard"},
	{"sucuri_cloudproxy_js", notice.ChallengeJS, "Sucuri"},
	{"anubis_challenge", notice.ChallengeJS, "Anubis"},
	{"kpsdk", notice.ChallengeJS, "Kasada"},
	{"g-recaptcha", notice.ChallengeJS, "reCAPTCHA"},
	{"h-captcha", notice.ChallengeJS, "hCaptcha"},
	{"cf-turnstile", notice.ChallengeJS, "Cloudflare"},
	{"errors.edgesuite.net", notice.BlockedWAF, "Akamai"},
	{"errors.aliyun.com", notice.BlockedWAF, "Alibaba Cloud WAF"},
	{"generated by cloudfront", notice.BlockedWAF, "CloudFront"},
	{"365cyd", notice.BlockedWAF, "Chuangyudun (创宇盾)"},
	{"https_waf_cookie", notice.ChallengeJS, ""},
	{"waf-static.tencent.com", notice.BlockedWAF, "Tencent Cloud WAF"},
	{"potential threats to the server", notice.BlockedWAF, "Alibaba Cloud WAF"},
	{"可能对网站造成安全威胁", notice.BlockedWAF, "Alibaba Cloud WAF"},
	{"huaweicloudwaf", notice.BlockedWAF, "Huawei Cloud WAF"},
	{"notice-jiasule", notice.BlockedWAF, "Jiasule (加速乐)"},
	{"static.jiasule.com", notice.BlockedWAF, "Jiasule (加速乐)"},
	{"security_session_verify", notice.ChallengeJS, "Yunsuo (云锁)"},
	{"awsc/awsc.js", notice.ChallengeJS, "slider (滑块验证)"},
	{"orchestrate/chl_page", notice.ChallengeJS, "Cloudflare"},
	{"qcloud.com/static/webblock", notice.BlockedWAF, "Tencent Cloud"},
	{"dbappwaf", notice.BlockedWAF, "DBAPP (安恒)"},
}

// upstream says that the network in front of a site is well and the server
// behind it is not.
var upstream = regexp.MustCompile(`error code:? ?5\d\d\b|\berror\s+10(?:0[0124]|1[1468]|23)\b|wasn.t able to connect to the origin|attempted to establish a connection with the origin|origin (?:dns error|is unreachable)|backend fetch failed|unable to resolve your requested domain`)

// geoSigns say that our place in the world is the reason.
var geoSigns = []string{
	"geobl", "geoip", "geo-block", "block access from your country", "banned the country or region",
	"not available in your country", "not available in your region", "not available in your location",
	"access denied from your region", "您所在的地区", "您所在地区", "您所在的国家", "所在区域", "禁止境外", "境外访问", "境外ip",
	"海外ip", "归属境外", "仅限境内", "仅限中国大陆", "非中国大陆", "地域封禁", "地域限制", "地区访问限制", "区域封禁",
}

// wordSigns stand in the text that people read. They count in short answers
// without the marks of an article.
var wordSigns = []sign{
	{"您的访问被拦截", notice.BlockedWAF, ""}, {"您的请求被拦截", notice.BlockedWAF, ""},
	{"访问被拦截", notice.BlockedWAF, ""}, {"请求被拦截", notice.BlockedWAF, ""}, {"已被拦截", notice.BlockedWAF, ""},
	{"访问被阻断", notice.BlockedWAF, ""}, {"访问被拒绝", notice.BlockedWAF, ""}, {"访问被禁止", notice.BlockedWAF, ""},
	{"访问已被禁止", notice.BlockedWAF, ""},
	{"拦截提示", notice.BlockedWAF, ""},
	{"访问过于频繁", notice.BlockedWAF, ""}, {"访问频率过高", notice.BlockedWAF, ""}, {"操作过于频繁", notice.BlockedWAF, ""},

	{"疑似攻击", notice.BlockedWAF, ""},
	{"不合法参数", notice.BlockedWAF, ""}, {"非法请求", notice.BlockedWAF, ""},
	{"ip地址已被", notice.BlockedWAF, ""},
	{"网站防火墙", notice.BlockedWAF, ""},
	{"滑动验证", notice.ChallengeJS, "slider (滑块验证)"},

	{"正在进行安全检", notice.ChallengeJS, ""}, {"浏览器安全检查", notice.ChallengeJS, ""},
	{"正在检查您的浏览器", notice.ChallengeJS, ""},
	{"请开启javascript", notice.ChallengeJS, ""}, {"请启用javascript", notice.ChallengeJS, ""},
	{"enable javascript and cookies", notice.ChallengeJS, ""}, {"please enable cookies", notice.ChallengeJS, "Cloudflare"},
	{"enable js and disable any ad blocker", notice.ChallengeJS, "DataDome"},
	{"just a moment...", notice.ChallengeJS, "Cloudflare"}, {"attention required", notice.BlockedWAF, "Cloudflare"},
	{"checking your browser", notice.ChallengeJS, "Cloudflare"}, {"checking if the site connection is secure", notice.ChallengeJS, "Cloudflare"},
	{"verifying device", notice.ChallengeJS, ""}, {"verifying your device", notice.ChallengeJS, ""},
	{"verify you are human", notice.ChallengeJS, ""}, {"verifying you are human", notice.ChallengeJS, ""},
	{"are you a robot", notice.ChallengeJS, ""}, {"not a robot", notice.ChallengeJS, ""}, {"not a bot", notice.ChallengeJS, ""},
	{"human verification", notice.ChallengeJS, ""}, {"security checkpoint", notice.ChallengeJS, "Vercel"},
	{"you have been blocked", notice.BlockedWAF, ""}, {"has been blocked", notice.BlockedWAF, ""}, {"request is blocked", notice.BlockedWAF, "Azure"},
	{"request blocked", notice.BlockedWAF, ""}, {"request could not be satisfied", notice.BlockedWAF, "CloudFront"},
	{"you don't have permission to access", notice.BlockedWAF, ""}, {"access denied", notice.BlockedWAF, ""},
	{"access forbidden", notice.BlockedWAF, ""}, {"access to this page has been denied", notice.BlockedWAF, "PerimeterX"},
	{"incapsula incident id", notice.BlockedWAF, "Imperva"}, {"sucuri website firewall", notice.BlockedWAF, "Sucuri"},
	{"requested url was rejected", notice.BlockedWAF, "F5"}, {"your support id", notice.BlockedWAF, "F5"},
	{"mod_security", notice.BlockedWAF, "ModSecurity"}, {"web page blocked", notice.BlockedWAF, "FortiGate"},
	{"unusual traffic", notice.BlockedWAF, ""}, {"automated access", notice.BlockedWAF, ""}, {"too many requests", notice.BlockedWAF, ""},
	{"pardon our interruption", notice.ChallengeJS, "Imperva"}, {"made us think", notice.ChallengeJS, ""},
	{"one moment, please", notice.ChallengeJS, ""}, {"request is being verified", notice.ChallengeJS, ""},
	{"client challenge", notice.ChallengeJS, "Fastly"}, {"required part of this site couldn", notice.ChallengeJS, "Fastly"},
	{"banned you temporarily", notice.BlockedWAF, "Cloudflare"}, {"being rate limited", notice.BlockedWAF, "Cloudflare"},
	{"has banned your ", notice.BlockedWAF, "Cloudflare"}, {"to restrict access", notice.BlockedWAF, "Cloudflare"},
	{"blocked by our security service", notice.BlockedWAF, "Imperva"}, {"needs to review the security of your connection", notice.ChallengeJS, "Cloudflare"},
	{"网页已屏蔽", notice.BlockedWAF, "FortiGate"}, {"是不是人机", notice.ChallengeJS, ""}, {"正在确认你是", notice.ChallengeJS, ""},
	{"浏览器安全检", notice.ChallengeJS, ""}, {"访问太频繁", notice.BlockedWAF, ""}, {"请求过于频繁", notice.BlockedWAF, ""},
	{"访问频率过", notice.BlockedWAF, ""}, {"访问次数过多", notice.BlockedWAF, ""}, {"被列入黑名单", notice.BlockedWAF, ""},
	{"is not allowed by your organization", notice.BlockedWAF, ""}, {"נחסמ", notice.BlockedWAF, "Rimon"}, {"נחסם", notice.BlockedWAF, "Rimon"},
	{"err_access_denied", notice.BlockedWAF, "Squid"}, {"web application firewall", notice.BlockedWAF, ""},
}

// weakSigns are words of protections that articles use as well.
var weakSigns = []sign{
	{"web应用防火墙", notice.BlockedWAF, ""},
	{"黑客攻击", notice.BlockedWAF, ""},
	{"攻击行为", notice.BlockedWAF, ""},
	{"安全威胁", notice.BlockedWAF, ""},
	{"存在威胁", notice.BlockedWAF, ""},
	{"禁止访问", notice.BlockedWAF, ""},
	{"拒绝访问", notice.BlockedWAF, ""},
	{"访问受限", notice.BlockedWAF, ""},
	{"访问限制", notice.BlockedWAF, ""},
	{"异常访问", notice.BlockedWAF, ""},
	{"访问异常", notice.BlockedWAF, ""},
	{"拖动滑块", notice.ChallengeJS, "slider (滑块验证)"},
	{"完成验证", notice.ChallengeJS, ""},
	{"安全验证", notice.ChallengeJS, ""},
	{"人机验证", notice.ChallengeJS, ""},
	{"访问验证", notice.ChallengeJS, ""},
	{"输入验证码", notice.ChallengeJS, ""},
	{"云防护", notice.BlockedWAF, ""},
	{"访问频次", notice.BlockedWAF, ""},
	{"ip被", notice.BlockedWAF, ""},
	{"ip已被", notice.BlockedWAF, ""},
	{"向右滑动", notice.ChallengeJS, "slider (滑块验证)"},
	{"拖动下方", notice.ChallengeJS, "slider (滑块验证)"},
	{"正在验证", notice.ChallengeJS, ""},
	{"安全检测中", notice.ChallengeJS, ""},
	{"滑块", notice.ChallengeJS, "slider (滑块验证)"},
	{"环境检测", notice.ChallengeJS, ""},
	{"频率过快", notice.BlockedWAF, ""},
	{"has been denied", notice.BlockedWAF, ""},
	{"已被限制", notice.BlockedWAF, ""},
	{"已屏蔽", notice.BlockedWAF, ""},
	{"黑名单", notice.BlockedWAF, ""},
}

func findSign(haystack string, signs []sign) (sign, bool) {
	for _, s := range signs {
		if strings.Contains(haystack, s.needle) {
			return s, true
		}
	}
	return sign{}, false
}

func saysGeo(haystack string) bool {
	for _, g := range geoSigns {
		if strings.Contains(haystack, g) {
			return true
		}
	}
	return geoRules.MatchString(haystack)
}

func startsDigit(s string) bool {
	s = strings.TrimLeft(s, " ")
	return s != "" && isDigit(s[0])
}
