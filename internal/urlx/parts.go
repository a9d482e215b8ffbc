package urlx

import "strings"

const upperHex = "0123456789ABCDEF"

// encode normalises the percent-encoding of a path, query or fragment: escapes
// of letters, digits and -._~ are undone, the others get upper-case digits,
// characters that may not stand bare and lone percent signs are escaped.
func encode(s string) string {
	i := 0
	for i < len(s) && bare(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			v := unhex(s[i+1])<<4 | unhex(s[i+2])
			if unreserved(v) {
				b.WriteByte(v)
			} else {
				escape(&b, v)
			}
			i += 2
			continue
		}
		if bare(c) {
			b.WriteByte(c)
		} else {
			escape(&b, c)
		}
	}
	return b.String()
}

func escape(b *strings.Builder, c byte) {
	b.WriteByte('%')
	b.WriteByte(upperHex[c>>4])
	b.WriteByte(upperHex[c&15])
}

func bare(c byte) bool {
	return c > ' ' && c < 0x7F && !strings.ContainsRune("%\"<>`{}|^\\#", rune(c))
}

func unreserved(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// dotless resolves . and .. segments; .. above the root is ignored.
func dotless(path string) string {
	if path == "" {
		return "/"
	}
	if !strings.Contains(path, "/.") {
		return path
	}
	in := strings.Split(path, "/")[1:]
	out := make([]string, 0, len(in))
	for i, seg := range in {
		last := i == len(in)-1
		switch seg {
		case ".":
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, seg)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// dropPathSession removes ;jsessionid=… from every path segment.
func dropPathSession(path string) string {
	const mark = ";jsessionid="
	for {
		i := indexFold(path, mark)
		if i < 0 {
			return path
		}
		end := len(path)
		if j := strings.IndexAny(path[i+1:], "/;"); j >= 0 {
			end = i + 1 + j
		}
		path = path[:i] + path[end:]
	}
}

func indexFold(s, lower string) int {
	for i := 0; i+len(lower) <= len(s); i++ {
		if s[i] == lower[0] && strings.EqualFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

func dropVisitParams(query string) string {
	if query == "" {
		return ""
	}
	kept := make([]string, 0, 4)
	for p := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(p, "=")
		if p != "" && !perVisit(strings.ToLower(name)) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "&")
}

// perVisit names the parameters that differ between two visits to one page.
// xxgkhide, uid, jh and vc_xxgkarea are seen on provincial disclosure pages.
func perVisit(name string) bool {
	switch name {
	case "xxgkhide", "uid", "jh", "vc_xxgkarea", "jsessionid", "token", "_t":
		return true
	}
	return strings.HasPrefix(name, "utm_")
}
