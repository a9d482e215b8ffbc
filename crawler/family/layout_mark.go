package family

import (
	"strings"

	"govwatch/internal/textzh"
)

// footText reports the signs of a page's foot.
func footText(t string) bool {
	if len(t) < 6 {
		return false
	}
	return footWords.In(t) || strings.HasPrefix(t, "技术支持") || strings.HasPrefix(t, "主办单位：") && !strings.Contains(t, "发布") ||
		strings.HasPrefix(t, "主办：") || strings.HasPrefix(t, "免责声明")
}

// footWords stand in no other line than those of a foot.
var footWords = textzh.NewWords("ICP备", "网站标识码", "公网安备", "版权所有", "Copyright", "ICP证", "版权与免责")

// salutation reports the line that names the addressees: 各省、自治区….
func salutation(t string) bool {
	if !strings.HasSuffix(t, "：") && !strings.HasSuffix(t, ":") || len(t) < 9 || len(t) > 1500 {
		return false
	}
	for _, w := range [...]string{"各", "人民政府", "委员会", "部门", "单位", "厅", "局", "公司", "代表", "委员", "机构", "院", "部"} {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}

// dateLine reports a short line that is nothing but a date.
func dateLine(t string) bool {
	if len(t) < 8 || len(t) > 54 {
		return false
	}
	t = strings.Trim(t, " 　（）()")
	digit, unit := false, 0
	for _, r := range t {
		switch {
		case r >= '0' && r <= '9', r >= '０' && r <= '９', strings.ContainsRune("〇○零一二三四五六七八九十廿OＯ◯元", r):
			digit = true
		case r == '年' || r == '月' || r == '日':
			unit++
		case r == ' ' || r == '-' || r == '/' || r == '.' || r == ':' || r == '：':
		default:
			return false
		}
	}
	return digit && (unit >= 2 || strings.Count(t, "-") == 2 || strings.Count(t, ".") == 2 || strings.Count(t, "/") == 2)
}
