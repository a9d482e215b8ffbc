package app

import (
	"context"
	"errors"
	"fmt"

	"govwatch/extractor"
	"govwatch/notice"
)

// Reextraction is how far a re-extraction has come.
type Reextraction struct {
	// All counts the stale versions at the start, Done and Failed those handled.
	All    int `json:"all"`
	Done   int `json:"done"`
	Failed int `json:"failed"`
	// Failures name the first versions that failed, with the reason.
	Failures []ReadFailure `json:"failures"`
}

// ReadFailure is a version that could not be read again.
type ReadFailure struct {
	Version notice.VersionID `json:"version"`
	Problem string           `json:"problem"`
}

// failuresShown bounds the list of failures: one cause often has many.
const failuresShown = 50

// Reextract reads the head versions again whose record a ruleset below the given
// one made; zero means below the ruleset of this program. It goes on where it was
// stopped, because what is done is no longer stale. The records are marked
// Cause=reextract, which raises no alert. With embedded backends the data folder
// must not be in use. progress is called after each version.
func (s *Shelf) Reextract(ctx context.Context, below int, progress func(Reextraction)) (r Reextraction, err error) {
	r.Failures = []ReadFailure{}
	switch {
	case below == 0:
		below = extractor.Ruleset
	case below < 0 || below > extractor.Ruleset:
		return r, fmt.Errorf("%w: ruleset %d: this program has ruleset %d, so name 1 to %d", ErrConfig, below, extractor.Ruleset, extractor.Ruleset)
	}
	release, err := alone(s.cfg)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if r.All, err = s.stale(ctx, below); err != nil {
		return r, err
	}
	_, err = s.worker.Reextract(ctx, below, func(p extractor.Progress) {
		r.Done, r.Failed = p.Done, p.Failed
		if p.Err != nil && len(r.Failures) < failuresShown {
			r.Failures = append(r.Failures, ReadFailure{p.Version, p.Err.Error()})
		}
		progress(r)
	})
	return r, err
}

// stale counts the versions that a re-extraction has before it.
func (s *Shelf) stale(ctx context.Context, below int) (n int, err error) {
	for after := notice.VersionID(""); ; {
		ids, err := s.tracker.Stale(ctx, below, after, 1000)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		n += len(ids)
		after = ids[len(ids)-1]
	}
}
