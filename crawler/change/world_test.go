package change_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/fixtures/site/office"
	"govwatch/fixtures/site/theme"
	"govwatch/notice"
)

// looks are sites as the fixtures draw them: family and page style.
var looks = [][2]string{
	{"govcn", "gov"}, {"trs", "ndrc"}, {"trs", "mee"}, {"trs", "trsplain"}, {"trs", "mof"}, {"trs", "spans"}, {"nea", "nea"}, {"auto", "pbc"},
	{"jpaas", "samr"}, {"beijing", "beijing"}, {"auto", "lines"}, {"ucap", "ucap"}, {"shanghai", "shanghai"}, {"hanweb-jpage", "hanweb"},
	{"hanweb-jpaas", "shandong"}, {"hanweb-querylist", "taizhou"}, {"vsb", "vsb"}, {"auto", "oldgbk2"}, {"auto", "oldgbk"},
}

func site(t testing.TB, look [2]string) *theme.Site {
	t.Helper()
	style, err := theme.Preset(look[1])
	if err != nil {
		t.Fatal(err)
	}
	fam := look[0]
	if fam == "jpaas" {
		fam = "hanweb-jpaas"
	}
	return &theme.Site{
		ID: "s-" + look[1], Host: look[1] + ".example.test", Name: "某省发展和改革委员会", Issuer: "某省发展和改革委员会", Level: "provincial", Region: "130000",
		Family: fam, Columns: []theme.Column{{Key: "tz", Name: "通知公告"}}, PerPage: 20, Style: style,
	}
}

var clauses = []string{
	"加强组织领导，明确责任分工，确保各项任务落到实处，按季度报送进展情况。",
	"完善统计监测体系，健全数据质量管理制度，对弄虚作假行为依法依规处理。",
	"加大财政支持力度，统筹利用现有资金渠道，引导社会资本参与项目建设。",
	"推动重点行业节能降碳改造，实施能效标杆行动，淘汰落后低效产能。",
	"开展宣传培训活动，推广典型经验做法，营造全社会共同参与的良好氛围。",
	"建立健全评估考核机制，将完成情况纳入年度绩效评价，强化结果运用。",
	"支持企业开展技术创新，鼓励产学研联合攻关，加快成果转化应用。",
	"优化项目审批流程，压缩办理时限，推行告知承诺和容缺受理制度。",
}

func paper(r *rand.Rand, id int) theme.Article {
	year := 2022 + r.IntN(4)
	at := time.Date(year, time.Month(1+r.IntN(12)), 1+r.IntN(27), 9+r.IntN(8), r.IntN(60), 0, 0, theme.Zone())
	subject := []string{"做好碳达峰试点建设工作", "进一步完善节能审查管理", "开展绿色电力交易试点", "组织申报循环经济示范项目", "加强甲烷排放控制", "调整可再生能源电价附加标准"}[r.IntN(6)]
	a := theme.Article{
		ID: id, At: at, Title: "关于" + subject + "的通知", Number: fmt.Sprintf("某发改〔%d〕%d号", year, 3+r.IntN(900)), Issuers: []string{"某省发展和改革委员会"},
		Signed: []string{"某省发展和改革委员会"}, Written: at.AddDate(0, 0, -6).Format(time.DateOnly), Category: "能源", Keywords: "节能 降碳",
		Source: "某省发展和改革委员会", Addressee: "各市（州）发展改革委，各有关单位：", Validity: "有效",
		Body: []office.Block{{Text: fmt.Sprintf("为贯彻落实国家和省有关部署，到%d年全省单位地区生产总值能耗下降%d.%d%%，现就%s有关事项通知如下。", year+3, 10+r.IntN(9), r.IntN(9), subject)}},
	}
	for i, c := range r.Perm(len(clauses))[:3+r.IntN(5)] {
		a.Body = append(a.Body, office.Block{Text: fmt.Sprintf("%s、%s", []string{"一", "二", "三", "四", "五", "六", "七", "八"}[i], clauses[c])})
	}
	if r.IntN(3) == 0 {
		a.Body = append(a.Body, office.Block{Kind: office.Table, Rows: [][]string{{"序号", "地区", "指标（万千瓦）"}, {"1", "甲市", fmt.Sprint(100 + r.IntN(400))}, {"2", "乙市", fmt.Sprint(100 + r.IntN(400))}, {"3", "丙市", fmt.Sprint(100 + r.IntN(400))}}})
	}
	for i := range r.IntN(3) {
		a.Files = append(a.Files, theme.File{Name: []string{"申报指南.docx", "任务分工表.pdf"}[i], Ext: []string{"docx", "pdf"}[i]})
	}
	return a
}

// noises are what a site puts into or beside an article, drawn anew each time.
var noises = []func(r *rand.Rand) string{
	func(r *rand.Rand) string { return fmt.Sprintf("<p>浏览次数：<span>%d</span></p>", r.IntN(99999)) },
	func(r *rand.Rand) string { return fmt.Sprintf("<div>本文已被浏览 %d 次</div>", r.IntN(99999)) },
	func(r *rand.Rand) string { return fmt.Sprintf("<div>[点击量：%d]</div>", r.IntN(99999)) },
	func(r *rand.Rand) string { return fmt.Sprintf("<p>您是本站第%d位访客</p>", r.IntN(9999999)) },
	func(r *rand.Rand) string {
		return fmt.Sprintf("<p>%s您是今天第 %d 位访问者，祝您%s！</p>", []string{"欢迎光临，", "您好，", ""}[r.IntN(3)], r.IntN(9999), []string{"愉快", "工作顺利", "健康"}[r.IntN(3)])
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("<p>今天是2026年%d月%d日 星期%s</p>", 1+r.IntN(12), 1+r.IntN(28), []string{"一", "二", "三", "四", "五"}[r.IntN(5)])
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("<p>打印时间：2026-%02d-%02d %02d:%02d:%02d</p>", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("<div class=tq>某市 %s %d℃~%d℃ 东北风%d级</div>", []string{"晴", "多云", "小雨"}[r.IntN(3)], r.IntN(9), 10+r.IntN(20), 1+r.IntN(5))
	},
	func(r *rand.Rand) string { return fmt.Sprintf("<p>当前在线人数：%d人</p>", r.IntN(300)) },
	func(r *rand.Rand) string { return related(r, "<h3>相关文件</h3>", 5) },
	func(r *rand.Rand) string { return related(r, "<div class=tt>延伸阅读</div>", 4) },
	func(r *rand.Rand) string { return related(r, "", 4) },
	func(r *rand.Rand) string {
		return fmt.Sprintf("<p>上一篇：<a href=/a%d.html>关于第%d批项目的公示</a></p><p>下一篇：<a href=/b%d.html>关于召开第%d次会议的通知</a></p>", r.IntN(99), r.IntN(99), r.IntN(99), r.IntN(99))
	},
	func(r *rand.Rand) string { return fmt.Sprintf("<input type=hidden name=csrf value='%x'>", r.Uint64()) },
	func(r *rand.Rand) string { return fmt.Sprintf("<!-- rendered %d by node%d -->", r.Uint64(), r.IntN(9)) },
	func(r *rand.Rand) string { return fmt.Sprintf("<span style='display:none'>ts=%d</span>", r.Uint64()) },
	func(r *rand.Rand) string { return fmt.Sprintf("<img src='/images/pic.jpg?t=%d'>", r.Uint64()) },
	func(r *rand.Rand) string { return fmt.Sprintf("<img class=ewm src='/qrcode/%d.png'>", r.Uint64()) },
	func(r *rand.Rand) string { return fmt.Sprintf("<script>var t='%x';</script>", r.Uint64()) },
	func(r *rand.Rand) string {
		return fmt.Sprintf("<p>分享到：微信 微博　已有%d人分享</p>", r.IntN(500))
	},
	func(r *rand.Rand) string { return fmt.Sprintf("<p>%d 次阅读</p>", r.IntN(500)) },
	func(r *rand.Rand) string {
		return fmt.Sprintf("<div class='hits'>热度 %d　点赞 %d　评论 %d</div>", r.IntN(500), r.IntN(90), r.IntN(9))
	},
}

func related(r *rand.Rand, head string, n int) string {
	var b strings.Builder
	b.WriteString(head + "<ul>")
	for range n {
		k := r.IntN(500)
		fmt.Fprintf(&b, "<li><a href='/r%d.html'>关于印发第%d批重点工程建设任务的通知</a><span>2026-%02d-%02d</span></li>", k, k, 1+k%12, 1+k%28)
	}
	return b.String() + "</ul>"
}

// draw renders an article with the noise of one fetch: which kinds a page has is
// the page's, what they say is the fetch's.
func draw(t testing.TB, s *theme.Site, a theme.Article, kinds []int, r *rand.Rand) family.Page {
	t.Helper()
	th, ok := theme.ByFamily(s)
	if !ok {
		t.Fatalf("no family %s", s.Family)
	}
	others := []*theme.Article{&a}
	for i := range 8 {
		o := paper(rand.New(rand.NewPCG(uint64(r.IntN(300)), 9)), 700+i)
		o.Title = fmt.Sprintf("%s（第%d号）", o.Title, r.IntN(900))
		others = append(others, &o)
	}
	mine := *s
	var in, after strings.Builder
	for i, k := range kinds {
		if i%2 == 0 {
			in.WriteString(noises[k](r))
		} else {
			after.WriteString(noises[k](r))
		}
	}
	mine.Style.Close = strings.ReplaceAll(in.String()+mine.Style.Close+after.String(), "%", "%")
	view := theme.View{Site: &mine, Now: a.At.Add(time.Duration(1+r.IntN(9000)) * time.Hour),
		Rows: func(int) []*theme.Article { return others }, Recent: func() []*theme.Article { return others }}
	reply := th.Detail(view, &a)
	return family.NewPage("http://"+s.Host+th.Path(s, &a), reply.Type+"; charset=utf-8", []byte(reply.Body))
}

type edit struct {
	name string
	do   func(a *theme.Article, s *theme.Site, r *rand.Rand) bool
}

var edits = []edit{
	{"title", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		a.Title = strings.Replace(a.Title, "关于", "关于进一步", 1)
		return true
	}},
	{"title suffix", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool { a.Title += "（试行）"; return true }},
	{"validity in the head", func(a *theme.Article, s *theme.Site, _ *rand.Rand) bool {
		a.Validity = "失效"
		return s.Style.Head != theme.NoHead
	}},
	{"stamp beside the title", func(_ *theme.Article, s *theme.Site, _ *rand.Rand) bool {
		s.Style.Heading = "<div class=stamp>已废止</div>" + s.Style.Heading
		// These two families print a heading of their own.
		return !strings.Contains(s.Style.Heading, "<table") && s.Family != "ucap" && s.Family != "nfra"
	}},
	{"number", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		a.Number = strings.Replace(a.Number, "号", "1号", 1)
		return true
	}},
	{"number comes", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool { return a.Number == "" }},
	{"written date", func(a *theme.Article, s *theme.Site, _ *rand.Rand) bool {
		a.Written = a.At.AddDate(0, 0, -9).Format(time.DateOnly)
		return true
	}},
	{"published date", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool { a.At = a.At.AddDate(0, 0, 3); return true }},
	{"figure", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		return replace(a, 0, "%", "5%")
	}},
	{"typo", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		return replace(a, 1, "确保", "却保") || replace(a, 1, "加强", "加强和") || replace(a, 1, "推动", "推进") || replace(a, 1, "完善", "健全")
	}},
	{"one word", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		return replace(a, 0, "通知如下", "通告如下")
	}},
	{"clause comes", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		a.Body = slices.Insert(slices.Clone(a.Body), 2, office.Block{Text: "各地应当于每年三月底前报送上一年度工作总结。"})
		return true
	}},
	{"clause goes", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		a.Body = slices.Delete(slices.Clone(a.Body), 2, 3)
		return true
	}},
	{"cell", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		i := slices.IndexFunc(a.Body, func(b office.Block) bool { return b.Kind == office.Table })
		if i < 0 {
			return false
		}
		a.Body = slices.Clone(a.Body)
		rows := slices.Clone(a.Body[i].Rows)
		rows[2] = []string{"2", "乙市", "77"}
		a.Body[i].Rows = rows
		return true
	}},
	{"file comes", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		a.Files = append(slices.Clone(a.Files), theme.File{Name: "补充材料清单.docx", Ext: "docx"})
		return true
	}},
	{"file goes", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		if len(a.Files) == 0 {
			return false
		}
		a.Files = a.Files[1:]
		return true
	}},
	{"file renamed", func(a *theme.Article, _ *theme.Site, _ *rand.Rand) bool {
		if len(a.Files) == 0 {
			return false
		}
		a.Files = slices.Clone(a.Files)
		a.Files[0].Name = "评价细则." + a.Files[0].Ext
		return true
	}},
}

func replace(a *theme.Article, i int, old, now string) bool {
	a.Body = slices.Clone(a.Body)
	was := a.Body[i].Text
	a.Body[i].Text = strings.Replace(was, old, now, 1)
	return a.Body[i].Text != was
}

// The bars of P5 on pages that the fixtures draw: recall, F1, false alarms of a
// noise-only round. Neither side is configured for the other.
func TestEditsAndNoise(t *testing.T) {
	t.Parallel()
	var right, missed, wrong, quiet int
	byKind := map[string]int{}
	for li, look := range looks {
		for n := range 12 {
			r := rand.New(rand.NewPCG(uint64(li), uint64(n)))
			s := site(t, look)
			a := paper(r, 1000+n)
			kinds := r.Perm(len(noises))[:r.IntN(5)]
			before := draw(t, s, a, kinds, r)
			for range 3 {
				quiet++
				after := draw(t, s, a, kinds, r)
				if c := change.Compare(before, after); c.Kind == notice.ChangeEdited {
					wrong++
					if wrong < 12 {
						t.Logf("%s %v: noise taken for an edit:\n%s", look, kinds, c.Diff)
					}
				}
			}
			for _, e := range edits {
				b, to := a, *s
				if !e.do(&b, &to, r) {
					continue
				}
				after := draw(t, &to, b, kinds, r)
				if c := change.Compare(before, after); c.Kind == notice.ChangeEdited {
					right++
				} else {
					missed++
					if byKind[e.name]++; byKind[e.name] < 3 {
						t.Logf("%s: %s not seen", look, e.name)
					}
				}
			}
		}
	}
	recall := float64(right) / float64(right+missed)
	precision := float64(right) / float64(right+wrong)
	f1 := 2 * precision * recall / (precision + recall)
	t.Logf("%d edits, recall %.4f, F1 %.4f; %d unchanged pages, %d false (%.2f %%)", right+missed, recall, f1, quiet, wrong, 100*float64(wrong)/float64(quiet))
	if recall < 0.99 || f1 < 0.97 || float64(wrong) > 0.001*float64(quiet) {
		t.Errorf("recall %.4f, F1 %.4f, %d false of %d; want >= 0.99, >= 0.97, <= 0.1 %%", recall, f1, wrong, quiet)
	}
}

// The same article in another template is no edit.
func TestTemplatesAreNoEdits(t *testing.T) {
	t.Parallel()
	wrong, n := 0, 0
	for i, from := range looks {
		for j, to := range looks {
			if i == j {
				continue
			}
			n++
			r := rand.New(rand.NewPCG(uint64(i), uint64(j)))
			a := paper(r, 50)
			b, c := site(t, from), site(t, to)
			c.Host, c.ID = b.Host, b.ID
			if d := change.Compare(draw(t, b, a, nil, r), draw(t, c, a, nil, r)); d.Kind == notice.ChangeEdited {
				wrong++
				if wrong < 10 {
					t.Logf("%s to %s:\n%s", from, to, d.Diff)
				}
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d changes of template are taken for edits", wrong, n)
	}
}
