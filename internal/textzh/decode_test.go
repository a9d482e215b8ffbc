package textzh_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"govwatch/internal/textzh"
)

const sample = "各省、自治区、直辖市人民政府：现将《新能源汽车推广办法》印发给你们，请认真执行。"

func encode(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatalf("encode test text: %v", err)
	}
	return b
}

func TestDecode(t *testing.T) {
	t.Parallel()
	le := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	be := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	gb := simplifiedchinese.GB18030
	page := func(meta string) string {
		return `<html><head><meta charset="` + meta + `"><title>` + sample + "</title></head></html>"
	}
	late := "<html><head><script>" + strings.Repeat("var a=1;", 300) + `</script><meta http-equiv="Content-Type" content="text/html; charset=Big5">` + sampleHant
	cases := map[string]struct {
		body        []byte
		contentType string
		want        string
		charset     string
	}{
		"empty":                      {nil, "", "", textzh.UTF8},
		"ascii":                      {[]byte("plain"), "text/html; charset=gbk", "plain", textzh.UTF8},
		"utf-8":                      {[]byte(page("utf-8")), "", page("utf-8"), textzh.UTF8},
		"utf-8 with mark":            {[]byte("\ufeff" + sample), "text/html; charset=gbk", sample, textzh.UTF8},
		"utf-8 under a false header": {[]byte(page("gb2312")), "text/html; charset=GBK", page("gb2312"), textzh.UTF8},
		"utf-8 cut in a rune":        {[]byte(sample)[:len(sample)-1], "", sample[:len(sample)-3] + "\ufffd\ufffd", textzh.UTF8},
		"gbk, honest":                {encode(t, gb, page("gbk")), "", page("gbk"), textzh.GB18030},
		"gbk, meta says utf-8":       {encode(t, gb, page("utf-8")), "", page("utf-8"), textzh.GB18030},
		"gbk, header says latin":     {encode(t, gb, page("gbk")), "text/html;charset=ISO-8859-1", page("gbk"), textzh.GB18030},
		"gbk, nothing declared":      {encode(t, gb, sample), "", sample, textzh.GB18030},
		"gbk, called Big5":           {encode(t, gb, strings.Repeat(sample, 20)), "text/html; charset=big5", strings.Repeat(sample, 20), textzh.GB18030},
		"gb18030, four bytes":        {encode(t, gb, "䶮𠮷㐂"+sample), "", "䶮𠮷㐂" + sample, textzh.GB18030},
		"gb18030, gaps":              {[]byte("\xA8\xBC\xA6\xD9\xA6\xF3\xFE\x51\xFE\x59\xFE\xA0\xD6\xD0"), "", "ḿ︐︙\U00020087\u9fb4\u9fbb中", textzh.GB18030},
		"two-byte accident":          {[]byte("\xC2\xBD\xC2\xB7"), "text/html; charset=gb2312", "陆路", textzh.GB18030},
		"big5":                       {encode(t, traditionalchinese.Big5, late), "", late, textzh.Big5},
		"shift_jis":                  {encode(t, japanese.ShiftJIS, "日本語のページ"), "text/html; charset=Shift_JIS", "日本語のページ", textzh.ShiftJIS},
		"euc-jp":                     {encode(t, japanese.EUCJP, "日本語のページ"), "text/html; charset=EUC-JP", "日本語のページ", textzh.EUCJP},
		"utf-16le with mark":         {append([]byte("\xFF\xFE"), encode(t, le, sample)...), "", sample, textzh.UTF16LE},
		"utf-16be with mark":         {append([]byte("\xFE\xFF"), encode(t, be, sample)...), "", sample, textzh.UTF16BE},
		"utf-16le, meta says gb2312": {encode(t, le, page("gb2312")), "text/html", page("gb2312"), textzh.UTF16LE},
		"utf-16be, meta says gb2312": {encode(t, be, page("gb2312")), "text/html", page("gb2312"), textzh.UTF16BE},
		"xml declaration":            {encode(t, traditionalchinese.Big5, `<?xml version="1.0" encoding="Big5"?>`+sampleHant), "", `<?xml version="1.0" encoding="Big5"?>` + sampleHant, textzh.Big5},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, charset, replaced := textzh.Decode(c.body, c.contentType)
			if got != c.want || charset != c.charset {
				t.Errorf("got %q (%s), want %q (%s)", got, charset, c.want, c.charset)
			}
			if n := strings.Count(c.want, "\ufffd"); replaced != n {
				t.Errorf("replaced %d, want %d", replaced, n)
			}
		})
	}
}

const sampleHant = "各縣市政府：為推動電動車輛發展，訂定本辦法，請查照辦理。"

func TestDecodeDamagedUTF8(t *testing.T) {
	t.Parallel()
	body := []byte(sample + "\xD6" + sample)
	got, charset, replaced := textzh.Decode(body, "text/html; charset=gbk")
	if charset != textzh.UTF8 || replaced != 1 || got != sample+"\ufffd"+sample {
		t.Errorf("got %q (%s, %d replaced)", got, charset, replaced)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(sample), "text/html; charset=gbk")
	f.Add([]byte("\xFF\xFE\x00"), "")
	f.Add([]byte("a\xE4\xB8"), "")
	f.Add([]byte("\xA6\xD9\xFE\x51\x81\x30\x81"), "")
	f.Add([]byte("<meta charset=big5>\xA4\xA4"), "")
	f.Add([]byte(`<?xml version="1.0" encoding='euc-kr'?>`+"\xB0\xA1"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		text, charset, replaced := textzh.Decode(body, contentType)
		if !utf8.ValidString(text) {
			t.Errorf("%s text is not UTF-8", charset)
		}
		if charset == "" || replaced < 0 || replaced > len(body) {
			t.Errorf("charset %q, replaced %d of %d bytes", charset, replaced, len(body))
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat(sample, 150)
	for name, body := range map[string][]byte{
		"utf8": []byte(text), "gb18030": encode(b, simplifiedchinese.GB18030, text),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				textzh.Decode(body, "")
			}
		})
	}
}
