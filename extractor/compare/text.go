package compare

import (
	"strings"
	"unicode"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
	"govwatch/notice"
)

// sounds reports a sign that carries meaning in a comparison.
func sounds(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%' || r == '℃' || r == '‰' || r == '≥' || r == '≤'
}

// paragraph is one line of a body with the key it is compared by.
type paragraph struct {
	text, key string
}

// furnitureWords open lines that a page's frame has left in a body; they count
// only in lines as short as such lines are.
var furnitureWords = []string{"浏览次数", "阅读次数", "点击数", "点击量", "访问量", "阅读量", "浏览量", "上一篇", "下一篇", "上一条", "下一条", "打印本页", "关闭窗口", "字号", "字体", "分享到", "扫一扫", "今天是", "当前位置", "打印时间", "责任编辑", "相关链接", "相关阅读"}

const furnitureRunes = 40

// paragraphs are the lines of a body that say something.
func paragraphs(body string) []paragraph {
	var out []paragraph
	for line := range strings.SplitSeq(body, "\n") {
		if family.Noise(textzh.Squeeze(textzh.Fold(line))) {
			continue
		}
		p := paragraph{strings.TrimSpace(textzh.Spaces(textzh.Fold(line))), keyOf(line)}
		if p.key == "" || len([]rune(p.key)) <= furnitureRunes && containsAny(p.text, furnitureWords) {
			continue
		}
		out = append(out, p)
	}
	return out
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// body compares two texts paragraph by paragraph and judges each passage that
// changed.
func (c *comparison) body(before, after string) {
	if before == after {
		return
	}
	b, a := paragraphs(before), paragraphs(after)
	// Only breaks moved: the words run on unchanged.
	if joined(b) == joined(a) {
		return
	}
	for _, h := range hunks(b, a) {
		c.hunk(h)
	}
}

func joined(ps []paragraph) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.key)
	}
	return b.String()
}

// hunk is a run of paragraphs that differ between two texts.
type hunk struct {
	gone, come []paragraph
}

// hunks finds the runs of differing paragraphs by the longest common subsequence
// of keys, after what both texts share at their ends.
func hunks(b, a []paragraph) []hunk {
	for len(b) > 0 && len(a) > 0 && b[0].key == a[0].key {
		b, a = b[1:], a[1:]
	}
	for len(b) > 0 && len(a) > 0 && b[len(b)-1].key == a[len(a)-1].key {
		b, a = b[:len(b)-1], a[:len(a)-1]
	}
	if len(b)*len(a) > maxCells {
		return []hunk{{b, a}}
	}
	// l[i][j] is the length of the longest common subsequence of b[i:] and a[j:].
	l := make([][]int32, len(b)+1)
	for i := range l {
		l[i] = make([]int32, len(a)+1)
	}
	for i := len(b) - 1; i >= 0; i-- {
		for j := len(a) - 1; j >= 0; j-- {
			if b[i].key == a[j].key {
				l[i][j] = l[i+1][j+1] + 1
			} else {
				l[i][j] = max(l[i+1][j], l[i][j+1])
			}
		}
	}
	return walk(l, b, a)
}

// maxCells bounds the table of hunks: texts of two thousand lines each; longer
// ones are compared as one passage.
const maxCells = 4_000_000

func walk(l [][]int32, b, a []paragraph) []hunk {
	var out []hunk
	var h hunk
	flush := func() {
		if len(h.gone)+len(h.come) > 0 {
			out = append(out, h)
			h = hunk{}
		}
	}
	i, j := 0, 0
	for i < len(b) || j < len(a) {
		switch {
		case i < len(b) && j < len(a) && b[i].key == a[j].key:
			flush()
			i, j = i+1, j+1
		case j == len(a) || i < len(b) && l[i+1][j] >= l[i][j+1]:
			h.gone = append(h.gone, b[i])
			i++
		default:
			h.come = append(h.come, a[j])
			j++
		}
	}
	flush()
	return out
}

// pairFloor is how alike two paragraphs must be to be one that was edited.
const pairFloor = 0.45

// hunk judges the paragraphs that were edited and takes the rest as gone or come.
func (c *comparison) hunk(h hunk) {
	if joined(h.gone) == joined(h.come) {
		return
	}
	used := make([]bool, len(h.come))
	for i, j := range h.partners() {
		if j < 0 {
			c.passage(notice.ClauseRemoved, "[-"+clip(h.gone[i].text)+"-]")
			continue
		}
		used[j] = true
		c.edit(h.gone[i].text, h.come[j].text)
	}
	for j, p := range h.come {
		if !used[j] {
			c.passage(notice.ClauseAdded, "{+"+clip(p.text)+"+}")
		}
	}
}

// maxPairs bounds a hunk in which it is told which paragraph became which.
const maxPairs = 400

// partners gives for each paragraph that went the one it became, -1 for none;
// those that became one stand in the same order on both sides.
func (h hunk) partners() []int {
	out := make([]int, len(h.gone))
	from := 0
	for i, g := range h.gone {
		out[i] = -1
		score := pairFloor
		for j := from; j < len(h.come) && len(h.gone)*len(h.come) <= maxPairs; j++ {
			if s := textzh.Similar(g.key, h.come[j].key); s > score {
				out[i], score = j, s
			}
		}
		if out[i] < 0 && len(h.gone) == 1 && len(h.come) == 1 && len(g.key) < shortBytes {
			out[i] = 0
		}
		if out[i] >= 0 {
			from = out[i] + 1
		}
	}
	return out
}

// shortBytes is a line too short to be alike by runs of three signs: a date, a signature.
const shortBytes = 60

func (c *comparison) passage(m notice.Meaning, line string) {
	c.mean(m)
	c.lines = append(c.lines, line)
}

// clip keeps a quoted passage readable in an alert.
func clip(s string) string {
	r := []rune(s)
	if len(r) <= 240 {
		return s
	}
	return string(r[:200]) + "…" + string(r[len(r)-30:])
}
