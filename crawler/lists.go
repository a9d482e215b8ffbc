package crawler

import (
	"context"
	"fmt"
	"time"

	"govwatch/crawler/health"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// deepEvery is how often a walk looks back all of Limits.LookBack; the walks
// between end at the clean pages.
const deepEvery = 20 * time.Hour

// unconditionalEvery is how often validators are left out: some servers go on
// saying 304 while the page changes.
const unconditionalEvery = 3 * 24 * time.Hour

// walkList walks one list and archives what differs. An error is ours.
func (j *job) walkList(ctx context.Context, list notice.List) error {
	if j.stop != "" {
		return nil
	}
	state := j.state(list)
	plan := Plan{
		Source: j.src.ID, Now: j.now, Known: j.ledger.States, MaxPages: j.limits.PollPages,
		All: state.Resume == "" && (!state.Baseline || j.task.Mode == notice.Backfill), Resume: state.Resume,
	}
	if j.task.Mode == notice.Backfill {
		plan.MaxPages = j.limits.BackfillPages
	}
	if j.now.Sub(state.LastComplete) >= deepEvery {
		plan.LookBack = j.limits.LookBack
	} else if j.now.Sub(state.Unconditional) < unconditionalEvery && j.task.Mode == notice.Poll {
		plan.ETag, plan.LastModified = state.ETag, state.LastModified
	}
	plan.MaxPages = max(1, min(plan.MaxPages, j.left()-1))
	out := Walk(ctx, j.session, list, plan)
	if out.Err != nil {
		return out.Err
	}
	if len(out.Pages) == 1 && j.mustRest(out.Pages[0].Answer.Err) {
		return nil // nothing was asked: no run that health could judge
	}
	if err := j.keepPages(ctx, &out, &state); err != nil {
		return err
	}
	r := out.Run
	r.ID, r.Task, r.Mode = notice.NewRunID(j.task.ID, list.URL), j.task.ID, j.task.Mode
	if len(out.Pages) > 0 {
		r.First = out.Pages[0].Items
	}
	r.Baseline = r.Complete && out.Resume == "" && !state.Baseline
	out.Run = r
	if state.Baseline {
		j.readdressed(list, plan, state.LastComplete, out)
	}
	if r.Complete {
		state.LastComplete = j.now
	}
	remember(&state, out.Items, j.walkedBefore(list.URL), j.now)
	state.Total = max(r.Total, 0)
	state.Resume = out.Resume
	j.lists[list.URL], j.walked[list.URL] = state, out
	for _, f := range out.Items {
		j.report.Seen = append(j.report.Seen, notice.Sighting{Document: f.ID, List: list.URL, Position: f.Position, At: j.now})
	}
	j.report.Runs = append(j.report.Runs, r)
	if r.Outcome.Blocked() {
		j.refused(health.Host(list.URL), r.Outcome, r.Reason)
	}
	j.rest(urlx.Host(Start(list, j.now)))
	return nil
}

// walkedBefore is when the list was walked last, zero when it never was.
func (j *job) walkedBefore(list string) time.Time {
	for _, r := range j.book.Runs {
		if r.List == list && r.Mode != notice.Fetch && r.Outcome.Good() {
			return r.Started
		}
	}
	return time.Time{}
}

// rest ends the task when a host asked for a longer pause than a task waits.
func (j *job) rest(host string) {
	until, ok := j.fetch.out.gate.resting(host)
	if !ok || until.Sub(j.clock.Now()) <= j.fetch.opts.MaxWait {
		return
	}
	j.stop = "host " + host + " asked for a pause"
	if j.task.Mode != notice.Fetch && until.After(j.report.PausedUntil) {
		j.report.PausedUntil = until
	}
}

func (j *job) state(list notice.List) notice.ListState {
	s := j.book.Lists[list.URL]
	s.URL = list.URL
	pages := make(map[string]notice.BlobKey, len(s.Pages))
	for k, v := range s.Pages {
		pages[k] = v
	}
	s.Pages = pages
	return s
}

// maxPagesKept bounds the list pages whose last blob is remembered; a back-fill
// of thousands of pages would make the state as large as the list.
const maxPagesKept = 300

// keepPages archives list answers that differ from their last one, and the body
// of an answer that explains why a list could not be read.
func (j *job) keepPages(ctx context.Context, out *Walked, state *notice.ListState) error {
	for i, p := range out.Pages {
		c := j.capture(p.Answer, p.Verdict, "")
		key := notice.KeyOf(p.Answer.Body)
		good := p.Verdict.Outcome == notice.OK
		differs := good && state.Pages[p.Key] != key
		evidence := !good && len(p.Answer.Body) > 0 && i == 0 && j.explains(out.Run.List, p.Verdict)
		if differs || evidence {
			if err := j.put(ctx, p.Answer, &c, state.Pages[p.Key]); err != nil {
				return err
			}
		}
		if differs && (len(state.Pages) < maxPagesKept || state.Pages[p.Key] != "") {
			state.Pages[p.Key] = c.Blob
		}
		if i == 0 {
			j.evidence[out.Run.List], j.evidence[health.Host(out.Run.List)] = c.ID, c.ID
			if good {
				state.ETag, state.LastModified = p.Answer.Header.Get("ETag"), p.Answer.Header.Get("Last-Modified")
				state.Unconditional = j.now
			}
		}
		j.report.Captures = append(j.report.Captures, c)
	}
	return nil
}

// explains reports that a body is worth keeping: it is the first of its illness.
func (j *job) explains(list string, v Verdict) bool {
	for _, r := range j.book.Runs {
		if r.List == list {
			return r.Outcome != v.Outcome
		}
	}
	return true
}

// refused ends all visits to the source's hosts in this task and sets a pause
// that grows with the age of the block.
func (j *job) refused(host string, o notice.Outcome, why string) {
	pause := 6 * time.Hour
	for _, i := range j.book.Health.Incidents {
		if i.Class == notice.Block && i.State != notice.Resolved && j.now.Sub(i.Opened) > 24*time.Hour {
			pause = 20 * time.Hour
		}
	}
	until := j.clock.Now().Add(pause)
	if rest, ok := j.fetch.out.gate.resting(host); ok && rest.After(until) {
		until = rest
	}
	j.stop = fmt.Sprintf("%s: %s", o, why)
	if j.task.Mode != notice.Fetch {
		j.report.PausedUntil = until
	}
}

// visitNew visits the documents of a list that are not known, newest first, and
// those that came back. A list whose first whole walk is done becomes baseline
// once every item of it was visited or handed on.
func (j *job) visitNew(ctx context.Context, list notice.List) error {
	out, ok := j.walked[list.URL]
	if !ok {
		return nil
	}
	state := j.lists[list.URL]
	held, err := j.returning(ctx, out.Items)
	if err != nil {
		return err
	}
	left := 0
	for _, f := range out.Items {
		if f.Known == notice.Live || j.done[f.ID] || j.awaited(f, state) {
			continue
		}
		doc := j.fresh(list.URL, f, j.baseline(state, f))
		if d, ok := held[f.ID]; ok {
			doc = d
		}
		if doc.State == notice.Owed && doc.NextVisit.After(j.now) {
			continue
		}
		if !j.session.Mine(doc.URL) {
			if doc.Head == "" {
				j.abroad = append(j.abroad, doc)
			}
			continue
		}
		if j.stop != "" || j.left() < 3 {
			j.later(doc)
			left++
			continue
		}
		if err := j.visit(ctx, doc); err != nil {
			return err
		}
	}
	if out.Run.Complete && out.Resume == "" && left == 0 && !state.Baseline {
		state.Baseline, state.BaselineAt = true, j.now
	}
	j.lists[list.URL] = state
	return nil
}

// returning reads the listed documents that are known and do not stand.
func (j *job) returning(ctx context.Context, items []Found) (map[notice.DocumentID]notice.Document, error) {
	var ids []notice.DocumentID
	for _, f := range items {
		if f.Known != "" && f.Known != notice.Live {
			ids = append(ids, f.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return j.ledger.Documents(ctx, ids)
}

// grace is how much older than the baseline an unknown item must be to count as
// part of it: it stood there and could not be fetched then.
const grace = 7

// baseline reports that a document stood in the list before we watched it.
func (j *job) baseline(state notice.ListState, f Found) bool {
	if !state.Baseline {
		return true
	}
	day := notice.DateOf(state.BaselineAt)
	if j.task.Mode == notice.Backfill {
		return f.Date.IsZero() || f.Date.Compare(day) < 0
	}
	return !f.Date.IsZero() && f.Date.Compare(day.AddDays(-grace)) < 0
}

// fresh is a document as the list shows it, before its first visit.
func (j *job) fresh(list string, f Found, baseline bool) notice.Document {
	return notice.Document{
		ID: f.ID, Source: j.src.ID, List: list, URL: f.URL, Title: f.Title, ListDate: f.Date,
		FirstSeen: j.now, LastSeen: j.now, State: notice.Live, Baseline: baseline,
	}
}
