package crawler

import (
	"fmt"
	"govwatch/notice"
	"net/http"
	"strings"
)

// judgeSigns looks for protections. How much is to be read decides what counts.
func judgeSigns(a Answer, l *look, text string) (Verdict, bool) {
	if v, ok := judgeHeader(a, l); ok {
		return v, true
	}
	if !shortEnough(a, l) {
		return Verdict{}, false
	}
	lower := strings.ToLower(l.title + "\n" + l.words())
	if (a.Status < 400 || a.Status >= 500) && upstream.MatchString(lower) && l.docMarks() < 2 {
		return Verdict{notice.HTTP5xx, 0, "the network in front of the site cannot reach it: " + clip(l.title), ""}, true
	}
	if v, ok := judgeCode(a, l, text, lower); ok {
		return v, true
	}
	if (a.Status == http.StatusNotFound || a.Status == http.StatusGone) && goneWords.MatchString(lower) {
		return Verdict{}, false // an error page may give many reasons; the status is meant
	}
	return judgeWords(a, l, text, lower)
}

// shortEnough says that there may be nothing on the page but the message of a
// protection.
func shortEnough(a Answer, l *look) bool {
	switch {
	case a.Status >= 400 && l.content < 1600:
		return true
	case l.article:
		return false
	case l.han < 30:
		return l.content < 2500 // in English, with advice
	}
	return l.content < 400 && l.han < 320 && l.links < 25
}

// judgeCode looks for marks in markup and scripts. Protections leave them in
// pages they let through as well: without a status they count only where there
// is next to nothing to read and nothing of a document.
func judgeCode(a Answer, l *look, text, lower string) (Verdict, bool) {
	bare := l.content < 160 && !l.article && l.links < 15 && l.docMarks() < 2 && !l.framed()
	if !bare && a.Status < 400 {
		return Verdict{}, false
	}
	code := strings.ToLower(text[:min(len(text), 512<<10)])
	s, ok := findSign(code, codeSigns)
	w, said := weight{}, false
	if ok {
		w, said = weigh(l, lower)
	}
	switch {
	case ok && said && s.outcome == notice.BlockedWAF:
		return blocked(w.lead(), s.who, "") // one product both blocks and asks
	case ok && s.needle == "wzws" && saysGeo(code):
		return blocked(notice.BlockedGeo, s.who, "")
	case ok && (said || a.Status >= 400 || !l.says() || l.frames > 0):
		return blocked(s.outcome, s.who, "")
	case bare && cookieShell(text, l):
		return blocked(notice.ChallengeJS, "cookie shell", "a script sets a cookie and loads the page again")
	}
	return Verdict{}, false
}

func blocked(o notice.Outcome, who, why string) (Verdict, bool) {
	reason := "challenge"
	if o != notice.ChallengeJS {
		reason = "block"
	}
	if who != "" {
		reason += " by " + who
	}
	if why != "" {
		reason += ": " + why
	}
	return Verdict{o, 0, reason, ""}, true
}

// judgeHeader knows the fields with which protections own up.
func judgeHeader(a Answer, l *look) (Verdict, bool) {
	server := strings.ToLower(a.Header.Get("Server"))
	cookies := strings.ToLower(strings.Join(a.Header.Values("Set-Cookie"), "\n"))
	switch {
	case strings.EqualFold(a.Header.Get("Cf-Mitigated"), "challenge"):
		return blocked(notice.ChallengeJS, "Cloudflare", "")
	case a.Header.Get("X-Amzn-Waf-Action") != "":
		return blocked(notice.ChallengeJS, "AWS WAF", a.Header.Get("X-Amzn-Waf-Action"))
	case a.Header.Get("X-Sucuri-Block") != "":
		return blocked(notice.BlockedWAF, "Sucuri", "")
	case (a.Status == 521 || a.Status == 412) && (strings.Contains(cookies, "__jsl") || server != "cloudflare" && a.Status == 521):
		return blocked(notice.ChallengeJS, "Jiasule (加速乐)", fmt.Sprintf("status %d", a.Status))
	case a.Status == http.StatusPreconditionFailed:
		return blocked(notice.ChallengeJS, "Ruishu (瑞数)", "status 412")
	case a.Status == http.StatusAccepted && l.content < 100 && (len(a.Body) == 0 || l.markup):
		return blocked(notice.ChallengeJS, whoBlocks(a, ""), "status 202 without a page")
	}
	return Verdict{}, false
}

// whoBlocks names the protection or network in front of a site, by header.
func whoBlocks(a Answer, text string) string {
	server := strings.ToLower(a.Header.Get("Server") + " " + a.Header.Get("Via") + " " + a.Header.Get("X-Powered-By"))
	for _, k := range []struct{ in, who string }{
		{"cloudflare", "Cloudflare"}, {"cloudfront", "CloudFront"}, {"akamai", "Akamai"}, {"awselb", "AWS"},
		{"edgeone", "EdgeOne"}, {"wzws", "WZWS (网站卫士)"}, {"wangsu", "Wangsu (网宿)"}, {"pws/", "Wangsu (网宿)"},
		{"cdn ws", "Wangsu (网宿)"}, {"qianxin", "Qianxin (奇安信)"}, {"safedog", "Safedog (安全狗)"}, {"yundun", "Yundun (云盾)"},
		{"azure-application-gateway", "Azure"}, {"ddos-guard", "DDoS-Guard"}, {"qrator", "Qrator"}, {"nsfocus", "NSFOCUS (绿盟)"}, {"yunjiasu", "Baidu Yunjiasu"}, {"huaweicloud", "Huawei Cloud WAF"}, {"safeline", "SafeLine (雷池)"}, {"sucuri", "Sucuri"},
	} {
		if strings.Contains(server, k.in) {
			return k.who
		}
	}
	switch {
	case a.Header.Get("Cf-Ray") != "":
		return "Cloudflare"
	case a.Header.Get("X-Amz-Cf-Id") != "":
		return "CloudFront"
	case a.Header.Get("X-Iinfo") != "":
		return "Imperva"
	case a.Header.Get("Eo-Log-Uuid") != "":
		return "EdgeOne"
	case a.Header.Get("X-Azure-Ref") != "":
		return "Azure"
	case strings.Contains(text, "Reference #") || strings.Contains(text, "Reference&#32;&#35;"):
		return "Akamai"
	}
	if s, ok := findSign(strings.ToLower(text), codeSigns); ok {
		return s.who
	}
	return ""
}

// cookieShell is a page of a few hundred bytes that is nothing but a script.
func cookieShell(text string, l *look) bool {
	if l.content > 60 || len(text) > 24<<10 || !strings.Contains(text, "document.cookie") {
		return false
	}
	return strings.Contains(text, "location")
}
