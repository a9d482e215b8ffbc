package textzh_test

import (
	"math/bits"
	"strings"
	"testing"
	"unicode/utf8"

	"govwatch/internal/textzh"
)

func TestFoldAndSpaces(t *testing.T) {
	t.Parallel()
	cases := []struct{ in, fold, squeeze, spaces string }{
		{"", "", "", ""},
		{"plain text", "plain text", "plaintext", "plain text"},
		{"６号，ＡＢ％", "6号，AB%", "６号，ＡＢ％", "６号，ＡＢ％"},
		{"豫政\u00a0〔2023〕27\u200b号\ufeff", "豫政 〔2023〕27号", "豫政〔2023〕27号", "豫政 〔2023〕27号"},
		{"国家\u00ad发展\u3000\u3000改革委\n", "国家发展  改革委\n", "国家发展改革委", "国家发展 改革委"},
		{"⼀、（试⾏）：", "一、（试行）：", "⼀、（试⾏）：", "⼀、（试⾏）："},
		{"\u3000\t a \r\n b ", " \t a \r\n b ", "ab", "a b"},
		{"［2021］～", "[2021]~", "［2021］～", "［2021］～"},
	}
	for _, c := range cases {
		if got := textzh.Fold(c.in); got != c.fold {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.fold)
		}
		if got := textzh.Squeeze(c.in); got != c.squeeze {
			t.Errorf("Squeeze(%q) = %q, want %q", c.in, got, c.squeeze)
		}
		if got := textzh.Spaces(c.in); got != c.spaces {
			t.Errorf("Spaces(%q) = %q, want %q", c.in, got, c.spaces)
		}
	}
}

func TestHanNumber(t *testing.T) {
	t.Parallel()
	good := map[string]int64{
		"0": 0, "〇": 0, "7": 7, "二": 2, "十": 10, "十一": 11, "二十": 20, "二十三": 23, "廿三": 23, "卅": 30, "三十": 30,
		"一百": 100, "一百零五": 105, "一百五十": 150, "三百五": 350, "一百一十二": 112, "两千": 2000, "两千零五": 2005,
		"一万": 10_000, "两万三": 23_000, "十万": 100_000, "一万零三十": 10_030, "两亿": 200_000_000, "一亿二千万": 120_000_000,
		"五万亿": 5_000_000_000_000, "一千二百三十四万五千六百七十八": 12_345_678, "〇二四": 24, "二〇二四": 2024, "２０２４": 2024,
		"3千": 3000, "35万": 350_000, "1.5万": 15_000, "1.2亿": 120_000_000, "12,000": 12_000, "1,234,567": 1_234_567,
		" 二十 三 ": 23, "壹佰贰拾": 120, "3千5百": 3500, "3000亿": 300_000_000_000, "一万亿": 1_000_000_000_000, "三万五千": 35_000,
	}
	for in, want := range good {
		if got, ok := textzh.HanNumber(in); !ok || got != want {
			t.Errorf("HanNumber(%q) = %d, %v, want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{
		"", "百", "万", "二十十", "三五万", "一百二百", "1,2", "1.5", "1.23456万", "号", "二十三号", "亿亿", "万万",
		"99999999999999999999", "-3", "一亿三亿", "3 4 x", "1..2万", ".5万",
	} {
		if got, ok := textzh.HanNumber(in); ok {
			t.Errorf("HanNumber(%q) = %d, want refusal", in, got)
		}
	}
}

func TestHanYear(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"二〇二四", "二○二四", "二O二四", "二Ｏ二四", "二◯二四", "二零二四年", "2024", "２０２４", "二0二四", "二 〇 二四"} {
		if got, ok := textzh.HanYear(in); !ok || got != 2024 {
			t.Errorf("HanYear(%q) = %d, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "二四", "二千零二十四", "20240", "1899", "2101", "〇〇二四", "二〇二四号"} {
		if got, ok := textzh.HanYear(in); ok {
			t.Errorf("HanYear(%q) = %d, want refusal", in, got)
		}
	}
}

func TestBrackets(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"国办发〔2024〕1号":              "国办发〔2024〕1号",
		"京政发[2024]6号":              "京政发〔2024〕6号",
		"京政发［2024］6号":              "京政发〔2024〕6号",
		"京政发(2024)6号":              "京政发〔2024〕6号",
		"京政发（ 2024 ） 第6号":          "京政发〔2024〕 第6号",
		"苏发【2024】6号":               "苏发〔2024〕6号",
		"苏发﹝2024﹞6号":               "苏发〔2024〕6号",
		"苏发{2024}6号":               "苏发〔2024〕6号",
		"国能〔2024]3号":               "国能〔2024〕3号",
		"国能&#12308;2024&#12309;3号": "国能〔2024〕3号",
		"国能&#x3014;2024&#x3015;3号": "国能〔2024〕3号",
		"黑政〔２０２０〕６号":               "黑政〔２０２０〕６号",
		"旧〔二〇一九〕五号":                "旧〔二〇一九〕五号",
		"旧(二〇一九)五号":                "旧〔二〇一九〕五号",
		"指南（2024）":                 "指南（2024）",
		"（2024年版）":                 "（2024年版）",
		"【失效】办法（试行）":               "【失效】办法（试行）",
		"[1899]号 (":                "[1899]号 (",
	}
	for in, want := range cases {
		if got := textzh.Brackets(in); got != want {
			t.Errorf("Brackets(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStem(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"山东省碳普惠体系建设方案", "《山东省碳普惠体系建设方案（征求意见稿）》", "山东省生态环境厅关于印发山东省碳普惠体系建设方案的通知"},
		{"关于进一步完善绿色金融体系的若干措施", "关于完善绿色金融体系的措施（试行）", "某委关于进一步完善绿色金融体系的若干措施"},
		{"虚拟电厂管理暂行办法", "关于再次公开征求虚拟电厂管理办法意见的公告"},
	} {
		for _, s := range same[1:] {
			if a, b := textzh.Stem(same[0]), textzh.Stem(s); a != b && !(strings.HasPrefix(b, "再次") && strings.TrimPrefix(b, "再次") == a) {
				t.Errorf("%q keeps %q, %q keeps %q", same[0], a, s, b)
			}
		}
	}
	if a, b := textzh.Stem("节能管理办法"), textzh.Stem("节能监察办法"); a == b {
		t.Error("two texts of one stem")
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"":                    "",
		"新能源":                 "新 能 源",
		"国发〔2024〕1号":          "国 发 2024 1 号",
		"CO₂排放ＡＢ3，Carbon Tax": "co 排 放 ab3 carbon tax",
		" a\nb ":              "a b",
	}
	for in, want := range cases {
		if got := textzh.Search(in); got != want {
			t.Errorf("Search(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSimilarity(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("关于进一步完善新能源汽车充电设施建设的通知，各地要按照要求抓好落实。", 3) +
		"到二〇三〇年，全国充电设施规模达到一定水平，服务半径进一步缩小，用户体验明显改善。"
	edited := strings.Replace(long, "明显改善", "显著改善", 1)
	other := "为规范碳排放权交易及相关活动，加强对温室气体排放的控制，推动实现减排目标，制定本条例。中华人民共和国境内的活动适用。"
	if s := textzh.Similar(long, edited); s < 0.9 || s >= 1 {
		t.Errorf("edited text: %.3f", s)
	}
	if s := textzh.Similar(long, other); s > 0.1 {
		t.Errorf("other text: %.3f", s)
	}
	if s := textzh.Similar("通知 全文", "通知\n全文"); s != 1 {
		t.Errorf("white space counts: %.3f", s)
	}
	if textzh.Similar("", "") != 1 || textzh.Similar("", "甲乙丙") != 0 || textzh.Similar("甲", "甲") != 1 {
		t.Error("short texts")
	}
	near := bits.OnesCount64(textzh.SimHash(long) ^ textzh.SimHash(edited))
	far := bits.OnesCount64(textzh.SimHash(long) ^ textzh.SimHash(other))
	if near > 8 || far < 16 {
		t.Errorf("distance of an edit %d, of another text %d", near, far)
	}
	if got := textzh.SimHash("政府信息公开"); got != wantHash {
		t.Errorf("SimHash changed: %#x; stored values would no longer compare", got)
	}
}

// wantHash pins the stored form.
const wantHash = 0x8640844a85222051

func FuzzText(f *testing.F) {
	f.Add("豫政\u00a0〔２０２３〕27\u200b号", "一百零五")
	f.Add("⼀&#12308;2024]", "1,2.5万亿")
	f.Add("[二〇一九)3", "\xff\xfe")
	f.Fuzz(func(t *testing.T, a, b string) {
		once := textzh.Fold(a)
		if again := textzh.Fold(once); again != once {
			t.Errorf("Fold is not idempotent: %q, %q", once, again)
		}
		textzh.Brackets(once)
		for _, s := range []string{textzh.Squeeze(a), textzh.Spaces(a), textzh.Search(a)} {
			if utf8.ValidString(a) && !utf8.ValidString(s) {
				t.Errorf("not UTF-8: %q", s)
			}
		}
		if n, ok := textzh.HanNumber(b); ok && n < 0 {
			t.Errorf("HanNumber(%q) = %d", b, n)
		}
		textzh.HanYear(b)
		if s := textzh.Similar(a, b); s < 0 || s > 1 || s != textzh.Similar(b, a) {
			t.Errorf("Similar = %v, reversed %v", s, textzh.Similar(b, a))
		}
		textzh.SimHash(a)
	})
}

func BenchmarkSimHash(b *testing.B) {
	text := strings.Repeat(sample, 400)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		textzh.SimHash(text)
	}
}

func BenchmarkFold(b *testing.B) {
	text := strings.Repeat(sample+"\u3000６号", 150)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		textzh.Fold(text)
	}
}
