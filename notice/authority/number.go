package authority

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// Owner is the body that a number's letters (代字) point to. It is a hint: the
// letters are an open list and departments drop their region's character.
type Owner struct {
	// Agency is the official name, empty when only the region shows.
	Agency string
	Region string
	Level  notice.Level
	// Office says that the letters are those of a general office (办公厅).
	Office bool
}

type prefix struct {
	agency string
	region string
	office bool
}

// buildPrefixes enters the letters of central bodies and the region marks of provinces.
func (b *Book) buildPrefixes(rf regionsFile, af agenciesFile) {
	b.prefixes = map[string]prefix{}
	put := func(letters string, p prefix) {
		if _, taken := b.prefixes[letters]; !taken && letters != "" {
			b.prefixes[letters] = p
		}
	}
	for _, c := range af.Central {
		for _, l := range c.Prefixes {
			put(l, prefix{agency: c.Name, region: Nation})
		}
	}
	for letters, agency := range map[string]string{"发改": "国家发展和改革委员会", "国能": "国家能源局", "工信部": "工业和信息化部", "国市监": "国家市场监督管理总局", "人社部": "人力资源和社会保障部", "自然资": "自然资源部", "国资": "国务院国有资产监督管理委员会", "国卫": "国家卫生健康委员会", "国办": "国务院办公厅", "银保监": "中国银行保险监督管理委员会", "环保": "环境保护部"} {
		put(letters, prefix{agency: agency, region: Nation})
	}
	for letters, agency := range map[string]string{"工信厅": "工业和信息化部办公厅", "环办": "生态环境部办公厅", "发改办": "国家发展和改革委员会办公厅", "建办": "住房和城乡建设部办公厅", "国能综": "国家能源局综合司", "人社厅": "人力资源和社会保障部办公厅", "国资厅": "国务院国有资产监督管理委员会办公厅", "商办": "商务部办公厅", "交办": "交通运输部办公厅", "农办": "农业农村部办公厅", "自然资办": "自然资源部办公厅", "金办": "国家金融监督管理总局办公厅", "财办": "财政部办公厅", "银办": "中国人民银行办公厅"} {
		b.prefixes[letters] = prefix{agency: agency, region: Nation, office: true}
	}
	for _, r := range rf.Regions {
		if r.Code == Nation {
			continue
		}
		mark := r.Abbr
		if r.Code == "150000" {
			mark = "内"
		}
		put(mark, prefix{region: r.Code})
		b.buildGovernment(r.Code, r.Name, r.Docnum.Gov, r.Docnum.Office, put)
	}
	for _, r := range rf.Regions {
		for _, alt := range r.AbbrAlt {
			if len(alt) == 3 {
				put(alt, prefix{region: r.Code})
			}
		}
	}
}

// buildGovernment enters the letters of one provincial government and its office.
func (b *Book) buildGovernment(code, name, gov, office string, put func(string, prefix)) {
	for l := range strings.SplitSeq(gov, "/") {
		put(strings.TrimSpace(l), prefix{agency: name + "人民政府", region: code})
	}
	for l := range strings.SplitSeq(office, "/") {
		put(strings.TrimSpace(l), prefix{agency: name + "人民政府办公厅", region: code, office: true})
	}
}

// PrefixOwner reads the letters of a number: 发改环资规, 苏发改资环发, 鲁政发, 泰政办发.
// The region of the source decides between cities that share a character. It
// returns false when the letters say nothing.
func (b *Book) PrefixOwner(letters, sourceRegion string) (Owner, bool) {
	s := squeeze(letters)
	if o, ok := b.cityOwner(s, sourceRegion); ok {
		return o, true
	}
	best, size := b.longestPrefix(s)
	if size == 0 {
		return Owner{}, false
	}
	if best.agency == "" {
		return b.localOwner(best.region, s[size:]), true
	}
	return Owner{Agency: best.agency, Region: best.region, Level: b.levelOf(best.region, ""), Office: best.office}, true
}

// longestPrefix finds the longest letters of the table at the start of s; those
// of a general office win over longer ones of its ministry.
func (b *Book) longestPrefix(s string) (best prefix, size int) {
	for end := 1; end <= len(s); end++ {
		if p, ok := b.prefixes[s[:end]]; ok && (p.office || !best.office) {
			best, size = p, end
		}
	}
	return best, size
}

// localOwner reads what follows a region's character.
func (b *Book) localOwner(code, rest string) Owner {
	r, _ := b.Region(code)
	o := Owner{Region: code, Level: b.levelOf(code, "")}
	switch {
	case strings.HasPrefix(rest, "政办"), strings.HasPrefix(rest, "府办"), strings.HasPrefix(rest, "府厅"):
		o.Agency, o.Office = r.Name+"人民政府办公厅", true
		if !r.Provincial() {
			o.Agency = r.Name + "人民政府办公室"
		}
	case strings.HasPrefix(rest, "政"), strings.HasPrefix(rest, "府"):
		o.Agency = r.Name + "人民政府"
	default:
		o.Agency = b.ownerDept(r, rest)
	}
	return o
}

// ownerDept matches the longest department word of the table; the suffix 厅 or 局 follows the region.
func (b *Book) ownerDept(r Region, rest string) string {
	name, size := "", 0
	for _, d := range b.names.Departments {
		for _, w := range d.Number {
			if len(w) > size && strings.HasPrefix(rest, w) {
				name, size = d.Name, len(w)
			}
		}
	}
	if name == "" {
		return ""
	}
	if stem, ok := strings.CutSuffix(name, "厅"); ok && (!r.Provincial() || r.Type == "municipality") {
		name = stem + "局"
	}
	if own, ok := b.names.LocalFull[r.Code][b.depts[name]]; ok {
		name = own
	}
	return r.Name + name
}

// cityOwner reads letters that open with a city's character: 穗府办规, and in Jiangsu 泰政办发.
func (b *Book) cityOwner(s, sourceRegion string) (Owner, bool) {
	if _, size := utf8.DecodeRuneInString(s); size > 0 {
		first, rest := s[:size], s[size:]
		if code := b.names.CityMarks[first]; code != "" && (strings.HasPrefix(rest, "府") || strings.HasPrefix(rest, "政") || b.prefixes[first].region == "") && b.sameProvince(code, sourceRegion) {
			return b.localOwner(code, rest), true
		}
		src, ok := b.Region(sourceRegion)
		if ok && (src.Type == "prefecture" || src.Type == "county_direct") && strings.HasPrefix(src.Short, first) && b.prefixes[first].region == "" {
			return b.localOwner(src.Code, rest), true
		}
	}
	return Owner{}, false
}

// sameProvince reports that a city can be meant on a source of this region.
func (b *Book) sameProvince(code, sourceRegion string) bool {
	return sourceRegion == "" || sourceRegion == Nation || strings.HasPrefix(sourceRegion, code[:2])
}
