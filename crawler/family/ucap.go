package family

import (
	"fmt"
	"regexp"
	"strings"
)

// ucap is the platform 开普 UCAP: common_list.shtml in markup, or the answers of
// /common/search/{channel} in JSON with the fields of the head table in
// domainMetaList.
type ucap struct{}

func (ucap) Name() string { return "ucap" }

func (ucap) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"/common/search/", 0.9}, {"common_list", 0.8}, {"UCAP", 0.7}, {"domainMetaList", 0.9}, {"nav_list.shtml", 0.6}, {"listContent", 0.4}, {"_list.shtml", 0.5}})
}

var ucapAPI = api{
	name:   "ucap",
	arrays: []string{"data.results", "data.list", "results", "data.rows"},
	fields: columnNames{
		title: []string{"title", "resultTitle"}, url: []string{"url", "urls.pc"}, date: []string{"meta.pubdate", "publishedTimeStr", "publishedTime", "meta.publishtime"},
		written: []string{"meta.writedate", "meta.writtendate"}, number: []string{"meta.refno", "meta.fileno"}, issuer: []string{"meta.publishorg", "meta.puborg", "meta.issuer"},
	},
}

// List implements Family.
func (u ucap) List(p Page) (Listing, error) {
	if p.Root != nil {
		return markup{
			name: u.Name(), containers: []string{"ul.pageList", "ul.listContent", "ul.list", ".biaobody"}, shell: ucapShell,
		}.List(p)
	}
	l, root, err := ucapAPI.readAPI(p, ucapMeta)
	if err != nil {
		return l, err
	}
	l.Next = following(p, "page", l, num(root.at("data", "rows").str()))
	return l, nil
}

// ucapMeta lays the pairs of domainMetaList flat as meta.KEY.
func ucapMeta(r record) record {
	list := r.values["domainMetaList"]
	if list == nil || list.kind != 'a' {
		return r
	}
	for _, group := range list.items {
		pairs := group.at("resultList")
		if pairs == nil {
			continue
		}
		for _, pair := range pairs.items {
			key, val := pair.at("key").str(), pair.at("value")
			if name := "meta." + strings.ToLower(key); key != "" && val != nil && r.values[name] == nil {
				r.keys = append(r.keys, name)
				r.values[name] = val
			}
		}
	}
	return r
}

var (
	ucapCall    = regexp.MustCompile(`["'](/?(?:[\w.:/-]*/)?common/search/\w+[^"'\s]*)["']`)
	ucapChannel = regexp.MustCompile(`channelId["']?\s*[:=]\s*["']([0-9a-f]{32})["']`)
)

// ucapShell finds the channel that a page's script asks for.
func ucapShell(p Page) []Request {
	if g := ucapCall.FindStringSubmatch(p.Text); g != nil {
		if u, ok := resolve(p.URL, g[1]); ok {
			return []Request{get(withDefault(withDefault(u, "_isJson", "true"), "page", "1"), 1)}
		}
	}
	channel := p.List.Options["channel"]
	if g := ucapChannel.FindStringSubmatch(p.Text); g != nil && channel == "" {
		channel = g[1]
	}
	if channel == "" {
		return nil
	}
	u, ok := resolve(p.URL, fmt.Sprintf("/common/search/%s?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1", channel))
	if !ok {
		return nil
	}
	return []Request{get(u, 1)}
}

func withDefault(raw, key, val string) string {
	if queryOf(raw, key) != "" {
		return raw
	}
	if !strings.Contains(raw, "?") {
		return raw + "?" + key + "=" + val
	}
	return raw + "&" + key + "=" + val
}
