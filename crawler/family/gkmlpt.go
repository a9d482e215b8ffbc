package family

import (
	"fmt"
	"regexp"
	"strings"
)

// gkmlpt is Guangdong's platform of government information: a shell page with
// window._CONFIG, and GET /gkmlpt/api/all/{category}?page=k&sid={SID}.
type gkmlpt struct{}

func (gkmlpt) Name() string { return "gkmlpt" }

func (gkmlpt) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"/gkmlpt/api", 0.95}, {"/gkmlpt/", 0.6}, {"display_publish_time", 0.9}})
}

var gkmlptAPI = api{
	name:   "gkmlpt",
	arrays: []string{"articles", "data.articles", "data.list"},
	fields: columnNames{
		title: []string{"title"}, url: []string{"url", "post_url"}, date: []string{"display_publish_time", "publish_time", "pub_time"},
		written: []string{"date"}, number: []string{"document_number"}, issuer: []string{"publisher"},
	},
}

// List implements Family.
func (g gkmlpt) List(p Page) (Listing, error) {
	if p.Root != nil {
		if first := gkmlptShell(p); len(first) > 0 {
			return Listing{Family: g.Name(), First: first, Endpoint: first[0].URL}, nil
		}
		return readMarkup(g.Name(), p)
	}
	l, root, err := gkmlptAPI.readAPI(p, nil)
	if err != nil {
		return l, err
	}
	if l.Total == 0 && l.Pages == 0 {
		l.Total = num(root.at("total").str())
	}
	l.Next = following(p, "page", l, num(p.List.Options["page_size"]))
	return l, nil
}

var (
	gkmlptSID  = regexp.MustCompile(`SID["']?\s*[:=]\s*["']?(\d+)`)
	gkmlptTree = regexp.MustCompile(`TREE["']?\s*[:=]\s*\[`)
)

// gkmlptShell asks the API for the category of the declaration (option category,
// or the #id of the address), else for the one whose name speaks of documents.
func gkmlptShell(p Page) []Request {
	sid := p.List.Options["sid"]
	if g := gkmlptSID.FindStringSubmatch(p.Text); g != nil && sid == "" {
		sid = g[1]
	}
	cat := p.List.Options["category"]
	if i := strings.LastIndexByte(p.List.URL, '#'); i >= 0 && cat == "" {
		cat = strings.Trim(p.List.URL[i+1:], "/")
	}
	if m := gkmlptTree.FindStringIndex(p.Text); m != nil && cat == "" {
		if v, _, ok := parseLiteral(p.Text[m[1]-1:]); ok {
			cat, _ = documentCategory(v, 0)
		}
	}
	if sid == "" || cat == "" {
		return nil
	}
	u, ok := resolve(p.URL, fmt.Sprintf("/gkmlpt/api/all/%s?page=1&sid=%s", cat, sid))
	if !ok {
		return nil
	}
	return []Request{get(u, 1)}
}

// documentCategory picks the category of a tree that holds issued documents.
func documentCategory(tree *value, depth int) (id string, score int) {
	if tree == nil || depth > 8 {
		return "", 0
	}
	for _, v := range tree.items {
		s := 1
		for i, w := range []string{"政策", "文件", "规范性文件", "政府文件", "部门文件"} {
			if strings.Contains(v.at("name").str(), w) {
				s += 1 + i
			}
		}
		if s > score && v.at("id").str() != "" {
			id, score = v.at("id").str(), s
		}
		if sub, t := documentCategory(v.at("children"), depth+1); t > score {
			id, score = sub, t
		}
	}
	return id, score
}
