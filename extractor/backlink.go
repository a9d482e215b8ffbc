package extractor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"govwatch/extractor/identity"
	"govwatch/notice"
)

// awaitingLimit bounds how many earlier records one new work answers at once.
const awaitingLimit = 200

// answer links what was read earlier and named this work before it was held: the
// draft (征求意见稿) to its final text, the interpretation to its policy, citations
// and answers of provinces. Linking is our knowledge, not the publisher's change:
// no event tells of it.
func (w *Worker) answer(ctx context.Context, r notice.Record, work notice.Work) error {
	if w.Agenda == nil || work.ID == "" {
		return nil
	}
	ids, err := w.Agenda.Awaiting(ctx, r, awaitingLimit)
	if err != nil {
		return fmt.Errorf("find records that wait for work %s: %w", work.ID, err)
	}
	for _, id := range ids {
		if id == r.Version {
			continue
		}
		if err := w.link(ctx, id, work); err != nil {
			return err
		}
	}
	return nil
}

// link fills the relations of one record that name the work.
func (w *Worker) link(ctx context.Context, id notice.VersionID, work notice.Work) error {
	c, err := w.current(ctx, id)
	if err != nil || c == nil {
		return err
	}
	out := notice.Extraction{Record: *c}
	out.Record.Relations = slices.Clone(c.Relations)
	found := false
	for i := range out.Record.Relations {
		rel := &out.Record.Relations[i]
		if rel.Work != "" {
			continue
		}
		if to, ok := identity.Refers(*rel, c.Work, []notice.Work{work}); ok {
			rel.Work, found = to, true
		}
	}
	if !found {
		return nil
	}
	if err := w.Records.Save(ctx, out); err != nil && !errors.Is(err, notice.ErrUnknown) {
		return fmt.Errorf("save the link of version %s to work %s: %w", id, work.ID, err)
	}
	return nil
}
