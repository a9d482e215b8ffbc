package textzh

import "strings"

// HanNumber reads a whole number in Chinese, ASCII or full-width digits or a
// mixture: 二十三, 廿三, 一百零五, 两亿, 〇二四, 3千, 1.5万, 12,000, 三百五 (350). The
// text must be the number and nothing else but blanks; ok is false otherwise,
// when a fraction is left over, and above 10^18.
func HanNumber(s string) (n int64, ok bool) {
	s = Squeeze(Fold(s))
	const longest = 96 // bytes; 10^18 in full formal digits fits
	if s == "" || len(s) > longest {
		return 0, false
	}
	if s, ok = joinGroups(s); !ok {
		return 0, false
	}
	if n, ok = digitString(s); ok {
		return n, true
	}
	p := numberParser{small: 10_000, big: limit}
	rest := s
	for rest != "" {
		if rest, ok = p.step(rest); !ok {
			return 0, false
		}
	}
	return p.finish()
}

const limit = int64(1e18)

// joinGroups drops the commas of 12,000; commas elsewhere are refused.
func joinGroups(s string) (string, bool) {
	s = strings.ReplaceAll(s, "，", ",")
	if !strings.Contains(s, ",") {
		return s, true
	}
	parts := strings.Split(s, ",")
	for i, p := range parts {
		digits := len(p) - len(strings.TrimLeft(p, "0123456789"))
		last := i == len(parts)-1
		if i == 0 && (digits == 0 || digits > 3 || digits != len(p)) ||
			i > 0 && (digits != 3 || !last && digits != len(p)) {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func digitString(s string) (n int64, ok bool) {
	for _, r := range s {
		d := hanDigit(r)
		if d < 0 || n > limit/10-1 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}

// hanDigit returns the value of one digit character, -1 for any other. Zero has
// many shapes in old web texts.
func hanDigit(r rune) int {
	switch r {
	case '0', '〇', '零', '○', '◯', '０':
		return 0
	case '一', '壹', '弌', '1':
		return 1
	case '二', '贰', '貳', '两', '兩', '2':
		return 2
	case '三', '叁', '參', '3':
		return 3
	case '四', '肆', '4':
		return 4
	case '五', '伍', '5':
		return 5
	case '六', '陆', '陸', '6':
		return 6
	case '七', '柒', '7':
		return 7
	case '八', '捌', '8':
		return 8
	case '九', '玖', '9':
		return 9
	}
	return -1
}

func hanUnit(r rune) int64 {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1_000
	case '万', '萬':
		return 10_000
	case '亿', '億':
		return 100_000_000
	case '廿':
		return 20
	case '卅':
		return 30
	case '卌':
		return 40
	}
	return 0
}

// numberParser holds a number read so far as total + section + digit; a section
// is what stands between 万 and 亿. Units must fall inside a section.
type numberParser struct {
	total, section int64
	digit          int64
	scale          int64 // power of ten that digit is to be divided by
	hasDigit       bool
	han            bool  // the pending digit is Chinese
	zero           bool  // a 零 stands before the pending digit
	small, big     int64 // the last units seen
	last           int64 // the last unit of any kind
}

func (p *numberParser) step(s string) (rest string, ok bool) {
	if s[0] >= '0' && s[0] <= '9' {
		return p.ascii(s)
	}
	for i, r := range s {
		if i > 0 {
			return s[i:], p.rune([]rune(s[:i])[0])
		}
		if len(s) == len(string(r)) {
			return "", p.rune(r)
		}
	}
	return "", false
}

func (p *numberParser) ascii(s string) (rest string, ok bool) {
	if p.hasDigit {
		return "", false
	}
	p.scale = 1
	point := false
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && !point && i+1 < len(s) {
			point = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		if p.digit > limit/100 || p.scale > limit/100 {
			return "", false
		}
		p.digit = p.digit*10 + int64(c-'0')
		if point {
			p.scale *= 10
		}
	}
	p.hasDigit, p.han = true, false
	return s[i:], true
}

func (p *numberParser) rune(r rune) bool {
	if d := hanDigit(r); d >= 0 {
		if p.hasDigit {
			return false
		}
		if d == 0 {
			p.zero = true
			return true
		}
		p.digit, p.scale, p.hasDigit, p.han = int64(d), 1, true, true
		return true
	}
	switch u := hanUnit(r); {
	case u == 0:
		return false
	case u >= 10_000:
		return p.bigUnit(u)
	case u >= 20 && u < 100:
		if p.hasDigit || p.small <= 10 {
			return false
		}
		p.section += u
		p.small, p.last = 10, 10
		p.zero = false
		return true
	default:
		return p.smallUnit(u)
	}
}

func (p *numberParser) smallUnit(u int64) bool {
	if !p.hasDigit {
		if u != 10 {
			return false
		}
		p.digit, p.scale, p.hasDigit = 1, 1, true
	}
	if u >= p.small {
		return false
	}
	v, ok := p.times(u)
	if !ok {
		return false
	}
	p.section += v
	p.small, p.last = u, u
	p.take()
	return true
}

func (p *numberParser) bigUnit(u int64) bool {
	if p.hasDigit && p.scale > 1 && p.section == 0 {
		v, ok := p.times(u)
		if !ok || u >= p.big && p.total > 0 {
			return false
		}
		p.total += v
		p.section = 0
	} else {
		if p.hasDigit {
			p.section += p.digit
		}
		if !p.raise(u) {
			return false
		}
	}
	p.big, p.last, p.small = u, u, 10_000
	p.take()
	return true
}

// raise multiplies by 万 or 亿; 亿 after 万 takes in all before it (五万亿).
func (p *numberParser) raise(u int64) bool {
	if u == 100_000_000 && p.total > 0 {
		if p.big >= u {
			return false
		}
		p.section += p.total
		p.total = 0
	} else if u >= p.big {
		return false
	}
	if p.section == 0 || p.section > limit/u {
		return false
	}
	p.total += p.section * u
	p.section = 0
	return p.total <= limit
}

func (p *numberParser) times(u int64) (int64, bool) {
	if p.scale > 1 && (p.digit > limit/u || p.digit*u%p.scale != 0) {
		return 0, false
	}
	if p.digit > limit/u {
		return 0, false
	}
	return p.digit * u / p.scale, true
}

func (p *numberParser) take() {
	p.digit, p.scale, p.hasDigit, p.zero = 0, 1, false, false
}

func (p *numberParser) finish() (int64, bool) {
	if p.hasDigit {
		if p.scale > 1 || p.section+p.total > 0 && p.digit >= 10_000 {
			return 0, false
		}
		// 三百五 and 两万三 leave out the next lower unit.
		if p.han && !p.zero && p.last > 10 {
			p.digit *= p.last / 10
		}
		p.section += p.digit
	}
	n := p.total + p.section
	return n, n > 0 && n <= limit
}

// HanYear reads a year written as four digits of any kind, with or without 年:
// 二〇二四, 二○二四, 二O二四, ２０２４. ok is false outside of 1900 to 2100.
func HanYear(s string) (year int, ok bool) {
	s = strings.TrimSuffix(Squeeze(Fold(s)), "年")
	digits := 0
	for _, r := range s {
		d := hanDigit(r)
		if r == 'O' || r == 'o' || r == 'Ο' || r == 'О' || r == '⚪' || r == '⭕' {
			d = 0
		}
		if d < 0 || digits == 4 {
			return 0, false
		}
		year = year*10 + d
		digits++
	}
	return year, digits == 4 && year >= 1900 && year <= 2100
}
