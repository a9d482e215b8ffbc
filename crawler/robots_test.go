package crawler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"govwatch/crawler"
)

// Every rule of RFC 9309 and of the reference parser, one case each. An address
// marked with ! must be refused, the others must be allowed. Where the two
// differ, the published compliance set of the reference parser decides: a
// forgotten colon, misspelt keys, index pages and long lines are its own; the
// RFC knows none of them.
func TestRobotsAllowed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 2083*8)
	cases := []struct{ name, robots, agent, urls string }{
		{"empty file", "", "walker", "http://h.cn/x"},
		{"empty file and address", "", "", ""},
		{"crawler without a name has no group", "user-agent: walker\ndisallow: /", "", "http://h.cn/"},
		{"empty address is the root", "user-agent: walker\ndisallow: /", "walker", "!"},
		{"unknown keys", "who: walker\nnot: /", "walker", "http://h.cn/x"},
		{"no colon", "user-agent walker\ndisallow /", "walker", "!http://h.cn/x"},
		{"no colon, three words", "user-agent: walker\ndisallow / please", "walker", "http://h.cn/x"},
		{"rule before any group", "allow: /a\nuser-agent: walker\ndisallow: /", "walker", "!http://h.cn/a"},
		{"groups of one agent are one", "user-agent: walker\ndisallow: /\nallow: /x/\nuser-agent: other\ndisallow: /\nallow: /y/\n\n\nallow: /w/\nuser-agent: third\n\nuser-agent: walker\nallow: /z/\ndisallow: /", "walker", "http://h.cn/x/b http://h.cn/z/d !http://h.cn/y/c !http://h.cn/w/"},
		{"blank lines do not end a group", "user-agent: other\ndisallow: /\nallow: /y/\n\n\nallow: /w/", "other", "http://h.cn/w/a http://h.cn/y/c !http://h.cn/z"},
		{"agents share a group over a blank line", "user-agent: third\n\nuser-agent: walker\nallow: /z/\ndisallow: /", "third", "http://h.cn/z/d !http://h.cn/q"},
		{"unknown line does not end a group", "user-agent: walker\nsitemap: http://h.cn/s\nuser-agent: *\ndisallow: /", "walker", "!http://h.cn/x"},
		{"delay does not end a group", "user-agent: walker\ncrawl-delay: 10\nuser-agent: other\ndisallow: /", "walker", "!http://h.cn/x"},
		{"keys in any case", "USER-agent: walker\nALLOW: /x/\ndIsAllOw: /", "walker", "http://h.cn/x/y !http://h.cn/a"},
		{"spaces around the colon", "User-agent : walker\nDisallow : /a", "walker", "!http://h.cn/a http://h.cn/b"},
		{"agent in any case", "user-agent: WALKER x\nallow: /x/\ndisallow: /", "Walker", "http://h.cn/x/y !http://h.cn/a"},
		{"agent up to the first foreign sign", "user-agent: *\ndisallow: /\nuser-agent: walker/2.1\nallow: /x/", "walker", "http://h.cn/x/ http://h.cn/q"},
		{"asked for with a space, nothing fits", "user-agent: *\ndisallow: /\nuser-agent: walker one\nallow: /", "walker one", "!http://h.cn/x"},
		{"digits end a token", "user-agent: abc123bot\ndisallow: /", "abc", "!http://h.cn/"},
		{"digits end a token, whole name is not meant", "user-agent: abc123bot\ndisallow: /", "abc123bot", "http://h.cn/"},
		{"token with a star", "user-agent: walker*\ndisallow: /a", "walker", "!http://h.cn/a http://h.cn/b"},
		{"longer name is another agent", "user-agent: walker\ndisallow: /\n", "walker-news", "http://h.cn/"},
		{"star followed by words", "user-agent: * all of you\ndisallow: /", "walker", "!http://h.cn/"},
		{"star glued to words is no star", "user-agent: *bot\ndisallow: /", "walker", "http://h.cn/"},
		{"own group beats star", "user-agent: *\ndisallow: /x\nuser-agent: walker\ndisallow: /y", "walker", "http://h.cn/x !http://h.cn/y"},
		{"own empty group allows all", "user-agent: *\ndisallow: /\nuser-agent: walker", "walker", "http://h.cn/x"},
		{"nobody named, no star", "user-agent: other\ndisallow: /", "walker", "http://h.cn/x"},
		{"paths in their case", "user-agent: walker\ndisallow: /X/", "walker", "http://h.cn/x/ !http://h.cn/X/"},
		{"longest wins", "user-agent: walker\ndisallow: /x/page.html\nallow: /x/", "walker", "!http://h.cn/x/page.html http://h.cn/x/"},
		{"allow wins a tie", "user-agent: walker\ndisallow: /\nallow: /", "walker", "http://h.cn/x"},
		{"empty rules", "user-agent: walker\ndisallow:\nallow:", "walker", "http://h.cn/x"},
		{"longer pattern with star", "user-agent: walker\nallow: /page\ndisallow: /*.html", "walker", "!http://h.cn/page.html http://h.cn/page"},
		{"longer allow beats star", "user-agent: walker\nallow: /x/page.\ndisallow: /*.html", "walker", "http://h.cn/x/page.html !http://h.cn/x/y.html"},
		{"end mark", "user-agent: walker\nallow: /$\ndisallow: /", "walker", "http://h.cn/ !http://h.cn/page.html"},
		{"dollar inside", "user-agent: walker\ndisallow: /a$b", "walker", "!http://h.cn/a$bc http://h.cn/a"},
		{"query stays as it is", "user-agent: walker\ndisallow: /\nallow: /a?q=t&b=http://h.cn?t&p", "walker", "http://h.cn/a?q=t&b=http://h.cn?t&p"},
		{"rule beyond ASCII", "user-agent: walker\ndisallow: /\nallow: /文/", "walker", "http://h.cn/%E6%96%87/a !http://h.cn/文/a"},
		{"escapes in small letters", "user-agent: walker\ndisallow: /\nallow: /%e6%96%87", "walker", "http://h.cn/%E6%96%87"},
		{"escapes are not decoded", "user-agent: walker\ndisallow: /\nallow: /b/%62%61", "walker", "!http://h.cn/b/ba http://h.cn/b/%62%61"},
		{"comments", "user-agent: walker # us\n# disallow: /\ndisallow: /q#r\nallow: /", "walker", "http://h.cn/b !http://h.cn/q"},
		{"star between slashes", "user-agent: walker\ndisallow: /\nallow: /f/*/q", "walker", "!http://h.cn/f/q http://h.cn/f//q http://h.cn/f/a/b/q1"},
		{"index page is its directory", "user-agent: *\nallow: /d/index.html\ndisallow: /", "walker", "http://h.cn/d/ !http://h.cn/d/index.htm http://h.cn/d/index.html !http://h.cn/d/a"},
		{"index page only for allow", "user-agent: *\ndisallow: /d/index.html", "walker", "http://h.cn/d/"},
		{"long line is cut", "user-agent: walker\ndisallow: /x/" + long + "/z", "walker", "http://h.cn/f !http://h.cn/x/" + long + "/other"},
		{"byte order mark", "\xEF\xBB\xBFuser-agent: walker\ndisallow: /a", "walker", "!http://h.cn/a"},
		{"broken byte order mark", "\xEF\xBBuser-agent: walker\ndisallow: /a", "walker", "http://h.cn/a"},
		{"byte order mark inside", "user-agent: walker\n\xEF\xBB\xBFdisallow: /a", "walker", "http://h.cn/a"},
		{"carriage returns", "user-agent: other\rallow: /p\ruser-agent: walker\r\rdisallow: /\r", "walker", "!http://h.cn/p"},
		{"DOS lines", "user-agent: other\r\nallow: /p\r\nuser-agent: walker\r\n\r\ndisallow: /", "walker", "!http://h.cn/p"},
		{"frequent typos", "useragent: walker\ndisalow: /a\ndissallow: /b\ndissalow: /c\ndiasllow: /d\ndisallaw: /e", "walker", "!http://h.cn/a !http://h.cn/b !http://h.cn/c !http://h.cn/d !http://h.cn/e http://h.cn/f"},
		{"user agent in two words", "user agent: walker\ndisallow: /a", "walker", "!http://h.cn/a"},
		{"HTML instead of rules", "<html><body><p>Disallow: /</p></body></html>", "walker", "http://h.cn/"},
		{"address without scheme", "user-agent: walker\ndisallow: /a", "walker", "!//h.cn/a !h.cn/a"},
		{"query and parameter without path", "user-agent: walker\ndisallow: /?a\ndisallow: /;p", "walker", "!http://h.cn?a !http://h.cn;p"},
		{"fragment is no path", "user-agent: walker\ndisallow: /a", "walker", "http://h.cn#/a !http://h.cn/a#b"},
		{"relative address is a host", "user-agent: walker\ndisallow: /b", "walker", "!a/b a !//a/b/c"},
		{"root for an address without path", "user-agent: walker\ndisallow: /$", "walker", "!http://h.cn !http://h.cn#x !h.cn http://h.cn/a http://h.cn?a"},
		{"parameters belong to the path", "user-agent: walker\ndisallow: /a;v=1", "walker", "!http://h.cn/a;v=1#c http://h.cn/a http://h.cn/a;v=2"},
		{"query is compared too", "user-agent: walker\ndisallow: /*?*sort=\nallow: /*?page=", "walker", "!http://h.cn/l?a=1&sort=d http://h.cn/l !http://h.cn/l?page=2&sort=d http://h.cn/l?page=2"},
		{"star at the start of a rule", "user-agent: walker\ndisallow: *.do", "walker", "!http://h.cn/a/b.do http://h.cn/a"},
		{"rule without a slash matches nothing", "user-agent: walker\ndisallow: private", "walker", "http://h.cn/private"},
		{"many stars", "user-agent: walker\ndisallow: /*a*b**c$", "walker", "!http://h.cn/xaybzc http://h.cn/xaybzcd http://h.cn/xbyazc"},
		{"escaped signs are not special", "user-agent: walker\ndisallow: /a%2A%24\ndisallow: /c%2Fd", "walker", "!http://h.cn/a%2A%24 http://h.cn/ab http://h.cn/a !http://h.cn/c%2Fd http://h.cn/c/d http://h.cn/c%2fd"},
		{"rule encoded, address encoded in capitals", "user-agent: walker\ndisallow: /%e6%96%87/", "walker", "!http://h.cn/%E6%96%87/ http://h.cn/文/"},
		{"broken escapes stay", "user-agent: walker\ndisallow: /%zz\ndisallow: /b%4", "walker", "!http://h.cn/%zz !http://h.cn/b%4 http://h.cn/%ZZ"},
		{"NUL ends a line", "user-agent: walker\x00 other\ndisallow: /a\x00b", "walker", "!http://h.cn/ac http://h.cn/b"},
		{"mixed line ends", "user-agent: other\nallow: /p\r\nuser-agent: walker\n\r\n\ndisallow: /", "walker", "!http://h.cn/p"},
		{"other white space", "\v user-agent:\t walker \f\n\tdisallow\t:\t/a\t", "walker", "!http://h.cn/a http://h.cn/b"},
		{"colon first", ": /\n:disallow: /\nuser-agent: walker\n: /a", "walker", "http://h.cn/a"},
		{"key with a tail", "user-agents: walker\ndisallowed: /a\nallowing: /a/b", "walker", "!http://h.cn/a http://h.cn/a/b"},
		{"mark up between the lines", "user-agent: walker<br>\n<br />\ndisallow: /a\n<br />", "walker", "!http://h.cn/a"},
		{"agent of digits is nobody", "user-agent: 360Spider\ndisallow: /", "Spider", "http://h.cn/"},
		{"version after the agent", "user-agent: walker/2.1 (+http://w.cn)\ndisallow: /a", "walker", "!http://h.cn/a"},
		{"hyphen and underline belong to a token", "user-agent: walker-news_cn\ndisallow: /a", "walker-News_CN", "!http://h.cn/a"},
		{"all groups for * are one", "user-agent: *\ndisallow: /a\n\nuser-agent: other\ndisallow: /\n\nuser-agent: *\ndisallow: /b", "walker", "!http://h.cn/a !http://h.cn/b http://h.cn/c"},
		{"one group for an agent and *", "user-agent: walker\nuser-agent: *\ndisallow: /a", "walker", "!http://h.cn/a http://h.cn/b"},
		{"empty rule ends the list of agents", "user-agent: walker\ndisallow:\nuser-agent: other\ndisallow: /", "walker", "http://h.cn/a"},
		{"sitemap first and in between", "sitemap: http://h.cn/s.xml\nuser-agent: walker\ndisallow: /a\nsitemap: /t.xml\ndisallow: /b", "walker", "!http://h.cn/a !http://h.cn/b"},
		{"unknown line before the rules", "user-agent: other\nhost: h.cn\nuser-agent: walker\nclean-param: a\ndisallow: /a", "other", "!http://h.cn/a"},
		{"first of equal rules does not matter", "user-agent: walker\ndisallow: /a*\nallow: /a/\nallow: /b\ndisallow: /b", "walker", "http://h.cn/a/x http://h.cn/b"},
		{"index.htm is its directory too", "user-agent: *\nallow: /d/index.htm\ndisallow: /d", "walker", "http://h.cn/d/ http://h.cn/d/index.html !http://h.cn/d/x !http://h.cn/d"},
		{"two marks of byte order", "\xEF\xBB\xBF\xEF\xBB\xBFuser-agent: walker\ndisallow: /a", "walker", "http://h.cn/a"},
		{"first byte of the mark alone", "\xEFuser-agent: walker\ndisallow: /a", "walker", "http://h.cn/a"},
		{"mark lost in a conversion", "\xEF\xBF\xBDuser-agent: walker\ndisallow: /a", "walker", "http://h.cn/a"},
		{"two bytes a letter are no rules", "\xFF\xFEu\x00s\x00e\x00r\x00", "walker", "http://h.cn/a"},
		{"robots.txt itself is no exception", "user-agent: *\ndisallow: /", "walker", "!http://h.cn/robots.txt"},
		{"scheme inside a query", "user-agent: walker\ndisallow: /a?u=http", "walker", "!h.cn/a?u=http://b/c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := crawler.ParseRobots([]byte(c.robots))
			for _, u := range strings.Split(c.urls, " ") {
				u, refused := strings.CutPrefix(u, "!")
				if got := r.Allowed(c.agent, u); got == refused {
					t.Errorf("Allowed(%q, %.60q) = %v, want %v", c.agent, u, got, !refused)
				}
			}
		})
	}
}

func TestRobotsCrawlDelay(t *testing.T) {
	t.Parallel()
	r := crawler.ParseRobots([]byte("user-agent: *\ncrawl-delay: 2.5\n\nuser-agent: walker\ncrawl-delay: 7\ndisallow: /x\nuser-agent: bad\ncrawl-delay: soon\n"))
	for _, c := range []struct {
		agent string
		want  time.Duration
		ok    bool
	}{{"walker", 7 * time.Second, true}, {"other", 2500 * time.Millisecond, true}, {"bad", 2500 * time.Millisecond, true}} {
		if got, ok := r.CrawlDelay(c.agent); got != c.want || ok != c.ok {
			t.Errorf("CrawlDelay(%q) = %v, %v; want %v, %v", c.agent, got, ok, c.want, c.ok)
		}
	}
}

// Files far longer than any honest one are read in a time that grows with their
// length, and the last group counts like the first.
func TestRobotsOfManyLines(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 8000 {
		fmt.Fprintf(&many, "user-agent: bot%s\ndisallow: /%d/\n", strings.Repeat("x", i%20+1), i)
	}
	many.WriteString("user-agent: *\n")
	for i := range 4000 {
		fmt.Fprintf(&many, "disallow: /*%d*/a*b*c$\n", i)
	}
	many.WriteString("user-agent: walker\ndisallow: /last\n")
	if many.Len() > 500<<10 {
		t.Fatalf("%d bytes are over the limit", many.Len())
	}
	r := crawler.ParseRobots([]byte(many.String()))
	for url, want := range map[string]bool{"http://h.cn/last": false, "http://h.cn/1/": true} {
		if got := r.Allowed("walker", url); got != want {
			t.Errorf("Allowed(walker, %s) = %v", url, got)
		}
	}
	if r.Allowed("other", "http://h.cn/3999/a"+strings.Repeat("b", 5000)+"c") {
		t.Error("a rule among thousands was lost")
	}
	if r.Allowed("botx", "http://h.cn/0/") || !r.Allowed("botx", "http://h.cn/1/") {
		t.Error("groups of one agent got mixed up")
	}
}

func TestRobotsBeyondLimitIsNotRead(t *testing.T) {
	t.Parallel()
	body := "user-agent: walker\n" + strings.Repeat("# fill\n", 80<<10) + "disallow: /\n"
	if !crawler.ParseRobots([]byte(body)).Allowed("walker", "http://h.cn/x") {
		t.Error("a rule past 500 KiB was read")
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte("user-agent: *\ndisallow: /*a*b$\nallow: /index.html\ncrawl-delay: 1e9"), "http://h.cn/a/b?c#d")
	f.Add([]byte("\xEF\xBB\xBF\r\n:\x00user-agent"), "//;")
	f.Fuzz(func(t *testing.T, body []byte, url string) {
		r := crawler.ParseRobots(body)
		r.Allowed("walker", url)
		if d, _ := r.CrawlDelay("walker"); d < 0 || d > 24*time.Hour {
			t.Errorf("delay %v out of range", d)
		}
		if crawler.ParseRobots(append([]byte("user-agent: walker\ndisallow: /\n#"), body...)).Allowed("walker", url) &&
			!strings.ContainsAny(string(body), "\r\n") {
			t.Error("a refused site was allowed")
		}
	})
}
