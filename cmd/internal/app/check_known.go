package app

import (
	"context"
	"slices"

	"govwatch/notice"
	"govwatch/store/tracker"
)

// knownTitles are the titles that lists were seen to hold; without a tracker
// there are none.
type knownTitles struct{ tr *tracker.Tracker }

// newTitles opens the tracker if something has run before.
func newTitles(ctx context.Context, cfg Config) (*knownTitles, error) {
	if stored(cfg) != nil {
		return &knownTitles{}, nil // Nothing has run yet.
	}
	tr, err := tracker.Open(ctx, cfg.Tracker)
	return &knownTitles{tr}, err
}

// Close gives the tracker back.
func (k *knownTitles) Close() error {
	if k.tr == nil {
		return nil
	}
	return k.tr.Close()
}

// maxTitles is how many of a list's latest titles help to find it again.
const maxTitles = 80

// of returns the titles that a list showed, latest sighting first.
func (k *knownTitles) of(ctx context.Context, s notice.SourceID, list string) ([]string, error) {
	if k.tr == nil {
		return nil, nil
	}
	var docs []notice.Document
	const batch = 1000
	for after := notice.DocumentID(""); ; {
		part, err := k.tr.DocumentsOf(ctx, s, after, batch)
		if err != nil {
			return nil, err
		}
		for _, d := range part {
			if d.Parent == "" && d.List == list && d.Title != "" {
				docs = append(docs, d)
			}
		}
		if len(part) < batch {
			break
		}
		after = part[len(part)-1].ID
	}
	slices.SortStableFunc(docs, func(a, b notice.Document) int {
		if c := b.LastSeen.Compare(a.LastSeen); c != 0 {
			return c
		}
		return b.ListDate.Compare(a.ListDate)
	})
	var out []string
	for _, d := range docs[:min(len(docs), maxTitles)] {
		out = append(out, d.Title)
	}
	return out, nil
}
