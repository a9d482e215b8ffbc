package family

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// columns are the names of the fields that hold each part of an entry, found by
// what their values look like; names only tip the scale, for many systems name
// them f_2021… or by pinyin initials.
type columns struct {
	title, url, date, written, number, issuer, validity, pinned string
	// dates are all fields that may hold the publication date, best first: records
	// of one answer do not fill the same ones.
	dates []string
}

// record is one object of an array with its inner objects laid flat: a.b.c.
type record struct {
	keys   []string
	values map[string]*value
}

func flat(v *value) record {
	r := record{values: map[string]*value{}}
	r.lay("", v, 0)
	return r
}

func (r *record) lay(prefix string, v *value, depth int) {
	for _, k := range v.keys {
		f := v.fields[k]
		name := prefix + k
		if f.kind == 'a' && len(f.items) == 1 && (f.items[0].kind == 's' || f.items[0].kind == 'n') {
			f = f.items[0]
		}
		if k == "link" {
			f = alternate(f)
		}
		if f.kind == 'o' && depth < 3 {
			r.lay(name+".", f, depth+1)
			continue
		}
		if d := dayOfNumbers(f); d != "" {
			f = &value{kind: 's', text: d}
		}
		if f.kind == 's' && depth < 3 && strings.HasPrefix(strings.TrimSpace(f.text), "{") && len(f.text) < 2000 {
			if in, _, ok := parseLiteral(strings.TrimSpace(f.text)); ok && in.kind == 'o' {
				r.lay(name+".", in, depth+1)
				continue
			}
		}
		if len(r.keys) < 400 {
			r.keys = append(r.keys, name)
			r.values[name] = f
		}
	}
}

// alternate is the link of a feed's entry that leads to the page, of several.
func alternate(v *value) *value {
	if v.kind != 'a' || len(v.items) == 0 {
		return v
	}
	for _, l := range v.items {
		if rel := l.at("rel").str(); l.kind == 'o' && (rel == "" || rel == "alternate") {
			return l
		}
	}
	return v.items[0]
}

// dayOfNumbers reads a day that a server writes as an array: [2024,3,12,10,0].
func dayOfNumbers(v *value) string {
	if v.kind != 'a' || len(v.items) < 3 || len(v.items) > 7 {
		return ""
	}
	for _, e := range v.items {
		if e.kind != 'n' {
			return ""
		}
	}
	if d := valid(v.items[0].text, v.items[1].text, v.items[2].text); !d.IsZero() {
		return d.String()
	}
	return ""
}

// named says what a field's name stands for, with a weight: English words,
// pinyin and pinyin initials seen on government systems.
func named(key string) (kind fieldKind, weight float64) {
	last := key
	if i := strings.LastIndexByte(key, '.'); i >= 0 && !strings.Contains(strings.ToLower(key[i:]), "pc") {
		last = key[i+1:]
	}
	k := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(last))
	if f, ok := exactNames[k]; ok {
		return f, 2
	}
	for _, n := range partNames {
		if strings.Contains(k, n.part) {
			return n.kind, n.weight
		}
	}
	return noField, 0
}

const (
	urlField fieldKind = iota + 100
	contentField
	pictureField
	pinField
)

var exactNames = map[string]fieldKind{
	"title": titleField, "doctitle": titleField, "bt": titleField, "biaoti": titleField, "filename": titleField, "name": titleField, "titles": titleField,
	"url": urlField, "docpuburl": urlField, "link": urlField, "href": urlField, "linkurl": urlField, "puburl": urlField, "publishurl": urlField,
	"fbrq": publishedField, "fbsj": publishedField, "fabushijian": publishedField, "faburiqi": publishedField, "pubdate": publishedField, "pubtime": publishedField,
	"publishtime": publishedField, "publishdate": publishedField, "docpubtime": publishedField, "docrelpubtime": publishedField, "docpubdate": publishedField,
	"displaypublishtime": publishedField, "publishedtime": publishedField, "publishedtimestr": publishedField, "publishtimestr": publishedField,
	"releasedate": publishedField, "releasetime": publishedField, "pubdatestr": publishedField, "jsearchdate": publishedField, "fwsj": publishedField,
	"cwrq": writtenField, "scrq": writtenField, "writedate": writtenField, "chengwenriqi": writtenField, "fwrq": writtenField, "signdate": writtenField, "writtendate": writtenField, "docdate": writtenField,
	"fwzh": numberField, "wh": numberField, "wenhao": numberField, "pcode": numberField, "filenum": numberField, "docno": numberField, "documentnumber": numberField, "refno": numberField, "fileno": numberField, "docnumber": numberField, "fileid": numberField,
	"fwjg": issuerField, "fwjgname": issuerField, "fbjg": issuerField, "puborg": issuerField, "publisher": issuerField, "publishorg": issuerField, "fabujigou": issuerField, "fwdw": issuerField, "issuer": issuerField,
	"yxx": validityField, "effectivestate": validityField, "validity": validityField, "isexpired": validityField, "isabolished": validityField, "sfyx": validityField, "status": noField,
	"topstatus": pinField, "istop": pinField, "sticky": pinField, "top": pinField, "isontop": pinField, "settop": pinField, "zhiding": pinField,
	"zw": contentField, "content": contentField, "doccontent": contentField, "abstract": contentField, "summary": contentField, "description": contentField,
	"subtitle": contentField, "syh": indexField, "idxid": indexField, "date": publishedField,
}

var partNames = []struct {
	part   string
	kind   fieldKind
	weight float64
}{
	{"img", pictureField, 1}, {"image", pictureField, 1}, {"pic", pictureField, 1}, {"cover", pictureField, 1}, {"thumb", pictureField, 1}, {"icon", pictureField, 1},
	{"attach", pictureField, 1}, {"annex", pictureField, 1}, {"relation", pictureField, 1}, {"video", pictureField, 1}, {"logo", pictureField, 1}, {"domain", pictureField, 1}, {"site", contentField, 1},
	{"content", contentField, 1}, {"abstract", contentField, 1}, {"summary", contentField, 1}, {"channel", contentField, 1}, {"column", contentField, 1}, {"chnl", contentField, 1}, {"keyword", contentField, 1},
	{"author", contentField, 1}, {"source", contentField, 0.5}, {"category", contentField, 1}, {"classify", contentField, 1}, {"catalog", contentField, 1},
	{"title", titleField, 1.5}, {"biaoti", titleField, 1.5}, {"subject", titleField, 0.7},
	{"publish", publishedField, 1}, {"pub", publishedField, 0.9}, {"fabu", publishedField, 1}, {"release", publishedField, 0.9}, {"issue", publishedField, 0.7}, {"reltime", publishedField, 0.9},
	{"create", otherDateField, 1}, {"crtime", otherDateField, 1}, {"update", otherDateField, 1}, {"modif", otherDateField, 1}, {"index", otherDateField, 1},
	{"warehouse", otherDateField, 1}, {"effect", otherDateField, 1}, {"expire", otherDateField, 1}, {"end", otherDateField, 0.5}, {"start", otherDateField, 0.5}, {"write", writtenField, 1}, {"written", writtenField, 1},
	{"url", urlField, 1}, {"link", urlField, 1}, {"href", urlField, 1}, {"date", publishedField, 0.3}, {"time", publishedField, 0.3}, {"riqi", publishedField, 0.3},
}

// valueDay reads a field as a day: a printed date, a moment with its zone, or
// seconds or milliseconds since 1970.
func valueDay(v *value) (day, bool) {
	if v == nil || v.kind != 's' && v.kind != 'n' {
		return day{}, false
	}
	t := strings.TrimSpace(v.text)
	if len(t) < 4 || len(t) > 48 {
		return day{}, false
	}
	if d, ok := epochDay(t); ok {
		return d, true
	}
	if v.kind == 'n' && len(t) != 8 {
		return day{}, false
	}
	d, ok := wholeDay(t)
	return d, ok && d.Year > 0
}

var hanText = regexp.MustCompile(`\p{Han}`)

// fieldStats is what the values of one field look like over all records.
type fieldStats struct {
	n, url, han, day, number int
	length                   int
	distinct                 map[string]bool
	gap                      int
	gaps                     int
	marked                   int
}

func measure(rs []record, uploaded func(record) day) (map[string]*fieldStats, []string) {
	stats := map[string]*fieldStats{}
	var keys []string
	for _, r := range rs {
		up := uploaded(r)
		for _, k := range r.keys {
			v := r.values[k]
			s := stats[k]
			if s == nil {
				s = &fieldStats{distinct: map[string]bool{}}
				stats[k] = s
				keys = append(keys, k)
			}
			t := v.str()
			if strings.TrimSpace(t) == "" {
				continue
			}
			s.n++
			if len(s.distinct) < 500 {
				s.distinct[t[:min(len(t), 300)]] = true
			}
			if addressLike(t) {
				s.url++
			}
			if v.kind == 's' && hanText.MatchString(t[:min(len(t), 600)]) {
				s.han++
				s.length += utf8.RuneCountInString(anyTag.ReplaceAllString(t[:min(len(t), 3000)], ""))
				if numberish.MatchString(strings.TrimSpace(t)) {
					s.number++
				}
				if titleWeight(t) > 1.1 && len(t) < 600 {
					s.marked++
				}
			}
			if d, ok := valueDay(v); ok {
				if s.day++; up.Day > 0 {
					s.gap += min(abs(d.Days(up)), 4000)
					s.gaps++
				}
			}
		}
	}
	return stats, keys
}

// findColumns judges which field is which. The address comes first, because the
// day that systems write into it tells the date of publication from the others.
func findColumns(rs []record) (columns, bool) {
	none := func(record) day { return day{} }
	stats, keys := measure(rs, none)
	var c columns
	c.url = pick(keys, stats, func(k string, s *fieldStats) float64 { return urlScore(k, s, len(rs), rs) })
	if c.url == "" {
		return c, false
	}
	stats, keys = measure(rs, func(r record) day {
		d, _ := dayInURL(r.values[c.url].str())
		return d
	})
	c.title = pick(keys, stats, func(k string, s *fieldStats) float64 { return titleScore(k, s, len(rs)) })
	if c.title == "" {
		return c, false
	}
	c.dates = rank(keys, stats, func(k string, s *fieldStats) float64 { return dateScore(k, s, len(rs)) })
	if len(c.dates) > 0 {
		c.date = c.dates[0]
	}
	by := func(want fieldKind, ok func(*fieldStats) bool) string {
		return pick(keys, stats, func(k string, s *fieldStats) float64 {
			kind, w := named(k)
			if kind != want || k == c.title || k == c.date || !ok(s) {
				return 0
			}
			return w + float64(s.n)/float64(len(rs))
		})
	}
	c.written = by(writtenField, func(s *fieldStats) bool { return s.day > 0 })
	c.number = pick(keys, stats, func(k string, s *fieldStats) float64 {
		kind, w := named(k)
		if kind != numberField && s.number*2 < s.n || s.han == 0 || k == c.title {
			return 0
		}
		return w*0.5 + float64(s.number)/float64(len(rs))
	})
	c.issuer = by(issuerField, func(s *fieldStats) bool { return s.han > 0 && s.length/max(s.han, 1) < 40 })
	c.validity = by(validityField, func(*fieldStats) bool { return true })
	c.pinned = by(pinField, func(*fieldStats) bool { return true })
	return c, true
}

// rank lists the fields with a score of more than one half, best first.
func rank(keys []string, stats map[string]*fieldStats, score func(string, *fieldStats) float64) []string {
	var out []string
	for _, k := range keys {
		if score(k, stats[k]) > 0.5 {
			out = append(out, k)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return score(out[i], stats[out[i]]) > score(out[j], stats[out[j]]) })
	return out
}

func pick(keys []string, stats map[string]*fieldStats, score func(string, *fieldStats) float64) string {
	best, name := 0.0, ""
	for _, k := range keys {
		if s := score(k, stats[k]); s > best {
			best, name = s, k
		}
	}
	return name
}

func urlScore(k string, s *fieldStats, n int, rs []record) float64 {
	share := float64(s.url) / float64(n)
	if share < 0.5 {
		return 0
	}
	kind, w := named(k)
	if kind == pictureField {
		return 0
	}
	links := 0.0
	for _, r := range rs[:min(len(rs), 12)] {
		links += linkWeight(r.values[k].str())
	}
	links /= float64(min(len(rs), 12))
	if links < 0.1 {
		return 0
	}
	score := share*(0.4+links) + float64(len(s.distinct))/float64(max(s.n, 1))
	if kind == urlField {
		score += 0.6 * w
	}
	return score
}

func titleScore(k string, s *fieldStats, n int) float64 {
	share := float64(s.han) / float64(n)
	kind, w := named(k)
	if share < 0.5 || kind == contentField && w >= 1 || kind == pictureField || s.url*2 > s.n || s.day*2 > s.n || s.number*2 > s.n || kind == issuerField || kind == numberField {
		return 0
	}
	mean := s.length / max(s.han, 1)
	score := share + 1.2*float64(len(s.distinct))/float64(max(s.n, 1)) + 0.8*float64(s.marked)/float64(n)
	switch {
	case mean < 4:
		score -= 1.5
	case mean < 8:
		score -= 0.5
	case mean > 250:
		return 0
	case mean > 110:
		score -= 1
	}
	if kind == titleField {
		score += w
	}
	return score
}

func dateScore(k string, s *fieldStats, n int) float64 {
	share := float64(s.day) / float64(n)
	kind, w := named(k)
	if share < 0.3 && (s.day == 0 || kind != publishedField || s.day*2 < s.n) {
		return 0
	}
	score := 1 + share
	switch kind {
	case publishedField:
		score += w
	case writtenField, otherDateField:
		score -= 0.9 * w
	}
	if s.gaps*2 > n {
		switch gap := s.gap / s.gaps; {
		case gap <= 1:
			score += 0.8
		case gap <= 5:
			score += 0.4
		case gap > 400:
			score -= 0.3
		}
	}
	return max(score, 0.01)
}

// flagOf reads a validity field: words, or the flags of gkmlpt (is_expired,
// is_abolished). Bare codes mean different things on different systems and are
// not read.
func flagOf(key string, v *value) notice.Validity {
	if v == nil {
		return ""
	}
	k := strings.ToLower(key)
	yes := v.text == "1" || v.text == "true"
	switch {
	case strings.Contains(k, "expired") && yes:
		return notice.Expired
	case strings.Contains(k, "abolish") && yes:
		return notice.Repealed
	}
	return validityOf(v.str())
}
