package family

import (
	"html"
	"net/url"
	"regexp"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/internal/urlx"

	xhtml "golang.org/x/net/html"
)

var (
	quoted  = regexp.MustCompile(`['"]([^'"\s]{4,400})['"]`)
	digits  = regexp.MustCompile(`\d{4,}|[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-`)
	fileExt = regexp.MustCompile(`(?i)\.(?:html?|shtml|jhtml|xhtml|jsp|jspx|aspx?|php|do|action|pdf|docx?|wps|ofd|xlsx?)$`)
	isIcon  = regexp.MustCompile(`(?i)\.(?:jpe?g|png|gif|bmp|svg|ico|css|js|json|xml|webp|mp4|mp3)$`)
)

// resolve makes a link absolute. Without a page address it keeps absolute links
// and paths as they are, so that a saved file can be read too.
func resolve(base, ref string) (string, bool) {
	ref = strings.TrimSpace(ref)
	if ref == "" || strings.HasPrefix(ref, "#") && !strings.HasPrefix(ref, "#/") {
		return "", false
	}
	if base == "" {
		low := strings.ToLower(ref)
		if !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") && !strings.HasPrefix(ref, "//") {
			ref = html.UnescapeString(ref)
			return unwrapRedirect(ref), addressLike(ref) && !strings.HasPrefix(low, "javascript:") && !strings.HasPrefix(low, "mailto:")
		}
		if base = ref; strings.HasPrefix(ref, "//") {
			base = "http:" + ref
		}
	}
	abs, err := urlx.Resolve(base, ref)
	if err != nil {
		return "", false
	}
	return unwrapRedirect(abs), true
}

// unwrapRedirect takes the target out of the counting redirect of Hanweb's search.
func unwrapRedirect(abs string) string {
	u, err := url.Parse(abs)
	if err != nil || !strings.HasSuffix(u.Path, "/link.do") {
		return abs
	}
	if to := u.Query().Get("url"); strings.HasPrefix(to, "http") {
		return to
	}
	return abs
}

// canonical is the form under which items are returned.
func canonical(abs string) string {
	c, err := urlx.Canonical(abs)
	if err != nil {
		return abs
	}
	return c
}

// linkOf is the address that a click on n opens: href, data attributes, or the
// address within an onclick script.
func linkOf(base string, n *xhtml.Node) (string, bool) {
	if n.Data == "a" {
		if u, ok := resolve(base, attr(n, "href")); ok {
			return u, true
		}
		// javascript:openDoc('./t2024.html') carries the address in quotes.
		if u, ok := scripted(base, attr(n, "href")); ok {
			return u, true
		}
	}
	for _, k := range []string{"data-href", "data-url", "data-link"} {
		if u, ok := resolve(base, attr(n, k)); ok {
			return u, true
		}
	}
	if u, ok := scripted(base, attr(n, "onclick")); ok {
		return u, true
	}
	return odd(base, n)
}

// odd is the address in an attribute that is not made for it: id, rel or any
// data attribute of a link that leads nowhere by itself.
func odd(base string, n *xhtml.Node) (string, bool) {
	for _, a := range n.Attr {
		data := strings.HasPrefix(a.Key, "data-")
		if !data && (n.Data != "a" || a.Key != "id" && a.Key != "rel" && a.Key != "name" && a.Key != "value" && a.Key != "link" && a.Key != "url" && a.Key != "path") {
			continue
		}
		path, _, _ := strings.Cut(a.Val, "?")
		if addressLike(a.Val) && !isIcon.MatchString(path) {
			if u, ok := resolve(base, a.Val); ok {
				return u, true
			}
		}
	}
	return "", false
}

func scripted(base, script string) (string, bool) {
	if script == "" {
		return "", false
	}
	for _, g := range quoted.FindAllStringSubmatch(script, 8) {
		if addressLike(g[1]) {
			if u, ok := resolve(base, g[1]); ok {
				return u, true
			}
		}
	}
	return "", false
}

// addressLike tells an address from any other string.
func addressLike(s string) bool {
	if len(s) < 2 || len(s) > 2000 || strings.ContainsAny(s, " \n\t<>\"") {
		return false
	}
	low := strings.ToLower(s)
	if strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "//") {
		return true
	}
	if strings.HasPrefix(s, "/Date(") {
		return false
	}
	if strings.HasPrefix(s, "/") || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") {
		return true
	}
	path, _, _ := strings.Cut(s, "?")
	return fileExt.MatchString(path) && !strings.ContainsAny(path, "：，。；()=")
}

// linkWeight is how far an address looks like that of one document, 0 to 1:
// home pages and section indexes are near 0.
func linkWeight(u string) float64 {
	p, err := url.Parse(u)
	if err != nil {
		return 0.3
	}
	path := strings.TrimSuffix(p.Path, "/")
	switch {
	case isIcon.MatchString(path):
		return 0
	case path == "" && p.RawQuery == "" && !strings.HasPrefix(p.Fragment, "/"):
		return 0.02
	}
	tail := path
	if i := strings.LastIndexByte(tail, '/'); i > 0 {
		if j := strings.LastIndexByte(tail[:i], '/'); j >= 0 {
			tail = tail[j:]
		}
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	index := strings.HasPrefix(last, "index") || strings.HasPrefix(last, "list") || strings.HasSuffix(p.Path, "/") || strings.Contains(last, "_list.")
	switch {
	case strings.Contains(p.RawQuery, "id=") || strings.Contains(p.RawQuery, "Id=") || strings.Contains(p.RawQuery, "ID="):
		return 0.9
	case digits.MatchString(strings.ToLower(tail)) && !index:
		return 1
	case digits.MatchString(strings.ToLower(tail)):
		return 0.6
	case index:
		return 0.15
	case fileExt.MatchString(last):
		return 0.7
	}
	return 0.35
}

// dullTitle holds link texts that never name a document.
var dullTitle = map[string]bool{
	"更多": true, "更多>>": true, "more": true, "MORE": true, "More": true, "首页": true, "尾页": true, "末页": true, "上一页": true, "下一页": true,
	"上页": true, "下页": true, "查看": true, "查看详情": true, "详情": true, "详细": true, "下载": true, "阅读全文": true, "全文": true, "点击查看": true,
	"返回": true, "打印": true, "关闭": true, "收藏": true, "分享": true, "跳转": true, "确定": true, "搜索": true, "登录": true, "注册": true,
	"网站地图": true, "联系我们": true, "关于我们": true, "政策解读": true, "相关解读": true, "解读": true, "图解": true, "文件下载": true, "附件下载": true,
	"查看更多": true, "了解更多": true, "查看全部": true, "第一页": true, "最后一页": true, "政策原文": true, "相关文件": true, "图文解读": true, "[详情]": true,
	"[详细]": true, "[更多]": true, "[查看]": true, "[下载]": true, "详细信息": true, "网站声明": true, "隐私安全": true, "使用帮助": true, "联系方式": true,
}

func dull(title string) bool {
	if title == "" || dullTitle[strings.Trim(title, " >»…·.+[]【】")] || dullTitle[title] {
		return true
	}
	for _, w := range []string{"ICP备", "公网安备", "公安备", "网站标识码", "版权所有"} {
		if strings.Contains(title, w) {
			return true
		}
	}
	// Page numbers and signs.
	return strings.Trim(textzh.Fold(title), "0123456789 .…<>«»‹›[]()/-|共页条第转到") == ""
}
