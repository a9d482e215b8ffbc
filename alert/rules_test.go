package alert_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/notice"
)

var now = time.Date(2024, 5, 6, 2, 0, 0, 0, time.UTC)

// policy is a fresh climate policy of Guangdong, found today on its own site.
func policy() notice.Occasion {
	return notice.Occasion{
		Event:    notice.Event{ID: "e1", Kind: notice.RecordExtracted, Source: "gd", Document: "d1", Version: "v1", Record: "v1", Level: notice.Provincial, Region: "440000", At: now},
		Source:   notice.Source{ID: "gd", NameZH: "广东省人民政府", Level: notice.Provincial, Region: "440000"},
		Document: &notice.Document{ID: "d1", Source: "gd", URL: "https://www.gd.gov.cn/1.html", FirstSeen: now, ListDate: notice.Date{Year: 2024, Month: 5, Day: 6}},
		Change:   &notice.Change{Kind: notice.ChangeNew},
		Record: &notice.Record{Document: "d1", Version: "v1", Work: "w1", Title: "广东省人民政府关于印发《广东省碳达峰实施方案》的通知", SubjectTitle: "广东省碳达峰实施方案",
			Issuers: []string{"广东省人民政府", "广东省生态环境厅"}, Number: "粤府〔2024〕5号", Class: notice.Policy, Climate: true, Relevance: .9, Region: "440000", Level: notice.Provincial,
			Published: notice.Date{Year: 2024, Month: 5, Day: 6}, Written: notice.Date{Year: 2024, Month: 4, Day: 30}, Sectors: []string{"power", "industry"}, ActionType: "plan",
			Body: "到2030年，全省 ＣＯ２ 排放达到峰值。\n大力发展海上风电。", Targets: []notice.QuantTarget{{Text: "到2030年非化石能源占比达到35%"}},
			Relations: []notice.Relation{{Type: notice.Implements, Title: "2030年前碳达峰行动方案", Number: "国发〔2021〕23号"}, {Type: notice.Cites, Number: "国发〔2020〕1号"}}},
	}
}

func evaluate(o notice.Occasion, rules ...alert.Rule) []notice.Alert {
	return alert.Set{Rules: rules, Channels: []string{"stdout", "mail"}}.Evaluate(o, now)
}

func TestRules(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for _, c := range []struct {
		name string
		rule alert.Rule
		want bool
	}{
		{"nothing asked", alert.Rule{}, true},
		{"other kind", alert.Rule{Kinds: []notice.EventKind{notice.DocumentNew}}, false},
		{"kind", alert.Rule{Kinds: []notice.EventKind{notice.DocumentNew, notice.RecordExtracted}}, true},
		{"edits only", alert.Rule{Changes: []notice.ChangeKind{notice.ChangeEdited}}, false},
		{"level", alert.Rule{Levels: []notice.Level{notice.Central, notice.Provincial}}, true},
		{"other level", alert.Rule{Levels: []notice.Level{notice.Central}}, false},
		{"region by its code", alert.Rule{Regions: []string{"440000"}}, true},
		{"region by its beginning", alert.Rule{Regions: []string{"44"}}, true},
		{"a city of it", alert.Rule{Regions: []string{"440100"}}, false},
		{"another region", alert.Rule{Regions: []string{"450000", "4"}}, true},
		{"the nation is not a prefix", alert.Rule{Regions: []string{"100000"}}, false},
		{"issuer", alert.Rule{Issuers: []string{"生态环境厅"}}, true},
		{"other issuer", alert.Rule{Issuers: []string{"生态环境部"}}, false},
		{"class", alert.Rule{Classes: []notice.Class{notice.Policy}}, true},
		{"other class", alert.Rule{Classes: []notice.Class{notice.DraftClass, notice.News}}, false},
		{"sector", alert.Rule{Sectors: []string{"transport", "power"}}, true},
		{"other sector", alert.Rule{Sectors: []string{"transport"}}, false},
		{"action", alert.Rule{ActionTypes: []string{"plan"}}, true},
		{"other action", alert.Rule{ActionTypes: []string{"subsidy"}}, false},
		{"climate", alert.Rule{Climate: &yes}, true},
		{"not climate", alert.Rule{Climate: &no}, false},
		{"word in the body", alert.Rule{Words: []string{"氢能", "海上风电"}}, true},
		{"word across width, case and blanks", alert.Rule{Words: []string{"co2排放"}}, true},
		{"no word", alert.Rule{Words: []string{"氢能"}}, false},
		{"word not in the title", alert.Rule{Words: []string{"海上风电"}, TitleOnly: true}, false},
		{"all words", alert.Rule{AllWords: []string{"碳达峰", "风电"}}, true},
		{"not all words", alert.Rule{AllWords: []string{"碳达峰", "氢能"}}, false},
		{"not", alert.Rule{Words: []string{"碳达峰"}, Not: []string{"风电"}}, false},
		{"not in the title", alert.Rule{Words: []string{"碳达峰"}, Not: []string{"风电"}, TitleOnly: true}, true},
		{"not alone", alert.Rule{Not: []string{"采购"}}, true},
		{"empty word", alert.Rule{Words: []string{""}}, false},
		{"target", alert.Rule{HasTarget: true}, true},
		{"implements a number", alert.Rule{Implements: []string{"国发[2021]23号"}}, true},
		{"implements a title", alert.Rule{Implements: []string{"《2030年前碳达峰行动方案》"}}, true},
		{"only cites", alert.Rule{Implements: []string{"国发〔2020〕1号"}}, false},
		{"source", alert.Rule{Sources: []notice.SourceID{"gd"}}, true},
		{"other source", alert.Rule{Sources: []notice.SourceID{"mee"}}, false},
		{"significance of a new document", alert.Rule{MinSignificance: .1}, false},
		{"incidents", alert.Rule{Incidents: []notice.IncidentClass{notice.Block}}, false},
		{"everything at once", alert.Rule{Levels: []notice.Level{notice.Provincial}, Regions: []string{"44"}, Classes: []notice.Class{notice.Policy}, Climate: &yes, Words: []string{"碳达峰"}, Not: []string{"采购"}, HasTarget: true}, true},
	} {
		c.rule.Name = "r"
		got := evaluate(policy(), c.rule)
		if (len(got) == 2) != c.want || len(got) != 0 && len(got) != 2 {
			t.Errorf("%s: %d alerts, want any: %v", c.name, len(got), c.want)
		}
	}
}

// TestEveryFieldIsJudged: a rule's field that nobody looks at would let
// everything through.
func TestEveryFieldIsJudged(t *testing.T) {
	t.Parallel()
	no := false
	impossible := map[string]alert.Rule{
		"Kinds": {Kinds: []notice.EventKind{"x"}}, "Changes": {Changes: []notice.ChangeKind{"x"}}, "Levels": {Levels: []notice.Level{"x"}},
		"Regions": {Regions: []string{"999999"}}, "Issuers": {Issuers: []string{"x"}}, "Classes": {Classes: []notice.Class{"x"}},
		"Sectors": {Sectors: []string{"x"}}, "ActionTypes": {ActionTypes: []string{"x"}}, "Words": {Words: []string{"xyz"}},
		"AllWords": {AllWords: []string{"xyz"}}, "Not": {Not: []string{"碳达峰"}}, "TitleOnly": {TitleOnly: true, Words: []string{"海上风电"}},
		"Climate": {Climate: &no}, "MinSignificance": {MinSignificance: 1}, "HasTarget": {}, "Implements": {Implements: []string{"x"}},
		"Incidents": {Incidents: []notice.IncidentClass{"x"}}, "Sources": {Sources: []notice.SourceID{"x"}},
	}
	fields := reflect.TypeFor[alert.Rule]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "Name" || name == "Channels" || name == "HasTarget" {
			continue
		}
		rule, ok := impossible[name]
		if !ok {
			t.Errorf("field %s has no case here", name)
			continue
		}
		if got := evaluate(policy(), rule); len(got) != 0 {
			t.Errorf("field %s lets everything through", name)
		}
	}
	o := policy()
	o.Record.Targets = nil
	if len(evaluate(o, alert.Rule{HasTarget: true})) != 0 {
		t.Error("HasTarget lets a record without target through")
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	change := func(f func(*notice.Occasion)) notice.Occasion { o := policy(); f(&o); return o }
	day := func(n int) notice.Date { return notice.DateOf(now).AddDays(n) }
	for _, c := range []struct {
		name string
		o    notice.Occasion
		want string
	}{
		{"province", policy(), "province-climate-policy"},
		{"ministry", change(func(o *notice.Occasion) { o.Record.Level = notice.Central }), "central-climate-policy"},
		{"level of the source when the record has none", change(func(o *notice.Occasion) { o.Record.Level = "" }), "province-climate-policy"},
		{"city", change(func(o *notice.Occasion) { o.Record.Level = notice.Municipal }), ""},
		{"draft", change(func(o *notice.Occasion) { o.Record.Class = notice.DraftClass }), ""},
		{"interpretation", change(func(o *notice.Occasion) { o.Record.Class = notice.Interpretation }), ""},
		{"news", change(func(o *notice.Occasion) { o.Record.Class = notice.News }), ""},
		{"notice", change(func(o *notice.Occasion) { o.Record.Class = notice.NoticeClass }), ""},
		{"no class", change(func(o *notice.Occasion) { o.Record.Class = "" }), ""},
		{"not climate", change(func(o *notice.Occasion) { o.Record.Climate = false }), ""},
		{"our own improvement", change(func(o *notice.Occasion) { o.Record.Cause = notice.Reextract }), ""},
		{"our own improvement by the event", change(func(o *notice.Occasion) { o.Event.Cause = notice.Reextract }), ""},
		{"an attachment", change(func(o *notice.Occasion) { o.Document.Parent = "p" }), ""},
		{"a new version of a known document", change(func(o *notice.Occasion) { o.Change.Kind = notice.ChangeEdited }), ""},
		{"returned", change(func(o *notice.Occasion) { o.Change.Kind = notice.ChangeReturned }), ""},
		{"fresh baseline", change(func(o *notice.Occasion) { o.Event.Baseline = true }), "province-climate-policy"},
		{"baseline three days old", change(func(o *notice.Occasion) { o.Event.Baseline, o.Record.Published = true, day(-3) }), "province-climate-policy"},
		{"baseline four days old", change(func(o *notice.Occasion) { o.Event.Baseline, o.Record.Published = true, day(-4) }), ""},
		{"baseline by the record", change(func(o *notice.Occasion) { o.Record.Baseline, o.Record.Published = true, day(-40) }), ""},
		{"baseline by the document", change(func(o *notice.Occasion) { o.Document.Baseline, o.Record.Published = true, day(-40) }), ""},
		{"baseline without any date", change(func(o *notice.Occasion) {
			o.Event.Baseline, o.Record.Published, o.Document.ListDate = true, notice.Date{}, notice.Date{}
		}), ""},
		{"baseline dated by the list", change(func(o *notice.Occasion) { o.Event.Baseline, o.Record.Published = true, notice.Date{} }), "province-climate-policy"},
		{"baseline from the future", change(func(o *notice.Occasion) { o.Event.Baseline, o.Record.Published = true, day(30) }), ""},
		{"old news that is not baseline", change(func(o *notice.Occasion) { o.Record.Published = day(-40) }), "province-climate-policy"},
		{"a copy of a work known for months", change(func(o *notice.Occasion) { o.WorkKnown = now.AddDate(0, -2, 0) }), ""},
		{"a copy of yesterday's work", change(func(o *notice.Occasion) { o.WorkKnown = now.AddDate(0, 0, -1) }), "province-climate-policy"},
		{"no record", change(func(o *notice.Occasion) { o.Record = nil }), ""},
	} {
		got := evaluate(c.o, alert.DefaultRules()...)
		rule := ""
		if len(got) > 0 {
			rule = got[0].Rule
		}
		if rule != c.want || len(got) != 0 && len(got) != 2 {
			t.Errorf("%s: %d alerts of %q, want %q", c.name, len(got), rule, c.want)
		}
	}
}

func TestIncidents(t *testing.T) {
	t.Parallel()
	o := notice.Occasion{
		Event:    notice.Event{ID: "e2", Kind: notice.IncidentOpened, Source: "gd", Incident: "i1", At: now},
		Source:   notice.Source{ID: "gd", NameZH: "广东省人民政府", Level: notice.Provincial, Region: "440000", Lists: []notice.List{{URL: "https://www.gd.gov.cn/list"}}},
		Incident: &notice.Incident{ID: "i1", Source: "gd", Class: notice.ListEmpty, State: notice.Opened, Summary: "0 items, 20 expected", Opened: now},
	}
	got := evaluate(o, alert.DefaultRules()...)
	if len(got) != 2 || got[0].Incident != "i1" || !strings.Contains(got[0].Message.Text, "0 items, 20 expected") || got[0].Message.URL != "https://www.gd.gov.cn/list" {
		t.Fatalf("opened: %+v", got)
	}
	o.Event.Kind, o.Event.ID, o.Incident.Resolved = notice.IncidentResolved, "e3", now.Add(time.Hour)
	if again := evaluate(o, alert.DefaultRules()...); len(again) != 2 || again[0].ID == got[0].ID || !strings.Contains(again[0].Message.Subject, "恢复") {
		t.Errorf("resolved: %+v", again)
	}
	o.Event.Kind = notice.IncidentReminded
	if got := evaluate(o, alert.DefaultRules()...); len(got) != 2 || !strings.Contains(got[0].Message.Subject, "仍异常") {
		t.Errorf("reminded: %+v", got)
	}
	for name, rule := range map[string]alert.Rule{
		"another class":     {Incidents: []notice.IncidentClass{notice.Block}},
		"a rule on records": {Kinds: []notice.EventKind{notice.IncidentReminded}, Words: []string{"碳"}},
		"another region":    {Kinds: []notice.EventKind{notice.IncidentReminded}, Regions: []string{"11"}},
	} {
		if got := evaluate(o, rule); len(got) != 0 {
			t.Errorf("%s: %d alerts", name, len(got))
		}
	}
}

// TestOnce: ten copies of a work are one subject, an edit is another; the ID
// follows rule, channel and event.
func TestOnce(t *testing.T) {
	t.Parallel()
	rule := alert.Rule{Name: "r", Kinds: []notice.EventKind{notice.RecordExtracted, notice.DocumentModified}}
	first := evaluate(policy(), rule)
	copied := policy()
	copied.Event.ID, copied.Event.Document = "e9", "d9"
	second := evaluate(copied, rule)
	if first[0].Once != second[0].Once || first[0].Once == "" || first[0].ID == second[0].ID {
		t.Errorf("copies: %q and %q", first[0].Once, second[0].Once)
	}
	if first[0].ID != notice.NewAlertID("r", "stdout", "e1") || first[0].ID == first[1].ID || first[0].Message.ID != first[0].ID {
		t.Error("the ID is not rule, channel and event")
	}
	edited := policy()
	edited.Event.Kind, edited.Event.ID = notice.DocumentModified, "e5"
	edited.Change = &notice.Change{Kind: notice.ChangeEdited, Meaning: []notice.Meaning{notice.FigureAltered}, Significance: .8, Diff: "-30%\n+35%"}
	got := evaluate(edited, rule)
	if len(got) != 2 || got[0].Once != "e5" || !strings.Contains(got[0].Message.Text, "figure_altered") || !strings.Contains(got[0].Message.Text, "+35%") {
		t.Fatalf("edit: %+v", got)
	}
	edited.Change.Diff, edited.Change.Meaning = "", nil
	if got := evaluate(edited, rule); len(got) != 0 {
		t.Error("an edit without difference was told")
	}
	unread := policy()
	unread.Record.Work = ""
	if got := evaluate(unread, rule); got[0].Once != "e1" {
		t.Errorf("a record without work is told once by %q", got[0].Once)
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	s := alert.Set{Rules: alert.DefaultRules(), Channels: []string{"c"}, RegionName: func(code string) string {
		return map[string]string{"440000": "广东省"}[code]
	}}
	o := policy()
	o.Record.Title = "关于\n" + o.Record.Title + strings.Repeat("长", 200)
	m := s.Evaluate(o, now)[0].Message
	if strings.ContainsAny(m.Subject, "\n\r") || len([]rune(m.Subject)) > 120 || !strings.HasPrefix(m.Subject, "新发布 New · 广东省 440000 · 关于 广东省") {
		t.Errorf("subject %q", m.Subject)
	}
	var labels []string
	for _, f := range m.Fields {
		labels = append(labels, f.Label)
		if f.Value == "" {
			t.Errorf("field %s is empty", f.Label)
		}
	}
	want := []string{"标题 Title", "正题 Inner title", "发文机关 Issuer", "发文字号 Number", "成文日期 Written", "发布日期 Published", "地区 Region", "领域 Sectors", "目标 Target", "网站 Site", "规则 Rule", "编号 Alert ID"}
	if !slices.Equal(labels, want) {
		t.Errorf("labels %q", labels)
	}
	for _, part := range []string{m.URL, "粤府〔2024〕5号", "2024-05-06", "province-climate-policy (level provincial; class policy; climate yes)", string(m.ID)} {
		if part == "" || !strings.Contains(m.Text, part) {
			t.Errorf("text lacks %q:\n%s", part, m.Text)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	o := policy()
	o.Record.Body = strings.Repeat("大力发展海上风电，推动绿色低碳转型。", 2000)
	rules := alert.DefaultRules()
	for range 20 {
		rules = append(rules, alert.Rule{Name: "w", Words: []string{"氢能", "储能"}, Not: []string{"采购"}})
	}
	b.SetBytes(int64(len(o.Record.Body)))
	for b.Loop() {
		evaluate(o, rules...)
	}
}

// A day that ends a term is told whatever the age of the document, once for all copies.
func TestCalendar(t *testing.T) {
	t.Parallel()
	rule := alert.Rule{Name: "lapses", Kinds: []notice.EventKind{notice.ValidityChanged}}
	o := policy()
	o.Event.ID, o.Event.Kind, o.Event.Cause = "e9", notice.ValidityChanged, notice.Calendar
	o.Document.Baseline, o.Record.Baseline, o.Record.Cause, o.Record.Validity = true, true, notice.Reextract, notice.Expired
	o.Record.Published, o.Record.Expires = notice.Date{Year: 2019, Month: 1, Day: 1}, notice.Date{Year: 2024, Month: 5, Day: 5}
	first := evaluate(o, rule)
	o.Event.ID, o.Document.ID = "e10", "d2"
	copied := evaluate(o, rule)
	if len(first) != 2 || len(copied) != 2 || first[0].Once != copied[0].Once || first[0].ID == copied[0].ID {
		t.Fatalf("%+v and %+v", first, copied)
	}
	if m := first[0].Message.Text; !strings.Contains(m, "expired") || !strings.Contains(m, "2024-05-05") {
		t.Errorf("message %q", m)
	}
	o.Record.Validity = notice.InForce
	if other := evaluate(o, rule); other[0].Once == first[0].Once {
		t.Error("coming into force and ending are told as one")
	}
	o.Document.Parent = "page"
	if got := evaluate(o, rule); len(got) != 0 {
		t.Errorf("a file apart from its page: %+v", got)
	}
}
