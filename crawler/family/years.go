package family

import (
	"regexp"
	"strings"

	"govwatch/notice"

	"golang.org/x/net/html"
)

// completeYears gives each short date its year: from the day in the entry's
// address, else from the heading above it, else from dated neighbours (lists run
// from new to old), else from the address of a list of one year, else the latest
// year that is not in the future. Without any of these it stays open.
func completeYears(es []entry, year int, today notice.Date) {
	for i := range es {
		e := &es[i]
		if e.short.IsZero() || !e.Date.IsZero() {
			continue
		}
		if e.uploaded.Year > 0 {
			e.Date = nearest(e.short, e.uploaded)
			continue
		}
		if d := (day{Year: e.year, Month: e.short.Month, Day: e.short.Day}); e.year > 0 && d.Valid() {
			e.Date = d
			continue
		}
		before, after := neighbour(es, i, -1), neighbour(es, i, 1)
		switch {
		case !before.IsZero():
			e.Date = atMost(e.short, before)
		case !after.IsZero():
			e.Date = nearest(e.short, after)
		case year > 0 && (day{Year: year, Month: e.short.Month, Day: e.short.Day}).Valid():
			e.Date = day{Year: year, Month: e.short.Month, Day: e.short.Day}
		case !today.IsZero():
			e.Date = atMost(e.short, today.AddDays(1))
		}
	}
}

var (
	yearBound = regexp.MustCompile(`/((?:19|20)\d{2})(?:nian|n|year)?/(?:index\w*\.\w+|list\w*\.\w+)?$`)
	dayNow    = regexp.MustCompile(`(?:今天是|今日是|今天|现在是|当前日期|日期)[：:\s]*((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日`)
	clockLine = regexp.MustCompile(`((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日[\s\x{3000},，]*星期[一二三四五六日天]`)
	madeOn    = regexp.MustCompile(`(?i)name=["']?(?:HtmlGenerateTime|generatetime|createtime)["']?\s+content=["']?((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})`)
)

// yearOf is the year of a list whose address is bound to it, zero for others.
func yearOf(u string) int {
	if g := yearBound.FindStringSubmatch(u); g != nil {
		return num(g[1])
	}
	return 0
}

// visitDay is the day of the visit, or what the page itself says of its day
// when nobody remembers the visit.
func visitDay(p Page) notice.Date {
	if !p.Today.IsZero() {
		return p.Today
	}
	for _, re := range []*regexp.Regexp{madeOn, dayNow, clockLine} {
		if g := re.FindStringSubmatch(p.Text); g != nil {
			if d := valid(g[1], g[2], g[3]); !d.IsZero() {
				return d
			}
		}
	}
	return notice.Date{}
}

// neighbour is the closest date before (step -1) or after i that is certain.
func neighbour(es []entry, i, step int) day {
	for j := i + step; j >= 0 && j < len(es); j += step {
		if !es[j].Date.IsZero() && !es[j].Pinned {
			return es[j].Date
		}
	}
	return day{}
}

// nearest is the date with the month and day of short closest to ref. A list
// shows the day of publication, an address that of the upload: the turn of a
// year may lie between them.
func nearest(short, ref day) day {
	if ref.Day == 0 {
		ref.Day = 15
	}
	var best day
	for y := ref.Year - 1; y <= ref.Year+1; y++ {
		d := day{Year: y, Month: short.Month, Day: short.Day}
		if d.Valid() && (best.IsZero() || abs(d.Days(ref)) < abs(best.Days(ref))) {
			best = d
		}
	}
	return best
}

// atMost is the latest date with the month and day of short that is not after limit.
func atMost(short, limit day) day {
	for y := limit.Year; y > limit.Year-9; y-- {
		d := day{Year: y, Month: short.Month, Day: short.Day}
		if d.Valid() && d.Compare(limit) <= 0 {
			return d
		}
	}
	return day{}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// pinnedGap is how much older than what follows an entry must be to count as
// held at the top: lists are not sorted to the day.
const pinnedGap = 45

// markPinned finds entries that stand at the top out of date order (置顶). The
// rest must run from new to old, else the list is sorted by something else and
// order says nothing.
func markPinned(es []entry) {
	if len(es) < 4 {
		return
	}
	newest := make([]day, len(es)+1)
	for i := len(es) - 1; i >= 0; i-- {
		newest[i] = newest[i+1]
		if es[i].Date.Compare(newest[i]) > 0 {
			newest[i] = es[i].Date
		}
	}
	k := 0
	for k < len(es) && (es[k].Pinned || !es[k].Date.IsZero() && newest[k+1].Days(es[k].Date) > pinnedGap) {
		k++
	}
	if k == 0 || k > (len(es)+1)*2/3 || !descends(es[k:]) {
		return
	}
	for i := range k {
		es[i].Pinned = true
	}
}

// descends allows one step in ten upwards.
func descends(es []entry) bool {
	var last day
	ups, n := 0, 0
	for _, e := range es {
		if e.Date.IsZero() {
			continue
		}
		if n++; !last.IsZero() && e.Date.Days(last) > pinnedGap/3 {
			ups++
		}
		last = e.Date
	}
	return n >= 2 && ups*10 <= n
}

// pinnedBySigns reads the marks of a row that is held at the top: a class, or a
// small picture.
func pinnedBySigns(u unit) bool {
	found := false
	for _, top := range u {
		each(top, func(n *html.Node) bool {
			if found || n.Type != html.ElementNode {
				return !found && n.Type == html.TextNode
			}
			s := signs(n)
			switch {
			case strings.Contains(s, "zhiding"), strings.Contains(s, "sticky"), strings.Contains(s, "istop"), strings.Contains(s, "is-top"), strings.Contains(s, "settop"), strings.Contains(s, "pinned"):
				found = true
			case n.Data == "img":
				src := strings.ToLower(attr(n, "src"))
				found = strings.Contains(attr(n, "alt")+attr(n, "title"), "置顶") || strings.Contains(src, "zhiding") || strings.Contains(src, "/zd.")
			case n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.Type == html.TextNode:
				found = strings.Trim(n.FirstChild.Data, " \t\r\n[]【】()（）") == "置顶"
			}
			return !found
		})
	}
	return found
}
