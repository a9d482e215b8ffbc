package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// NameSep joins several issuers in the value of one candidate.
const NameSep = "、"

// Issuers returns candidates for the list of issuers, names as printed, lead
// first, joined by NameSep.
func Issuers(d *Doc) []notice.Candidate {
	var c []notice.Candidate
	lead, more := TitleIssuers(d, d.Title)
	promoted := promulgated(d)
	sign, signed := d.Signed()
	if signed && !d.plausibleSign(sign, lead) {
		signed = false
	}
	switch {
	case signed:
		names := merge(lead, sign.Issuers, more)
		w := 0.92
		if len(lead) > 0 && !overlap(d, lead, sign.Issuers) {
			w = 0.6
		}
		ln := &d.Lines[sign.First]
		c = append(c, d.candidate(strings.Join(names, NameSep), "issuers.signature", w, ln, 0, len(ln.Text)))
	}
	if len(lead) > 0 {
		w := 0.9
		if more {
			w = 0.7 // 等七部门: the rest is missing
		}
		c = append(c, notice.Candidate{Value: strings.Join(lead, NameSep), Rule: "issuers.title", Weight: w, Context: clip(d.Title, 80)})
	}
	if promoted != nil {
		c = append(c, *promoted)
	}
	if p := d.orderIssuer(); p != nil {
		c = append(c, *p)
	}
	return append(c, d.tableIssuers(len(lead) > 0 || signed)...)
}

// tableIssuers reads the labels 发文机关, 发布机构 and 联合发文单位.
func (d *Doc) tableIssuers(known bool) []notice.Candidate {
	var c []notice.Candidate
	for i := range d.Layout.HeadTable {
		p := &d.Layout.HeadTable[i]
		if p.Label != "issuer" || p.Value == "" || len(p.Value) > 600 {
			continue
		}
		var names []string
		for _, n := range d.Book.Split(p.Value) {
			if utf8.RuneCountInString(n) >= 2 {
				names = append(names, cutOffice(n))
			}
		}
		if len(names) == 0 {
			continue
		}
		w := 0.55 // 发布机构 is often the body that runs the site
		if strings.HasPrefix(p.RawLabel, "发文") || strings.HasPrefix(p.RawLabel, "制") || strings.HasPrefix(p.RawLabel, "颁布") || strings.HasPrefix(p.RawLabel, "印发") {
			w = 0.72
		}
		if !p.Table {
			w -= 0.15
		}
		if !known && d.Kind == "" && d.Number.Normal == "" {
			w = 0.4 // an article that nobody signed has a publisher, no issuer
		}
		for _, n := range names {
			if !d.Book.Shape(n) && n != "国务院" {
				w = min(w, 0.45)
			}
		}
		c = append(c, pairCandidate(strings.Join(names, NameSep), "issuers.headtable", w, p))
	}
	return c
}

// cutOffice drops what a body's page name adds in brackets: 民政局（社会组织管理局）.
func cutOffice(n string) string {
	for _, open := range [...]string{"（", "("} {
		if i := strings.Index(n, open); i > 6 {
			return n[:i]
		}
	}
	return n
}

// merge combines the title's names and the signature's: the signature prints
// them in full, the title keeps the order when it names all.
func merge(lead, sign []string, more bool) []string {
	if more || len(sign) >= len(lead) {
		return sign
	}
	out := append([]string(nil), sign...)
	for _, l := range lead {
		found := false
		for _, s := range sign {
			found = found || s == l || strings.HasPrefix(s, l) || strings.HasSuffix(s, l) || strings.HasSuffix(l, s)
		}
		if !found {
			out = append(out, l)
		}
	}
	return out
}

// overlap says that two lists share a body under its official name.
func overlap(d *Doc, a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if d.same(x, y) {
				return true
			}
		}
	}
	return false
}

func (d *Doc) same(x, y string) bool {
	if x == y || strings.HasSuffix(x, y) || strings.HasSuffix(y, x) {
		return true
	}
	p, _ := d.Book.Agency(x, notice.Date{}, d.Region)
	q, _ := d.Book.Agency(y, notice.Date{}, d.Region)
	return p.Name == q.Name || p.Parent != "" && p.Parent == q.Name || q.Parent != "" && q.Parent == p.Name || strings.HasSuffix(p.Name, q.Name) || strings.HasSuffix(q.Name, p.Name)
}

// plausibleSign refuses blocks that belong to an attached text.
func (d *Doc) plausibleSign(s Signature, lead []string) bool {
	if len(lead) == 0 {
		return true
	}
	if overlap(d, lead, s.Issuers) {
		return true
	}
	for i := 0; i < s.First && i < len(d.Lines); i++ {
		if t := d.Lines[i].Text; strings.HasPrefix(t, "附件") && len(t) < 20 || t == "附录" {
			return false
		}
	}
	return s.First > 1
}

// SameBodies says that two lists of names, joined by NameSep, share a body.
func SameBodies(d *Doc, a, b string) bool {
	return overlap(d, strings.Split(a, NameSep), strings.Split(b, NameSep))
}
