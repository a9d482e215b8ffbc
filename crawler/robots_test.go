package crawler_test

import (
	"strings"
	"testing"
	"time"

	"govwatch/crawler"
)

// Every rule of RFC 9309 and of the reference parser, one case each. An address
// marked with ! must be refused, the others must be allowed.
func TestRobotsAllowed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 2083*8)
	cases := []struct{ name, robots, agent, urls string }{
		{"empty file", "", "walker", "http://h.cn/x"},
		{"empty file and address", "", "", ""},
		{"empty agent obeys nobody's rules", "user-agent: walker\ndisallow: /", "", "http://h.cn/"},
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
