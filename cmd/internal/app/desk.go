package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"govwatch/bus"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
	"govwatch/store/tracker"
)

// ArchiveReport says what a check of every blob found.
type ArchiveReport struct {
	Blobs int       `json:"blobs"`
	Bytes int64     `json:"bytes"`
	Bad   []BadBlob `json:"bad"`
}

// BadBlob is one that the tracker names and the archive cannot give back.
type BadBlob struct {
	Key     notice.BlobKey `json:"key"`
	URL     string         `json:"url"`
	Problem string         `json:"problem"`
}

// VerifyArchive re-hashes every blob that the tracker names. It may run beside
// a process that writes: blobs and rows are only ever added.
func VerifyArchive(ctx context.Context, cfg Config, progress func(done int)) (r ArchiveReport, err error) {
	r.Bad = []BadBlob{}
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, tr.Close()) }()
	archive, err := openArchive(ctx, cfg)
	if err != nil {
		return r, err
	}
	checked := map[notice.BlobKey]bool{}
	err = tr.Blobs(ctx, func(use notice.BlobUse) error {
		key := use.Key
		if checked[key] {
			return nil
		}
		checked[key] = true
		n, err := readBlob(ctx, archive, key, io.Discard)
		switch {
		case errors.Is(err, notice.ErrUnknown), errors.Is(err, notice.ErrCorrupt):
			r.Bad = append(r.Bad, BadBlob{key, use.URL, err.Error()})
		case err != nil:
			return err
		}
		r.Blobs++
		r.Bytes += n
		progress(r.Blobs)
		return nil
	})
	return r, err
}

func readBlob(ctx context.Context, archive Archive, key notice.BlobKey, w io.Writer) (int64, error) {
	b, err := archive.Open(ctx, key)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(w, b)
	return n, errors.Join(err, b.Close())
}

// GetBlob writes the raw bytes of one blob.
func GetBlob(ctx context.Context, cfg Config, key notice.BlobKey, w io.Writer) error {
	if len(key) != 64 || strings.Trim(string(key), "0123456789abcdef") != "" {
		return fmt.Errorf("%w: %q is not a blob key: 64 hex digits", ErrConfig, key)
	}
	archive, err := openArchive(ctx, cfg)
	if err != nil {
		return err
	}
	_, err = readBlob(ctx, archive, key, w)
	return err
}

// CheckHealth asks the tracker from outside the process that fills it.
func CheckHealth(ctx context.Context, cfg Config) (h Health, err error) {
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, tr.Close()) }()
	return readHealth(ctx, tr, func(ctx context.Context, sources []notice.Source, now time.Time) (schedules.Plan, error) {
		return schedules.MakePlan(ctx, tr, sources, cfg.Adaptive.limits(), now)
	}, service.Real().Now())
}

// oneRequest asks another process of ours once and keeps no connection: nothing
// that empties a shared pool can break the request.
var oneRequest = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// CheckReady asks a running process whether its backends answer.
func CheckReady(ctx context.Context, address string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, scrapeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("%w: --ready %q: want HOST:PORT", ErrConfig, address)
	}
	resp, err := oneRequest.Do(req)
	if err != nil {
		return fmt.Errorf("ask the process at %s: %w", address, err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode/100 != 2 {
		why, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return errors.Join(fmt.Errorf("the process at %s is not ready: %s", address, firstLine(string(why))), err)
	}
	return nil
}

// DeadLetters lists the messages that no worker could handle. An embedded bus
// must not be in use by another process.
func DeadLetters(ctx context.Context, cfg Config) (letters []notice.DeadLetter, err error) {
	err = withBus(ctx, cfg, func(b *bus.Bus) error {
		letters, err = b.Dead(ctx)
		return err
	})
	return letters, err
}

// ReplayDead publishes one dead letter again under its old subject.
func ReplayDead(ctx context.Context, cfg Config, id string) error {
	return withBus(ctx, cfg, func(b *bus.Bus) error { return b.Replay(ctx, id) })
}

func withBus(ctx context.Context, cfg Config, f func(*bus.Bus) error) (err error) {
	release, err := alone(cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	b, err := bus.Open(ctx, cfg.Bus, busOptions(cfg, nil))
	if err != nil {
		return err
	}
	return errors.Join(f(b), b.Close(context.WithoutCancel(ctx)))
}

// ListSources returns the declared sources with the states that people gave them.
func ListSources(ctx context.Context, cfg Config) ([]notice.Source, error) {
	sources, err := LoadSources(cfg)
	if err != nil {
		return nil, err
	}
	if stored(cfg) != nil {
		// Nothing has run yet, so nobody has decided anything.
		return sources, nil
	}
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return nil, err
	}
	healths, err := tr.Healths(ctx)
	if err := errors.Join(err, tr.Close()); err != nil {
		return nil, err
	}
	for _, h := range healths {
		for i := range sources {
			if sources[i].ID == h.Source && h.State != "" {
				sources[i].State = h.State
			}
		}
	}
	return sources, nil
}

// SetSourceState keeps a person's decision about a source, with the reason.
func SetSourceState(ctx context.Context, cfg Config, id notice.SourceID, state notice.SourceState, why string) error {
	sources, err := LoadSources(cfg)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(sources, func(s notice.Source) bool { return s.ID == id }) {
		return fmt.Errorf("%w: source %s is not declared; see govwatch sources list", ErrConfig, id)
	}
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return err
	}
	err = tr.PutSources(ctx, sources)
	if err == nil {
		err = tr.SetState(ctx, id, state, why, service.Real().Now())
	}
	return errors.Join(err, tr.Close())
}
