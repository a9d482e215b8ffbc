package family

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// querylist is Hanweb's dialect of Jiangxi: rows as JSON in a script of the page
// (articleList), further ones from POST /queryList.
type querylist struct{}

func (querylist) Name() string { return "hanweb-querylist" }

func (querylist) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"queryList", 0.9}, {"articleList", 0.7}, {"channelCode", 0.8}})
}

var querylistAPI = api{
	name:   "hanweb-querylist",
	arrays: []string{"articleList", "data.results", "data.list", "results"},
	fields: columnNames{title: []string{"title", "source.title"}, url: []string{"urls.pc", "source.urls.pc", "url", "source.url"}, date: []string{"pubDate", "source.pubDate"}},
}

// List implements Family.
func (q querylist) List(p Page) (Listing, error) {
	if p.Root == nil {
		l, root, err := querylistAPI.readAPI(p, nil)
		if err != nil {
			return l, err
		}
		size := max(num(root.at("data", "perPage").str()), 1)
		cur := num(root.at("data", "current").str())
		l.Page = max(cur, p.Number)
		if size == 1 {
			size = len(l.Items)
		}
		l.Pages = (l.Total + size - 1) / size
		if l.Page < l.Pages && p.Asked.Method == "POST" {
			form, ferr := url.ParseQuery(p.Asked.Body)
			if ferr == nil && form.Get("current") != "" {
				next := p.Asked
				form.Set("current", fmt.Sprint(l.Page+1))
				next.Body, next.Page = form.Encode(), l.Page+1
				l.Next = []Request{next}
			}
		}
		return l, nil
	}
	data := p
	data.Root, data.Text = nil, scriptWith(p, "articleList")
	l, _, err := querylistAPI.readAPI(data, nil)
	if err != nil {
		return l, err
	}
	l.Next = queryListNext(p, l)
	return l, nil
}

// scriptWith joins the scripts of a page that hold a word.
func scriptWith(p Page, word string) string {
	var b strings.Builder
	everyScript(p.Root, func(_ *html.Node, text string) {
		if strings.Contains(text, word) {
			b.WriteString(text)
			b.WriteByte('\n')
		}
	})
	return b.String()
}

// queryListNext builds the call for the following page of the parameters that
// the page gives its own script.
func queryListNext(p Page, l Listing) []Request {
	for _, v := range literalsIn(scriptWith(p, "channelCode")) {
		channel := first(v.at("channelCode"))
		site := first(v.at("webSiteCode"))
		if channel == "" {
			continue
		}
		size := num(v.at("perPage").str())
		if size <= 0 {
			size = 15
		}
		cur := max(num(v.at("current").str()), 1)
		if l.Total > 0 && cur*size >= l.Total || l.Total == 0 && len(l.Items) < size {
			return nil
		}
		// The page carries more rows than one page of the API holds.
		if len(l.Items) > size {
			cur = len(l.Items) / size
		}
		return []Request{queryListRequest(p, v, site, channel, cur+1, size)}
	}
	return nil
}

func first(v *value) string {
	if v != nil && v.kind == 'a' && len(v.items) > 0 {
		return v.items[0].str()
	}
	return v.str()
}

func queryListRequest(p Page, v *value, site, channel string, page, size int) Request {
	to := "/queryList"
	if u := v.at("url").str(); u != "" {
		to = u
	}
	if o := p.List.Options["api"]; o != "" {
		to = o
	}
	u, _ := resolve(p.URL, to)
	form := url.Values{}
	form.Set("unitid", v.at("unitid").str())
	form.Set("webSiteCode[]", site)
	form.Set("channelCode[]", channel)
	form.Set("perPage", fmt.Sprint(size))
	form.Set("current", fmt.Sprint(page))
	return Request{Method: "POST", URL: u, Body: form.Encode(), ContentType: "application/x-www-form-urlencoded; charset=UTF-8", Page: page}
}
