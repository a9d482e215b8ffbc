package classify

import (
	"strings"

	"govwatch/notice"
	"govwatch/notice/authority"
)

// place fills Region and Level from the lead issuer, and SubjectRegion from the
// title: a national document may be about one province.
func (u *Rules) place(r *notice.Record, in Input) {
	r.Region, r.Level = in.Source.Region, in.Source.Level
	rule := "region.source"
	if len(r.Issuers) > 0 {
		a, _ := u.book.Agency(r.Issuers[0], r.Written, in.Source.Region)
		if a.Region != "" {
			r.Region, rule = a.Region, "region.issuer"
		}
		if a.Level != "" {
			r.Level = a.Level
		}
	} else if region := u.regionOfNumber(r.Number, in.Source.Region); region != "" {
		r.Region, rule = region, "region.number"
		if reg, ok := u.book.Region(region); ok && reg.Code == authority.Nation {
			r.Level = notice.Central
		}
	}
	if r.Region != "" {
		prove(r, "region", r.Region, rule, 0.9, strings.Join(r.Issuers, " "))
	}
	subject, why := u.subject(*r)
	r.SubjectRegion = subject
	if subject != "" {
		prove(r, "subject_region", subject, why, 0.8, r.Title)
	}
}

// regionOfNumber reads the region from the letters of a number.
func (u *Rules) regionOfNumber(number, sourceRegion string) string {
	i := strings.IndexAny(number, "〔[（(0123456789")
	if i <= 0 {
		return ""
	}
	if o, ok := u.book.PrefixOwner(number[:i], sourceRegion); ok && o.Agency != "" {
		return o.Region
	}
	return ""
}

// subject is the region that the matter of the title names; where it names none,
// or several provinces, it is the issuer's own.
func (u *Rules) subject(r notice.Record) (code, rule string) {
	for _, text := range []string{r.SubjectTitle, matter(r.Title)} {
		hits := u.book.RegionIn(text)
		if len(hits) == 0 {
			continue
		}
		code = hits[0].Code
		for _, h := range hits[1:] {
			switch {
			case h.Code == code || h.Parent == code:
				code = h.Code
			case h.Code[:2] == code[:2]:
				code = hits[0].Code[:2] + "0000"
			default:
				return r.Region, "region.subject.several"
			}
		}
		return code, "region.subject.title"
	}
	return r.Region, "region.subject.issuer"
}

// matter is the part of a title after the issuers: what follows 关于, 印发 or 转发.
func matter(title string) string {
	best := -1
	for _, w := range []string{"关于", "印发", "转发"} {
		if i := strings.Index(title, w); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	if best < 0 {
		return title
	}
	return title[best:]
}
