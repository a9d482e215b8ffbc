package family

import (
	"regexp"
	"strconv"
	"strings"

	"govwatch/internal/textzh"
)

// beijing prints every row in its first page and shows 15 at a time by script.
func beijing() Family {
	return markup{
		name: "beijing", marks: []fingerprint{{"default_news", 0.8}, {"u_time", 0.6}},
		containers: []string{".default_news", ".listBox ul"},
		next:       func(Page, *Listing) []Request { return nil },
	}
}

// chongqing draws rows tr.zcwjk-list-c with number and dates as labelled text.
func chongqing() Family {
	return markup{name: "chongqing", marks: []fingerprint{{"zcwjk-list", 0.9}}, containers: []string{"table.zcwjk-list", ".zcwjk-list"}}
}

// hebei names columns and documents by UUID and pages as index_1, index_2 ….
func hebei() Family {
	return markup{name: "hebei", marks: []fingerprint{{"/columns/", 0.6}}, containers: []string{"ul.list-ul", "ul"}, next: indexedNext}
}

// liaoning gives each document a directory of its own.
func liaoning() Family {
	return markup{name: "liaoning", marks: []fingerprint{{"xxgk_rulzd", 0.8}}, containers: []string{"ul.xxgk_rulzd"}, next: indexedNext}
}

// henan dates its addresses /YYYY/MM-DD/id.html.
func henan() Family {
	return markup{name: "henan", marks: []fingerprint{{"cont-right-list", 0.7}}, containers: []string{"ul.cont-right-list", "ul"}, next: indexedNext}
}

// writeln is the dialect of Wuhan: document.writeln writes each row, with
// variables such as FILENUM for the parts.
func writeln() Family {
	return markup{name: "writeln", marks: []fingerprint{{"document.writeln(", 0.5}, {"FILENUM", 0.8}}, containers: []string{"ul.info-list"}, next: indexedNext}
}

// pagesPrinted is the page count that pagers print: 共12页, 1/12.
var pagesPrinted = regexp.MustCompile(`共\s*(\d{1,5})\s*页|(?:第\s*)?\d{1,5}\s*/\s*(\d{1,5})\s*页`)

// indexedNext takes the page's own pager; where a script hides it, index_{k}
// follows as long as the printed number of pages says so.
func indexedNext(p Page, l *Listing) []Request {
	if len(l.Next) > 0 {
		return l.Next
	}
	g := pagesPrinted.FindStringSubmatch(textzh.Fold(nodeText(p.Root)))
	if g == nil {
		return nil
	}
	l.Pages = max(num(g[1]), num(g[2]))
	stem, k, ext := fileOf(p.URL)
	if l.Page = max(k+1, l.Page); l.Page >= l.Pages {
		return nil
	}
	exts := []string{ext}
	if ext == "" {
		exts = extensions(p)
	}
	var out []Request
	for _, x := range exts {
		if u, ok := resolve(p.URL, stem+"_"+strconv.Itoa(k+1)+"."+x); ok {
			out = append(out, get(u, l.Page+1))
		}
	}
	return out
}

// shanghai keeps a list per year: a section links to its years, each year pages
// as index_2, index_3 … and says totalPage in a script.
func shanghai() Family {
	return markup{
		name: "shanghai", marks: []fingerprint{{"tadaty-list", 0.8}, {"totalPage:", 0.4}, {"list-date", 0.3}},
		containers: []string{"ul.tadaty-list", "ul.list-date"},
		shell:      yearArchives,
		next:       shanghaiNext,
	}
}

var totalPage = regexp.MustCompile(`totalPage\s*[:=]\s*["']?(\d{1,5})`)

func shanghaiNext(p Page, l *Listing) []Request {
	g := totalPage.FindStringSubmatch(p.Text)
	if g == nil {
		return l.Next
	}
	l.Pages = min(num(g[1]), maxPages)
	_, k, _ := fileOf(p.URL)
	if l.Page = max(k, 1); l.Page >= l.Pages {
		return earlierYear(p)
	}
	u, ok := resolve(p.URL, "index_"+strconv.Itoa(l.Page+1)+".html")
	if !ok {
		return nil
	}
	return []Request{get(u, l.Page+1)}
}

var yearFolder = regexp.MustCompile(`^(.*/[a-z]*?)((?:19|20)\d{2})/(?:index(?:_\d+)?\.html)?$`)

// earlierYear is the archive of the year before; it is missing before the first.
func earlierYear(p Page) []Request {
	g := yearFolder.FindStringSubmatch(p.URL)
	if g == nil {
		return nil
	}
	return []Request{get(g[1]+strconv.Itoa(num(g[2])-1)+"/index.html", pageNumber(p)+1)}
}

var yearText = regexp.MustCompile(`^((?:19|20)\d{2})\s*年?(?:度|份)?$`)

// yearArchives lists the links that are years, latest first, when a section
// holds nothing else.
func yearArchives(p Page) []Request {
	a := findAnchors(p.Root, baseOf(p))
	var years []string
	byYear := map[string]string{}
	for n, u := range a.url {
		if g := yearText.FindStringSubmatch(strings.TrimSpace(nodeText(n))); g != nil && byYear[g[1]] == "" {
			byYear[g[1]] = u
			years = append(years, g[1])
		}
	}
	var out []Request
	for len(years) > 0 {
		best := 0
		for i, y := range years {
			if y > years[best] {
				best = i
			}
		}
		out = append(out, get(byYear[years[best]], 1))
		years = append(years[:best], years[best+1:]...)
	}
	return out
}
