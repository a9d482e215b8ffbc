package family

import (
	"path"
	"sort"
	"strings"

	"govwatch/internal/urlx"

	"golang.org/x/net/html"
)

// fileSuffixes are the file types that governments attach (DOMAIN: 附件).
var fileSuffixes = map[string]bool{
	".pdf": true, ".doc": true, ".docx": true, ".xls": true, ".xlsx": true, ".wps": true, ".et": true, ".ofd": true,
	".zip": true, ".rar": true, ".7z": true, ".ppt": true, ".pptx": true, ".txt": true, ".ceb": true, ".rtf": true, ".csv": true, ".dps": true, ".tif": true,
}

// linkTarget returns where an anchor leads, also when only a script knows.
func linkTarget(n *html.Node) string {
	click := ""
	for _, a := range n.Attr {
		switch a.Key {
		case "href":
			v := strings.Trim(a.Val, " \t\r\n")
			if v != "" && v[0] != '#' && !hasPrefixFold(v, "javascript:") && !hasPrefixFold(v, "mailto:") {
				return v
			}
			if hasPrefixFold(v, "javascript:") {
				click = v
			}
		case "onclick":
			click = a.Val
		}
	}
	return quotedFile(click)
}

// quotedFile returns the first quoted address of a file in a script call, as in
// window.open('…/a.pdf').
func quotedFile(s string) string {
	for len(s) > 0 {
		i := strings.IndexAny(s, `'"`)
		if i < 0 {
			return ""
		}
		j := strings.IndexByte(s[i+1:], s[i])
		if j < 0 {
			return ""
		}
		if v := s[i+1 : i+1+j]; isFile(v) {
			return v
		}
		s = s[i+j+2:]
	}
	return ""
}

func hasPrefixFold(s, p string) bool { return len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) }

// isFile reports an address that brings a file: by its suffix, or by one of the
// download programs of the CMS families.
func isFile(href string) bool {
	p := href
	if i := strings.IndexByte(p, '#'); i >= 0 {
		p = p[:i]
	}
	query := ""
	if i := strings.IndexByte(p, '?'); i >= 0 {
		p, query = p[:i], p[i+1:]
	}
	if fileSuffixes[strings.ToLower(path.Ext(p))] {
		return true
	}
	if query == "" {
		return indexFold(p, "/download/") >= 0 && path.Ext(p) == "" && len(p) > 20
	}
	if ext := strings.ToLower(path.Ext(query)); fileSuffixes[ext] {
		return true
	}
	return indexFold(p, "downfile") >= 0 || indexFold(p, "download") >= 0 || indexFold(p, "filedown") >= 0 || indexFold(p, "attachment") >= 0
}

// attachments keeps the file links that belong to the article: inside it, close
// behind it, in a place named for attachments, or beside the word 附件.
func (s *shaper) attachments(p Page, l *Layout) []Link {
	var out []Link
	for k := range s.links {
		r := &s.links[k]
		if !isFile(r.href) && !s.picture(r) || !s.belongs(r, l) {
			continue
		}
		u := r.href
		if abs, ok := p.resolve(u); ok {
			u = abs
		}
		name := s.linkName(r)
		if n := len(out); n > 0 {
			if i := sameLink(out, u); i >= 0 {
				if i == n-1 && out[i].Line == r.line && !strings.Contains(out[i].Name, name) {
					out[i].Name += name // one link cut in two by the editor
				}
				continue
			}
		}
		out = append(out, Link{Name: name, URL: u, Line: r.line})
	}
	return out
}

// picture says that a link to an image is offered as an attachment: 附件1：流程图.
func (s *shaper) picture(r *rawLink) bool {
	switch strings.ToLower(path.Ext(r.href)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".bmp":
		return strings.Contains(s.rangeText(r.lo, r.hi), "附件")
	}
	return false
}

func sameLink(links []Link, u string) int {
	for i := range links {
		if links[i].URL == u {
			return i
		}
	}
	return -1
}

// belongs says whether a file link is part of the document.
func (s *shaper) belongs(r *rawLink, l *Layout) bool {
	if r.line < len(s.lines) && s.lines[r.line].flags&hintFoot != 0 || s.software(r) {
		return false
	}
	if r.line >= l.From && r.line < l.To {
		return true
	}
	if r.inFiles {
		return true
	}
	for i := min(r.line, len(s.lines)-1); i >= 0 && i > r.line-4; i-- {
		if t := s.lineText(i); strings.HasPrefix(t, "附件") || strings.HasPrefix(t, "相关附件") || strings.HasPrefix(t, "【附件") || strings.HasPrefix(t, "附：") {
			return true
		}
	}
	if r.line < l.To || r.line > l.To+12 || !s.fileName(r, l) {
		return false
	}
	for i := l.To; i < r.line && i < len(s.lines); i++ {
		if ln := &s.lines[i]; ln.flags&hintFoot != 0 || int(ln.Link)*10 > (ln.End-ln.Start)*8 && !s.fileLine(i) {
			return false
		}
	}
	return true
}

// software says that a file is what readers are offered to open files with.
func (s *shaper) software(r *rawLink) bool {
	name := s.rangeText(r.lo, r.hi)
	for _, w := range [...]string{"客户端", "阅读器", "浏览器", "播放器", "插件", "使用帮助"} {
		if strings.Contains(name, w) {
			return len(name) < 60
		}
	}
	return false
}

// fileName says that a link behind the article names a document: by a file
// suffix, the word 附件, or words that the article itself uses.
func (s *shaper) fileName(r *rawLink, l *Layout) bool {
	name := s.rangeText(r.lo, r.hi)
	if plainName(name) || strings.Contains(name, "附件") || isFile(name) {
		return true
	}
	return len(name) >= 12 && l.From < l.To && strings.Contains(s.text[:s.lines[l.To-1].End], strings.TrimLeft(name, "0123456789.、 "))
}

// fileLine says that line i holds a link to a file. Links stand in line order.
func (s *shaper) fileLine(i int) bool {
	at := sort.Search(len(s.links), func(k int) bool { return s.links[k].line >= i })
	for ; at < len(s.links) && s.links[at].line == i; at++ {
		if isFile(s.links[at].href) {
			return true
		}
	}
	return false
}

// linkName is the name shown: the link's text, else its title, else the line's
// text, else the file's own name.
func (s *shaper) linkName(r *rawLink) string {
	name := s.rangeText(r.lo, r.hi)
	if len(name) > 0 && !plainName(name) {
		return name
	}
	for _, a := range r.node.Attr {
		if a.Key == "title" || a.Key == "download" || a.Key == "textvalue" {
			if t := squeezeEnds(a.Val); t != "" && !plainName(t) {
				return t
			}
		}
	}
	if r.line < len(s.lines) {
		if t := strings.Trim(s.lineText(r.line), " "); t != "" && len(t) < 400 && !plainName(t) {
			return t
		}
	}
	if t := s.rowName(r.line); t != "" {
		return t
	}
	if name == "" {
		name = path.Base(strings.SplitN(r.href, "?", 2)[0])
	}
	return name
}

// rowName is the longest cell before line i in its row of a table: lists of files
// print the name beside the link 下载.
func (s *shaper) rowName(i int) string {
	if i >= len(s.lines) || s.lines[i].Row == 0 {
		return ""
	}
	best := ""
	for j := i - 1; j >= 0 && s.lines[j].Row == s.lines[i].Row; j-- {
		if t := strings.Trim(s.lineText(j), " "); len(t) > len(best) && len(t) < 400 && !plainName(t) {
			best = t
		}
	}
	return best
}

// plainName reports link texts that name no file.
func plainName(t string) bool {
	switch strings.Trim(t, " 【】[]（）()：:") {
	case "", "下载", "点击下载", "附件下载", "附件", "查看", "点击查看", "预览", "在线预览", "PDF", "WORD", "Word", "PDF下载", "下载附件", "点此下载", "此处", "这里", "下载文件", "查看附件", "下载PDF", "OFD", "在线查看":
		return true
	}
	return false
}

// embedded returns the file or frame that shows the article when the page prints none.
func (s *shaper) embedded(p Page, l *Layout) string {
	if l.weight() >= poorWeight {
		return ""
	}
	for _, f := range s.frames {
		if i := strings.Index(f, "file="); i >= 0 {
			f = f[i+5:]
		}
		if !isFile(f) {
			continue
		}
		if abs, ok := p.resolve(f); ok {
			return abs
		}
		return f
	}
	return ""
}

// resolve makes a reference of the page absolute; false without a usable base.
func (p Page) resolve(ref string) (string, bool) {
	abs, err := urlx.Resolve(p.URL, ref)
	return abs, err == nil
}
