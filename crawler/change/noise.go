package change

import (
	"regexp"
	"strings"
)

// relatedHead reports the heading of a list of other documents.
func relatedHead(t string) bool {
	if len(t) > 45 {
		return false
	}
	t = strings.Trim(t, "：:【】[]>»·|　")
	switch {
	case strings.HasPrefix(t, "相关附件"), t == "相关", strings.HasPrefix(t, "相关下载"):
		return false
	case strings.HasPrefix(t, "相关") && len(t) <= 18, strings.HasPrefix(t, "关联") && len(t) <= 18:
		return true
	}
	switch t {
	case "延伸阅读", "推荐阅读", "热门推荐", "热点推荐", "热点文章", "热门文章", "热门信息", "最新发布", "最新文件", "最新信息", "最新文章", "猜你喜欢",
		"猜您喜欢", "更多", "您可能感兴趣", "为您推荐", "政策解读", "解读链接", "文件解读", "点击排行", "阅读排行", "本栏目最新":
		return true
	}
	return len(t) <= 30 && ranking.MatchString(t)
}

// ranking is the heading of a list that the site draws up: 本周热门, 热点排行, 最近更新.
var ranking = regexp.MustCompile(`^(?:本周|本月|今日|一周|本站|本栏目|本类|栏目|点击|阅读|浏览|为你|为您|给您|你可能|您可能|大家|网友)?(?:还|也|都|在|最)*(?:热门|热点|热文|热度|热搜|推荐|排行|最新|最近|相关|关联|更多|喜欢|感兴趣|关注|看)(?:文章|信息|新闻|资讯|内容|动态|文件|阅读|浏览|排行榜?|推荐|更新|发布|关注|政策|专题|的)*$`)
