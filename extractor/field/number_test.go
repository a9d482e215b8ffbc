package field

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"国发〔2021〕23号":          "国发〔2021〕23号",
		"豫政 〔2023〕 27 号":       "豫政〔2023〕27号",
		"黑政调〔２０２０〕６号":          "黑政调〔2020〕6号",
		"鹤建综[2023]61号":         "鹤建综〔2023〕61号",
		"某政发(2024)6号":          "某政发〔2024〕6号",
		"国办函﹝2024﹞020号":        "国办函〔2024〕20号",
		"某政办〔二〇一九〕三号":          "某政办〔2019〕3号",
		"〔2024〕N号":             "",
		"国能发科技规〔2024]26号":      "国能发科技规〔2024〕26号",
		"发文字号：某财建〔2024〕第57号":   "某财建〔2024〕57号",
		"（某政函〔2024〕5号）":        "某政函〔2024〕5号",
		"省人民政府云政函〔1988〕181号":   "云政函〔1988〕181号",
		"鲁发改能源2024年12号":        "鲁发改能源〔2024〕12号",
		"穗残联规字2019〕2 号":        "穗残联规字〔2019〕2号",
		"国家发展和改革委员会令 第15号":     "国家发展和改革委员会令第15号",
		"中华人民共和国国务院令第775号":     "中华人民共和国国务院令第775号",
		"国令第706号":              "国令第706号",
		"第320号令":               "第320号令",
		"省政府令第七十号":             "省政府令第70号",
		"和国交通运输部令2018年第2号":     "和国交通运输部令2018年第2号",
		"国家能源局公告2024年第1号":      "国家能源局公告2024年第1号",
		"中国人民银行公告〔2024〕第3号":    "中国人民银行公告〔2024〕第3号",
		"2024年第1号":             "2024年第1号",
		"某政发〔2024〕6号\u200b":    "某政发〔2024〕6号",
		"某财规（2019）5":           "某财规〔2019〕5号",
		"000014349/2017-00110": "",
		"014416330/2022-26254": "",
		"2026-02-00018":        "",
		"GB/T 2260—2007":       "",
		"GB17733-2008":         "",
		"无":                    "",
		"":                     "",
		"关于印发2024年工作要点的通知":     "",
		"0571-87052345":        "",
		"中国银行保险监督管理委员会":        "",
		"某市非机动车管理办法（某府令9号）":    "",
		"建设项目环境影响评价分类管理名录（2021年版）": "",
	} {
		n, ok := ParseNumber(in)
		if n.Normal != want || ok != (want != "") {
			t.Errorf("ParseNumber(%q) = %q %v, want %q", in, n.Normal, ok, want)
		}
		if ok {
			if again, _ := ParseNumber(n.Normal); again.Normal != n.Normal {
				t.Errorf("normal form of %q is not stable: %q", in, again.Normal)
			}
		}
	}
}

// TestNumbersInBulk reads every number of the corpus tables.
func TestNumbersInBulk(t *testing.T) {
	t.Parallel()
	corpus := os.Getenv("GOVWATCH_CORPUS")
	if corpus == "" {
		t.Skip("GOVWATCH_CORPUS is not set: the tables of real numbers are not read")
	}
	files, err := filepath.Glob(filepath.Join(corpus, "tables", "docnumbers_*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables of numbers in %s: %v", corpus, err)
	}
	total, read := 0, 0
	var missed []string
	for _, f := range append(files, filepath.Join(corpus, "tables", "missing-cited-docs.csv")) {
		for _, v := range column(t, f) {
			total++
			if _, ok := ParseNumber(v); ok {
				read++
			} else {
				missed = append(missed, v)
			}
		}
	}
	t.Logf("%d of %d numbers read (%.2f %%); not: %q", read, total, 100*float64(read)/float64(total), missed)
	if float64(read) < 0.998*float64(total) {
		t.Errorf("read %d of %d numbers", read, total)
	}
}

// column returns the non-empty document numbers of a table.
func column(t *testing.T, file string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff")))
	r.FieldsPerRecord, r.Comment, r.LazyQuotes = -1, '#', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for i, h := range rows[0] {
		if h == "doc_number" || h == "document_number" {
			at = i
		}
	}
	var out []string
	for _, row := range rows[1:] {
		if at < len(row) && strings.TrimSpace(row[at]) != "" {
			out = append(out, row[at])
		}
	}
	return out
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"国发〔2021〕23号", "第320号令", "公告2024年第1号", "云政发1991-45号", "令", "〔〕号", "2019〕2号"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := ParseNumber(s)
		if !ok {
			return
		}
		again, ok := ParseNumber(n.Normal)
		if !ok || again.Normal != n.Normal {
			t.Fatalf("%q gives %q, which gives %q", s, n.Normal, again.Normal)
		}
	})
}
