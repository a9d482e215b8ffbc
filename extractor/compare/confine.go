package compare

import (
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Confine leaves out of two bodies the lines that differ between them and that
// seen, the lines of a page that a visit found changed (with - and + before
// them), does not name: the visit has compared two answers of one moment and
// knows what moves by itself. Without a list, or with one that was cut, both
// bodies come back as they are.
func Confine(before, after notice.Record, seen string) (b, a notice.Record) {
	if seen == "" || strings.HasSuffix(seen, "…") || !strings.HasPrefix(seen, "- ") && !strings.HasPrefix(seen, "+ ") {
		return before, after
	}
	return confine(before, after, seen)
}

func confine(before, after notice.Record, seen string) (b, a notice.Record) {
	seen = textzh.Squeeze(textzh.Fold(seen))
	in := func(body string) map[string]int {
		out := map[string]int{}
		for line := range strings.SplitSeq(body, "\n") {
			out[textzh.Squeeze(textzh.Fold(line))]++
		}
		return out
	}
	keep := func(body string, other map[string]int) string {
		var lines []string
		for line := range strings.SplitSeq(body, "\n") {
			t := textzh.Squeeze(textzh.Fold(line))
			other[t]--
			// A row of a table is named cell by cell.
			if other[t] >= 0 || strings.Contains(line, "\t") || strings.Contains(seen, t) {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, "\n")
	}
	old, now := in(before.Body), in(after.Body)
	before.Body, after.Body = keep(before.Body, now), keep(after.Body, old)
	return before, after
}
