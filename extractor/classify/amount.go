package classify

import (
	"strings"

	"govwatch/internal/textzh"
)

// amount is a figure as printed, in bytes of its clause: 1,200.5万, 20%—30, 三百余.
type amount struct {
	// from and to bound all of it, blanks behind it included.
	from, to int
	// low is the number, or the lower one of a span; high the upper one.
	low, high [2]int
	// span says that there are two.
	span bool
}

// numerals are the signs with which numbers begin.
var (
	numerals      = starts(append(strings.Split(hanNumerals, ""), strings.Split("0123456789０１２３４５６７８９", "")...)...)
	hanNumerals   = "一二两三四五六七八九十百千"
	scales        = [...]string{"万亿", "亿", "万", "%", "％"}
	spanSigns     = [...]string{"—", "-", "－", "~", "～", "至", "到"}
	approximately = [...]string{"余", "多"}
)

func starts(words ...string) *textzh.Starts {
	s := &textzh.Starts{}
	for _, w := range words {
		s.Add(w)
	}
	return s
}

// nextAmount finds the first figure at or after byte p of s. It is written by
// hand because every clause with a digit passes.
func nextAmount(s string, p int) (a amount, ok bool) {
	at, _, _ := numerals.Next(s, p)
	if at < 0 {
		return a, false
	}
	end := numberEnd(s, at)
	a.from, a.low = at, [2]int{at, end}
	a.to = blanks(s, end)
	k := a.to
	if n := anyPrefix(s[k:], scales[:]); n > 0 {
		k = blanks(s, k+n)
	}
	if n := anyPrefix(s[k:], spanSigns[:]); n > 0 {
		if k = blanks(s, k+n); k < len(s) && isDigit(s[k]) {
			a.high, a.span = [2]int{k, numberEnd(s, k)}, true
			a.to = blanks(s, a.high[1])
		}
	}
	a.to += anyPrefix(s[a.to:], approximately[:])
	return a, true
}

// numberEnd is the end of the number that begins at byte p.
func numberEnd(s string, p int) int {
	switch {
	case isDigit(s[p]):
		for p < len(s) && (isDigit(s[p]) || s[p] == ',') {
			p++
		}
		if p+1 < len(s) && s[p] == '.' && isDigit(s[p+1]) {
			p += 1 + digitRun(s[p+1:])
		}
	case s[p] == 0xEF: // full-width: the point ．is EF BC 8E
		for p+2 < len(s) && s[p] == 0xEF && s[p+1] == 0xBC && (s[p+2] >= 0x90 && s[p+2] <= 0x99 || s[p+2] == 0x8E) {
			p += 3
		}
	default:
		for p+2 < len(s) && s[p] >= 0xE4 && s[p] <= 0xE7 && strings.Contains(hanNumerals, s[p:p+3]) {
			p += 3
		}
	}
	return p
}

// blanks is the first place at or after byte p that is no white space.
func blanks(s string, p int) int {
	for p < len(s) && (s[p] == ' ' || s[p] >= '\t' && s[p] <= '\r' && s[p] != '\v') {
		p++
	}
	return p
}

// anyPrefix is the length of the first of some words that s begins with.
func anyPrefix(s string, words []string) int {
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			return len(w)
		}
	}
	return 0
}
