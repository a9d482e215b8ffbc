package authority

import (
	"strings"

	"govwatch/notice"
)

func (b *Book) buildDepartments() {
	b.depts = map[string]string{}
	for _, d := range b.names.Departments {
		b.depts[d.Name] = d.Name
	}
	for _, d := range b.names.Departments {
		for _, a := range d.Aliases {
			if _, ok := b.depts[a]; !ok {
				b.depts[a] = d.Name
			}
		}
	}
}

// local resolves bodies of provinces, cities and districts.
func (b *Book) local(s string, at notice.Date, sourceRegion string) (Agency, bool) {
	party := false
	for _, p := range []string{"中国共产党", "中共"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			s, party = rest, true
			break
		}
	}
	r, printed, rest, ok := b.regionPrefix(s, sourceRegion)
	if !ok || rest == "" {
		return Agency{}, false
	}
	if a, ok := b.shortBranch(r, printed, rest, at); ok && !party {
		return a, true
	}
	head := printed
	switch {
	case r.Type == "district" && printed == r.Name:
		// A district's own name stands in several cities: its official name has the city before it.
		head = r.Full
	case printed != r.Name && printed != r.Full:
		head = r.Name
	}
	a := Agency{Region: r.Code, Level: b.levelOf(r.Code, rest)}
	if name, ok := partyBody(rest, party); ok {
		a.Name = "中共" + head + name
		return a, true
	}
	full, known := b.department(rest, r, printed == "")
	if printed == "" && !known {
		return Agency{}, false
	}
	a.Name = head + full
	if party {
		a.Name = "中共" + a.Name
	}
	for _, office := range []string{"办公厅", "办公室"} {
		if base, ok := strings.CutSuffix(a.Name, office); ok && b.depts[strings.TrimPrefix(base, head)] != "" {
			a.Parent = base
		}
	}
	return a, known || b.Shape(a.Name)
}

// partyBody reads the committees of the Party: 省委, 市委办公厅, 自治区党委.
func partyBody(rest string, party bool) (string, bool) {
	for _, office := range []string{"", "办公厅", "办公室"} {
		switch strings.TrimSuffix(rest, office) {
		case "委":
			return "委" + office, true
		case "党委":
			return "党委" + office, true
		case "委员会":
			if party {
				return "委员会" + office, true
			}
		}
	}
	return "", false
}

// regionPrefix splits a name into its region and the rest. 省, 市, 自治区 and a
// missing region stand for the source's own; printed is empty when no region is named.
func (b *Book) regionPrefix(s, sourceRegion string) (r Region, printed, rest string, ok bool) {
	if v, n := b.places.longest(s); n > 0 && v >= 0 {
		return b.regions[v], s[:n], s[n:], true
	}
	src, known := b.Region(sourceRegion)
	if !known || src.Code == Nation {
		return Region{}, "", "", false
	}
	province := src
	if !src.Provincial() {
		province, _ = b.Region(src.Parent)
	}
	if d, n := b.districtPrefix(s, province.Code); n > 0 {
		return d, s[:n], s[n:], true
	}
	switch {
	case strings.HasPrefix(s, "自治区"):
		return province, "自治区", s[len("自治区"):], true
	case strings.HasPrefix(s, "省"):
		return province, "省", s[len("省"):], true
	case strings.HasPrefix(s, "市") && !strings.HasPrefix(s, "市场"):
		if src.Type == "district" {
			return province, "市", s[len("市"):], true
		}
		return src, "市", s[len("市"):], true
	case strings.HasPrefix(s, "区") && src.Type == "district":
		return src, "区", s[len("区"):], true
	}
	return src, "", s, true
}

// districtPrefix finds a district of one province at the start of a name.
func (b *Book) districtPrefix(s, province string) (Region, int) {
	for _, i := range b.districts[province] {
		if r := b.regions[i]; strings.HasPrefix(s, r.Name) {
			return r, len(r.Name)
		}
	}
	return Region{}, 0
}

// department gives the full name of a local department; known says that the
// table holds it. Short names follow the region's own form (北京市科委 is a 委员会, 省科技厅 a 厅).
func (b *Book) department(rest string, r Region, bare bool) (full string, known bool) {
	if rest == "政府办" {
		if r.Provincial() {
			return "人民政府办公厅", true
		}
		return "人民政府办公室", true
	}
	office := ""
	base := rest
	for _, o := range []string{"办公厅", "办公室"} {
		if x, ok := strings.CutSuffix(rest, o); ok && b.depts[x] != "" {
			base, office = x, o
		}
	}
	full, known = b.depts[base]
	if !known {
		return rest, false
	}
	if bare && (full == "人民政府" || office != "") {
		return rest, false
	}
	if base != full {
		province := r.Code
		if !r.Provincial() {
			province = r.Parent
		}
		if own, ok := b.names.LocalFull[province][full]; ok && r.Type != "prefecture" {
			full = own
		}
	}
	return full + office, true
}

// levelOf ranks a local body by its region, and by a county or district named after it.
func (b *Book) levelOf(code, rest string) notice.Level {
	r, ok := b.Region(code)
	switch {
	case !ok:
		return ""
	case r.Code == Nation:
		return notice.Central
	case r.Type == "district" || namesCounty(rest):
		return notice.County
	case r.Provincial():
		return notice.Provincial
	}
	return notice.Municipal
}

// namesCounty reports a county, district or banner at the start of a body's name.
func namesCounty(rest string) bool {
	for _, mark := range []string{"县", "旗", "区"} {
		i := strings.Index(rest, mark)
		if i < 3 || i > 30 || i+len(mark) == len(rest) {
			continue
		}
		head := rest[:i]
		for _, not := range []string{"开发", "新", "园", "示范", "保税", "自治", "试验", "景", "灾", "军", "警备", "自贸", "合作", "社", "片", "局", "厅", "委"} {
			if strings.HasSuffix(head, not) {
				return false
			}
		}
		return true
	}
	return false
}
