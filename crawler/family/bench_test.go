package family

import (
	"strings"
	"testing"
)

// BenchmarkAuto reads a page of a hundred rows with its navigation.
func BenchmarkAuto(b *testing.B) {
	body := []byte(shell("<ul>" + strings.Repeat(rows(`<li><a href="$U" title="$T">$T</a><span>$D</span></li>`), 34) + "</ul>"))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		l, err := auto{}.List(NewPage("https://www.example.gov.cn/zwgk/zcwj/index.html", "", body))
		if err != nil || len(l.Items) != 3 {
			b.Fatal(err, len(l.Items))
		}
	}
}

// TestManyLinks reads a list of ten thousand links whole.
func TestManyLinks(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 10000 {
		b.WriteString(strings.NewReplacer("1001", "1"+string(rune('0'+i/1000))+string(rune('0'+i/100%10))+string(rune('0'+i/10%10))+string(rune('0'+i%10))).Replace(
			`<li><a href="./202403/t20240312_1001.html">关于印发第1001号实施方案的通知</a><span>2024-03-12</span></li>`))
	}
	l, err := auto{}.List(NewPage("https://www.example.gov.cn/a/", "", []byte("<ul>"+b.String()+"</ul>")))
	if err != nil || len(l.Items) != 10000 {
		t.Errorf("%d items, %v", len(l.Items), err)
	}
}
