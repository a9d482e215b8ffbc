package classify_test

import (
	"slices"
	"testing"

	"govwatch/notice"
)

// expectation is the sectors that the tables ask for, by seed number.
var expectation = map[int][]string{
	1: {"energy"}, 2: {"energy"}, 3: {"energy"}, 4: {"finance", "industry"}, 5: {"finance"}, 6: {"finance", "industry"}, 7: {"energy", "afolu"}, 8: {"energy"}, 9: {"buildings"},
	10: {"standards", "industry"}, 11: {"transport", "finance"}, 12: {"industry", "energy", "tech"}, 13: {"energy"}, 14: {"finance", "industry", "energy"}, 15: {"industry", "finance"}, 16: {"finance", "industry"},
	17: {"industry", "transport"}, 18: {"industry", "transport", "waste"}, 19: {"governance", "energy"}, 20: {"industry", "tech"}, 21: {"ets", "industry"}, 22: {"ets", "industry"},
	23: {"buildings", "energy"}, 24: {"buildings"}, 25: {"ets"}, 26: {"governance"}, 27: {"transport"}, 28: {"energy"}, 29: {"industry"}, 30: {"transport", "ets"},
}

func TestSectorsOfTheSeed(t *testing.T) {
	t.Parallel()
	u := rules(t)
	for _, p := range seeds(t) {
		r := notice.Record{Title: p.Title, Issuers: p.Issuers}
		if r.Title == "" {
			r.Title = p.English
		}
		for _, k := range p.Targets {
			r.Body += k.Text + "。\n"
		}
		r.Body += context[p.N]
		var got []string
		for _, s := range u.Sectors(r) {
			got = append(got, s.Sector)
			if len(s.Words) == 0 || s.Weight <= 0 || s.Weight > 1 {
				t.Errorf("seed %d: sector %s without words or weight: %+v", p.N, s.Sector, s)
			}
		}
		missing := 0
		for _, w := range expectation[p.N] {
			if !slices.Contains(got, w) {
				missing++
			}
		}
		if missing > 0 || len(got) > len(expectation[p.N])+1 {
			t.Errorf("seed %d %s: got %v, want %v", p.N, r.Title, got, expectation[p.N])
		} else if len(got) != len(expectation[p.N]) {
			t.Logf("seed %d: %v beside %v", p.N, got, expectation[p.N])
		}
	}
}

// context adds, for titles that do not show their sectors, what their texts are about, in words of our own.
var context = map[int]string{
	6:  "支持节能降碳改造，对钢铁、水泥等重点用能行业给予中央预算内投资。",
	12: "依托清洁能源和光伏发电，推进源网荷储一体化。",
	15: "安排财政资金支持绿色诊断和技术改造，对达标项目给予奖励和贷款贴息。",
	17: "更新新能源公交车、老旧营运柴油货车和船舶，推动交通运输设备更新。",
	18: "支持新能源汽车和船舶更新，提升废旧资源循环利用水平。",
	20: "发展先进技术和科技创新平台。",
	19: "支持风电、光伏、新型储能和特高压外送通道建设。",
}
