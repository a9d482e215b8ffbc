package classify_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"govwatch/extractor/classify"
	"govwatch/notice"
)

// TestClassAndRelevanceOfOwnTitles judges titles of our own over all classes, hard
// negatives among them (碳素钢, 绿色通道, 气候 of weather reports), without the corpus.
func TestClassAndRelevanceOfOwnTitles(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/own_titles.tsv")
	if err != nil {
		t.Fatal(err)
	}
	u := rules(t)
	class, climate := confusion{}, confusion{}
	for s := bufio.NewScanner(strings.NewReader(string(raw))); s.Scan(); {
		p := strings.Split(s.Text(), "\t")
		if len(p) != 3 {
			continue
		}
		r := notice.Record{Title: p[2]}
		j := u.Class(r, classify.Input{})
		class[[2]string{p[0], string(j.Class)}]++
		rel, got := u.Relevance(r), "0"
		if rel.Score >= classify.Threshold {
			got = "1"
		}
		climate[[2]string{p[1], got}]++
		if string(j.Class) != p[0] || got != p[1] {
			t.Logf("%s: class %s by %s, want %s; relevance %.2f by %v, want %s", p[2], j.Class, j.Rule, p[0], rel.Score, rel.Words, p[1])
		}
	}
	for name, c := range map[string]confusion{"class": class, "relevance": climate} {
		n := 0
		for _, k := range c {
			n += k
		}
		t.Logf("%s of %d titles: macro-F1 %.4f (%v)", name, n, c.macroF1(), c)
		if f1 := c.macroF1(); f1 < 0.97 || n < 150 {
			t.Errorf("%s of %d titles: macro-F1 %.4f, want 0.97 over at least 150", name, n, f1)
		}
	}
}
