package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
	"govwatch/store/tracker"
)

// PlanSources says when each source is visited next and why, soonest first;
// no IDs means all. It reads the tracker and changes nothing.
func PlanSources(ctx context.Context, cfg Config, ids []string) (visits []schedules.Planned, err error) {
	declared, err := ListSources(ctx, cfg)
	if err != nil {
		return nil, err
	}
	now := service.Real().Now()
	if stored(cfg) != nil {
		return planVisits(ctx, noTracker{}, declared, ids, cfg.Adaptive.limits(), now)
	}
	err = withTracker(ctx, cfg, func(tr *tracker.Tracker) error {
		known, err := tr.Sources(ctx)
		if err != nil {
			return err
		}
		// A folder of another world, such as the demo's, holds its own sources.
		if len(known) > 0 && !slices.ContainsFunc(declared, func(s notice.Source) bool {
			return slices.ContainsFunc(known, func(k notice.Source) bool { return k.ID == s.ID })
		}) {
			declared = known
		}
		visits, err = planVisits(ctx, tr, declared, ids, cfg.Adaptive.limits(), now)
		return err
	})
	return visits, err
}

// noTracker is the book before the first run.
type noTracker struct{}

func (noTracker) Healths(context.Context) ([]notice.Health, error) { return nil, nil }

func (noTracker) ListStates(context.Context, []notice.SourceID) (map[notice.SourceID][]notice.ListState, error) {
	return nil, nil
}

func planVisits(ctx context.Context, book schedules.Book, sources []notice.Source, ids []string, limits schedules.Limits, now time.Time) ([]schedules.Planned, error) {
	for _, id := range ids {
		if !slices.ContainsFunc(sources, func(s notice.Source) bool { return string(s.ID) == id }) {
			return nil, fmt.Errorf("%w: source %s is not declared; see govwatch sources list", ErrConfig, id)
		}
	}
	// The budget is shared, so the plan is made for all even when one is asked for.
	plan, err := schedules.MakePlan(ctx, book, sources, limits, now)
	if err != nil {
		return nil, err
	}
	healths, err := book.Healths(ctx)
	if err != nil {
		return nil, err
	}
	visits := plan.Visits(sources, healths, now)
	if len(ids) > 0 {
		visits = slices.DeleteFunc(visits, func(v schedules.Planned) bool { return !slices.Contains(ids, string(v.Source)) })
	}
	slices.SortStableFunc(visits, func(a, b schedules.Planned) int {
		if a.Next.IsZero() != b.Next.IsZero() {
			if a.Next.IsZero() {
				return 1
			}
			return -1
		}
		return a.Next.Compare(b.Next)
	})
	return visits, nil
}

// withTracker opens the tracker for one look and closes it.
func withTracker(ctx context.Context, cfg Config, f func(*tracker.Tracker) error) error {
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return err
	}
	return errors.Join(f(tr), tr.Close())
}
