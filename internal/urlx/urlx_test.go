package urlx_test

import (
	"errors"
	"strings"
	"testing"

	"govwatch/internal/urlx"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"HTTP://WWW.Example.GOV.cn":                               "http://www.example.gov.cn/",
		"https://a.gov.cn:443/x":                                  "https://a.gov.cn/x",
		"http://a.gov.cn:80":                                      "http://a.gov.cn/",
		"http://a.gov.cn:8080/x":                                  "http://a.gov.cn:8080/x",
		"http://a.gov.cn/../../b/./c/../d.html":                   "http://a.gov.cn/b/d.html",
		"http://a.gov.cn/b/..":                                    "http://a.gov.cn/",
		"http://a.gov.cn/b/.":                                     "http://a.gov.cn/b/",
		"http://a.gov.cn/%7ea/%e4%b8%ad%2f":                       "http://a.gov.cn/~a/%E4%B8%AD%2F",
		"http://a.gov.cn/%2E%2e/x":                                "http://a.gov.cn/x",
		"http://a.gov.cn/中 文.html?名=值":                            "http://a.gov.cn/%E4%B8%AD%20%E6%96%87.html?%E5%90%8D=%E5%80%BC",
		"http://a.gov.cn/50%/x%zz":                                "http://a.gov.cn/50%25/x%25zz",
		"http://a.gov.cn/x#top":                                   "http://a.gov.cn/x",
		"http://a.gov.cn/x#/route/1":                              "http://a.gov.cn/x#/route/1",
		"http://a.gov.cn/x?xxgkhide=1":                            "http://a.gov.cn/x",
		"http://a.gov.cn/x?b=2&uid=9&a=1&JH=3&vc_xxgkarea=4&_t=5": "http://a.gov.cn/x?b=2&a=1",
		"http://a.gov.cn/x;jsessionid=AB12?id=1&utm_source=w":     "http://a.gov.cn/x?id=1",
		"http://a.gov.cn/x;JSESSIONID=AB12/y":                     "http://a.gov.cn/x/y",
		"http://a.gov.cn/x?&&a=1&":                                "http://a.gov.cn/x?a=1",
		"http://a.gov.cn/x?tokens=1&uidx=2":                       "http://a.gov.cn/x?tokens=1&uidx=2",
		"http://user:pass@a.gov.cn/":                              "http://a.gov.cn/",
		"http://中国.政务/x":                                          "http://xn--fiqs8s.xn--zfr164b/x",
		" http:\\\\a.gov.cn\\b\\c.htm ":                           "http://a.gov.cn/b/c.htm",
		"http://a_b.gov.cn./x":                                    "http://a_b.gov.cn/x",
		"http://[2001:DB8::1]:80/":                                "http://[2001:db8::1]/",
		"http://127.0.0.1:8080/a//b":                              "http://127.0.0.1:8080/a//b",
	}
	for in, want := range cases {
		got, err := urlx.Canonical(in)
		if err != nil || got != want {
			t.Errorf("Canonical(%q) = %q, %v\n\twant %q", in, got, err, want)
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]error{
		"":                   urlx.ErrScheme,
		"/a/b":               urlx.ErrScheme,
		"javascript:void(0)": urlx.ErrScheme,
		"ftp://a.gov.cn/x":   urlx.ErrScheme,
		"http:///x":          urlx.ErrHost,
		"http:a":             urlx.ErrHost,
		"http://a b/x":       urlx.ErrHost,
		"http://a:99999999/": urlx.ErrHost,
		"http://a:x/":        urlx.ErrHost,
		"http://[::1/":       urlx.ErrHost,
	} {
		if got, err := urlx.Canonical(in); !errors.Is(err, want) {
			t.Errorf("Canonical(%q) = %q, %v, want %v", in, got, err, want)
		}
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"http://a.gov.cn/x?uid=1":  "https://a.gov.cn/x",
		"https://A.gov.cn/x":       "https://a.gov.cn/x",
		"http://a.gov.cn:8080/x":   "https://a.gov.cn:8080/x",
		"http://a.gov.cn:443/x":    "https://a.gov.cn/x",
		"https://a.gov.cn:8443/#/": "https://a.gov.cn:8443/#/",
	} {
		if got, err := urlx.Identity(in); err != nil || got != want {
			t.Errorf("Identity(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	const base = "https://www.a.gov.cn/zw/tz/index.html?p=1"
	cases := map[string]string{
		"./202403/t20240318_1.html":             "https://www.a.gov.cn/zw/tz/202403/t20240318_1.html",
		"../x.html":                             "https://www.a.gov.cn/zw/x.html",
		"../../../../x.html":                    "https://www.a.gov.cn/x.html",
		"/../y.html":                            "https://www.a.gov.cn/y.html",
		"//b.gov.cn/z":                          "https://b.gov.cn/z",
		"http://b.gov.cn/z":                     "http://b.gov.cn/z",
		"?p=2":                                  "https://www.a.gov.cn/zw/tz/index.html?p=2",
		"":                                      "https://www.a.gov.cn/zw/tz/index.html?p=1",
		"#top":                                  "https://www.a.gov.cn/zw/tz/index.html?p=1",
		" a b.html ":                            "https://www.a.gov.cn/zw/tz/a%20b.html",
		"..\\files\\通知.doc":                     "https://www.a.gov.cn/zw/files/%E9%80%9A%E7%9F%A5.doc",
		"down.jsp?a=1&amp;b=2&copy=3":           "https://www.a.gov.cn/zw/tz/down.jsp?a=1&b=2&copy=3",
		"x&#46;html":                            "https://www.a.gov.cn/zw/tz/x.html",
		"https:page.html":                       "https://www.a.gov.cn/zw/tz/page.html",
		"down.jsp?token=7":                      "https://www.a.gov.cn/zw/tz/down.jsp?token=7",
		"javascript:window.open('/art/1.html')": "https://www.a.gov.cn/art/1.html",
		`window.open("2.html","_blank")`:        "https://www.a.gov.cn/zw/tz/2.html",
		"window.open(&quot;3.html&quot;)":       "https://www.a.gov.cn/zw/tz/3.html",
		"javascript:location.href='./4.html';":  "https://www.a.gov.cn/zw/tz/4.html",
		"/go?to=location.html":                  "https://www.a.gov.cn/go?to=location.html",
		"\n\t/x/\n y.html":                      "https://www.a.gov.cn/x/%20y.html",
		"/module/download/downfile.jsp?classid=0&filename=a.pdf": "https://www.a.gov.cn/module/download/downfile.jsp?classid=0&filename=a.pdf",
	}
	for in, want := range cases {
		if got, err := urlx.Resolve(base, in); err != nil || got != want {
			t.Errorf("Resolve(%q) = %q, %v\n\twant %q", in, got, err, want)
		}
	}
	for _, in := range []string{"javascript:;", "javascript:void(0)", "JavaScript:history.back()", "mailto:a@b.cn", "tel:12345", "data:text/html,x", "about:blank"} {
		if got, err := urlx.Resolve(base, in); !errors.Is(err, urlx.ErrScheme) {
			t.Errorf("Resolve(%q) = %q, %v, want refusal", in, got, err)
		}
	}
	if _, err := urlx.Resolve("no base", "x"); err == nil {
		t.Error("a base that is no address is accepted")
	}
}

func TestHostAndSameSite(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"HTTP://A.gov.cn:80/x": "a.gov.cn", "https://a.gov.cn:8443": "a.gov.cn:8443", "mailto:x": "", "": "",
	} {
		if got := urlx.Host(in); got != want {
			t.Errorf("Host(%q) = %q, want %q", in, got, want)
		}
	}
	cases := []struct {
		a, b string
		want bool
	}{
		{"http://www.zj.gov.cn/x", "https://jxt.zj.gov.cn", true},
		{"http://www.zj.gov.cn/", "http://www.gd.gov.cn/", false},
		{"http://www.gov.cn/", "http://sousuo.www.gov.cn/", true},
		{"http://gov.cn/", "http://www.gov.cn/", true},
		{"http://www.ndrc.gov.cn/", "http://www.gov.cn/", false},
		{"fgw.sh.gov.cn", "http://www.sh.gov.cn:8080/a", true},
		{"http://127.0.0.1:1/", "http://127.0.0.1:2/", true},
		{"http://127.0.0.1/", "http://127.0.0.2/", false},
		{"http://localhost:9/", "localhost", true},
		{"", "", false},
		{"mailto:a", "mailto:a", false},
	}
	for _, c := range cases {
		if got := urlx.SameSite(c.a, c.b); got != c.want {
			t.Errorf("SameSite(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add("http://a.gov.cn/../x?uid=1&b=%zz#/r", "./中\\b.html")
	f.Add("https://中国.cn:443/;jsessionid=1;jsessionid=2/..", "javascript:window.open('//x')")
	f.Add("http://[::1]:80/%2e%2E/.", "&#47;&amp;")
	f.Fuzz(func(t *testing.T, raw, ref string) {
		c, err := urlx.Canonical(raw)
		if err != nil {
			return
		}
		if again, err := urlx.Canonical(c); err != nil || again != c {
			t.Errorf("not stable: %q, then %q, %v", c, again, err)
		}
		id, err := urlx.Identity(c)
		if err != nil || !strings.HasPrefix(id, "https://") {
			t.Errorf("Identity(%q) = %q, %v", c, id, err)
		}
		if again, err := urlx.Identity(id); err != nil || again != id {
			t.Errorf("identity not stable: %q, then %q, %v", id, again, err)
		}
		if r, err := urlx.Resolve(c, ref); err == nil {
			if _, err := urlx.Canonical(r); err != nil {
				t.Errorf("Resolve(%q, %q) = %q, which Canonical refuses: %v", c, ref, r, err)
			}
		}
	})
}

func BenchmarkCanonical(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := urlx.Canonical("http://www.a.gov.cn/zw/../tz/./202403/t20240318_1.html?uid=1&id=2"); err != nil {
			b.Fatal(err)
		}
	}
}
