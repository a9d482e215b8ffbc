package family

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// nea is the energy administration's site (a Xinhua system): ul#showData0 names
// a data source, ds_{id}.json beside the page holds all rows.
type nea struct{}

func (nea) Name() string { return "nea" }

func (nea) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"showData0", 0.95}, {"\"datasource\"", 0.9}})
}

var neaAPI = api{
	name: "nea", arrays: []string{"datasource", "data.datasource"},
	fields: columnNames{title: []string{"title", "showTitle"}, url: []string{"publishUrl"}, date: []string{"publishTime"}},
}

var dataSource = regexp.MustCompile(`([0-9a-zA-Z]{8,64})\s*$`)

// List implements Family.
func (n nea) List(p Page) (Listing, error) {
	if p.Root == nil {
		l, _, err := neaAPI.readAPI(p, nil)
		return l, err
	}
	var first []Request
	each(p.Root, func(c *html.Node) bool {
		if c.Type == html.ElementNode && len(first) == 0 && strings.HasPrefix(attr(c, "id"), "showData") {
			if g := dataSource.FindStringSubmatch(attr(c, "data")); g != nil {
				if u, ok := resolve(p.URL, "ds_"+g[1]+".json"); ok {
					first = []Request{get(u, 1)}
				}
			}
		}
		return c.Type != html.CommentNode
	})
	if len(first) > 0 {
		return Listing{Family: n.Name(), First: first, Endpoint: first[0].URL}, nil
	}
	return markup{name: n.Name(), containers: []string{"#showData0"}}.List(p)
}

// nfra is the financial regulator's site: scripts draw everything, the rows are
// static JSON files by item and page.
type nfra struct{}

func (nfra) Name() string { return "nfra" }

func (nfra) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"SelectDocByItemIdAndChild", 0.95}, {"/view/pages/ItemList.html", 0.9}, {"\"docSubtitle\"", 0.9}})
}

var nfraAPI = api{
	name: "nfra", arrays: []string{"data.rows", "rows"},
	fields: columnNames{title: []string{"docSubtitle", "docTitle"}, url: []string{"detail"}, date: []string{"publishDate"}, written: []string{"builddate"}, number: []string{"documentNo"}},
}

var (
	nfraItem  = regexp.MustCompile(`itemId=(\d+)`)
	nfraIndex = regexp.MustCompile(`pageIndex=(\d+)`)
	nfraSize  = regexp.MustCompile(`pageSize=(\d+)`)
)

// List implements Family.
func (n nfra) List(p Page) (Listing, error) {
	item := p.List.Options["item"]
	if g := nfraItem.FindStringSubmatch(p.URL); g != nil {
		item = g[1]
	}
	if p.Root != nil {
		u, ok := resolve(p.URL, fmt.Sprintf("/cn/static/data/DocInfo/SelectDocByItemIdAndChild/data_itemId=%s,pageIndex=1,pageSize=18.json", item))
		if item == "" || !ok {
			return Listing{Family: n.Name()}, fmt.Errorf("%w: the address names no itemId", ErrNoMatch)
		}
		return Listing{Family: n.Name(), First: []Request{get(u, 1)}, Endpoint: u}, nil
	}
	l, root, err := nfraAPI.readAPI(p, func(r record) record {
		if id := r.values["docId"].str(); id != "" {
			kind := r.values["generaltype"].str()
			if kind == "" {
				kind = "0"
			}
			r.keys = append(r.keys, "detail")
			r.values["detail"] = &value{kind: 's', text: fmt.Sprintf("/cn/view/pages/ItemDetail.html?docId=%s&itemId=%s&generaltype=%s", id, item, kind)}
		}
		return r
	})
	if err != nil {
		return l, err
	}
	l.Total = num(root.at("data", "total").str())
	cur, size := 1, 18
	if g := nfraIndex.FindStringSubmatch(p.URL); g != nil {
		cur = num(g[1])
	}
	if g := nfraSize.FindStringSubmatch(p.URL); g != nil {
		size = max(num(g[1]), 1)
	}
	l.Page, l.Pages = cur, (l.Total+size-1)/size
	if cur < l.Pages {
		l.Next = []Request{get(nfraIndex.ReplaceAllString(p.URL, fmt.Sprintf("pageIndex=%d", cur+1)), cur+1)}
	}
	return l, nil
}
