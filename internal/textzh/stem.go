package textzh

import (
	"strings"
	"unicode"
)

// stemWords come and go between the draft of a text, its cover, its copies and the
// ways in which others name it. Built once: a Replacer is safe for concurrent use.
var stemWords = strings.NewReplacer("征求意见稿", "", "关于", "", "印发", "", "转发", "", "进一步", "", "若干", "", "试行", "", "暂行", "", "草案", "", "修订", "", "公开", "", "征求", "", "的", "")

// Stem is what the title of a text keeps wherever it is named: letters and digits
// without issuers before 关于, remarks in brackets, covers (印发…的通知) and words
// such as 试行 that finals lose or gain. Two titles of one stem are candidates for
// one text, no more.
func Stem(title string) string {
	s := Fold(title)
	if i := strings.Index(s, "关于"); i > 0 && i <= 120 && !strings.ContainsAny(s[:i], "《") {
		s = s[i:]
	}
	var b strings.Builder
	b.Grow(len(s))
	depth := 0
	for _, r := range s {
		switch {
		case r == '(' || r == '（' || r == '[' || r == '【' || r == '〔':
			depth++
		case r == ')' || r == '）' || r == ']' || r == '】' || r == '〕':
			depth = max(depth-1, 0)
		case depth == 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		}
	}
	s = stemWords.Replace(b.String())
	for _, end := range [...]string{"意见公告", "意见通知", "意见函", "通知", "公告", "通告"} {
		if t := strings.TrimSuffix(s, end); t != s && len(t) >= 12 {
			return t
		}
	}
	return s
}
