package trackertest

import (
	"errors"
	"fmt"
	"testing"

	"govwatch/notice"
)

var workTests = map[string]func(*testing.T, *World){
	"WorksByNumberTitleText": worksFound,
	"WorkMembership":         workMembership,
	"WorksAtMostFifty":       worksBounded,
}

func (w *World) work(t testing.TB, n int, change func(*notice.Work)) notice.Extraction {
	t.Helper()
	v := visit("gd-gov", n)
	must(t, w.Commit(t.Context(), v))
	e := extraction(*v.Version, 1, fmt.Sprintf("第%d号方案", n))
	change(&e.Work)
	e.Record.Work = e.Work.ID
	must(t, w.Save(t.Context(), e))
	return e
}

func worksFound(t *testing.T, w *World) {
	const hash = 0xF0F0_1234_5678_9ABC
	a := w.work(t, 1, func(k *notice.Work) { k.Number, k.SimHash = "粤府〔2024〕1号", hash })
	b := w.work(t, 2, func(k *notice.Work) { k.Title = "《碳达峰 实施方案》" })
	for name, c := range map[string]struct {
		probe notice.Work
		want  []notice.WorkID
	}{
		"nothing":       {notice.Work{}, nil},
		"number":        {notice.Work{Number: "粤府〔2024〕1号"}, []notice.WorkID{a.Work.ID}},
		"title":         {notice.Work{Title: "碳达峰实施方案"}, []notice.WorkID{b.Work.ID}},
		"both":          {notice.Work{Number: "粤府〔2024〕1号", Title: "碳达峰实施方案"}, []notice.WorkID{a.Work.ID, b.Work.ID}},
		"7 bits apart":  {notice.Work{Year: 2024, SimHash: hash ^ 0x0101_0101_0101_0100}, []notice.WorkID{a.Work.ID}},
		"8 bits apart":  {notice.Work{Year: 2024, SimHash: hash ^ 0xFF}, nil},
		"another year":  {notice.Work{Year: 2023, SimHash: hash}, nil},
		"top bit apart": {notice.Work{Year: 2024, SimHash: hash ^ 1<<63}, []notice.WorkID{a.Work.ID}},
	} {
		var got []notice.WorkID
		for _, k := range get(w.Works(t.Context(), c.probe))(t) {
			got = append(got, k.ID)
			if len(k.Documents) != 1 {
				t.Errorf("%s: work without its document: %+v", name, k)
			}
		}
		same(t, name, got, c.want)
	}
	if k := get(w.Work(t.Context(), a.Work.ID))(t); k.SimHash != hash {
		t.Errorf("hash %x", k.SimHash)
	}
	// A better reading moves the work's hash: the old one must not be found any more.
	a.Work.SimHash = ^uint64(hash)
	must(t, w.Save(t.Context(), a))
	if got := get(w.Works(t.Context(), notice.Work{Year: 2024, SimHash: hash}))(t); len(got) != 0 {
		t.Errorf("found by the hash it had: %+v", got)
	}
}

func workMembership(t *testing.T, w *World) {
	one := w.work(t, 1, func(*notice.Work) {})
	first := one.Record.Document
	two := w.work(t, 2, func(k *notice.Work) {
		*k = one.Work
		k.Documents = append(k.Documents, visit("gd-gov", 2).Document.ID)
		k.Differs = []notice.DocumentID{visit("gd-gov", 2).Document.ID}
	})
	second := two.Record.Document
	k := get(w.Work(t.Context(), one.Work.ID))(t)
	same(t, "copies", k.Documents, []notice.DocumentID{first, second})
	same(t, "copies that differ", k.Differs, []notice.DocumentID{second})
	if n := get(w.Tally(t.Context()))(t).Works; n != 1 {
		t.Errorf("%d works of two copies", n)
	}
	docs := get(w.Copies(t.Context(), one.Work.ID))(t)
	if len(docs) != 2 || docs[0].ID != first || docs[1].ID != second {
		t.Errorf("copies %+v", docs)
	}
	// Read again, the second turns out to be a work of its own.
	two.Record.Ruleset, two.Work = 2, notice.Work{ID: "own", Title: "另一个"}
	two.Record.Work = "own"
	must(t, w.Save(t.Context(), two))
	same(t, "copies that stay", get(w.Work(t.Context(), one.Work.ID))(t).Documents, []notice.DocumentID{first})
	if n := get(w.Tally(t.Context()))(t).Works; n != 2 {
		t.Errorf("%d works, want 2", n)
	}
	if _, err := w.Work(t.Context(), "none"); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("unknown work: %v", err)
	}
}

func worksBounded(t *testing.T, w *World) {
	for n := range 55 {
		w.work(t, n, func(k *notice.Work) { k.Number = "公告" })
	}
	if got := get(w.Works(t.Context(), notice.Work{Number: "公告"}))(t); len(got) != 50 {
		t.Errorf("%d candidates, want 50", len(got))
	}
}
