package textzh

import (
	"bytes"
	"strings"
)

// declaredWindow covers pages whose meta stands behind long scripts; the
// 1,024 bytes of the HTML standard miss them.
const declaredWindow = 8 << 10

// declaredCharset returns one of our charset names, or "" when nothing or
// nothing usable is declared. Declarations of UTF-16 and of Latin charsets are
// worthless here: the bytes have shown already that they are neither.
func declaredCharset(body []byte, contentType string) string {
	if c := charsetName(after(contentType)); c != "" {
		return c
	}
	if len(body) > declaredWindow {
		body = body[:declaredWindow]
	}
	low := asciiLower(body)
	for {
		i := bytes.Index(low, []byte("<meta"))
		if i < 0 {
			break
		}
		low = low[i+len("<meta"):]
		end := bytes.IndexByte(low, '>')
		if end < 0 {
			end = len(low)
		}
		if c := charsetName(after(string(low[:end]))); c != "" {
			return c
		}
	}
	return charsetName(xmlEncoding(body))
}

// asciiLower leaves the bytes of other scripts alone, as they are no UTF-8.
func asciiLower(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		out[i] = c
	}
	return out
}

// after returns the text that follows "charset=" in a header or a meta tag.
func after(s string) string {
	_, s, ok := strings.Cut(strings.ToLower(s), "charset")
	if !ok {
		return ""
	}
	s = strings.TrimLeft(s, " \t\r\n")
	s, ok = strings.CutPrefix(s, "=")
	if !ok {
		return ""
	}
	return token(s)
}

func xmlEncoding(body []byte) string {
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("<?xml")) {
		return ""
	}
	head, _, _ := bytes.Cut(body, []byte("?>"))
	_, v, ok := strings.Cut(strings.ToLower(string(head)), "encoding=")
	if !ok {
		return ""
	}
	return token(v)
}

func token(s string) string {
	s = strings.TrimLeft(s, " \t\r\n\"'")
	if i := strings.IndexAny(s, " \t\r\n\"';,/>"); i >= 0 {
		s = s[:i]
	}
	return s
}

func charsetName(s string) string {
	switch s {
	case "utf-8", "utf8", "unicode-1-1-utf-8":
		return UTF8
	case "gb2312", "gbk", "gb18030", "gb_2312-80", "gb_2312", "x-gbk", "cp936", "ms936", "windows-936", "chinese", "euc-cn", "hz-gb-2312":
		return GB18030
	case "big5", "big5-hkscs", "big-5", "cn-big5", "x-x-big5", "cp950":
		return Big5
	case "shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j":
		return ShiftJIS
	case "euc-jp", "x-euc-jp":
		return EUCJP
	case "euc-kr", "ks_c_5601-1987", "korean", "cp949":
		return EUCKR
	}
	return ""
}
