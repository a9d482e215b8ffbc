package notice

import (
	"fmt"
	"time"
)

// Date is a civil date in China. It is not a moment: 成文日期 has no clock and no
// zone. The zero value means "the page does not say".
type Date struct {
	Year, Month, Day int
}

// beijing is UTC+8 without daylight saving since 1991; a fixed zone needs no
// zone database and cannot fail.
var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// Beijing is the zone of every civil date and schedule of this system.
func Beijing() *time.Location { return beijing }

// DateOf returns the civil date in China at a moment.
func DateOf(t time.Time) Date {
	y, m, d := t.In(beijing).Date()
	return Date{y, int(m), d}
}

// ParseDate reads the form YYYY-MM-DD and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fmt.Errorf("parse date %q: want YYYY-MM-DD", s)
	}
	return Date{t.Year(), int(t.Month()), t.Day()}, nil
}

// IsZero reports that no date is known.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports that the day exists in the calendar.
func (d Date) Valid() bool {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Year < 1 {
		return false
	}
	return DateOf(d.Time()) == d
}

// Time returns the first moment of the day in China.
func (d Date) Time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, beijing)
}

// AddDays moves by whole days, across months and years.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// Compare orders dates: negative when d is earlier than e.
func (d Date) Compare(e Date) int {
	switch {
	case d.Year != e.Year:
		return d.Year - e.Year
	case d.Month != e.Month:
		return d.Month - e.Month
	default:
		return d.Day - e.Day
	}
}

// Days returns the number of days from e to d.
func (d Date) Days(e Date) int { return int(d.Time().Sub(e.Time()).Hours() / 24) }

// String returns YYYY-MM-DD, or nothing for the zero date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalJSON writes "YYYY-MM-DD", and null for the zero date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes; an empty string is the zero date.
func (d *Date) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s == "null" || s == `""` {
		*d = Date{}
		return nil
	}
	if len(s) < 2 || s[0] != '"' {
		return fmt.Errorf("parse date %s: want \"YYYY-MM-DD\" or null", s)
	}
	v, err := ParseDate(s[1 : len(s)-1])
	if err != nil {
		return err
	}
	*d = v
	return nil
}
