package change_test

import (
	"fmt"
	"strings"
	"testing"

	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/notice"
)

// parts of a page that holds no Chinese.
type english struct {
	slide, nav, title, body, side, footer, stamp string
	hits, token                                  int
	landmarks                                    bool
}

func plain() english {
	return english{
		slide: "Visitors watch the sunrise over the northern valley while rangers prepare the morning programme for schools.",
		nav:   "<li><a href=/about>About us</a></li><li><a href=/work>Our work</a></li>", title: "Clean Energy Grants",
		body: "<p>The office helps small companies to bring clean energy technology to the market by giving free technical assistance.</p>" +
			"<h2>Who may apply</h2><p>Companies with fewer than 500 employees may apply once in each fiscal year, from 1 October to 30 September.</p>" +
			"<p><img src='/files/styles/large/plant.jpg?itok=ab12' width=900 alt='A plant'></p><p>See the <a href='/files/guide.pdf'>guide for applicants</a> and the <a href=/faq>list of questions</a> before you write to us.</p>",
		side: "<li><a href=/a>Partnerships</a></li><li><a href=/b>Licensing</a></li>", footer: "<p>Office of Energy, 1000 Main Street.</p><ul><li><a href=/privacy>Privacy</a></li></ul>",
		stamp: "Wednesday, February 01, 2017", hits: 412, token: 77, landmarks: true,
	}
}

func (e english) page() family.Page {
	head, open, closed, foot, footClosed := "<div class=top>", "<div class=wrap1>", "</div>", "<div class=wrap2>", "</div>"
	if e.landmarks {
		head, open, closed, foot, footClosed = "<header role=banner>", "<div class=l-content role=main><a id=main-content></a><div class='two-column no-sidebar'>", "</div></div>", "<footer role=contentinfo>", "</footer>"
	}
	slide := ""
	if e.landmarks {
		slide = "<div class=flexslider><p>" + e.slide + "</p></div>"
	}
	headEnd := strings.Replace(strings.Fields(strings.Replace(head, "<", "</", 1))[0], ">", "", 1) + ">"
	doc := "<!DOCTYPE html><html lang=en><head><title>" + e.title + " | Office of Energy</title></head><body>" +
		fmt.Sprintf("<form method=post><input type=hidden name=__VIEWSTATE value=%d>", e.token) +
		head + "<span class=cur>" + e.stamp + "</span><ul>" + e.nav + "</ul>" + slide + headEnd +
		open + "<h1>" + e.title + "</h1>" + e.body +
		fmt.Sprintf("<div class=meta>By the editors <span>Number of views (%d)</span></div><p>Last updated: %s</p><div class='twitter-feed'><p>A message of number %d about our day in the field with many friends of the office.</p></div>", e.hits, e.stamp, e.token) +
		"<nav class=sidenav><ul>" + e.side + "</ul></nav>" + closed + foot + e.footer + footClosed + "</form></body></html>"
	return family.NewPage("https://office.example/grants", "text/html; charset=utf-8", []byte(doc))
}

func TestForeignPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit func(e *english)
		want notice.ChangeKind
		// named marks what only landmarks tell from the text.
		named bool
	}{
		{"counters, dates, tokens", func(e *english) { e.hits, e.token, e.stamp = 999, 31337, "Thursday, March 16, 2017" }, notice.ChangeCosmetic, false},
		{"banner text rotates", func(e *english) {
			e.slide = "A worker climbs down the dam with ropes, which is a safe way to reach old valves."
		}, notice.ChangeCosmetic, true},
		{"footer", func(e *english) {
			e.footer = "<p>Office of Energy, 2000 Second Street.</p><ul><li><a href=/x>No fear act</a></li></ul>"
		}, notice.ChangeCosmetic, true},
		{"menus", func(e *english) {
			e.side += "<li><a href=/c>Applications</a></li>"
			e.nav = "<li><a href=/x>Climate</a></li><li><a href=/y>Careers</a></li>"
		}, notice.ChangeCosmetic, false},
		{"addresses of links and pictures", func(e *english) {
			e.body = strings.NewReplacer("itok=ab12", "itok=zz99", "/faq", "https://office.example/faq", "/files/guide.pdf", "https://office.example/files/guide.pdf").Replace(e.body)
		}, notice.ChangeCosmetic, false},
		{"a sentence", func(e *english) {
			e.body = strings.Replace(e.body, "free technical assistance", "paid technical advice", 1)
		}, notice.ChangeEdited, false},
		{"a figure", func(e *english) { e.body = strings.Replace(e.body, "500", "250", 1) }, notice.ChangeEdited, false},
		{"a paragraph goes", func(e *english) {
			e.body = strings.Replace(e.body, "<p>Companies with fewer than 500 employees may apply once in each fiscal year, from 1 October to 30 September.</p>", "", 1)
		}, notice.ChangeEdited, false},
		{"a picture goes", func(e *english) {
			e.body = strings.Replace(e.body, "<img src='/files/styles/large/plant.jpg?itok=ab12' width=900 alt='A plant'>", "", 1)
		}, notice.ChangeEdited, false},
		{"a file goes", func(e *english) {
			e.body = strings.Replace(e.body, "<a href='/files/guide.pdf'>guide for applicants</a>", "guide for applicants", 1)
		}, notice.ChangeEdited, false},
		{"the title", func(e *english) { e.title = "Energy Grants" }, notice.ChangeEdited, false},
	} {
		for _, landmarks := range []bool{true, false} {
			if !landmarks && c.named {
				continue // what nothing names is text
			}
			t.Run(fmt.Sprintf("%s/landmarks=%v", c.name, landmarks), func(t *testing.T) {
				t.Parallel()
				before := plain()
				before.landmarks = landmarks
				after := before
				c.edit(&after)
				if got := change.Compare(before.page(), after.page()); got.Kind != c.want || !got.Foreign {
					t.Errorf("%s (foreign %v), want %s\n%s\n%+v", got.Kind, got.Foreign, c.want, got.Diff, got.After.Lines)
				}
			})
		}
	}
}
