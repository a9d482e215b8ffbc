package family

import (
	"strings"

	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// noisePrefixes begin short lines that belong to the page and not to the
// article, by their first character.
var noisePrefixes = map[string][]string{
	"上": {"上一篇", "上一条", "上篇："},
	"下": {"下一篇", "下一条", "下篇：", "下载文字版", "下载图片版"},
	"前": {"前一篇"},
	"后": {"后一篇"},
	"扫": {"扫一扫", "扫码"},
	"手": {"手机扫一扫"},
	"用": {"用手机", "用微信"},
	"微": {"微信扫一扫"},
	"分": {"分享到", "分享：", "分享至"},
	"【": {"【打印", "【关闭", "【字体", "【字号", "【责任编辑", "【返回", "【收藏", "【我要纠错", "【大 中 小】", "【大中小】"},
	"[": {"[打印", "[关闭", "[字体", "[责任编辑"},
	"打": {"打印本页", "打印", "打开微信"},
	"关": {"关闭窗口"},
	"字": {"字体：", "字体大小", "字号："},
	"浏": {"浏览次数", "浏览量"},
	"访": {"访问量"},
	"点": {"点击数", "点击播报"},
	"阅": {"阅读次数"},
	"当": {"当前位置"},
	"您": {"您当前", "您的位置", "您所在", "您现在"},
	"责": {"责任编辑"},
	"保": {"保存本页", "保护视力色"},
	"返": {"返回顶部"},
	"加": {"加入收藏"},
	"我": {"我要纠错"},
	"视": {"视力保护色"},
	"语": {"语音播报"},
	"相": {"相关稿件"},
	"大": {"大 中 小"},
	"无": {"无障碍"},
	"背": {"背景色"},
	"默": {"默认 大 特大"},
}

// isNoise reports a short line of page furniture by its words.
func (s *shaper) isNoise(i int) bool {
	ln := &s.lines[i]
	if n := ln.End - ln.Start; n > 180 || n < 6 {
		return false
	}
	t := s.text[ln.Start:ln.End]
	first := 3
	if t[0] < 0x80 {
		first = 1
	}
	for _, p := range noisePrefixes[t[:first]] {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return noiseWords.In(t)
}

// noiseWords stand anywhere in such a line.
var noiseWords = textzh.NewWords("浏览次数", "打印本页", "关闭窗口", "扫一扫在手机", "分享到")

// furniture lists the elements named as such that hold no line of the article.
func (s *shaper) furniture() []*html.Node {
	var out []*html.Node
	for k := range s.elems {
		e := &s.elems[k]
		if e.hint&(hintFoot|hintNav|hintNoise) != 0 && e.lo < e.hi && s.lines[e.lo].flags&hintFoot != 0 {
			out = append(out, e.node)
		}
	}
	return out
}

// squeeze removes all blanks and quote or bracket variants that copies of a title differ in.
func squeeze(t string) string {
	if !strings.ContainsAny(t, " \n\t“”\"‘’'《》〈〉<>（）()，,—-－–") {
		return t
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\n', '\t', '\r', '\u3000', '\u00a0', '“', '”', '"', '‘', '’', '\'', '《', '》', '〈', '〉', '<', '>', '（', '）', '(', ')', '，', ',', '—', '-', '－', '–':
			return -1
		}
		return r
	}, t)
}
