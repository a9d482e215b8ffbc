package alert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"govwatch/notice"
)

const (
	// outbreakSpan is how far back incidents that are over still belong to one.
	outbreakSpan = 8 * 24 * time.Hour
	// remindSpan parts the reminders of an outbreak: its sources are reminded each
	// at its own time, people once in it.
	remindSpan = 7 * 24 * time.Hour
	// maxNamed bounds the sources that a message names.
	maxNamed = 25
)

// fold takes out of claimed alerts those about incidents that share their cause
// with others and raises one alert for all in their place. Its ID follows from
// the rule, the channel and the first incident, so that a crash in between and a
// second worker raise it once. What joins later is not told apart: the reminder
// and the word of recovery name it.
func (w *Worker) fold(ctx context.Context, alerts []notice.Alert) (rest []notice.Alert, err error) {
	if w.outbreaks == nil || !slices.ContainsFunc(alerts, foldable) {
		return alerts, nil
	}
	incidents, err := w.log.IncidentsSince(ctx, w.clock.Now().Add(-outbreakSpan))
	if err != nil {
		// They wait for the next claim: told apart they could not be taken back.
		return slices.DeleteFunc(slices.Clone(alerts), foldable), fmt.Errorf("look for incidents with one cause: %w", err)
	}
	outbreaks := w.outbreaks(incidents)
	var errs []error
	for _, a := range alerts {
		i := slices.IndexFunc(outbreaks, func(o notice.Outbreak) bool {
			return len(o.Incidents) > 1 && slices.ContainsFunc(o.Incidents, func(i notice.Incident) bool { return i.ID == a.Incident })
		})
		if !foldable(a) || i < 0 {
			rest = append(rest, a)
			continue
		}
		folded, err := w.foldInto(ctx, a, outbreaks[i])
		if err != nil {
			errs = append(errs, err)
		}
		if !folded {
			rest = append(rest, a)
		}
	}
	return rest, errors.Join(errs...)
}

func foldable(a notice.Alert) bool {
	return a.Incident != "" && !a.Outbreak && (a.Kind == notice.IncidentOpened || a.Kind == notice.IncidentReminded || a.Kind == notice.IncidentResolved)
}

// foldInto raises the alert of an outbreak and settles the one about its member.
// An error leaves the member's claim to run out: it is folded later.
func (w *Worker) foldInto(ctx context.Context, a notice.Alert, o notice.Outbreak) (folded bool, err error) {
	members, err := w.members(ctx, a, o)
	if err != nil || len(members) < 2 {
		return err != nil, err
	}
	at := slices.IndexFunc(members, func(m notice.Occasion) bool { return m.Incident.ID == a.Incident })
	if at < 0 {
		return false, nil
	}
	key, told := occasionOf(a.Kind, members, at, o.Wide, w.gather)
	into := "the message that told of " + string(members[0].Incident.ID)
	if told {
		all := a
		all.Event, all.Once, all.Outbreak = notice.EventID(key), key, true
		all.ID = notice.NewAlertID(a.Rule, a.Channel, all.Event)
		all.State, all.Attempts, all.LastError = notice.Due, 0, ""
		all.Raised, all.NextTry = w.clock.Now(), w.clock.Now()
		all.Message = w.set.renderOutbreak(all, o, members)
		all.Event = a.Event
		n, err := w.log.Raise(ctx, []notice.Alert{all})
		if err != nil {
			return true, fmt.Errorf("raise alert of an outbreak: %w", err)
		}
		w.count(n)
		into = "alert " + string(all.ID)
	}
	err = w.log.Settle(context.WithoutCancel(ctx), a.ID, notice.DeliveryOutcome{State: notice.Folded, At: w.clock.Now(), Error: "one cause with others: told by " + into})
	if err != nil {
		return true, fmt.Errorf("settle alert %s: %w", a.ID, err)
	}
	return true, nil
}

// members are the incidents of an outbreak that the alert's rule asks for.
func (w *Worker) members(ctx context.Context, a notice.Alert, o notice.Outbreak) ([]notice.Occasion, error) {
	r := slices.IndexFunc(w.set.Rules, func(r Rule) bool { return r.Name == a.Rule })
	if r < 0 {
		return nil, nil
	}
	var out []notice.Occasion
	for _, i := range o.Incidents {
		m, err := w.log.Occasion(ctx, notice.Event{Kind: a.Kind, Source: i.Source, Incident: i.ID})
		if err != nil {
			return nil, fmt.Errorf("read incident %s: %w", i.ID, err)
		}
		m.Incident = &i
		if _, ok := w.set.Rules[r].match(m, wordsOf(nil)); ok {
			out = append(out, m)
		}
	}
	return out, nil
}

// occasionOf names what an outbreak's message is about, so that it is sent once,
// and says whether one is due: an outbreak is told when it is seen as one, once
// for each span of reminders, and when its last member is well again. A source
// that joins a site already told of is not news.
func occasionOf(k notice.EventKind, members []notice.Occasion, at int, wide bool, gather time.Duration) (key string, told bool) {
	first, mine := members[0].Incident, members[at].Incident
	key = fmt.Sprintf("outbreak %s %s", k, first.ID)
	switch k {
	case notice.IncidentReminded:
		return fmt.Sprintf("%s %d", key, (mine.Reminded.Sub(first.Opened)+remindSpan/2)/remindSpan), true
	case notice.IncidentResolved:
		last := first.Resolved
		for _, m := range members {
			if m.Incident.State != notice.Resolved {
				return key, false
			}
			if m.Incident.Resolved.After(last) {
				last = m.Incident.Resolved
			}
		}
		return fmt.Sprintf("%s %d", key, last.Unix()), true
	}
	return key, wide || mine.Opened.Sub(first.Opened) <= gather
}

// renderOutbreak is the one message about all members.
func (s Set) renderOutbreak(a notice.Alert, o notice.Outbreak, members []notice.Occasion) notice.Message {
	first := members[0]
	m := notice.Message{ID: a.ID, Rule: a.Rule, At: a.Raised, URL: incidentURL(first)}
	var ill, well []string
	sources := map[notice.SourceID]bool{}
	for _, x := range members {
		name := site(x.Source)
		if sources[x.Event.Source] {
			continue
		}
		sources[x.Event.Source] = true
		if x.Incident.State == notice.Resolved {
			well = append(well, name)
		} else {
			ill = append(ill, name)
		}
	}
	what := "来源异常 Sources ill"
	switch a.Kind {
	case notice.IncidentResolved:
		what = "来源恢复 Sources well again"
	case notice.IncidentReminded:
		what = "来源仍异常 Sources still ill"
	}
	m.Subject = fmt.Sprintf("%s · %d 个来源同一原因 sources share one cause · %s · %s", what, len(sources), first.Incident.Class, o.Name)
	var f facts
	f.add("原因 Cause", o.Summary)
	f.add("类别 Class", string(first.Incident.Class))
	f.add("异常 Ill", named(ill))
	f.add("已恢复 Well again", named(well))
	f.add("开始 Since", stamp(first.Incident.Opened))
	f.add("规则 Rule", a.Rule)
	f.add("编号 Alert ID", string(a.ID))
	m.Subject = cut(oneLine(m.Subject), maxSubject)
	m.Fields, m.Text = f, layText(m.Subject, m.URL, f)
	return m
}

func named(sources []string) string {
	if n := len(sources) - maxNamed; n > 0 {
		return fmt.Sprintf("%s 等 and %d more", strings.Join(sources[:maxNamed], "、"), n)
	}
	return strings.Join(sources, "、")
}
