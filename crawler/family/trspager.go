package family

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

var (
	// createPageHTML(25,0,"index","html"), createPageHTML('page_div',50,1,'index','shtml',1000)
	// and createPage(25,0,…) are the three argument forms of TRS.
	trsCall   = regexp.MustCompile(`createPage(?:HTML)?\w*\s*\(([^()]{3,200})\)`)
	countPage = regexp.MustCompile(`(?:countPage|pageCount|m_nPageCount|pagecount|PAGE_COUNT)\s*=\s*["']?(\d{1,5})["']?`)
	currPage  = regexp.MustCompile(`(?:currentPage|curPage|currPage|nowPage|m_nCurrPage)\s*=\s*["']?(\d{1,5})["']?`)
	pageFile  = regexp.MustCompile(`^(.*?)(?:_(\d{1,5}))?\.(s?html?|jhtml|jsp)$`)
)

// scriptPager is what a paging script says: how many pages, which one this is
// from zero, and how the files are called.
type scriptPager struct {
	pages, cur int
	name       string
	exts       []string
	// offset is what the second page's file adds to its number from zero: TRS
	// writes index_1, UCAP common_list_2.
	offset int
}

// trsPager reads pagers drawn by script.
func trsPager(p Page) (next []Request, pages, cur int, ok bool) {
	var s scriptPager
	everyScript(p.Root, func(_ *html.Node, text string) {
		if !ok {
			s, ok = readPager(text, p)
		}
	})
	if !ok {
		return nil, 0, 0, false
	}
	return s.next(p), s.pages, s.cur + 1, true
}

func readPager(text string, p Page) (scriptPager, bool) {
	for _, g := range trsCall.FindAllStringSubmatch(text, 20) {
		if s, ok := trsArguments(g[1], text); ok {
			s.guessOffset(p)
			return s, true
		}
	}
	// countPage and currentPage alone leave the file's name to the address.
	n, c := countPage.FindStringSubmatch(text), currPage.FindStringSubmatch(text)
	if n == nil || c == nil {
		return scriptPager{}, false
	}
	s := scriptPager{pages: min(num(n[1]), maxPages), cur: num(c[1])}
	stem, _, ext := fileOf(p.URL)
	s.name = stem
	if ext != "" {
		s.exts = []string{ext}
	} else {
		s.exts = extensions(p)
	}
	s.guessOffset(p)
	return s, s.pages > 0
}

// fileOf takes index_3.html apart; a directory is index without an extension.
func fileOf(raw string) (stem string, k int, ext string) {
	u, err := url.Parse(raw)
	if err != nil {
		return "index", 0, ""
	}
	file := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	g := pageFile.FindStringSubmatch(file)
	if g == nil {
		return "index", 0, ""
	}
	return g[1], num(g[2]), g[3]
}

// extensions are those of the documents on a page, commonest first: a system
// writes its lists with the same one.
func extensions(p Page) []string {
	count := map[string]int{}
	for _, u := range findAnchors(p.Root, baseOf(p)).url {
		if _, _, ext := fileOf(u); ext != "" {
			count[ext]++
		}
	}
	out := []string{"html", "htm", "shtml"}
	for i := range out {
		for j := i; j > 0 && count[out[j]] > count[out[j-1]]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// guessOffset tells how files are numbered: by the address of this page when it
// is not the first, else by the name.
func (s *scriptPager) guessOffset(p Page) {
	stem, k, _ := fileOf(p.URL)
	switch {
	case k > 0 && s.cur > 0 && stem == s.name:
		s.offset = max(0, min(k-s.cur, 1))
	case strings.HasSuffix(s.name, "list"):
		s.offset = 1
	}
}

func (s scriptPager) next(p Page) []Request {
	if s.cur+1 >= s.pages {
		return nil
	}
	var out []Request
	exts := s.exts
	if s.cur == 0 && len(exts) == 1 {
		if twin := map[string]string{"html": "htm", "htm": "html"}[exts[0]]; twin != "" {
			exts = append(exts[:1:1], twin)
		}
	}
	for _, x := range exts {
		if u, ok := resolve(baseOf(p), s.name+"_"+strconv.Itoa(s.cur+1+s.offset)+"."+x); ok {
			out = append(out, get(u, s.cur+2))
		}
	}
	return out
}

// trsArguments reads the call's arguments: the page count, the current page,
// the file's name and its extension, wherever they stand. A count may be a
// variable of the same script.
func trsArguments(args, script string) (scriptPager, bool) {
	var s scriptPager
	var numbers []int
	var words []string
	wordFirst := false
	for part := range strings.SplitSeq(args, ",") {
		part = strings.TrimSpace(part)
		text := strings.Trim(part, `"' `)
		switch k, err := strconv.Atoi(text); {
		case err == nil:
			numbers = append(numbers, k)
		case part != text:
			wordFirst = wordFirst || len(numbers)+len(words) == 0
			words = append(words, text)
		default:
			numbers = append(numbers, variable(script, text))
		}
	}
	if len(numbers) < 2 || len(words) < 2 {
		return s, false
	}
	for i := 0; i+1 < len(words); i++ {
		switch x := strings.TrimPrefix(words[i+1], "."); x {
		case "html", "htm", "shtml", "jhtml", "jsp":
			s.name, s.exts = words[i], []string{x}
			// createPageHTML('page_div',50,1,'index','shtml',1000) names its element
			// first and counts from one.
			wordFirst = wordFirst && i > 0
		}
		if s.exts != nil {
			break
		}
	}
	s.pages, s.cur = min(numbers[0], maxPages), numbers[1]
	if wordFirst && s.cur > 0 {
		s.cur--
	}
	return s, s.exts != nil && s.pages > 0 && s.cur >= 0
}

// variable finds the number that a script gives a variable, 0 when it does not.
func variable(script, name string) int {
	if name == "" {
		return 0
	}
	for rest := script; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return 0
		}
		rest = rest[i+len(name):]
		t := strings.TrimLeft(rest, " \t")
		if strings.HasPrefix(t, "=") && !strings.HasPrefix(t, "==") {
			t = strings.TrimLeft(t[1:], " \t\"'")
			end := strings.IndexFunc(t, func(r rune) bool { return r < '0' || r > '9' })
			if end > 0 {
				return num(t[:end])
			}
		}
	}
}
