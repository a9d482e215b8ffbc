package field

import (
	"strings"
	"testing"

	"govwatch/crawler/family"
	"govwatch/notice/authority"
)

func TestSubjectTitleAndKind(t *testing.T) {
	t.Parallel()
	for title, want := range map[string][2]string{
		"关于印发《某省节能管理办法（试行）》的通知":                 {"某省节能管理办法（试行）", "通知"},
		"某省人民政府办公厅关于印发某省云计算发展规划（2014—2020年）的通知": {"某省云计算发展规划（2014—2020年）", "通知"},
		"财政局关于转发财政部《关于印发〈资金管理办法〉的通知》的通知":        {"关于印发〈资金管理办法〉的通知", "通知"},
		"某市人民政府办公厅印发关于贯彻《某某改革总体方案》实施意见的通知":      {"关于贯彻《某某改革总体方案》实施意见", "通知"},
		"某省人民政府办公厅关于转发省公安厅等部门制定的某省专项斗争工作方案的通知":  {"某省专项斗争工作方案", "通知"},
		"关于同意《某市海岛保护规划》的批复":                     {"", "批复"},
		"《某办法》解读":                 {"", ""},
		"关于做好《某志》核对工作的通知":         {"", "通知"},
		"某某管理条例":                  {"", "条例"},
		"关于下达资金的函":                {"", "函"},
		"关于核定价格的通知（某发改〔2026〕88号）": {"", "通知"},
		"某局2024年工作要点":             {"", "工作要点"},
	} {
		if s, k := SubjectTitle(title), KindOf(title); s != want[0] || k != want[1] {
			t.Errorf("%s: subject %q kind %q, want %q", title, s, k, want)
		}
	}
}

func TestCleanTitle(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"国家发展改革委\n国家能源局关于某事的通知": "国家发展改革委 国家能源局关于某事的通知",
		"某省人民政府\n关于某事的通知":       "某省人民政府关于某事的通知",
		"关于推进某事\n有关工作的通知":       "关于推进某事有关工作的通知",
		"公 告":             "公告",
		"甲局  乙局关于某事的通 知":  "甲局 乙局关于某事的通知",
		"[置顶]关于某事的<br>通知": "关于某事的通知",
		"深化金融服务 助力新型工业化":  "深化金融服务 助力新型工业化",
	} {
		if got := CleanTitle(in); got != want {
			t.Errorf("CleanTitle(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSignerCount(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]int{
		"国家发展改革委等七部门关于某事的通知": 7, "某市卫生健康委等4部门关于印发某方案的通知": 4, "某局等部门关于某事的意见": 0, "某局关于公布等级的通知": 0,
		"工业和信息化部等十一部门关于某事的意见": 11,
	} {
		if got := SignerCount(title); got != want {
			t.Errorf("%s: %d, want %d", title, got, want)
		}
	}
}

func TestTitleIssuers(t *testing.T) {
	t.Parallel()
	book, err := authority.Load()
	if err != nil {
		t.Fatal(err)
	}
	l := family.ReadText("")
	d := NewDoc(&l, "", book, "")
	for title, want := range map[string]string{
		"福建省人民政府广东省人民政府关于经济合作区发展规划的批复": "福建省人民政府、广东省人民政府",
		"上海市水务局（上海市海洋局）关于表彰的决定":        "上海市水务局",
		"批转省质监局关于实施技术标准战略意见的通知":        "",
		"贯彻国务院关于进一步促进发展若干意见的实施意见":      "",
		"国务院办公厅对全国政协第4626号提案的答复":       "国务院办公厅",
		"国家金融监督管理总局浙江监管局行政处罚信息公开表":     "国家金融监督管理总局浙江监管局",
		"上海市市场监督管理局发布合规警示":             "",
		"河北省人民政府召开会议":                  "",
		"国家税务总局上海市税务局 上海市财政局关于认定单位的通知": "国家税务总局上海市税务局、上海市财政局",
		"上海市民政局等九部门关于印发《若干政策措施》的通知":    "上海市民政局",
		"中国（上海）自由贸易试验区管理委员会关于某事的通知":    "中国（上海）自由贸易试验区管理委员会",
		"关于河北省发展和改革委员会某事的通知":           "",
	} {
		names, _ := TitleIssuers(d, title)
		if got := strings.Join(names, NameSep); got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
}
