package crawler

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// maxRobotsBytes is how much of a robots.txt is read: RFC 9309 §2.5 asks for at
// least 500 KiB, and no honest file is longer.
const maxRobotsBytes = 500 << 10

// maxRobotsLine is where a line is cut: eight times the longest URL that
// browsers take, as the reference parser does, one byte being its terminator.
const maxRobotsLine = 2083*8 - 1

// Robots holds the rules of one robots.txt, read as RFC 9309 says and, where
// the RFC is silent, as the reference parser of its authors does. The zero
// value allows everything. It never changes and may be used concurrently.
type Robots struct {
	groups []robotsGroup
	// delays are groups of their own: to the RFC a Crawl-delay is an unknown line
	// that ends no group, but to the webmaster it ends the list of agents above it.
	delays []robotsGroup
}

// robotsGroup is one block: the agents it names and what they may do.
type robotsGroup struct {
	agents []string // product tokens in lower case
	global bool     // the block names *
	rules  []robotsRule
	delay  time.Duration
}

type robotsRule struct {
	allow   bool
	pattern string
}

// ParseRobots reads any bytes; what is not a rule is passed over, as RFC 9309
// §2.2 demands, so an HTML page served as robots.txt yields no rules. A byte order
// mark counts when it is whole: of half a mark the published compliance set says
// that it spoils its line, though the reference parser would skip it.
func ParseRobots(body []byte) Robots {
	if len(body) > maxRobotsBytes {
		body = body[:maxRobotsBytes]
	}
	body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	var p robotsParser
	for len(body) > 0 {
		line := body
		if i := bytes.IndexAny(body, "\r\n"); i >= 0 {
			line, body = body[:i], body[i+1:]
		} else {
			body = nil
		}
		if len(line) > maxRobotsLine {
			line = line[:maxRobotsLine]
		}
		p.line(string(line))
	}
	return Robots{groups: p.groups, delays: p.delays}
}

type robotsParser struct {
	groups, delays []robotsGroup
	// named holds the agents that the next Crawl-delay is for.
	named robotsGroup
	// ruled is set once the open group has a rule: the next agent opens another.
	// delayed is the same for named.
	ruled, delayed bool
}

func (p *robotsParser) line(line string) {
	key, value, ok := splitRobotsLine(line)
	if !ok {
		return
	}
	switch kind := robotsKey(key); kind {
	case agentKey:
		if len(p.groups) == 0 || p.ruled {
			p.groups = append(p.groups, robotsGroup{})
			p.ruled = false
		}
		if p.delayed {
			p.named, p.delayed = robotsGroup{}, false
		}
		p.groups[len(p.groups)-1].name(value)
		p.named.name(value)
	case allowKey, disallowKey:
		if len(p.groups) == 0 {
			return // a rule outside any group binds nobody
		}
		p.ruled, p.delayed = true, true
		g := &p.groups[len(p.groups)-1]
		g.rules = append(g.rules, robotsRule{kind == allowKey, escapePattern(value)})
	case delayKey:
		p.delayed = true
		if d, ok := parseDelay(value); ok {
			p.named.delay = d
			p.delays = append(p.delays, p.named)
		}
	}
}

// name adds the agent of one User-agent line.
func (g *robotsGroup) name(value string) {
	if value != "" && value[0] == '*' && (len(value) == 1 || isSpace(value[1])) {
		g.global = true
		return
	}
	// A copy, for the same agents may be listed in two groups that grow apart.
	g.agents = append(g.agents[:len(g.agents):len(g.agents)], strings.ToLower(productToken(value)))
}

// splitRobotsLine takes a line apart. Without a colon two words are a key and
// its value; more than two are prose.
func splitRobotsLine(line string) (key, value string, ok bool) {
	if i := strings.IndexAny(line, "#\x00"); i >= 0 {
		line = line[:i]
	}
	line = trimASCII(line)
	i := strings.IndexByte(line, ':')
	if i < 0 {
		i = strings.IndexAny(line, " \t")
		if i < 0 || strings.ContainsAny(strings.TrimLeft(line[i:], " \t"), " \t") {
			return "", "", false
		}
	}
	key, value = trimASCII(line[:i]), trimASCII(line[i+1:])
	return key, value, key != ""
}

type robotsKeyKind int

const (
	otherKey robotsKeyKind = iota
	agentKey
	allowKey
	disallowKey
	delayKey
)

// robotsKey recognises a key by its beginning, with the misspellings that the
// reference parser accepts because webmasters plainly meant them.
func robotsKey(key string) robotsKeyKind {
	key = strings.ToLower(key)
	has := func(names ...string) bool {
		for _, n := range names {
			if strings.HasPrefix(key, n) {
				return true
			}
		}
		return false
	}
	switch {
	case has("user-agent", "useragent", "user agent"):
		return agentKey
	case has("allow"):
		return allowKey
	case has("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"):
		return disallowKey
	case has("crawl-delay", "crawldelay", "crawl delay"):
		return delayKey
	}
	return otherKey
}

// parseDelay reads seconds, also with a fraction. A day is the most anybody can
// mean; more is a mistake that would silence the source for good.
func parseDelay(s string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0) {
		return 0, false
	}
	return time.Duration(min(f, 86400) * float64(time.Second)), true
}

// productToken is the part of an agent line that names the crawler.
func productToken(s string) string {
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' {
			return s[:i]
		}
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || (c >= '\t' && c <= '\r') }

func trimASCII(s string) string { return strings.Trim(s, " \t\n\v\f\r") }

// escapePattern brings a rule into the form URLs are in: bytes beyond ASCII
// percent-encoded, escapes in capitals. Escapes are not decoded.
func escapePattern(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case c >= 0x80:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// groupsFor returns the groups that bind an agent: all that name it, else all
// that name *. Agent is a bare product token such as "govwatch".
func groupsFor(agent string, groups []robotsGroup) []robotsGroup {
	agent = strings.ToLower(agent)
	var named, global []robotsGroup
	for _, g := range groups {
		for _, a := range g.agents {
			if a == agent {
				named = append(named, g)
				break
			}
		}
		if g.global {
			global = append(global, g)
		}
	}
	if named != nil {
		return named
	}
	return global
}

// Allowed says whether a crawler may fetch an address: the longest matching
// rule wins, Allow among equals. Agent is the bare product token; the address
// must be percent-encoded, as requests are, for rules are compared byte by byte.
func (r Robots) Allowed(agent, rawURL string) bool {
	path := robotsPath(rawURL)
	allow, disallow := -1, -1
	for _, g := range groupsFor(agent, r.groups) {
		for _, rule := range g.rules {
			switch n := rule.match(path); {
			case rule.allow:
				allow = max(allow, n)
			default:
				disallow = max(disallow, n)
			}
		}
	}
	return disallow <= 0 || disallow <= allow
}

// CrawlDelay returns the pause a site asks for between two requests. An agent
// for which no readable delay is set keeps to the one that is set for all.
func (r Robots) CrawlDelay(agent string) (time.Duration, bool) {
	var d time.Duration
	found := false
	for _, g := range groupsFor(agent, r.delays) {
		d, found = max(d, g.delay), true
	}
	return d, found
}

// match returns the length of the pattern when it matches, else -1. A rule that
// allows a directory's index page allows the directory itself.
func (r robotsRule) match(path string) int {
	if matchPattern(path, r.pattern) {
		return len(r.pattern)
	}
	if i := strings.LastIndexByte(r.pattern, '/'); r.allow && i >= 0 && strings.HasPrefix(r.pattern[i:], "/index.htm") {
		if dir := r.pattern[:i+1] + "$"; matchPattern(path, dir) {
			return len(dir)
		}
	}
	return -1
}

// matchPattern matches from the start of the path; * is any run of bytes, $ at
// the end of the pattern the end of the path. Both strings come from strangers:
// it takes at most len(path) × len(pattern) steps.
func matchPattern(path, pattern string) bool {
	anchored := strings.HasSuffix(pattern, "$")
	if anchored {
		pattern = pattern[:len(pattern)-1]
	}
	p, q, star, mark := 0, 0, -1, 0
	for {
		switch {
		case q == len(pattern) && (!anchored || p == len(path)):
			return true
		case q < len(pattern) && pattern[q] == '*':
			star, mark = q, p
			q++
		case q < len(pattern) && p < len(path) && pattern[q] == path[p]:
			p, q = p+1, q+1
		case star >= 0 && mark < len(path):
			mark++
			p, q = mark, star+1
		default:
			return false
		}
	}
}

// robotsPath cuts path, parameters and query out of an address; it always
// begins with a slash, and is "/" for what is no address at all.
func robotsPath(u string) string {
	start := 0
	if strings.HasPrefix(u, "//") {
		start = 2
	}
	after := func(from int, set string) int {
		if i := strings.IndexAny(u[from:], set); i >= 0 {
			return from + i
		}
		return len(u)
	}
	host := start
	if i := strings.Index(u[start:], "://"); i >= 0 && start+i < after(start, "/?;") {
		host = start + i + 3
	}
	path, hash := after(host, "/?;"), after(start, "#")
	if path == len(u) || hash < path {
		return "/"
	}
	if u[path] != '/' {
		return "/" + u[path:hash]
	}
	return u[path:hash]
}
