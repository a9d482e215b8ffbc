package notice

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// IDs are computed from what they name, so that doing a step twice gives the
// same ID. Each kind has its own type; all are lower-case hex except SourceID,
// which is an ASCII slug chosen by a person and never reused.
type (
	SourceID   string
	TaskID     string
	DocumentID string
	CaptureID  string
	VersionID  string
	WorkID     string
	RunID      string
	IncidentID string
	EventID    string
	AlertID    string
	// BlobKey is the SHA-256 of the raw bytes, 64 hex digits.
	BlobKey string
)

// hash joins its parts with a unit separator, so that ("ab","c") and ("a","bc")
// differ, and keeps 128 bits: collisions are out of reach for any archive.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0x1f})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// KeyOf returns the archive key of raw bytes.
func KeyOf(body []byte) BlobKey {
	s := sha256.Sum256(body)
	return BlobKey(hex.EncodeToString(s[:]))
}

// NewDocumentID identifies one published thing at one address of one source.
// The address must be the identity form of the URL (scheme and per-visit
// parameters removed), else one page gets two IDs.
func NewDocumentID(s SourceID, identityURL string) DocumentID {
	return DocumentID(hash("document", string(s), identityURL))
}

// NewVersionID repeats on a retry and differs when a page flips back to an
// earlier state, because the previous head is part of it.
func NewVersionID(d DocumentID, prev VersionID, blob BlobKey) VersionID {
	return VersionID(hash("version", string(d), string(prev), string(blob)))
}

// NewCaptureID identifies one HTTP exchange of one task. Nth counts the
// exchanges of this address within the task from zero, so that a task that is
// done again after a crash repeats its IDs whatever it skips.
func NewCaptureID(t TaskID, url string, nth int) CaptureID {
	return CaptureID(hash("capture", string(t), url, strconv.Itoa(nth)))
}

// NewTaskID names the run of a source (or of one address, mode fetch) that is due at a moment.
func NewTaskID(s SourceID, mode Mode, due time.Time, url string) TaskID {
	return TaskID(hash("task", string(s), string(mode), strconv.FormatInt(due.UnixMilli(), 10), url))
}

// NewRunID names the walk of one list within one task.
func NewRunID(t TaskID, list string) RunID { return RunID(hash("run", string(t), list)) }

// NewEventID names what happened once. Occasion is what makes it once: a
// document's Rev, a record's version and ruleset, an incident's opening.
func NewEventID(kind EventKind, subject, occasion string) EventID {
	return EventID(hash("event", string(kind), subject, occasion))
}

// NewAlertID names one rule's message about one event on one channel. A
// receiver may see it more than once and can drop repeats by it.
func NewAlertID(rule, channel string, e EventID) AlertID {
	return AlertID(hash("alert", rule, channel, string(e)))
}

// NewIncidentID names one illness of a source: its class, what it concerns
// (a list, a host; may be empty) and when it opened.
func NewIncidentID(s SourceID, class IncidentClass, scope string, opened time.Time) IncidentID {
	return IncidentID(hash("incident", string(s), string(class), scope, strconv.FormatInt(opened.UnixMilli(), 10)))
}

// NewWorkID names a policy by its identity key (extractor/identity decides the key).
func NewWorkID(key string) WorkID { return WorkID(hash("work", key)) }
