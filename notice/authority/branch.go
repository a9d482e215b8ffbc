package authority

import (
	"slices"
	"strings"

	"govwatch/notice"
)

// branch resolves a central body's name that goes on with a place and a branch
// suffix: 国家能源局西北监管局, 中国人民银行贵州省分行, 国家税务总局山东省税务局.
func (b *Book) branch(parent Agency, rest string, at notice.Date) (Agency, bool) {
	if !b.branchOf[parent.Name] {
		return Agency{}, false
	}
	region, size := b.seat(rest)
	if size == 0 {
		return Agency{}, false
	}
	place, tail := rest[:size], rest[size:]
	if tail == "监管办" {
		tail = "监管办公室"
	}
	if base, ok := strings.CutSuffix(tail, "办公室"); ok && slices.Contains(b.names.Branches.Suffixes, base) {
		a, found := b.branch(parent, place+base, at)
		a.Parent, a.Name = a.Name, a.Name+"办公室"
		return a, found
	}
	if !slices.Contains(b.names.Branches.Suffixes, tail) {
		return Agency{}, false
	}
	for _, o := range b.names.RenamedBranches {
		if o.Parent == parent.Name && o.Old == tail && since(at, o.From) {
			place, tail = b.seatName(region), o.New
		}
	}
	return Agency{ID: parent.ID, Name: parent.Name + place + tail, Kind: "派出机构", Level: notice.Central, Region: region, Branch: true, Parent: parent.Name}, true
}

// seat reads the place of a branch: a region, or one of the larger areas (西北, 华东).
func (b *Book) seat(rest string) (code string, size int) {
	if v, n := b.places.longest(rest); n > 0 && v >= 0 {
		return b.regions[v].Code, n
	}
	for area, code := range b.names.Branches.Areas {
		if strings.HasPrefix(rest, area) {
			return code, len(area)
		}
	}
	return "", 0
}

// seatName is the place in the name of a branch after the reform of 2023: the
// branch in a provincial capital became that of the province.
func (b *Book) seatName(code string) string {
	r, _ := b.Region(code)
	if strings.HasSuffix(code, "0100") {
		r, _ = b.Region(r.Parent)
	}
	return r.Name
}

// shortBranch resolves a region's name with a branch suffix alone: 山东证监局, 省税务局.
func (b *Book) shortBranch(r Region, printed, rest string, at notice.Date) (Agency, bool) {
	if rest == b.names.Tax.Suffix && (at.IsZero() || since(at, b.names.Tax.From)) {
		return b.branchNamed(b.names.Tax.Parent, r.Name+rest, r.Code), true
	}
	for _, s := range b.names.Branches.Short {
		if rest != s.Suffix {
			continue
		}
		if s.From != "" && (!since(at, s.From) || printed != r.Short) {
			continue
		}
		return b.branchNamed(s.Parent, r.Short+s.Full, r.Code), true
	}
	return Agency{}, false
}

func (b *Book) branchNamed(parent, tail, region string) Agency {
	p := b.bodies[b.byBody[parent]].Agency
	return Agency{ID: p.ID, Name: parent + tail, Kind: "派出机构", Level: notice.Central, Region: region, Branch: true, Parent: parent}
}
