package authority_test

import (
	"testing"

	"govwatch/notice"
	"govwatch/notice/authority"
)

func TestEnglish(t *testing.T) {
	t.Parallel()
	b, err := authority.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"国家发展改革委":      "National Development and Reform Commission",
		"四川省发展和改革委员会":  "Sichuan Development and Reform Commission",
		"内蒙古自治区能源局":    "Inner Mongolia Energy Bureau",
		"上海市人民政府":      "Shanghai People's Government",
		"泰州市人民政府":      "",
		"晴川省发展和改革委员会":  "",
		"某某有限公司":       "",
		"四川省某不存在的委员会":  "",
		"广西壮族自治区生态环境厅": "Guangxi Department of Ecology and Environment",
	} {
		a, _ := b.Agency(name, notice.Date{}, "")
		if got := b.English(a); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := b.EnglishColumn("通知公告"); got != "notices" {
		t.Errorf("column %q", got)
	}
}
