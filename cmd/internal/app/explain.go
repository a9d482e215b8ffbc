package app

import (
	"context"
	"fmt"

	"govwatch/extractor"
	"govwatch/notice"
)

// Explained is the stored record of a version and what reading its archived bytes
// again gives.
type Explained struct {
	Document notice.Document
	Version  notice.Version
	Record   notice.Record
	Replay   Replay
}

// Replay says whether the archive gives the stored record again.
type Replay struct {
	// Same: the bytes of today's reading and of the stored record are equal.
	Same bool `json:"same"`
	// Stored and Today are the rulesets; only where they are equal must Same hold.
	Stored int `json:"stored_ruleset"`
	Today  int `json:"ruleset"`
	// Differs names the fields that differ, by their names in the record.
	Differs []string `json:"differs"`
}

// Broken says that one ruleset read the same bytes in two ways.
func (r Replay) Broken() bool { return !r.Same && r.Stored == r.Today }

// String is the replay in one line for people.
func (r Replay) String() string {
	switch {
	case r.Same:
		return "replayed from the archive: the same record, bit for bit"
	case r.Broken():
		return fmt.Sprintf("replayed from the archive: DIFFERS in %v although the ruleset is the same", r.Differs)
	}
	return fmt.Sprintf("replayed from the archive: ruleset %d reads %v otherwise than ruleset %d; govwatch reextract brings records up", r.Today, r.Differs, r.Stored)
}

// Explain finds a document and replays its reading. The errors wrap ErrUnknown
// when there is no such document or it was not read yet, ErrCorrupt when its
// archived bytes are damaged.
func (s *Shelf) Explain(ctx context.Context, name string) (e Explained, err error) {
	id, err := s.find(ctx, name)
	if err != nil {
		return e, err
	}
	in, err := s.tracker.Reading(ctx, id)
	if err != nil {
		return e, err
	}
	again, err := s.worker.Replay(ctx, in)
	if err != nil {
		return e, err
	}
	e = Explained{Document: in.Document, Version: in.Version, Record: *in.Current}
	e.Replay.Stored, e.Replay.Today = in.Current.Ruleset, extractor.Ruleset
	if e.Replay.Differs, err = extractor.Differing(*in.Current, again); err != nil {
		return e, err
	}
	e.Replay.Same = len(e.Replay.Differs) == 0
	return e, nil
}
