package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"govwatch/extractor"
	"govwatch/schedules"
	"govwatch/web/pages"
)

// Start runs the roles until Close. Who receives starts before who sends.
func (a *App) Start(ctx context.Context, roles ...Role) error {
	for _, r := range AllRoles() {
		if !slices.Contains(roles, r) {
			continue
		}
		if r != RoleWeb {
			a.group.Go(ctx, string(r), a.job(r))
		}
		switch r {
		case RoleRelay:
			a.group.Go(ctx, "sweep", a.sweep)
		case RoleExtract:
			a.group.Go(ctx, "calendar", a.calendar)
		case RoleSchedule:
			a.group.Go(ctx, "watch", a.watch)
		}
	}
	if !slices.Contains(roles, RoleRelay) {
		a.group.Go(ctx, "poke", a.pokeRelays)
	}
	return a.serve(ctx, slices.Contains(roles, RoleWeb))
}

// pokeRelays tells relays elsewhere what the tracker tells a relay in this process.
func (a *App) pokeRelays(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.backends.tracker.Poked():
			a.backends.bus.Poke()
		}
	}
}

// job is what a role does until its context ends.
func (a *App) job(r Role) func(context.Context) error {
	b := a.backends
	switch r {
	case RoleRelay:
		return func(ctx context.Context) error { return b.bus.Relay(ctx, b.tracker, b.tracker.Poked()) }
	case RoleCrawl:
		return func(ctx context.Context) error { return b.bus.ConsumeTasks(ctx, "crawl", watched(a, a.crawl.Handle)) }
	case RoleExtract:
		return func(ctx context.Context) error {
			return b.bus.ConsumeEvents(ctx, "extract", extractor.Kinds(), a.cfg.Workers, watched(a, a.extract.Handle))
		}
	case RoleAlert:
		return func(ctx context.Context) error {
			deliver, cancel := context.WithCancel(ctx)
			done := make(chan error, 1)
			go func() { done <- a.alerts.Deliver(deliver) }()
			err := b.bus.ConsumeEvents(ctx, "alert", a.alerts.Kinds(), 1, watched(a, a.alerts.Handle))
			cancel()
			return errors.Join(err, <-done)
		}
	case RoleSchedule:
		return func(ctx context.Context) error {
			return persist(ctx, a.log, func() error {
				return schedules.Run(ctx, a.clock, b.tracker, a.sources, a.cfg.Adaptive.limits(), a.enqueue)
			})
		}
	}
	return func(context.Context) error { return fmt.Errorf("role %s is not known", r) }
}

// serve opens health checks and metrics of any role, and the status page of the
// role web, when an address is set.
func (a *App) serve(ctx context.Context, withPages bool) error {
	if a.cfg.Listen == "" {
		return nil
	}
	mux := http.NewServeMux()
	if withPages {
		status, err := pages.NewStatus(a.backends.tracker, a.sources, a.clock.Now, a.log)
		if err != nil {
			return err
		}
		mux.Handle("GET /{$}", status)
	}
	a.healthChecks(mux)
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("serve status page: %w; choose another address with listen: or --listen", err)
	}
	a.address = l.Addr().String()
	forget, err := a.backends.noteAddress(a.cfg.Data, a.address)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	a.onClose = append(a.onClose, forget)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	a.group.Go(ctx, string(RoleWeb), func(ctx context.Context) error {
		served := make(chan error, 1)
		go func() { served <- srv.Serve(l) }()
		select {
		case err := <-served:
			return err
		case <-ctx.Done():
			return errors.Join(srv.Close(), ignoreClosed(<-served))
		}
	})
	return nil
}

// ignoreClosed drops the error with which a server says that it was closed.
func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Address is where the status page listens, empty before Start and without one.
func (a *App) Address() string { return a.address }

// Wait returns when the context ends, or with the error of a role that failed.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.group.Failed():
		return err
	}
}

// Close stops the roles in reverse order and closes the backends. It may be
// called after a failed start.
func (a *App) Close(ctx context.Context) error {
	err := a.group.Stop()
	if a.reader != nil {
		err = errors.Join(err, a.reader.Close())
	}
	err = errors.Join(err, a.backends.close(context.WithoutCancel(ctx)))
	for i := len(a.onClose) - 1; i >= 0; i-- {
		err = errors.Join(err, a.onClose[i]())
	}
	a.onClose = nil
	return errors.Join(err, a.backends.unlock())
}
