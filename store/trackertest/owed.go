package trackertest

import (
	"testing"
	"time"

	"govwatch/notice"
)

// owed is a document that a list names and that could not be had.
func owed(n int, due time.Time, tries int) notice.Document {
	d := visit("gd-gov", n).Document
	d.State, d.Head, d.HeadBlob, d.HeadText, d.Fetched = notice.Owed, "", "", "", time.Time{}
	d.NextVisit, d.Tries, d.Trouble = due, tries, "timeout: no answer"
	return d
}

// owedDocuments: what a list names is kept until somebody holds it, comes due by
// its pause, and is never taken for a document that is there.
func owedDocuments(t *testing.T, w *World) {
	r := report(start, notice.OK)
	r.Owed = []notice.Document{owed(1, start.Add(time.Hour), 1), owed(2, start.Add(2*time.Hour), 0)}
	must(t, w.FinishTask(t.Context(), r))
	must(t, w.FinishTask(t.Context(), r))
	want := r.Owed[0]
	want.Rev = 1
	same(t, "owed", w.document(t, want.ID), want)
	if b := get(w.Book(t.Context(), "gd-gov", start))(t); len(b.Owed)+len(b.Due)+len(b.Missing)+b.Held != 0 {
		t.Errorf("before its time the book holds %+v", b)
	}
	b := get(w.Book(t.Context(), "gd-gov", start.Add(2*time.Hour)))(t)
	if len(b.Owed) != 2 || b.Owed[0].ID != want.ID || len(b.Due)+len(b.Missing)+b.Held != 0 {
		t.Errorf("due: %+v", b)
	}
	if n := get(w.Tally(t.Context()))(t).Owed; n != 2 {
		t.Errorf("%d owed, want 2", n)
	}

	// A later task tries in vain: the pause grows.
	later := report(start.Add(2*time.Hour), notice.OK)
	later.Owed = []notice.Document{owed(1, start.Add(6*time.Hour), 2)}
	must(t, w.FinishTask(t.Context(), later))
	if got := w.document(t, want.ID); got.Tries != 2 || got.Rev != 2 || !got.NextVisit.Equal(start.Add(6*time.Hour)) {
		t.Errorf("after the second try: %+v", got)
	}

	// One worker brings it; what another one still reports as owed is void.
	v := visit("gd-gov", 1)
	v.Document.Rev = 2
	must(t, w.Commit(t.Context(), v))
	stale := report(start.Add(3*time.Hour), notice.OK)
	stale.Owed = []notice.Document{owed(1, start.Add(9*time.Hour), 3)}
	must(t, w.FinishTask(t.Context(), stale))
	if got := w.document(t, want.ID); got.State != notice.Live || got.Head == "" || got.Tries != 0 || got.Rev != 3 {
		t.Errorf("a document that was brought is %+v", got)
	}
	if b := get(w.Book(t.Context(), "gd-gov", start.Add(9*time.Hour)))(t); b.Held != 1 || len(b.Owed) != 1 {
		t.Errorf("%d held, %d owed, want 1 and 1", b.Held, len(b.Owed))
	}
}

// owedWithAPage: the files that a page names and that could not be had are
// stored with the page.
func owedWithAPage(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	file := owed(2, start.Add(time.Hour), 1)
	file.Parent = v.Document.ID
	v.Owed = []notice.Document{file}
	must(t, w.Commit(t.Context(), v))
	must(t, w.Commit(t.Context(), v))
	if got := w.document(t, file.ID); got.State != notice.Owed || got.Parent != v.Document.ID || got.Rev != 1 {
		t.Errorf("file %+v", got)
	}
	if got := get(w.Owed(t.Context(), 10))(t); len(got) != 1 || got[0].ID != file.ID || got[0].Trouble == "" {
		t.Errorf("owed: %+v", got)
	}
}

// goneComesDue: an address that was withdrawn is looked at again.
func goneComesDue(t *testing.T, w *World) {
	v := visit("gd-gov", 1)
	v.Document.State, v.Document.NextVisit = notice.Gone, start.Add(time.Hour)
	must(t, w.Commit(t.Context(), v))
	for at, n := range map[time.Duration]int{0: 0, 2 * time.Hour: 1} {
		if b := get(w.Book(t.Context(), "gd-gov", start.Add(at)))(t); len(b.Missing) != n {
			t.Errorf("after %s the book has %d to look at again, want %d", at, len(b.Missing), n)
		}
	}
}
