package crawler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"govwatch/crawler"
	"govwatch/notice"
)

// Short documents that speak of blocks, checks, errors, upkeep and licences. Each
// is judged within the site's menu and foot and as a page of nothing else.
func TestDocumentsThatSpeakOfBlocksAreDocuments(t *testing.T) {
	t.Parallel()
	for title, body := range map[string]string{
		"关于网站系统升级维护的公告":        "因系统升级维护，本网站将于2026年1月2日18:00起暂停服务，期间网站无法访问，敬请谅解。|特此公告。|某某局|2026年1月1日",
		"关于政务服务网停机维护的通知":       "各用户：|政务服务网定于2026年5月6日22时起进行停机维护，届时系统将无法访问。|2026年5月5日",
		"关于启用短信验证码登录的通知":       "各企业：|自2026年3月1日起，登录填报系统时须输入验证码完成验证，请及时更新手机号码。|2026年2月20日",
		"警惕“验证码”诈骗":            "近期，有不法分子冒充工作人员，以拖动滑块、输入验证码等方式骗取个人信息。请广大群众提高警惕，不要向任何人透露验证码。",
		"关于规范数据接口访问频次的通知":      "有关单位：|对访问频率过高的账号实施访问限制，触发限制的IP将被封禁24小时。|2026年4月1日",
		"关于加强政府网站境外访问管理的通知":    "各单位：|根据网络安全工作要求，原则上禁止境外IP访问政务内网系统。|2026年4月1日",
		"关于清理未备案网站的通告":         "经核查，部分网站未备案即开展服务，逾期未备案的，将依法停止接入服务。|某某省通信管理局|2026年6月1日",
		"我市举办网络安全应急演练":         "5月6日，有关部门组织开展应急演练，模拟政务网站遭黑客攻击、页面被篡改、服务器异常等场景，检验了各单位的处置能力。",
		"本市一企业因存在安全威胁隐患被责令整改":  "执法人员检查发现，该企业存在重大安全威胁，生产装置未设置防护，依法责令停产整顿。",
		"某某公司拒绝访问检查被处罚":        "2026年3月，某某公司拒绝访问、阻碍执法人员进入现场检查，决定罚款5万元。",
		"关于林区防火期禁止访问的通告":       "2026年3月1日至5月31日为森林防火期，禁止访问林区核心区域，违者依法处理。",
		"关于异常访问账号处理情况的公示":      "经排查，以下账号存在异常访问行为，现予以停用：|账号：甲、乙|2026-03-02",
		"关于宣布部分规范性文件失效的公告":     "经清理，下列文件已失效，不再作为行政管理的依据：|1.某发〔2010〕3号|2026年3月2日",
		"某某市人民政府关于印发节能办法的通知":   "该文件已失效|各区县人民政府：|现将《节能办法》印发给你们，请认真贯彻执行。|2012年3月2日",
		"网上信访：页面打不开":           "来信内容：你好，我在贵网站查询文件时提示页面不存在，请问怎么办？|答复内容：您好！您反映的链接已失效问题已修复。",
		"咨询：系统提示参数错误":          "问：填报系统时提示系统错误怎么办？|答：请更换浏览器后重试。",
		"500千伏某某输变电工程环境影响评价公示": "现将500千伏某某输变电工程环境影响评价文件予以公示，公示期5个工作日。",
		"404号令":   "某某省人民政府令第404号公布，自2026年7月1日起施行，原有规定同时废止。",
		"第403号公告": "现批准403项标准为行业标准，予以公布，自公布之日起实施，请各有关单位遵照执行。",
		"502所研制的碳监测卫星发射成功":        "3月1日，由502所研制的卫星成功发射，将为碳汇核算提供数据。",
		"400亿元绿色债券发行":             "3月1日，某行发行400亿元绿色金融债券，用于清洁能源项目建设。",
		"关于注销无法访问的政务新媒体账号的公告":     "下列政务新媒体账号内容不存在更新，页面无法访问，现予注销：某某发布。|2026年3月1日",
		"某项目招标终止公告":               "某某项目因系统故障，数据加载失败，招标终止。|2026年2月28日",
		"关于变更网站域名的公告":             "我局网站域名自2026年3月1日起变更，原域名已过期停用，请更新收藏。",
		"关于申请数据权限的说明":             "没有权限访问该页面的用户，可向管理员申请开通。",
		"Notice on market access": "The ministry said that access to the market had been denied to 12 companies whose data were false. The request was rejected by the regulator.|Updated: 2026-03-02",
	} {
		text := "<h1>" + title + "</h1><p>" + strings.ReplaceAll(body, "|", "</p><p>") + "</p>"
		for form, whole := range map[string]string{"in the site": page(title+"_某某局", menu+text+foot), "alone": page(title, text)} {
			if v := judgePlain(whole, 200); v.Outcome != notice.OK {
				t.Errorf("%s, %s: %s (%s)", title, form, v.Outcome, v.Reason)
			}
		}
	}
}

// Pages with little text of their own, or with the traces of a protection that
// let them through.
func TestSparsePagesAreDocuments(t *testing.T) {
	t.Parallel()
	ruishu := "<meta content='qX9' r='m'><script>$_ts=window['$_ts'];</script><script src='/a/b.js' r='m'></script>"
	for name, body := range map[string]string{
		"a sentence and a file":         page("公告", menu+"<h1>公告</h1><p>现将《某某标准》予以发布。</p><a href='P0202601.pdf'>附件.pdf</a>"+foot),
		"a file alone":                  page("某某局2026年部门预算", menu+"<h1>某某局2026年部门预算</h1><a href='/P0.pdf'>某某局2026年部门预算.pdf</a>"+foot),
		"a picture":                     page("一图读懂节能目标", "<h1>一图读懂节能目标</h1><img src='/W020260301.jpg'>"),
		"a PDF in a viewer":             page("碳达峰实施方案", menu+"<h1>碳达峰实施方案</h1><iframe src='/pdfjs/web/viewer.html?file=/a.pdf'></iframe>"+foot),
		"a PDF alone in a viewer":       page("方案", "<embed src='/a.pdf' type='application/pdf'>"),
		"a film":                        page("某某局召开新闻发布会", "<h1>某某局召开新闻发布会</h1><video src='/a.mp4'></video>"),
		"pictures let through":          "<html><head><title>一图读懂节能办法</title>" + ruishu + "</head><body><h1>一图读懂节能办法</h1><img src='1.png'><img src='2.png'></body></html>",
		"a sentence let through":        "<html><head><title>停电通知</title>" + ruishu + "</head><body>" + menu + "<h1>停电通知</h1><p>因线路检修，某某路停电。</p>" + foot + "</body></html>",
		"captcha of a comment box":      page("停电通知", menu+"<h1>停电通知</h1><p>因线路检修，某某路停电。</p><form>我要留言<textarea></textarea>请输入验证码<input name=c></form>"+foot),
		"captcha script under pictures": page("一图读懂", menu+"<h1>一图读懂</h1><img src=1.png><img src=2.png><script src='https://turing.captcha.qcloud.com/TCaptcha.js'></script>"+foot),
		"login in the head of a page":   page("关于放假的通知", menu+"<form>用户名<input name=u>密码<input type=password name=p></form><h1>关于放假的通知</h1><p>端午节放假3天。</p>"+foot),
		"cookie of a counter":           page("停电通知", menu+"<h1>停电通知</h1><p>因线路检修，停电。</p><script>document.cookie='v=1';var u=window.location.href</script>"+foot),
		"script for phones":             page("停电通知", "<p>因线路检修，3月2日停电，请做好准备，感谢支持。</p><script>if(/mobile/i.test(navigator.userAgent)){window.location.href='/m/1.html'}</script>"),
		"detector of a network":         page("停电通知", "<h1>停电通知</h1><p>因线路检修，3月2日某某路停电。</p><script>var s='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>"),
		"loader of a network":           page("停电通知", "<h1>停电通知</h1><p>因线路检修，3月2日某某路停电。</p><script src='/_Incapsula_Resource?SWJIYLWA=719d&ns=1' async></script>"),
		"captcha of a form":             page("Contact", "<form>How can we help?<div class='g-recaptcha'></div></form><p>We answer within one business day. Include your number if you have one.</p>"),
		"advice on browsers":            page("停电通知", menu+"<div>您的浏览器版本过低，请启用JavaScript或升级浏览器</div><p>因线路检修，3月2日某某路停电，请相关用户提前做好准备。</p>"+foot),
	} {
		if v := judgePlain(body, 200); v.Outcome != notice.OK {
			t.Errorf("%s: %s (%s)", name, v.Outcome, v.Reason)
		}
	}
}

func judgePlain(body string, status int) crawler.Verdict {
	u := "http://www.a.gov.cn/zwgk/202603/t20260311_1.html"
	return crawler.Judge(crawler.Answer{URL: u, FinalURL: u, Status: status, Header: http.Header{}, Body: []byte(body), Role: notice.DetailRole})
}

// A short document of a site with little on its home page looks much like it;
// what it has of its own tells them apart.
func TestShortDocumentsAreNotTheHomePage(t *testing.T) {
	t.Parallel()
	row := "<li><a href='/t%d.html'>第%s次会议研究部署节能降碳重点工作</a> 2026-03-0%d</li>"
	var news strings.Builder
	for i := range 5 {
		fmt.Fprintf(&news, row, i, strings.Repeat("一", i+1), i+1)
	}
	homes := map[string]string{"small": page("某某局", menu+news.String()+foot), "smaller": page("某某局", menu+foot)}
	for name, home := range homes {
		for body, want := range map[string]notice.Outcome{
			"<h1>停电通知</h1><p>因线路检修，3月12日某某路停电。</p>":                          notice.OK,
			"<h1>公告</h1><p>现将名单予以公布。</p><a href=a.pdf>附件</a>":                notice.OK,
			"<h1>一图读懂节能办法</h1><img src=1.png><img src=2.png>":                notice.OK,
			"<div>关于公布名单的说明</div><p>现将2026年重点用能单位名单予以公布，请遵照执行。</p>":          notice.OK,
			strings.ReplaceAll(news.String(), "2026-03", "2026-04"):          notice.Soft404,
			"<li><a href='/n.html'>新增要闻一条关于能源保供的会议</a></li>" + news.String(): notice.Soft404,
		} {
			if name == "smaller" && want == notice.Soft404 {
				continue
			}
			u := "http://www.a.gov.cn/zwgk/202603/t20260311_1.html"
			v := crawler.Judge(crawler.Answer{URL: u, FinalURL: u, Status: 200, Header: http.Header{}, Role: notice.DetailRole,
				Body: []byte(page("某某局", menu+body+foot)), Home: crawler.ShapeOf([]byte(home), "")})
			if v.Outcome != want {
				t.Errorf("%s home, %.60s: %s (%s), want %s", name, body, v.Outcome, v.Reason, want)
			}
		}
	}
	var rows strings.Builder
	for i := range 30 {
		fmt.Fprintf(&rows, "<tr><td>%d</td><td>某某公司</td><td>2026-03-%02d</td></tr>", i, i%28+1)
	}
	if v := judgePlain(page("名单公示", menu+"<h1>名单公示</h1><table>"+rows.String()+"</table>"+foot), 200); v.Outcome != notice.OK {
		t.Errorf("a table of dates: %s (%s)", v.Outcome, v.Reason)
	}
}

func TestPagesCutWithinACharacter(t *testing.T) {
	t.Parallel()
	whole := "<html><head><title>通知</title></head><body><h1>通知</h1>" + prose(400) + "<p>请认真执行</p>"
	if v := judgePlain(whole, 200); v.Outcome != notice.OK {
		t.Errorf("a page without its last tags: %s (%s)", v.Outcome, v.Reason)
	}
	if v := judgePlain(whole+"本通知\xe8\x87", 200); v.Outcome != notice.Truncated {
		t.Errorf("a page cut within a character: %s (%s)", v.Outcome, v.Reason)
	}
}

// Titles in a list are about anything, also in a list of two.
func TestListsOfTitlesAboutBlocks(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"<li><a href=a.html>您的访问被拦截怎么办</a><span>03-01</span></li><li><a href=b.html>访问过于频繁</a><span>03-02</span></li>",
		`document.writeln("<li><a href=\"/a.html\">页面不存在问题的说明</a></li>");`,
		"<datastore><recordset><record><![CDATA[<li><a href='/a.html'>系统维护中的若干问题</a><span>2026-01-02</span></li>]]></record></recordset></datastore>",
		page("通知公告", "<ul><li><a href='a.html'>网站维护中期间服务安排</a></li></ul>"),
	} {
		u := "http://www.a.gov.cn/tz/"
		v := crawler.Judge(crawler.Answer{URL: u, FinalURL: u, Status: 200, Header: http.Header{}, Body: []byte(body), Role: notice.ListRole})
		if v.Outcome != notice.OK {
			t.Errorf("%s: %s (%s)", body, v.Outcome, v.Reason)
		}
	}
}
