package family

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hint is what an element's name, class, id and style say about it. Hints only
// ever weigh in; a page without any is read by its shape.
type hint uint16

const (
	hintHidden hint = 1 << iota
	hintBody        // named as the article by a CMS family
	hintTitle       // named as the title
	hintNoise       // named as share bar, counter, neighbours …
	hintFoot        // named as footer or navigation
	hintNav         // named as breadcrumb or menu
	hintFile        // named as attachment list
	hintInfo        // named as the line under the title
	hintData        // line of a table of data
	hintPair        // line is a labelled fact
	hintRepeat      // line repeats the title
	hintHead        // h1 to h3

	hintMark = hintTitle | hintHead
	hintLine = hintNoise | hintFoot | hintNav | hintFile | hintInfo
)

// bodyNames are ids and classes that CMS families give to the article and to
// nothing else (TRS, Hanweb, UCAP, gkmlpt, VSB, IGS).
var bodyNames = map[string]bool{
	"zoom": true, "zoomcon": true, "ucap-content": true, "trs_editor": true, "trs_editor_view": true,
	"trs_ueditor": true, "trs_web": true, "article-content": true, "article_content": true, "articlecontent": true,
	"pages_content": true, "vsb_content": true, "v_news_content": true, "article_con": true, "articlecon": true,
	"info_cont": true, "content_article": true, "content_body_box": true, "wenzhang-content": true, "jgz_box": true,
	"bt-content": true, "main-txt": true, "ivs_content": true, "maintext": true, "wzzw-article": true,
	"article-body": true, "news_content": true, "newscontent": true, "detail-content": true, "detail_content": true,
	"content-text": true, "contenttext": true, "con_text": true, "articletext": true, "zwxl-article": true,
	"xxgk-article": true, "newsbody": true, "content_body": true, "art_con": true, "text_content": true, "zwnr": true,
}

// partHints are parts of names, split at everything that is no letter.
var partHints = map[string]hint{
	"footer": hintFoot, "foot": hintFoot, "copyright": hintFoot, "dibu": hintFoot, "bottom": hintNoise,
	"nav": hintNav, "navs": hintNav, "navi": hintNav, "menu": hintNav, "breadcrumb": hintNav, "crumb": hintNav,
	"crumbs": hintNav, "location": hintNav, "dqwz": hintNav, "curpos": hintNav, "curpage": hintNav, "position": hintNav,
	"weizhi": hintNav, "sitemap": hintNav, "currentloc": hintNav, "curb": hintNav, "path": hintNav, "mbx": hintNav,
	"share": hintNoise, "bdsharebuttonbox": hintNoise, "bdshare": hintNoise, "shareicon": hintNoise, "fenxiang": hintNoise,
	"print": hintNoise, "dayin": hintNoise, "fontsize": hintNoise, "ziti": hintNoise, "toolbar": hintNoise, "related": hintNoise, "xgwj": hintNoise,
	"xgjd": hintNoise, "xgxx": hintNoise, "xgzc": hintNoise, "xglj": hintNoise, "prev": hintNoise, "prevnext": hintNoise,
	"qrcode": hintNoise, "ewm": hintNoise, "erweima": hintNoise, "sidebar": hintNoise, "login": hintNoise, "search": hintNoise,
	"banquan": hintNoise, "banquanmianze": hintNoise, "mianze": hintNoise, "disclaimer": hintNoise, "recommend": hintNoise, "hot": hintNoise, "comment": hintNoise, "pagination": hintNoise,
	"guanlian": hintNoise, "xiangguan": hintNoise,
	"title": hintTitle, "biaoti": hintTitle, "tit": hintTitle, "bt": hintTitle, "btnr": hintTitle, "headline": hintTitle, "ucaptitle": hintTitle,
	"fujian": hintFile, "attach": hintFile, "attachment": hintFile, "attachments": hintFile, "fj": hintFile, "appendix": hintFile, "fjxz": hintFile,
	"info": hintInfo, "attr": hintInfo, "source": hintInfo, "date": hintInfo, "sub": hintInfo, "pubtime": hintInfo, "time": hintInfo,
}

// readHint reads the attributes of an element once. align is 'r', 'c' or 0.
func (w *walker) readHint(n *html.Node) (h hint, align byte) {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3:
		h |= hintHead
	case atom.Footer:
		h |= hintFoot
	case atom.Nav:
		h |= hintNav
	case atom.Center:
		align = 'c'
	case 0:
		switch n.Data {
		case "ucapcontent":
			h |= hintBody
		case "ucaptitle":
			h |= hintTitle
		}
	}
	for i := range n.Attr {
		v := n.Attr[i].Val
		switch n.Attr[i].Key {
		case "id", "class":
			if v != "" && len(v) < 200 {
				h |= nameHint(v)
			}
		case "style":
			said := w.styleSays(v)
			if said.align != 0 {
				align = said.align
			}
			if said.hide {
				h |= hintHidden
			}
		case "hidden":
			h |= hintHidden
		case "aria-hidden":
			if v == "true" {
				h |= hintHidden
			}
		case "align":
			align = alignOf(v)
		case "name":
			if n.DataAtom == atom.A && v != "" {
				continue
			}
		}
	}
	return h, align
}

// nameHint reads one id or class attribute. It allocates only for upper case.
func nameHint(v string) (h hint) {
	v = strings.ToLower(v)
	for len(v) > 0 {
		i := strings.IndexByte(v, ' ')
		name := v
		if i >= 0 {
			name, v = v[:i], v[i+1:]
		} else {
			v = ""
		}
		if name == "" {
			continue
		}
		if name == "ng-hide" || name == "hide" || name == "hidden" || name == "d-none" || name == "displaynone" || name == "undis" || name == "dis-none" || name == "disnone" {
			h |= hintHidden
			continue
		}
		if bodyNames[name] || strings.HasPrefix(name, "vsb_content") {
			h |= hintBody
			continue
		}
		h |= partHint(name)
	}
	return h
}

// partHint looks the parts of one name up: xl_title, btn-share, contentTitle.
func partHint(name string) (h hint) {
	start := -1
	for i := 0; i <= len(name); i++ {
		letter := i < len(name) && name[i] >= 'a' && name[i] <= 'z'
		if letter && start < 0 {
			start = i
		}
		if !letter && start >= 0 {
			h |= partHints[name[start:i]]
			start = -1
		}
	}
	return h
}

// style is what a style attribute says.
type style struct {
	text  string
	hide  bool
	align byte
}

// styleSays reads a style once for the many elements that bear it: the styles of
// a page are few and come back in turn.
func (w *walker) styleSays(v string) style {
	if len(v) < 9 {
		return style{}
	}
	at := &w.styles[(len(v)*5+int(v[len(v)/2])*3+int(v[len(v)-3]))%len(w.styles)]
	if at.text != v {
		at.text = v
		at.hide, at.align = styleHint(v)
	}
	return *at
}

// styleHint reads the two things of a style that matter here. Styles in upper
// case are those of old editors, which only align.
func styleHint(v string) (hide bool, align byte) {
	i := strings.Index(v, "text-align")
	if i < 0 {
		i = strings.Index(v, "TEXT-ALIGN")
	}
	if i >= 0 {
		align = alignOf(strings.TrimLeft(v[i+10:], ": "))
	}
	if i := strings.Index(v, "isplay"); i >= 0 {
		rest := strings.TrimLeft(v[i+6:], ": ")
		hide = len(rest) >= 4 && strings.EqualFold(rest[:4], "none")
	}
	if i := strings.Index(v, "visib"); i >= 0 && strings.Contains(v[i:], "hidden") {
		hide = true
	}
	if strings.Contains(v, "pacity") && zeroAfter(v, "pacity") || strings.Contains(v, "rect(0") || zeroAfter(v, "font-size") && zeroAfter(v, "line-height") {
		hide = true
	}
	if strings.Contains(v, "-99") &&
		(strings.Contains(v, "text-indent:-99") || strings.Contains(v, "left:-99") || strings.Contains(v, "left: -99")) {
		hide = true
	}
	if i := strings.Index(v, "height:0"); i >= 0 && strings.Contains(v, "overflow") && strings.Contains(v, "hidden") {
		rest := v[i+len("height:0"):]
		hide = hide || rest == "" || rest[0] == ';' || rest[0] == 'p'
	}
	return hide, align
}

// zeroAfter says that a property is set to nothing: 0, 0px.
func zeroAfter(style, property string) bool {
	i := strings.Index(style, property)
	if i < 0 {
		return false
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(style[i+len(property):], ": "), "0")
	return ok && (rest == "" || rest[0] == ';' || rest[0] == 'p' || rest[0] == ' ' || rest[0] == '!')
}

func alignOf(v string) byte {
	if v == "" {
		return 0
	}
	switch v[0] | 0x20 {
	case 'r':
		return 'r'
	case 'c':
		return 'c'
	case 'l', 'j', 's':
		return 'l'
	}
	return 0
}

// indexFold is strings.Index for an ASCII word in lower case.
func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}
