package extractor_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"govwatch/internal/reader"
	"govwatch/notice"
)

// troubled is a reader that finds one thing wrong with every file.
type troubled struct {
	problem string
	scanned bool
}

func (f troubled) Read(context.Context, string, []byte) (reader.Text, error) {
	return reader.Text{Kind: reader.KindPDF, Problems: []string{f.problem + ": for a test"}, Scanned: f.scanned, Truncated: f.problem == "limit"}, nil
}

// TestBadFilesAreProblems: whatever is wrong with a file, as an attachment and as a
// document of its own, it is a Problem of a record that asks for a person; the bytes
// stay in the archive and the worker reads the next page.
func TestBadFilesAreProblems(t *testing.T) {
	t.Parallel()
	for _, f := range []troubled{{"encrypted", false}, {"damaged", false}, {"limit", false}, {"macros", false}, {"unsupported", false}, {"scanned", true}} {
		w := newWorld(t)
		w.Files = f
		file := notice.AttachmentRef{Document: notice.NewDocumentID("sd", "https://sd.gov.cn/P1.pdf"), Name: "附件.pdf", URL: "https://sd.gov.cn/P1.pdf"}
		w.commit(t, file.URL, "%PDF-1.7\nbad", notice.ChangeNew, "page")
		page := w.commit(t, "https://sd.gov.cn/a.html", strings.Replace(html(policyTitle, policyNumber, policyText), "</div>", `<a href="/P1.pdf">附件.pdf</a></div>`, 1), notice.ChangeNew, "", file)
		alone := w.commit(t, "https://sd.gov.cn/b.pdf", "%PDF-1.7\nalso bad", notice.ChangeNew, "")
		w.handle(t, page)
		w.handle(t, alone)
		for name, e := range map[string]notice.Event{"attached": page, "alone": alone} {
			r, ok := w.ledger.records[e.Version]
			if !ok || !r.Review || !slices.ContainsFunc(r.Problems, func(p notice.Problem) bool { return p.Code == f.problem }) {
				t.Errorf("%s, %s: record %v, review %v, problems %+v", f.problem, name, ok, r.Review, r.Problems)
			}
			if _, held := w.archive.blobs[w.ledger.versions[e.Version].Blob]; !held {
				t.Errorf("%s, %s: the bytes are gone", f.problem, name)
			}
		}
		if r := w.ledger.records[page.Version]; r.Title != policyTitle || r.Number != policyNumber {
			t.Errorf("%s: the page lost %q %q", f.problem, r.Title, r.Number)
		}
		w.Files = plain{}
		next := w.commit(t, "https://sd.gov.cn/c.html", html("山东省节能办法", "鲁政办发〔2024〕9号", policyText), notice.ChangeNew, "")
		w.handle(t, next)
		if r := w.ledger.records[next.Version]; r.Number != "鲁政办发〔2024〕9号" {
			t.Errorf("%s: the next page reads %+v", f.problem, r)
		}
	}
}
