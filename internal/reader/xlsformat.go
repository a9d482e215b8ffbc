package reader

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// number writes a number as its cell shows it, as far as that matters to
// readers: dates as dates, shares as percent, else up to 15 digits.
func (x *xls) number(v float64, style int) string {
	id := -1
	if style >= 0 && style < len(x.cellStyle) {
		id = x.cellStyle[style]
	}
	code := x.formats[id]
	if code == "" {
		code = builtinFormat(id)
	}
	if isDateFormat(code) {
		if s, ok := dateText(v, x.date1904, code); ok {
			return s
		}
	}
	if strings.HasSuffix(code, "%") {
		_, decimals, _ := strings.Cut(strings.TrimSuffix(code, "%"), ".")
		return percent(v, strings.Count(decimals, "0"))
	}
	return plainNumber(v)
}

// percent rounds half away from zero, as Excel does.
func percent(v float64, decimals int) string {
	scale := math.Pow10(decimals)
	return strconv.FormatFloat(math.Round(v*100*scale)/scale, 'f', decimals, 64) + "%"
}

func plainNumber(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 15, 64)
}

// builtinFormat gives what Excel's own numbers mean ([MS-XLS] 2.4.126 and the
// East Asian list of ECMA-376 18.8.30), as far as dates and percent go.
func builtinFormat(id int) string {
	switch {
	case id == 9:
		return "0%"
	case id == 10:
		return "0.00%"
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 57 && id <= 58:
		return "yyyy-mm-dd"
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return "hh:mm:ss"
	case id == 22:
		return "yyyy-mm-dd hh:mm"
	}
	return ""
}

// isDateFormat looks for date letters outside of quotes, escapes and brackets.
func isDateFormat(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case strings.IndexByte("yYmMdDhHsS", c) >= 0:
			return true
		}
	}
	return false
}

// dateText turns a serial day number into a date, a time, or both, by what the
// value holds and the format shows.
func dateText(v float64, from1904 bool, code string) (string, bool) {
	const lastDay = 2958466 // 10000-01-01
	if v < 0 || v >= lastDay || math.IsNaN(v) {
		return "", false
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if v < 60 {
		epoch = epoch.AddDate(0, 0, 1) // Excel believes in 1900-02-29
	}
	days := math.Floor(v)
	seconds := math.Round((v - days) * 86400)
	at := epoch.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	low := strings.ToLower(code)
	showsDay, showsHour := strings.ContainsAny(low, "yd"), strings.ContainsAny(low, "hs")
	switch {
	case !showsDay && showsHour:
		return at.Format("15:04:05"), true
	case showsHour && seconds != 0:
		return at.Format("2006-01-02 15:04:05"), true
	case strings.Contains(low, "y") && !strings.Contains(low, "d"):
		return at.Format("2006-01"), true
	}
	return at.Format("2006-01-02"), true
}
