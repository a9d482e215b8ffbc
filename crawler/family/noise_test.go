package family_test

import (
	"testing"

	"govwatch/crawler/family"
)

func TestNoise(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"浏览次数：123", "【点击量：9】", "本文已被浏览1234次", "今天是2026年3月2日星期一", "打印时间：2026-03-0210:11:12", "您是本站第12345位访客",
		"当前在线人数：12人", "晴12℃~20℃东北风3级", "上一篇：关于某事的通知", "下一篇", "热度12点赞3评论4",
	} {
		if !family.Noise(s) {
			t.Errorf("%s is taken for text", s)
		}
	}
	for _, s := range []string{
		"到2025年，网站年访问量达到1000万人次，在线办理率达到90%。", "二、下一篇幅的工作安排", "下载任务书须于3月1日前完成", "2026年3月2日",
		"室内温度不得低于18℃。", "浏览器应为2020年后版本，并安装阅读插件", "第3批项目名单", "",
	} {
		if family.Noise(s) {
			t.Errorf("%s is taken for noise", s)
		}
	}
	if got := family.Uncounted("来源：本网浏览次数：12"); got != "来源：本网" {
		t.Errorf("%q", got)
	}
}

func FuzzNoise(f *testing.F) {
	f.Add("浏览次数：123")
	f.Add("第1位访客")
	f.Fuzz(func(t *testing.T, s string) {
		if family.Noise(s) && len(s) > 240 {
			t.Errorf("%q: a line as long as this says something", s)
		}
		if got := family.Uncounted(s); len(got) > len(s) {
			t.Errorf("%q grew to %q", s, got)
		}
	})
}
