package alert_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"govwatch/alert"
	"govwatch/internal/service"
	"govwatch/notice"
)

// byGroup is a grouping as the health of sources gives it: one class on one
// site, or three blocks.
func byGroup(list []notice.Incident) (out []notice.Outbreak) {
	at := map[string]int{}
	for n := range 20 { // in the order of their IDs, which is the order in which they opened
		for _, i := range list {
			if i.ID != notice.IncidentID(fmt.Sprintf("i%02d", n)) {
				continue
			}
			key := string(i.Class) + i.Group
			if i.Class == notice.Block {
				key = "blocks"
			}
			k, ok := at[key]
			if !ok {
				k = len(out)
				at[key] = k
				out = append(out, notice.Outbreak{Name: key, Summary: "why " + key, Wide: key == "blocks"})
			}
			out[k].Incidents = append(out[k].Incidents, i)
		}
	}
	for k, o := range out {
		if o.Wide && len(o.Incidents) < 3 {
			out[k].Incidents = o.Incidents[:1]
		}
	}
	return out
}

// clinic is a worker with incidents that come and go.
type clinic struct {
	t     *testing.T
	log   *memory
	clock *service.Jump
	sent  []notice.Message
	w     *alert.Worker
}

func (c *clinic) Name() string { return "desk" }
func (c *clinic) Send(_ context.Context, m notice.Message) error {
	c.sent = append(c.sent, m)
	return nil
}

func newClinic(t *testing.T, rules ...alert.Rule) *clinic {
	c := &clinic{t: t, log: &memory{fail: map[string]int{}, incidents: map[notice.IncidentID]notice.Incident{}}, clock: service.NewJump(now)}
	if len(rules) == 0 {
		rules = alert.DefaultRules()
	}
	c.restart(rules...)
	return c
}

// restart is what another process does after a kill.
func (c *clinic) restart(rules ...alert.Rule) {
	w, err := alert.New(alert.Config{Set: alert.Set{Rules: rules}, Channels: []alert.Channel{c}, Log: c.log, Clock: c.clock,
		Outbreaks: byGroup, Gather: 2 * time.Minute})
	if err != nil {
		c.t.Fatal(err)
	}
	c.w = w
}

// show makes an incident known and hands over its event.
func (c *clinic) show(n int, source string, class notice.IncidentClass, group string, state notice.IncidentState) {
	id := notice.IncidentID(fmt.Sprintf("i%02d", n))
	i, known := c.log.incidents[id]
	if !known {
		i = notice.Incident{ID: id, Source: notice.SourceID(source), Class: class, Group: group, Scope: group, Opened: c.clock.Now(), Summary: "ill"}
	}
	i.State = state
	kind := notice.IncidentOpened
	switch state {
	case notice.Resolved:
		kind, i.Resolved = notice.IncidentResolved, c.clock.Now()
	case notice.Reminded:
		kind, i.Reminded = notice.IncidentReminded, c.clock.Now()
	}
	c.log.incidents[id] = i
	e := notice.Event{ID: notice.NewEventID(kind, string(id), c.clock.Now().String()), Kind: kind, Source: i.Source, Incident: id, At: c.clock.Now()}
	if err := c.w.Handle(c.t.Context(), e); err != nil {
		c.t.Fatal(err)
	}
}

// wait moves the clock on and sends what is due; it returns what was sent.
func (c *clinic) wait(d time.Duration) []notice.Message {
	c.t.Helper()
	c.clock.Set(c.clock.Now().Add(d))
	before := len(c.sent)
	drain(c.t, c.w)
	return c.sent[before:]
}

func one(t *testing.T, when string, got []notice.Message, parts ...string) {
	t.Helper()
	if len(got) != 1 {
		t.Fatalf("%s: %d messages, want one: %+v", when, len(got), got)
	}
	for _, p := range parts {
		if !strings.Contains(got[0].Text, p) {
			t.Errorf("%s: %q is not in\n%s", when, p, got[0].Text)
		}
	}
}

func none(t *testing.T, when string, got []notice.Message) {
	t.Helper()
	if len(got) > 0 {
		t.Fatalf("%s: %d messages, want none: %s", when, len(got), got[0].Subject)
	}
}

func TestOneOutbreakOneMessage(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	for n, s := range []string{"a", "b", "c", "d"} {
		c.show(n, s, notice.Block, s+".gov.cn", notice.Opened)
	}
	none(t, "while others may follow", c.wait(time.Minute))
	one(t, "four at once", c.wait(2*time.Minute), "4 个来源", "来源a", "来源d", "why blocks", "Sources ill")
	c.show(4, "e", notice.Block, "e.gov.cn", notice.Opened)
	none(t, "a late one", c.wait(time.Hour))
	c.clock.Set(c.clock.Now().Add(7 * 24 * time.Hour))
	for n := range 5 {
		c.clock.Set(c.clock.Now().Add(time.Hour))
		c.show(n, "", "", "", notice.Reminded)
	}
	one(t, "a week later", c.wait(time.Hour), "Sources still ill", "5 个来源", "来源e")
	for n := range 4 {
		c.show(n, "", "", "", notice.Resolved)
		none(t, "some are well", c.wait(time.Hour))
	}
	c.show(4, "", "", "", notice.Resolved)
	one(t, "all are well", c.wait(time.Hour), "Sources well again", "5 个来源", "来源b")
	for _, r := range c.log.alerts {
		if r.State != notice.Delivered && r.State != notice.Folded {
			t.Errorf("alert %s is %s", r.Once, r.State)
		}
	}
}

// A source alone is told of as ever, with the words of its own incident.
func TestIncidentAlone(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.show(0, "a", notice.ListEmpty, "a.gov.cn", notice.Opened)
	c.show(1, "b", notice.Block, "b.gov.cn", notice.Opened)
	got := c.wait(3 * time.Minute)
	if len(got) != 2 || !strings.Contains(got[0].Subject, "来源异常 Source ill · 来源a (a) · list_empty") || strings.Contains(got[1].Subject, "share") {
		t.Fatalf("%+v", got)
	}
	c.show(0, "", "", "", notice.Resolved)
	one(t, "one is well", c.wait(3*time.Minute), "Source well again", "来源a")
}

// A site that fails for a second source days later is known to be ill.
func TestLateJoinerOfASite(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.show(0, "a", notice.Unreachable, "x.gov.cn", notice.Opened)
	one(t, "the first", c.wait(time.Hour), "Source ill", "来源a")
	c.show(1, "b", notice.Unreachable, "x.gov.cn", notice.Opened)
	none(t, "another of its site", c.wait(time.Hour))
	c.show(0, "", "", "", notice.Resolved)
	none(t, "one is well, the other not", c.wait(time.Hour))
	c.show(1, "", "", "", notice.Resolved)
	one(t, "both are well", c.wait(time.Hour), "Sources well again", "2 个来源", "来源a", "来源b")
}

// Blocks that come one by one are told apart until there are enough to have one
// cause; then once together.
func TestOutbreakThatGrows(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	for n, s := range []string{"a", "b"} {
		c.show(n, s, notice.Block, s+".gov.cn", notice.Opened)
		one(t, "a block alone", c.wait(time.Hour/4), "Source ill", "来源"+s)
	}
	c.show(2, "c", notice.Block, "c.gov.cn", notice.Opened)
	one(t, "the third", c.wait(time.Hour/4), "3 个来源")
	c.show(3, "d", notice.Block, "d.gov.cn", notice.Opened)
	none(t, "the fourth", c.wait(time.Hour/4))
}

// Rules see their own sources only.
func TestOutbreakByRule(t *testing.T) {
	t.Parallel()
	c := newClinic(t, alert.Rule{Name: "mine", Incidents: []notice.IncidentClass{notice.Block}, Sources: []notice.SourceID{"a", "c"}},
		alert.Rule{Name: "one", Incidents: []notice.IncidentClass{notice.Block}, Sources: []notice.SourceID{"b"}})
	for n, s := range []string{"a", "b", "c"} {
		c.show(n, s, notice.Block, s+".gov.cn", notice.Opened)
	}
	got := c.wait(time.Hour)
	if len(got) != 2 || got[0].Rule != "one" || !strings.Contains(got[0].Subject, "Source ill") || !strings.Contains(got[1].Text, "2 个来源") || strings.Contains(got[1].Text, "来源b") {
		t.Fatalf("%+v", got)
	}
}

// A kill between the writes tells an outbreak once.
func TestOutbreakSurvivesKills(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"claim", "claim done", "incidents", "occasion", "raise", "raise done", "settle", "settle done"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			c := newClinic(t)
			for n, s := range []string{"a", "b", "c"} {
				c.show(n, s, notice.Block, s+".gov.cn", notice.Opened)
			}
			c.clock.Set(c.clock.Now().Add(3 * time.Minute))
			c.log.fail[step] = 1
			if _, err := c.w.DeliverDue(t.Context()); err == nil {
				t.Fatal("the step did not fail")
			}
			c.restart(alert.DefaultRules()...)
			for range 3 {
				c.wait(3 * time.Minute)
			}
			ids := map[notice.AlertID]bool{}
			for _, m := range c.sent {
				ids[m.ID] = true
			}
			if len(ids) != 1 || !strings.Contains(c.sent[0].Text, "3 个来源") {
				t.Errorf("%d messages under %d IDs: %+v", len(c.sent), len(ids), c.sent)
			}
		})
	}
}

// What is held goes out at the release, folded.
func TestHold(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.w.Hold()
	for n, s := range []string{"a", "b", "c"} {
		c.show(n, s, notice.Block, s+".gov.cn", notice.Opened)
	}
	c.w.Release()
	one(t, "at the release", c.wait(0), "3 个来源")
}
