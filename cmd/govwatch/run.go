package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"govwatch/cmd/internal/app"
	"govwatch/internal/service"

	"github.com/spf13/cobra"
)

func runCommand() *cobra.Command {
	var config, roles, now, listen, world, format string
	var once, asJSON, verbose bool
	c := &cobra.Command{
		Use:   "run",
		Short: "Follow the declared sources",
		Long: `run polls the declared sources on their schedules, archives, extracts and alerts,
until it is interrupted. With --once it polls everything that is due, waits until
every role is idle, prints a report and exits.`,
		Example: `  govwatch run
  govwatch run --config config.yaml --once --json
  govwatch run --config cluster.yaml --roles crawl,extract`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			which, err := app.ParseRoles(roles)
			if err != nil {
				return err
			}
			cfg, err := app.Load(config, os.Getenv)
			if err != nil {
				return err
			}
			if c.Flags().Changed("listen") {
				cfg.Listen = listen
			}
			if c.Flags().Changed("log-format") {
				cfg.Log.Format = format
			}
			if once {
				cfg.Listen = "" // A round is over before anybody could look.
			}
			if err := cfg.Validate(which); err != nil {
				return err
			}
			clock := service.Real()
			if now != "" {
				start, err := time.Parse(time.RFC3339, now)
				if err != nil {
					return usageError{fmt.Errorf("--now %q is not RFC 3339; write for example 2024-03-01T09:00:00+08:00", now)}
				}
				clock = service.Offset(start)
			}
			log := newLogger(os.Stderr, cfg.Log.Format, verbose)
			opt := app.Options{Clock: clock, Log: log}
			if world != "" {
				if opt, err = worldOptions(c, world, now, once, which, log); err != nil {
					return err
				}
			}
			a, err := app.New(c.Context(), cfg, opt)
			if err != nil {
				return err
			}
			defer func() {
				if closeErr := a.Close(c.Context()); closeErr != nil {
					fmt.Fprintln(os.Stderr, "govwatch: close:", closeErr)
				}
			}()
			if once {
				return runOnce(c, a, asJSON)
			}
			if err := a.Start(c.Context(), which...); err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "govwatch runs %v; interrupt to stop\n", which)
			return a.Wait(c.Context())
		},
	}
	c.Flags().StringVar(&config, "config", "", "configuration file (see config.example.yaml)")
	c.Flags().StringVar(&roles, "roles", "", "comma-separated: schedule, crawl, relay, extract, alert, web (default all)")
	c.Flags().BoolVar(&once, "once", false, "poll what is due, wait until idle, report, exit")
	c.Flags().StringVar(&now, "now", "", "moment to work as of, RFC 3339 (default: the real one)")
	c.Flags().StringVar(&listen, "listen", "", "address of the status page, such as 127.0.0.1:8650")
	c.Flags().StringVar(&world, "world", "", "live in the fixtures world that govwatch world serves at this address")
	c.Flags().BoolVar(&asJSON, "json", false, "print the report as one JSON object")
	c.Flags().StringVar(&format, "log-format", "text", "form of log lines: text or json")
	c.Flags().BoolVar(&verbose, "verbose", false, "log each step to standard error")
	return c
}

func runOnce(c *cobra.Command, a *app.App, asJSON bool) error {
	if err := a.Start(c.Context(), app.RoleRelay, app.RoleAlert, app.RoleExtract, app.RoleCrawl); err != nil {
		return err
	}
	r, err := a.Once(c.Context())
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(c.OutOrStdout()).Encode(r)
	}
	return printReport(c.OutOrStdout(), r)
}

func printReport(w io.Writer, r app.Report) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	p := func(format string, a ...any) {
		// A tabwriter keeps its first error for Flush.
		_, err := fmt.Fprintf(tw, format, a...)
		if err != nil {
			return
		}
	}
	p("SOURCE\tOUTCOME\tITEMS\tREQUESTS\tBYTES\n")
	for _, s := range r.Sources {
		p("%s\t%s\t%d\t%d\t%d\n", s.ID, s.Outcome, s.Items, s.Requests, s.Bytes)
	}
	if len(r.Changes) > 0 {
		p("\nSOURCE\tCHANGE\tMEANING\tTITLE\n")
	}
	for _, ch := range r.Changes {
		kind := string(ch.Change)
		if ch.Baseline {
			kind += " (baseline)"
		}
		p("%s\t%s\t%v\t%s\n", ch.Source, kind, ch.Meaning, ch.Title)
	}
	if len(r.Incidents) > 0 {
		p("\nSOURCE\tINCIDENT\tSTATE\tSUMMARY\n")
	}
	for _, i := range r.Incidents {
		p("%s\t%s\t%s\t%s\n", i.Source, i.Class, i.State, i.Summary)
	}
	p("\nalerts: %d raised, %d delivered; %d ms\n", r.Alerts.Raised, r.Alerts.Delivered, r.ElapsedMS)
	return tw.Flush()
}
