package urlx

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

// opened finds the address in the scripts that old pages use as links. Its
// groups are the three ways to quote.
var opened = regexp.MustCompile(`(?i)(?:window\.open\s*\(|location\.(?:replace|assign)\s*\(|location(?:\.href)?\s*=)\s*(?:'([^']+)'|"([^"]+)"|&quot;(.+?)&quot;)`)

// Resolve makes ref, as a page at base writes it, absolute and clean enough to
// fetch. It accepts HTML entities, blanks, backslashes, //host, a lone ?query,
// and window.open('…') or location.href='…' with or without javascript: before
// it. Every parameter stays, for a site may ask for it; take Canonical or
// Identity of the result to compare addresses. Other schemes give ErrScheme.
func Resolve(base, ref string) (string, error) {
	b, err := split(base)
	if err != nil {
		return "", fmt.Errorf("read base address %q: %w", shorten(base), err)
	}
	p, err := b.resolve(tidy(entities(unwrap(ref))))
	if err != nil {
		return "", fmt.Errorf("resolve link %q on %s: %w", shorten(ref), shorten(base), err)
	}
	return p.String(), nil
}

func (p parts) resolve(ref string) (parts, error) {
	if scheme, rest, ok := cutScheme(ref); ok {
		// http:page.html is relative for browsers when the schemes agree.
		if scheme != p.scheme || strings.HasPrefix(rest, "//") {
			return split(ref)
		}
		ref = rest
	}
	if strings.HasPrefix(ref, "//") {
		return split(p.scheme + ":" + ref)
	}
	dir := p.path[:strings.LastIndexByte(p.path, '/')+1]
	root := p.scheme + "://" + p.host
	switch {
	case ref == "" || ref[0] == '#':
		q := ""
		if p.hasQuery {
			q = "?" + p.query
		}
		return split(root + p.path + q + ref)
	case ref[0] == '?':
		return split(root + p.path + ref)
	case ref[0] == '/':
		return split(root + ref)
	}
	return split(root + dir + ref)
}

func unwrap(ref string) string {
	if !strings.ContainsAny(ref, "(=") {
		return ref
	}
	lower := strings.ToLower(ref)
	if !strings.Contains(lower, "window.open") && !strings.Contains(lower, "location") {
		return ref
	}
	trimmed := strings.TrimSpace(lower)
	script := strings.HasPrefix(trimmed, "javascript:") || strings.HasPrefix(trimmed, "window.") ||
		strings.HasPrefix(trimmed, "location") || strings.HasPrefix(trimmed, "return ") ||
		strings.HasPrefix(trimmed, "top.") || strings.HasPrefix(trimmed, "self.") || strings.HasPrefix(trimmed, "parent.")
	m := opened.FindStringSubmatch(ref)
	if !script || m == nil {
		return ref
	}
	return m[1] + m[2] + m[3]
}

// entities undoes character references that end in a semicolon. Those without
// one are left alone: in an address &copy=1 is a parameter, not ©.
func entities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		const longest = 12
		end := strings.IndexByte(s[:min(len(s), longest)], ';')
		if end < 2 {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteString(html.UnescapeString(s[:end+1]))
		s = s[end+1:]
	}
}
