package crawler

import (
	"context"

	"govwatch/internal/urlx"
	"govwatch/notice"
)

// maxAttachments bounds the files of one page that are fetched; a page of
// hundreds of links is a download area.
const maxAttachments = 40

// attachments fetches the files of a page that are not held yet and names them
// all, in the page's order. Files on other hosts are left to those hosts'
// queues. A file that cannot be had is named with the problem: the page counts
// all the same.
func (j *job) attachments(ctx context.Context, page notice.Document, r *reading) ([]notice.AttachmentRef, error) {
	refs := make([]notice.AttachmentRef, 0, len(r.links))
	ids := make([]notice.DocumentID, 0, len(r.links))
	seen := map[notice.DocumentID]bool{page.ID: true}
	for _, l := range r.links {
		u, err := urlx.Canonical(l.URL)
		if err != nil {
			refs = append(refs, notice.AttachmentRef{Name: l.Name, URL: l.URL, Problem: err.Error()})
			continue
		}
		identity, err := urlx.Identity(u)
		if err != nil {
			continue
		}
		id := notice.NewDocumentID(j.src.ID, identity)
		if seen[id] || len(ids) >= maxAttachments {
			continue
		}
		seen[id] = true
		ids = append(ids, id)
		refs = append(refs, notice.AttachmentRef{Document: id, Name: l.Name, URL: u})
	}
	if len(ids) == 0 {
		return refs, nil
	}
	held, err := j.ledger.Documents(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range refs {
		ref := &refs[i]
		if ref.Document == "" {
			continue
		}
		j.inline = true
		err := j.attachment(ctx, page, ref, held)
		j.inline = false
		if err != nil {
			return nil, err
		}
	}
	return refs, nil
}

func (j *job) attachment(ctx context.Context, page notice.Document, ref *notice.AttachmentRef, held map[notice.DocumentID]notice.Document) error {
	doc, known := held[ref.Document]
	switch {
	case known && doc.Head != "" && page.Head == "", known && j.done[doc.ID]:
		// Fetched before: by a task that was cut short, or for another page.
	case known && doc.State == notice.Owed && doc.NextVisit.After(j.now):
		ref.Problem = "not held yet: " + doc.Trouble
	case !j.session.Mine(ref.URL):
		if doc.Head == "" {
			j.hand(j.file(page, ref, doc))
			ref.Problem = "on another host, to be fetched by its queue"
		}
	case j.stop != "" || j.left() < 2:
		ref.Problem = "not fetched yet: the task's requests were used up"
		if doc.Head == "" {
			j.later(j.file(page, ref, doc))
		}
	default:
		doc = j.file(page, ref, doc)
		if err := j.visit(ctx, doc); err != nil {
			return err
		}
		now, err := j.ledger.Documents(ctx, []notice.DocumentID{ref.Document})
		if err != nil {
			return err
		}
		if doc = now[ref.Document]; doc.Head == "" && ref.Problem == "" {
			ref.Problem = j.problem(ref.Document)
		}
	}
	ref.Version, ref.Blob = doc.Head, doc.HeadBlob
	ref.MediaType = j.types[ref.Document]
	return nil
}

// file is the document of a file: as it is known, or before its first visit.
func (j *job) file(page notice.Document, ref *notice.AttachmentRef, known notice.Document) notice.Document {
	if known.ID != "" {
		return known
	}
	return notice.Document{
		ID: ref.Document, Source: j.src.ID, List: page.List, Parent: page.ID, URL: ref.URL, Name: ref.Name, Title: ref.Name,
		ListDate: page.ListDate, FirstSeen: j.now, LastSeen: j.now, State: notice.Live, Baseline: page.Baseline,
	}
}

// problem is what the latest capture of a document says.
func (j *job) problem(id notice.DocumentID) string {
	for i := len(j.report.Captures) - 1; i >= 0; i-- {
		if c := j.report.Captures[i]; c.Document == id {
			return string(c.Outcome) + ": " + c.Reason
		}
	}
	return "not held"
}

// fetchTarget visits one address for a source whose page links to another host.
func (j *job) fetchTarget(ctx context.Context) error {
	t := j.task.Target
	if t == nil {
		j.stop = "a fetch task without a target"
		return nil
	}
	identity, err := urlx.Identity(t.URL)
	if err != nil {
		j.stop = err.Error()
		return nil
	}
	id := notice.NewDocumentID(j.src.ID, identity)
	held, err := j.ledger.Documents(ctx, []notice.DocumentID{id})
	if err != nil {
		return err
	}
	doc, known := held[id]
	if !known {
		doc = notice.Document{
			ID: id, Source: j.src.ID, List: t.List, Parent: t.Parent, URL: t.URL, Name: t.Name, Title: t.Title, ListDate: t.Date,
			FirstSeen: j.now, LastSeen: j.now, State: notice.Live, Baseline: t.Baseline,
		}
	}
	if err := j.visit(ctx, doc); err != nil {
		return err
	}
	return j.settleMisses(ctx)
}
