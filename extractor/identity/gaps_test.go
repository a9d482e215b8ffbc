package identity_test

import (
	"fmt"
	"slices"
	"testing"

	"govwatch/extractor/identity"
	"govwatch/notice"
)

func holdings(source notice.SourceID, lead string, numbers ...string) []identity.Holding {
	var out []identity.Holding
	for i, n := range numbers {
		out = append(out, identity.Holding{Source: source, Document: notice.DocumentID(fmt.Sprintf("%s-%d", source, i)), Title: "关于第" + n + "的通知", Lead: lead, Number: n})
	}
	return out
}

func bodies() []notice.Source {
	return []notice.Source{{ID: "gov", Issuer: "国务院"}, {ID: "nea", Issuer: "国家能源局"}, {ID: "gd", Issuer: "广东省人民政府"}}
}

func TestGapsInSeries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		held    []identity.Holding
		series  string
		missing []string
		before  int
		home    notice.SourceID
		sparse  bool
	}{
		"the one between":       {holdings("gov", "国务院办公厅", "国办发〔2026〕3号", "国办发〔2026〕5号"), "国办发〔2026〕", []string{"国办发〔2026〕4号"}, 2, "gov", false},
		"nothing missing":       {holdings("gov", "国务院", "国发〔2026〕1号", "国发〔2026〕2号"), "国发〔2026〕", nil, 0, "gov", false},
		"other spellings":       {holdings("gov", "国务院", "国发[2026]1号", "国发（2026）第2号", "国发〔2026〕 4 号"), "国发〔2026〕", []string{"国发〔2026〕3号"}, 0, "gov", false},
		"years do not mix":      {holdings("gov", "国务院", "国发〔2025〕30号", "国发〔2026〕1号", "国发〔2026〕2号"), "国发〔2026〕", nil, 0, "gov", false},
		"letters do not mix":    {holdings("gov", "国务院", "国发〔2026〕1号", "国发〔2026〕3号", "国函〔2026〕2号"), "国发〔2026〕", []string{"国发〔2026〕2号"}, 0, "gov", false},
		"one run with 规":        {holdings("nea", "国家能源局", "国能发新能规〔2026〕2号", "国能发新能〔2026〕1号", "国能发新能〔2026〕4号"), "国能发新能〔2026〕", []string{"国能发新能〔2026〕3号"}, 0, "nea", false},
		"two runs with 规":       {holdings("nea", "国家能源局", "国能发新能规〔2026〕1号", "国能发新能〔2026〕1号", "国能发新能〔2026〕3号"), "国能发新能〔2026〕", []string{"国能发新能〔2026〕2号"}, 0, "nea", false},
		"orders have no year":   {holdings("nea", "国家能源局", "国家能源局令第15号", "国家能源局令第17号"), "国家能源局令第", []string{"国家能源局令第16号"}, 14, "nea", false},
		"announcements":         {holdings("nea", "国家能源局", "国家能源局公告2026年第1号", "国家能源局公告2026年第3号"), "国家能源局公告2026年第", []string{"国家能源局公告2026年第2号"}, 0, "nea", false},
		"relays have no home":   {holdings("gd", "国务院办公厅", "国办发〔2026〕3号", "国办发〔2026〕5号"), "国办发〔2026〕", []string{"国办发〔2026〕4号"}, 2, "", false},
		"copies close the gap":  {append(holdings("gov", "国务院办公厅", "国办发〔2026〕3号", "国办发〔2026〕5号"), holdings("gd", "国务院办公厅", "国办发〔2026〕4号")...), "国办发〔2026〕", nil, 2, "gov", false},
		"letters of many rooms": {holdings("nea", "国家能源局", "发改能源〔2026〕3号", "发改能源〔2026〕903号"), "发改能源〔2026〕", nil, 2, "nea", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := identity.Gaps(bodies(), c.held)
			i := slices.IndexFunc(all, func(s identity.Series) bool { return s.Name == c.series })
			if i < 0 {
				t.Fatalf("no series %s in %+v", c.series, all)
			}
			s := all[i]
			if !slices.Equal(s.Missing, c.missing) || s.Before != c.before || s.Home != c.home || s.Sparse != c.sparse {
				t.Errorf("got %+v", s)
			}
		})
	}
	if s := identity.Gaps(bodies(), holdings("gov", "国务院", "国发〔2026〕7号")); len(s) != 0 {
		t.Errorf("one number makes no series: %+v", s)
	}
}

func TestCompletenessAndWhatToLookFor(t *testing.T) {
	t.Parallel()
	held := holdings("gov", "国务院办公厅", "国办发〔2026〕3号", "国办发〔2026〕5号")
	cites := func(numbers ...string) (out []notice.Relation) {
		for _, n := range numbers {
			out = append(out, notice.Relation{Type: notice.Cites, Number: n})
		}
		return out
	}
	held = append(held, identity.Holding{Source: "gd", Document: "a", Title: "甲", Lead: "广东省人民政府", Relations: cites("国发〔2021〕23号", "国发〔2021〕23号", "国办发〔2026〕3号")})
	held = append(held, identity.Holding{Source: "gd", Document: "b", Title: "乙", Lead: "广东省人民政府", Relations: append(cites("国发[2021]23号", "国办发〔2026〕4号"),
		notice.Relation{Type: notice.Cites, Title: "关于甲乙的意见"}, notice.Relation{Type: notice.Cites, Title: "甲"})})
	sources, wanted := identity.Judge(bodies(), held, map[notice.SourceID]identity.Listing{"gov": {Held: 2, Total: 2}, "gd": {Held: 2, Total: 8}})
	share := map[notice.SourceID]string{}
	for _, c := range sources {
		share[c.Source] = c.Basis
		if c.Recall != nil {
			share[c.Source] = fmt.Sprintf("%.3f %s", *c.Recall, c.Basis)
		}
	}
	if share["gov"] != "0.667 number series, few numbers" || share["gd"] != "0.250 list totals" || share["nea"][:7] != "unknown" {
		t.Errorf("recall %v", share)
	}
	want := []identity.Wanted{
		{Number: "国发〔2021〕23号", Cited: 2},
		{Number: "国办发〔2026〕4号", Cited: 1, Gap: true, Home: "gov"},
		{Title: "关于甲乙的意见", Cited: 1},
	}
	if !slices.Equal(wanted, want) {
		t.Errorf("wanted %+v", wanted)
	}
}

func FuzzGaps(f *testing.F) {
	f.Add("国办发〔2026〕3号", "国办发〔2026〕5号")
	f.Add("国令第1号", "国家能源局公告2026年第9号")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, s := range identity.Gaps(bodies(), holdings("gov", "国务院", a, b)) {
			if s.Held+len(s.Missing) > s.Last-s.First+1 || s.Held < 2 {
				t.Errorf("%q, %q: %+v", a, b, s)
			}
		}
	})
}
