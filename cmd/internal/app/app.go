package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/nats-io/nats.go"

	"govwatch/alert"
	"govwatch/crawler"
	"govwatch/crawler/health"
	"govwatch/extractor"
	"govwatch/internal/reader"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/notice/authority"
	"govwatch/schedules"
)

// App is one process of the pipeline.
type App struct {
	cfg      Config
	clock    service.Clock
	log      *slog.Logger
	backends backends
	sources  []notice.Source
	reader   *reader.Guard
	crawl    *crawler.Worker
	extract  *extractor.Worker
	alerts   *alert.Worker
	group    service.Group
	// poll is how often settle looks; each look crosses the network of a cluster.
	poll     time.Duration
	progress progress
	plans    plans
	// address is where the status page listens.
	address string
	onClose []func() error
}

// Options are what a caller sets that a configuration file cannot.
type Options struct {
	Clock service.Clock
	Log   *slog.Logger
	// HostMap sends host names to addresses of this machine: a world of fixtures.
	HostMap map[string]string
	// Sources replace the declarations that the configuration names.
	Sources []notice.Source
	// Channels replace the channels that the configuration names.
	Channels []alert.Channel
	// Out is where the stdout channel prints; nil means standard output.
	Out io.Writer
}

func (o Options) out() io.Writer {
	if o.Out == nil {
		return os.Stdout
	}
	return o.Out
}

// New opens the backends and builds the workers; nothing runs yet. After an
// error everything that was opened is closed again.
func New(ctx context.Context, cfg Config, opt Options) (a *App, err error) {
	a = &App{cfg: cfg, clock: opt.Clock, log: opt.Log}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close(ctx))
			a = nil
		}
	}()
	if a.clock == nil {
		a.clock = service.Real()
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.sources = opt.Sources; a.sources == nil {
		if a.sources, err = LoadSources(cfg); err != nil {
			return a, err
		}
	}
	if a.backends, err = open(ctx, cfg, a.clock.Now(), a.log); err != nil {
		return a, err
	}
	if err = a.backends.tracker.PutSources(ctx, a.sources); err != nil {
		return a, err
	}
	return a, a.build(opt)
}

// LoadSources reads the declarations that the configuration names.
func LoadSources(cfg Config) ([]notice.Source, error) {
	if cfg.Sources == "" {
		sources, err := schedules.Load(schedules.Embedded())
		return sources, err
	}
	if !isDir(cfg.Sources) {
		return nil, fmt.Errorf("%w: sources %s is not a folder; put declarations (*.yaml) into one and name it", ErrConfig, cfg.Sources)
	}
	sources, err := schedules.Load(os.DirFS(cfg.Sources))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, cfg.Sources, err)
	}
	return sources, nil
}

// BusClient returns a plain connection to the bus, for what this program does
// not do. The caller closes it.
func (a *App) BusClient() (*nats.Conn, error) { return a.backends.bus.Client() }

// fetchOptions are how this configuration visits sites.
func fetchOptions(cfg Config, opt Options) crawler.Options {
	o := crawler.DefaultOptions()
	o.Contact, o.Pace = cfg.Contact, cfg.Pace
	o.PageTimeout, o.MaxBody = cfg.Timeout, cfg.MaxBody
	o.AllowPrivate, o.HostMap, o.Egress = cfg.AllowPrivate, opt.HostMap, cfg.Egress
	o.Budget, o.Browser = cfg.Budget, cfg.Browser
	if cfg.HostBudget > 0 {
		o.HostBudget = cfg.HostBudget
	}
	if opt.Clock != nil {
		o.Clock = opt.Clock
	}
	return o
}

// build makes the workers from what is open.
func (a *App) build(opt Options) (err error) {
	gather := gatherIncidents
	if opt.Clock != nil {
		gather = 0 // who moves the clock waits for rounds, and these hold their messages
	}
	opt.Clock = a.clock
	if a.reader, err = reader.NewGuard(reader.Options{OCR: a.cfg.OCR}); err != nil {
		return err
	}
	fetcher, err := crawler.NewFetcher(fetchOptions(a.cfg, opt))
	if err != nil {
		return err
	}
	a.onClose = append(a.onClose, func() error { fetcher.Close(); return nil })
	a.crawl, err = crawler.New(crawler.Config{
		Fetcher: fetcher, Sources: a.sources, Archive: a.backends.archive, Ledger: a.backends.tracker, Log: a.log,
		FileText: func(ctx context.Context, name string, body []byte) (string, error) {
			t, err := a.reader.Read(ctx, name, body)
			return t.Text, err
		},
	})
	if err != nil {
		return err
	}
	a.extract = &extractor.Worker{
		Archive: a.backends.archive, Records: a.backends.tracker, Files: a.reader, Clock: a.clock, Agenda: a.backends.tracker, Log: a.log,
	}
	book, err := authority.Load()
	if err != nil {
		return err
	}
	set, channels, err := a.cfg.alerting(opt.out())
	if err != nil {
		return err
	}
	set.RegionName = func(code string) string {
		r, _ := book.Region(code)
		return r.Name
	}
	if opt.Channels != nil {
		channels = opt.Channels
	}
	a.alerts, err = alert.New(alert.Config{
		Set: set, Channels: channels, Log: a.backends.tracker, Clock: a.clock, Logger: a.log, Outbreaks: health.Outbreaks, Gather: gather,
	})
	return err
}
