package change

import "strings"

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
	return false
}
