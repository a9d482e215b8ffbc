package classify

import (
	"strings"
	"unicode/utf8"
)

// mask replaces what holds digits and is no amount by spaces of the same length, so
// that positions stay: quoted titles, document numbers, dates with a month,
// ordinals, annexes, names of things with letters (GB 50189), telephone numbers,
// temperatures. It is written by hand because every sentence with a digit passes.
func mask(s string) string {
	var out []byte
	hide := func(from, to int) {
		if out == nil {
			out = []byte(s)
		}
		for i := from; i < to; i++ {
			out[i] = ' '
		}
	}
	for i := 0; i < len(s); {
		n := masked(s, i)
		if n == 0 {
			switch c := s[i]; {
			case isDigit(c):
				n = digitRun(s[i:])
			case c < utf8.RuneSelf:
				n = 1
			default:
				_, n = utf8.DecodeRuneInString(s[i:])
			}
			i += n
			continue
		}
		hide(i, i+n)
		i += n
	}
	if out == nil {
		return s
	}
	return string(out)
}

// masked is the length of what is to be hidden at s[i:], 0 when nothing is.
func masked(s string, i int) int {
	rest := s[i:]
	switch c := s[i]; {
	case isDigit(c):
		return maskedNumber(s, i)
	case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
		return maskedName(rest)
	case c < 0x80 && c != '[', c >= 0xE4 && c <= 0xE9 && len(rest) >= 3 && !strings.Contains("第附表图", rest[:3]):
		return 0
	}
	switch {
	case strings.HasPrefix(rest, "《"):
		return closing(rest)
	case strings.HasPrefix(rest, "第"):
		return ordinal(rest)
	case strings.HasPrefix(rest, "〔"), strings.HasPrefix(rest, "﹝"), strings.HasPrefix(rest, "["), strings.HasPrefix(rest, "［"):
		_, open := utf8.DecodeRuneInString(rest)
		if n := serial(rest[open:]); n > 0 {
			return open + n
		}
	case strings.HasPrefix(rest, "附件"), strings.HasPrefix(rest, "附表"), strings.HasPrefix(rest, "表"), strings.HasPrefix(rest, "图"):
		head := len("表")
		if strings.HasPrefix(rest, "附") {
			head = len("附件")
		}
		if n := digitRun(strings.TrimLeft(rest[head:], " ")); n > 0 {
			return head + strings.IndexFunc(rest[head:], func(r rune) bool { return r != ' ' }) + n
		}
	case strings.HasPrefix(rest, "“十"):
		// “十四五”规划: a name; “十四五”末 stays, it tells a year.
		if end := strings.Index(rest, "”"); end > 0 && end <= 12 && strings.HasPrefix(rest[end+len("”"):], "规划") {
			return end + len("”规划")
		}
	}
	return 0
}

func digitRun(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// maskedNumber judges a run of digits: dates, editions, telephones, temperatures.
func maskedNumber(s string, i int) int {
	n := digitRun(s[i:])
	rest := s[i+n:]
	switch {
	case n == 11 && s[i] == '1':
		return n
	case n == 4 && strings.HasPrefix(rest, "年"):
		after := rest[len("年"):]
		if strings.HasPrefix(after, "第") {
			return n + len("年") + max(ordinal(after), len("第"))
		}
		if m := monthDay(after); m > 0 {
			return n + len("年") + m
		}
		for _, w := range []string{"版", "度版", "修订", "修正"} {
			if strings.HasPrefix(after, w) {
				return n + len("年")
			}
		}
	case n <= 2:
		if m := monthDay(s[i:]); m > 0 {
			return m
		}
	case n <= 4:
		for _, dash := range []string{"-", "—", "－"} {
			if tail, ok := strings.CutPrefix(rest, dash); ok {
				if d := digitRun(tail); d >= 7 && d <= 8 {
					return n + len(dash) + d
				}
			}
		}
	}
	return degrees(rest, n)
}

// degrees hides 1.5℃, decimals included.
func degrees(rest string, n int) int {
	if strings.HasPrefix(rest, ".") {
		if d := digitRun(rest[1:]); d > 0 {
			n, rest = n+1+d, rest[1+d:]
		}
	}
	for _, sign := range []string{"℃", "°C", " ℃"} {
		if strings.HasPrefix(rest, sign) {
			return n + len(sign)
		}
	}
	return 0
}

// monthDay is the length of 3月12日 or 3月 at the start of s.
func monthDay(s string) int {
	m := digitRun(s)
	if m == 0 || m > 2 || !strings.HasPrefix(s[m:], "月") {
		return 0
	}
	n := m + len("月")
	if d := digitRun(s[n:]); d > 0 && d <= 2 && strings.HasPrefix(s[n+d:], "日") {
		n += d + len("日")
	}
	return n
}

// ordinals are what 第N counts and no goal is measured in.
var ordinals = []string{"号", "条", "款", "章", "节", "次", "届", "批", "期", "部分", "季度", "产业", "项", "个", "类", "位", "名"}

// ordinal is the length of 第15号, 第三条 at the start of s.
func ordinal(s string) int {
	n := len("第")
	for n < len(s) && s[n] == ' ' {
		n++
	}
	from := n
	n += digitRun(s[n:])
	for n == from || n > from && !isDigit(s[n-1]) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !strings.ContainsRune("一二三四五六七八九十百零〇", r) || size < 3 {
			break
		}
		n += size
	}
	if n == from {
		return 0
	}
	rest := strings.TrimLeft(s[n:], " ")
	for _, w := range ordinals {
		if strings.HasPrefix(rest, w) {
			return len(s) - len(rest) + len(w)
		}
	}
	return 0
}

// maskedName hides a code of letters and digits: GB/T 2260—2007, PM2.5, A4.
func maskedName(s string) int {
	n := 0
	for n < len(s) && (s[n] >= 'A' && s[n] <= 'Z' || s[n] >= 'a' && s[n] <= 'z' || s[n] == '/') {
		n++
	}
	at := n
	for at < len(s) && s[at] == ' ' {
		at++
	}
	d := digitRun(s[at:])
	if d == 0 {
		return n
	}
	at += d
	for at < len(s) {
		switch {
		case isDigit(s[at]) || s[at] == '.' || s[at] == '-':
			at++
		case strings.HasPrefix(s[at:], "—"):
			at += len("—")
		default:
			return at
		}
	}
	return at
}
