package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"govwatch/fixtures/sim"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// scoredKinds are the kinds that are announced and can be right or wrong.
var scoredKinds = []notice.ChangeKind{
	notice.ChangeNew, notice.ChangeEdited, notice.ChangeGone, notice.ChangeReturned, notice.ChangeReverted, notice.ChangeMoved,
}

func (a *App) scoreSimulation(ctx context.Context, world *sim.World, score *SimScore) error {
	changes, err := a.backends.tracker.Changes(ctx, time.Time{})
	if err != nil {
		return err
	}
	incidents, err := a.backends.tracker.Incidents(ctx, false)
	if err != nil {
		return err
	}
	tally, err := a.backends.tracker.Tally(ctx)
	if err != nil {
		return err
	}
	for _, n := range tally.Captures {
		score.Captures += n
	}
	score.Unchanged = tally.Documents[notice.ChangeSame] + tally.Documents[notice.ChangeCosmetic]
	truth := world.Truth()
	score.Scenarios = truth.Scenarios
	j := simJudge{score: score, began: sim.FirstDay().Add(simHour * time.Hour), end: sim.FirstDay().AddDate(0, 0, score.Days-1).Add(simHour*time.Hour + time.Minute), notices: world.Notices(), used: map[int]bool{}}
	for _, c := range changes {
		id, err := urlx.Identity(c.URL)
		if err == nil && slices.Contains(scoredKinds, c.Kind) && (!c.Baseline || c.Kind == notice.ChangeMoved) && c.Event != "" {
			j.found = append(j.found, simFound{id, c})
		}
	}
	j.absences = truth.Absences
	j.events(truth.Events)
	j.breakages(truth.Breakages, incidents)
	return nil
}

type simFound struct {
	url    string
	change notice.Change
}

type simJudge struct {
	score *SimScore
	// began is the first visit, end the last.
	began, end time.Time
	notices    map[string]bool
	found      []simFound
	used       map[int]bool
	// absences are windows in which documents truly answered as gone.
	absences []sim.Breakage
}

func (j *simJudge) events(truth []sim.Event) {
	kinds, meanings := map[string]*simCount{}, map[string]*simCount{}
	for _, e := range truth {
		if e.At.After(j.end) || e.Kind == notice.ChangeNew && e.At.Before(j.began) {
			continue // not yet, or part of the baseline
		}
		i := j.match(e)
		if i < 0 && e.Due.After(j.end) {
			continue // it need not have been seen yet
		}
		name := string(e.Meaning)
		if i < 0 {
			count(kinds, string(e.Kind)).missed++
			if name != "" {
				count(meanings, name).missed++
			}
			j.wrong("missed %s %s at %s: %s", e.Kind, e.Meaning, e.At.Format(time.DateOnly), e.URL)
			continue
		}
		j.used[i] = true
		c := j.found[i].change
		count(kinds, string(e.Kind)).hit(c.At.Sub(e.At))
		if name == "" {
			continue
		}
		if slices.Contains(c.Meaning, e.Meaning) || e.File != "" && j.found[i].url == e.File {
			count(meanings, name).hit(c.At.Sub(e.At))
		} else {
			count(meanings, name).missed++
			j.wrong("%s called %v: %s: %s", e.Meaning, c.Meaning, e.URL, c.Diff)
		}
	}
	for i, f := range j.found {
		if !j.used[i] && j.notices[f.url] && !j.echo(f, truth) {
			count(kinds, string(f.change.Kind)).wrong++
			j.wrong("false %s at %s: %s: %s", f.change.Kind, f.change.At.Format(time.DateOnly), f.url, f.change.Diff)
		}
	}
	j.score.Kinds, j.score.Meanings = scores(kinds), scores(meanings)
}

// match finds the announcement of an event; -1 when there is none in time.
func (j *simJudge) match(e sim.Event) int {
	for i, f := range j.found {
		if j.used[i] || f.url != e.URL && (e.File == "" || f.url != e.File) || f.change.At.Before(e.At) || f.change.At.After(e.Due) {
			continue
		}
		if f.change.Kind == e.Kind || e.Kind == notice.ChangeReverted && f.change.Kind == notice.ChangeEdited {
			return i
		}
	}
	return -1
}

// echo says that an announcement tells again what happened: the page of a file
// that was replaced, a return after a removal that need not be seen.
func (j *simJudge) echo(f simFound, truth []sim.Event) bool {
	if f.change.Kind == notice.ChangeReturned && slices.ContainsFunc(j.absences, func(b sim.Breakage) bool {
		return b.Source == f.change.Source && f.change.At.After(b.From) && f.change.At.Before(b.Until.AddDate(0, 0, 3))
	}) {
		return true
	}
	return slices.ContainsFunc(truth, func(e sim.Event) bool {
		if f.url != e.URL || f.change.At.Before(e.At) || f.change.At.After(e.Due.AddDate(0, 0, 1)) {
			return false
		}
		return f.change.Kind == e.Kind && e.Kind != notice.ChangeNew || f.change.Kind == notice.ChangeReverted && e.Kind == notice.ChangeEdited ||
			f.change.Kind == notice.ChangeEdited && e.Kind == notice.ChangeReverted
	})
}

func (j *simJudge) wrong(format string, args ...any) {
	if len(j.score.Wrong) < 100 {
		j.score.Wrong = append(j.score.Wrong, fmt.Sprintf(format, args...))
	}
}

// breakages asks whether each illness that the play reached was told.
func (j *simJudge) breakages(truth []sim.Breakage, incidents []notice.Incident) {
	by := map[string]*BreakageScore{}
	for _, b := range truth {
		late := b.Until
		if b.Structural {
			// Two scheduled runs: the first that meets it and the next.
			late = b.From.AddDate(0, 0, 2)
		}
		if late.After(j.end) {
			continue
		}
		s := by[b.Scenario]
		if s == nil {
			s = &BreakageScore{Scenario: b.Scenario, Structural: b.Structural}
			by[b.Scenario] = s
		}
		s.Played++
		i := slices.IndexFunc(incidents, func(i notice.Incident) bool {
			return i.Source == b.Source && slices.Contains(b.Classes, i.Class) && !i.Opened.Before(b.From) && !i.Opened.After(late)
		})
		if i < 0 {
			told := ""
			for _, i := range incidents {
				if i.Source == b.Source {
					told += fmt.Sprintf("; %s opened %s", i.Class, i.Opened.Format(time.DateOnly))
				}
			}
			j.wrong("not noticed: %s of %s from %s%s", b.Scenario, b.Source, b.From.Format(time.DateOnly), told)
			continue
		}
		d := incidents[i].Opened.Sub(b.From)
		s.Delay += d
		s.Worst = max(s.Worst, d)
		s.Noticed++
	}
	for _, s := range by {
		if s.Noticed > 0 {
			s.Delay /= time.Duration(s.Noticed)
		}
		j.score.Breakages = append(j.score.Breakages, *s)
	}
	slices.SortFunc(j.score.Breakages, func(a, b BreakageScore) int { return strings.Compare(a.Scenario, b.Scenario) })
}

type simCount struct {
	right, missed, wrong int
	delay                time.Duration
}

func (c *simCount) hit(d time.Duration) { c.right++; c.delay += d }

func count(m map[string]*simCount, name string) *simCount {
	if m[name] == nil {
		m[name] = &simCount{}
	}
	return m[name]
}

func scores(m map[string]*simCount) []KindScore {
	var out []KindScore
	for name, c := range m {
		k := KindScore{Name: name, Right: c.right, Missed: c.missed, False: c.wrong}
		if c.right > 0 {
			k.Delay = c.delay / time.Duration(c.right)
		}
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b KindScore) int { return strings.Compare(a.Name, b.Name) })
	return out
}
