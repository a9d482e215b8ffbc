package change

import (
	"slices"
	"strings"
)

// salutation says that a line addresses the readers; templates put it into the
// article or above it.
func salutation(t string) bool {
	return len(t) < 150 && strings.HasSuffix(t, "：") && !strings.ContainsAny(t, "。；")
}

// fewMoved is how many sentences a publisher moves where a new template might have
// put a whole part elsewhere.
const fewMoved = 2

// moved notes the sentences that stand in another order: those that the longest
// run of unmoved ones does not hold.
func (d *difference) moved(b, a []string) {
	at := map[string]int{}
	for i, t := range a {
		if _, twice := at[t]; twice || !strings.HasSuffix(t, "。") && !strings.HasSuffix(t, "；") {
			at[t] = -1
			continue
		}
		at[t] = i
	}
	var lines []string
	var places []int
	for _, t := range b {
		if i, ok := at[t]; ok && i >= 0 {
			lines, places = append(lines, t), append(places, i)
			at[t] = -1
		}
	}
	stays := rising(places)
	if n := len(slices.DeleteFunc(slices.Clone(stays), func(in bool) bool { return in })); n > fewMoved && !d.sameTemplate() {
		return
	}
	for i, t := range lines {
		if !stays[i] {
			d.gone, d.come = append(d.gone, Line{BodyLine, t}), append(d.come, Line{BodyLine, t})
		}
	}
}

// rising marks the members of a longest rising run of a sequence.
func rising(v []int) []bool {
	ends, prev := []int{}, make([]int, len(v))
	for i, x := range v {
		k, _ := slices.BinarySearchFunc(ends, x, func(e, x int) int { return v[e] - x })
		prev[i] = -1
		if k > 0 {
			prev[i] = ends[k-1]
		}
		if k == len(ends) {
			ends = append(ends, i)
		} else {
			ends[k] = i
		}
	}
	in := make([]bool, len(v))
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = prev[i] {
			in[i] = true
		}
	}
	return in
}
