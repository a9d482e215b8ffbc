package field

import "testing"

func TestParseDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2024年3月12日":          "2024-03-12",
		"2024 年 03 月 12 日":    "2024-03-12",
		"二〇二四年三月十二日":          "2024-03-12",
		"二○○四年十二月三十一日":        "2004-12-31",
		"二ＯＯ八年十月二十日":          "2008-10-20",
		"二OO九年一月一日":           "2009-01-01",
		"一九九六年六月二十九日":         "1996-06-29",
		"二〇二〇年十一月廿三日":         "2020-11-23",
		"２０２０年６月５日":           "2020-06-05",
		"2024-03-12 10:21:00": "2024-03-12",
		"2024/3/2":            "2024-03-02",
		"发布时间：2024.03.12":     "2024-03-12",
		"20240312":            "2024-03-12",
		"2024年2月30日":          "",
		"1900年1月1日":           "",
		"2024年3月":             "",
		"〔2024〕12号":           "",
		"电话2024-12":           "",
		"2009年第二十四届":          "",
	} {
		d, ok := ParseDate(in)
		if d.String() != want || ok != (want != "") {
			t.Errorf("ParseDate(%q) = %q %v, want %q", in, d, ok, want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2024年3月12日", "二〇二四年三月十二日", "2024.03.12", "二十", "廿三年"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := ParseDate(s); ok && !d.Valid() {
			t.Fatalf("%q gives %v", s, d)
		}
	})
}
