package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"govwatch/internal/textzh"
)

// ownLetters drops the name of the body, or words of a sentence that a bad cut
// left, before the letters: 省人民政府云政函 → 云政函.
func ownLetters(p string) string {
	for _, body := range [...]string{"的通知", "通知", "依据", "根据", "按照", "关于废止", "人民政府办公厅", "人民政府办公室", "人民政府", "委员会文件", "厅文件", "局文件", "文件"} {
		if i := strings.LastIndex(p, body); i >= 0 && i+len(body) < len(p) {
			return p[i+len(body):]
		}
	}
	return p
}

// lettersOK says whether s can be the 代字 of a number.
func lettersOK(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 1 || n > 22 {
		return false
	}
	han := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '、', r == '-', r == '・', r == '·', r == '（', r == '）', r == '(', r == ')':
		default:
			return false
		}
	}
	if han == 0 {
		return false
	}
	for _, w := range [...]string{"关于", "通知", "根据", "按照", "依据", "的"} {
		if strings.Contains(s, w) {
			return false
		}
	}
	return !strings.HasSuffix(s, "版") && !strings.HasSuffix(s, "目录") && !strings.HasSuffix(s, "标准")
}

// splitYear cuts "2018年" off the end of s.
func splitYear(s string) (prefix string, year int) {
	t := strings.TrimRight(s, "〕年]）)")
	if len(t) >= 4 && allDigits(t[len(t)-4:]) {
		if y, ok := numYear(t[len(t)-4:]); ok {
			return strings.TrimRight(t[:len(t)-4], numOpen), y
		}
	}
	return s, 0
}

// numYear reads a year of four digits of any kind between 1949 and 2099.
func numYear(s string) (int, bool) {
	s = strings.TrimSuffix(strings.Trim(s, " "), "年")
	y := 0
	if len(s) == 4 && allDigits(s) {
		y = atoi(s)
	} else if v, ok := textzh.HanYear(s); ok {
		y = v
	}
	return y, y >= 1949 && y <= 2099
}

// leadSerial reads the serial at the start of s, in ASCII or Chinese digits.
func leadSerial(s string) (n int, tail string, ok bool) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i > 0 {
		if i > 6 {
			return 0, s, false
		}
		n = atoi(s[:i])
		return n, s[i:], n > 0
	}
	for j, r := range s {
		if !strings.ContainsRune("零〇○一二三四五六七八九十百千两", r) {
			break
		}
		i = j + utf8.RuneLen(r)
	}
	if i == 0 {
		return 0, s, false
	}
	v, ok := textzh.HanNumber(s[:i])
	return int(v), s[i:], ok && v > 0 && v < 100_000
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func itoa(n int) string {
	var b [12]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}
