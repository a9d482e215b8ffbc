package schedules

import (
	"time"

	"govwatch/notice"
)

// Expected is the next run that the plan promises of a source.
type Expected struct {
	Source notice.SourceID
	Due    time.Time
	// Tolerance is the pause to the run after it, at most half a day: a stop is
	// noticed within two intervals.
	Tolerance time.Duration
}

const (
	leastTolerance = 15 * time.Minute
	mostTolerance  = 12 * time.Hour
)

// Expect lists what should have run or will: sources that have run before and
// are not at rest. A host that asked for a pause is expected after it.
func (p Plan) Expect(sources []notice.Source, healths []notice.Health) []Expected {
	known := byID(healths)
	var out []Expected
	for _, s := range sources {
		h := known[s.ID]
		if !stateOf(s, h).Scheduled() || h.LastDue.IsZero() {
			continue
		}
		due := p.Next(s, h.LastDue)
		if due.IsZero() {
			continue
		}
		e := Expected{Source: s.ID, Due: due, Tolerance: mostTolerance}
		if after := p.Next(s, due); !after.IsZero() {
			e.Tolerance = min(mostTolerance, max(leastTolerance, after.Sub(due)))
		}
		if h.PausedUntil.After(e.Due) {
			e.Due = h.PausedUntil
		}
		out = append(out, e)
	}
	return out
}
