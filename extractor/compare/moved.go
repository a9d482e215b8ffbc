package compare

import (
	"math/bits"
	"sort"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Move says that one document continues another at a new address.
type Move struct {
	From, To notice.DocumentID
	// Why is "number", "title" or "text", the surest that both share.
	Why   string
	Score float64
}

// Moved matches documents that are gone from a site with those that are new on it.
// Each document is used once, the surest pairs first. Number counts with a title
// that resembles; title with year and length of text; text by its fingerprint.
func Moved(gone, fresh []notice.Record) []Move {
	var pairs []Move
	prints := make([]uint64, len(fresh))
	for j, f := range fresh {
		prints[j] = fingerprint(f.Body)
	}
	for _, g := range gone {
		own := fingerprint(g.Body)
		for j, f := range fresh {
			if m, ok := continues(g, f, own, prints[j]); ok {
				pairs = append(pairs, m)
			}
		}
	}
	sort.SliceStable(pairs, func(a, b int) bool {
		if pairs[a].Score != pairs[b].Score {
			return pairs[a].Score > pairs[b].Score
		}
		return pairs[a].From+pairs[a].To < pairs[b].From+pairs[b].To
	})
	usedFrom, usedTo := map[notice.DocumentID]bool{}, map[notice.DocumentID]bool{}
	var out []Move
	for _, m := range pairs {
		if !usedFrom[m.From] && !usedTo[m.To] {
			usedFrom[m.From], usedTo[m.To] = true, true
			out = append(out, m)
		}
	}
	return out
}

func continues(g, f notice.Record, a, b uint64) (Move, bool) {
	m := Move{From: g.Document, To: f.Document}
	if g.Document == f.Document || g.Number != "" && f.Number != "" && keyOf(g.Number) != keyOf(f.Number) {
		return m, false
	}
	title := textzh.Similar(keyOf(g.Title), keyOf(f.Title))
	near := a != 0 && b != 0 && bits.OnesCount64(a^b) <= 6
	years := g.Written.IsZero() || f.Written.IsZero() || g.Written.Year == f.Written.Year
	switch {
	case g.Number != "" && f.Number != "" && title >= 0.6:
		m.Why, m.Score = "number", 0.9+title/10
	case title >= 0.97 && years && (near || a == 0 || b == 0 || textzh.Similar(g.Body, f.Body) >= 0.6):
		m.Why, m.Score = "title", 0.8+title/20
	case near && years && title >= 0.5:
		m.Why, m.Score = "text", 0.6+title/5
	}
	return m, m.Why != ""
}

func fingerprint(body string) uint64 {
	if len(body) < 300 {
		return 0
	}
	return textzh.SimHash(body)
}
