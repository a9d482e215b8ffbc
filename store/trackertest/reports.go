package trackertest

import (
	"errors"
	"testing"
	"time"

	"govwatch/notice"
)

var reportTests = map[string]func(*testing.T, *World){
	"ChangesSince":  changesSince,
	"Blobs":         blobs,
	"SourceReports": sourceReports,
	"Lookups":       lookups,
	"ReopenedAsIs":  reopened,
}

func changesSince(t *testing.T, w *World) {
	for _, n := range []int{1, 5, 9} {
		w.commit(t, "gd-gov", n)
	}
	got := get(w.Changes(t.Context(), start.Add(5*time.Minute)))(t)
	same(t, "changes", got, []notice.Change{visit("gd-gov", 5).Change, visit("gd-gov", 9).Change})
}

func blobs(t *testing.T, w *World) {
	want := map[notice.BlobKey]bool{}
	for n := range 7 {
		w.commit(t, "gd-gov", n)
		want[visit("gd-gov", n).Capture.Blob] = true
	}
	must(t, w.Commit(t.Context(), again(w.document(t, visit("gd-gov", 0).Document.ID), notice.ChangeSame, "")))
	// A task done again after a crash repeats the exchange's ID with other bytes.
	repeated := again(w.document(t, visit("gd-gov", 1).Document.ID), notice.ChangeEdited, "other bytes")
	repeated.Capture.ID = visit("gd-gov", 1).Capture.ID
	must(t, w.Commit(t.Context(), repeated))
	want[repeated.Version.Blob] = true
	r := report(start, notice.OK)
	r.Captures[0].Served = notice.KeyOf([]byte("the page before it was drawn"))
	must(t, w.FinishTask(t.Context(), r))
	want[r.Captures[0].Blob], want[r.Captures[0].Served] = true, true
	got := map[notice.BlobKey]bool{}
	must(t, w.Blobs(t.Context(), func(u notice.BlobUse) error {
		if u.Key == "" || u.URL == "" || u.Capture == "" {
			t.Errorf("use %+v", u)
		}
		got[u.Key] = true
		return nil
	}))
	if len(got) != len(want) {
		t.Errorf("%d blobs, want %d", len(got), len(want))
	}
	stop := errors.New("stop")
	if err := w.Blobs(t.Context(), func(notice.BlobUse) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the callback is lost: %v", err)
	}
}

func sourceReports(t *testing.T, w *World) {
	for i, o := range []notice.Outcome{notice.OK, notice.Timeout, notice.ChallengeJS} {
		must(t, w.FinishTask(t.Context(), report(start.Add(time.Duration(i)*time.Hour), o)))
	}
	got := get(w.SourceReports(t.Context(), start.Add(time.Hour)))(t)
	same(t, "reports", got, []notice.SourceReport{{Source: "gd-gov", Outcome: notice.ChallengeJS, Tasks: 2, Items: 40, Requests: 6, Bytes: 6000, Ended: start.Add(2*time.Hour + time.Minute)}})
	if runs := get(w.Runs(t.Context(), "gd-gov", 2))(t); len(runs) != 2 || runs[0].Outcome != notice.ChallengeJS {
		t.Errorf("runs %+v", runs)
	}
	if cs := get(w.Captures(t.Context(), notice.CaptureQuery{Outcome: notice.Timeout, Since: start}))(t); len(cs) != 1 {
		t.Errorf("captures by outcome: %+v", cs)
	}
}

func lookups(t *testing.T, w *World) {
	d := w.commit(t, "gd-gov", 1)
	v := visit("gd-gov", 1)
	same(t, "by ID", get(w.Document(t.Context(), d.ID))(t), d)
	same(t, "by address", get(w.DocumentsAt(t.Context(), d.URL))(t), []notice.Document{d})
	same(t, "by source", get(w.DocumentsOf(t.Context(), "gd-gov", "", 10))(t), []notice.Document{d})
	same(t, "after the last", get(w.DocumentsOf(t.Context(), "gd-gov", d.ID, 10))(t), []notice.Document(nil))
	same(t, "version", get(w.Version(t.Context(), d.Head))(t), v.Version)
	same(t, "capture", get(w.Capture(t.Context(), v.Capture.ID))(t), v.Capture)
	for name, err := range map[string]error{
		"document": second(w.Document(t.Context(), "none")), "version": second(w.Version(t.Context(), "none")), "record": second(w.Record(t.Context(), "none")),
		"capture": second(w.Capture(t.Context(), "none")), "change": second(w.ChangeTo(t.Context(), "none")), "source": second(w.Source(t.Context(), "none")),
	} {
		if !errors.Is(err, notice.ErrUnknown) {
			t.Errorf("unknown %s: %v", name, err)
		}
	}
	if all := get(w.Sources(t.Context()))(t); len(all) != 2 || all[0].ID != "gd-gov" || all[0].State != notice.Active || all[0].Issuer == "" {
		t.Errorf("sources %+v", all)
	}
	must(t, w.Ping(t.Context()))
}

func reopened(t *testing.T, w *World) {
	d := w.commit(t, "gd-gov", 1)
	before := get(w.Tally(t.Context()))(t)
	w2 := open(t, w.URL)
	same(t, "tally", get(w2.Tally(t.Context()))(t), before)
	same(t, "document", get(w2.Document(t.Context(), d.ID))(t), d)
}
