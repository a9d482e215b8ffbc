package field

import (
	"slices"

	"govwatch/notice"
)

// Floor is the confidence under which a field stays empty and a person is asked.
const Floor = 0.5

// MaxCandidates bounds the readings of one field that are weighed and kept; the
// rules read the surest places first.
const MaxCandidates = 64

// Choice is the outcome of ranking the candidates of one field.
type Choice struct {
	Value string
	// Confidence is the winner's weight, raised by rules that agree with it and
	// lowered by a strong one that does not.
	Confidence float64
	// Rival is the strongest other value, empty when there is none of weight.
	Rival string
	// Doubt says that there were candidates and none reached Floor.
	Doubt bool
}

// Rank decides a field: the value with the heaviest candidate wins, a tie goes
// to the value that more rules found, then to the earlier candidate. The winners
// are marked in c, which is sorted by weight with the winning value first.
// Candidates without a value never win.
func Rank(c []notice.Candidate) Choice {
	var ch Choice
	best, bestWeight, bestSum := -1, 0.0, 0.0
	for i := range c {
		if c[i].Value == "" {
			continue
		}
		w, sum := c[i].Weight, 0.0
		for j := range c {
			if c[j].Value == c[i].Value {
				sum += c[j].Weight
				w = max(w, c[j].Weight)
			}
		}
		if best < 0 || w > bestWeight+1e-9 || w > bestWeight-1e-9 && sum > bestSum+1e-9 {
			best, bestWeight, bestSum = i, w, sum
		}
	}
	if best < 0 {
		return ch
	}
	value, miss, rival := c[best].Value, 1.0, 0.0
	for i := range c {
		switch {
		case c[i].Value == value:
			miss *= 1 - min(c[i].Weight, 0.99)
		case c[i].Value != "" && c[i].Weight > rival:
			rival, ch.Rival = c[i].Weight, c[i].Value
		}
	}
	ch.Confidence = 1 - miss
	if rival > 0.7 {
		ch.Confidence *= 1 - rival/4
	}
	if bestWeight < Floor {
		return Choice{Doubt: true, Confidence: ch.Confidence}
	}
	ch.Value = value
	for i := range c {
		c[i].Won = c[i].Value == value
	}
	slices.SortStableFunc(c, func(a, b notice.Candidate) int {
		switch {
		case a.Won != b.Won && a.Won:
			return -1
		case a.Won != b.Won:
			return 1
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return 0
	})
	return ch
}
