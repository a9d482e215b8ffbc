package identity_test

import (
	"slices"
	"strings"
	"testing"

	"govwatch/extractor/identity"
	"govwatch/notice"
)

// text is a body of our own, long enough for a fingerprint.
func text(seed string) string {
	return strings.Repeat(seed+"各单位要结合实际，认真抓好落实，推动新型储能规范并网和合理调度。", 12)
}

func record(doc, number, title string, year int, body string, issuers ...string) (notice.Record, uint64) {
	r := notice.Record{Document: notice.DocumentID(doc), Number: number, Title: title, Issuers: issuers, Body: body}
	if year > 0 {
		r.Written = notice.Date{Year: year, Month: 3, Day: 12}
	}
	return r, identity.Fingerprint(body)
}

// found makes the work that a record founds.
func found(r notice.Record, f uint64) notice.Work {
	w, _, _ := identity.Match(r, f, nil)
	return w
}

func TestCopiesAreOneWork(t *testing.T) {
	t.Parallel()
	const title = "国家能源局关于促进新型储能并网和调度运用的通知"
	first := found(record("a", "国能发科技规〔2024〕26号", title, 2024, text("一"), "国家能源局"))
	for name, c := range map[string]struct {
		number, title string
		year          int
		body          string
		issuers       []string
		differs       string
	}{
		"same":                  {"国能发科技规〔2024〕26号", title, 2024, text("一"), []string{"国家能源局"}, ""},
		"a letter lost":         {"国能发科技〔2024〕26号", title, 2024, text("一"), []string{"国家能源局"}, "number"},
		"other brackets":        {"国能发科技规[2024] 26 号", title, 2024, text("一"), []string{"国家能源局"}, ""},
		"no number":             {"", title, 2024, text("一"), []string{"国家能源局"}, ""},
		"no issuer in title":    {"", "关于促进新型储能并网和调度运用的通知", 2024, text("一"), nil, ""},
		"number on a reposting": {"国能发科技规〔2024〕26号", title, 2024, text("一"), []string{"某市发展和改革委员会"}, "issuers"},
		"quotes and brackets":   {"", "国家能源局关于促进新型储能并网和调度运用的通知（国能发科技规〔2024〕26号）", 2024, text("一"), []string{"国家能源局"}, ""},
		"text differs":          {"国能发科技规〔2024〕26号", title, 2024, strings.Repeat("完全不同的另一篇文字内容，讲的是别的事情。", 20), []string{"国家能源局"}, "text"},
	} {
		r, f := record("b", c.number, c.title, c.year, c.body, c.issuers...)
		w, isNew, differs := identity.Match(r, f, []notice.Work{first})
		if isNew || w.ID != first.ID || !slices.Contains(w.Documents, "b") || !slices.Contains(w.Documents, "a") {
			t.Errorf("%s: new %v, work %+v", name, isNew, w)
		}
		if !strings.Contains(differs, c.differs) || c.differs == "" && differs != "" || (differs != "") != slices.Contains(w.Differs, "b") {
			t.Errorf("%s: differs %q, want %q", name, differs, c.differs)
		}
	}
}

func TestOtherWorksStayApart(t *testing.T) {
	t.Parallel()
	first := found(record("a", "财建〔2024〕57号", "财政部 工业和信息化部 交通运输部关于开展县域充换电设施补短板试点工作的通知", 2024, text("一"), "财政部", "工业和信息化部"))
	plain := found(record("p", "", "某省建筑节能管理办法", 2023, text("二"), "某省人民政府"))
	for name, c := range map[string]struct {
		number, title string
		year          int
		body          string
		issuers       []string
	}{
		"bare number":     {"财建〔2024〕57号", "某县财政局关于下达经费的通知", 2024, text("三"), []string{"某县财政局"}},
		"relay":           {"渝财产业〔2024〕30号", "重庆市财政局关于转发开展县域充换电设施补短板试点工作的通知", 2024, text("一"), []string{"重庆市财政局"}},
		"next number":     {"财建〔2024〕58号", "财政部 工业和信息化部 交通运输部关于开展县域充换电设施补短板试点工作的通知", 2024, text("一"), []string{"财政部"}},
		"draft":           {"", "某省建筑节能管理办法（征求意见稿）", 2023, text("二"), []string{"某省人民政府"}},
		"interpretation":  {"", "《某省建筑节能管理办法》政策解读", 2023, text("二"), []string{"某省人民政府"}},
		"next year":       {"", "某省建筑节能管理办法", 2024, text("四"), []string{"某省人民政府"}},
		"other province":  {"", "某省建筑节能管理办法", 2023, text("二"), []string{"另省人民政府"}},
		"same news":       {"", "乙省建筑节能管理办法", 2023, text("二"), nil},
		"second batch":    {"", "某省建筑节能管理办法（二）", 2023, text("二"), []string{"某省人民政府"}},
		"nothing to show": {"", "", 0, "", nil},
	} {
		r, f := record("b", c.number, c.title, c.year, c.body, c.issuers...)
		w, isNew, _ := identity.Match(r, f, []notice.Work{first, plain})
		if !isNew || w.ID == first.ID || w.ID == plain.ID {
			t.Errorf("%s: merged into %s", name, w.Key)
		}
	}
}

func TestRefersFindsTheWorkThatIsNamed(t *testing.T) {
	t.Parallel()
	a := found(record("a", "国发〔2021〕23号", "国务院关于印发2030年前碳达峰行动方案的通知", 2021, text("一"), "国务院"))
	b := found(record("b", "", "某省节能条例（征求意见稿）", 2023, text("二"), "某省人大常委会"))
	for _, c := range []struct {
		rel  notice.Relation
		want notice.WorkID
	}{
		{notice.Relation{Type: notice.Implements, Title: "2030年前碳达峰行动方案", Number: "国发〔2021〕23号"}, a.ID},
		{notice.Relation{Type: notice.Interprets, Title: "2030年前碳达峰行动方案"}, a.ID},
		{notice.Relation{Type: notice.Cites, Number: "国发〔2021〕23号"}, a.ID},
		{notice.Relation{Type: notice.DraftOf, Title: "某省节能条例"}, ""},
		{notice.Relation{Type: notice.Cites, Title: "另一个方案"}, ""},
	} {
		got, ok := identity.Refers(c.rel, "", []notice.Work{a, b})
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%+v: %s %v", c.rel, got, ok)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("国发〔2021〕23号", "关于印发《甲》的通知", "乙")
	f.Add("〔2024〕", "（号）", "")
	f.Fuzz(func(t *testing.T, number, title, issuer string) {
		r, fp := record("a", number, title, 2024, issuer, issuer)
		w := found(r, fp)
		r.Document = "b"
		again, isNew, _ := identity.Match(r, fp, []notice.Work{w})
		if (title != "" || number != "") && !isNew && again.ID != w.ID {
			t.Errorf("one record, two works: %q %q", w.Key, again.Key)
		}
	})
}
