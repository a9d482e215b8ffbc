package extractor

import (
	"context"
	"errors"
	"fmt"

	"govwatch/extractor/compare"
	"govwatch/extractor/identity"
	"govwatch/notice"
)

// continued finds the document that a new one continues: a copy of the same work
// on the same source that is not there any more. It returns that one's head, or
// nothing when the new document is a further copy.
func (w *Worker) continued(ctx context.Context, in notice.Reading, out *notice.Extraction) (notice.VersionID, error) {
	docs, err := w.Records.Documents(ctx, out.Work.Documents)
	if err != nil {
		return "", fmt.Errorf("find copies of work %s: %w", out.Work.ID, err)
	}
	for _, id := range out.Work.Documents {
		d, ok := docs[id]
		if !ok || id == in.Document.ID || d.Source != in.Document.Source || d.State == notice.Live || d.Head == "" || d.Parent != "" {
			continue
		}
		if d.MovedTo != "" && d.MovedTo != in.Document.ID {
			continue
		}
		old, err := w.current(ctx, d.Head)
		if err != nil {
			return "", err
		}
		if old != nil && len(compare.Moved([]notice.Record{*old}, []notice.Record{out.Record})) > 0 {
			return d.Head, nil
		}
	}
	return "", nil
}

func (w *Worker) current(ctx context.Context, v notice.VersionID) (*notice.Record, error) {
	r, err := w.Records.Reading(ctx, v)
	if errors.Is(err, notice.ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read version %s from the tracker: %w", v, err)
	}
	return r.Current, nil
}

// withdrawn looks, when a document is not there any more, for a copy on the same
// source that appeared after it was last seen: then it has moved. A copy that
// stood beside it all the time is no move.
func (w *Worker) withdrawn(ctx context.Context, id notice.DocumentID) error {
	docs, err := w.Records.Documents(ctx, []notice.DocumentID{id})
	if err != nil {
		return fmt.Errorf("find document %s: %w", id, err)
	}
	gone, ok := docs[id]
	if !ok || gone.MovedTo != "" || gone.Head == "" || gone.Parent != "" {
		return nil
	}
	old, err := w.current(ctx, gone.Head)
	if err != nil || old == nil || old.Work == "" {
		return err
	}
	works, err := w.Records.Works(ctx, identity.Probe(*old, identity.Fingerprint(old.Body)))
	if err != nil {
		return fmt.Errorf("find works like version %s: %w", gone.Head, err)
	}
	for _, work := range works {
		if work.ID == old.Work {
			return w.movedTo(ctx, gone, *old, work)
		}
	}
	return nil
}

// movedTo announces the move to the first copy that continues the gone document.
func (w *Worker) movedTo(ctx context.Context, gone notice.Document, old notice.Record, work notice.Work) error {
	docs, err := w.Records.Documents(ctx, work.Documents)
	if err != nil {
		return fmt.Errorf("find copies of work %s: %w", work.ID, err)
	}
	for _, id := range work.Documents {
		d, ok := docs[id]
		if !ok || id == gone.ID || d.Source != gone.Source || d.State != notice.Live || d.Head == "" || d.FirstSeen.Before(gone.LastSeen) {
			continue
		}
		in, err := w.Records.Reading(ctx, d.Head)
		if err != nil {
			return fmt.Errorf("read version %s from the tracker: %w", d.Head, err)
		}
		if in.Current == nil || in.Change.Kind != notice.ChangeNew || len(compare.Moved([]notice.Record{old}, []notice.Record{*in.Current})) == 0 {
			continue
		}
		change := in.Change
		change.Kind, change.From, change.Title = notice.ChangeMoved, gone.Head, in.Current.Title
		e := w.event(in, notice.DocumentMoved, string(gone.Head), notice.Publisher)
		change.Event = e.ID
		if err := w.Records.Save(ctx, notice.Extraction{Record: *in.Current, Work: work, Change: &change, Events: []notice.Event{e}}); err != nil {
			return fmt.Errorf("save move of document %s: %w", gone.ID, err)
		}
		return nil
	}
	return nil
}
