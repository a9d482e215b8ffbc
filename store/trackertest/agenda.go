package trackertest

import (
	"testing"

	"govwatch/notice"
)

var agendaTests = map[string]func(*testing.T, *World){
	"ValidityTurnsByDay":     validityTurns,
	"RecordsAwaitADocument":  recordsAwait,
	"OnlyCurrentRecordsWait": currentWaits,
}

func day(s string) notice.Date {
	d, err := notice.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// reading saves a reading of the nth page of a source.
func (w *World) reading(t testing.TB, n, ruleset int, change func(*notice.Record)) notice.Extraction {
	t.Helper()
	v := visit("gd-gov", n)
	if _, err := w.Reading(t.Context(), v.Version.ID); err != nil {
		must(t, w.Commit(t.Context(), v))
	}
	e := extraction(*v.Version, ruleset, "碳达峰实施方案")
	e.Record.At = start
	change(&e.Record)
	must(t, w.Save(t.Context(), e))
	return e
}

func validityTurns(t *testing.T, w *World) {
	soon := w.reading(t, 1, 1, func(r *notice.Record) {
		r.Validity, r.Effective, r.Expires = notice.NotYetInForce, day("2024-04-01"), day("2025-03-31")
	})
	later := w.reading(t, 2, 1, func(r *notice.Record) { r.Validity, r.Expires = notice.InForce, day("2024-06-30") })
	w.reading(t, 3, 1, func(r *notice.Record) { r.Validity, r.Expires = notice.Repealed, day("2024-06-30") })
	w.reading(t, 4, 1, func(r *notice.Record) { r.Validity = notice.InForce })
	turning := func(on string) []notice.VersionID {
		return get(w.Turning(t.Context(), day(on), "", 10))(t)
	}
	for on, want := range map[string][]notice.VersionID{
		"2024-03-31": nil, "2024-04-01": {soon.Record.Version}, "2024-06-30": {soon.Record.Version},
		"2024-07-01": sorted(soon.Record.Version, later.Record.Version),
	} {
		same(t, on, turning(on), want)
	}
	both := turning("2030-01-01")
	same(t, "paged", get(w.Turning(t.Context(), day("2030-01-01"), both[0], 10))(t), both[1:])
	same(t, "bounded", get(w.Turning(t.Context(), day("2030-01-01"), "", 1))(t), both[:1])
	soon.Record.Validity = notice.InForce
	must(t, w.Save(t.Context(), notice.Extraction{Record: soon.Record}))
	same(t, "turned", turning("2024-06-30"), []notice.VersionID(nil))
	same(t, "turns again", turning("2025-04-01"), both)
}

func sorted(a, b notice.VersionID) []notice.VersionID {
	if a > b {
		a, b = b, a
	}
	return []notice.VersionID{a, b}
}

func recordsAwait(t *testing.T, w *World) {
	draft := w.reading(t, 1, 1, func(r *notice.Record) {
		r.Title, r.Relations = "征求意见", []notice.Relation{{Type: notice.DraftOf, Title: "广东省碳普惠管理办法（征求意见稿）"}}
	})
	cites := w.reading(t, 2, 1, func(r *notice.Record) {
		r.Title, r.Relations = "落实方案", []notice.Relation{{Type: notice.Implements, Number: "粤府〔2024〕9号"}, {Type: notice.Cites, Title: "节约能源法"}}
	})
	awaiting := func(r notice.Record) []notice.VersionID { return get(w.Awaiting(t.Context(), r, 10))(t) }
	for name, c := range map[string]struct {
		r    notice.Record
		want []notice.VersionID
	}{
		"inner title": {notice.Record{Title: "广东省人民政府关于印发广东省碳普惠管理办法的通知", SubjectTitle: "广东省碳普惠管理办法"}, []notice.VersionID{draft.Record.Version}},
		"number":      {notice.Record{Title: "某通知", Number: "粤府〔2024〕9号"}, []notice.VersionID{cites.Record.Version}},
		"both": {notice.Record{Title: "广东省碳普惠管理暂行办法", Number: "粤府〔2024〕9号"},
			sorted(draft.Record.Version, cites.Record.Version)},
		"neither": {notice.Record{Title: "广东省节能条例", Number: "粤府〔2024〕10号"}, nil},
		"nothing": {notice.Record{}, nil},
	} {
		same(t, name, awaiting(c.r), c.want)
	}
	cites.Record.Relations[0].Work = "known"
	must(t, w.Save(t.Context(), notice.Extraction{Record: cites.Record}))
	same(t, "linked", awaiting(notice.Record{Title: "某通知", Number: "粤府〔2024〕9号"}), []notice.VersionID(nil))
}

func currentWaits(t *testing.T, w *World) {
	w.reading(t, 1, 1, func(r *notice.Record) { r.Validity, r.Expires = notice.InForce, day("2024-06-30") })
	better := w.reading(t, 1, 2, func(r *notice.Record) { r.Validity, r.Expires = notice.InForce, day("2025-06-30") })
	if got := get(w.Turning(t.Context(), day("2025-01-01"), "", 10))(t); len(got) != 0 {
		t.Errorf("a reading by older rules turns: %v", got)
	}
	same(t, "newest", get(w.Turning(t.Context(), day("2025-07-01"), "", 10))(t), []notice.VersionID{better.Record.Version})
}
