package trackertest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/notice"
)

var documentTests = map[string]func(*testing.T, *World){
	"CommitKeepsAll":               commitKeepsAll,
	"CommitTwiceIsOnce":            commitTwice,
	"CommitLateRepeatIsNothing":    lateRepeat,
	"CommitMoved":                  commitMoved,
	"CommitCountsKinds":            commitCounts,
	"CommitWithoutExchange":        commitWithoutExchange,
	"TaskDoneAgainAfterItsCommits": sameCaptureNewVisit,
	"TwoWorkersOneDocument":        twoWorkers,
	"AnyText":                      anyText,
	"ManyDocuments":                manyDocuments,
}

func commitKeepsAll(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	v.Document.Pending = &notice.Pending{TextHash: "h", Since: start}
	must(t, w.Commit(t.Context(), v))
	want := v.Document
	want.Rev = 1
	same(t, "document", w.document(t, v.Document.ID), want)
	r := get(w.Reading(t.Context(), v.Version.ID))(t)
	same(t, "version", r.Version, v.Version)
	same(t, "change", r.Change, v.Change)
	same(t, "captures", get(w.Captures(t.Context(), notice.CaptureQuery{Document: want.ID}))(t), []notice.Capture{v.Capture})
	same(t, "outbox", []notice.Event{*w.pending(t)[0].Event, *w.pending(t)[1].Event}, v.Events)
}

func commitTwice(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	for range 3 {
		must(t, w.Commit(t.Context(), v))
	}
	if n := len(w.pending(t)); n != 2 {
		t.Errorf("%d events in the outbox, want 2", n)
	}
	tally := get(w.Tally(t.Context()))(t)
	if tally.Captures[notice.OK] != 1 || tally.Versions != 1 || tally.Documents[notice.ChangeNew] != 1 {
		t.Errorf("counted twice: %+v", tally)
	}
	q := again(w.document(t, v.Document.ID), notice.ChangeSame, "")
	for range 3 {
		must(t, w.Commit(t.Context(), q))
	}
	if n := get(w.Tally(t.Context()))(t).Documents[notice.ChangeSame]; n != 1 {
		t.Errorf("one quiet visit counted %d times", n)
	}
}

func lateRepeat(t *testing.T, w *World) {
	first := visit("gd-gov", 1)
	must(t, w.Commit(t.Context(), first))
	second := again(w.document(t, first.Document.ID), notice.ChangeEdited, "edited")
	must(t, w.Commit(t.Context(), second))
	before := w.document(t, first.Document.ID)
	for _, v := range []notice.Visit{first, second, first} {
		must(t, w.Commit(t.Context(), v))
	}
	same(t, "document after repeats", w.document(t, first.Document.ID), before)
	if n := len(w.pending(t)); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

func commitMoved(t *testing.T, w *World) {
	d := w.commit(t, "gd-gov", 1)
	a, b := again(d, notice.ChangeEdited, "one"), again(d, notice.ChangeEdited, "two")
	b.Capture.ID = "another exchange"
	must(t, w.Commit(t.Context(), a))
	fresh := visit("gd-gov", 1)
	fresh.Capture.ID = "somebody else's"
	unseen := again(visit("gd-gov", 7).Document, notice.ChangeSame, "")
	unseen.Document.Rev = 4
	for name, v := range map[string]notice.Visit{"stale": b, "new but known": fresh, "read but unknown": unseen} {
		if err := w.Commit(t.Context(), v); !errors.Is(err, notice.ErrMoved) {
			t.Errorf("%s: %v, want ErrMoved", name, err)
		}
	}
	if got := w.document(t, d.ID); got.Head != a.Version.ID || got.Rev != 2 {
		t.Errorf("head %s rev %d after a refused commit", got.Head, got.Rev)
	}
	if _, err := w.Reading(t.Context(), b.Version.ID); !errors.Is(err, notice.ErrUnknown) {
		t.Errorf("version of a refused visit: %v, want ErrUnknown", err)
	}
}

func commitCounts(t *testing.T, w *World) {
	d := w.commit(t, "gd-gov", 1)
	kinds := []notice.ChangeKind{notice.ChangeSame, notice.ChangeCosmetic, notice.ChangeSame, notice.ChangeMissing, notice.ChangeGone, notice.ChangeReturned, ""}
	for _, k := range kinds {
		must(t, w.Commit(t.Context(), again(w.document(t, d.ID), k, "")))
	}
	w.commit(t, "mee", 2)
	w2 := open(t, w.URL)
	want := map[notice.ChangeKind]int{notice.ChangeNew: 2, notice.ChangeSame: 2, notice.ChangeCosmetic: 1, notice.ChangeMissing: 1, notice.ChangeGone: 1, notice.ChangeReturned: 1}
	tally := get(w2.Tally(t.Context()))(t)
	same(t, "kinds after a restart", tally.Documents, want)
	if tally.Captures[notice.OK] != len(kinds)+2 || tally.Sources != 2 {
		t.Errorf("tally %+v", tally)
	}
}

func commitWithoutExchange(t *testing.T, w *World) {
	d := w.commit(t, "gd-gov", 1)
	v := again(d, notice.ChangeGone, "")
	v.Capture = notice.Capture{}
	must(t, w.Commit(t.Context(), v))
	must(t, w.Commit(t.Context(), v))
	if n := get(w.Tally(t.Context()))(t).Documents[notice.ChangeGone]; n != 1 {
		t.Errorf("gone %d times, want once", n)
	}
}

// A worker died after its commit; the task comes again, the exchange has the
// same ID, and this time it is one without change.
func sameCaptureNewVisit(t *testing.T, w *World) {
	first := visit("gd-gov", 1)
	must(t, w.Commit(t.Context(), first))
	second := again(w.document(t, first.Document.ID), notice.ChangeSame, "")
	second.Capture.ID = first.Capture.ID
	must(t, w.Commit(t.Context(), second))
	must(t, w.Commit(t.Context(), second))
	must(t, w.Commit(t.Context(), first))
	if d := w.document(t, first.Document.ID); d.Rev != 2 {
		t.Errorf("revision %d, want 2", d.Rev)
	}
	if n := get(w.Tally(t.Context()))(t).Captures[notice.OK]; n != 1 {
		t.Errorf("%d captures with one ID", n)
	}
}

func twoWorkers(t *testing.T, w *World) {
	other := open(t, w.URL)
	d := w.commit(t, "gd-gov", 1)
	const each = 15
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, tr := range []committer{w.Tracker, other} {
		wg.Go(func() {
			for n := range each {
				for done := false; !done && errs[i] == nil; {
					done, errs[i] = tryCommit(t, tr, d.ID, fmt.Sprintf("worker %d visit %d", i, n))
				}
			}
		})
	}
	wg.Wait()
	must(t, errors.Join(errs...))
	last := w.document(t, d.ID)
	if last.Rev != 1+2*each {
		t.Errorf("revision %d after %d commits", last.Rev, 2*each+1)
	}
	versions := get(w.Versions(t.Context(), d.ID))(t)
	if len(versions) != 1+2*each || len(w.pending(t)) != 2+2*each {
		t.Fatalf("%d versions, %d events; want %d and %d", len(versions), len(w.pending(t)), 1+2*each, 2+2*each)
	}
	for i := range versions[1:] {
		if versions[i].Prev != versions[i+1].ID {
			t.Errorf("version %d does not follow the one before it: the chain forked", i)
		}
	}
}

func tryCommit(t *testing.T, tr committer, id notice.DocumentID, text string) (bool, error) {
	ds, err := tr.Documents(t.Context(), []notice.DocumentID{id})
	if err != nil {
		return false, err
	}
	v := again(ds[id], notice.ChangeEdited, text)
	v.Capture.ID = notice.CaptureID(text)
	err = tr.Commit(t.Context(), v)
	if errors.Is(err, notice.ErrMoved) {
		return false, nil
	}
	return true, err
}

func anyText(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	v.Document.Title = "zero\x00 bad\xff quote' \\ \U0002A6D6 " + strings.Repeat("长", 40000)
	v.Document.URL += "?a=\x00\xfe"
	v.Capture.Err = "\x00"
	must(t, w.Commit(t.Context(), v))
	if d := w.document(t, v.Document.ID); !strings.Contains(d.Title, "quote' \\ \U0002A6D6 长") {
		t.Errorf("title %.60q", d.Title)
	}
}

func manyDocuments(t *testing.T, w *World) {
	var ids []notice.DocumentID
	for n := range 1200 {
		ids = append(ids, visit("gd-gov", n).Document.ID)
	}
	for n := 0; n < 1200; n += 400 {
		w.commit(t, "gd-gov", n)
	}
	if got := get(w.Documents(t.Context(), ids))(t); len(got) != 3 {
		t.Errorf("%d documents, want 3", len(got))
	}
	if got := get(w.States(t.Context(), ids))(t); len(got) != 3 || got[ids[800]] != notice.Live {
		t.Errorf("%d states, %q, want 3 live ones", len(got), got[ids[800]])
	}
	if got := get(w.Documents(t.Context(), nil))(t); got == nil || len(got) != 0 {
		t.Errorf("none asked, got %v", got)
	}
	at := start.Add(1000 * time.Minute)
	if b := get(w.Book(t.Context(), "gd-gov", at))(t); b.Held != 3 || len(b.Due) != 3 {
		t.Errorf("book holds %d, due %d; want 3 and 3", b.Held, len(b.Due))
	}
}
