package authority

import (
	"fmt"
	"slices"
	"strings"

	"govwatch/notice"
)

// Agency is a body that issues documents, under its official name.
type Agency struct {
	// ID is set for central bodies of the table; a former body bears the ID of its
	// successor, so that it stays one body over a rename.
	ID string
	// Name is the official full name at the date that was asked for.
	Name string
	Abbr string
	// English is the name in English, empty for bodies outside the table; see Book.English.
	English string
	// Kind is the table's word for the sort of body (部委, 国务院 …), empty for local ones.
	Kind   string
	Level  notice.Level
	Region string
	// Branch marks a regional branch of a central body; Parent is that body, or the
	// body whose general office (办公厅) this is.
	Branch bool
	Parent string
}

type body struct {
	Agency
	until     string
	successor string
}

// renameGrace is how many days after a reform the old name is still taken as
// printed: papers were signed under it for months.
const renameGrace = 180

func (b *Book) buildBodies(f agenciesFile) error {
	b.byBody, b.branchOf, b.generic = map[string]int{}, map[string]bool{}, map[string]bool{}
	put := func(i int, names ...string) {
		for _, n := range names {
			if _, taken := b.byBody[n]; !taken {
				b.byBody[n] = i
			}
		}
	}
	for _, c := range f.Central {
		put(len(b.bodies), c.Name)
		b.bodies = append(b.bodies, body{Agency: Agency{ID: c.ID, Name: c.Name, Abbr: c.Abbr, English: c.NameEN, Kind: c.Kind, Level: notice.Central, Region: Nation}})
	}
	for _, c := range f.Central {
		for _, a := range c.Aliases {
			if !slices.Contains(b.names.DropAliases, a) {
				put(b.byBody[c.Name], a)
			}
		}
	}
	for _, o := range b.names.Former {
		i, known := b.byBody[o.Name]
		if !known {
			i = len(b.bodies)
			b.bodies = append(b.bodies, body{Agency: Agency{Name: o.Name, Kind: "已撤销", Level: notice.Central, Region: Nation}})
		}
		b.bodies[i].until, b.bodies[i].successor = o.Until, o.Successor
		put(i, append([]string{o.Name}, o.Aliases...)...)
	}
	for alias, name := range b.names.Aliases {
		if _, ok := b.byBody[name]; !ok {
			put(len(b.bodies), name)
			b.bodies = append(b.bodies, body{Agency: Agency{Name: name, Level: notice.Central, Region: Nation}})
		}
		put(b.byBody[name], alias)
	}
	for i := range b.bodies {
		if b.bodies[i].ID == "" && b.bodies[i].successor != "" {
			b.bodies[i].ID = b.bodies[b.last(i)].ID
		}
	}
	for _, g := range b.names.GenericAliases {
		b.generic[g] = true
	}
	for _, p := range b.names.Branches.Parents {
		if _, ok := b.byBody[p]; !ok {
			return fmt.Errorf("read authority table names: branch parent %s is no body", p)
		}
		b.branchOf[p] = true
	}
	return nil
}

// last follows successors to the body that exists today.
func (b *Book) last(i int) int {
	for range b.bodies {
		next, ok := b.byBody[b.bodies[i].successor]
		if !ok {
			return i
		}
		i = next
	}
	return i
}

// at returns the body's own name, or its successor's when the day lies well
// after the reform that ended it.
func (b *Book) at(i int, day notice.Date) Agency {
	for range b.bodies {
		x := b.bodies[i]
		until, err := notice.ParseDate(x.until)
		if err != nil || day.IsZero() || day.Compare(until.AddDays(renameGrace)) < 0 {
			return x.Agency
		}
		next, ok := b.byBody[x.successor]
		if !ok {
			return x.Agency
		}
		i = next
	}
	return b.bodies[i].Agency
}

// Agency resolves a printed name to the official one: short names, former names
// by the day of the document (zero: as printed), names that need the region of
// the source (省发展改革委), general offices and regional branches. When the name is
// not known it is returned as printed with its region and level as far as they
// show, and false; Shape tells whether it can be a body at all.
func (b *Book) Agency(name string, at notice.Date, sourceRegion string) (Agency, bool) {
	s := b.cleanName(name)
	if b.generic[s] && sourceRegion != "" && sourceRegion != Nation {
		if a, ok := b.local(s, at, sourceRegion); ok {
			return a, true
		}
	}
	if a, ok := b.central(s, at); ok {
		return a, true
	}
	if a, ok := b.local(s, at, sourceRegion); ok {
		return a, true
	}
	return b.guess(s, sourceRegion), false
}

const republic = "中华人民共和国"

// cleanName drops white space, seals and the name of the state where a known body remains.
func (b *Book) cleanName(name string) string {
	s := squeeze(name)
	for _, seal := range []string{"（代章）", "(代章)", "（代）", "（印章）", "（盖章）", "（章）", "(盖章)", "(章)", "：", ":", "。", "，", "、"} {
		s = strings.TrimSuffix(s, seal)
	}
	if rest, ok := strings.CutPrefix(s, republic); ok {
		if _, _, n := b.bodyPrefix(rest); n > 0 {
			return rest
		}
	}
	return s
}

// bodyPrefix returns the central body with the longest name at the start of s.
func (b *Book) bodyPrefix(s string) (i int, printed string, n int) {
	v, n := b.starts.longest(s)
	for n > 0 && v < 0 {
		return 0, "", 0
	}
	if n == 0 || v >= len(b.bodies) {
		return 0, "", 0
	}
	return v, s[:n], n
}

// central resolves central bodies, their general offices and departments, and their branches.
func (b *Book) central(s string, at notice.Date) (Agency, bool) {
	i, _, n := b.bodyPrefix(s)
	if n == 0 {
		return Agency{}, false
	}
	a := b.at(i, at)
	rest := s[n:]
	if rest == "" {
		return a, true
	}
	if br, ok := b.branch(a, rest, at); ok {
		if strings.HasPrefix(s, "国网") {
			br.Name = s // companies of the grid bear the short name officially
		}
		return br, true
	}
	if b.generic[s[:n]] {
		return Agency{}, false
	}
	for _, inner := range []string{"办公厅", "办公室", "司", "秘书局", "专员"} {
		if strings.HasSuffix(rest, inner) && len(rest) <= 60 && !b.startsBody(rest) {
			return Agency{ID: a.ID, Name: a.Name + rest, Kind: a.Kind, Level: a.Level, Region: a.Region, Parent: a.Name}, true
		}
	}
	return Agency{}, false
}

// guess gives what an unknown name still shows.
func (b *Book) guess(s, sourceRegion string) Agency {
	a := Agency{Name: s, Region: sourceRegion}
	for _, p := range []string{"国家", "全国", "中央", "国务院", "中华", "最高人民"} {
		if strings.HasPrefix(s, p) {
			a.Region, a.Level = Nation, notice.Central
			return a
		}
	}
	if hits := b.RegionIn(s); len(hits) > 0 {
		a.Region = hits[0].Code
	}
	a.Level = b.levelOf(a.Region, s)
	return a
}

// LevelOf returns the rank of an issuer's body; empty when the name shows none.
func (b *Book) LevelOf(issuer, sourceRegion string) notice.Level {
	a, _ := b.Agency(issuer, notice.Date{}, sourceRegion)
	return a.Level
}

// RegionOfIssuer returns the six-digit code of the region that a body belongs
// to: the nation for central bodies, the seat's region for their branches, the
// source's region when the name shows none.
func (b *Book) RegionOfIssuer(name, sourceRegion string) string {
	a, _ := b.Agency(name, notice.Date{}, sourceRegion)
	return a.Region
}
