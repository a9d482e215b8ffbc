package family

import (
	"regexp"
)

// govcn is the State Council's site: one JSON of the newest papers
// (ZUIXINZHENGCE.json), and the search of the policy library (sousuo) with
// searchVO.listVO and times in milliseconds.
type govcn struct{}

func (govcn) Name() string { return "govcn" }

func (govcn) mark(p Page) float64 {
	return sureness(p, []fingerprint{{"DOCRELPUBTIME", 0.95}, {"searchVO", 0.95}, {"ZUIXINZHENGCE", 0.9}, {"/search-gov/", 0.8}})
}

var govcnAPI = api{
	name:   "govcn",
	arrays: []string{"", "searchVO.listVO", "searchVO.catMap.gongwen.listVO", "searchVO.catMap.bumenfile.listVO", "data.list"},
	fields: columnNames{
		title: []string{"TITLE", "title"}, url: []string{"URL", "url"}, date: []string{"DOCRELPUBTIME", "pubtime", "pubtimeStr"},
		number: []string{"pcode", "wenhao", "fwzh"}, issuer: []string{"puborg"},
	},
}

var govcnSource = regexp.MustCompile(`(?:data-json\s*=\s*|getList\(\s*|url\s*:\s*)["']([^"'\s]+\.json)["']`)

// List implements Family.
func (g govcn) List(p Page) (Listing, error) {
	if p.Root != nil {
		return markup{name: g.Name(), shell: func(p Page) []Request {
			if m := govcnSource.FindStringSubmatch(p.Text); m != nil {
				if u, ok := resolve(p.URL, m[1]); ok {
					return []Request{get(u, 1)}
				}
			}
			return nil
		}}.List(p)
	}
	l, root, err := govcnAPI.readAPI(p, nil)
	if err != nil || root == nil || root.kind == 'a' {
		return l, err
	}
	l.Next = following(p, "p", l, num(queryOf(p.URL, "n")))
	return l, nil
}
