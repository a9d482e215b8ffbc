package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"govwatch/crawler"
	"govwatch/fixtures/site"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
)

// Check is what `sources check` found out about one source.
type Check struct {
	ID    notice.SourceID    `json:"id"`
	State notice.SourceState `json:"state"`
	OK    bool               `json:"ok"`
	// Problem is set when the declaration itself cannot be used: file, line, way out.
	Problem string      `json:"problem,omitempty"`
	Lists   []ListCheck `json:"lists"`
}

// ListCheck is what became of one list, step by step in the order of Steps.
type ListCheck struct {
	URL      string      `json:"url"`
	Family   string      `json:"family"`
	OK       bool        `json:"ok"`
	Items    int         `json:"items"`
	Steps    []CheckStep `json:"steps"`
	Endpoint string      `json:"endpoint,omitempty"`
	Proposal *Proposal   `json:"proposal,omitempty"`
}

// CheckStep is one question that was asked; a failed one ends the list's check.
type CheckStep struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// Proposal is how the list can be read again after the site was redrawn.
type Proposal struct {
	Family    string            `json:"family"`
	Selectors map[string]string `json:"selectors"`
	// URL is the list's address at its place on the site now; API is the interface
	// behind the page, for options: {api: …}. Both are empty when nothing moved.
	URL   string `json:"url,omitempty"`
	API   string `json:"api,omitempty"`
	Items int    `json:"items"`
	// Known counts the known titles that the selectors find, of Of.
	Known int `json:"known"`
	Of    int `json:"of"`
}

// checksAtOnce bounds the sources under way; each host still sees one request at a time.
const checksAtOnce = 8

// CheckSources asks each source what a run asks: is the declaration sound, may
// the list be fetched, is it found, twice the same, and are the fields of two of
// its documents read. No ids means every scheduled source. It stores nothing.
// Progress, when not nil, is called after each source, one call at a time.
func CheckSources(ctx context.Context, cfg Config, opt Options, ids []string, progress func(done, all int, c Check)) ([]Check, error) {
	sources, broken, err := declared(cfg, opt)
	if err != nil {
		return nil, err
	}
	if sources, broken, err = chosen(sources, broken, ids); err != nil {
		return nil, err
	}
	fetcher, err := crawler.NewFetcher(fetchOptions(cfg, opt))
	if err != nil {
		return nil, err
	}
	defer fetcher.Close()
	titles, err := newTitles(ctx, cfg)
	if err != nil {
		return nil, err
	}
	k := &checker{fetcher: fetcher, titles: titles, clock: opt.Clock}
	if k.clock == nil {
		k.clock = service.Real()
	}
	out := make([]Check, len(sources))
	all := len(sources) + len(broken)
	var mu sync.Mutex
	done := 0
	tell := func(c Check) {
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(done, all, c)
		}
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, checksAtOnce)
	for i, s := range sources {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			out[i] = k.source(ctx, s)
			tell(out[i])
		})
	}
	wg.Wait()
	for _, c := range broken {
		tell(c)
	}
	return append(out, broken...), errors.Join(ctx.Err(), titles.Close())
}

// declared reads every declaration; one that cannot be used is a failed check
// and not the end of all.
func declared(cfg Config, opt Options) (good []notice.Source, broken []Check, err error) {
	if opt.Sources != nil {
		return opt.Sources, nil, nil
	}
	var dir fs.FS = schedules.Embedded()
	if cfg.Sources != "" {
		if !isDir(cfg.Sources) {
			return nil, nil, fmt.Errorf("%w: sources %s is not a folder; put declarations (*.yaml) into one and name it", ErrConfig, cfg.Sources)
		}
		dir = os.DirFS(cfg.Sources)
	}
	first := map[notice.SourceID]string{}
	err = fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if ext := path.Ext(name); err != nil || d.IsDir() || ext != ".yaml" && ext != ".yml" {
			return err
		}
		b, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		s, err := schedules.Parse(name, b)
		if other := first[s.ID]; err == nil && other != "" {
			err = fmt.Errorf("%s: id %s is taken by %s; ids are never reused, choose another", name, s.ID, other)
		}
		if err != nil {
			id := notice.SourceID(strings.TrimSuffix(path.Base(name), path.Ext(name)))
			broken = append(broken, Check{ID: id, Problem: err.Error(), Lists: []ListCheck{}})
			return nil
		}
		first[s.ID] = name
		good = append(good, s)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read declarations: %w", err)
	}
	return good, broken, nil
}

// chosen keeps the sources that were named, or all that are polled.
func chosen(sources []notice.Source, broken []Check, ids []string) ([]notice.Source, []Check, error) {
	if len(ids) == 0 {
		return slices.DeleteFunc(slices.Clone(sources), func(s notice.Source) bool { return !s.State.Scheduled() }), broken, nil
	}
	var out []notice.Source
	var bad []Check
	for _, id := range ids {
		i := slices.IndexFunc(sources, func(s notice.Source) bool { return string(s.ID) == id })
		j := slices.IndexFunc(broken, func(c Check) bool { return string(c.ID) == id })
		switch {
		case i >= 0:
			out = append(out, sources[i])
		case j >= 0:
			bad = append(bad, broken[j])
		default:
			return nil, nil, fmt.Errorf("%w: source %q is not declared; see govwatch sources list", ErrConfig, id)
		}
	}
	return out, bad, nil
}

// CheckFixtures checks the fixtures world, served on this machine as it stands on
// a day without faults: what a working installation answers.
func CheckFixtures(ctx context.Context, ids []string, progress func(done, all int, c Check)) (checks []Check, err error) {
	clock := service.NewJump(moment(day(fixturesDay)))
	world, err := site.New(clock.Now)
	if err != nil {
		return nil, err
	}
	addr, stop, err := serveWorld(ctx, "127.0.0.1:0", world)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	sources, err := schedules.Load(site.Sources())
	if err != nil {
		return nil, err
	}
	hosts := map[string]string{}
	for _, h := range world.Hosts() {
		hosts[h] = addr
	}
	cfg := Default()
	// No tracker: nothing has been seen of these sites.
	cfg.Tracker = "sqlite:"
	return CheckSources(ctx, cfg, Options{Clock: clock, HostMap: hosts, Sources: sources}, ids, progress)
}

// fixturesDay has full lists and no fault on any site.
const fixturesDay = "2024-04-26"
