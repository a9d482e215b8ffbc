package extractor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"govwatch/extractor/compare"
	"govwatch/extractor/identity"
	"govwatch/internal/fault"
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
	if err := w.refer(ctx, &out.Record); err != nil {
		return err
	}
	if w.tells(in, out.Record, cause) {
		out.Events = append(out.Events, w.event(in, notice.RecordExtracted, occasion(in, out.Record), cause))
	}
	if cause == notice.Publisher {
		if err := w.explain(ctx, in, &out, isNew); err != nil {
			return err
		}
	}
	if err := w.Records.Save(ctx, out); err != nil {
		return fmt.Errorf("save record of version %s: %w", in.Version.ID, err)
	}
	return nil
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

// identify finds the work of a record or founds one.
func (w *Worker) identify(ctx context.Context, out *notice.Extraction) (isNew bool, err error) {
	print := identity.Fingerprint(out.Record.Body)
	known, err := w.Records.Works(ctx, identity.Probe(out.Record, print))
	if err != nil {
		return false, fmt.Errorf("find works like version %s: %w", out.Record.Version, err)
	}
	var differs string
	out.Work, isNew, differs = identity.Match(out.Record, print, known)
	out.Record.Work = out.Work.ID
	if differs != "" {
		out.Record.Problems = append(out.Record.Problems, notice.Problem{Field: "work", Code: "copy_differs", Detail: differs})
	}
	return isNew, nil
}

// referLimit bounds the look-ups for one record; repeal lists name hundreds.
const referLimit = 24

// refer links relations to works that are known.
func (w *Worker) refer(ctx context.Context, r *notice.Record) error {
	looked := 0
	for i := range r.Relations {
		rel := &r.Relations[i]
		if looked == referLimit || rel.Title == "" && rel.Number == "" {
			continue
		}
		looked++
		known, err := w.Records.Works(ctx, notice.Work{Number: rel.Number, Title: rel.Title})
		if err != nil {
			return fmt.Errorf("find the work that %q names: %w", rel.Title+rel.Number, err)
		}
		if id, ok := identity.Refers(*rel, r.Work, known); ok {
			rel.Work = id
		}
	}
	return nil
}

// explain gives an edit its meaning, and a new document the one that it continues.
func (w *Worker) explain(ctx context.Context, in notice.Reading, out *notice.Extraction, isNew bool) error {
	change := in.Change
	if change.Title == "" {
		change.Title = out.Record.Title
	}
	switch {
	case change.Kind == notice.ChangeEdited || change.Kind == notice.ChangeReverted:
		before, err := w.before(ctx, in, out.Record.Ruleset)
		if err != nil || before == nil {
			return err
		}
		w.judge(in, &change, *before, out)
	case change.Kind == notice.ChangeNew && !isNew:
		from, err := w.continued(ctx, in, out)
		if err != nil || from == "" {
			return err
		}
		change.Kind, change.From = notice.ChangeMoved, from
		moved := w.event(in, notice.DocumentMoved, string(from), notice.Publisher)
		change.Event = moved.ID
		out.Events = append(out.Events, moved)
	default:
		return nil
	}
	out.Change = &change
	return nil
}

// judge compares two readings. An edit whose meaningful difference is empty is
// cosmetic after all and is not announced.
func (w *Worker) judge(in notice.Reading, change *notice.Change, before notice.Record, out *notice.Extraction) {
	res := compare.Compare(before, out.Record)
	change.Meaning, change.Significance, change.Diff = res.Meaning, res.Significance, res.Diff
	if res.Diff == "" {
		if change.Kind == notice.ChangeEdited {
			change.Kind = notice.ChangeCosmetic
		}
		return
	}
	if change.Kind == notice.ChangeEdited {
		modified := w.event(in, notice.DocumentModified, string(in.Version.ID), notice.Publisher)
		change.Event = modified.ID
		out.Events = append(out.Events, modified)
	}
	for _, m := range res.Meaning {
		if m == notice.ValidityFlag {
			out.Events = append(out.Events, w.event(in, notice.ValidityChanged, string(in.Version.ID), notice.Publisher))
		}
	}
}

// before is the record of the version before, read again when an older ruleset
// made it: two rulesets differ where the publisher changed nothing.
func (w *Worker) before(ctx context.Context, in notice.Reading, ruleset int) (*notice.Record, error) {
	if in.Previous != nil && in.Previous.Ruleset == ruleset || in.Version.Prev == "" {
		return in.Previous, nil
	}
	prev, err := w.Records.Reading(ctx, in.Version.Prev)
	if errors.Is(err, notice.ErrUnknown) {
		return in.Previous, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read version %s from the tracker: %w", in.Version.Prev, err)
	}
	r, err := w.read(ctx, prev, notice.Reextract)
	if err != nil {
		return nil, err
	}
	if in.Previous != nil {
		r.Attachments = in.Previous.Attachments
	}
	return &r, nil
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

// blobLimit is the largest file that is read into memory, in bytes.
const blobLimit = 256 << 20

// open reads a blob whole; its hash is checked by the archive.
func (w *Worker) open(ctx context.Context, key notice.BlobKey) (b []byte, err error) {
	f, err := w.Archive.Open(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", key, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b, err = io.ReadAll(io.LimitReader(f, blobLimit+1))
	switch {
	case errors.Is(err, notice.ErrCorrupt):
		return nil, fault.Errorf(fault.Permanent, "read blob %s: %w; `govwatch archive verify` lists what is damaged", key, err)
	case err != nil:
		return nil, fmt.Errorf("read blob %s: %w", key, err)
	case len(b) > blobLimit:
		return nil, fault.Errorf(fault.Permanent, "read blob %s: more than %d bytes", key, blobLimit)
	}
	return b, nil
}
