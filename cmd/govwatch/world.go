package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"govwatch/cmd/internal/app"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

func worldCommand() *cobra.Command {
	var config, listen string
	var days int
	var asJSON, verbose bool
	c := &cobra.Command{
		Use:   "world",
		Short: "Play the demo's days for roles that run in other processes",
		Long: `world serves the demo's fixture sites and their clock, waits for the roles crawl,
relay, extract and alert to join with govwatch run --world, plays the days
through them and prints the demo's table. It needs the backends of a cluster.`,
		Example: `  govwatch world --config cluster.yaml --listen 127.0.0.1:8651 --days 10
  govwatch run --config cluster.yaml --roles crawl --world 127.0.0.1:8651`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := app.Load(config, os.Getenv)
			if err != nil {
				return err
			}
			// What plays the days is not a whole pipeline: it asks for a cluster's backends.
			if err := cfg.Validate([]app.Role{app.RoleSchedule}); err != nil {
				return err
			}
			d := app.ClusterDemo{Config: cfg, Listen: listen, Last: app.LastDay(days), Log: newLogger(os.Stderr, cfg.Log.Format, verbose)}
			d.Ready = func(address string) { fmt.Fprintf(os.Stderr, "the world stands at %s\n", address) }
			d.Day = func(day notice.Date, played, all int) {
				fmt.Fprintf(os.Stderr, "played %s (%d of %d)\n", day, played, all)
			}
			table, err := d.Play(c.Context())
			if err != nil {
				return err
			}
			return printTable(c.OutOrStdout(), table, asJSON)
		},
	}
	c.Flags().StringVar(&config, "config", "", "configuration file with the backends of a cluster")
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8651", "address of the world")
	c.Flags().IntVar(&days, "days", 0, "how many days to play (default all)")
	c.Flags().BoolVar(&asJSON, "json", false, "print the table as one JSON object")
	c.Flags().BoolVar(&verbose, "verbose", false, "log each step to standard error")
	return c
}

// worldOptions are those of a process that joins a world. The world enqueues
// its own tasks, so the schedule role has no place in it.
func worldOptions(c *cobra.Command, address, now string, once bool, roles []app.Role, log *slog.Logger) (app.Options, error) {
	if now != "" || once {
		return app.Options{}, usageError{errors.New("--world has a clock of its own and goes on until it is interrupted; leave out --now and --once")}
	}
	if slices.Contains(roles, app.RoleSchedule) {
		return app.Options{}, usageError{errors.New("--world enqueues its own tasks; name the roles without schedule, such as --roles crawl,relay,extract,alert")}
	}
	return app.JoinWorld(c.Context(), address, log)
}
