package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quotation is a reference as a text prints it: a quoted title with the number
// that may follow in brackets, or a number alone.
type quotation struct {
	title, number string
	start, end    int
}

// titleBytes bounds a quoted title; an unclosed 《 must not swallow the text.
const titleBytes = 400

// quotations finds at most n quoted titles. They are read by hand, for they are
// looked for in every text and a regular expression costs twenty times as much.
func quotations(s string, n int) []quotation {
	var out []quotation
	for from := 0; len(out) < n; {
		i := strings.Index(s[from:], "《")
		if i < 0 {
			break
		}
		start := from + i
		size := closing(s[start:])
		if size == 0 {
			from = start + len("《")
			continue
		}
		q := quotation{title: s[start+len("《") : start+size-len("》")], start: start, end: start + size}
		if number, more := bracketed(s[q.end:]); number != "" {
			q.number, q.end = number, q.end+more
		}
		if q.title != "" {
			out = append(out, q)
		}
		from = q.end
	}
	return out
}

// closing is the length of a quotation that opens s, inner ones included; 0 when it is not closed.
func closing(s string) int {
	depth := 0
	for i, r := range s {
		switch {
		case i > titleBytes:
			return 0
		case r == '《':
			depth++
		case r == '》':
			if depth--; depth == 0 {
				return i + len("》")
			}
		}
	}
	return 0
}

// bracketed reads a number in brackets at the start of s: （国发〔2021〕23号）.
func bracketed(s string) (number string, size int) {
	for _, pair := range [][2]string{{"（", "）"}, {"(", ")"}} {
		rest, ok := strings.CutPrefix(s, pair[0])
		if !ok {
			continue
		}
		end := strings.Index(rest, pair[1])
		if end > 6 && end < 130 && strings.HasSuffix(strings.TrimSpace(rest[:end]), "号") {
			return rest[:end], len(pair[0]) + end + len(pair[1])
		}
	}
	return "", 0
}

// bareNumbers finds at most n document numbers: letters, a year in hexagonal or
// square brackets, a serial and 号.
func bareNumbers(s string, n int) []quotation {
	var out []quotation
	for from := 0; len(out) < n; {
		i := openBracket(s[from:])
		if i < 0 {
			break
		}
		at := from + i
		_, open := utf8.DecodeRuneInString(s[at:])
		from = at + open
		tail := serial(s[from:])
		if tail == 0 {
			continue
		}
		start := letters(s[:at])
		if start == at {
			continue
		}
		q := quotation{number: s[start : from+tail], start: start, end: from + tail}
		if cut := leading(q.number); cut > 0 {
			q.number, q.start = q.number[cut:], q.start+cut
		}
		out = append(out, q)
		from = q.end
	}
	return out
}

// serial is the length of "2024〕26号" at the start of s, 0 when it is something else.
func serial(s string) int {
	i := 0
	blank := func() {
		for i < len(s) && s[i] == ' ' {
			i++
		}
	}
	digits := func(least, most int) bool {
		n := 0
		for i < len(s) && isDigit(s[i]) {
			i, n = i+1, n+1
		}
		return n >= least && n <= most
	}
	blank()
	if !digits(4, 4) {
		return 0
	}
	blank()
	r, size := utf8.DecodeRuneInString(s[i:])
	if !strings.ContainsRune("〕﹞]］", r) {
		return 0
	}
	i += size
	blank()
	if !digits(1, 5) {
		return 0
	}
	blank()
	if !strings.HasPrefix(s[i:], "号") {
		return 0
	}
	return i + len("号")
}

// letterRunes is the longest run of letters (代字) before the year.
const letterRunes = 14

// letters is where the Han letters that end s begin.
func letters(s string) int {
	start := len(s)
	for range letterRunes {
		r, size := utf8.DecodeLastRuneInString(s[:start])
		if !unicode.Is(unicode.Han, r) {
			break
		}
		start -= size
	}
	return start
}

// leading is the length of the words that run into a number's letters: 根据国办发〔2021〕3号.
func leading(s string) int {
	cut := 0
	bracket := strings.IndexAny(s, "〔[﹝")
	for _, w := range []string{"根据", "按照", "依据", "依照", "贯彻", "落实", "执行", "转发", "参照", "详见", "废止", "印发", "以及", "文件", "通知", "和", "与", "及", "原", "的", "以", "对", "将"} {
		if i := strings.LastIndex(s[:max(bracket, 0)], w); i >= 0 {
			cut = max(cut, i+len(w))
		}
	}
	if cut >= bracket {
		return 0
	}
	return cut
}
