package extractor

import (
	"context"
	"errors"
	"fmt"

	"govwatch/notice"
)

// repeal is a work that a record puts out of force, and the relation that says so.
type repeal struct {
	work notice.Work
	by   notice.Relation
}

const (
	// repealFloor is how sure a relation must be before it ends another document.
	repealFloor = 0.8
	// repealedBy is the rule that the evidence of such a validity names.
	repealedBy = "validity.repealed_by"
)

// repeal marks the copies of works that a policy in force repeals or replaces. The
// old pages mostly stay as they were: the repeal list is the only one to tell. Each
// copy is told once, by validity.changed; one that says so itself is left alone.
func (w *Worker) repeal(ctx context.Context, by notice.Record, ended []repeal) error {
	today := notice.DateOf(w.Clock.Now())
	if by.Class != notice.Policy || by.Effective.Compare(today) > 0 {
		return nil
	}
	for _, e := range ended {
		docs, err := w.Records.Documents(ctx, e.work.Documents)
		if err != nil {
			return fmt.Errorf("find copies of work %s: %w", e.work.ID, err)
		}
		for _, id := range e.work.Documents {
			d, ok := docs[id]
			if !ok || d.Head == "" || d.ID == by.Document {
				continue
			}
			if err := w.end(ctx, d, by, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// end marks one copy.
func (w *Worker) end(ctx context.Context, d notice.Document, by notice.Record, e repeal) error {
	in, err := w.Records.Reading(ctx, d.Head)
	if errors.Is(err, notice.ErrUnknown) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read version %s from the tracker: %w", d.Head, err)
	}
	if in.Current == nil || in.Current.Validity == notice.Repealed || in.Current.Class != notice.Policy {
		return nil
	}
	r := *in.Current
	mark(&r, notice.Candidate{Value: string(notice.Repealed), Rule: repealedBy, Weight: e.by.Confidence, Context: by.Title + " " + by.Number})
	out := notice.Extraction{Record: r, Work: e.work, Events: []notice.Event{w.event(in, notice.ValidityChanged, string(by.Version), notice.Publisher)}}
	if err := w.Records.Save(ctx, out); err != nil {
		return fmt.Errorf("save the end of document %s: %w", d.ID, err)
	}
	return nil
}

// mark makes a candidate the winner of the validity. The evidence is copied, for
// the record before it may still be in use.
func mark(r *notice.Record, c notice.Candidate) {
	c.Won = true
	list := []notice.Candidate{c}
	for _, old := range r.Evidence["validity"] {
		if old.Rule != c.Rule {
			old.Won = false
			list = append(list, old)
		}
	}
	evidence := make(map[string][]notice.Candidate, len(r.Evidence)+1)
	for k, v := range r.Evidence {
		evidence[k] = v
	}
	evidence["validity"] = list
	r.Evidence, r.Validity = evidence, notice.Validity(c.Value)
}

// keepRepeal carries a repeal that another document told over a new reading of the
// page, which does not know of it.
func keepRepeal(r *notice.Record, in notice.Reading) {
	for _, known := range []*notice.Record{in.Current, in.Previous} {
		if known == nil || r.Validity == notice.Repealed {
			continue
		}
		if ev := known.Evidence["validity"]; len(ev) > 0 && ev[0].Rule == repealedBy {
			mark(r, ev[0])
		}
	}
}
