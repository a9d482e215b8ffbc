package app

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
	"govwatch/internal/urlx"
	"govwatch/notice"
	"govwatch/notice/authority"
)

// draft is a declaration that is being guessed.
type draft struct {
	ID      notice.SourceID
	NameZH  string
	NameEN  string
	Issuer  string
	Level   notice.Level
	Branch  bool
	Region  string
	List    notice.List
	Checked notice.Date
	review  []string
	// more are words of the address that make a taken id another one.
	more []string
}

// draftOf guesses whose list it is: by the labels that sites of the state must
// carry (SiteName, ColumnName, SiteIDCode), the title and the line 主办单位 at the
// foot, resolved through the authority files.
func draftOf(p family.Probed, page family.Page, req AddRequest, today notice.Date) (draft, error) {
	book, err := authority.Load()
	if err != nil {
		return draft{}, err
	}
	d := draft{List: p.List, Checked: today, Region: authority.Nation}
	d.List.Column = clipName(p.List.Column)
	code := regionOfCode(book, p.Code)
	d.issuer(book, namesOf(p, page, req), code)
	d.NameZH = strings.TrimSpace(d.Issuer + " " + d.List.Column)
	d.english(book)
	if strings.Contains(p.List.URL, fmt.Sprint(today.Year)) {
		d.review = append(d.review, "url: it holds the year; write {year} in its place if the address changes every January")
	}
	d.ID, d.more = idOf(p.List.URL)
	if req.ID != "" {
		d.ID, d.more = notice.SourceID(req.ID), nil
	}
	return d, nil
}

// english names the source for readers of English. Where no name is known the
// site's host stands in: it names the site and claims nothing.
func (d *draft) english(book *authority.Book) {
	a, _ := book.Agency(d.Issuer, notice.Date{}, d.Region)
	if name := book.English(a); name != "" {
		d.NameEN = strings.TrimSpace(name + " " + book.EnglishColumn(d.List.Column))
		return
	}
	d.NameEN = urlx.Host(d.List.URL)
	d.review = append(d.review, "name_en: no English name is known for "+d.Issuer+"; the host's name stands in")
}

// namesOf are the strings that may name the body behind the site, best first.
func namesOf(p family.Probed, page family.Page, req AddRequest) []string {
	if req.Issuer != "" {
		return []string{req.Issuer}
	}
	names := []string{p.Site}
	if g := runBy.FindStringSubmatch(page.Text); g != nil {
		names = append(names, g[1])
	}
	if g := titled.FindStringSubmatch(page.Text); g != nil {
		names = append(names, slices.DeleteFunc(splitter.Split(textzh.Spaces(g[1]), -1), func(s string) bool { return s == p.List.Column })...)
	}
	for i, n := range names {
		names[i] = siteWords.ReplaceAllString(textzh.Spaces(n), "")
	}
	return slices.DeleteFunc(names, func(s string) bool { return len([]rune(s)) < 2 || len([]rune(s)) > 40 })
}

var (
	// runBy is the line 主办单位 (body that runs the site) at the foot of a page.
	runBy    = regexp.MustCompile(`主\s*办(?:单位)?\s*[:：]\s*(?:<[^>]*>\s*)*([\p{Han}（）]{3,40})`)
	titled   = regexp.MustCompile(`(?is)<title[^>]*>(.{2,120}?)</title>`)
	splitter = regexp.MustCompile(`\s*[-_|—–>·]+\s*`)
	// siteWords are what a site's name adds to the body's.
	siteWords = regexp.MustCompile(`(?:政府)?(?:门户|官方|政务|信息公开)?网站?$|^欢迎(?:访问|光临)|首页$|信息公开$`)
)

// issuer takes the first name that the authority files know; else the first that
// has the shape of a body; else what the site calls itself.
func (d *draft) issuer(book *authority.Book, names []string, code string) {
	for _, n := range names {
		if a, ok := book.Agency(n, notice.Date{}, code); ok {
			d.take(a, code)
			return
		}
	}
	for _, n := range names {
		if book.Shape(n) {
			a, _ := book.Agency(n, notice.Date{}, code)
			d.take(a, code)
			d.review = append(d.review, "issuer: the authority files do not know "+a.Name)
			return
		}
	}
	d.Issuer, d.Level = "未知", notice.Nongov
	if len(names) > 0 {
		d.Issuer = names[0]
	}
	if code != "" {
		d.Region = code
		d.Level = book.LevelOf(d.Issuer, code)
	}
	d.review = append(d.review, "issuer, level and region: the page names no body that the authority files know")
}

// take fills in what the authority files say of a body.
func (d *draft) take(a authority.Agency, code string) {
	d.Issuer, d.Level, d.Region = a.Name, a.Level, a.Region
	if d.Region == "" {
		d.Region = code
	}
	if d.Region == "" {
		d.Region = authority.Nation
	}
	if d.Level == "" {
		d.Level = notice.Central
		if d.Region != authority.Nation {
			d.Level = notice.Provincial
		}
		d.review = append(d.review, "level: guessed from the region")
	}
	if code != "" && code[:2] != d.Region[:2] && d.Level != notice.Central {
		d.review = append(d.review, fmt.Sprintf("region: the site's code says %s, its name %s", code, d.Region))
	}
}

// regionOfCode reads the region from a site's identification code (网站标识码):
// its first six digits; codes of central bodies begin with bm.
func regionOfCode(book *authority.Book, code string) string {
	code = strings.ToLower(strings.TrimSpace(code))
	if strings.HasPrefix(code, "bm") {
		return authority.Nation
	}
	if len(code) < 6 {
		return ""
	}
	for _, c := range []string{code[:6], code[:4] + "00", code[:2] + "0000"} {
		if r, ok := book.Region(c); ok {
			return r.Code
		}
	}
	return ""
}

// idOf makes an id from the host, its broad part first: fgw.sc.gov.cn is sc-fgw.
// More are words of the path, for a host with several lists.
func idOf(address string) (id notice.SourceID, more []string) {
	u, err := url.Parse(address)
	if err != nil {
		return "new", nil
	}
	var parts []string
	for label := range strings.SplitSeq(u.Hostname(), ".") {
		switch label {
		case "www", "gov", "cn", "com", "org", "net", "test":
		default:
			if s := slugOf(label); s != "" {
				parts = append(parts, s)
			}
		}
	}
	slices.Reverse(parts)
	if id = notice.SourceID(strings.Join(parts, "-")); id == "" {
		id = "gov"
	}
	for w := range strings.SplitSeq(u.Path, "/") {
		if s := slugOf(strings.TrimSuffix(w, ".html")); s != "" && s != "index" {
			more = append([]string{s}, more...)
		}
	}
	return id, more
}

var unslug = regexp.MustCompile(`[^a-z0-9]+`)

func slugOf(s string) string {
	return strings.Trim(unslug.ReplaceAllString(strings.ToLower(s), "-"), "-")
}

// clipName keeps a column's name to what a table can show.
func clipName(s string) string {
	s = textzh.Spaces(s)
	if r := []rune(s); len(r) > 30 {
		return string(r[:30])
	}
	return s
}

// yaml writes the declaration as a person would.
func (d draft) yaml(items int) string {
	var b strings.Builder
	b.WriteString("# yaml-language-server: $schema=../../source.schema.json\n")
	for _, r := range d.review {
		fmt.Fprintf(&b, "# review: %s\n", r)
	}
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, quoted(value))
		}
	}
	line("id", string(d.ID))
	line("name_zh", d.NameZH)
	line("name_en", d.NameEN)
	line("issuer", d.Issuer)
	line("level", string(d.Level))
	fmt.Fprintf(&b, "region: %q\nlists:\n  - url: %q\n", d.Region, d.List.URL)
	if d.List.Column != "" {
		fmt.Fprintf(&b, "    column: %s\n", quoted(d.List.Column))
	}
	fmt.Fprintf(&b, "    family: %s\n", d.List.Family)
	h := fnv.New32a()
	// A hash never fails to take bytes.
	if _, err := h.Write([]byte(d.ID)); err == nil {
		fmt.Fprintf(&b, "cron: \"%d 10,16 * * *\"\n", h.Sum32()%60)
	}
	fmt.Fprintf(&b, "verified: %s\nconfidence: verified\nnote: %s\n", d.Checked, quoted(fmt.Sprintf("%d items at the first look", items)))
	return b.String()
}

var plainScalar = regexp.MustCompile(`^[\p{Han}a-zA-Z][\p{Han}a-zA-Z0-9 （）《》·、-]*$`)

// quoted writes a scalar so that YAML reads it back as the same text.
func quoted(s string) string {
	if plainScalar.MatchString(s) && !strings.HasSuffix(s, " ") && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off"}, strings.ToLower(s)) {
		return s
	}
	return fmt.Sprintf("%q", s)
}
