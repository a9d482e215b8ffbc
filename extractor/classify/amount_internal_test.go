package classify

import (
	"regexp"
	"testing"
	"unicode/utf8"
)

// printed says in one expression what nextAmount reads by hand.
var printed = regexp.MustCompile(`(\d[\d,]*(?:\.\d+)?|[０-９][０-９．]*|[一二两三四五六七八九十百千]+)\s*(?:(万亿|亿|万|%|％)?\s*(?:—|-|－|~|～|至|到)\s*(\d[\d,]*(?:\.\d+)?)\s*)?(余|多)?`)

func FuzzAmount(f *testing.F) {
	for _, s := range []string{
		"到2025年达到1,200.5万千瓦", "20%—30%", "20 万 ～ 30余家", "三百多个", "１２．５亿元", "1.—2", "5万亿至6万亿", "十四五、一批", "3.", ",3", "二\t-\n4 多", "2024——2025", "１２３", "万亿", "百", "9万 9", "\v1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		p := 0
		for _, m := range printed.FindAllStringSubmatchIndex(s, -1) {
			a, ok := nextAmount(s, p)
			if !ok || a.from != m[0] || a.to != m[1] || a.low != [2]int{m[2], m[3]} || a.span != (m[6] >= 0) || a.span && a.high != [2]int{m[6], m[7]} {
				t.Fatalf("%q at %d: %+v %v, want %v", s, p, a, ok, m)
			}
			p = a.to
		}
		if a, ok := nextAmount(s, p); ok {
			t.Fatalf("%q: %+v too many", s, a)
		}
	})
}
