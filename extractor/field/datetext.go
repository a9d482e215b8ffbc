package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// dateHit is a date found in a text at bytes [from, to).
type dateHit struct {
	date     notice.Date
	from, to int
}

// ParseDate reads the first date of a string, in any printed form: 2024年3月12日,
// 二〇二四年三月十二日, 2024-03-12 10:21, 2024/3/12, 2024.03.12, 20240312.
func ParseDate(s string) (notice.Date, bool) {
	if h, ok := nextDate(s, 0); ok {
		return h.date, true
	}
	t := strings.Trim(s, " ")
	if len(t) == 8 && allDigits(t) {
		d := notice.Date{Year: atoi(t[:4]), Month: atoi(t[4:6]), Day: atoi(t[6:])}
		return d, plausible(d)
	}
	return notice.Date{}, false
}

// nextDate finds the first date at or after byte from.
func nextDate(s string, from int) (dateHit, bool) {
	for i := from; i < len(s); {
		c := s[i]
		if c >= '0' && c <= '9' {
			if h, ok := dateAt(s, i); ok {
				return h, true
			}
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				i++
			}
			continue
		}
		if c < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if yearDigit(r) >= 0 {
			if h, ok := dateAt(s, i); ok {
				return h, true
			}
		}
		i += n
	}
	return dateHit{}, false
}

// dateAt reads a date that begins at byte i.
func dateAt(s string, i int) (dateHit, bool) {
	y, p, ok := fourDigits(s, i)
	if !ok {
		return dateHit{}, false
	}
	p = skipBlank(s, p)
	sep, p := separator(s, p)
	if sep == 0 {
		return dateHit{}, false
	}
	m, p, ok := smallNumber(s, skipBlank(s, p))
	if !ok {
		return dateHit{}, false
	}
	p = skipBlank(s, p)
	sep2, p := separator(s, p)
	if sep2 != 'm' && sep2 != sep {
		return dateHit{}, false
	}
	d, p, ok := smallNumber(s, skipBlank(s, p))
	if !ok {
		return dateHit{}, false
	}
	if q := skipBlank(s, p); strings.HasPrefix(s[q:], "日") || strings.HasPrefix(s[q:], "号") {
		p = q + len("日")
	} else if sep2 == 'm' && sep == 'y' && p < len(s) && s[p] >= '0' && s[p] <= '9' {
		return dateHit{}, false
	}
	date := notice.Date{Year: y, Month: m, Day: d}
	if !plausible(date) {
		return dateHit{}, false
	}
	return dateHit{date, i, p}, true
}

// plausible bounds dates of documents of the People's Republic: 1900 and 2099 are
// what systems print for a date they do not have.
func plausible(d notice.Date) bool { return d.Year >= 1949 && d.Year <= 2089 && d.Valid() }

func skipBlank(s string, p int) int {
	for p < len(s) && (s[p] == ' ' || s[p] == '\t') {
		p++
	}
	return p
}

// separator reads 年 ('y'), 月 ('m') or one of - / . between the parts of a date.
func separator(s string, p int) (sep byte, next int) {
	switch {
	case p >= len(s):
		return 0, p
	case s[p] == '-' || s[p] == '/' || s[p] == '.':
		return s[p], p + 1
	case strings.HasPrefix(s[p:], "年"):
		return 'y', p + len("年")
	case strings.HasPrefix(s[p:], "月"):
		return 'm', p + len("月")
	case strings.HasPrefix(s[p:], "－"), strings.HasPrefix(s[p:], "／"), strings.HasPrefix(s[p:], "．"):
		return '-', p + len("－")
	}
	return 0, p
}

// fourDigits reads a year of four digits, ASCII, full width or Chinese, blanks between them allowed.
func fourDigits(s string, p int) (year, next int, ok bool) {
	for n := 0; n < 4; n++ {
		if n > 0 {
			p = skipBlank(s, p)
		}
		r, size := utf8.DecodeRuneInString(s[p:])
		d := yearDigit(r)
		if d < 0 {
			return 0, p, false
		}
		year = year*10 + d
		p += size
	}
	if p < len(s) && s[p] >= '0' && s[p] <= '9' {
		return 0, p, false
	}
	return year, p, true
}

// yearDigit is the value of a digit of any kind, or -1. The zero of Chinese
// years is printed in many ways.
func yearDigit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	switch r {
	case '〇', '○', '零', 'O', 'Ｏ', '◯', '0', 'o', '⚪', '●':
		return 0
	case '一':
		return 1
	case '二':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// smallNumber reads a month or day: 3, 03, ３, 十一, 二十三, 廿三, 三十.
func smallNumber(s string, p int) (n, next int, ok bool) {
	count, han := 0, false
	for p < len(s) && count < 3 {
		r, size := utf8.DecodeRuneInString(s[p:])
		d := yearDigit(r)
		ascii := r < 0x80 || r >= 0xFF10 && r <= 0xFF19
		switch {
		case r == 'o' || r == 'O':
			return n, p, count > 0
		case r == '十':
			n, han = max(n, 1)*10, true
		case r == '廿':
			n, han = 20, true
		case r == '卅':
			n, han = 30, true
		case r == '元' && count == 0:
			n = 1
		case d < 0, ascii && (han || count == 2), !ascii && n > 0 && n%10 != 0 && d >= 0 && count > 0 && !han && n > 3:
			return n, p, count > 0 && n > 0
		case ascii, n%10 != 0:
			n = n*10 + d
		default:
			n += d
			han = true
		}
		p += size
		count++
	}
	return n, p, count > 0 && n > 0
}
