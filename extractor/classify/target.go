package classify

import (
	"regexp"
	"strings"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// sentenceEnds separate what can share a year: sentences of one paragraph.
const sentenceEnds = "。；;！？\n"

// Targets reads the quantitative goals of a body: figures with a unit that a
// clause asks for, with the year they hold for. A year said once holds for the
// clauses and sentences after it until another comes or the paragraph ends.
// Figures that describe the past, name a document or a penalty are no targets.
// written is the year of the document, zero when unknown.
func Targets(body string, written int) []notice.QuantTarget {
	var out []notice.QuantTarget
	c := context{written: written}
	for start := 0; start < len(body); {
		end := start + sentenceEnd(body[start:])
		if end < start {
			end = len(body)
		}
		out = append(out, c.sentence(body, start, end)...)
		if end < len(body) && body[end] == '\n' {
			c.newParagraph(body[:end], body[end+1:])
		}
		start = end + 1
		for start < len(body) && body[start]&0xC0 == 0x80 {
			start++
		}
	}
	return out
}

// context is what a clause inherits from those before it.
type context struct {
	written int
	year    int
	past    bool
	hedged  bool
	// heading is the year of the paragraph that a list of goals stands under.
	heading int
	cuts    [][2]int // room for the clauses of one sentence
}

// newParagraph forgets the year, except in a list (——…) and after a colon: there
// the year of the paragraph above holds for every item.
func (c *context) newParagraph(before, after string) {
	after = strings.TrimLeft(after, " \t\u3000")
	item := strings.HasPrefix(after, "—") || strings.HasPrefix(after, "－") || strings.HasPrefix(after, "●") || strings.HasPrefix(after, "•")
	switch {
	case !item && !strings.HasSuffix(strings.TrimRight(before, " \t\u3000"), "："):
		c.heading = 0
	case c.heading == 0 && !c.past:
		c.heading = c.year
	}
	c.year, c.past, c.hedged = c.heading, false, false
}

var (
	yearIn = regexp.MustCompile(`(20[1-6]\d)\s*(?:年|[—\-－~～至到]\s*(20[1-6]\d)\s*年)`)
	planIn = regexp.MustCompile(`“?十([二三四五六七])五”?(?:规划)?(末|期末|期间|时期|以来)?`)
	baseIn = regexp.MustCompile(`(?:较|比|与|相比|以|在)\s*(20[0-6]\d)\s*年`)
)

// pastWords tell what is, not what is to be; penaltyWords stand beside amounts that nobody aims at.
var (
	pastWords = textzh.NewWords("截至", "截止20", "截止到20", "目前", "现有", "已达", "已建", "已完成", "已实现", "已累计", "已成为", "已形成", "已发放", "已投", "已有", "已超", "已突破", "已经", "累计建成", "累计发放", "累计投入", "累计下达", "累计安排", "去年", "上年", "以来", "近年来", "基础较", "基础已", "位居", "位列", "排名", "曾", "同比", "环比")
	// reportWords make a whole sentence a report, whatever precedes them in it.
	reportWords  = textzh.NewWords("同比", "环比", "截至", "比上年", "较上年")
	penaltyWords = textzh.NewWords("罚款", "罚金", "处罚", "处以", "违法所得", "注册资本", "工作日", "收费标准", "人口", "户籍")
	figureWords  = textzh.NewWords("番", "一半", "半数", "过半", "全面", "全部", "成以上", "成左右", "五”")
)

// figured reports a digit or a word that stands for a figure.
func figured(s string) bool {
	for i := range len(s) {
		// Full-width digits are EF BC 90 to EF BC 99.
		if isDigit(s[i]) || s[i] == 0xEF && i+2 < len(s) && s[i+1] == 0xBC && s[i+2] >= 0x90 && s[i+2] <= 0x99 {
			return true
		}
	}
	return figureWords.In(s)
}

// sentence reads one sentence body[start:end].
func (c *context) sentence(body string, start, end int) []notice.QuantTarget {
	text := body[start:end]
	// Most sentences hold no figure and no word for one; they cost one look.
	if !figured(text) {
		return nil
	}
	masked := mask(text)
	var out []notice.QuantTarget
	c.hedged = false
	wholePast := reportWords.In(masked) && !strings.Contains(masked, "到20")
	c.cuts = clauses(c.cuts[:0], masked)
	for _, clause := range c.cuts {
		lo, hi := clause[0], clause[1]
		c.years(masked[lo:hi], wholePast)
		if strings.Contains(masked[lo:hi], "力争") || strings.Contains(masked[lo:hi], "争取") || strings.Contains(masked[lo:hi], "努力") {
			c.hedged = true
		}
		if c.past || !figured(masked[lo:hi]) || penaltyWords.In(masked[lo:hi]) {
			continue
		}
		for _, t := range c.clause(masked[lo:hi]) {
			t.Text = strings.TrimSpace(text[lo:hi])
			t.Span = notice.Span{Text: "body", Start: start + lo, End: start + hi}
			out = append(out, t)
		}
	}
	return out
}

// clauses cuts at commas and semicolons, not inside brackets or numbers (1,200),
// and appends the parts to out.
func clauses(out [][2]int, s string) [][2]int {
	from, depth := 0, 0
	for i, r := range s {
		switch r {
		case '（', '(':
			depth++
		case '）', ')':
			depth = max(0, depth-1)
		case '，', '：':
			if depth == 0 {
				out = append(out, [2]int{from, i})
				from = i + 3
			}
		case ',', ':':
			if depth == 0 && !digitAround(s, i) {
				out = append(out, [2]int{from, i})
				from = i + 1
			}
		}
	}
	return append(out, [2]int{from, len(s)})
}

func digitAround(s string, i int) bool {
	return i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1])
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// years reads the year, the five-year plan and the sense of time of a clause.
func (c *context) years(clause string, wholePast bool) {
	seen := 0
	if strings.Contains(clause, "20") {
		seen = lastYear(clause)
	}
	if seen == 0 && strings.Contains(clause, "十") {
		for _, m := range planIn.FindAllStringSubmatch(clause, -1) {
			if m[2] != "以来" {
				seen = planEnd(m[1])
			}
		}
	}
	if seen > 0 {
		c.year = seen
		c.past = c.written > 0 && seen < c.written || wholePast
		return
	}
	if wholePast || pastWords.In(clause) {
		c.past = true
	}
}

// lastYear is the last year that a clause names, the end of a span of years, base
// years left out; zero when there is none.
func lastYear(clause string) int {
	seen, bases := 0, baseIn.FindAllStringSubmatchIndex(clause, -1)
next:
	for _, m := range yearIn.FindAllStringSubmatchIndex(clause, -1) {
		for _, b := range bases {
			if b[2] == m[2] {
				continue next
			}
		}
		seen = atoi(clause[m[2]:m[3]])
		if m[4] >= 0 {
			seen = atoi(clause[m[4]:m[5]])
		}
	}
	return seen
}

// planEnd is the last year of a five-year plan (十四五 ends in 2025).
func planEnd(numeral string) int {
	return map[string]int{"二": 2015, "三": 2020, "四": 2025, "五": 2030, "六": 2035, "七": 2040}[numeral]
}

func atoi(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
