package family

import "strings"

// igs is the TRS search behind 南威 IGS and WAS: JSON with pinyin initials (BT
// 标题, FWZH 发文字号, CWRQ 成文日期, FBRQ 发布日期, YXX 有效性), or the pages of
// was5/web/search.
type igs struct{}

func (igs) Name() string { return "igs" }

func (igs) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"was5/web/search", 0.9}, {"\"DOCPUBURL\"", 0.8}, {"\"FWZH\"", 0.8}, {"/igs/front/", 0.9}})
}

var igsAPI = api{
	name:   "igs",
	arrays: []string{"page.content", "data.page.content", "data.content", "data.list", "data.data", "content", "rows", "docs"},
	fields: columnNames{
		title: []string{"BT", "FileName", "DOCTITLE", "title"}, url: []string{"DOCPUBURL", "docpuburl", "url"},
		date: []string{"FBRQ", "PUBDATE", "DOCRELTIME", "docpubtime"}, written: []string{"CWRQ", "SCRQ"},
		number: []string{"FWZH", "fileNum", "docno"}, issuer: []string{"FWJG_name", "FWJG", "publisher"},
	},
}

// List implements Family.
func (g igs) List(p Page) (Listing, error) {
	if p.Root != nil {
		l, err := markup{name: g.Name(), containers: []string{"ul#list", "table"}}.List(p)
		if err == nil && len(l.Next) == 0 && strings.Contains(p.URL, "was5/web/search") && l.Page < l.Pages {
			l.Next = following(p, "page", l, 0)
		}
		return l, err
	}
	l, root, err := igsAPI.readAPI(p, nil)
	if err != nil {
		return l, err
	}
	param := "pageNumber"
	for _, k := range pageParams {
		if queryOf(p.URL, k) != "" {
			param = k
			break
		}
	}
	size := num(root.at("page", "pageSize").str())
	l.Next = following(p, param, l, size)
	return l, nil
}
