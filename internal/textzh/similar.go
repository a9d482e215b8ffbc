package textzh

// gramSize is the number of characters in a shingle. Three tell Chinese texts
// apart well: single words are two characters long.
const gramSize = 3

// grams calls yield with each run of gramSize characters of s, packed into 63
// bits; white space and invisible characters do not count. A text shorter than
// that is one gram.
func grams(s string, yield func(gram uint64)) {
	const bits, mask = 21, 1<<(21*gramSize) - 1
	var g uint64
	n := 0
	for _, r := range s {
		if isSpace(r) || isInvisible(r) {
			continue
		}
		g = (g<<bits | uint64(r)) & mask
		if n++; n >= gramSize {
			yield(g)
		}
	}
	if n > 0 && n < gramSize {
		yield(g)
	}
}

// SimHash maps a text to 64 bits so that texts with mostly the same runs of
// three characters differ in few bits; compare with bits.OnesCount64(a^b). The
// value is stable between releases and may be stored. Empty text gives 0.
func SimHash(s string) uint64 {
	var counts [64]int32
	total := int32(0)
	grams(s, func(gram uint64) {
		h := fnv(gram)
		for i := range counts {
			counts[i] += int32(h >> i & 1)
		}
		total++
	})
	var out uint64
	for i, c := range counts {
		if 2*c > total {
			out |= 1 << i
		}
	}
	return out
}

// fnv is FNV-1a over the eight bytes of v, with a last mixing step because the
// high bits of FNV change little on short input.
func fnv(v uint64) uint64 {
	h := uint64(14695981039346656037)
	for range 8 {
		h = (h ^ v&0xFF) * 1099511628211
		v >>= 8
	}
	h ^= h >> 32
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// Similar returns how much two texts share, from 0 to 1: the Dice coefficient
// of their sets of three-character runs. White space does not count; case and
// width do, so Fold first where they should not. Two empty texts are alike.
func Similar(a, b string) float64 {
	if a == b {
		return 1
	}
	left := make(map[uint64]bool, len(a)/3)
	grams(a, func(g uint64) { left[g] = false })
	common, right := 0, len(left)
	extra := make(map[uint64]struct{})
	grams(b, func(g uint64) {
		seen, ok := left[g]
		switch {
		case !ok:
			extra[g] = struct{}{}
		case !seen:
			left[g] = true
			common++
		}
	})
	right += common + len(extra)
	if right == 0 {
		return 1
	}
	return 2 * float64(common) / float64(right)
}
