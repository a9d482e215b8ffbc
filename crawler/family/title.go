package family

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"govwatch/internal/textzh"
	"govwatch/notice"

	xhtml "golang.org/x/net/html"
)

var (
	anyTag     = regexp.MustCompile(`<[/!]?[a-zA-Z][^<>]*>`)
	cutTail    = regexp.MustCompile(`(?:…+|\.{2,}|。{3}|⋯+)\s*$`)
	pinMark    = regexp.MustCompile(`^[\[【(（]?\s*(?:置\s*顶|顶置|头\s*条|TOP|Top|top)\s*[\]】)）:：]+\s*|^置顶\s+|\s*[\[【(（]置\s*顶[\]】)）]\s*$`)
	newMark    = regexp.MustCompile(`(?i)\s*[\[【(（]?\s*\b(?:new|hot)!?\s*[\]】)）]?$|^(?:new|hot)!?\s+|\s*[\[【(（](?:最新|新|热)[\]】)）]\s*$|^[\[【(（](?:最新|热|新)[\]】)）]\s*`)
	bullet     = regexp.MustCompile(`^(?:[·•●■□◆◇▪▶►★☆→»›>\x{e000}-\x{f8ff}]+\s*)+`)
	dateTail   = regexp.MustCompile(`[\s\[(（【|/]+((?:19|20)\d{2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*[\])）】]?$`)
	dateHead   = regexp.MustCompile(`^[\[(（【]?\s*((?:19|20)\d{2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*(?:[\])）】]|\s)\s*`)
	oldTip     = regexp.MustCompile(`(?s)^(?:文章|信息|新闻)?(?:标\s*题|名称)\s*[：:]\s*(.*?)(?:\s*(?:[\r\n]|作\s*者[：:]|点\s*击|发\s*布|发\s*表|更\s*新|时\s*间[：:]).*)?$`)
	validMark  = regexp.MustCompile(`^[\[【(（](?:已)?(失效|废止|有效|修订|修改|已修改|部分失效|全文失效|全文废止)[\]】)）]\s*|\s*[\[【(（](?:已)?(失效|废止|有效|修改|部分失效|全文失效|全文废止)[\]】)）]$`)
	swallowed  = regexp.MustCompile(`\s*["'”]?\s*(?:target|href|class|style|onclick|title|rel)\s*=.*$`)
	headingTag = regexp.MustCompile(`^h[1-6]$`)
	titleSign  = regexp.MustCompile(`(?:^|[^a-z])(?:tit|title|bt|biaoti|headline|subject|name|tt)(?:[^a-z]|$)|title|biaoti`)
)

// cleanTitle makes a title one line without markup, marks and the date that
// some lists append. Spaces within it stay: they separate issuers.
func cleanTitle(s string) (title string, pinned bool, v notice.Validity, d day) {
	if strings.Contains(s, "<") {
		s = anyTag.ReplaceAllString(s, "")
	}
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
		if strings.Contains(s, "<") {
			s = anyTag.ReplaceAllString(s, "")
		}
	}
	s = textzh.Spaces(s)
	if unmarked(s) {
		return s, false, "", day{}
	}
	for range 4 {
		before := s
		s = bullet.ReplaceAllString(s, "")
		if strings.Contains(s, "顶") || strings.Contains(s, "头") || strings.Contains(s, "op") || strings.Contains(s, "OP") {
			if t := pinMark.ReplaceAllString(s, ""); t != s {
				s, pinned = t, true
			}
		}
		if strings.ContainsAny(s, "[【(（新nNhH") {
			s = newMark.ReplaceAllString(s, "")
		}
		var g []string
		if strings.ContainsAny(s, "效废修") {
			g = validMark.FindStringSubmatch(s)
		}
		if g != nil {
			v = validityOf(g[1] + g[2])
			s = strings.Replace(s, g[0], "", 1)
		}
		if !strings.Contains(s, "20") && !strings.Contains(s, "19") {
			if s = strings.TrimSpace(s); s == before {
				break
			}
			continue
		}
		if g := dateTail.FindStringSubmatch(s); g != nil {
			if w, ok := wholeDay(g[1]); ok {
				d, s = w, strings.TrimSuffix(s, g[0])
			}
		}
		if g := dateHead.FindStringSubmatch(s); g != nil {
			if w, ok := wholeDay(g[1]); ok {
				d, s = w, strings.TrimPrefix(s, g[0])
			}
		}
		if s = strings.TrimSpace(s); s == before {
			break
		}
	}
	return s, pinned, v, d
}

// unmarked tells at a glance that a title carries no mark at either end, as most
// do: the expressions that find marks are dear, and lists are read all day.
func unmarked(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return (unicode.Is(unicode.Han, first) && first != '置' && first != '顶' && first != '头' || first == '《') &&
		(unicode.Is(unicode.Han, last) || last == '》' || last == '”')
}

// cut reports a text that ends in dots, and returns it without them.
func cut(s string) (string, bool) {
	t := strings.TrimRightFunc(s, unicode.IsSpace)
	if r, _ := utf8.DecodeLastRuneInString(t); r != '…' && r != '.' && r != '。' && r != '⋯' {
		return s, false
	}
	t = cutTail.ReplaceAllString(s, "")
	return t, len(t) != len(s)
}

// validityOf reads the flag (时效性) that a list prints, empty when it is none.
func validityOf(s string) notice.Validity {
	switch strings.Trim(bare(s), "已") {
	case "有效", "现行有效", "生效", "继续有效", "现行":
		return notice.InForce
	case "失效", "全文失效", "过期":
		return notice.Expired
	case "废止", "全文废止":
		return notice.Repealed
	case "部分失效", "部分废止", "部分有效":
		return notice.PartlyRepealed
	case "修改", "修订", "被修改":
		return notice.Amended
	case "尚未生效", "未生效", "尚未施行":
		return notice.NotYetInForce
	}
	return ""
}

// linkTitle is the title that a link shows, before cleaning: its title
// attribute where the text is cut short, else the text of its heading.
func linkTitle(a *xhtml.Node) (title string, holder *xhtml.Node) {
	holder = a
	tip := attr(a, "title")
	if strings.ContainsAny(tip, "：:") {
		if g := oldTip.FindStringSubmatch(strings.TrimSpace(tip)); g != nil {
			tip = g[1]
		}
	}
	tip = textzh.Spaces(strings.ReplaceAll(tip, "\n", " "))
	if strings.ContainsAny(tip, "=") {
		// title="… ' target="_blank": the attribute after it was swallowed.
		tip = strings.TrimSpace(swallowed.ReplaceAllString(tip, ""))
	}
	text := ""
	if h := headingIn(a); h != nil {
		holder = h
		if t := textzh.Spaces(attr(h, "title")); t != "" && tip == "" {
			tip = t
		}
		text = nodeText(h)
	} else {
		text = plainText(a)
	}
	return wholeTitle(text, tip), holder
}

// wholeTitle chooses between what a link prints and what its title attribute
// says: the attribute wins when it completes the print.
func wholeTitle(text, tip string) string {
	if tip == "" || tip == text || dull(tip) || addressLike(tip) {
		return text
	}
	short, textCut := cut(text)
	short = strings.TrimSpace(short)
	if _, tipCut := cut(tip); short == "" {
		return tip
	} else if tipCut && !textCut {
		return text
	}
	head := func(s string) string {
		s, _, _, _ = cleanTitle(s)
		s, _ = cut(s)
		r := []rune(textzh.Squeeze(textzh.Fold(s)))
		return string(r[:min(len(r), 5)])
	}
	related := head(text) != "" && (strings.HasPrefix(head(tip), head(text)) || strings.Contains(textzh.Squeeze(textzh.Fold(tip)), textzh.Squeeze(textzh.Fold(short))))
	if short != text && !related {
		// A cut text with another tip: the longer one says more.
		related = utf8.RuneCountInString(tip) > utf8.RuneCountInString(text)
	}
	if related && utf8.RuneCountInString(tip) >= utf8.RuneCountInString(short) || dull(text) || utf8.RuneCountInString(text) < 3 {
		return tip
	}
	return text
}

// plainText is a link's text without the dates and marks that stand in
// elements of their own within it.
func plainText(a *xhtml.Node) string {
	ls := leaves([]*xhtml.Node{a})
	if len(ls) < 2 {
		return nodeText(a)
	}
	var b strings.Builder
	each(a, func(c *xhtml.Node) bool {
		if c.Type == xhtml.ElementNode && c != a {
			t := shortText(c, 72)
			// 1, 2, 3 before a title count rows; a year within it belongs to it.
			counts := strings.Trim(t, "0123456789.、 ") == "" && (len(t) > 3 || bullet.ReplaceAllString(b.String(), "") != "")
			if _, ok := wholeDay(t); ok || t != "" && dull(t) && !counts || splitDate(c) {
				return false
			}
			if breaksLine(c.Data) {
				b.WriteByte(' ')
			}
		}
		if c.Type == xhtml.TextNode {
			if _, ok := wholeDay(c.Data); !ok || c.Parent == a && b.Len() == 0 && len(ls) == 1 {
				b.WriteString(c.Data)
			}
		}
		return c.Type != xhtml.CommentNode
	})
	return textzh.Spaces(b.String())
}

// splitDate is true of the date leaf of a card: day, month and year in elements
// of their own. Its class says so, or its whole text does.
func splitDate(n *xhtml.Node) bool {
	s := signs(n)
	if strings.Contains(s, "date") || strings.Contains(s, "time") || strings.Contains(s, "rq") || strings.Contains(s, "riqi") {
		t := shortText(n, 72)
		return utf8.RuneCountInString(t) <= 24 && strings.ContainsAny(t, "0123456789")
	}
	return false
}

// headingIn finds the element of a card that holds the title, nil when the link
// is plain text.
func headingIn(a *xhtml.Node) *xhtml.Node {
	var byTag, bySign *xhtml.Node
	each(a, func(c *xhtml.Node) bool {
		if c.Type != xhtml.ElementNode || c == a {
			return true
		}
		t := nodeText(c)
		_, isDay := wholeDay(t)
		if t == "" || isDay || splitDate(c) {
			return false
		}
		if byTag == nil && headingTag.MatchString(c.Data) {
			byTag = c
		}
		if bySign == nil && titleSign.MatchString(signs(c)) && utf8.RuneCountInString(t) >= 4 {
			bySign = c
		}
		return true
	})
	if byTag != nil && utf8.RuneCountInString(nodeText(byTag)) >= 4 {
		return byTag
	}
	return bySign
}
