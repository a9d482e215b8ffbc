package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"govwatch/internal/textzh"
)

// CleanTitle removes what sites add to a title: flags of the list, markup left
// as text, line ends, blanks that only stretch a word.
func CleanTitle(s string) string {
	for _, tag := range [...]string{"<br>", "<br/>", "<br />", "&lt;br&gt;", "<BR>", "\\n"} {
		if strings.Contains(s, tag) {
			s = strings.ReplaceAll(s, tag, "\n")
		}
	}
	s = dropTags(strings.ReplaceAll(s, "&nbsp;", " "))
	for _, flag := range [...]string{"[置顶]", "【置顶】", "[热点]", "[图文]", "NEW", "new", "[推荐]", "标题：", "标题:", "名称：", "公文名称："} {
		s = strings.TrimSpace(strings.TrimPrefix(s, flag))
	}
	for _, flag := range [...]string{"[图]", "（图）", "NEW!", "NEW"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, flag))
	}
	if strings.IndexByte(s, '\n') >= 0 {
		s = joinLines(s)
	}
	return tidyBlanks(textzh.Spaces(s))
}

// dropTags removes markup that a site stored as the text of a title. A lone <
// stays, as does 〈〉.
func dropTags(s string) string {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 {
			return s
		}
		i += from
		j := strings.IndexByte(s[i:], '>')
		if j < 0 || i+1 >= len(s) || s[i+1] != '/' && (s[i+1]|0x20 < 'a' || s[i+1]|0x20 > 'z') {
			from = i + 1
			continue
		}
		s = s[:i] + s[i+j+1:]
		from = i
	}
}

// joinLines puts a wrapped title on one line. A line end is a blank only between
// two issuers: 国家发展改革委 | 国家能源局关于….
func joinLines(s string) string {
	parts := strings.Split(s, "\n")
	out := strings.TrimSpace(parts[0])
	for i, p := range parts[1:] {
		p = strings.TrimSpace(p)
		left, _ := utf8.DecodeLastRuneInString(out)
		rest := strings.Join(parts[i+1:], "")
		subject := strings.HasPrefix(p, "关于") || strings.HasPrefix(p, "印发") || strings.HasPrefix(p, "转发")
		issuers := strings.ContainsRune("部委局厅会院办室府行署", left) && (strings.Contains(rest, "关于") || strings.Contains(rest, "印发"))
		if issuers && !subject || left < 0x80 && left > ' ' && p != "" && p[0] < 0x80 {
			out += " "
		}
		out += p
	}
	return out
}

// tidyBlanks drops the blanks that stretch single characters (公 告, 通 知) or
// stand beside digits and brackets; others, as between two issuers, stay.
func tidyBlanks(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	parts := strings.Split(s, " ")
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(parts[0])
	for i := 1; i < len(parts); i++ {
		left, _ := utf8.DecodeLastRuneInString(parts[i-1])
		right, _ := utf8.DecodeRuneInString(parts[i])
		hanL, hanR := unicode.Is(unicode.Han, left), unicode.Is(unicode.Han, right)
		long := utf8.RuneCountInString(parts[i-1]) > 1 && utf8.RuneCountInString(parts[i]) > 1
		subject := strings.HasPrefix(parts[i], "关于") || strings.HasPrefix(parts[i], "印发") || strings.HasPrefix(parts[i], "转发")
		if hanL && hanR && long && !subject || left < 0x80 && right < 0x80 {
			b.WriteByte(' ')
		}
		b.WriteString(parts[i])
	}
	return b.String()
}

// withoutSite cuts the site's name off the text of the title element.
func withoutSite(s, site string) string {
	s = strings.TrimSpace(s)
	if site != "" {
		for _, sep := range [...]string{"-", "_", "|", " ", "－", "—"} {
			if t, ok := strings.CutSuffix(s, sep+site); ok {
				return strings.TrimRight(t, " -_|－—")
			}
			s = strings.TrimPrefix(s, site+sep)
		}
	}
	for _, sep := range [...]string{" - ", "_", "-", "－", "|", "—"} {
		i := strings.LastIndex(s, sep)
		if i < 12 {
			continue
		}
		tail := s[i+len(sep):]
		for _, w := range [...]string{"政府", "网", "厅", "局", "委员会", "部", "门户", "平台", "频道", "专栏", "公开", "文件", "公告", "通知"} {
			if strings.HasSuffix(strings.TrimSpace(tail), w) && utf8.RuneCountInString(tail) < 26 {
				return withoutSite(s[:i], "")
			}
		}
	}
	return s
}
