package textzh

import (
	"html"
	"strings"
	"unicode/utf8"
)

const (
	openBrackets  = "〔［[（(【﹝{｛〖「『〈<＜❲"
	closeBrackets = "〕］]）)】﹞}｝〗」』〉>＞❳"
	// yearSpan is the most bytes between the two brackets of a year: four Han
	// digits of three bytes, and blanks.
	yearSpan = 24
)

// Brackets puts the hexagonal brackets 〔〕 of a document number (发文字号) around
// every year that stands in brackets of another shape, mixed pairs and the
// entities &#12308; and &#x3014; included, and drops blanks inside of them. Round,
// curly, angled and 【】 brackets also enclose years in prose, such as 指南（2024）;
// they change only when a serial number follows: 京政发(2024)6号.
func Brackets(s string) string {
	if strings.Contains(s, "&#") {
		s = html.UnescapeString(s)
	}
	i := strings.IndexAny(s, openBrackets)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		year, rest, ok := bracketedYear(s)
		if ok {
			b.WriteString("〔" + year + "〕")
			s = rest
		} else {
			_, n := utf8.DecodeRuneInString(s)
			b.WriteString(s[:n])
			s = s[n:]
		}
		i = strings.IndexAny(s, openBrackets)
	}
	b.WriteString(s)
	return b.String()
}

func bracketedYear(s string) (year, rest string, ok bool) {
	open, n := utf8.DecodeRuneInString(s)
	body := s[n:]
	end := strings.IndexAny(body[:min(len(body), yearSpan)], closeBrackets)
	if end < 0 {
		return "", "", false
	}
	shut, m := utf8.DecodeRuneInString(body[end:])
	year = Squeeze(body[:end])
	rest = body[end+m:]
	if _, ok = HanYear(year); !ok || strings.HasSuffix(year, "年") {
		return "", "", false
	}
	square := strings.ContainsRune("〔［[﹝❲", open) || strings.ContainsRune("〕］]﹞❳", shut)
	return year, rest, square || startsSerial(rest)
}

func startsSerial(s string) bool {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return isSpace(r) || isInvisible(r) })
	s = strings.TrimPrefix(s, "第")
	s = strings.TrimLeftFunc(s, isSpace)
	r, _ := utf8.DecodeRuneInString(s)
	return hanDigit(foldRune(r)) >= 0
}
