package extractor

import (
	"context"
	"fmt"
	"slices"

	"govwatch/extractor/identity"
	"govwatch/notice"
)

// identify finds the work of a record or founds one.
func (w *Worker) identify(ctx context.Context, out *notice.Extraction) (isNew bool, err error) {
	print := identity.Fingerprint(out.Record.Body)
	known, err := w.Records.Works(ctx, identity.Probe(out.Record, print))
	if err != nil {
		return false, fmt.Errorf("find works like version %s: %w", out.Record.Version, err)
	}
	var differs string
	out.Work, isNew, differs = identity.Match(out.Record, print, known)
	out.Record.Work = out.Work.ID
	if differs != "" {
		out.Record.Problems = append(out.Record.Problems, notice.Problem{Field: "work", Code: "copy_differs", Detail: differs})
	}
	return isNew, nil
}

// Look-ups for one record are bounded: citations matter less than the papers that
// a repeal list ends, of which there may be hundreds.
const (
	referLimit  = 24
	repealLimit = 400
)

// refer links relations to works that are known and returns those that the record
// puts out of force, with the relation that says so.
func (w *Worker) refer(ctx context.Context, r *notice.Record) ([]repeal, error) {
	var out []repeal
	looked := map[bool]int{}
	for i := range r.Relations {
		rel := &r.Relations[i]
		ends := rel.Type == notice.Repeals || rel.Type == notice.Replaces
		if rel.Title == "" && rel.Number == "" || looked[ends] == map[bool]int{true: repealLimit, false: referLimit}[ends] {
			continue
		}
		looked[ends]++
		known, err := w.Records.Works(ctx, notice.Work{Number: rel.Number, Title: rel.Title})
		if err != nil {
			return nil, fmt.Errorf("find the work that %q names: %w", rel.Title+rel.Number, err)
		}
		id, ok := identity.Refers(*rel, r.Work, known)
		if !ok {
			continue
		}
		rel.Work = id
		if i := slices.IndexFunc(known, func(k notice.Work) bool { return k.ID == id }); ends && i >= 0 && rel.Confidence >= repealFloor {
			out = append(out, repeal{known[i], *rel})
		}
	}
	return out, nil
}

// rejoin looks again after a record has founded a work: a copy that was read at the
// same moment elsewhere may have founded one too. The work with the lower ID stays;
// both readers see both works, so exactly one of them moves.
func (w *Worker) rejoin(ctx context.Context, out notice.Extraction) error {
	print := identity.Fingerprint(out.Record.Body)
	known, err := w.Records.Works(ctx, identity.Probe(out.Record, print))
	if err != nil {
		return fmt.Errorf("find works like version %s: %w", out.Record.Version, err)
	}
	known = slices.DeleteFunc(known, func(k notice.Work) bool { return k.ID >= out.Work.ID })
	work, isNew, _ := identity.Match(out.Record, print, known)
	if isNew {
		return nil
	}
	out.Record.Work, out.Work, out.Change, out.Events = work.ID, work, nil, nil
	if err := w.Records.Save(ctx, out); err != nil {
		return fmt.Errorf("save record of version %s: %w", out.Record.Version, err)
	}
	return nil
}
