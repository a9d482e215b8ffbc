package textzh

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Names that Decode gives as charset.
const (
	UTF8     = "utf-8"
	UTF16LE  = "utf-16le"
	UTF16BE  = "utf-16be"
	GB18030  = "gb18030"
	Big5     = "big5"
	ShiftJIS = "shift_jis"
	EUCJP    = "euc-jp"
	EUCKR    = "euc-kr"
)

// runesPerBadByte: a page with more multi-byte runes than this for each byte
// that is not UTF-8 is UTF-8 with damage, whatever it declares.
const runesPerBadByte = 20

// Decode turns body into UTF-8 by evidence, for declarations on government
// sites are often wrong: a byte order mark first, then the NUL pattern of UTF-16
// (found on pages that declare gb2312), then valid UTF-8, then a declared Big5,
// Shift_JIS or EUC, else GB18030, which contains GBK and GB2312. contentType is
// the HTTP header, may be empty, and is asked before the page's own meta.
// replaced counts the places that could not be read and became U+FFFD; the mark
// itself is not part of text.
func Decode(body []byte, contentType string) (text, charset string, replaced int) {
	if name, n := byteOrderMark(body); n > 0 {
		return decodeAs(body[n:], name)
	}
	if name := nulPattern(body); name != "" {
		return decodeAs(body, name)
	}
	if hasWideRune(body) && utf8.Valid(body) {
		return string(body), UTF8, 0
	}
	runes, bad, wide := countUTF8(body)
	if bad == 0 && runes == 0 {
		return decodeAs(body, UTF8)
	}
	declared := declaredCharset(body, contentType)
	// A handful of GB2312 characters can pass for two-byte UTF-8 (Latin, Greek);
	// real Chinese in UTF-8 has three-byte runes.
	accident := wide == 0 && runes <= runesPerBadByte && declared != "" && declared != UTF8
	if !accident && (bad == 0 || bad*runesPerBadByte < runes) {
		return decodeAs(body, UTF8)
	}
	if declared == "" || declared == UTF8 || declared == GB18030 {
		return decodeAs(body, GB18030)
	}
	text, charset, replaced = decodeAs(body, declared)
	if replaced > 0 {
		if t, c, r := decodeAs(body, GB18030); r < replaced {
			return t, c, r
		}
	}
	return text, charset, replaced
}

func byteOrderMark(b []byte) (charset string, size int) {
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return UTF8, 3
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return UTF16LE, 2
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return UTF16BE, 2
	case bytes.HasPrefix(b, []byte{0x84, 0x31, 0x95, 0x33}):
		return GB18030, 4
	}
	return "", 0
}

// nulPattern recognises UTF-16 without a mark: its ASCII markup has a NUL in
// every second byte. Han characters such as 一 (4E00) put a few NULs on the
// other side, so a clear majority is asked for, not purity.
func nulPattern(b []byte) string {
	const window = 8 << 10
	if len(b) > window {
		b = b[:window]
	}
	if bytes.IndexByte(b, 0) < 0 {
		return ""
	}
	var even, odd int
	for i, c := range b {
		if c != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	pairs := len(b) / 2
	switch {
	case odd*20 >= pairs && odd > 4*even:
		return UTF16LE
	case even*20 >= pairs && even > 4*odd:
		return UTF16BE
	}
	return ""
}

// hasWideRune tells whether the first byte outside of ASCII that can begin a
// rune of three bytes does so.
func hasWideRune(b []byte) bool {
	for i, c := range b {
		if c >= 0xE0 {
			_, n := utf8.DecodeRune(b[i:])
			return n > 2
		}
	}
	return false
}

// countUTF8 returns the multi-byte runes of b, those of three bytes and more,
// and the bytes outside of any rune. A rune cut off at the end is not bad. It
// stops early where the answer is clear.
func countUTF8(b []byte) (runes, bad, wide int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, n := utf8.DecodeRune(b[i:])
		switch {
		case n > 1:
			runes++
			if n > 2 {
				wide++
			}
		case len(b)-i < utf8.UTFMax && !utf8.FullRune(b[i:]):
			return runes, bad, wide
		default:
			bad++
			const clear = 200 // bad bytes, and hardly a rune among them
			if bad > clear && bad > 2*runes {
				return runes, bad, wide
			}
		}
		i += n
	}
	return runes, bad, wide
}

func decodeAs(b []byte, charset string) (text, name string, replaced int) {
	switch charset {
	case UTF8:
		return decodeUTF8(b)
	case GB18030:
		text, replaced = decodeGB18030(b)
		return text, GB18030, replaced
	}
	out, err := encodingOf(charset).NewDecoder().Bytes(b)
	if err != nil { // these decoders replace what they cannot read
		text, replaced = decodeGB18030(b)
		return text, GB18030, replaced
	}
	text = string(out)
	return text, charset, strings.Count(text, string(utf8.RuneError))
}

func decodeUTF8(b []byte) (text, name string, replaced int) {
	text = string(b)
	if utf8.ValidString(text) {
		return text, UTF8, 0
	}
	var sb strings.Builder
	sb.Grow(len(text) + 16)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			replaced++
			sb.WriteRune(utf8.RuneError)
		} else {
			sb.WriteString(text[i : i+n])
		}
		i += n
	}
	return sb.String(), UTF8, replaced
}

func encodingOf(charset string) encoding.Encoding {
	switch charset {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case Big5:
		return traditionalchinese.Big5
	case ShiftJIS:
		return japanese.ShiftJIS
	case EUCJP:
		return japanese.EUCJP
	}
	return korean.EUCKR
}
