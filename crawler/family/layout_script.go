package family

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// detailKeys are the names under which detail answers and scripts (gkmlpt, NFRA,
// IGS, UCAP) keep the facts of a document, lower case, and the label each is read as.
var detailKeys = map[string]string{
	"title": "title", "doctitle": "title", "bt": "title", "articletitle": "title", "infotitle": "title", "docname": "title", "biaoti": "title", "doc_title": "title",
	"document_number": "number", "documentno": "number", "documentnumber": "number", "fwzh": "number", "wh": "number", "pcode": "number", "wenhao": "number", "refno": "number", "fileno": "number", "docno": "number", "doc_number": "number", "fileno_f": "number",
	"identifier": "index_no", "indexno": "index_no", "indexnumber": "index_no", "syh": "index_no", "index_number": "index_no", "indexnum": "index_no",
	"publisher": "issuer", "fwjg": "issuer", "puborg": "issuer", "publishorg": "issuer", "agencyname": "issuer", "fbjg": "issuer", "pub_org": "issuer", "fawenjigou": "issuer",
	"cwrq": "date_written", "writedate": "date_written", "create_date": "date_written", "written_date": "date_written", "doccwrq": "date_written", "builddate": "date_written", "gendate": "date_written",
	"fbrq": "date_published", "pubdate": "date_published", "publishdate": "date_published", "publish_date": "date_published", "pubtime": "date_published", "publishtime": "date_published", "display_publish_time": "date_published", "docpubtime": "date_published", "docreltime": "date_published", "first_publish_time": "date_published", "releasedate": "date_published",
	"source": "source", "docsource": "source", "ly": "source", "contentsource": "source", "laiyuan": "source",
	"yxx": "validity", "validity": "validity", "keywords": "subject_words", "ztc": "subject_words", "ssrq": "date_effective", "effectdate": "date_effective", "sxrq": "date_expiry",
}

// bodyKeys are the names of the article itself.
var bodyKeys = map[string]bool{"content": true, "docclob": true, "doc_content": true, "doccontent": true, "body": true, "html": true, "zw": true, "text": true, "articlecontent": true, "htmlcontent": true, "dochtmlcon": true, "doccontenthtml": true, "content_html": true, "infocontent": true, "nr": true}

// detail is what one literal tells of a document.
type detail struct {
	facts []Pair
	body  string
	files []Link
}

// readJSON reads a detail answer that is JSON.
func readJSON(p Page) Layout {
	text := strings.TrimSpace(p.Text)
	if i := strings.IndexByte(text, '('); i > 0 && i < 60 && strings.HasSuffix(strings.TrimRight(text, ";"), ")") {
		text = text[i+1:] // JSONP
	}
	v, _, ok := parseLiteral(text)
	if !ok || v == nil {
		return plainPage(p)
	}
	var d detail
	d.gather(v, 0)
	if d.body == "" && len(d.facts) == 0 {
		return plainPage(p)
	}
	return d.layout(p, map[string]string{})
}

// plainPage reads a body that is neither markup nor JSON as plain text.
func plainPage(p Page) Layout {
	if len(p.Text) > 4<<20 || strings.IndexByte(p.Text, 0) >= 0 {
		return Layout{Metas: map[string]string{}}
	}
	l := ReadText(p.Text)
	if strings.HasPrefix(strings.TrimSpace(p.Text), "{") || strings.HasPrefix(strings.TrimSpace(p.Text), "[") {
		l.From, l.To, l.Titles, l.HeadTable = 0, 0, nil, nil
	}
	return l
}

// readScript looks for an article that only a script holds (gkmlpt: DETAIL with
// an escaped content).
func readScript(p Page, w *walker) (Layout, bool) {
	for _, s := range w.scripts {
		if s.FirstChild == nil {
			continue
		}
		text := s.FirstChild.Data
		if len(text) < 400 || !mentionsBody(text) {
			continue
		}
		for _, v := range literalsIn(text) {
			var d detail
			d.gather(v, 0)
			if utf8.RuneCountInString(d.body) < 80 {
				continue
			}
			l := d.layout(p, w.metas)
			if l.weight() >= poorWeight/2 {
				l.DocTitle, l.Hidden = w.docTitle, w.hidden
				return l, true
			}
		}
	}
	return Layout{}, false
}

// mentionsBody says that a script names one of the keys of an article.
func mentionsBody(s string) bool {
	for _, k := range [...]string{"content", "docClob", "CONTENT", "\"body\"", "\"html\""} {
		if strings.Contains(s, k) {
			return true
		}
	}
	return false
}

// gather walks a value and keeps facts, the longest article and files.
func (d *detail) gather(v *value, depth int) {
	if v == nil || depth > 12 {
		return
	}
	for _, it := range v.items {
		d.gather(it, depth+1)
	}
	if v.kind != 'o' {
		return
	}
	d.file(v)
	for _, key := range v.keys {
		f := v.fields[key]
		name := strings.ToLower(key)
		if f != nil && (f.kind == 'o' || f.kind == 'a') {
			if !strings.Contains(name, "related") && !strings.Contains(name, "list") || strings.Contains(name, "attach") {
				d.gather(f, depth+1)
			}
			continue
		}
		t := strings.TrimSpace(f.str())
		if t == "" || t == "null" {
			continue
		}
		if bodyKeys[name] && len(t) > len(d.body) {
			d.body = t
			continue
		}
		label, ok := detailKeys[name]
		if name == "date" {
			// gkmlpt: the date of the catalogue entry is the written one.
			label, ok = "date_published", true
			if v.fields["identifier"] != nil || v.fields["document_number"] != nil {
				label = "date_written"
			}
		}
		if !ok || len(t) > 1200 {
			continue
		}
		if strings.HasPrefix(label, "date_") {
			day, ok := valueDay(f)
			if !ok {
				continue
			}
			t = day.String()
		}
		if noValue(t) {
			t = ""
		}
		d.facts = append(d.facts, Pair{Label: label, RawLabel: key, Value: t, Table: true})
	}
}

// file keeps an object that describes a file.
func (d *detail) file(v *value) {
	link, name := "", ""
	for _, key := range v.keys {
		t := v.fields[key].str()
		k := strings.ToLower(key)
		switch {
		case isFile(t) && (strings.Contains(k, "url") || strings.Contains(k, "path") || strings.Contains(k, "href") || strings.Contains(k, "link") || strings.Contains(k, "file")) && (strings.Contains(t, "/") || link == ""):
			if name == "" && !strings.Contains(t, "/") {
				name = t
			}
			link = t
		case name == "" && (strings.Contains(k, "name") || k == "title"):
			name = t
		}
	}
	if link != "" {
		d.files = append(d.files, Link{Name: name, URL: link})
	}
}

// layout reads the article's own markup and adds the facts.
func (d *detail) layout(p Page, metas map[string]string) Layout {
	markup := d.body
	if !strings.Contains(markup, "<") && strings.Contains(markup, "&lt;") {
		markup = html.UnescapeString(markup)
	}
	var l Layout
	if strings.Contains(markup, "<") {
		q := p.fragment("<div id=\"zoom\">" + markup + "</div>")
		if q.Root != nil {
			w := walk(q, false)
			w.metas["articletitle"] = d.fact("title")
			l = w.layout(p)
		}
	} else {
		l = ReadText(markup)
	}
	if l.Metas == nil {
		l.Metas = map[string]string{}
	}
	for k, v := range metas {
		l.Metas[k] = v
	}
	l.Scripted, l.Body = true, nil
	l.HeadTable = append(d.facts, l.HeadTable...)
	for _, f := range d.files {
		if abs, ok := p.resolve(f.URL); ok {
			f.URL = abs
		}
		if sameLink(l.Attachments, f.URL) < 0 {
			l.Attachments = append(l.Attachments, f)
		}
	}
	return l
}

func (d *detail) fact(label string) string {
	for _, f := range d.facts {
		if f.Label == label && f.Value != "" {
			return f.Value
		}
	}
	return ""
}
