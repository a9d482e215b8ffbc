package family

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// day is a date as a list prints it: whole, or month and day alone (Year zero).
type day = notice.Date

var (
	fullDay = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d{2})\s*[-/.年_－–—]\s*(\d{1,2})\s*[-/.月_－–—]\s*(\d{1,2})(?:[^\d]|$)`)
	// cardDay is the calendar leaf of cards: the day large, year and month small.
	cardDay = regexp.MustCompile(`^(\d{1,2})\s*(?:日\s*)?[/|]?\s*((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})月?$`)
	// cardYear is month and day above the year.
	cardYear = regexp.MustCompile(`^(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?\s*[/|]?\s*((?:19|20)\d{2})年?$`)
	yearCard = regexp.MustCompile(`^((?:19|20)\d{2})年?\s*[/|]?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?$`)
	shortDay = regexp.MustCompile(`^(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$`)
	// briefDay has a year of two digits, as lists of the first years print it.
	briefDay    = regexp.MustCompile(`^([0-3]\d)[-/.](\d{1,2})[-/.](\d{1,2})$`)
	compactDay  = regexp.MustCompile(`^((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{6})?$`)
	hanDay      = regexp.MustCompile(`([一二][〇○零O０0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})日`)
	dotNet      = regexp.MustCompile(`^/Date\((-?\d+)(?:[+-]\d{4})?\)/$`)
	urlDay      = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:[^\d]|$)`)
	urlLooseDay = regexp.MustCompile(`/((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})/`)
	urlTRS      = regexp.MustCompile(`/t((?:19|20)\d{2})(\d{2})(\d{2})_`)
	urlMonth    = regexp.MustCompile(`/((?:19|20)\d{2})[-/]?(0[1-9]|1[0-2])(?:/|$)`)
	clockAtTail = regexp.MustCompile(`[T\s]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*$`)
)

func num(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func valid(y, m, d string) day {
	v := day{Year: num(y), Month: num(m), Day: num(d)}
	if !v.Valid() || v.Year < 1949 {
		return day{}
	}
	return v
}

// bare strips brackets and blanks that lists print around a date.
func bare(s string) string {
	return strings.Trim(textzh.Fold(s), " \t\r\n[]()（）【】〔〕［］〈〉<>《》|·•:：,，;；")
}

// wholeDay reads a text that is nothing but a date, with or without a clock
// time and brackets; Year is zero when only month and day stand there.
func wholeDay(s string) (day, bool) {
	s = bare(s)
	if len(s) < 3 || len(s) > 48 || !mayHoldDay(s) {
		return day{}, false
	}
	if strings.ContainsAny(s, ":,()") {
		if d, ok := momentDay(s); ok {
			return d, true
		}
	}
	t := strings.TrimSpace(clockAtTail.ReplaceAllString(s, ""))
	if m := fullDay.FindStringSubmatchIndex(t); m != nil && m[2] == 0 && strings.Trim(t[m[7]:], "日 ") == "" {
		d := valid(t[m[2]:m[3]], t[m[4]:m[5]], t[m[6]:m[7]])
		return d, !d.IsZero()
	}
	order := func(re *regexp.Regexp, y, m, d int) (day, bool) {
		if g := re.FindStringSubmatch(t); g != nil {
			v := valid(g[y], g[m], g[d])
			return v, !v.IsZero()
		}
		return day{}, false
	}
	if d, ok := order(cardDay, 2, 3, 1); ok {
		return d, true
	}
	if d, ok := order(cardYear, 3, 1, 2); ok {
		return d, true
	}
	if d, ok := order(yearCard, 1, 2, 3); ok {
		return d, true
	}
	if g := briefDay.FindStringSubmatch(t); g != nil {
		d := valid("20"+g[1], g[2], g[3])
		return d, !d.IsZero()
	}
	if d, ok := order(compactDay, 1, 2, 3); ok {
		return d, true
	}
	if d, ok := hanDate(t); ok && len(t) < 40 {
		return d, true
	}
	if g := shortDay.FindStringSubmatch(t); g != nil {
		d := day{Month: num(g[1]), Day: num(g[2])}
		// 2024 has a 29 February, so any day of any year passes.
		return d, notice.Date{Year: 2024, Month: d.Month, Day: d.Day}.Valid()
	}
	return day{}, false
}

// mayHoldDay rules out texts cheaply: a date has digits, or is written 二〇二四年.
func mayHoldDay(s string) bool {
	return strings.ContainsAny(s, "0123456789") || strings.Contains(s, "年")
}

func hanDate(s string) (day, bool) {
	g := hanDay.FindStringSubmatch(s)
	if g == nil {
		return day{}, false
	}
	y, okY := textzh.HanYear(g[1])
	m, okM := textzh.HanNumber(g[2])
	d, okD := textzh.HanNumber(g[3])
	v := day{Year: y, Month: int(m), Day: int(d)}
	return v, okY && okM && okD && v.Valid()
}

// moments are the ways in which servers print a moment; those without a zone
// are Beijing time.
var moments = []struct {
	layout string
	zoned  bool
}{
	{time.RFC3339Nano, true}, {"2006-01-02T15:04:05.000-0700", true}, {"2006-01-02T15:04:05-0700", true},
	{"2006-01-02 15:04:05 -0700", true}, {"2006-01-02T15:04:05", false}, {"2006-01-02T15:04", false},
	{"Jan 2, 2006 3:04:05 PM", false}, {"Jan 2, 2006, 3:04:05 PM", false}, {"Jan 2, 2006", false},
	{"Mon Jan 2 15:04:05 2006", false}, {time.RFC1123, true}, {time.RFC1123Z, true},
}

// momentDay reads a moment and gives its day in China: 17:00 UTC is already tomorrow there.
func momentDay(s string) (day, bool) {
	if g := dotNet.FindStringSubmatch(s); g != nil {
		return epochDay(g[1])
	}
	// Java prints Tue Mar 12 10:00:00 CST 2024, where CST is China's zone.
	s = strings.Replace(s, " CST ", " ", 1)
	for _, m := range moments {
		if len(s) < len("Jan 2, 2006") {
			break
		}
		if t, err := time.ParseInLocation(m.layout, s, notice.Beijing()); err == nil {
			d := notice.DateOf(t)
			return d, d.Year >= 1949 && d.Year < 2200
		}
	}
	return day{}, false
}

// epochDay reads seconds or milliseconds since 1970, between 1990 and 2100.
func epochDay(s string) (day, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return day{}, false
	}
	const from, to = 631152000, 4102444800
	switch {
	case n >= from && n < to:
		return notice.DateOf(time.Unix(n, 0)), true
	case n >= from*1000 && n < to*1000:
		return notice.DateOf(time.UnixMilli(n)), true
	}
	return day{}, false
}

// dayInURL is the day that many systems write into an address: the day of the
// upload, hence evidence for the year and never a publication date by itself.
// Day is zero when the address holds year and month only.
func dayInURL(u string) (day, bool) {
	if i := strings.Index(u, "://"); i >= 0 {
		if j := strings.IndexByte(u[i+3:], '/'); j >= 0 {
			u = u[i+3+j:]
		}
	}
	for _, re := range []*regexp.Regexp{urlTRS, urlDay, urlLooseDay} {
		if g := re.FindStringSubmatch(u); g != nil {
			if d := valid(g[1], g[2], g[3]); !d.IsZero() && d.Year >= 1995 {
				return d, true
			}
		}
	}
	if g := urlMonth.FindStringSubmatch(u); g != nil {
		return day{Year: num(g[1]), Month: num(g[2])}, true
	}
	return day{}, false
}
