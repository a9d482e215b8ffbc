package extractor

import (
	"context"
	"errors"
	"fmt"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// Agenda tells what waits: for a day, or for a document that nobody held yet.
// Methods may be called concurrently; errors are worth a retry.
type Agenda interface {
	// Turning lists versions after one, in ID order, whose current record's Turn
	// is a day up to the given one.
	Turning(ctx context.Context, day notice.Date, after notice.VersionID, n int) ([]notice.VersionID, error)
	// Awaiting lists at most n versions whose current record names, by a relation
	// without a work, the number or the title (or inner title) of a record.
	Awaiting(ctx context.Context, r notice.Record, n int) ([]notice.VersionID, error)
}

// turnedBy is the rule that the evidence of a validity names when a day brought it.
const turnedBy = "validity.calendar"

// Turn records the validities that changed by the calendar up to today: texts that
// came into force, terms that ended. Each change is one validity.changed with
// Cause=calendar, told once however often Turn runs, on whichever machine. It
// returns how many records changed. A record that cannot be turned does not keep
// the others back; the error names the first.
func (w *Worker) Turn(ctx context.Context) (turned int, err error) {
	if w.Agenda == nil {
		return 0, nil
	}
	today := notice.DateOf(w.Clock.Now())
	for after := notice.VersionID(""); ; {
		ids, listed := w.Agenda.Turning(ctx, today, after, batch)
		if listed != nil {
			return turned, errors.Join(err, fmt.Errorf("list records whose validity ends by %s: %w", today, listed))
		}
		if len(ids) == 0 {
			return turned, err
		}
		for _, id := range ids {
			after = id
			ok, failed := w.turn(ctx, id, today)
			if ok {
				turned++
			}
			if ctx.Err() != nil {
				return turned, errors.Join(err, failed)
			}
			if failed != nil && err == nil {
				err = failed
			}
		}
	}
}

// turn brings one record up to today.
func (w *Worker) turn(ctx context.Context, id notice.VersionID, today notice.Date) (changed bool, err error) {
	defer fault.Recover(&err)
	in, err := w.Records.Reading(ctx, id)
	if errors.Is(err, notice.ErrUnknown) || err == nil && in.Current == nil {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read version %s from the tracker: %w", id, err)
	}
	out := notice.Extraction{Record: *in.Current}
	for {
		day, to := out.Record.Turn()
		if day.IsZero() || day.Compare(today) > 0 {
			break
		}
		mark(&out.Record, notice.Candidate{Value: string(to), Rule: turnedBy, Weight: 0.75, Context: day.String()})
		e := w.event(in, notice.ValidityChanged, string(to)+" "+day.String(), notice.Calendar)
		e.Record, e.Baseline = id, false
		out.Events = []notice.Event{e} // after a long stop only where it ended is news
	}
	if len(out.Events) == 0 {
		return false, nil
	}
	if err := w.Records.Save(ctx, out); err != nil {
		return false, fmt.Errorf("save the validity of document %s: %w", in.Document.ID, err)
	}
	return true, nil
}

// keepTurn carries over a new reading of the same bytes what a day brought, for the
// flag that they hold was printed before that day.
func keepTurn(r *notice.Record, in notice.Reading) {
	c := in.Current
	if c == nil || c.Effective != r.Effective || c.Expires != r.Expires || r.Validity == c.Validity || r.Validity == notice.Repealed {
		return
	}
	for _, x := range c.Evidence["validity"] {
		if x.Rule == turnedBy {
			mark(r, x)
			return
		}
	}
}
