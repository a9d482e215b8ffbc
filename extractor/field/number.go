package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/internal/textzh"
)

// NumberKind is the form of an issuing number.
type NumberKind string

// Forms of numbers (DOMAIN §1.3).
const (
	// Plain is 代字〔年〕序号号.
	Plain NumberKind = "plain"
	// Order is a decree (令): 国家发展和改革委员会令第15号.
	Order NumberKind = "order"
	// Announcement is numbered within a year (公告, 通告): 国家能源局公告2024年第1号.
	Announcement NumberKind = "announcement"
)

// Number is an issuing number (发文字号) taken apart.
type Number struct {
	Kind NumberKind
	// Prefix is the 代字 of a plain number or the name before 令 or 公告.
	Prefix string
	// Year is zero for orders without one.
	Year   int
	Serial int
	// Normal is the normal form: no blanks, 〔〕, ASCII digits, no leading zeros.
	Normal string
}

// ParseNumber reads a string that is meant to be one issuing number, in any of
// the spellings found on the web: blanks, full-width or Chinese digits, other
// brackets, 第 before the serial, a missing 号, a label or an issuer before it.
// It returns false for index numbers, standards, titles and other text.
func ParseNumber(s string) (Number, bool) {
	s = cleanNumber(s)
	if n := utf8.RuneCountInString(s); n < 4 || n > 48 {
		return Number{}, false
	}
	for _, read := range [...]func(string) (Number, bool){readPlain, readOrder, readAnnouncement, readLoose} {
		// A title with its order in brackets behind it is no number.
		if n, ok := read(s); ok && strings.Count(n.Prefix, "（") == strings.Count(n.Prefix, "）") && strings.Count(n.Prefix, "(") == strings.Count(n.Prefix, ")") {
			return n, true
		}
	}
	return Number{}, false
}

// cleanNumber folds widths, blanks, brackets and labels.
func cleanNumber(s string) string {
	s = textzh.Squeeze(textzh.Fold(textzh.Brackets(s)))
	if i := strings.LastIndexAny(s, "：:"); i >= 0 && i < 24 {
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	s = strings.TrimPrefix(s, "发文字号")
	s = strings.TrimPrefix(s, "文号")
	s = strings.Trim(s, "。，,.;；“”\"'*、")
	for {
		t := s
		for _, pair := range [...][2]string{{"（", "）"}, {"(", ")"}, {"【", "】"}, {"[", "]"}} {
			if strings.HasPrefix(t, pair[0]) && strings.HasSuffix(t, pair[1]) && !strings.Contains(t[len(pair[0]):len(t)-len(pair[1])], pair[0]) {
				t = t[len(pair[0]) : len(t)-len(pair[1])]
			}
		}
		if t == s {
			return s
		}
		s = t
	}
}

const (
	numOpen  = "〔［[（(【﹝{<〈"
	numClose = "〕］]）)】﹞}>〉"
)

// readPlain reads 代字〔年〕序号号.
func readPlain(s string) (Number, bool) {
	i := strings.IndexAny(s, numOpen)
	if i <= 0 {
		// The opening bracket may be lost: 代字2019〕2号.
		if j := strings.IndexAny(s, numClose); j > 4 && allDigits(s[j-4:j]) {
			return plainFrom(s[:j-4], s[j-4:j], s[j:])
		}
		return Number{}, false
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	year, rest := s[i+n:], ""
	j := strings.IndexAny(year, numClose)
	if j < 0 {
		if len(year) < 6 || !allDigits(year[:4]) || allDigits(year[4:5]) {
			return Number{}, false
		}
		j = 4
	}
	year, rest = year[:j], year[j:]
	return plainFrom(s[:i], year, rest)
}

// plainFrom builds a plain number from its parts; rest begins with the closing bracket, if any.
func plainFrom(prefix, year, rest string) (Number, bool) {
	y, ok := numYear(year)
	if !ok {
		return Number{}, false
	}
	rest = strings.TrimLeft(rest, numClose+"-_年")
	rest = strings.TrimPrefix(rest, "第")
	serial, tail, ok := leadSerial(rest)
	if !ok || tail != "" && tail != "号" && tail != "号文" && tail != "号文件" && tail != "号令" && tail != "号公告" {
		return Number{}, false
	}
	prefix = ownLetters(prefix)
	if !lettersOK(prefix) {
		return Number{}, false
	}
	num := Number{Plain, prefix, y, serial, ""}
	mark := ""
	if strings.HasSuffix(prefix, "公告") || strings.HasSuffix(prefix, "通告") || strings.HasSuffix(prefix, "令") {
		num.Kind, mark = Announcement, "第"
		if strings.HasSuffix(prefix, "令") {
			num.Kind = Order
		}
	}
	num.Normal = prefix + "〔" + itoa(y) + "〕" + mark + itoa(serial) + "号"
	return num, true
}

// readOrder reads X令第N号, X令N号, 第N号令, X令2018年第2号 and 国令第706号.
func readOrder(s string) (Number, bool) {
	if rest, ok := strings.CutSuffix(s, "号令"); ok { // 省政府第320号令, 第320号令, 2018年第2号令
		i := strings.LastIndex(rest, "第")
		if i < 0 {
			return Number{}, false
		}
		serial, tail, ok := leadSerial(rest[i+len("第"):])
		if !ok || tail != "" {
			return Number{}, false
		}
		prefix, year := splitYear(rest[:i])
		if prefix != "" && !lettersOK(prefix) {
			return Number{}, false
		}
		return orderNumber(strings.TrimSuffix(prefix, "令"), year, serial, prefix == ""), true
	}
	i := strings.LastIndex(s, "令")
	if i <= 0 {
		return Number{}, false
	}
	rest := strings.Trim(s[i+len("令"):], "（）()[]〔〕")
	year := 0
	if len(rest) > 4 {
		if y, ok := numYear(rest[:4]); ok && !allDigits(rest[4:5]) {
			year, rest = y, strings.TrimLeft(strings.TrimPrefix(rest[4:], "年"), numClose)
		}
	}
	rest = strings.TrimPrefix(rest, "第")
	serial, tail, ok := leadSerial(rest)
	if !ok || tail != "" && tail != "号" || !lettersOK(s[:i]) {
		return Number{}, false
	}
	return orderNumber(s[:i], year, serial, false), true
}

func orderNumber(name string, year, serial int, bare bool) Number {
	n := Number{Kind: Order, Prefix: name, Year: year, Serial: serial}
	y := ""
	if year > 0 {
		y = itoa(year) + "年"
	}
	if bare {
		n.Normal = y + "第" + itoa(serial) + "号令"
	} else {
		n.Normal = name + "令" + y + "第" + itoa(serial) + "号"
	}
	return n
}

// readAnnouncement reads X公告2024年第1号, X2024年第1号 and 公告第5号.
func readAnnouncement(s string) (Number, bool) {
	rest, ok := strings.CutSuffix(s, "号")
	if !ok {
		if rest, ok = strings.CutSuffix(s, "号公告"); !ok {
			return Number{}, false
		}
	}
	i := strings.LastIndex(rest, "第")
	if i < 0 {
		return Number{}, false
	}
	serial, tail, ok := leadSerial(rest[i+len("第"):])
	if !ok || tail != "" {
		return Number{}, false
	}
	prefix, year := splitYear(rest[:i])
	word := strings.HasSuffix(prefix, "公告") || strings.HasSuffix(prefix, "通告")
	if year == 0 && !word && utf8.RuneCountInString(prefix) > 4 || prefix != "" && !lettersOK(prefix) {
		return Number{}, false
	}
	if year == 0 && (prefix == "" || !word && !strings.ContainsAny(prefix, "政府发办函")) {
		return Number{}, false
	}
	n := Number{Kind: Announcement, Prefix: prefix, Year: year, Serial: serial}
	n.Normal = prefix
	if year > 0 {
		n.Normal += itoa(year) + "年"
	}
	n.Normal += "第" + itoa(serial) + "号"
	return n, true
}

// readLoose reads numbers whose year has no bracket: 鲁发改能源2024年12号, 云政发1991-45号.
func readLoose(s string) (Number, bool) {
	rest, ok := strings.CutSuffix(s, "号")
	if !ok {
		return Number{}, false
	}
	i := strings.IndexAny(rest, "0123456789")
	if i <= 0 || len(rest) < i+6 {
		return Number{}, false
	}
	y, ok := numYear(rest[i : i+4])
	if !ok || !lettersOK(rest[:i]) || !strings.ContainsAny(rest[i+4:i+5], "年-—–_〕])") && !strings.HasPrefix(rest[i+4:], "年") {
		return Number{}, false
	}
	serial, tail, ok := leadSerial(strings.TrimLeft(rest[i+4:], "年-—–_〕])第"))
	if !ok || tail != "" {
		return Number{}, false
	}
	return plainFrom(rest[:i], itoa(y), itoa(serial)+"号")
}

// SameNumber says that two spellings name one number: 国令第706号 and
// 中华人民共和国国务院令第706号.
func SameNumber(a, b string) bool {
	x, ok := ParseNumber(a)
	y, also := ParseNumber(b)
	if !ok || !also || x.Kind != y.Kind || x.Year != y.Year || x.Serial != y.Serial {
		return false
	}
	return x.Prefix == y.Prefix || x.Kind != Plain
}
