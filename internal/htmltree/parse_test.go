package htmltree_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"govwatch/internal/htmltree"
	"govwatch/internal/textzh"

	"golang.org/x/net/html"
)

// snippets are the constructs in which trees go wrong.
var snippets = []string{
	"", "x", "<p>one<p>two</p></p>tail", "<!DOCTYPE html><title>a&amp;b</title><p>x", "<!doctype HTML ><p><table><tr><td>x",
	`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><p><table>`,
	`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN"><p><table>`, "<?xml version='1.0'?><html xmlns=a></html><!-- end -->",
	"<b>1<p>2</b>3</p>4", "<a href=1>x<div><a href=2>y</div>z", "<b><i><u><s><p>x</b>y</p>z", "<font><b><div>x</font>y</b></div>z", "<i><b><p><u><em><s><big>1</i>2",
	"<b class=1><b class=1><b class=1><b class=1><p>x", "<p><b b=2 a=1>x<p>y", "<table><tr><td>1<td>2<tr><th>3</table>x",
	"<table>text<tr>more<td>cell</table>", "<table><div>moved</div><tr><td>x</td></tr></table>", "<table><form><tr><td><input type=hidden><input></form>x</table>",
	"<table><caption>c<p>d<tr><td>x</table>", "<table><colgroup><col><col>y<tr><td>", "<table><tr><td><table><tr><td>in</table>out</table>", "<table><b><tr><td>x</b>y</table>z",
	"<table><tbody></td></tr><tr></tbody></thead><tfoot><td>x</table></table>", "<td>x</td><tr>y", "<table><a>1<a>2<tr><td>3", "<table><input type=HIDDEN><table>x",
	"<ul><li>1<li>2<ul><li>3</ul><li>4</ul><li>5", "<dl><dt>1<dd>2<dt>3<div><dd>4", "<h1>a<h2>b</h3>c", "<select><option>1<option>2<optgroup><option>3</select>x", "<select><input><select><div>x",
	"<button>1<button>2</button>3", "<form><form>x</form>y</form>", "<form><div></form>x</div>", "<p><hr>x", "<br></br></p>x</div>", "<pre>\nx</pre><textarea>\n\ny</textarea><listing>\n</listing>",
	"<script>a<!-- <script> </script> --></script>b", "<script>if(a<b)'</scr'+'ipt>'</script>x", "<style><p></style><xmp><b></xmp><noscript><p>x</noscript><iframe><p></iframe>y", "<script>x", "<title>x</title", "<title>x</title a='>",
	"<!-- x --><!--><!---><!-- a--!>b<!-- -- > -->c<!x><!>d</ e></>f", "<!-- open", "<!", "</", "<", "<a", "<a b='c", "x</p", "<div <p>x", "<div a=1 a=2 A=3 / b>x", `<a =b==c 'd"=e f= >x`, "<a b=/>x<br/>y", "<DIV CLASS=A>É</Div>",
	"&amp;&lt;&nbsp;&copy&copy;&notit;&#x41;&#65&#0;&#128;&#xD800;&#;&#x;&semi;&;& &zzz;&nGt;", `<a href="?a=1&copy=2&copy&copyx&amp;&lt=&lt;&notit;&semi;&x;&#38;&#x26;&reg">`, "a\r\nb\rc<p\r\nid='x\r\ny'>\r\n",
	"<html a=1><head b=2><html c=3 a=4><body d=5><body e=6 d=7>", "<head><title>x</title></head><script>y</script> <meta>z", "<body></body>x<p>y</body></html> <!--c--></html><b>z", "<html></html><!doctype html>x", "</html>x", "</body>x", "</head>y", "</br>z",
	"<object><p>x</object><b>y<object>z</b></object>", "<marquee><b>x</marquee>y", "<ruby>a<rt>b<rp>c<rtc>d<rb>e</ruby>", "<svg viewBox='0 0 1 1'><path d=x /><title>t</title></svg>y", "<p><b><svg><p>out</svg>", "<table><svg></svg>", "<svg/>x<svg></svg>", "<svg><!-- </svg> --></svg>x",
	"<math><mi>x</math>", "<template><td>x</template>", "<frameset><frame></frameset>", "<nobr>a<nobr>b", "<image src=x>", "<plaintext><p>x", "a\x00b<p\x00>", "<o:p>x</o:p><ucaptitle>t</UCAPTITLE>y", "<x-y><z>1</x-y>2", strings.Repeat("<div>", 600), strings.Repeat("<b>", 300) + "<p>x",
	"<td><b>x<td>y", "<table><td><b>x<td>y</b></table>z<i>", "<tr><form><td>", "<a><p></a></p>x", "<a><table><a>x</table></a>", "<b><table><td></b>x</table>", "<p><b></p></b><p>x", "<li><p><div><li>", "<center><li></center><li>", "<noframes><p></noframes><embed><param><source>x", "<search><p></search>", "<base><link><bgsound>x",
}

func TestTreesAreTheSame(t *testing.T) {
	t.Parallel()
	for i, s := range snippets {
		same(t, s)
		if len(s) > 500 {
			continue
		}
		// Each is followed by a third of the others, in a cell by another third.
		for j, tail := range snippets {
			switch {
			case len(tail) > 500:
			case (i+j)%3 == 0:
				same(t, s+tail)
			case (i+j)%3 == 1:
				same(t, "<!doctype html><table><tr><td>"+s+"</td>"+tail)
			}
		}
	}
}

// FuzzParse compares with html.Parse on any input.
func FuzzParse(f *testing.F) {
	for _, s := range snippets {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 1<<16 {
			same(t, s)
		}
	})
}

// TestPages compares on real pages, whole and damaged, where GOVWATCH_CORPUS
// names them, and on the project's own.
func TestPages(t *testing.T) {
	t.Parallel()
	patterns := []string{"../../extractor/testdata/pages/*.html", "../../fixtures/pages/*/*.html"}
	if root := os.Getenv("GOVWATCH_CORPUS"); root != "" {
		patterns = append(patterns, filepath.Join(root, "detail", "*.html"), filepath.Join(root, "listing", "*"))
	}
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text, _, _ := textzh.Decode(body, "")
			same(t, text)
			for i := range 16 {
				if i%4 == 0 || !testing.Short() {
					same(t, damage(text, i))
				}
			}
			if t.Failed() {
				t.Fatalf("%s is read otherwise", name)
			}
		}
	}
}

// damage cuts a page or drops every k-th tag of it.
func damage(text string, i int) string {
	if i < 6 {
		return text[:len(text)*(i+1)/7]
	}
	var b strings.Builder
	for k, part := range strings.SplitAfter(text, ">") {
		at := strings.LastIndexByte(part, '<')
		if at >= 0 && (k*7+i)%(i-2) == 0 {
			part = part[:at]
		}
		b.WriteString(part)
	}
	return b.String()
}

// TestArena holds that a tree does not show what was parsed in the same memory before.
func TestArena(t *testing.T) {
	t.Parallel()
	var a htmltree.Arena
	for _, s := range snippets {
		sameIn(t, &a, s)
		sameIn(t, &a, strings.Repeat(s, 50))
		a.Reset()
	}
}

func same(t *testing.T, s string) {
	t.Helper()
	sameIn(t, new(htmltree.Arena), s)
}

func sameIn(t *testing.T, a *htmltree.Arena, s string) {
	t.Helper()
	want, wantErr := html.Parse(strings.NewReader(s))
	got, err := a.Parse(s)
	if (err != nil) != (wantErr != nil) {
		t.Fatalf("%.200q: %v, want %v", s, err, wantErr)
	}
	if err != nil {
		return
	}
	if d := differ(got, want, ""); d != "" {
		t.Errorf("%.300q: %s", s, d)
	}
}

// differ tells the first place where two trees are not the same; the links of
// the nodes are checked on the way.
func differ(got, want *html.Node, path string) string {
	if got.Type != want.Type || got.DataAtom != want.DataAtom || got.Data != want.Data || got.Namespace != want.Namespace || !slices.Equal(got.Attr, want.Attr) {
		return fmt.Sprintf("at %s: %v %.60q %v, want %v %.60q %v", path, got.Type, got.Data, got.Attr, want.Type, want.Data, want.Attr)
	}
	path += "/" + want.Data[:min(len(want.Data), 12)]
	g, w := got.FirstChild, want.FirstChild
	var prev *html.Node
	for ; g != nil && w != nil; prev, g, w = g, g.NextSibling, w.NextSibling {
		if g.Parent != got || g.PrevSibling != prev {
			return "at " + path + ": broken links"
		}
		if d := differ(g, w, path); d != "" {
			return d
		}
	}
	if g != nil || w != nil || got.LastChild != prev {
		return fmt.Sprintf("at %s: %v more children, want %v more", path, g != nil, w != nil)
	}
	return ""
}
