package family

import (
	"regexp"
	"strconv"
	"strings"
)

// vsb is 博达 Visual SiteBuilder: list.htm, then list/27.htm down to list/1.htm.
func vsb() Family {
	return markup{
		name:       "vsb",
		marks:      []fingerprint{{"vsb_content", 0.6}, {"_vsb_", 0.6}, {"pb_sys_common", 0.8}, {"id=\"line_u", 0.7}, {"_simple_list_gotopage_fun", 0.8}, {"Visual SiteBuilder", 0.9}, {"/info/10", 0.3}},
		containers: []string{".pb_sys_common", "ul.list_news", "[id^=line_u]"},
		next:       vsbNext,
	}
}

// vsbGoto is the older pager: gotopage_fun(pages, field, kind).
var vsbGoto = regexp.MustCompile(`_simple_list_gotopage_fun\(\s*(\d{1,5})`)

// vsbNext takes the link 下页; where a script draws the pager it counts down from
// the number of pages that the script knows.
func vsbNext(p Page, l *Listing) []Request {
	if len(l.Next) > 0 {
		return l.Next
	}
	g := vsbGoto.FindStringSubmatch(p.Text)
	if g == nil {
		return nil
	}
	l.Pages = min(num(g[1]), maxPages)
	stem, _, ext := fileOf(p.URL)
	to := ""
	if n, err := strconv.Atoi(stem); err == nil && n > 1 {
		to, l.Page = strconv.Itoa(n-1)+"."+ext, l.Pages-n+1
	} else if err != nil && l.Pages > 1 && ext != "" {
		to, l.Page = strings.TrimSuffix(stem, "/")+"/"+strconv.Itoa(l.Pages-1)+"."+ext, 1
	}
	if u, ok := resolve(p.URL, to); ok {
		return []Request{get(u, l.Page+1)}
	}
	return nil
}
