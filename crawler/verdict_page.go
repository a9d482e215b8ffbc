package crawler

import (
	"fmt"
	"govwatch/internal/textzh"
	"govwatch/notice"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// judgeLength sees a body that ends too early by its header or its markup.
func judgeLength(a Answer, l *look, text string) (Verdict, bool) {
	if v, ok := shortBody(a); ok {
		return v, true
	}
	if !l.closed && strings.HasSuffix(text, "\uFFFD") {
		return Verdict{notice.Truncated, 0.2, "the page breaks off within a character", ""}, true
	}
	if l.closed || !strings.Contains(text[:min(len(text), 4096)], "<html") && !strings.Contains(text[:min(len(text), 4096)], "<HTML") {
		return Verdict{}, false
	}
	if l.midTag || l.opened >= 4 {
		return Verdict{notice.Truncated, 0.2, fmt.Sprintf("the page breaks off: %d elements stay open", l.opened), ""}, true
	}
	return Verdict{}, false
}

func shortBody(a Answer) (Verdict, bool) {
	n, err := strconv.ParseInt(a.Header.Get("Content-Length"), 10, 64)
	if err == nil && a.Header.Get("Content-Encoding") == "" && n > int64(len(a.Body)) {
		return Verdict{notice.Truncated, 0.1, fmt.Sprintf("%d of %d bytes came", len(a.Body), n), ""}, true
	}
	return Verdict{}, false
}

// judgeShell sees pages without content: a redirect for browsers, a frame, a
// page that only a script can draw. List pages are left to their family, which
// knows where a shell keeps its data.
func judgeShell(a Answer, l *look, text string) (Verdict, bool) {
	if l.refresh == "" && (l.visible < 20 || l.visible < 60 && !forPhones.MatchString(text)) {
		l.refresh = scriptRefresh(text)
	}
	if l.refresh != "" && l.visible < 120 {
		to := l.refresh
		if u, err := url.Parse(a.FinalURL); err == nil {
			if r, err := u.Parse(to); err == nil {
				to = r.String()
			}
		}
		return Verdict{notice.Stub, 0.1, "it only sends a browser on to " + clip(to), to}, true
	}
	if l.password && l.content < 200 && !l.article && l.links < 30 && l.docMarks() < 2 {
		return Verdict{notice.ErrorSink, 0, "a login page: " + clip(l.title), ""}, true
	}
	if a.Role == notice.ListRole {
		return Verdict{}, false
	}
	if l.visible >= 30 || l.hanCode > 200 || l.files > 0 || l.images > 1 || l.docMarks() > 0 || l.images > 0 && l.han > 3 || l.han >= 15 && l.says() {
		return Verdict{}, false
	}
	switch {
	case l.frames > 0 && l.viewer:
		return Verdict{notice.OK, 0.8, "the document is shown in a viewer", ""}, true
	case l.frames > 0:
		return Verdict{notice.Stub, 0.3, "only a frame: the document is elsewhere", ""}, true
	case l.script > 0 || strings.Contains(text, "<script"):
		return Verdict{notice.Empty, 0.1, "an empty shell that a script fills", ""}, true
	case l.visible == 0:
		return Verdict{notice.Empty, 0, "no text", ""}, true
	case len(text) < 400:
		return Verdict{notice.Stub, 0.2, fmt.Sprintf("%d bytes only", len(text)), ""}, true
	}
	return Verdict{}, false
}

// judgeShape compares with the home page, with what the site answers for an
// address that cannot exist, and with where redirects led.
func judgeShape(a Answer, l *look, _ string) (Verdict, bool) {
	if a.Role == notice.ListRole {
		return Verdict{}, false
	}
	var shape *Shape
	if a.Bad != nil || a.Home != nil {
		shape = l.shape()
	}
	if a.Bad != nil && a.Bad.runes > 0 {
		if in := shape.Within(a.Bad); in > 0.97 || float64(shape.runes)*(1-in) < 30 && in > 0.6 {
			return Verdict{notice.Soft404, 0.05, "it is what the site answers for any address that does not exist", ""}, true
		}
	}
	if !isHome(a.URL) && a.Home != nil {
		if in, back := shape.Within(a.Home), a.Home.Within(shape); in > 0.85 && back > 0.5 && !l.ownText(shape, a.Home) {
			return Verdict{notice.Soft404, 0.05, fmt.Sprintf("the home page instead of the article (%.0f %% alike)", in*100), ""}, true
		}
	}
	if a.FinalURL != "" && a.FinalURL != a.URL {
		return judgeWay(a, l)
	}
	if sectionIndex(l) {
		return Verdict{notice.Soft404, 0.2, fmt.Sprintf("an index of %d dated links instead of an article", l.dated), ""}, true
	}
	return Verdict{}, false
}

// judgeWay sees redirects that lead to a home page or an index.
func judgeWay(a Answer, l *look) (Verdict, bool) {
	from, err1 := url.Parse(a.URL)
	to, err2 := url.Parse(a.FinalURL)
	if err1 != nil || err2 != nil || from.Path == to.Path {
		return Verdict{}, false
	}
	p := strings.ToLower(to.Path)
	base := strings.TrimSuffix(path.Base(p), path.Ext(p))
	switch {
	case isHome(a.FinalURL) && !isHome(a.URL):
		return Verdict{notice.Soft404, 0.05, "it redirects to the home page", ""}, true
	case (strings.HasSuffix(p, "/") || base == "index") && sectionIndex(l):
		return Verdict{notice.Soft404, 0.1, "it redirects to an index: " + clip(a.FinalURL), ""}, true
	}
	return Verdict{}, false
}

// judgeEnd sees redirects that end on a page that is none of the site's documents
// by its name.
func judgeEnd(a Answer, l *look, _ string) (Verdict, bool) {
	from, err1 := url.Parse(a.URL)
	to, err2 := url.Parse(a.FinalURL)
	if err1 != nil || err2 != nil || a.FinalURL == "" || from.Path == to.Path {
		return Verdict{}, false
	}
	p := strings.ToLower(to.Path)
	o, why := wayEnd(strings.TrimSuffix(path.Base(p), path.Ext(p)))
	if o == "" || o != notice.ErrorSink && l.docMarks() > 1 {
		return Verdict{}, false
	}
	return Verdict{o, 0, "it redirects to " + why + ": " + clip(a.FinalURL), ""}, true
}

// wayEnd knows by its name the page that redirects end on when they do not lead
// to a document.
func wayEnd(base string) (notice.Outcome, string) {
	switch base {
	case "404", "error", "err", "notfound", "errorpage", "error404", "500", "502", "503", "maintenance", "maintain", "weihu":
		return notice.ErrorSink, "an error page"
	case "login", "signin", "sso":
		return notice.ErrorSink, "a login page"
	case "403", "forbidden", "denied", "accessdenied", "block", "blocked", "webblock", "waf", "intercept":
		return notice.BlockedWAF, "a block page"
	case "captcha", "verify", "challenge", "humanverify", "yanzheng":
		return notice.ChallengeJS, "a check of the visitor"
	}
	return "", ""
}

func isHome(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery != "" {
		return false
	}
	p := strings.ToLower(strings.Trim(u.Path, "/"))
	return p == "" || !strings.Contains(p, "/") && strings.HasPrefix(p, "index.")
}

// sectionIndex is a page of dated links with no text of its own.
func sectionIndex(l *look) bool {
	return l.dated >= 8 && l.titles >= 8 && l.links >= 15 && l.longest < 40 && l.said < 2 && !l.article && l.files == 0
}

// ownText says that a page with a site's menu and foot has something of its own
// that the home page has not: a headline, or a text that is not just small
// change beside the rest. New titles among the links are no such thing.
func (l *look) ownText(shape, home *Shape) bool {
	own := 0
	for _, b := range l.blocks {
		if b.link || b.foot || home.holds(b.text) {
			continue
		}
		if b.head {
			return true
		}
		own += b.runes
	}
	return own >= 15 && own*8 > shape.runes
}

// judgeKind sees a page where a file or data was asked for.
func judgeKind(a Answer, l *look, _ string) (Verdict, bool) {
	if a.Role == notice.AttachmentRole && isFileLink(a.URL) && l.markup && !strings.HasSuffix(strings.ToLower(a.URL), ".txt") {
		return Verdict{notice.Soft404, 0.1, "a page where a file was expected: " + clip(l.title), ""}, true
	}
	return Verdict{}, false
}

// words returns the visible text outside footers.
func (l *look) words() string {
	var b strings.Builder
	for _, bl := range l.blocks {
		if !bl.foot {
			b.WriteString(bl.text)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func clip(s string) string {
	s = textzh.Spaces(s)
	if utf8.RuneCountInString(s) <= 80 {
		return s
	}
	return string([]rune(s)[:80]) + "…"
}
