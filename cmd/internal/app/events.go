package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"syscall"

	"govwatch/bus"
)

// Events hands each event on the bus to f: those that are stored, oldest first,
// or with follow those to come, until the context ends. The bus of a
// running process that owns its data folder is read through its status address.
func Events(ctx context.Context, cfg Config, filter string, follow bool, f func(subject string, data []byte) error) error {
	if owner := busOwner(cfg); owner != "" {
		// A process that was killed leaves its address behind; then nobody answers there.
		if err := readStream(ctx, owner, filter, follow, f); !errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
	}
	release, err := alone(cfg)
	if err != nil {
		return fmt.Errorf("%w (or start that process with --listen, to read its events while it runs)", err)
	}
	return errors.Join(readBus(ctx, cfg, filter, follow, f), release())
}

func readBus(ctx context.Context, cfg Config, filter string, follow bool, f func(string, []byte) error) error {
	b, err := bus.Open(ctx, cfg.Bus, busOptions(cfg, nil))
	if err != nil {
		return err
	}
	return errors.Join(show(ctx, b, filter, follow, f), b.Close(context.WithoutCancel(ctx)))
}

// show hands over the events that are stored, or with follow those to come.
func show(ctx context.Context, b *bus.Bus, filter string, follow bool, f func(string, []byte) error) error {
	if !follow {
		return b.Stored(ctx, filter, f)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	err := b.Follow(ctx, filter, func(subject string, data []byte) {
		if err := f(subject, data); err != nil {
			cancel(err)
		}
	})
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

func readStream(ctx context.Context, addr, filter string, follow bool, f func(string, []byte) error) (err error) {
	u := "http://" + addr + "/events?filter=" + url.QueryEscape(filter)
	if follow {
		u += "&follow=1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return err
	}
	resp, err := oneRequest.Do(req)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read events of the running process: %w", err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if err := f("", lines.Bytes()); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return lines.Err()
}

// events streams the bus as lines to one reader.
func (a *App) events(w http.ResponseWriter, r *http.Request) {
	filter := r.URL.Query().Get("filter")
	if filter == "" {
		filter = "gov.>"
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	flush := http.NewResponseController(w)
	if err := flush.Flush(); err != nil {
		a.log.Debug("open event stream", "err", err)
		return
	}
	err := show(r.Context(), a.backends.bus, filter, r.URL.Query().Has("follow"), func(_ string, data []byte) error {
		if _, err := w.Write(append(data, '\n')); err != nil {
			return err
		}
		return flush.Flush()
	})
	if err != nil && r.Context().Err() == nil {
		a.log.Error("stream events", "err", err)
	}
}
