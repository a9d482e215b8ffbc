package app_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
	"govwatch/web/pages"
)

// One page lives through three states: a figure is altered and a clause added,
// then a file is replaced by one that says another year.
func TestDiffOfVersions(t *testing.T) {
	t.Parallel()
	s := newStock(t)
	const url = "http://sd.gov.cn/plan.htm"
	const fileURL = "http://sd.gov.cn/list.txt"
	title := "山东省人民政府关于印发《山东省节能降碳行动方案》的通知"
	page := func(share string, more ...string) string {
		text := append([]string{"到2025年，非化石能源消费比重达到" + share + "%左右。", ordinary}, more...)
		return policyPage(title, "鲁政发〔2024〕6号", "山东省人民政府", "2024-05-06", append(text, `附件：<a href="`+fileURL+`">任务清单.txt</a>`)...)
	}
	added := "新建项目<b>应当</b>开展节能审查，未通过审查的不得开工建设。"
	s.put(t, "sd-gov", url, page("13"))
	shelf := openShelf(t, s.cfg)
	one, err := shelf.Diff(t.Context(), url, "", "")
	if err != nil || len(one.Versions) != 1 || one.To != nil || one.Versions[0].Change != "new" {
		t.Fatalf("one version: %+v, %v", one, err)
	}
	parent := notice.NewDocumentID("sd-gov", url)
	s.put(t, "sd-gov", url, page("15", added), s.putFile(t, parent, fileURL, "各市应当于2025年完成全部任务，并报送总结。"))
	d, err := shelf.Diff(t.Context(), "鲁政发〔2024〕6号", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if d.From.N != 1 || d.To.N != 2 || len(d.Figures) != 1 || d.Figures[0].State != "edited" || !strings.Contains(d.Figures[0].Before, "13%") || !strings.Contains(d.Figures[0].After, "15%") {
		t.Errorf("figures %+v of %v and %v", d.Figures, d.From, d.To)
	}
	if !strings.Contains(strings.Join(d.Meaning, " "), "figure_altered") || !strings.Contains(strings.Join(d.Meaning, " "), "clause_added") {
		t.Errorf("meaning %v", d.Meaning)
	}
	states := map[string]int{}
	for _, r := range d.Text {
		states[r.State]++
		if r.State == "edited" && (words(r.Before, "gone") != "13" || words(r.After, "come") != "15") {
			t.Errorf("words that went %q and came %q", words(r.Before, "gone"), words(r.After, "come"))
		}
	}
	if states["edited"] != 1 || states["come"] != 1 || states["gone"] != 0 || states["same"] == 0 {
		t.Errorf("paragraphs %v", states)
	}
	badVersions(t, shelf, url)
	s.put(t, "sd-gov", url, page("15", added, "本通知由省发展改革委负责解释。"), s.putFile(t, parent, fileURL, "各市应当于2026年完成全部任务，并报送总结。"))
	fileByItsText(t, shelf, url)
	wholePage(t, d)
}

// A file with other bytes is told by its words.
func fileByItsText(t *testing.T, s *app.Shelf, url string) {
	t.Helper()
	d, err := s.Diff(t.Context(), url, "2", "3")
	if err != nil || len(d.Files) != 1 {
		t.Fatalf("files %+v, %v", d.Files, err)
	}
	f := d.Files[0]
	if f.State != "edited" || len(f.Text) != 1 || words(f.Text[0].Before, "gone") != "2025" || words(f.Text[0].After, "come") != "2026" {
		t.Errorf("file %+v", f)
	}
}

func words(all []pages.Word, state string) string {
	var b strings.Builder
	for _, w := range all {
		if w.State == state {
			b.WriteString(w.Text)
		}
	}
	return b.String()
}

func badVersions(t *testing.T, s *app.Shelf, url string) {
	t.Helper()
	d, err := s.Diff(t.Context(), url, "2", "1")
	if err != nil || d.From.N != 2 || d.To.N != 1 {
		t.Errorf("the other way round: %v", err)
	}
	if _, err := s.Diff(t.Context(), url, d.Versions[0].ID[:12], "2"); err != nil {
		t.Errorf("the start of an ID: %v", err)
	}
	for _, name := range []string{"0", "3", "no such", ""} {
		if _, err := s.Diff(t.Context(), url, "1", name); !errors.Is(err, app.ErrConfig) {
			t.Errorf("version %q: %v", name, err)
		}
	}
}

// The page needs nothing from elsewhere, and text of a site is text in it.
func wholePage(t *testing.T, d pages.Diff) {
	t.Helper()
	d.Text = append(d.Text, pages.Row{State: "come", After: []pages.Word{{State: "come", Text: "<script>alert(1)</script>"}}})
	d.URL = "javascript:alert(1)"
	var b bytes.Buffer
	if err := pages.WriteDiff(&b, d); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"<del>13</del>", "<ins>15</ins>", "figure_altered", "&lt;script&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, not := range []string{"<script", "src=", "<link", "@import", `href="javascript`} {
		if strings.Contains(page, not) {
			t.Errorf("the page holds %s", not)
		}
	}
}
