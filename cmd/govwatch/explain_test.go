package main

import (
	"encoding/json"
	"strings"
	"testing"
)

const savedPage = `<html><head><meta name="ArticleTitle" content="关于开展节能降碳改造的通知"><meta name="PubDate" content="2024-03-12"></head><body>
<h1>关于开展节能降碳改造的通知</h1><div class="content"><p>鲁发改环资〔2024〕31号</p><p>各市发展改革委：</p>
<p>现就开展节能降碳改造有关工作通知如下，请结合实际抓好落实，确保各项任务如期完成，并于年底前报送工作总结。</p>
<p>山东省发展和改革委员会</p><p>2024年3月8日</p></div></body></html>`

func TestExplainFile(t *testing.T) {
	t.Parallel()
	file := write(t, t.TempDir(), "page.html", savedPage)
	text, exit := call(t, "explain", "--url", "http://fgw.shandong.gov.cn/art/2024/3/12/art_1.html", file, "number")
	if exit != 0 || !strings.Contains(text, "鲁发改环资〔2024〕31号") || !strings.Contains(text, "* ") || strings.Contains(text, "title.") {
		t.Errorf("exit %d: %s", exit, text)
	}
	out, exit := call(t, "explain", "--json", file)
	var x explanation
	if err := json.Unmarshal([]byte(out), &x); err != nil || exit != 0 {
		t.Fatalf("exit %d, %v: %s", exit, err, out)
	}
	won := 0
	for _, c := range x.Fields["date_written"] {
		if c.Won {
			won++
			if c.Value != "2024-03-08" || c.Rule == "" || c.Weight <= 0 || c.Span.Text == "" {
				t.Errorf("winner of date_written: %+v", c)
			}
		}
	}
	if won != 1 || x.Replay != nil || x.File != file {
		t.Errorf("%d winners in %+v", won, x)
	}
}

func TestExplainSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	file := write(t, t.TempDir(), "page.html", savedPage)
	for _, c := range []struct {
		args []string
		exit int
		want string
	}{
		{[]string{"explain"}, exitMisuse, "arg"},
		{[]string{"explain", "--data", t.TempDir(), "no-such-document"}, exitMisuse, "no tracker at"},
		{[]string{"explain", "--url", "http://a.cn/", "no-such-file.html"}, exitMisuse, "--url goes with a file"},
		{[]string{"explain", file, "colour"}, 0, "no rule found anything"},
	} {
		got, exit := call(t, c.args...)
		if exit != c.exit || !strings.Contains(got, c.want) {
			t.Errorf("%v: exit %d, %q", c.args, exit, got)
		}
	}
}
