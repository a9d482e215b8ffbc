package authority_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"govwatch/notice"
	"govwatch/notice/authority"
)

func book(t testing.TB) *authority.Book {
	t.Helper()
	b, err := authority.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func day(t testing.TB, s string) notice.Date {
	t.Helper()
	if s == "" {
		return notice.Date{}
	}
	d, err := notice.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAgencyFindsOfficialNames(t *testing.T) {
	t.Parallel()
	b := book(t)
	for _, c := range []struct{ printed, at, region, name, code string }{
		{"国家发展改革委", "", "", "国家发展和改革委员会", "100000"},
		{"国家发改委", "2024-01-01", "100000", "国家发展和改革委员会", "100000"},
		{"中华人民共和国国家发展和改革委员会", "", "", "国家发展和改革委员会", "100000"},
		{"中华人民共和国国务院", "", "", "国务院", "100000"},
		{"金融监管总局", "", "", "国家金融监督管理总局", "100000"},
		{"中国证监会", "", "", "中国证券监督管理委员会", "100000"},
		{"市场监管总局", "", "", "国家市场监督管理总局", "100000"},
		{"住房城乡建设部", "", "", "住房和城乡建设部", "100000"},
		{"住房城乡建设部办公厅", "", "", "住房和城乡建设部办公厅", "100000"},
		{"国务院办公厅", "", "", "国务院办公厅", "100000"},
		{"国办", "", "", "国务院办公厅", "100000"},
		{"国家能源局综合司", "", "", "国家能源局综合司", "100000"},
		{"环境保护部", "2016-05-01", "", "环境保护部", "100000"},
		{"环保部", "2021-05-01", "", "生态环境部", "100000"},
		{"银保监会", "2021-05-01", "", "中国银行保险监督管理委员会", "100000"},
		{"银保监会", "2024-05-01", "", "国家金融监督管理总局", "100000"},
		{"卫生部", "2024-05-01", "", "国家卫生健康委员会", "100000"},
		{"建设部", "2006-05-01", "", "建设部", "100000"},
		{"省发展改革委", "", "370000", "山东省发展和改革委员会", "370000"},
		{"发展改革委", "", "370000", "山东省发展和改革委员会", "370000"},
		{"发展改革委", "", "100000", "国家发展和改革委员会", "100000"},
		{"山东省发改委", "", "", "山东省发展和改革委员会", "370000"},
		{"内蒙古发展改革委", "", "", "内蒙古自治区发展和改革委员会", "150000"},
		{"自治区发展改革委", "", "150000", "内蒙古自治区发展和改革委员会", "150000"},
		{"省住房城乡建设厅", "", "340000", "安徽省住房和城乡建设厅", "340000"},
		{"市住建局", "", "321200", "泰州市住房和城乡建设局", "321200"},
		{"泰州市住建局", "", "", "泰州市住房和城乡建设局", "321200"},
		{"市科委", "", "310000", "上海市科学技术委员会", "310000"},
		{"市发展改革委", "", "310000", "上海市发展和改革委员会", "310000"},
		{"省政府办公厅", "", "440000", "广东省人民政府办公厅", "440000"},
		{"省政府", "", "440000", "广东省人民政府", "440000"},
		{"市政府办公室", "", "321200", "泰州市人民政府办公室", "321200"},
		{"山东省人民政府办公厅", "", "", "山东省人民政府办公厅", "370000"},
		{"国家能源局西北监管局", "", "", "国家能源局西北监管局", "610000"},
		{"国家能源局山东监管办", "", "", "国家能源局山东监管办公室", "370000"},
		{"人民银行贵州省分行", "", "", "中国人民银行贵州省分行", "520000"},
		{"中国人民银行贵阳中心支行", "2022-01-01", "", "中国人民银行贵阳中心支行", "520100"},
		{"中国人民银行贵阳中心支行", "2024-01-01", "", "中国人民银行贵州省分行", "520100"},
		{"国家税务总局山东省税务局", "", "", "国家税务总局山东省税务局", "370000"},
		{"山东省税务局", "2024-01-01", "", "国家税务总局山东省税务局", "370000"},
		{"山东证监局", "", "", "中国证券监督管理委员会山东监管局", "370000"},
		{"中共云南省委办公厅", "", "", "中共云南省委办公厅", "530000"},
		{"省委办公厅", "", "530000", "中共云南省委办公厅", "530000"},
		{"广州市卫生健康委", "", "", "广州市卫生健康委员会", "440100"},
		{"广州市残疾人联合会", "", "", "广州市残疾人联合会", "440100"},
		{"新疆生产建设兵团工业和信息化局", "", "", "新疆生产建设兵团工业和信息化局", "660000"},
		{"国家金融监督管理总局浙江监管局", "", "", "国家金融监督管理总局浙江监管局", "330000"},
		{"金山区人民政府", "", "310000", "上海市金山区人民政府", "310116"},
		{"上海市金山区人民政府办公室", "", "", "上海市金山区人民政府办公室", "310116"},
		{"国家税务总局上海市税务局办公室", "", "", "国家税务总局上海市税务局办公室", "310000"},
		{"全国人大常委会", "", "", "全国人民代表大会常务委员会", "100000"},
	} {
		a, ok := b.Agency(c.printed, day(t, c.at), c.region)
		if !ok || a.Name != c.name || a.Region != c.code {
			t.Errorf("%s at %q on %s: got %q %s %v, want %q %s", c.printed, c.at, c.region, a.Name, a.Region, ok, c.name, c.code)
		}
	}
}

func TestAgencyKeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	b := book(t)
	for printed, region := range map[string]string{
		"广州市医疗保险服务中心": "440100", "中国水泥协会": "", "芷江侗族自治县公路建设养护中心": "", "邯郸市教育局": "130400",
	} {
		a, _ := b.Agency(printed, notice.Date{}, "")
		if a.Name != printed || a.Region != region || !b.Shape(printed) {
			t.Errorf("%s: got %q region %q shape %v", printed, a.Name, a.Region, b.Shape(printed))
		}
	}
	for _, no := range []string{"", "附件", "二〇二四年三月", "东部", "关于印发方案的局", "各省人民政府", "全部", "2024年局"} {
		if b.Shape(no) {
			t.Errorf("%q taken for a body", no)
		}
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	b := book(t)
	for name, want := range map[string]notice.Level{
		"国务院": notice.Central, "生态环境部办公厅": notice.Central, "山东省人民政府": notice.Provincial,
		"上海市发展和改革委员会": notice.Provincial, "泰州市住房和城乡建设局": notice.Municipal,
		"北京市朝阳区人民政府": notice.County, "上海市金山区人民政府": notice.County, "广东省博罗县人民政府": notice.County,
		"国家能源局西北监管局": notice.Central, "内蒙古自治区人民政府": notice.Provincial,
	} {
		if got := b.LevelOf(name, ""); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestSplitSeparatesIssuers(t *testing.T) {
	t.Parallel()
	b := book(t)
	for text, want := range map[string][]string{
		"国家发展改革委国家能源局":           {"国家发展改革委", "国家能源局"},
		"国家发展改革委　　国家能源局":         {"国家发展改革委", "国家能源局"},
		"陕西省发展和改革委员会 国家能源局西北监管局": {"陕西省发展和改革委员会", "国家能源局西北监管局"},
		"陕西省发展和改革委员会国家能源局西北监管局":  {"陕西省发展和改革委员会", "国家能源局西北监管局"},
		"广州市人力资源和社会保障局广州市财政局":    {"广州市人力资源和社会保障局", "广州市财政局"},
		"国家发展改革\n委 国家能源局":        {"国家发展改革委", "国家能源局"},
		"国家发展改革委、住房城乡建设部":        {"国家发展改革委", "住房城乡建设部"},
		"贵州省工业和信息化厅 中国人民银行贵州省分行": {"贵州省工业和信息化厅", "中国人民银行贵州省分行"},
		"省发展改革委省财政厅省水利厅":         {"省发展改革委", "省财政厅", "省水利厅"},
		"国家税务总局上海市税务局":           {"国家税务总局上海市税务局"},
		"国家税务总局上海市税务局上海市财政局":     {"国家税务总局上海市税务局", "上海市财政局"},
		"中共云南省委 云南省人民政府":         {"中共云南省委", "云南省人民政府"},
		"国务院国资委":                 {"国务院国资委"},
		"国务院办公厅、中央军委办公厅":         {"国务院办公厅", "中央军委办公厅"},
		"广东省人民政府教育部科学技术部":        {"广东省人民政府", "教育部", "科学技术部"},
		"广东省人民政府中华人民共和国教育部":      {"广东省人民政府", "中华人民共和国教育部"},
		"中国人民银行 国家发展改革委 工业和信息化部 财政部 生态环境部 金融监管总局 中国证监会": {"中国人民银行", "国家发展改革委", "工业和信息化部", "财政部", "生态环境部", "金融监管总局", "中国证监会"},
		"市场监管总局国家发展改革委应急管理部":                            {"市场监管总局", "国家发展改革委", "应急管理部"},
		"": nil,
	} {
		if got := b.Split(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestRegionsOfSameName(t *testing.T) {
	t.Parallel()
	b := book(t)
	for name, want := range map[string]string{
		"江苏省泰州市": "321200", "泰州": "321200", "台州市": "331000", "吉林": "220000", "吉林市": "220200", "吉林省吉林市": "220200",
		"海南": "460000", "海南州": "632500", "海南藏族自治州": "632500", "朝阳市": "211300", "北京市朝阳区": "110105",
		"福州": "350100", "抚州": "361000", "陕西": "610000", "山西省": "140000", "全国": "100000",
	} {
		if r, ok := b.RegionOfName(name); !ok || r.Code != want {
			t.Errorf("%s: %s %v, want %s", name, r.Code, ok, want)
		}
	}
	for _, name := range []string{"朝阳区", "和平区", "某市", ""} {
		if r, ok := b.RegionOfName(name); ok {
			t.Errorf("%s: found %s", name, r.Full)
		}
	}
}

func TestRegionInReadsNoPartOfAnotherWord(t *testing.T) {
	t.Parallel()
	b := book(t)
	for text, want := range map[string]string{
		"关于支持内蒙古绿色低碳高质量发展若干政策措施的通知": "150000", "上海南部新城": "310000", "黄河南岸防洪": "", "昆山东部": "", "长治久安": "",
		"孙中山先生": "", "中山市": "442000", "泰州市城乡建设领域": "321200", "江苏省泰州市": "321200", "天津市河北区": "120105",
		"京津冀": "", "朝阳产业": "", "浙江西部": "330000", "吉林省吉林市": "220200", "广东、广西、海南": "440000 450000 460000",
		"推广西部地区": "", "海南省与青海省海南州": "460000 632500", "国家标准": "", "日照强度": "",
	} {
		var got []string
		for _, h := range b.RegionIn(text) {
			got = append(got, h.Code)
			if text[h.Start:h.End] == "" {
				t.Errorf("%s: empty hit", text)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
}

func TestPrefixOwner(t *testing.T) {
	t.Parallel()
	b := book(t)
	for _, c := range []struct{ letters, region, agency, code string }{
		{"发改环资规", "", "国家发展和改革委员会", "100000"}, {"国能发科技规", "", "国家能源局", "100000"},
		{"国办函", "", "国务院办公厅", "100000"}, {"国发", "", "国务院", "100000"}, {"工信厅科函", "", "工业和信息化部办公厅", "100000"},
		{"财建", "", "财政部", "100000"}, {"鲁政发", "", "山东省人民政府", "370000"}, {"沪府办", "", "上海市人民政府办公厅", "310000"},
		{"苏发改资环发", "", "江苏省发展和改革委员会", "320000"}, {"渝财产业", "", "重庆市财政局", "500000"},
		{"内能源电力字", "", "内蒙古自治区能源局", "150000"}, {"京环发", "", "北京市生态环境局", "110000"},
		{"泰政办发", "321200", "泰州市人民政府办公室", "321200"}, {"穗府办规", "", "广州市人民政府办公室", "440100"},
		{"川办发", "", "四川省人民政府办公厅", "510000"}, {"内政办发", "", "内蒙古自治区人民政府办公厅", "150000"},
		{"新兵发", "", "新疆生产建设兵团人民政府", "660000"}, {"青政办", "", "青海省人民政府办公厅", "630000"},
	} {
		o, ok := b.PrefixOwner(c.letters, c.region)
		if !ok || o.Agency != c.agency || o.Region != c.code {
			t.Errorf("%s: got %q %s %v, want %q %s", c.letters, o.Agency, o.Region, ok, c.agency, c.code)
		}
	}
	if _, ok := b.PrefixOwner("某某", ""); ok {
		t.Error("unknown letters have an owner")
	}
}

func TestTablesAreWhole(t *testing.T) {
	t.Parallel()
	b := book(t)
	if n := len(b.Provinces()); n != 31 {
		t.Errorf("%d provinces, want 31", n)
	}
	if n := len(b.Sectors()); n != 13 {
		t.Errorf("%d sectors, want 13", n)
	}
	if len(b.Scope().Strong) == 0 || len(b.NonPolicy("解读")) == 0 {
		t.Error("the climate gate or the title words are empty")
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"国家发展改革委国家能源局", "省政府办公厅", "中共", "中华人民共和国", "\xe5\x9b", "上海市市", "国家税务总局山东省", "自治区党委", "000000山东\xe7"} {
		f.Add(s)
	}
	b := book(f)
	f.Fuzz(func(t *testing.T, s string) {
		b.Agency(s, notice.Date{Year: 2024, Month: 1, Day: 1}, "370000")
		b.PrefixOwner(s, "321200")
		total := 0
		for _, p := range b.Split(s) {
			if p == "" {
				t.Error("empty issuer")
			}
			total += utf8.RuneCountInString(p)
		}
		if total > utf8.RuneCountInString(s) {
			t.Errorf("split of %q is longer than the text", s)
		}
		end := 0
		for _, h := range b.RegionIn(s) {
			if h.Start < end || h.End <= h.Start || h.End > len(s) {
				t.Errorf("hit %d-%d in %q", h.Start, h.End, s)
			}
			end = h.End
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	bk := book(b)
	for b.Loop() {
		bk.Split("中国人民银行 国家发展改革委 工业和信息化部 财政部 生态环境部 金融监管总局 中国证监会")
	}
}

func BenchmarkRegionIn(b *testing.B) {
	bk := book(b)
	text := strings.Repeat("各省、自治区、直辖市发展改革委要结合内蒙古、江苏省泰州市等地实际，推动新型储能高质量发展。", 100)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		bk.RegionIn(text)
	}
}
