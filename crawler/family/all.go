package family

// All lists every family; it is the only list of them.
func All() []Family {
	return []Family{
		trs(), jpage{}, jpaas{}, querylist{}, gkmlpt{}, govcn{}, ucap{}, igs{}, nea{}, nfra{}, vsb(),
		beijing(), shanghai(), chongqing(), hebei(), liaoning(), henan(), writeln(), auto{},
	}
}

// ByName returns the family with a name as declarations write it; an empty name is auto.
func ByName(name string) (Family, bool) {
	if name == "" {
		return auto{}, true
	}
	for _, f := range All() {
		if f.Name() == name {
			return f, true
		}
	}
	return nil, false
}

// marked is a family that knows its own pages: 0 to 1.
type marked interface{ mark(Page) float64 }

// Detect names the families whose fingerprints a page shows, best first; auto
// comes last and is always there.
func Detect(p Page) []string {
	type hit struct {
		name string
		sure float64
	}
	var hits []hit
	for _, f := range All() {
		m, ok := f.(marked)
		if !ok {
			continue
		}
		if s := m.mark(p); s > 0 {
			hits = append(hits, hit{f.Name(), s})
		}
	}
	for i := range hits {
		for j := i; j > 0 && hits[j].sure > hits[j-1].sure; j-- {
			hits[j], hits[j-1] = hits[j-1], hits[j]
		}
	}
	var names []string
	for _, h := range hits {
		names = append(names, h.name)
	}
	return append(names, "auto")
}
