package textzh

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// decodeGB18030 reads GB2312, GBK and GB18030 alike. The decoder of x/text knows
// GB18030-2000 and leaves the characters that the editions of 2005 and 2022
// moved out of the private use area unread; those are put in by gap.
func decodeGB18030(b []byte) (text string, replaced int) {
	out := make([]byte, 0, len(b)+len(b)/2+16)
	start := 0
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		n := unitSize(b[i:])
		if n == 2 && (b[i] == 0xA6 || b[i] == 0xA8 || b[i] == 0xFE) {
			if r := gap(b[i], b[i+1]); r != 0 {
				out = appendRun(out, b[start:i])
				out = utf8.AppendRune(out, r)
				start = i + n
			}
		}
		i += n
	}
	out = appendRun(out, b[start:])
	return string(out), bytes.Count(out, []byte("\ufffd"))
}

func appendRun(out, b []byte) []byte {
	d := simplifiedchinese.GB18030.NewDecoder()
	for len(b) > 0 {
		written, read, err := d.Transform(out[len(out):cap(out)], b, true)
		out, b = out[:len(out)+written], b[read:]
		switch {
		case errors.Is(err, transform.ErrShortDst):
			out = slices.Grow(out, len(b)+len(b)/2+16)
		case err != nil: // the decoder replaces what it cannot read and has no other error
			return append(out, "\ufffd"...)
		}
	}
	return out
}

// unitSize is the length of the GB18030 character at the start of b.
func unitSize(b []byte) int {
	if b[0] < 0x81 || b[0] == 0xFF || len(b) < 2 {
		return 1
	}
	switch c := b[1]; {
	case c >= 0x30 && c <= 0x39:
		return min(4, len(b))
	case c >= 0x40 && c != 0x7F && c != 0xFF:
		return 2
	}
	return 1
}

// gap is the table of two-byte codes that GB18030-2022 maps to other characters
// than the tables of x/text do; 0 means no entry.
func gap(hi, lo byte) rune {
	switch hi {
	case 0xA6:
		return verticalForm(lo)
	case 0xA8:
		if lo == 0xBC {
			return 'ḿ'
		}
	case 0xFE:
		return rareHan(lo)
	}
	return 0
}

func verticalForm(lo byte) rune {
	switch lo {
	case 0xD9:
		return 0xFE10
	case 0xDA:
		return 0xFE12
	case 0xDB:
		return 0xFE11
	case 0xDC, 0xDD, 0xDE, 0xDF:
		return 0xFE13 + rune(lo-0xDC)
	case 0xEC, 0xED:
		return 0xFE17 + rune(lo-0xEC)
	case 0xF3:
		return 0xFE19
	}
	return 0
}

func rareHan(lo byte) rune {
	switch lo {
	case 0x51:
		return 0x20087
	case 0x52:
		return 0x20089
	case 0x53:
		return 0x200CC
	case 0x59:
		return 0x9FB4
	case 0x61:
		return 0x9FB5
	case 0x66, 0x67:
		return 0x9FB6 + rune(lo-0x66)
	case 0x6C:
		return 0x215D7
	case 0x6D:
		return 0x9FB8
	case 0x76:
		return 0x2298F
	case 0x7E:
		return 0x9FB9
	case 0x90:
		return 0x9FBA
	case 0x91:
		return 0x241FE
	case 0xA0:
		return 0x9FBB
	}
	return 0
}
