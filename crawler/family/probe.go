package family

import (
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"

	"golang.org/x/net/html"
)

// Probed is what a page of an unknown site tells about itself.
type Probed struct {
	// List is a declaration of the page: address, column and family.
	List    notice.List
	Listing Listing
	// Site is the site's name and Code its identification code (网站标识码), whose
	// first six digits are the region's; empty when the page does not say.
	Site string
	Code string
}

// Probe reads a page for `sources add`: which family draws it, what the list
// holds, whose site it is. Where Listing.First is set the list stands behind
// another request: fetch it and probe its answer, and keep this List. The error
// wraps ErrEmptyList when neither list nor shell was found.
func Probe(p Page) (Probed, error) {
	out := Probed{List: notice.List{URL: p.URL, Family: "auto"}}
	out.Site, out.List.Column, out.Code = labelsOf(p)
	shape, err := auto{}.List(p)
	for _, name := range Detect(p) {
		f, ok := ByName(name)
		if !ok {
			continue
		}
		l, ferr := f.List(p)
		switch {
		case ferr != nil:
			continue
		case len(l.First) > 0 && len(shape.Items) < 3, agrees(l, shape):
			out.List.Family, out.Listing = name, l
			return out, nil
		}
	}
	out.Listing = shape
	return out, err
}

// labelsOf reads the labels that government sites must carry (SiteName,
// ColumnName, SiteIDCode) and falls back on the page's title.
func labelsOf(p Page) (site, column, code string) {
	if p.Root == nil {
		return "", "", ""
	}
	title := ""
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "title" && n.FirstChild != nil && title == "" {
			title = textzh.Spaces(n.FirstChild.Data)
		}
		if n.Type == html.ElementNode && n.Data == "meta" {
			v := textzh.Spaces(attr(n, "content"))
			switch strings.ToLower(attr(n, "name")) {
			case "sitename":
				site = v
			case "columnname":
				column = v
			case "siteidcode":
				code = v
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(p.Root)
	first, rest, _ := strings.Cut(strings.NewReplacer("_", "-", "|", "-", "—", "-", "–", "-").Replace(title), "-")
	if column == "" {
		column = strings.TrimSpace(first)
	}
	if site == "" {
		site = strings.Trim(rest[strings.LastIndexByte(rest, '-')+1:], " ")
	}
	return site, column, code
}
