package schedules

import (
	"fmt"
	"time"

	"govwatch/notice"
)

// Planned is one line of a plan for people.
type Planned struct {
	Source notice.SourceID
	// Last is the due time of the last finished task, zero when there was none.
	Last time.Time
	// Next is when the source is due, zero when it rests.
	Next     time.Time
	Adaptive bool
	// PerDay is the number of visits a day over the coming week.
	PerDay float64
	Why    string
}

// Visits lists what is next for each source, in the order given. A source whose
// time has passed is due now.
func (p Plan) Visits(sources []notice.Source, healths []notice.Health, now time.Time) []Planned {
	known := byID(healths)
	out := make([]Planned, 0, len(sources))
	for _, s := range sources {
		h := known[s.ID]
		v := Planned{Source: s.ID, Last: h.LastDue, Adaptive: s.Adaptive}
		v.PerDay, v.Why = p.why(s, now)
		switch state := stateOf(s, h); {
		case !state.Scheduled():
			v.PerDay, v.Why = 0, fmt.Sprintf("not visited: %s", state)
		case h.LastDue.IsZero():
			v.Next = now
			v.Why += "; never visited"
		default:
			v.Next = p.Next(s, h.LastDue)
			if !v.Next.IsZero() && v.Next.Before(now) {
				v.Next = now
			}
		}
		if !v.Next.IsZero() && v.Next.Before(h.PausedUntil) {
			v.Next = h.PausedUntil
			v.Why += "; the host asked for a pause"
		}
		out = append(out, v)
	}
	return out
}

func (p Plan) why(s notice.Source, now time.Time) (float64, string) {
	c, ok := p.adaptive[s.ID]
	switch {
	case !ok:
		return perDay(s, now), fmt.Sprintf("cron %s", s.Cron)
	case c.pinned:
		return perDay(s, now), fmt.Sprintf("cron %s: the history is short, %d publication days of %d", s.Cron, c.habit.Days, fewDays)
	}
	return c.perDay(now), c.habit.String()
}

func byID(healths []notice.Health) map[notice.SourceID]notice.Health {
	known := make(map[notice.SourceID]notice.Health, len(healths))
	for _, h := range healths {
		known[h.Source] = h
	}
	return known
}

// stateOf is the state that counts: what a person decided, kept with the
// health, wins over the declaration.
func stateOf(s notice.Source, h notice.Health) notice.SourceState {
	if h.State != "" {
		return h.State
	}
	return s.State
}
