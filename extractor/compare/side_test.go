package compare

import (
	"strings"
	"testing"

	"govwatch/notice"
)

// told gives back one side of the rows.
func told(rows []Row, without State) string {
	var lines []string
	for _, r := range rows {
		if r.State == without {
			continue
		}
		line := ""
		for _, p := range r.Parts {
			if p.State != without {
				line += p.Text
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func lines(body string) string {
	var out []string
	for _, p := range paragraphs(body) {
		out = append(out, p.text)
	}
	return strings.Join(out, "\n")
}

func TestSideLosesNothing(t *testing.T) {
	t.Parallel()
	before := "第一条 为规范节能审查工作，制定本办法。\n第二条 年综合能耗1000吨标准煤以上的项目应当审查。\n第三条 附则另行规定。\n第四条 本办法自印发之日起施行。"
	for name, after := range map[string]string{
		"same":      before,
		"figure":    strings.Replace(before, "1000吨", "5000吨", 1),
		"first":     "前言说明若干事项\n" + before,
		"last":      before + "\n第五条 有效期五年。",
		"removed":   strings.Replace(before, "第三条 附则另行规定。\n", "", 1),
		"repeated":  before + "\n" + before,
		"rewritten": "全部改写为另一篇文章。\n与前文毫无关系的第二段。",
		"empty":     "",
	} {
		for _, pair := range [][2]string{{before, after}, {after, before}} {
			rows := Side(pair[0], pair[1])
			if got := told(rows, Come); got != lines(pair[0]) {
				t.Errorf("%s: before is\n%s\nwant\n%s", name, got, lines(pair[0]))
			}
			if got := told(rows, Gone); got != lines(pair[1]) {
				t.Errorf("%s: after is\n%s\nwant\n%s", name, got, lines(pair[1]))
			}
		}
	}
	rows := Side(before, strings.Replace(before, "1000吨", "5000吨", 1))
	if len(rows) != 4 || rows[1].State != Edited || rows[1].Parts[1] != (Part{Gone, "1000"}) || rows[1].Parts[2] != (Part{Come, "5000"}) {
		t.Errorf("rows %+v", rows)
	}
}

func FuzzSide(f *testing.F) {
	f.Add("甲\n乙乙乙\n丙", "甲\n乙\n\n丁")
	f.Add("1.5 x\n", "15 x")
	f.Fuzz(func(t *testing.T, before, after string) {
		rows := Side(before, after)
		joined := func(s string) string { return keyOf(strings.ReplaceAll(s, "\n", "")) }
		if told(rows, Come) == "" && lines(before) != "" || joined(told(rows, Gone)) != joined(lines(after)) {
			t.Fatalf("%q and %q give %+v", before, after, rows)
		}
	})
}

func TestFilesAndFiguresSideBySide(t *testing.T) {
	t.Parallel()
	files := Annexes(
		[]notice.AttachmentRef{{Name: "甲.pdf", URL: "http://a/1.pdf", Blob: "x"}, {Name: "乙.pdf", URL: "http://a/2.pdf", Blob: "y"}, {Name: "丙.pdf", URL: "http://a/3.pdf"}},
		[]notice.AttachmentRef{{Name: "丁.pdf", URL: "http://a/4.pdf"}, {Name: "甲.pdf", URL: "https://a/1.pdf", Blob: "z"}, {Name: "乙.pdf", URL: "http://a/2.pdf", Blob: "y"}})
	got := ""
	for _, f := range files {
		switch {
		case f.Before == nil:
			got += string(f.State) + " " + f.After.Name + "; "
		default:
			got += string(f.State) + " " + f.Before.Name + "; "
		}
	}
	if got != "come 丁.pdf; edited 甲.pdf; same 乙.pdf; gone 丙.pdf; " {
		t.Errorf("files: %s", got)
	}
	target := func(what string, value float64, year int) notice.QuantTarget {
		return notice.QuantTarget{Text: "到年底" + what + "达到目标", Indicator: what, Value: value, Unit: "%", BaseUnit: "%", Year: year}
	}
	states := map[string]State{}
	for _, f := range Targets(
		[]notice.QuantTarget{target("森林覆盖率", 24, 2025), target("非化石能源消费比重", 20, 2025), target("回收率", 5, 2025)},
		[]notice.QuantTarget{target("非化石能源消费比重", 25, 2025), target("森林覆盖率", 24, 2025), target("绿色建筑面积占比", 70, 2030)}) {
		name := ""
		if f.After != nil {
			name = f.After.Indicator
		} else {
			name = f.Before.Indicator
		}
		states[name] = f.State
	}
	for name, want := range map[string]State{"森林覆盖率": Same, "非化石能源消费比重": Edited, "回收率": Gone, "绿色建筑面积占比": Come} {
		if states[name] != want {
			t.Errorf("%s: %s, want %s", name, states[name], want)
		}
	}
}
