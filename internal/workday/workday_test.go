package workday_test

import (
	"testing"
	"time"

	"govwatch/internal/workday"
)

func TestIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day  string
		work bool
	}{
		{"2024-02-04", true},  // a Sunday worked for the Spring Festival
		{"2024-02-12", false}, // Spring Festival
		{"2024-10-01", false},
		{"2024-10-08", true},
		{"2024-10-12", true}, // a Saturday worked for the National Day
		{"2025-01-27", true},
		{"2025-01-28", false},
		{"2025-06-14", false}, // an ordinary Saturday
		{"2025-06-16", true},
		{"2027-10-04", false}, // estimated
		{"2027-02-08", false}, // the Monday after the new moon of 6 February 2027
		{"2027-03-10", true},
	} {
		d, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := workday.Is(d.Date()); got != c.work {
			t.Errorf("%s: work %v, want %v", c.day, got, c.work)
		}
	}
}

func TestWeight(t *testing.T) {
	t.Parallel()
	if w := workday.Weight(2024, time.February, 12); w != 0 {
		t.Errorf("a holiday weighs %v", w)
	}
	before, plain, end := workday.Weight(2024, time.February, 5), workday.Weight(2024, time.May, 15), workday.Weight(2024, time.December, 20)
	if before >= plain || end <= plain {
		t.Errorf("before the festival %v, plain %v, year's end %v", before, plain, end)
	}
	if n := workday.FromSpringFestival(2024, time.February, 10); n != 0 {
		t.Errorf("the festival of 2024 is %d days off", n)
	}
}

func FuzzIs(f *testing.F) {
	f.Add(2024, 2, 10)
	f.Add(1, 1, 1)
	f.Add(9999, 12, 31)
	f.Fuzz(func(t *testing.T, y, m, d int) {
		if w := workday.Weight(y%4000, time.Month(m%13), d%32); w < 0 || w > 2 {
			t.Errorf("weight %v", w)
		}
	})
}
