package change

import (
	"regexp"
	"strings"

	"govwatch/crawler/family"
)

// article adds the lines of the article that say something of this document.
func article(lines []Line, l *family.Layout) []Line {
	files := map[int]bool{}
	for _, a := range l.Attachments {
		files[a.Line] = true
	}
	related, head := false, len(lines)
	from, to := trimLinks(l, files)
	for i := from; i < to; i++ {
		ln := &l.Lines[i]
		if ln.Cut || ln.Start == ln.End {
			continue
		}
		t := family.Uncounted(squeezed(l.LineText(i)))
		if t == "" || family.Noise(t) || len(t) < 46 && bareLabel.MatchString(t) {
			continue
		}
		switch {
		case files[i] || ln.Data():
			related = false
		case len(lines) == head && len(t) <= 150 && flag(t) != "":
			lines = append(lines, Line{FlagLine, flag(t)})
			head = len(lines)
			continue
		case len(lines) == head && byline(t):
			lines = append(lines, Line{HeadLine, "date_shown=" + dateOf(t)})
			head = len(lines)
			continue
		case len(lines) == head && int(ln.Link)*10 >= (ln.End-ln.Start)*9 && !annexed(t):
			continue // a link of the site above the first words
		case relatedHead(t):
			related = true
			continue
		case related && (linked(ln) || len(t) < 180 && !sentence(t)):
			continue
		case linked(ln) && (neighbour(l, i, -1, files) || neighbour(l, i, 1, files)):
			continue
		case len(t) < 40 && !linked(ln) && listFollows(l, i, files) && !strings.ContainsAny(t, "。；：:，"):
			continue // the heading of a list of other pages
		default:
			related = false
		}
		lines = append(lines, Line{BodyLine, t})
	}
	return lines
}

// trimLinks leaves out of an article the links to other pages with which it begins
// or ends: a link inside an article is the publisher's, one at its end the site's.
func trimLinks(l *family.Layout, files map[int]bool) (from, to int) {
	from, to = l.From, min(l.To, len(l.Lines))
	skip := func(i int) bool {
		ln := &l.Lines[i]
		switch {
		case ln.Cut || ln.Start == ln.End:
			return true
		case files[i] || ln.Data():
			return false
		case int(ln.Link)*10 >= (ln.End-ln.Start)*9:
			return !annexed(l.LineText(i))
		case ln.End-ln.Start > 240:
			return false
		}
		t := squeezed(l.LineText(i))
		return relatedHead(t) || family.Noise(t)
	}
	for from < to && skip(from) {
		from++
	}
	for to > from && skip(to-1) {
		to--
	}
	if from == to {
		return l.From, min(l.To, len(l.Lines)) // the article is a list of links
	}
	return from, to
}

// sentence says that a line holds the end of a sentence or clause.
func sentence(t string) bool { return strings.Contains(t, "。") || strings.Contains(t, "；") }

// byline says that a line tells when and by whom an article was published, and
// nothing of the article.
func byline(t string) bool {
	return len(t) < 150 && dayLine.MatchString(t) && !sentence(t) && !strings.Contains(t, "，")
}

var dayLine = regexp.MustCompile(`^[\[(（【]?(?:发布|更新|录入|添加)?(?:时间|日期)?[:：]?\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?[\])）】]?(?:$|发布|更新|来源|信息来源|作者|[|｜]|\p{Han}{2,25}(?:局|委|厅|政府|部|办公室|会|院|署|中心)$)`)

// annexed says that the words of a link name a file.
func annexed(t string) bool { return strings.Contains(t, "附") || strings.Contains(t, "下载") }

// listFollows says that the next lines that say anything are links to other pages.
func listFollows(l *family.Layout, i int, files map[int]bool) bool {
	for j := i + 1; j < l.To && j < len(l.Lines); j++ {
		ln := &l.Lines[j]
		if ln.Cut || ln.Start == ln.End {
			continue
		}
		return linked(ln) && !files[j] && !ln.Data() && neighbour(l, j, 1, files)
	}
	return false
}

// linked says that a line is hardly more than a link, perhaps with its date.
func linked(ln *family.Line) bool { return ln.End > ln.Start && int(ln.Link)*10 >= (ln.End-ln.Start)*6 }

// neighbour says that the next line that says anything, in direction d, is a
// link to another page too: links to pages stand alone in an article, in lists
// beside it.
func neighbour(l *family.Layout, i, d int, files map[int]bool) bool {
	for j := i + d; j >= l.From && j < l.To && j < len(l.Lines); j += d {
		ln := &l.Lines[j]
		if ln.Cut || ln.Start == ln.End || ln.End-ln.Start < 36 && dateOf(l.LineText(j)) != "" {
			continue
		}
		return linked(ln) && !files[j] && !ln.Data()
	}
	return false
}
