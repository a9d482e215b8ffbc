package extractor

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"govwatch/internal/reader"
	"govwatch/notice"
)

// Archive holds raw bytes by their hash. Open returns an error that wraps
// notice.ErrUnknown when there are none; the reader checks the hash as it goes and
// ends in notice.ErrCorrupt when the bytes are not those of the key. Both methods
// may be called concurrently.
type Archive interface {
	Put(ctx context.Context, body []byte, meta notice.BlobMeta) (notice.BlobKey, error)
	Open(ctx context.Context, key notice.BlobKey) (io.ReadCloser, error)
}

// Records is what the worker reads and writes of the tracker. Every method may be
// called concurrently; errors that wrap notice.ErrUnknown mean that there is no
// such thing, others are worth a retry.
type Records interface {
	// Reading is a version with its document, source, files and earlier records.
	Reading(ctx context.Context, id notice.VersionID) (notice.Reading, error)
	// Documents returns those of the documents that are known.
	Documents(ctx context.Context, ids []notice.DocumentID) (map[notice.DocumentID]notice.Document, error)
	// Works are candidates for the same work: same number, same title, or a near text of the year.
	Works(ctx context.Context, probe notice.Work) ([]notice.Work, error)
	// Save stores record, work, meaning of the change and events in one
	// transaction; saving the same extraction twice changes nothing.
	Save(ctx context.Context, e notice.Extraction) error
	// Stale lists head versions after one, in ID order, whose record an older ruleset made.
	Stale(ctx context.Context, below int, after notice.VersionID, n int) ([]notice.VersionID, error)
}

// Files reads the text of PDF, Word and other files in a guarded child
// (reader.Guard). What is wrong with a file is in its Text; an error means that
// nothing could be read.
type Files interface {
	Read(ctx context.Context, name string, b []byte) (reader.Text, error)
}

// Clock tells the time of the world that is watched.
type Clock interface{ Now() time.Time }

// Worker reads versions into records. It keeps no state between events: a step
// that is repeated gives the same IDs, so a crash anywhere loses and doubles
// nothing. Handle may be called concurrently for different documents.
type Worker struct {
	Archive Archive
	Records Records
	Files   Files
	Clock   Clock
	// Agenda is what Turn and links to later documents need; nil leaves both out.
	Agenda Agenda
	// Log hears of files that could not be read; nil is silent.
	Log *slog.Logger
}

// Kinds are the events that Handle acts on.
func Kinds() []notice.EventKind {
	return []notice.EventKind{notice.VersionRecorded, notice.AttachmentAdded, notice.AttachmentModified,
		notice.DocumentWithdrawalSuspected, notice.DocumentWithdrawn}
}

// Handle takes one event from start to end: bytes from the archive, hash checked,
// text, record, work, meaning of the change, one Save. It emits record.extracted
// for every reading of a page, and, being the only one who can tell,
// document.modified when the meaningful difference of an edit is not empty,
// document.moved when a new document continues one that is gone, and
// validity.changed when a page flags another validity. The crawler emits none of
// these four.
//
// Errors carry fault kinds: Permanent for stored bytes that are damaged, Transient
// for everything that a later try may mend. Other kinds of events are ignored.
func (w *Worker) Handle(ctx context.Context, e notice.Event) error {
	switch e.Kind {
	case notice.VersionRecorded, notice.AttachmentAdded, notice.AttachmentModified:
		if e.Version == "" {
			return nil
		}
		r, err := w.Records.Reading(ctx, e.Version)
		if err != nil {
			return fmt.Errorf("read version %s from the tracker: %w", e.Version, err)
		}
		if r.Document.Parent != "" {
			return w.annex(ctx, r)
		}
		return w.page(ctx, r, notice.Publisher)
	case notice.DocumentWithdrawalSuspected, notice.DocumentWithdrawn:
		return w.withdrawn(ctx, e.Document)
	}
	return nil
}

// page reads one version of a page and saves what came out.
func (w *Worker) page(ctx context.Context, in notice.Reading, cause notice.Cause) error {
	rec, err := w.read(ctx, in, cause)
	if err != nil {
		return err
	}
	out := notice.Extraction{Record: rec}
	isNew, err := w.identify(ctx, &out)
	if err != nil {
		return err
	}
	keepTurn(&out.Record, in)
	keepRepeal(&out.Record, in)
	ended, err := w.refer(ctx, &out.Record)
	if err != nil {
		return err
	}
	if w.tells(in, out.Record, cause) {
		out.Events = append(out.Events, w.event(in, notice.RecordExtracted, occasion(in, out.Record), cause))
	}
	if cause == notice.Publisher && !explained(in, rec) {
		if err := w.explain(ctx, in, &out, isNew); err != nil {
			return err
		}
	}
	if err := w.Records.Save(ctx, out); err != nil {
		return fmt.Errorf("save record of version %s: %w", in.Version.ID, err)
	}
	if isNew {
		if err := w.rejoin(ctx, out); err != nil {
			return err
		}
	}
	if in.Current == nil || isNew {
		if err := w.answer(ctx, out.Record, out.Work); err != nil {
			return err
		}
	}
	return w.repeal(ctx, out.Record, ended)
}

// explained reports that this version was read by these rules before: its change
// has its meaning, and what its files did since is theirs to tell.
func explained(in notice.Reading, r notice.Record) bool {
	return in.Current != nil && in.Current.Ruleset == r.Ruleset && in.Current.Cause == notice.Publisher
}

// occasion makes record.extracted happen once for a version and a ruleset. A page
// that is read again because its files have come makes a second one.
func occasion(in notice.Reading, r notice.Record) string {
	o := strconv.Itoa(r.Ruleset)
	if in.Current != nil && in.Current.Ruleset == r.Ruleset {
		for _, a := range r.Attachments {
			o += " " + string(a.Blob)
		}
	}
	return o
}

// tells reports that a reading is news: the first by this ruleset, or one whose
// fields differ from the last because files of the page were added.
func (w *Worker) tells(in notice.Reading, r notice.Record, cause notice.Cause) bool {
	c := in.Current
	if c == nil || c.Ruleset != r.Ruleset || cause == notice.Reextract {
		return true
	}
	return c.Title != r.Title || c.Number != r.Number || len(c.Issuers) != len(r.Issuers) || c.Written != r.Written || c.Class != r.Class ||
		c.Climate != r.Climate || c.Region != r.Region || c.SubjectRegion != r.SubjectRegion || len(c.Targets) != len(r.Targets)
}

// event makes an event about a reading's document.
func (w *Worker) event(in notice.Reading, kind notice.EventKind, occasion string, cause notice.Cause) notice.Event {
	subject := string(in.Document.ID)
	e := notice.Event{
		Kind: kind, Level: in.Source.Level, Region: in.Source.Region, Source: in.Document.Source, Document: in.Document.ID,
		Version: in.Version.ID, Baseline: in.Version.Baseline, Cause: cause, At: w.Clock.Now(),
	}
	if kind == notice.RecordExtracted {
		subject, e.Record = string(in.Version.ID), in.Version.ID
	}
	e.ID = notice.NewEventID(kind, subject, occasion)
	return e
}
