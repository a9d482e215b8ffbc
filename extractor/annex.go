package extractor

import (
	"context"
	"errors"
	"fmt"

	"govwatch/extractor/compare"
	"govwatch/notice"
)

// annex handles a version of a file that belongs to a page: an edited file is
// compared by its text, and the page is read again with the file that is there.
func (w *Worker) annex(ctx context.Context, in notice.Reading) error {
	docs, err := w.Records.Documents(ctx, []notice.DocumentID{in.Document.Parent})
	if err != nil {
		return fmt.Errorf("find the page of file %s: %w", in.Document.ID, err)
	}
	parent, ok := docs[in.Document.Parent]
	if in.Change.Kind == notice.ChangeEdited {
		if err := w.annexEdited(ctx, in, parent); err != nil {
			return err
		}
	}
	if !ok || parent.Head == "" {
		return nil
	}
	page, err := w.Records.Reading(ctx, parent.Head)
	if errors.Is(err, notice.ErrUnknown) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read version %s from the tracker: %w", parent.Head, err)
	}
	if page.Current == nil || holds(*page.Current, in) {
		// The page's own event is still to come and will see the file, or has seen it.
		return nil
	}
	return w.page(ctx, page, notice.Publisher)
}

// holds reports that a page's record was read with this state of the file.
func holds(r notice.Record, in notice.Reading) bool {
	for _, a := range r.Attachments {
		if a.Document == in.Document.ID {
			return a.Blob == in.Version.Blob
		}
	}
	return false
}

// annexEdited compares two states of a file. The record that carries the judgement
// founds no work: the page's record is the policy's, and so the event speaks of the
// page (document and record) while its version and the stored change are the file's.
func (w *Worker) annexEdited(ctx context.Context, in notice.Reading, page notice.Document) error {
	after, err := w.read(ctx, in, notice.Publisher)
	if err != nil {
		return err
	}
	before, err := w.before(ctx, in, after.Ruleset)
	if err != nil || before == nil {
		return err
	}
	change := in.Change
	res := compare.Compare(*before, after)
	change.Title, change.Diff, change.Significance = title(page, in.Document), res.Diff, res.Significance
	out := notice.Extraction{Record: after, Change: &change}
	out.Record.Class, out.Record.Climate = notice.Other, false
	if res.Diff == "" {
		change.Kind = notice.ChangeCosmetic
	} else {
		change.Meaning = append([]notice.Meaning{notice.AnnexReplaced}, res.Meaning...)
		e := w.event(in, notice.DocumentModified, string(in.Version.ID), notice.Publisher)
		if page.ID != "" {
			e.Document, e.Record = page.ID, page.Head
		}
		change.Event, out.Events = e.ID, []notice.Event{e}
	}
	if err := w.Records.Save(ctx, out); err != nil {
		return fmt.Errorf("save change of file %s: %w", in.Document.ID, err)
	}
	return nil
}

// title names a changed file for people: the page's title and the file's name.
func title(page, file notice.Document) string {
	if page.Title == "" {
		return file.Name
	}
	return page.Title + " · " + file.Name
}
