package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"govwatch/crawler/change"
	"govwatch/crawler/family"
	"govwatch/internal/fault"
	"govwatch/internal/textzh"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// reading is a good answer made comparable.
type reading struct {
	answer  Answer
	verdict Verdict
	capture notice.Capture
	key     notice.BlobKey
	text    change.Text
	links   []family.Link
}

// visit fetches one document and commits what it finds. Failures of the site
// end in a capture row; an error is ours.
func (j *job) visit(ctx context.Context, doc notice.Document) error {
	j.done[doc.ID] = true
	a, v := j.ask(ctx, doc)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch {
	case v.Outcome.Good():
		j.good++
		if doc.Head != "" {
			j.standing++
			j.stood = append(j.stood, doc.FirstSeen)
		}
		j.refusals = 0
		return j.settle(ctx, doc, a, v)
	case v.Outcome == notice.Redirected && a.OffHost != "":
		// The document lives on another host now: that host's queue has it.
		j.follow(notice.Target{URL: a.OffHost, List: doc.List, Title: doc.Title, Date: doc.ListDate, Parent: doc.Parent, Name: doc.Name, Baseline: doc.Baseline})
	}
	return j.failed(ctx, doc, a, v)
}

// ask fetches a document and names the answer. An answer that does not look
// like the document is compared with the site's home page and its answer to a
// wrong address before it is believed.
func (j *job) ask(ctx context.Context, doc notice.Document) (Answer, Verdict) {
	role := notice.DetailRole
	if doc.Parent != "" {
		role = notice.AttachmentRole
	}
	ask := Ask{URL: doc.URL, Role: role, Referer: doc.List}
	if doc.Quiet%5 != 4 && doc.State == notice.Live && doc.Pending == nil {
		ask.ETag, ask.LastModified = doc.ETag, doc.LastModified
	}
	a := j.session.Visit(ctx, ask)
	v := Judge(a)
	if v.Outcome == notice.Stub && v.Refresh != "" && j.session.Mine(v.Refresh) {
		a = j.session.Visit(ctx, Ask{URL: v.Refresh, Role: role, Referer: doc.URL})
		v = Judge(a)
	}
	if v.Outcome == notice.OK && role == notice.DetailRole && notice.KeyOf(a.Body) != doc.HeadBlob && j.strange(doc, a) {
		a.Home, a.Bad = j.shapes.of(ctx, j.session, doc.URL)
		v = Judge(a)
	}
	return a, v
}

// strange reports a page that does not show the title its list gave it.
func (j *job) strange(doc notice.Document, a Answer) bool {
	title := []rune(textzh.Squeeze(textzh.Fold(strings.TrimRight(doc.Title, ".… "))))
	if len(title) < 6 || sniff(a) != markupBody {
		return false
	}
	text, _, _ := a.decode()
	if strings.Contains(text, strings.TrimRight(doc.Title, ".… ")) {
		return false
	}
	squeezed := textzh.Squeeze(textzh.Fold(text))
	// Lists shorten titles at their end and sites add to them: the middle decides.
	n := min(len(title), 16)
	return !strings.Contains(squeezed, string(title[:n])) && !strings.Contains(squeezed, string(title[len(title)-n:]))
}

// shapes remembers, for the hosts of one task, what a home page and the answer
// to an address that cannot exist look like.
type shapes map[string][2]*Shape

func (s *shapes) of(ctx context.Context, session *Session, address string) (home, bad *Shape) {
	root := origin(address)
	if known, ok := (*s)[root]; ok {
		return known[0], known[1]
	}
	look := func(u string) *Shape {
		a := session.Visit(ctx, Ask{URL: u, Role: notice.DetailRole})
		if a.Err != nil || a.Status != 200 {
			return nil
		}
		return ShapeOf(a.Body, a.Header.Get("Content-Type"))
	}
	home = look(root)
	if u, err := url.Parse(address); err == nil {
		// A name beside the document that no editor would give a page.
		if wrong, err := u.Parse("./t00000000_govwatch-no-such-page.html"); err == nil {
			bad = look(wrong.String())
		}
	}
	if *s == nil {
		*s = shapes{}
	}
	(*s)[root] = [2]*Shape{home, bad}
	return home, bad
}

// settle decides what a good answer means and commits it. When another worker
// moved the document meanwhile it reads the head again and decides again.
func (j *job) settle(ctx context.Context, doc notice.Document, a Answer, v Verdict) error {
	r := reading{answer: a, verdict: v, capture: j.capture(a, v, doc.ID)}
	var again *change.Text
	const tries = 4
	for range tries {
		if err := j.read(ctx, doc, &r); err != nil {
			return err
		}
		d, err := j.decide(ctx, doc, &r, &again)
		if err != nil {
			return err
		}
		err = j.commit(ctx, doc, &r, d)
		if !errors.Is(err, notice.ErrMoved) {
			return err
		}
		known, err := j.ledger.Documents(ctx, []notice.DocumentID{doc.ID})
		if err != nil {
			return fmt.Errorf("read document %s again: %w", doc.ID, err)
		}
		if moved, ok := known[doc.ID]; ok {
			doc = moved
		}
	}
	return fault.Errorf(fault.Transient, "commit %s: %w, %d times in a row", doc.URL, notice.ErrMoved, tries)
}

// read makes an answer comparable.
func (j *job) read(ctx context.Context, doc notice.Document, r *reading) error {
	if r.verdict.Outcome != notice.OK {
		return nil
	}
	r.key = notice.KeyOf(r.answer.Body)
	if r.key == doc.HeadBlob && doc.State == notice.Live || r.text.Hash != "" {
		return nil // nothing to compare, or read already
	}
	r.text, r.links = j.comparable(ctx, r.answer, doc.Name)
	return ctx.Err()
}

// comparable reads the text of an answer, and the files that belong to it.
func (j *job) comparable(ctx context.Context, a Answer, name string) (change.Text, []family.Link) {
	if kind := sniff(a); kind == markupBody || kind == textBody || kind == jsonBody {
		text, _, _ := a.decode()
		room := family.Borrow()
		l := family.Read(room.PageOf(a.FinalURL, text))
		t := change.NormalizeLayout(l)
		room.Return() // texts and links hold strings only
		return t, l.Attachments
	}
	address, body := a.FinalURL, a.Body
	text := ""
	if j.fileText != nil {
		if name == "" {
			name = address
		}
		t, err := j.fileText(ctx, name, body)
		if err != nil {
			j.log.InfoContext(ctx, "file is compared by its bytes", "source", j.src.ID, "url", address, "err", err)
		}
		text = t
	}
	return change.NormalizeFile(text, body), nil
}

// decide asks change.Decide, fetching a second answer and reading the head's
// text where the decision needs them.
func (j *job) decide(ctx context.Context, doc notice.Document, r *reading, again **change.Text) (change.Decision, error) {
	if r.verdict.Outcome == notice.NotModified {
		r.key, r.text.Hash = doc.HeadBlob, doc.HeadText
	}
	seen := change.Seen{Blob: r.key, Text: r.text, Again: *again, Healthy: true, Volatile: j.volatile(doc)}
	if doc.Head != "" && r.key != doc.HeadBlob && r.text.Hash != doc.HeadText {
		before, err := j.headText(ctx, doc)
		if err != nil {
			return change.Decision{}, err
		}
		seen.Before = before
	}
	d := change.Decide(doc, seen, j.now)
	if !d.Confirm || *again != nil || j.left() < 1 {
		return d, nil
	}
	// A page that differs with each answer may show the same by chance: then a
	// third answer decides.
	for range 2 {
		second, err := j.again(ctx, doc, r.answer.Role)
		if err != nil || second == nil {
			return d, err
		}
		*again, seen.Again = &second.text, &second.text
		d = change.Decide(doc, seen, j.now)
		if second.key == r.key || second.text.Hash != r.text.Hash || j.left() < 1 {
			break
		}
	}
	j.learn(doc, d.Volatile)
	return d, ctx.Err()
}

// again fetches a document once more; nil when that brings no answer to compare.
func (j *job) again(ctx context.Context, doc notice.Document, role notice.Role) (*reading, error) {
	a := j.session.Visit(ctx, Ask{URL: doc.URL, Role: role, Referer: doc.List})
	v := Judge(a)
	j.report.Captures = append(j.report.Captures, j.capture(a, v, doc.ID))
	if v.Outcome != notice.OK {
		return nil, ctx.Err()
	}
	text, _ := j.comparable(ctx, a, doc.Name)
	return &reading{answer: a, verdict: v, key: notice.KeyOf(a.Body), text: text}, ctx.Err()
}

// volatile is what is known of the moving parts of a document: its own, and
// those of the other documents of its list, which share a template.
func (j *job) volatile(doc notice.Document) string {
	if s, ok := j.lists[doc.List]; ok && s.Volatile != "" {
		return s.Volatile
	}
	if s := j.book.Lists[doc.List]; s.Volatile != "" {
		return s.Volatile
	}
	return doc.HeadSignature
}

// learn keeps what moves by itself with the document's list.
func (j *job) learn(doc notice.Document, volatile string) {
	s, ok := j.lists[doc.List]
	if !ok {
		if s, ok = j.book.Lists[doc.List]; !ok {
			return
		}
	}
	if volatile != s.Volatile {
		s.Volatile = volatile
		j.lists[doc.List] = s
	}
}

// headText reads the head's bytes again by today's rules. A head that the
// archive has lost or that is damaged is compared by its hash alone.
func (j *job) headText(ctx context.Context, doc notice.Document) (*change.Text, error) {
	key := textKey{doc.HeadBlob, doc.URL, doc.Name}
	if text, ok := j.texts.get(key); ok {
		return &text, nil
	}
	body, err := j.open(ctx, doc.HeadBlob)
	switch {
	case errors.Is(err, notice.ErrUnknown), errors.Is(err, notice.ErrCorrupt):
		j.log.ErrorContext(ctx, "archived head cannot be read", "source", j.src.ID, "doc", doc.ID, "url", doc.URL, "err", err)
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("open head of %s: %w", doc.URL, err)
	}
	head := Answer{FinalURL: doc.URL, Body: body}
	text, _ := j.comparable(ctx, head, doc.Name)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	// A file that could not be read this time is read again next time.
	if sniff(head) != fileBody {
		j.texts.put(key, text)
	}
	return &text, nil
}

func (j *job) open(ctx context.Context, key notice.BlobKey) (body []byte, err error) {
	r, err := j.archive.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(r)
}

// failed keeps the capture of an answer without a document and counts it.
func (j *job) failed(ctx context.Context, doc notice.Document, a Answer, v Verdict) error {
	if j.mustRest(a.Err) {
		if doc.Head == "" {
			j.later(doc)
		}
		return nil // nothing was asked of the site
	}
	c := j.capture(a, v, doc.ID)
	switch {
	case v.Outcome.Blocked():
		if j.refusals++; j.refusals >= j.patience(v) || a.Status == http.StatusTooManyRequests {
			if err := j.put(ctx, a, &c, ""); err != nil {
				return err
			}
			j.refused(urlx.Host(a.FinalURL), v.Outcome, v.Reason)
		}
	case v.Outcome.Missing() && doc.Head != "":
		j.misses = append(j.misses, miss{doc, c})
		return nil // settled at the end of the task, when the host's state is known
	}
	j.report.Captures = append(j.report.Captures, c)
	if doc.Head == "" {
		j.inVain(doc, v)
		return nil
	}
	// Of a known document whose site failed nothing else is said. One that may be
	// withdrawn is asked again soon each time: its confirmation must not wait.
	pause := retryAfterFailure
	if doc.State == notice.Live {
		doc.Tries++
		doc.Trouble = whatMet(v)
		pause = min(retryAfterFailure<<min(doc.Tries-1, 10), lastRetry)
	}
	doc.NextVisit = j.now.Add(pause)
	if v.Outcome.Blocked() {
		// Whether it is the page or the host that is shut, the end of the task shows.
		j.shut = append(j.shut, doc)
		return nil
	}
	return j.commitRow(ctx, doc, notice.Capture{}, notice.Change{})
}

// settleShut keeps the pauses of pages that were refused while their host was
// open; a host that refuses all has a pause of its own.
func (j *job) settleShut(ctx context.Context) error {
	if j.stop != "" {
		return nil
	}
	for _, doc := range j.shut {
		if err := j.commitRow(ctx, doc, notice.Capture{}, notice.Change{}); err != nil {
			return err
		}
	}
	return nil
}

// patience is how many refusals in a row are the host's affair and not that of
// single pages: few when a protection shows itself, more when pages of the same
// host answered well or the refusal bears no mark.
func (j *job) patience(v Verdict) int {
	n := 2
	if v.Outcome == notice.BlockedWAF && !strings.Contains(v.Reason, " by ") {
		n = 5
	}
	if j.good > 0 {
		n += 2
	}
	return n
}

// mustRest ends the task when the gate let nothing through: the host rests or
// the day's requests are used up.
func (j *job) mustRest(err error) bool {
	var rest *RestError
	switch {
	case errors.As(err, &rest):
		j.stop = rest.Error()
		if j.task.Mode != notice.Fetch && rest.Until.After(j.report.PausedUntil) {
			j.report.PausedUntil = rest.Until
		}
		return true
	case errors.Is(err, ErrBudget):
		j.stop = err.Error()
		return true
	}
	return false
}

// retryAfterFailure is the pause before a known document is asked again whose
// site timed out, failed or refused it; it doubles with each time up to lastRetry.
const (
	retryAfterFailure = 12 * time.Hour
	lastRetry         = 4 * day
)
