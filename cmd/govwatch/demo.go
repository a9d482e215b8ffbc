package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"govwatch/cmd/internal/app"
	"govwatch/notice"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

func demoCommand() *cobra.Command {
	var dir, listen string
	var fresh, once, asJSON bool
	var days int
	c := &cobra.Command{
		Use:   "demo",
		Short: "Play scripted days of a small China through the whole pipeline",
		Long: `demo starts a world of fixture sites on this machine and every role of govwatch
in one process: schedule, crawl, archive, events, extraction, alerts. It plays
the days, prints each alert as it fires and a table at the end, and then serves
a status page until it is interrupted. A demo that was stopped goes on where it was.`,
		Example: `  govwatch demo
  govwatch demo --fresh --data /tmp/demo
  govwatch demo --once --json | tail -1`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			out, progress := c.OutOrStdout(), io.Writer(os.Stderr)
			bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(progress), progressbar.OptionSetDescription("playing"),
				progressbar.OptionSetVisibility(isTerminal(os.Stderr)), progressbar.OptionClearOnFinish(), progressbar.OptionShowCount())
			d := app.Demo{Dir: dir, Fresh: fresh, Log: logger(false), Out: out, JSON: asJSON, Last: app.LastDay(days)}
			if !once {
				d.Listen = listen
			}
			d.Day = func(day notice.Date, played, all int) {
				bar.ChangeMax(all)
				bar.Describe(day.String())
				if err := bar.Set(played); err != nil {
					logger(false).Debug("draw progress", "err", err)
				}
			}
			a, table, err := d.Play(c.Context())
			if a != nil {
				defer func() {
					if closeErr := a.Close(c.Context()); closeErr != nil {
						fmt.Fprintln(os.Stderr, "govwatch: close:", closeErr)
					}
				}()
			}
			if err != nil {
				return err
			}
			if err := errors.Join(bar.Finish(), printTable(out, table, asJSON)); err != nil {
				return err
			}
			if once {
				return nil
			}
			fmt.Fprintf(os.Stderr, "status page on http://%s/ until interrupted (Ctrl-C)\n", a.Address())
			return a.Wait(c.Context())
		},
	}
	c.Flags().StringVar(&dir, "data", "./data/demo", "folder of the demo")
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8650", "address of the status page")
	c.Flags().BoolVar(&fresh, "fresh", false, "start over: empty the demo's folder first")
	c.Flags().BoolVar(&once, "once", false, "exit when the days are played")
	c.Flags().IntVar(&days, "days", 0, "how many days to play (default all)")
	c.Flags().BoolVar(&asJSON, "json", false, "print alerts as JSON lines and the table as one JSON object, the last line")
	return c
}

func printTable(w io.Writer, t app.DemoTable, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(t)
	}
	return t.Print(w)
}
