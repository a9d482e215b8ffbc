package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"govwatch/extractor"
	"govwatch/extractor/field"
	"govwatch/internal/reader"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/store/tracker"
)

// Shelf is the tracker and the archive of an installation without its bus, opened
// to look documents up and to read them again. It may be open beside a process
// that runs; only Reextract writes, and wants the data folder to itself.
type Shelf struct {
	cfg     Config
	tracker *tracker.Tracker
	guard   *reader.Guard
	worker  *extractor.Worker
}

// OpenShelf opens what the configuration names. A tracker that is not there is a
// configuration error: nothing is made. The caller closes the shelf.
func OpenShelf(ctx context.Context, cfg Config) (s *Shelf, err error) {
	if err := stored(cfg); err != nil {
		return nil, err
	}
	s = &Shelf{cfg: cfg}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
			s = nil
		}
	}()
	if s.tracker, err = tracker.Open(ctx, cfg.Tracker); err != nil {
		return s, err
	}
	archive, err := openArchive(ctx, cfg)
	if err != nil {
		return s, err
	}
	if s.guard, err = reader.NewGuard(reader.Options{OCR: cfg.OCR}); err != nil {
		return s, err
	}
	s.worker = &extractor.Worker{Archive: archive, Records: s.tracker, Files: s.guard, Clock: service.Real(), Agenda: s.tracker}
	return s, nil
}

// Close gives back what was opened.
func (s *Shelf) Close() error {
	var err error
	if s.guard != nil {
		err = s.guard.Close()
	}
	if s.tracker != nil {
		err = errors.Join(err, s.tracker.Close())
	}
	return err
}

// find returns the version that a person means by the ID of a document or of a
// version, an address, an issuing number (发文字号) in any spelling, or a title.
// The head of a document stands for it, the first copy for a work. A name that
// fits nothing wraps ErrUnknown; one that fits several works names them.
func (s *Shelf) find(ctx context.Context, name string) (notice.VersionID, error) {
	name = strings.TrimSpace(name)
	d, err := s.tracker.Document(ctx, notice.DocumentID(name))
	if err == nil {
		return headOf(d)
	}
	if !errors.Is(err, notice.ErrUnknown) {
		return "", err
	}
	v, err := s.tracker.Version(ctx, notice.VersionID(name))
	if err == nil || !errors.Is(err, notice.ErrUnknown) {
		return v.ID, err
	}
	if strings.Contains(name, "://") {
		return s.findAddress(ctx, name)
	}
	return s.findWork(ctx, name)
}

func headOf(d notice.Document) (notice.VersionID, error) {
	if d.Head == "" {
		trouble := d.Trouble
		if trouble == "" {
			trouble = "it was not asked for yet"
		}
		return "", fmt.Errorf("document %s (%s) is named by a list and not held after %d visits (%s); the next is at %s, see govwatch sources owed: %w",
			d.ID, d.URL, d.Tries, trouble, d.NextVisit.In(notice.Beijing()).Format("2006-01-02 15:04"), notice.ErrUnknown)
	}
	return d.Head, nil
}

func (s *Shelf) findAddress(ctx context.Context, url string) (notice.VersionID, error) {
	other := url
	if rest, ok := strings.CutPrefix(url, "http://"); ok {
		other = "https://" + rest
	} else if rest, ok := strings.CutPrefix(url, "https://"); ok {
		other = "http://" + rest
	}
	for _, u := range []string{url, other} {
		docs, err := s.tracker.DocumentsAt(ctx, u)
		if err != nil {
			return "", err
		}
		if len(docs) > 0 {
			// Several sources may name one address; any of them that holds it will do.
			held := max(slices.IndexFunc(docs, func(d notice.Document) bool { return d.Head != "" }), 0)
			return headOf(docs[held])
		}
	}
	return "", fmt.Errorf("no document at %s: %w", url, notice.ErrUnknown)
}

func (s *Shelf) findWork(ctx context.Context, name string) (notice.VersionID, error) {
	page, err := s.tracker.Records(ctx, notice.RecordQuery{Title: name, Limit: 500})
	if n, ok := field.ParseNumber(name); ok && err == nil && len(page.Records) == 0 {
		page, err = s.tracker.Records(ctx, notice.RecordQuery{Number: n.Normal, Limit: 500})
	}
	if err != nil {
		return "", err
	}
	if len(page.Records) == 0 {
		return "", fmt.Errorf("no document is called %q (an ID, an address, a number or a whole title): %w", name, notice.ErrUnknown)
	}
	var works []notice.WorkID
	var first []string
	for _, r := range page.Records {
		known := false
		for _, w := range works {
			known = known || w == r.Work
		}
		if !known {
			works = append(works, r.Work)
			first = append(first, fmt.Sprintf("%s (%s %s)", r.Document, r.Source, r.Title))
		}
	}
	if len(works) > 1 {
		return "", fmt.Errorf("%w: %q names %d works; name one by its document: %s", ErrConfig, name, len(works), strings.Join(first[:min(len(first), 5)], ", "))
	}
	return s.firstCopy(ctx, works[0], page.Records[0].Version)
}

// firstCopy is the head of the copy that came first and was read.
func (s *Shelf) firstCopy(ctx context.Context, id notice.WorkID, other notice.VersionID) (notice.VersionID, error) {
	copies, err := s.tracker.Copies(ctx, id)
	if err != nil {
		return "", err
	}
	for _, d := range copies {
		if d.Head != "" && d.Parent == "" {
			return d.Head, nil
		}
	}
	return other, nil
}
