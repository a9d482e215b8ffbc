package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"govwatch/alert"
	"govwatch/alert/stdout"
	"govwatch/fixtures/site"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
)

// Demo plays the fixtures world through every role of one process.
type Demo struct {
	Dir   string
	Fresh bool
	// Listen is the address of the status page that stays up after the days.
	Listen string
	Log    *slog.Logger
	// Day is called when a day has been played.
	Day func(day notice.Date, played, all int)
	// Out receives the alerts as they fire, as JSON lines when JSON is set.
	Out  io.Writer
	JSON bool
	// Last ends the play early; zero plays all days.
	Last notice.Date
}

// demoMark tells a demo's folder from any other: only such a one is emptied.
const demoMark = "demo"

// The world is visited at noon on its first day, and each day later by more than
// a visit's pauses can take: "72 hours after" and "a day after" then fall on the
// same day however the pauses of that day ran.
const (
	firstVisit = 12 * time.Hour
	laterADay  = 8 * time.Minute
)

// Play plays the days that the folder has not seen and returns the table. The
// caller closes the App; its status page may be served until then.
func (d Demo) Play(ctx context.Context) (a *App, table DemoTable, err error) {
	began := time.Now()
	if err := d.prepare(); err != nil {
		return nil, table, err
	}
	start, err := d.resume()
	if err != nil {
		return nil, table, err
	}
	clock := service.NewJump(start)
	world, err := site.New(clock.Now)
	if err != nil {
		return nil, table, err
	}
	addr, stop, err := serveWorld(ctx, "127.0.0.1:0", world)
	if err != nil {
		return nil, table, err
	}
	if a, err = d.open(ctx, clock, world, addr); err != nil {
		return nil, table, errors.Join(err, stop())
	}
	a.onClose = append(a.onClose, stop)
	if err := d.days(ctx, a, clock); err != nil {
		return a, table, err
	}
	table, err = a.demoTable(ctx, world, d.last())
	table.ElapsedMS = time.Since(began).Milliseconds()
	return a, table, err
}

func (d Demo) open(ctx context.Context, clock service.Clock, world *site.World, addr string) (*App, error) {
	sources, err := schedules.Load(site.Sources())
	if err != nil {
		return nil, err
	}
	channel, err := stdout.New(stdout.Config{Out: d.Out, JSON: d.JSON})
	if err != nil {
		return nil, err
	}
	cfg := Default()
	cfg.Data, cfg.Listen = d.Dir, d.Listen
	cfg.fill()
	hosts := map[string]string{}
	for _, h := range world.Hosts() {
		hosts[h] = addr
	}
	return New(ctx, cfg, Options{
		Clock: clock, Log: d.Log, HostMap: hosts, Sources: sources, Channels: []alert.Channel{channel},
	})
}

// resume is the moment at which the day began that the folder was left in. A world
// that was killed must not wake on an earlier day: what waits on the bus would
// be visited as of that day.
func (d Demo) resume() (time.Time, error) {
	first := moment(day(site.FirstDay))
	last, err := lastMoment(d.Dir)
	if err != nil || last.Before(first) {
		return first, err
	}
	return last, nil
}

// days goes on with the day that the folder was left in: a day that was cut
// short is played again, which changes nothing that is there.
func (d Demo) days(ctx context.Context, a *App, clock *service.Jump) error {
	first, last := day(site.FirstDay), d.last()
	all := last.Days(first) + 1
	at := notice.DateOf(clock.Now())
	if err := a.Start(ctx, RoleRelay, RoleAlert, RoleExtract, RoleCrawl, RoleWeb); err != nil {
		return err
	}
	for ; at.Compare(last) <= 0; at = at.AddDays(1) {
		if err := checkClock(d.Dir, moment(at)); err != nil {
			return err
		}
		clock.Set(moment(at))
		if err := a.round(ctx); err != nil {
			return fmt.Errorf("play %s: %w", at, err)
		}
		if d.Day != nil {
			d.Day(at, at.Days(first)+1, all)
		}
	}
	return nil
}

// LastDay is the day that ends a play of so many days; zero means all of them.
func LastDay(days int) notice.Date {
	first, last := day(site.FirstDay), day(site.LastDay)
	if days <= 0 || days > last.Days(first) {
		return last
	}
	return first.AddDays(days - 1)
}

// last is the day that ends the play.
func (d Demo) last() notice.Date {
	if d.Last.IsZero() {
		return day(site.LastDay)
	}
	return d.Last
}

// day reads a day of the world's script; a wrong one is a broken build.
func day(s string) notice.Date {
	d, err := notice.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func moment(d notice.Date) time.Time {
	return d.Time().Add(firstVisit + time.Duration(d.Days(day(site.FirstDay)))*laterADay)
}

// prepare makes the folder, or empties it when asked and when it is a demo's.
func (d Demo) prepare() error {
	mark := filepath.Join(d.Dir, demoMark)
	entries, err := os.ReadDir(d.Dir)
	switch {
	case errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0:
		if err := os.MkdirAll(d.Dir, 0o755); err != nil {
			return fmt.Errorf("make demo folder: %w; choose another with --data", err)
		}
	case err != nil:
		return fmt.Errorf("open demo folder: %w; choose another with --data", err)
	default:
		if _, err := os.Stat(mark); err != nil {
			return fmt.Errorf("%w: %s holds files that are not a demo's; choose another folder with --data", ErrConfig, d.Dir)
		}
		if d.Fresh {
			lock, err := lockFolder(d.Dir)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if err := os.RemoveAll(filepath.Join(d.Dir, e.Name())); err != nil {
					return errors.Join(fmt.Errorf("empty demo folder: %w", err), lock.Close())
				}
			}
			if err := lock.Close(); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(mark, []byte("govwatch demo\n"), 0o644)
}

// serveWorld answers for every host of the world on one address.
func serveWorld(ctx context.Context, address string, world http.Handler) (addr string, stop func() error, err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return "", nil, fmt.Errorf("serve the fixtures world: %w", err)
	}
	srv := &http.Server{Handler: world, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	return l.Addr().String(), func() error {
		return errors.Join(srv.Close(), ignoreClosed(<-done))
	}, nil
}
