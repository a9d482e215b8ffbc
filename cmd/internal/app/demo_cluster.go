package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"govwatch/fixtures/site"
	"govwatch/internal/service"
	"govwatch/notice"
	"govwatch/schedules"
)

// ClusterDemo plays the fixtures world for roles that run in other processes:
// it serves the sites and their clock, and enqueues what is due each day.
type ClusterDemo struct {
	Config Config
	// Listen is the address of the world.
	Listen string
	// Last is the day that ends the play.
	Last notice.Date
	Log  *slog.Logger
	// Ready is called with the world's address when processes may join.
	Ready func(address string)
	// Day is called when a day has been played.
	Day func(day notice.Date, played, all int)
}

const (
	// worldSpeed is how many times as fast as ours the world's time runs beside its
	// jumps, so that a lease that a dead process left ends by itself.
	worldSpeed = 20
	// worldWait is how long no site must have been visited before it runs at all: a
	// slow machine would else push visits of one day past the hour of the next.
	worldWait = time.Second
)

// Play waits for the roles, plays the days and returns the table.
func (d ClusterDemo) Play(ctx context.Context) (table DemoTable, err error) {
	began := time.Now()
	clock := service.NewJump(moment(day(site.FirstDay)))
	world, err := site.New(clock.Now)
	if err != nil {
		return table, err
	}
	sources, err := schedules.Load(site.Sources())
	if err != nil {
		return table, err
	}
	a, err := New(ctx, d.Config, Options{Clock: clock, Log: d.Log, Sources: sources})
	if err != nil {
		return table, err
	}
	defer func() { err = errors.Join(err, a.Close(ctx)) }()
	a.poll = 100 * time.Millisecond
	sites := newWorldServer(world, clock)
	address, stop, err := serveWorld(ctx, d.Listen, sites)
	if err != nil {
		return table, fmt.Errorf("%w; choose another address with --listen", err)
	}
	a.onClose = append(a.onClose, stop)
	if d.Ready != nil {
		d.Ready(address)
	}
	if err := a.awaitRoles(ctx); err != nil {
		return table, err
	}
	a.group.Go(ctx, "world", func(ctx context.Context) error { return runClock(ctx, sites) })
	if err := d.days(ctx, a, clock); err != nil {
		return table, err
	}
	table, err = a.demoTable(ctx, world, d.Last)
	table.ElapsedMS = time.Since(began).Milliseconds()
	return table, err
}

func (d ClusterDemo) days(ctx context.Context, a *App, clock *service.Jump) error {
	first := day(site.FirstDay)
	all := d.Last.Days(first) + 1
	for at := first; at.Compare(d.Last) <= 0; at = at.AddDays(1) {
		clock.Set(moment(at))
		if err := persist(ctx, a.log, func() error { return a.round(ctx) }); err != nil {
			return fmt.Errorf("play %s: %w", at, err)
		}
		if d.Day != nil {
			d.Day(at, at.Days(first)+1, all)
		}
	}
	return nil
}

// persist tries f until it succeeds or the context ends: the backends of a
// cluster come and go, and what f has done already is not done twice.
func persist(ctx context.Context, log *slog.Logger, f func() error) error {
	for {
		err := f()
		if err == nil || ctx.Err() != nil {
			return err
		}
		log.Warn("a backend is away, work goes on when it is back", "err", err)
		t := time.NewTimer(time.Second)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-t.C:
		}
	}
}

// awaitRoles waits until each kind of event has its consumer: before that, the
// bus cannot know that somebody is going to want it.
func (a *App) awaitRoles(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		depth, err := a.backends.bus.Depth(ctx)
		if err != nil {
			a.log.Warn("the bus is away, work goes on when it is back", "err", err)
		}
		missing := slices.DeleteFunc([]string{string(RoleExtract), string(RoleAlert)}, func(name string) bool {
			_, there := depth.Events[name]
			return there
		})
		if len(missing) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for roles %v: %w", missing, ctx.Err())
		case <-tick.C:
		}
	}
}

// runClock lets the world's time pass while nobody visits its sites.
func runClock(ctx context.Context, sites *worldServer) error {
	const step = 100 * time.Millisecond
	tick := time.NewTicker(step)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if sites.quiet() < worldWait {
				continue
			}
			if err := sites.clock.Sleep(ctx, worldSpeed*step); err != nil {
				return err
			}
		}
	}
}
