package reader

import (
	"math"
	"strings"

	"govwatch/internal/textzh"
)

// dropRunningHeads removes the first and last lines that many pages share, such
// as the number of a standard at the top of each, and keeps the first of them.
func dropRunningHeads(pages []pdfPage) {
	for _, last := range []bool{false, true} {
		counts := make(map[string]int)
		filled := 0
		for _, p := range pages {
			if len(p.lines) > 0 {
				filled++
				counts[headKey(p.lines, last)]++
			}
		}
		const fewest = 3
		seen := make(map[string]bool)
		for i := range pages {
			lines := pages[i].lines
			if len(lines) < 2 {
				continue
			}
			key := headKey(lines, last)
			// Left and right pages may have heads of their own.
			if n := counts[key]; key == "" || n < fewest || 5*n < 2*filled {
				continue
			}
			if !seen[key] {
				seen[key] = true
				continue
			}
			if last {
				pages[i].lines = lines[:len(lines)-1]
			} else {
				pages[i].lines = lines[1:]
			}
		}
	}
}

// headKey is a line without digits, for heads may count chapters or pages. Long
// lines are never heads.
func headKey(lines []pdfLine, last bool) string {
	l := lines[0]
	if last {
		l = lines[len(lines)-1]
	}
	const longest = 40
	if l.runes > longest {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, textzh.Squeeze(l.text))
}

// dropPageNumbers removes a lone number, with dashes or not, above or below all
// other lines and set apart from them.
func dropPageNumbers(lines []pdfLine) []pdfLine {
	// Some programs print each sign of the number apart.
	if isPageNumber(strings.ReplaceAll(plainLines(lines), "\n", "")) {
		return nil
	}
	out := make([]pdfLine, 0, len(lines))
	for i, l := range lines {
		if !isPageNumber(l.text) || !apart(lines, i) {
			out = append(out, l)
		}
	}
	return out
}

// apart is true of the first or last line of a page, by position, when it is
// farther from the others than lines of text are from each other.
func apart(lines []pdfLine, i int) bool {
	l := lines[i]
	if !l.measured() {
		return i == 0 || i == len(lines)-1
	}
	above, below := false, false
	for j, m := range lines {
		if j == i || !m.measured() {
			continue
		}
		d := m.first.mid() - l.first.mid()
		if math.Abs(d) < 2*max(l.first.size(), m.first.size()) {
			return false
		}
		above, below = above || d > 0, below || d < 0
	}
	return above != below
}

func isPageNumber(s string) bool {
	const dashes = " \t　-–—―─－·"
	inner := strings.Trim(s, dashes)
	if inner == "" || len(inner) > 12 {
		return false
	}
	digits := strings.TrimSuffix(strings.TrimPrefix(inner, "第"), "页")
	return strings.Trim(digits, "0123456789０１２３４５６７８９ ") == "" && strings.Trim(digits, " ") != ""
}
