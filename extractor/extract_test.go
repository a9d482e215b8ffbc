package extractor

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"govwatch/internal/reader"
	"govwatch/notice"
)

const paper = `某市人民政府文件
鲁政发〔2024〕3号

山东省人民政府
关于印发山东省能源绿色低碳转型方案的通知

各市人民政府，各县（市、区）人民政府，省政府各部门、各直属机构：
现将《山东省能源绿色低碳转型方案》印发给你们，请认真贯彻执行。
山东省人民政府
2024年3月12日
（此件公开发布）
山东省能源绿色低碳转型方案
为推进能源绿色低碳转型，制定本方案。本方案自2024年4月1日起施行，有效期至2029年3月31日。
序号	任务	单位
1	建设风电	省能源局
山东省人民政府办公厅　2024年3月13日印发`

func TestFromText(t *testing.T) {
	t.Parallel()
	r := FromText(Input{URL: "http://www.example.gov.cn/a.pdf"}, reader.Text{Kind: reader.KindPDF, Text: paper, Confidence: 1})
	if r.Title != "山东省人民政府关于印发山东省能源绿色低碳转型方案的通知" || r.SubjectTitle != "山东省能源绿色低碳转型方案" || r.Number != "鲁政发〔2024〕3号" {
		t.Errorf("title %q, subject %q, number %q", r.Title, r.SubjectTitle, r.Number)
	}
	if !slices.Equal(r.Issuers, []string{"山东省人民政府"}) || r.Kind != "通知" || r.Class != notice.Policy {
		t.Errorf("issuers %q, kind %q, class %q", r.Issuers, r.Kind, r.Class)
	}
	got := []string{r.Written.String(), r.Effective.String(), r.Expires.String(), r.Printed.String()}
	if want := []string{"2024-03-12", "2024-04-01", "2029-03-31", "2024-03-13"}; !slices.Equal(got, want) {
		t.Errorf("dates %q, want %q", got, want)
	}
	if !strings.HasPrefix(r.Body, "各市人民政府") || !strings.Contains(r.Body, "1\t建设风电\t省能源局") {
		t.Errorf("body %q", r.Body)
	}
}

// TestCoverPage: a page that only hands on a file takes text and evidence from it.
func TestCoverPage(t *testing.T) {
	t.Parallel()
	page := `<html><head><title>关于印发山东省能源绿色低碳转型方案的通知</title></head><body><h1>关于印发山东省能源绿色低碳转型方案的通知</h1>
<div>发布日期：2024-03-15</div><div class="zw"><p>现印发给你们，请遵照执行。</p><p>附件：<a href="a.pdf">全文.pdf</a></p></div></body></html>`
	in := Input{URL: "http://www.example.gov.cn/a.html", Body: []byte(page),
		Attachments: []Attachment{{Name: "全文.pdf", URL: "http://www.example.gov.cn/a.pdf", Text: reader.Text{Kind: reader.KindPDF, Text: paper, Confidence: 1}}}}
	r := Extract(in)
	if r.Number != "鲁政发〔2024〕3号" || !slices.Equal(r.Issuers, []string{"山东省人民政府"}) || r.Written.String() != "2024-03-12" || r.Published.String() != "2024-03-15" {
		t.Errorf("number %q, issuers %q, written %s, published %s", r.Number, r.Issuers, r.Written, r.Published)
	}
	if !strings.Contains(r.Body, "为推进能源绿色低碳转型，制定本方案") {
		t.Errorf("body lacks the file's text: %q", r.Body)
	}
	if !slices.ContainsFunc(r.Evidence["number"], func(c notice.Candidate) bool { return c.Won && c.Span.Text == "attachment:0" }) {
		t.Errorf("evidence does not name the file: %+v", r.Evidence["number"])
	}
	in.Attachments[0].Text = reader.Text{Kind: reader.KindPDF, Text: paper, OCR: true, Confidence: 0.3}
	if r := Extract(in); r.Number != "" || !r.Written.IsZero() {
		t.Errorf("recognised text filled fields: %q %s", r.Number, r.Written)
	}
	in.Attachments[0].Text = reader.Text{Kind: reader.KindPDF, Scanned: true, Problems: []string{"scanned: 3 pages are pictures"}}
	if r := Extract(in); !r.Review || !slices.ContainsFunc(r.Problems, func(p notice.Problem) bool { return p.Code == "needs_ocr" }) {
		t.Errorf("a scan without text is not reported: %+v", r.Problems)
	}
}

// TestNeverAGuess: bytes without a document leave every field empty and say so.
func TestNeverAGuess(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"empty": "", "binary": "\x00\x01\xff\xfe\x00PNG", "json": `{"code":500,"msg":"系统繁忙"}`,
		"shell": "<html><body><script>location.href='/x'</script></body></html>", "deep": strings.Repeat("<div>", 5000) + "x",
	} {
		r := Extract(Input{Body: []byte(body)})
		if r.Number != "" || len(r.Issuers) > 0 || !r.Written.IsZero() || !r.Published.IsZero() || !r.Review || r.Ruleset != Ruleset {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestExplainReplays(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile(filepath.Join("testdata", "pages", "seven_bodies.html"))
	if err != nil {
		t.Fatal(err)
	}
	in := Input{URL: "http://www.example.gov.cn/a.html", Body: body}
	one, two := Explain(Extract(in), ""), Explain(Extract(in), "")
	if one != two {
		t.Errorf("two readings differ:\n%s\n%s", one, two)
	}
	if s := Explain(Extract(in), "number"); !strings.Contains(s, "* 0.") || !strings.Contains(s, "发改就业〔2024〕107号") {
		t.Errorf("number: %s", s)
	}
	if s := Explain(Extract(in), "nothing"); !strings.Contains(s, "no rule found anything") {
		t.Errorf("nothing: %s", s)
	}
}

func TestAnswerMissingIsNull(t *testing.T) {
	t.Parallel()
	line, err := Answer("a.html", "", notice.Record{})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"url":null`, `"title":null`, `"number":null`, `"issuers":[]`, `"date_written":null`, `"attachments":[]`, `"targets":[]`, `"relations":[]`, `"sectors":[]`} {
		if !bytes.Contains(line, []byte(part)) {
			t.Errorf("no %s in %s", part, line)
		}
	}
}

// FuzzExtract: any bytes give a record whose spans lie inside its body.
func FuzzExtract(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "pages", "*.html"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil {
			f.Add(body)
		}
	}
	f.Add([]byte(paper))
	f.Add([]byte("<p>自印发之日起30日后施行，有效期为五年</p><p>二〇二四年三月"))
	f.Fuzz(func(t *testing.T, body []byte) {
		today := notice.Date{Year: 2024, Month: 5, Day: 1}
		for _, r := range []notice.Record{Extract(Input{Body: body, Today: today}), FromText(Input{Today: today}, reader.Text{Text: string(body)})} {
			for _, p := range r.Problems {
				if p.Code == "panic" {
					t.Fatalf("a rule panics: %s", p.Detail)
				}
			}
			for name, cs := range r.Evidence {
				for _, c := range cs {
					if c.Span.Text == "body" && (c.Span.Start < 0 || c.Span.End > len(r.Body) || c.Span.Start > c.Span.End) {
						t.Fatalf("%s: span %+v of a body of %d bytes", name, c.Span, len(r.Body))
					}
				}
			}
			if _, err := Answer("x", "", r); err != nil {
				t.Fatal(err)
			}
		}
	})
}
