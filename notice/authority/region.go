package authority

import (
	"slices"
	"strings"
)

// stepOver is the value of words in the trie of places that hold a place by chance.
const stepOver = -2

// Nation is the code of the whole country.
const Nation = "100000"

// Region is an administrative division with its GB/T 2260 code.
type Region struct {
	Code string
	// Name is the official name (江苏省, 泰州市), Full the name with its province (江苏省泰州市).
	Name string
	Full string
	// English is the name in English, empty below the provinces.
	English string
	// Short is the name without its suffix: 江苏, 泰州.
	Short string
	// Type is nation, municipality, province, autonomous_region, xpcc, prefecture, county_direct or district.
	Type string
	// Parent is the code of the province; the nation's for provinces.
	Parent string
}

// Provincial reports a division directly below the nation.
func (r Region) Provincial() bool { return r.Parent == Nation && r.Code != Nation }

// Hit is one place named in a text: a half-open range of bytes.
type Hit struct {
	Region
	Start, End int
}

func (b *Book) buildRegions(f regionsFile) {
	b.byCode, b.byName, b.places, b.districts = map[string]int{}, map[string]int{}, newTrie(), map[string][]int{}
	add := func(r Region) {
		b.byCode[r.Code] = len(b.regions)
		b.regions = append(b.regions, r)
	}
	for _, p := range f.Regions {
		add(Region{Code: p.Code, Name: p.Name, Full: p.Name, English: p.En, Short: p.Short, Type: p.Type, Parent: Nation})
		for _, c := range p.Cities {
			short := c.Short
			if short == "" {
				short = strings.TrimSuffix(strings.TrimSuffix(c.Name, "区"), "县")
			}
			add(Region{Code: c.Code, Name: c.Name, Full: p.Name + c.Name, Short: short, Type: c.Level, Parent: p.Code})
		}
	}
	for i, r := range b.regions {
		b.nameRegion(i, r)
	}
	for _, w := range b.names.Blockers {
		// A word that opens with a place's own name needs no step: 浙江西部 is in 浙江.
		if v, n := b.places.longest(w); n == 0 || v < 0 {
			b.places.add(w, stepOver)
		}
	}
}

// nameRegion enters the names under which a region is found. Provinces come
// first in the table, so 吉林 and 海南 mean the province; the city needs its suffix.
func (b *Book) nameRegion(i int, r Region) {
	put := func(name string, inText bool) {
		if _, taken := b.byName[name]; taken || name == "" {
			return
		}
		b.byName[name] = i
		if inText {
			b.places.add(name, i)
		}
	}
	if r.Code == Nation {
		b.byName["国家"], b.byName["全国"], b.byName["中国"] = i, i, i
		return
	}
	put(r.Full, true)
	common := commonName(r.Name)
	if p, ok := b.byCode[r.Parent]; ok && r.Parent != Nation {
		put(b.regions[p].Short+r.Name, true)
		put(b.regions[p].Name+common, true)
		put(b.regions[p].Short+common, true)
		put(b.regions[p].Short+r.Short, r.Type != "district")
	}
	// A district's bare name (和平区, 朝阳区) stands in several cities: it needs its city before it.
	if r.Type == "district" {
		b.districts[r.Parent] = append(b.districts[r.Parent], i)
		return
	}
	put(r.Name, true)
	put(common, true)
	loose := !slices.Contains(b.names.NeedsSuffix, r.Short) && len(r.Short) >= 6
	put(r.Short, loose)
	switch {
	case strings.HasSuffix(r.Name, "自治区"):
		put(r.Short+"自治区", true)
		put(r.Short+"区", false)
	case r.Type == "xpcc":
		put("新疆兵团", true)
	}
}

// commonName is what people call an autonomous prefecture: its place without the
// peoples of its name, and 州. Other names stay.
func commonName(name string) string {
	place, ok := strings.CutSuffix(name, "自治州")
	if !ok {
		return name
	}
	for _, people := range []string{"布依族", "苗族", "土家族", "藏族", "回族", "彝族", "傣族", "壮族", "白族", "哈尼族", "景颇族", "傈僳族", "羌族", "侗族", "朝鲜族", "蒙古", "哈萨克", "柯尔克孜"} {
		if i := strings.Index(place, people); i > 0 {
			place = place[:i]
		}
	}
	return place + "州"
}

// Region returns the division with a six-digit code.
func (b *Book) Region(code string) (Region, bool) {
	i, ok := b.byCode[code]
	if !ok {
		return Region{}, false
	}
	return b.regions[i], true
}

// Provinces returns the 31 provincial divisions of the mainland in code order.
func (b *Book) Provinces() []Region {
	var out []Region
	for _, r := range b.regions {
		if r.Provincial() && r.Type != "xpcc" {
			out = append(out, r)
		}
	}
	return out
}

// RegionOfName finds a division by a whole name: 江苏省泰州市, 泰州市, 泰州,
// 江苏. A name that several places bear without a clear first among them (朝阳区) is not found.
func (b *Book) RegionOfName(name string) (Region, bool) {
	i, ok := b.byName[squeeze(name)]
	if !ok {
		return Region{}, false
	}
	return b.regions[i], true
}

// RegionOfHost finds the region whose government runs a host: fzggw.zj.gov.cn is of
// Zhejiang. Hosts of central bodies and of places that the table lacks are not found.
func (b *Book) RegionOfHost(host string) (Region, bool) {
	for rest := strings.ToLower(host); rest != ""; {
		if code, ok := b.names.Hosts[rest]; ok {
			return b.Region(code)
		}
		_, after, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		rest = after
	}
	return Region{}, false
}

// RegionIn returns the places that a text names, in order. It reads the longest
// name at each place from left to right, so 海南 is not seen in 上海南部 nor 吉林省 in
// 吉林市; words that hold a place by chance (长治久安) are stepped over.
func (b *Book) RegionIn(text string) []Hit {
	var hits []Hit
	for i := 0; i < len(text); {
		c := text[i]
		if c < 0xE4 || c > 0xE9 {
			i++
			continue
		}
		v, n := b.places.longest(text[i:])
		if n == 0 {
			i += 3
			continue
		}
		if v >= 0 {
			hits = append(hits, Hit{b.regions[v], i, i + n})
		}
		i += n
	}
	return hits
}

// squeeze removes white space of any width and invisible signs.
func squeeze(s string) string {
	if !strings.ContainsAny(s, " \t\r\n\u00a0\u3000\u200b\ufeff\u2002\u2003\u2009") {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '\u00a0', '\u3000', '\u200b', '\ufeff', '\u2002', '\u2003', '\u2009':
			return -1
		}
		return r
	}, s)
}
