package extractor

import (
	"context"
	"errors"
	"fmt"

	"govwatch/extractor/compare"
	"govwatch/notice"
)

// explain gives an edit its meaning, and a new document the one that it continues.
func (w *Worker) explain(ctx context.Context, in notice.Reading, out *notice.Extraction, isNew bool) error {
	change := in.Change
	if change.Title == "" {
		change.Title = out.Record.Title
	}
	switch {
	case change.Kind == notice.ChangeEdited || change.Kind == notice.ChangeReverted:
		before, err := w.before(ctx, in, out.Record.Ruleset)
		if err != nil || before == nil {
			return err
		}
		w.judge(in, &change, *before, out)
	case change.Kind == notice.ChangeNew && !isNew:
		from, err := w.continued(ctx, in, out)
		if err != nil || from == "" {
			return err
		}
		change.Kind, change.From = notice.ChangeMoved, from
		moved := w.event(in, notice.DocumentMoved, string(from), notice.Publisher)
		change.Event = moved.ID
		out.Events = append(out.Events, moved)
	default:
		return nil
	}
	out.Change = &change
	return nil
}

// judge compares two readings. An edit whose meaningful difference is empty is
// cosmetic after all and is not announced.
func (w *Worker) judge(in notice.Reading, change *notice.Change, before notice.Record, out *notice.Extraction) {
	b, a := compare.Confine(before, out.Record, change.Diff)
	if len(change.Statements) > 0 {
		b, a = compare.ConfineTo(before, out.Record, change.Statements)
	}
	res := compare.Compare(b, a).With(change.Statements, before, out.Record)
	change.Meaning, change.Significance, change.Diff = res.Meaning, res.Significance, res.Diff
	if res.Diff == "" {
		if change.Kind == notice.ChangeEdited {
			change.Kind = notice.ChangeCosmetic
		}
		return
	}
	if change.Kind == notice.ChangeEdited {
		modified := w.event(in, notice.DocumentModified, string(in.Version.ID), notice.Publisher)
		change.Event = modified.ID
		out.Events = append(out.Events, modified)
	}
	for _, m := range res.Meaning {
		if m == notice.ValidityFlag {
			out.Events = append(out.Events, w.event(in, notice.ValidityChanged, string(in.Version.ID), notice.Publisher))
		}
	}
}

// before is the record of the version before, read again when an older ruleset
// made it: two rulesets differ where the publisher changed nothing.
func (w *Worker) before(ctx context.Context, in notice.Reading, ruleset int) (*notice.Record, error) {
	if in.Previous != nil && in.Previous.Ruleset == ruleset || in.Version.Prev == "" {
		return in.Previous, nil
	}
	prev, err := w.Records.Reading(ctx, in.Version.Prev)
	if errors.Is(err, notice.ErrUnknown) {
		return in.Previous, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read version %s from the tracker: %w", in.Version.Prev, err)
	}
	r, err := w.read(ctx, prev, notice.Reextract)
	if err != nil {
		return nil, err
	}
	if in.Previous != nil {
		r.Attachments = in.Previous.Attachments
	}
	return &r, nil
}
