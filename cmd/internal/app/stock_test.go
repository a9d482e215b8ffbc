package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"govwatch/cmd/internal/app"
	"govwatch/extractor"
	"govwatch/notice"
	"govwatch/store/fileblob"
	"govwatch/store/tracker"
)

// stock puts pages into archive and tracker as a crawler does, and reads them as
// the extraction worker does.
type stock struct {
	cfg     app.Config
	tracker *tracker.Tracker
	archive *fileblob.Store
	worker  *extractor.Worker
	now     time.Time
	tasks   int
}

func (s *stock) Now() time.Time { return s.now }

func newStock(t *testing.T) *stock {
	t.Helper()
	s := &stock{cfg: inFolder(t, t.TempDir()), now: time.Date(2024, 5, 6, 9, 0, 0, 0, notice.Beijing())}
	var err error
	if s.tracker, err = tracker.Open(t.Context(), s.cfg.Tracker); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.tracker.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.archive, err = fileblob.Open(strings.TrimPrefix(s.cfg.Archive, "file:")); err != nil {
		t.Fatal(err)
	}
	s.worker = &extractor.Worker{Archive: s.archive, Records: s.tracker, Clock: s}
	sources := []notice.Source{
		{ID: "gov", Level: notice.Central, Region: "100000"}, {ID: "sd-gov", Level: notice.Provincial, Region: "370000"},
		{ID: "gd-gov", Level: notice.Provincial, Region: "440000"}, {ID: "js-gov", Level: notice.Provincial, Region: "320000"},
	}
	if err := s.tracker.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	return s
}

// put commits a state of a page, the first or the next, and has it read.
func (s *stock) put(t *testing.T, source notice.SourceID, url, html string, files ...notice.AttachmentRef) notice.Version {
	t.Helper()
	s.tasks++
	s.now = s.now.Add(24 * time.Hour)
	blob, err := s.archive.Put(t.Context(), []byte(html), notice.BlobMeta{URL: url, FetchedAt: s.now})
	if err != nil {
		t.Fatal(err)
	}
	id := notice.NewDocumentID(source, url)
	known, err := s.tracker.Documents(t.Context(), []notice.DocumentID{id})
	if err != nil {
		t.Fatal(err)
	}
	d, seen := known[id]
	kind := notice.ChangeEdited
	if !seen {
		d, kind = notice.Document{ID: id, Source: source, URL: url, FirstSeen: s.now, State: notice.Live}, notice.ChangeNew
	}
	capture := notice.Capture{ID: notice.CaptureID(fmt.Sprintf("capture-%d", s.tasks)), Source: source, Document: id, URL: url, FetchedAt: s.now, Blob: blob, Outcome: notice.OK}
	v := notice.Version{ID: notice.NewVersionID(id, d.Head, blob), Document: id, Prev: d.Head, Capture: capture.ID, Blob: blob, URL: url,
		MediaType: "text/html", Charset: "utf-8", FetchedAt: s.now, Kind: kind, Attachments: files}
	change := notice.Change{Source: source, Document: id, URL: url, Kind: kind, From: d.Head, To: v.ID, At: s.now}
	d.Head, d.HeadBlob, d.LastSeen, d.Fetched = v.ID, blob, s.now, s.now
	if err := s.tracker.Commit(t.Context(), notice.Visit{Document: d, Change: change, Version: &v, Capture: capture}); err != nil {
		t.Fatal(err)
	}
	if err := s.worker.Handle(t.Context(), notice.Event{Kind: notice.VersionRecorded, Source: source, Document: id, Version: v.ID, At: s.now}); err != nil {
		t.Fatal(err)
	}
	return v
}

// putFile commits a state of a file that belongs to a page.
func (s *stock) putFile(t *testing.T, parent notice.DocumentID, url, text string) notice.AttachmentRef {
	t.Helper()
	s.tasks++
	blob, err := s.archive.Put(t.Context(), []byte(text), notice.BlobMeta{URL: url, FetchedAt: s.now})
	if err != nil {
		t.Fatal(err)
	}
	id := notice.NewDocumentID("sd-gov", url)
	known, err := s.tracker.Documents(t.Context(), []notice.DocumentID{id})
	if err != nil {
		t.Fatal(err)
	}
	d, seen := known[id]
	if !seen {
		d = notice.Document{ID: id, Source: "sd-gov", Parent: parent, URL: url, Name: "任务清单.txt", FirstSeen: s.now, State: notice.Live}
	}
	v := notice.Version{ID: notice.NewVersionID(id, d.Head, blob), Document: id, Prev: d.Head, Blob: blob, URL: url, MediaType: "text/plain", FetchedAt: s.now}
	d.Head, d.HeadBlob = v.ID, blob
	capture := notice.Capture{ID: notice.CaptureID(fmt.Sprintf("capture-%d", s.tasks)), Source: "sd-gov", Document: id, URL: url, FetchedAt: s.now, Blob: blob, Outcome: notice.OK}
	if err := s.tracker.Commit(t.Context(), notice.Visit{Document: d, Change: notice.Change{Document: id, To: v.ID, Kind: notice.ChangeNew, At: s.now}, Version: &v, Capture: capture}); err != nil {
		t.Fatal(err)
	}
	return notice.AttachmentRef{Document: id, Version: v.ID, Blob: blob, Name: d.Name, URL: url, MediaType: "text/plain"}
}

// policyPage is a page with a head table, as government sites print them.
func policyPage(title, number, issuer, written string, paragraphs ...string) string {
	return `<html><head><meta name="ArticleTitle" content="` + title + `"><meta name="PubDate" content="` + written + `"></head><body>
<table><tr><td>发文机关：</td><td>` + issuer + `</td><td>发文字号：</td><td>` + number + `</td></tr>
<tr><td>成文日期：</td><td>` + written + `</td><td>标题：</td><td>` + title + `</td></tr></table>
<h1>` + title + `</h1><div class="content"><p>` + strings.Join(paragraphs, "</p>\n<p>") + `</p></div></body></html>`
}
