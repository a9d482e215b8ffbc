package classify

import (
	"strings"
	"testing"
)

func FuzzScan(f *testing.F) {
	f.Add("第一句。第二句；〔2024〕1号\n[2]﹝3﹞［4］！")
	f.Add("\xe3\x80。\xef")
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := sentenceEnd(s), strings.IndexAny(s, sentenceEnds); got != want {
			t.Errorf("sentenceEnd(%q) = %d, want %d", s, got, want)
		}
		if got, want := openBracket(s), strings.IndexAny(s, "〔﹝[［"); got != want {
			t.Errorf("openBracket(%q) = %d, want %d", s, got, want)
		}
	})
}
