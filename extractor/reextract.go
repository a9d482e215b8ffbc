package extractor

import (
	"context"
	"fmt"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// Progress tells how far a re-extraction has come.
type Progress struct {
	// Done counts versions that were read again, Failed those whose bytes are damaged or missing.
	Done, Failed int
	// Version is the one that was handled last.
	Version notice.VersionID
	// Err is why the last one failed, nil when it did not.
	Err error
}

// batch is how many versions are listed at a time.
const batch = 200

// Reextract reads the archived head versions again whose record a ruleset below
// the given one made. Records are marked Cause=reextract and raise no alert; no
// change is explained anew, for the publisher did nothing. It may be stopped at
// any time: what is done is saved, and the next call goes on with the rest. report
// is called after each version, from the caller's goroutine; it may be nil.
//
// A version that cannot be read is counted and passed over. The error is a
// transient one, or the context's.
func (w *Worker) Reextract(ctx context.Context, below int, report func(Progress)) (Progress, error) {
	var p Progress
	for {
		ids, err := w.Records.Stale(ctx, below, p.Version, batch)
		if err != nil {
			return p, fmt.Errorf("list versions read by a ruleset below %d: %w", below, err)
		}
		if len(ids) == 0 {
			return p, nil
		}
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return p, fmt.Errorf("re-extract after version %s: %w; call again to go on", p.Version, err)
			}
			p.Version, p.Err = id, w.again(ctx, id)
			switch {
			case p.Err == nil:
				p.Done++
			case fault.Of(p.Err) == fault.Transient && ctx.Err() != nil:
				return p, p.Err
			default:
				p.Failed++
			}
			if report != nil {
				report(p)
			}
		}
	}
}

// again reads one version with the rules of today.
func (w *Worker) again(ctx context.Context, id notice.VersionID) (err error) {
	defer fault.Recover(&err)
	in, err := w.Records.Reading(ctx, id)
	if err != nil {
		return fmt.Errorf("read version %s from the tracker: %w", id, err)
	}
	return w.page(ctx, in, notice.Reextract)
}
