package family

import (
	"strings"
	"testing"
)

const clause = `<p>各监管局：</p><p>现将《某办法》印发给你们，请遵照执行，有关事项通知如下，请认真落实，确保取得实效。</p><p>各单位要按照统一部署，明确责任分工，细化工作措施，加强统筹协调，及时研究解决推进过程中遇到的困难和问题。</p><p style='text-align:right'>某局</p><p>2024年7月8日</p>`

func TestReadJSONAnswer(t *testing.T) {
	t.Parallel()
	l := Read(NewPage("http://www.example.gov.cn/cbircweb/DocInfo/SelectByDocId?docId=1", "application/json",
		[]byte(`{"rptCode":200,"data":{"docTitle":"某局关于印发《某办法》的通知","publishDate":"2024-07-12 10:00:00","documentNo":"某规〔2024〕5号","docSource":"政策司","docClob":"`+strings.ReplaceAll(clause, `"`, `\"`)+`","attachmentInfoVOList":[{"attachmentUrl":"/docfile/2024/abc.pdf","attachmentName":"附件1.某办法.pdf"}]}}`)))
	for label, want := range map[string]string{"title": "某局关于印发《某办法》的通知", "number": "某规〔2024〕5号", "date_published": "2024-07-12", "source": "政策司"} {
		if got, _ := l.Value(label); got != want {
			t.Errorf("%s = %q, want %q", label, got, want)
		}
	}
	if !l.Scripted || !strings.HasPrefix(l.BodyText(), "各监管局：\n现将") || !strings.HasSuffix(l.BodyText(), "2024年7月8日") {
		t.Errorf("body = %q", l.BodyText())
	}
	if len(l.Attachments) != 1 || l.Attachments[0].URL != "http://www.example.gov.cn/docfile/2024/abc.pdf" || l.Attachments[0].Name != "附件1.某办法.pdf" {
		t.Errorf("attachments = %v", l.Attachments)
	}
}

// TestReadArticleInScript: a page that a script draws from an object (gkmlpt).
func TestReadArticleInScript(t *testing.T) {
	t.Parallel()
	escaped := strings.NewReplacer("<", `\u003c`, ">", `\u003e`, `"`, `\"`).Replace(clause)
	l := Read(NewPage("http://www.example.gov.cn/gkmlpt/content/1/1/post_1.html", "text/html; charset=utf-8",
		[]byte(`<html><head><title>某局</title></head><body><div id="app"></div><script>window._CONFIG = {"SID": 1, DETAIL: {"id":1,"title":"某局关于印发《某办法》的通知","content":"`+escaped+
			`","date":"2024-07-12","attachment":[],"related_posts":[{"title":"别的","content":"短"}],"gkml_data":{"identifier":"1144/2024-1","date":1720368000,"document_number":"某规〔2024〕5号","publisher":"某局"}}};</script></body></html>`)))
	for label, want := range map[string]string{"title": "某局关于印发《某办法》的通知", "number": "某规〔2024〕5号", "date_published": "2024-07-12", "date_written": "2024-07-08", "index_no": "1144/2024-1", "issuer": "某局"} {
		if got, _ := l.Value(label); got != want {
			t.Errorf("%s = %q, want %q", label, got, want)
		}
	}
	if !l.Scripted || !strings.HasPrefix(l.BodyText(), "各监管局：") {
		t.Errorf("body = %q", l.BodyText())
	}
}

// TestReadNoArticle: error answers and lists are no document.
func TestReadNoArticle(t *testing.T) {
	t.Parallel()
	for _, s := range []string{`{"code":500,"msg":"系统繁忙"}`, "", "[]", `<html><body><ul><li><a href="/a">甲</a></li><li><a href="/b">乙</a></li></ul></body></html>`} {
		if l := Read(NewPage("http://www.example.gov.cn/", "", []byte(s))); strings.Contains(l.BodyText(), "系统") || len(l.Attachments) > 0 || len(l.Titles) > 0 {
			t.Errorf("%s: body %q, titles %v", s, l.BodyText(), l.Titles)
		}
	}
}
