package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"govwatch/crawler/health"
	"govwatch/internal/fault"
	"govwatch/internal/service"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// Archive keeps bytes by their hash. Both methods may be called concurrently.
type Archive interface {
	// Put is durable on return and may be repeated.
	Put(ctx context.Context, body []byte, meta notice.BlobMeta) (notice.BlobKey, error)
	// Open returns an error that wraps notice.ErrUnknown for a key never put. The
	// reader verifies the hash: notice.ErrCorrupt at the end when it differs.
	Open(ctx context.Context, key notice.BlobKey) (io.ReadCloser, error)
}

// Ledger remembers sources, documents and runs. Each method is one transaction
// and may be called concurrently.
type Ledger interface {
	// Book is what a worker must know of a source before it starts.
	Book(ctx context.Context, s notice.SourceID, now time.Time) (notice.Book, error)
	// States returns how those of some documents stand that are known: what a list
	// shows is asked for at every walk, and most of it is known and live.
	States(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.DocumentState, error)
	// Documents returns those of some documents that are known.
	Documents(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.Document, error)
	// Commit stores a visit with its events. It returns notice.ErrMoved when the
	// document is not at the Rev that was read. The same Visit twice changes nothing.
	Commit(ctx context.Context, v notice.Visit) error
	// FinishTask stores what a task leaves behind; once per task.
	FinishTask(ctx context.Context, r notice.TaskReport) error
}

// FileText reads the text of a file (PDF, Word …) for comparison. An error means
// that there is none; the bytes are then compared.
type FileText func(ctx context.Context, name string, body []byte) (string, error)

// Limits bound one task.
type Limits struct {
	// Requests is the number of exchanges of one task; lists come first, then new
	// documents, then revisits.
	Requests int
	// Revisits is the most documents visited again in one task.
	Revisits int
	// PollPages and BackfillPages bound the pages of one list in one task.
	PollPages     int
	BackfillPages int
	// LookBack is how far a walk looks back once a day: late insertions deep in a
	// list are normal (median delay 7 to 13 days, 5 % beyond 40).
	LookBack time.Duration
	// Follow bounds the fetch tasks for other hosts that one task leaves.
	Follow int
}

// DefaultLimits suit a pace of 3 s: a task takes half an hour at most.
func DefaultLimits() Limits {
	return Limits{Requests: 600, Revisits: 200, PollPages: 40, BackfillPages: 200, LookBack: 60 * 24 * time.Hour, Follow: 500}
}

// Config is what a worker is made of. Sources, Fetcher, Archive and Ledger are
// required.
type Config struct {
	Fetcher *Fetcher
	Sources []notice.Source
	Archive Archive
	Ledger  Ledger
	// FileText is optional.
	FileText FileText
	Limits   Limits
	Log      *slog.Logger
}

// Worker does crawl tasks. Handle may be called concurrently; tasks of one host
// wait for each other in the fetcher's gate.
type Worker struct {
	fetch    *Fetcher
	sources  map[notice.SourceID]notice.Source
	archive  Archive
	ledger   Ledger
	fileText FileText
	limits   Limits
	clock    service.Clock
	log      *slog.Logger
	texts    *texts
}

// New makes a worker.
func New(c Config) (*Worker, error) {
	if c.Fetcher == nil || c.Archive == nil || c.Ledger == nil {
		return nil, errors.New("make crawl worker: a fetcher, an archive and a ledger are needed")
	}
	w := &Worker{
		fetch: c.Fetcher, archive: c.Archive, ledger: c.Ledger, fileText: c.FileText,
		limits: c.Limits, clock: c.Fetcher.opts.Clock, log: c.Log, sources: map[notice.SourceID]notice.Source{}, texts: newTexts(),
	}
	if w.limits == (Limits{}) {
		w.limits = DefaultLimits()
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	for _, s := range c.Sources {
		w.sources[s.ID] = s
	}
	return w, nil
}

// Handle does one task from its book to its report. Failures of a site are part
// of the report and no error. What is returned is ours, with a fault kind:
// a ledger or archive that fails is Transient, an unknown source Permanent.
// A task that is done again goes on where it was cut: what was committed is known.
func (w *Worker) Handle(ctx context.Context, task notice.Task) (err error) {
	defer fault.Recover(&err)
	src, ok := w.sources[task.Source]
	if !ok {
		return fault.Errorf(fault.Permanent, "crawl %s: no declaration has this id", task.Source)
	}
	now := w.clock.Now()
	book, err := w.ledger.Book(ctx, task.Source, now)
	if err != nil {
		return fmt.Errorf("crawl %s: %w", task.Source, err)
	}
	if state := book.Health.State; state != "" && !state.Scheduled() {
		w.log.InfoContext(ctx, "task of a source that is not visited", "source", task.Source, "state", state)
		return nil
	}
	j, err := w.job(task, src, book, now)
	if err != nil {
		return err
	}
	if until, why := j.pause(now); until.After(now) {
		j.report.PausedUntil, j.report.Outcome = until, why
		w.log.InfoContext(ctx, "source is not visited for now", "source", task.Source, "task", task.ID, "until", until, "verdict", why)
		return w.finish(ctx, j)
	}
	if err := j.run(ctx); err != nil {
		return fmt.Errorf("crawl %s: %w", task.Source, err)
	}
	return w.finish(ctx, j)
}

// job is one task under way; one goroutine works on it.
type job struct {
	*Worker
	task    notice.Task
	src     notice.Source
	book    notice.Book
	now     time.Time
	session *Session
	report  notice.TaskReport
	lists   map[string]notice.ListState

	// walked holds the finished walks by declared address.
	walked map[string]Walked
	// done are documents that were visited in this task.
	done map[notice.DocumentID]bool
	// nth counts exchanges by address: the third part of a capture's ID.
	nth map[string]int
	// standing counts known documents that answered where they stood.
	standing int
	// stood are the first sights of those documents.
	stood []time.Time
	// good counts answers that carry a document; refusals in a row stop the task.
	good     int
	refusals int
	stop     string
	misses   []miss
	shut     []notice.Document
	shapes   shapes
	evidence map[string]notice.CaptureID
	// abroad are documents of the lists that stand on other hosts and are due.
	abroad []notice.Document
	// owing is the place of each owed document in the report.
	owing map[notice.DocumentID]int
	// types are media types by document; inline is set while the files of a page
	// are fetched.
	types  map[notice.DocumentID]string
	inline bool
}

func (w *Worker) job(task notice.Task, src notice.Source, book notice.Book, now time.Time) (*job, error) {
	hosts := slices.Clone(src.Hosts)
	if task.Mode == notice.Fetch {
		hosts = []string{task.Host}
		if task.Target != nil {
			hosts = append(hosts, urlx.Host(task.Target.URL))
		}
	} else {
		for _, l := range src.Lists {
			hosts = append(hosts, urlx.Host(Start(l, now)))
		}
	}
	session, err := w.fetch.Session(src, hosts...)
	if err != nil {
		return nil, err
	}
	j := &job{
		Worker: w, task: task, src: src, book: book, now: now, session: session,
		report:   notice.TaskReport{Task: task, Started: now},
		lists:    map[string]notice.ListState{},
		walked:   map[string]Walked{},
		done:     map[notice.DocumentID]bool{},
		nth:      map[string]int{},
		evidence: map[string]notice.CaptureID{},
		owing:    map[notice.DocumentID]int{},
		types:    map[notice.DocumentID]string{},
	}
	return j, nil
}

// pause says until when a source must not be visited: it rests, or its window of
// the night is shut.
func (j *job) pause(now time.Time) (time.Time, notice.Outcome) {
	if j.book.Health.PausedUntil.After(now) && j.task.Mode != notice.Fetch {
		return j.book.Health.PausedUntil, notice.BlockedWAF
	}
	wait, err := NightWait(j.src.Night, now)
	if err != nil {
		// Declarations are checked when they are read; any hour is safer than none.
		j.log.Warn("night window is not kept", "source", j.src.ID, "err", err)
	}
	if wait > 0 {
		return now.Add(wait), notice.NotModified // nothing was asked
	}
	return time.Time{}, ""
}

// run does the parts of a task in the order of their worth.
func (j *job) run(ctx context.Context) error {
	if j.task.Mode == notice.Fetch {
		return j.fetchTarget(ctx)
	}
	if j.task.Mode != notice.Recheck {
		for _, l := range j.src.Lists {
			if err := j.walkList(ctx, l); err != nil {
				return err
			}
		}
		// What stood at an old address of a rebuilt site is asked first: its copy at
		// the new one is then told as moved.
		if j.rebuilt() {
			if err := j.revisit(ctx); err != nil {
				return err
			}
			if err := j.settleMisses(ctx); err != nil {
				return err
			}
		}
		for _, l := range j.src.Lists {
			if err := j.visitNew(ctx, l); err != nil {
				return err
			}
		}
	}
	if err := j.payOwed(ctx); err != nil {
		return err
	}
	if err := j.revisit(ctx); err != nil {
		return err
	}
	if err := j.settleShut(ctx); err != nil {
		return err
	}
	return j.settleMisses(ctx)
}

// finish judges the runs and stores the report. Evidence of an incident is
// archived before the row that names it.
func (w *Worker) finish(ctx context.Context, j *job) error {
	r := &j.report
	r.Ended = w.clock.Now()
	r.Requests, r.Bytes = j.session.Requests, j.session.Bytes
	if r.Outcome == "" {
		r.Outcome = j.outcome()
	}
	for _, s := range j.lists {
		r.Lists = append(r.Lists, s)
	}
	slices.SortFunc(r.Lists, func(a, b notice.ListState) int { return compare(a.URL, b.URL) })
	for _, i := range health.Judge(j.book, r.Runs, w.clock.Now()) {
		if id := j.evidence[i.Scope]; id != "" && i.State != notice.Resolved {
			i.Evidence = append(i.Evidence, id)
		}
		r.Incidents = append(r.Incidents, i)
	}
	if err := w.ledger.FinishTask(ctx, *r); err != nil {
		return fmt.Errorf("finish task of %s: %w", j.src.ID, err)
	}
	w.log.InfoContext(ctx, "task done", "source", j.src.ID, "task", j.task.ID, "verdict", r.Outcome,
		"requests", r.Requests, "incidents", len(r.Incidents))
	return nil
}

// outcome is the worst that happened to a list; a task without lists is well
// when anything answered.
func (j *job) outcome() notice.Outcome {
	worst := notice.OK
	for _, run := range j.report.Runs {
		if !run.Outcome.Good() && (worst == notice.OK || run.Outcome.Blocked()) {
			worst = run.Outcome
		}
	}
	return worst
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// left is what remains of the task's requests.
func (j *job) left() int { return j.limits.Requests - j.session.Requests }
