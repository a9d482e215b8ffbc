package notice_test

import (
	"encoding/json"
	"testing"
	"time"

	"govwatch/notice"
)

func TestEventSurvivesItsWireForm(t *testing.T) {
	t.Parallel()
	want := notice.Event{
		ID: "e1", Kind: notice.DocumentNew, Level: notice.Provincial, Region: "440000", Source: "gd-gov",
		Document: "d", Version: "v", Baseline: true, Cause: notice.Publisher, At: time.Date(2024, 3, 1, 2, 0, 0, 0, time.UTC),
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got notice.Event
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if s := want.Subject(); s != "gov.provincial.440000.gd-gov.document.new" {
		t.Errorf("subject %s", s)
	}
}

func TestSubjectPartsCannotBeForged(t *testing.T) {
	t.Parallel()
	e := notice.Event{Kind: notice.DocumentNew, Source: "a.b>*", Region: ""}
	if got := e.Subject(); got != "gov.none.none.a_b__.document.new" {
		t.Errorf("subject %s", got)
	}
}

func FuzzEventDecoding(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"x","type":"gov.watch.document.new","source":"s","data":{}}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var e notice.Event
		if json.Unmarshal(b, &e) == nil && (e.ID == "" || e.Kind == "") {
			t.Errorf("accepted an event without ID or kind: %s", b)
		}
	})
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2024-02-29", "1999-12-31", "2099-01-01"} {
		d, err := notice.ParseDate(s)
		if err != nil || d.String() != s || !d.Valid() {
			t.Errorf("%s: %v %v", s, d, err)
		}
	}
	for _, s := range []string{"2023-02-29", "2024-13-01", "", "20240101"} {
		if d, err := notice.ParseDate(s); err == nil {
			t.Errorf("%q accepted as %v", s, d)
		}
	}
	if (notice.Date{Year: 2023, Month: 2, Day: 29}).Valid() {
		t.Error("29 February 2023 is valid")
	}
	if d := (notice.Date{Year: 2024, Month: 2, Day: 28}).AddDays(2); d.String() != "2024-03-01" {
		t.Errorf("two days after 28 February 2024: %s", d)
	}
	// 23:30 UTC is already the next day in China.
	if d := notice.DateOf(time.Date(2024, 3, 1, 23, 30, 0, 0, time.UTC)); d.String() != "2024-03-02" {
		t.Errorf("Beijing date %s", d)
	}
}

func TestListsAtReadsACaptureWithTheRulesOfItsDay(t *testing.T) {
	t.Parallel()
	d := func(s string) notice.Date { v, _ := notice.ParseDate(s); return v }
	l := func(u string) []notice.List { return []notice.List{{URL: u}} }
	s := notice.Source{Lists: l("now"), History: []notice.Declaration{
		{ValidUntil: d("2022-06-30"), Lists: l("second")}, {ValidUntil: d("2020-12-31"), Lists: l("first")},
	}}
	for day, want := range map[string]string{"2019-01-01": "first", "2020-12-31": "first", "2021-01-01": "second", "2023-01-01": "now"} {
		if got := s.ListsAt(d(day))[0].URL; got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}
