package family

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// headingYear is a heading over the rows of a year.
var headingYear = regexp.MustCompile(`^((?:19|20)\d{2})\s*年?度?$`)

// heading is what a line above rows says of their dates: a day (without a year
// when it prints none), or a year alone.
type heading struct {
	day  day
	year int
	// plain is true of a line that no element marks as a heading.
	plain bool
	// spans is true of a cell that reaches over the rows below.
	spans bool
	node  *html.Node
}

func (h heading) none() bool { return h.day.IsZero() && h.year == 0 }

// headings finds the lines over rows that carry no date of their own, or one
// without a year. It remembers the last row of each container, so that a list of
// any length is walked once.
type headings struct {
	a    anchors
	last map[*html.Node]lastRow
}

type lastRow struct {
	node *html.Node
	over heading
}

// maxClimb is how many levels above a row its heading may stand beside.
const maxClimb = 4

// over returns the heading of a row; dated says that the row has a date of its
// own, which ends the reach of what stands above.
func (h *headings) over(row *html.Node, dated bool) heading {
	parent := row.Parent
	out := h.find(row)
	kept := out
	if dated && out.year == 0 {
		kept = heading{}
	}
	h.last[parent] = lastRow{row, kept}
	return out
}

func (h *headings) find(row *html.Node) heading {
	last := h.last[row.Parent]
	distance := 0
	for s := row.PrevSibling; s != nil; s = s.PrevSibling {
		if s.Type == html.ElementNode && s.Data == "tr" {
			if distance++; distance <= 60 {
				if d := spanning(s, distance); !d.none() {
					return d
				}
			}
		}
		if s == last.node {
			return last.over
		}
		if d := h.said(s); !d.none() {
			return d
		}
	}
	n := row.Parent
	for level := 1; level < maxClimb && n != nil && n.Type == html.ElementNode && n.Data != "body"; level++ {
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			if d := h.said(s); !d.none() {
				return d
			}
			if s.Type == html.ElementNode && h.a.count[s] > 0 {
				return heading{}
			}
		}
		n = n.Parent
	}
	return heading{}
}

// said reads a node as a heading.
func (h *headings) said(n *html.Node) heading {
	var t string
	plain := true
	switch n.Type {
	case html.TextNode:
		t = textzh.Spaces(n.Data)
	case html.ElementNode:
		if unseen(n) || h.a.count[n] > 1 {
			return heading{}
		}
		t = shortText(n, 60)
		plain = !headingTag.MatchString(n.Data) && n.Data != "dt" && n.Data != "th"
	}
	out := headingOf(t, plain)
	out.node = n
	return out
}

func headingOf(t string, plain bool) heading {
	if t == "" || len(t) > 60 {
		return heading{}
	}
	if d, ok := wholeDay(t); ok {
		return heading{day: d, plain: plain}
	}
	if g := headingYear.FindStringSubmatch(bare(t)); g != nil {
		return heading{year: num(g[1]), plain: plain}
	}
	return heading{}
}

// spanning reads a cell that reaches so many rows down from tr and is a date.
func spanning(tr *html.Node, distance int) heading {
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.Data != "td" && c.Data != "th" {
			continue
		}
		if n, err := strconv.Atoi(strings.TrimSpace(attr(c, "rowspan"))); err == nil && n > distance {
			if d := headingOf(shortText(c, 60), false); !d.none() {
				d.node, d.spans = c, true
				return d
			}
		}
	}
	return heading{}
}

// asideHeading names the lists that stand beside the one a page is about.
var asideHeading = regexp.MustCompile(`^(?:今日|最新|热点|图片|时政|重要|本网)?(?:要闻|头条|快讯|新闻|动态|推荐|热点|热门|排行|关注|专题|导航|链接)(?:速递|推荐|关注|文章|信息|新闻|排行|榜|专题|专栏|链接|信息)*$|^相关|^推荐|^热门|^友情`)

// placed weighs a container by the line above it: the name of the page's own
// column raises it, words for what stands beside lower it.
func placed(n *html.Node, column string, a anchors) float64 {
	for level := 0; level < maxClimb && n != nil && n.Type == html.ElementNode && n.Data != "body"; level++ {
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			if s.Type != html.ElementNode || unseen(s) {
				continue
			}
			t := textzh.Squeeze(strings.TrimRight(shortText(s, 60), ">» 更多MOREmore+"))
			switch {
			case t == "" || !headingOf(t, true).none():
				continue
			case column != "" && t == column:
				return 2
			case asideHeading.MatchString(t):
				return 0.35
			case a.count[s] > 1 || utf8.RuneCountInString(t) <= 12:
				return 1
			}
		}
		n = n.Parent
	}
	return 1
}

// standing weighs a container by the pager under it and the line above it. What
// turns pages is what the page is about, whatever its heading says.
func standing(n *html.Node, column string, a anchors) float64 {
	pager, place := besidePager(n, a), placed(n, column, a)
	if pager > 1 {
		place = max(place, 1)
	}
	return pager * place
}
