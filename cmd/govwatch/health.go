package main

import (
	"errors"
	"fmt"
	"io"

	"govwatch/cmd/internal/app"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

func healthCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	var ready string
	c := &cobra.Command{
		Use:   "health",
		Short: "Say from outside whether the pipeline is alive",
		Long: `health reads the tracker and exits with 1 when a run is overdue by the schedules
and no task at all has finished since it was due, so that a monitor beside govwatch
notices a dead scheduler within two intervals of the most frequent source. With --ready it
asks the running process at an address whether its backends answer.`,
		Example: `  govwatch health --data ./data || mail -s 'govwatch is silent' desk@example.org </dev/null
  govwatch health --ready 127.0.0.1:8650`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if ready != "" {
				return app.CheckReady(c.Context(), ready)
			}
			cfg, err := at.load()
			if err != nil {
				return err
			}
			h, err := app.CheckHealth(c.Context(), cfg)
			if err != nil {
				return err
			}
			if err := printValue(c.OutOrStdout(), h, asJSON, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "alive %v, %d sources scheduled, %d overdue, %d open incidents, last run %s\n",
					h.Alive, h.Scheduled, len(h.Overdue), h.Incidents, h.LastRun.In(notice.Beijing()).Format("2006-01-02 15:04"))
				return err
			}); err != nil {
				return err
			}
			if !h.Alive {
				return errors.New(h.Reason)
			}
			return nil
		},
	}
	at.add(c)
	c.Flags().StringVar(&ready, "ready", "", "ask the process that listens at this address instead")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}
