package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"govwatch/internal/urlx"
	"govwatch/notice"
	"govwatch/schedules"
)

// LabReport compares what a source's archive says under two declarations.
type LabReport struct {
	Source   notice.SourceID `json:"source"`
	Captures int             `json:"captures"`
	Lists    []LabList       `json:"lists"`
	// Strays are archived list answers that no list of the new declaration reads.
	Strays []string `json:"strays"`
	// Details counts the archived documents that were read twice.
	Details int        `json:"details"`
	Fields  []LabField `json:"fields"`
}

// LabList is one list before and after the change, over all its captures.
type LabList struct {
	URL      string `json:"url"`
	Captures int    `json:"captures"`
	// Before and After count items that differ by their address.
	Before int       `json:"before"`
	After  int       `json:"after"`
	Gained []TryItem `json:"gained"`
	Lost   []TryItem `json:"lost"`
	// Changed are items whose title or date reads otherwise, as they read now.
	Changed []TryItem `json:"changed"`
}

// LabField counts the documents in which a field is read.
type LabField struct {
	Name    string `json:"name"`
	Before  int    `json:"before"`
	After   int    `json:"after"`
	Gained  int    `json:"gained"`
	Lost    int    `json:"lost"`
	Changed int    `json:"changed"`
}

// Loses reports that the change would cost something.
func (r LabReport) Loses() bool {
	return len(r.Strays) > 0 ||
		slices.ContainsFunc(r.Lists, func(l LabList) bool { return len(l.Lost) > 0 }) ||
		slices.ContainsFunc(r.Fields, func(f LabField) bool { return f.Lost > 0 })
}

// Lab replays every archived list and document of a source against a changed
// declaration. An archived answer is read, under both, with the rules of its
// day. It writes nothing. Progress, when not nil, is called after each capture.
func Lab(ctx context.Context, cfg Config, opt Options, id, file string, progress func(done int)) (r LabReport, err error) {
	sources, err := declaredSources(cfg, opt)
	if err != nil {
		return r, err
	}
	i := slices.IndexFunc(sources, func(s notice.Source) bool { return string(s.ID) == id })
	if i < 0 {
		return r, fmt.Errorf("%w: source %q is not declared; see govwatch sources list", ErrConfig, id)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return r, fmt.Errorf("%w: read declaration: %w", ErrConfig, err)
	}
	changed, err := schedules.Parse(file, b)
	if err != nil {
		return r, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if string(changed.ID) != id {
		return r, fmt.Errorf("%w: %s declares %s, not %s; ids never change", ErrConfig, file, changed.ID, id)
	}
	shelf, err := OpenShelf(ctx, cfg)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, shelf.Close()) }()
	l := newLab(sources[i], changed, shelf)
	const batch = 500
	for after := notice.CaptureID(""); ; {
		part, err := shelf.tracker.CapturesOf(ctx, sources[i].ID, after, batch)
		if err != nil {
			return r, err
		}
		for _, c := range part {
			if err := l.replay(ctx, c); err != nil {
				return r, err
			}
			if progress != nil {
				progress(l.report.Captures)
			}
		}
		if len(part) < batch {
			return l.done(), nil
		}
		after = part[len(part)-1].ID
	}
}

// replay reads one archived answer under both declarations. The files of a page
// are read with the page.
func (l *lab) replay(ctx context.Context, c notice.Capture) error {
	l.report.Captures++
	if c.Outcome != notice.OK || c.Role != notice.ListRole && c.Role != notice.DetailRole {
		return nil
	}
	if c.Role == notice.DetailRole {
		return l.detail(ctx, c)
	}
	var body bytes.Buffer
	_, err := readBlob(ctx, l.shelf.worker.Archive, c.Blob, &body)
	switch {
	case errors.Is(err, notice.ErrUnknown), errors.Is(err, notice.ErrCorrupt):
		return fmt.Errorf("replay capture %s of %s: %w; see govwatch archive verify", c.ID, c.URL, err)
	case err != nil:
		return err
	}
	l.list(c, body.Bytes())
	return nil
}

// listOf finds the list that an answer belongs to: its own address, else the one
// with the longest way in common on the same host. It is -1 for an address that
// is none of theirs.
func listOf(lists []notice.List, starts []string, address string) int {
	best, most := -1, 0
	for i := range lists {
		if starts[i] == address {
			return i
		}
		if urlx.Host(starts[i]) != urlx.Host(address) {
			continue
		}
		if n := common(folder(starts[i]), address); n > most {
			best, most = i, n
		}
	}
	return best
}

// folder is an address up to its last slash.
func folder(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address[:strings.LastIndexByte(address, '/')+1]
}

func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
