package crawler

import "regexp"

// goneWords say, as the main content of a short page, that the article is not there.
var goneWords = regexp.MustCompile(`(?i)(?:页面|网页|文件|文章|信息|内容|资源|文档|栏目|地址|网址|链接|稿件|记录|数据|页)[^。！!\n]{0,12}(?:不存在|找不到|未找到|没有找到|未发布|已被?删除|已经删除|已被?撤回|已撤销|已下线|已失效|已过期|已被?移除|已被?移走|已迁移|未公开|建设中|走丢|丢失|不见[了鸟]|无法找到|无法访问)|` +
	`(?:找不到|未找到|没有找到|没有相关|无法找到|查询不到|查无|不存在)[^。！!\n]{0,12}(?:页面|网页|文件|文章|信息|内容|资源|文档|记录|页)|` +
	`page\s+(?:you\s+\S+\s+\S+\s+\S+\s+)?(?:is\s+|was\s+|could\s+|can\s*)?not\s*(?:be\s+)?found|page can.t be found|(?:file|object|resource|document)\s+(?:was\s+|is\s+)?not\s+found|404\s*(?:error|错误|not found)|not found|page (?:does not|doesn.t) exist|no longer (?:available|exists)|error\s*404|^404$`)

// brokenWords say that the server behind the page failed.
var brokenWords = regexp.MustCompile(`(?i)系统(?:发生)?(?:出错|错误|异常|繁忙)|系统正在(?:进行)?(?:升级|维护)|系统(?:升级|维护)(?:中|$|！)|服务器(?:内部|中的)?(?:应用程序)?(?:错误|出错|异常|繁忙)|应用程序中的服务器错误|程序(?:发生)?(?:出错|异常)|数据库(?:连接)?(?:错误|失败|异常)|服务(?:暂)?(?:不可用|异常|暂停)|暂停(?:服务|访问)|网站(?:正在)?(?:维护|升级|改造)(?:改造|维护|中|，)|参数(?:错误|有误|非法)|非法(?:参数|操作)|(?:请求|操作|数据加载|加载数据)失败|网络异常|未知错误|页面错误|无法加载(?:控制器|模块)|internal server error|(?:service|server) unavailable|bad gateway|gateway time-?out|server error in|database error|runtime error|fatal error|uncaught \w*exception|nullpointerexception|whitelabel error page|error establishing|exception report|services aren.t available|fastly error|temporarily (?:unavailable|unable)|error occurred while processing|requested url .{0,40}is invalid`)

// serverTitle is the heading of a web server's own error page: a code alone or
// with what it stands for. 404号令 and 500千伏 are none.
var serverTitle = regexp.MustCompile(`(?i)^[\s\p{P}]*(?:error|http(?:\s*(?:status|error|状态|错误))?|错误|状态|page)?\s*[-–:]?\s*([45]\d\d)(?:\.\d+)?[\s\p{P}]*(?:$|[a-z]|错误|出错|未找到|找不到|没有找到|不存在|禁止|拒绝|服务|页|网关|内部|运行|请求|超时|繁忙|不可用|丢失|走丢|迷路|拦截|提示|异常|无法|抱歉|对不起|您|你|未授权)`)

// welcome is the page of a server on which nothing is installed.
var welcome = regexp.MustCompile(`(?i)^(?:welcome to (?:nginx|openresty|tengine|caddy)|iis windows|iis\d|apache2? .*default page|test page for|apache tomcat/|恭喜.*站点创建成功|站点创建成功|没有找到站点)`)

// scriptGo finds a script that does nothing but send the browser elsewhere.
var scriptGo = regexp.MustCompile(`(?i)(?:window\.|self\.|top\.|parent\.|document\.)*location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*["']([^"'\s<>]{1,300})["']`)

// forPhones marks a script that sends only some browsers elsewhere.
var forPhones = regexp.MustCompile(`(?i)navigator\.(?:userAgent|platform)|screen\.width|isMobile`)

func scriptRefresh(text string) string {
	if len(text) > 8<<10 {
		return ""
	}
	if m := scriptGo.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
